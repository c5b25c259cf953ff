"""One run's redaction: looks through all facts for what identifies, then gives them back with substitutes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from analyzer.model.facts import Fact
from analyzer.model.location import Evidence, Location
from analyzer.model.member import Artifact
from analyzer.model.outputs import ApplianceIdentity, PeerStatus
from analyzer.model.statements import FileStated
from analyzer.redact.paths import InputNames
from analyzer.redact.sensitive import IPV4, named_by, named_in
from analyzer.redact.substitutes import Substitutes
from analyzer.texts import Sentence

T = TypeVar("T")

_VERSION_KEYS = ("SWVERSION", "SF_VERSION", "PEER_SW_VERSION", "PATCH")


class Redaction:
    """The substitutes for everything identifying in the evidence of one run.

    Replaced are host names and their domains, IP addresses, UUIDs, serial numbers of appliances, names of accounts other than the
    appliance's own, the parts of names in certificates, MAC addresses, and the names of the inputs. What a log line says in plain prose (a
    site's name in a free comment) or as a bare number (an address as one decimal number) is not known for what it is, and stays.
    Certificates keep their digests and dates; their bytes are dropped by `withheld`, because names are in them.
    """

    def __init__(self, evidence: Sequence[Any], secret: bytes = b"") -> None:
        """``evidence`` is every fact, damage and artifact of the run: what is not shown is not replaced. With a secret the substitutes are
        those of every other run with it."""
        self._substitutes = Substitutes(frozenset(_versions(evidence)), secret)
        for one in evidence:
            for kind, value in named_by(one):
                self._substitutes.learn(kind, value)
        for text in dict.fromkeys(_texts(evidence)):
            for kind, value in named_in(text):
                self._substitutes.learn(kind, value)
        self._substitutes.settle()
        self._inputs = InputNames(self._substitutes.rewrite, self._substitutes.is_own, secret)

    def entries(self) -> tuple[tuple[str, str, str], ...]:
        """The map: kind, original, substitute. It undoes the redaction, so it belongs into a file of its own."""
        return tuple(sorted((*self._substitutes.entries(), *self._inputs.entries())))

    def applied(self, things: Iterable[T]) -> list[T]:
        """The things with substitutes in every text."""
        return [self._rewritten(one) for one in things]

    def _rewritten(self, value: Any) -> Any:
        match value:
            case Enum() | bytes():
                return value
            case Sentence():
                return value.changed(self._substitutes.rewrite)
            case str():
                return self._substitutes.rewrite(value)
            case tuple():
                return tuple(self._rewritten(one) for one in value)
            case Location():
                return replace(value, artifact=self._inputs.rewrite(value.artifact), member=self._rewritten(value.member))
            case FileStated():
                return replace(
                    value, file=self._inputs.rewrite(value.file), of=self._rewritten(value.of), evidence=self._rewritten(value.evidence)
                )
            case Artifact():
                return replace(value, path=self._inputs.rewrite(value.path))
            case Evidence():  # lines around it may name anybody: a redacted result does not have them
                return Evidence(self._rewritten(value.location), self._rewritten(value.text))
        if isinstance(value, Struct):
            return _replaced(value, {name: self._rewritten(getattr(value, name)) for name in value.__struct_fields__})
        return value


def withheld(value: Any) -> Any:
    """A result without the bytes of certificates: names stand in them, and PEM text is those bytes again."""
    if isinstance(value, bytes):
        return b""
    if isinstance(value, tuple):
        if value and isinstance(value[0], str) and value[0].startswith("-----BEGIN "):
            return (WITHHELD,)
        return tuple(withheld(one) for one in value)
    if isinstance(value, Struct):
        return _replaced(value, {name: withheld(getattr(value, name)) for name in value.__struct_fields__})
    return value


WITHHELD = "(the certificate is withheld: names stand in it)"
"""What a here-document of a redacted report holds: such a command is to be read, not typed."""


def _replaced(value: Any, changed: dict[str, Any]) -> Any:
    different = {name: new for name, new in changed.items() if new is not getattr(value, name)}
    return replace(value, **different) if different else value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if not isinstance(value, Enum):
            yield value
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, Evidence):
        yield from _texts(value.location)
        yield value.text
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from _texts(getattr(value, name))


def _versions(evidence: Iterable[Fact]) -> Iterator[str]:
    """Releases of four parts, which look like addresses and are none."""
    for one in evidence:
        if isinstance(one, PeerStatus):
            yield one.sw_version
        elif isinstance(one, ApplianceIdentity) and one.key in _VERSION_KEYS:
            yield from IPV4.findall(one.value.replace("_", " "))
