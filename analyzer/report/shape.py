"""Where the document differs from the classes of the model: what stands once, what is left out, what is added because it can be computed.

`document` (which writes it), `reading` (which reads it) and `schema` (which describes it) go by these tables, so they cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields, replace

from analyzer.model.answer import Missing
from analyzer.model.case import Case
from analyzer.model.certificate import Certificate, DistinguishedName, pem
from analyzer.model.finding import Finding, Severity
from analyzer.model.identity import Merged, RoleSign
from analyzer.model.location import Evidence, Location
from analyzer.model.log import ConnectionAttempt
from analyzer.model.plan import AppliancePlan, Command, Place, Plan, Risk, Step
from analyzer.model.result import SCHEMA_VERSION, Result
from analyzer.report.quiet import Subject


class File(Struct, frozen=True):
    """An input, or a member of one: where evidence stands. The fields are those of `Location`."""

    artifact: str
    member: str = ""


class StepSaid(Struct, frozen=True):
    """What steps of the same kind have in common. The fields are those of `Step`."""

    place: Place
    risk: Risk
    undo_commands: tuple[Command, ...]
    undo_note: str
    sources: tuple[str, ...]
    assumed: str
    alternative: bool
    origin: str


class RuleSaid(Struct, frozen=True):
    """What all findings of a rule have in common. ``ending`` is what the explanations of those that found something end with."""

    references: tuple[str, ...]
    ending: str = ""


class Computed(Struct, frozen=True):
    """A field that the document has and the class computes: its name, its type, and how to get it."""

    name: str
    type: Any
    value: Callable[[Any], Any]


STAND_ONCE: dict[type, str] = {
    Certificate: "certificates",
    Command: "commands",
    Evidence: "evidence",
    File: "files",
    DistinguishedName: "names",
    Missing: "reasons",
    str: "sentences",
    StepSaid: "step_forms",
    Subject: "subjects",
}
"""What is referred to from many places stands once, in a list of its own; its place there, from 0, stands where it is referred to. A
command keeps its text beside that place, and a reason without a value is ``{"missing": place}``, so that it is no value."""

SENTENCES: dict[type, frozenset[str]] = {
    Merged: frozenset({"text"}),
    RoleSign: frozenset({"text"}),
    Step: frozenset({"check", "if_check_fails", "precondition"}),
}
"""Fields whose sentences repeat from appliance to appliance: they stand once, in the list ``sentences``."""

_WHOLE = frozenset({AppliancePlan, Case, Plan, Result})
"""Classes that always have all of their fields: what a reader of the document goes through first."""

_KEPT = frozenset({"commands", "conflicting", "label", "lines", "missing", "refused", "text", "why"})
"""Fields that are never left out, even when empty."""

OMITTED: dict[type, frozenset[str]] = {
    Evidence: frozenset({"before", "after"}),
    DistinguishedName: frozenset({"der"}),
    Certificate: frozenset({"der", "serial"}),
    ConnectionAttempt: frozenset({"events"}),
    Finding: frozenset({"references"}),
    Result: frozenset({"findings"}),
    Step: frozenset(StepSaid.__struct_fields__),
}
"""The lines around a piece of evidence stand in ``surroundings``, for the places that matter. Raw bytes have no place in the document;
the serial number (up to 160 bits) goes as hexadecimal text; of the lines of an attempt only their places go, because a week of attempts
every minute would be most of the document; the references of a finding are those of its rule, and stand there. Findings are written in
groups, and steps in two parts."""

COMPUTED: dict[type, tuple[Computed, ...]] = {
    Location: (Computed("text", str, str),),
    Certificate: (
        Computed("serial", str, lambda one: f"{one.serial:x}"),
        Computed("self_issued", bool, lambda one: one.is_self_issued),
        Computed("pem", str, lambda one: pem(one.der) if one.der else ""),
    ),
    ConnectionAttempt: (
        Computed("blames_root", bool, lambda one: one.blames_root),
        Computed(
            "lines",
            tuple[str, ...],
            lambda one: tuple(_runs((event.evidence.location for event in one.events), one.decisive.location.source)),
        ),
    ),
    Finding: (
        Computed("key", str, lambda one: one.key),
        Computed("counts", bool, lambda one: one.counts),
    ),
    Result: (
        Computed("schema_version", int, lambda _: SCHEMA_VERSION),
        Computed("worst", Severity | None, lambda one: one.worst),
        Computed("usable", bool, lambda one: one.usable),
    ),
}


def _runs(places: Iterable[Location], source: str) -> Iterator[str]:
    """The places as text, without the file where it is this one. Lines that follow each other are one: ``7-16``."""
    first: Location | None = None
    last = 0
    for place in places:
        if first is not None and place.source == first.source and place.line == last + 1 and place.packet is None:
            last = place.last_line or place.line
            continue
        if first is not None:
            yield _through(first, last, source)
        first, last = place, place.last_line or place.line or -1
    if first is not None:
        yield _through(first, last, source)


def _through(place: Location, last: int, source: str) -> str:
    text = str(replace(place, last_line=last) if place.line is not None else place)
    return text.removeprefix(f"{source}:")


_ALWAYS = object()
"""Stands for the empty value of a field that has none."""


@lru_cache(maxsize=256)
def empty_values(kind: type[Struct]) -> dict[str, Any]:
    """The fields of a class that are left out where they hold the given value: the default, or nothing at all."""
    if kind in _WHOLE:
        return {}
    hints = get_type_hints(kind)
    defaults = {one.name: one.default for one in fields(kind)}
    empty = {name: _empty(hints[name], default) for name, default in defaults.items() if name not in _KEPT}
    for computed in COMPUTED.get(kind, ()):
        empty[computed.name] = _ALWAYS if computed.name in _KEPT else _empty(computed.type, NODEFAULT)
    return {name: value for name, value in empty.items() if value is not _ALWAYS}


def _empty(hint: Any, default: Any) -> Any:
    if default is not NODEFAULT:
        return _ALWAYS if isinstance(default, Struct) else default
    if get_origin(hint) in (Union, UnionType):
        return None if NoneType in get_args(hint) else _ALWAYS
    if get_origin(hint) is tuple:
        return () if Ellipsis in get_args(hint) else _ALWAYS
    return {str: "", bool: False}.get(hint, _ALWAYS)
