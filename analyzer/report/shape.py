"""Where the document differs from the classes of the model: what is left out, and what is added because it can be computed.

Both `document` (which writes it) and `schema` (which describes it) go by these tables, so that they cannot drift apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from analyzer.model.certificate import Certificate, DistinguishedName, pem
from analyzer.model.finding import Finding, Severity
from analyzer.model.location import Evidence, Location
from analyzer.model.log import ConnectionAttempt
from analyzer.model.plan import Command, Step
from analyzer.model.result import SCHEMA_VERSION, Result
from analyzer.prescribe.shell import render


class Computed(Struct, frozen=True):
    """A field that the document has and the class computes: its name, its type, and how to get it."""

    name: str
    type: Any
    value: Callable[[Any], Any]


OMITTED: dict[type, frozenset[str]] = {
    Evidence: frozenset({"before", "after"}),
    DistinguishedName: frozenset({"der"}),
    Certificate: frozenset({"der", "serial"}),
    ConnectionAttempt: frozenset({"events"}),
}
"""The lines around a piece of evidence stand in ``surroundings``, for the places that matter. Raw bytes have no place in the document;
the serial number (up to 160 bits) goes as hexadecimal text; of the lines of an attempt only their places go, because a week of attempts
every minute would be most of the document."""

COMPUTED: dict[type, tuple[Computed, ...]] = {
    Location: (Computed("text", str, str),),
    Certificate: (
        Computed("serial", str, lambda one: f"{one.serial:x}"),
        Computed("self_issued", bool, lambda one: one.is_self_issued),
        Computed("pem", str, lambda one: pem(one.der) if one.der else ""),
    ),
    ConnectionAttempt: (
        Computed("blames_root", bool, lambda one: one.blames_root),
        Computed("lines", tuple[str, ...], lambda one: tuple(str(event.evidence.location) for event in one.events)),
    ),
    Command: (Computed("text", str, render),),
    Step: (Computed("undo", tuple[str, ...], lambda one: tuple(render(command) for command in one.undo_commands)),),
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
