"""What sftunnel writes: the rows of ``wordings.yaml``, loaded once. The first row whose words begin the message decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
import yaml
from msgspec import Struct

from analyzer.backend import yaml_loader
from analyzer.model.log import LogKind as K

MIN_CUT = 5
"""Characters that a cut message must have to be taken for the beginning of a literal."""

_FILE = Path(__file__).with_name("wordings.yaml")


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    """One wording, as ``wordings.yaml`` explains its fields."""

    begins: str
    kind: K
    source: str
    pattern: str = ""
    bare: bool = False
    follows: bool = False


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """Words that count wherever they stand in a message."""

    words: str
    kind: K
    source: str


class Ended(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of another process by which the process sftunnel ended. ``literal`` stands in each of them."""

    pattern: str
    source: str
    literal: str = "sftunnel"


class Harmless(Struct, frozen=True, forbid_unknown_fields=True):
    """The beginning of a line at [WARN] or [ERROR] that is no sign of trouble."""

    begins: str
    source: str


class HarmlessText(Struct, frozen=True, forbid_unknown_fields=True):
    """Words of a pasted line without a header that is no sign of trouble."""

    words: str
    source: str


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    rows: tuple[Row, ...]
    anywhere: tuple[Words, ...]
    ended: tuple[Ended, ...]
    harmless: tuple[Harmless, ...]
    harmless_text: tuple[HarmlessText, ...]


class Meaning(Struct, frozen=True):
    """The kind of a message and what its wording gave. ``cut``: it ends inside the literal, or inside a name.."""

    kind: K
    verify_code: int | None = None
    verify_text: str = ""
    depth: int | None = None
    name: str = ""
    peer: str = ""
    cut: bool = False


OTHER = Meaning(K.OTHER)
_PLAIN = {kind: Meaning(kind) for kind in K}
_MISREAD = str.maketrans("OoIl", "0011")
"""Letters that a reader of pictures takes for digits."""


class Catalogue:
    """The wordings, ready to be looked up."""

    def __init__(self, file: _File) -> None:
        self.rows = file.rows
        self.anywhere = file.anywhere
        self._ended = tuple(re.compile(one.pattern) for one in file.ended)
        self.ended_literals = tuple(dict.fromkeys(one.literal for one in file.ended if one.literal != "sftunnel"))
        """What stands in such lines that do not name sftunnel."""
        self._harmless = tuple(one.begins for one in file.harmless)
        self._harmless_text = tuple(one.words for one in file.harmless_text)
        self._patterns = {row: re.compile(row.pattern) for row in file.rows if row.pattern}
        firsts = {row.begins[0] for row in file.rows}
        self._by_first = {first: tuple(row for row in file.rows if row.begins[0] == first) for first in firsts}
        self.bare_firsts = frozenset(row.begins[0] for row in file.rows if row.bare or row.kind in (K.ISSUER, K.SUBJECT))
        self.literals = (
            b"sftunnel",
            *sorted({row.begins.lower().encode() for row in file.rows if row.bare}),
            *(literal.lower().encode() for literal in self.ended_literals),
        )
        """In lower case: a text in which none of these stands holds no event."""

    def classify(self, message: str) -> Meaning:
        """What a message of sftunnel means; `OTHER` when the catalogue does not know it."""
        for row in self._by_first.get(message[:1], ()):
            if message.startswith(row.begins):
                pattern = self._patterns.get(row)
                if pattern is None:
                    return _PLAIN[row.kind]
                found = pattern.match(message)
                if found is not None:
                    return _meaning(row.kind, found)
                if message[len(row.begins) :].strip().isdigit():  # "err 1": the number itself may be cut
                    return Meaning(row.kind, cut=True)
        for words in self.anywhere:
            if words.words in message:
                return _PLAIN[words.kind]
        return self._cut_meaning(message)

    def is_bare(self, message: str) -> bool:
        """The message alone, without a header, can only be sftunnel's."""
        rows = self._by_first.get(message[:1], ())
        return any(row.bare and message.startswith(row.begins) and self.classify(message).kind is row.kind for row in rows)

    def is_harmless(self, message: str) -> bool:
        """At whatever level: no sign of trouble."""
        return message.startswith(self._harmless)

    def is_harmless_text(self, text: str) -> bool:
        """A pasted line without a header that is no sign of trouble."""
        return any(words in text for words in self._harmless_text)

    def is_ended(self, line: str) -> bool:
        """A line of another process says that the process sftunnel ended."""
        for pattern in self._ended:  # noqa: SIM110 - asked for each line that names sftunnel and has no header: a generator takes as long
            if pattern.search(line) is not None:
                return True
        return False

    def _cut_meaning(self, message: str) -> Meaning:
        """A message that ends inside a literal: its kind when all literals that it may begin agree."""
        if len(message) < MIN_CUT:
            return OTHER
        kinds = {row.kind for row in self._by_first.get(message[:1], ()) if row.begins.startswith(message)}
        return Meaning(kinds.pop(), cut=True) if len(kinds) == 1 else OTHER


@cache
def catalogue() -> Catalogue:
    """The catalogue that comes with the program. Raises `ValueError` with the name of the file and the field that is wrong in it."""
    try:
        data = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml_loader())  # noqa: S506 - both are safe
        return Catalogue(msgspec.convert(data, _File))
    except (yaml.YAMLError, msgspec.ValidationError, re.error) as error:
        raise ValueError(f"{_FILE.name}: {error}") from error


def classify(message: str) -> Meaning:
    """What a message of sftunnel means, by the catalogue that comes with the program."""
    return catalogue().classify(message)


def rows() -> Sequence[Row]:
    """Every row of the catalogue that comes with the program."""
    return catalogue().rows


def _meaning(kind: K, found: re.Match[str]) -> Meaning:
    groups = found.groupdict()
    name = (groups.get("name") or "").rstrip()
    if kind in (K.ISSUER, K.SUBJECT):
        # "issuer lookup failed" is no DN line; "issuer =" with nothing behind it is one, cut.
        if not name and "=" not in found[0]:
            return Meaning(kind, cut=True) if found.string.strip() == found[0].strip() else OTHER
        return Meaning(kind, name=name, cut=_name_is_cut(name))
    code, depth = groups.get("code"), groups.get("depth")
    text = (groups.get("text") or "").strip()
    number = int(code.translate(_MISREAD)) if code else None
    return Meaning(kind, number, text, int(depth) if depth else None, peer=(groups.get("peer") or "").strip("'\""))


def _name_is_cut(name: str) -> bool:
    """An InternalCA's name ends with its O; any other name that ends without a value is cut as well."""
    internal = "/title=InternalCA/OU=Intrusion Management System/CN="
    if name.startswith(internal):
        return "/O=" not in name
    return internal.startswith(name) or not name.rpartition("=")[2]
