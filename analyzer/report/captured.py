"""The connections of each capture, whichever tunnel they belong to, in the order of their time."""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct

from analyzer.model.capture import CapturedConnection
from analyzer.model.case import Case, Tunnel
from analyzer.model.location import Location

MOST_ROWS = 100
"""Connections of a capture that are listed; the rest is counted."""

MOST_CAPTURES = 50
"""Captures whose connections are listed again by capture; those of the others stand with their devices only."""


class Captured(Struct, frozen=True):
    """A capture, the first of its connections each with its tunnel, and how many there are."""

    source: str
    connections: tuple[tuple[Tunnel, CapturedConnection], ...]
    total: int


def _when(pair: tuple[Tunnel, CapturedConnection]) -> tuple[float, Location]:
    started = pair[1].started
    return (started.timestamp() if started is not None else 0.0, pair[1].summary.location)


def captured_of(case: Case) -> tuple[Captured, ...]:
    """The captures with connections of a tunnel, by name."""
    found: defaultdict[str, list[tuple[Tunnel, CapturedConnection]]] = defaultdict(list)
    for tunnel in case.tunnels:
        for one in tunnel.connections:
            found[one.summary.location.source].append((tunnel, one))
    captures: list[Captured] = []
    for source in sorted(found)[:MOST_CAPTURES]:
        ordered = sorted(found[source], key=_when)
        captures.append(Captured(source, tuple(ordered[:MOST_ROWS]), len(ordered)))
    return tuple(captures)
