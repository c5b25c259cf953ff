"""Which log attempts and captured connections belong to which tunnel."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from analyzer.identify.appliance import Appliance
from analyzer.identify.placement import place
from analyzer.identify.scene import Scene
from analyzer.join.attempts import attempts
from analyzer.join.failures import FAILED
from analyzer.model.capture import CapturedConnection, Software
from analyzer.model.identity import UnassignedKind
from analyzer.model.location import Evidence
from analyzer.model.log import ConnectionAttempt, LogEvent, Side
from analyzer.texts import _

_PLACES = 3

SAME_MOMENT = timedelta(seconds=3)
"""How far a log line and a captured connection may lie apart to be of one attempt: an attempt takes a second, and clocks drift."""

Pair = tuple[Appliance, Appliance]


class Traffic(Struct):
    """Attempts and connections by tunnel (manager, device). ``unattributed`` are failed attempts that could be given to no tunnel.
    ``foreign`` are captured connections of other software: they are no tunnel's. ``counted`` holds, by reason and address, how many were
    given to none, and the first places."""

    attempts: dict[Pair, list[ConnectionAttempt]] = field(default_factory=dict)
    connections: dict[Pair, list[tuple[CapturedConnection, bool]]] = field(default_factory=dict)
    unattributed: list[ConnectionAttempt] = field(default_factory=list)
    foreign: list[CapturedConnection] = field(default_factory=list)
    counted: dict[tuple[UnassignedKind, str], tuple[int, tuple[Evidence, ...]]] = field(default_factory=dict)

    def count(self, kind: UnassignedKind, value: str, evidence: Evidence) -> None:
        """One more that was given to no tunnel."""
        number, places = self.counted.get((kind, value), (0, ()))
        self.counted[kind, value] = (number + 1, (*places, evidence) if len(places) < _PLACES else places)


def attribute(scene: Scene) -> Traffic:
    """Give each attempt and connection its tunnel. What fits several tunnels is given to none, and counted."""
    traffic = Traffic()
    _logs(scene, traffic)
    _captures(scene, traffic)
    return traffic


def _logs(scene: Scene, traffic: Traffic) -> None:
    for attempt in attempts(scene.facts.of(LogEvent), lambda event: place(event.evidence.location).root):
        own = scene.speaker(attempt.events[0])
        if own is not None:
            host = attempt.host or own.name.first()
            attempt = replace(attempt, side=Side.MANAGER if own.manager else Side.DEVICE, host=host)
        pair = _pair_of(scene, own, attempt) if own is not None else None
        if pair is not None:
            scene.link(*pair, attempt.decisive)
            traffic.attempts.setdefault(pair, []).append(attempt)
        elif attempt.outcome in FAILED:
            line = _named_in(attempt)
            if own is None or line is None:
                traffic.unattributed.append(attempt)
            else:
                kind = UnassignedKind.STRANGER if scene.stranger(line) else UnassignedKind.SHARED_ADDRESS
                traffic.count(kind, attempt.peer, attempt.decisive)


def _named_in(attempt: ConnectionAttempt) -> LogEvent | None:
    """The line of an attempt that names its other end."""
    return next((event for event in attempt.events if event.peer and event.peer == attempt.peer), None)


def _pair_of(scene: Scene, own: Appliance, attempt: ConnectionAttempt) -> Pair | None:
    """The tunnel of an attempt: between who wrote the log and whom the attempt names, or the only one that the writer has."""
    line = _named_in(attempt)
    if line is not None:
        other = scene.about(line)
        if other is None or other.manager is own.manager:
            return None
        return (own, other) if own.manager else (other, own)
    others = scene.devices_of(own) if own.manager else scene.managers_of(own)
    if not others and not own.manager:
        others = [scene.nameless_manager(own)]
    if len(others) != 1:
        return None
    return (own, others[0]) if own.manager else (others[0], own)


def _captures(scene: Scene, traffic: Traffic) -> None:
    """The second item of each connection tells whether the manager is the server (listening) end."""
    logged = [attempt for found in traffic.attempts.values() for attempt in found]
    moments = sorted(moment for attempt in logged for moment in (attempt.started, attempt.ended) if moment is not None)
    for connection in scene.facts.of(CapturedConnection):
        if connection.software is Software.OTHER:
            traffic.foreign.append(connection)
            continue
        server, client = scene.ends(connection)
        if server is None or client is None or server.manager is client.manager:
            kind = UnassignedKind.STRANGER if scene.strange_end(connection) else UnassignedKind.SHARED_ADDRESS
            traffic.count(kind, connection.client, connection.summary)
            continue
        pair = (server, client) if server.manager else (client, server)
        proven = _proven(scene, connection, pair, moments)
        scene.link(*pair, connection.summary)
        traffic.connections.setdefault(pair, []).append((proven, server.manager))


def _proven(scene: Scene, connection: CapturedConnection, pair: Pair, moments: list[datetime]) -> CapturedConnection:
    """The same connection, as sftunnel's where other evidence says so: it names one of the ends, or logged an attempt at that moment."""
    if connection.software is not Software.PRESUMED:
        return connection
    known = next((one for one in pair if scene.known_beside_captures(one)), None)
    if known is not None:
        return replace(connection, software=Software.SFTUNNEL, software_why=_("other evidence names {label}").format(label=known.label))
    if connection.started is not None and _is_near(moments, connection.started):
        return replace(connection, software=Software.SFTUNNEL, software_why=_("a log shows an attempt of that moment"))
    return connection


def _is_near(moments: list[datetime], moment: datetime) -> bool:
    """One of the sorted moments is not further away than `SAME_MOMENT`."""
    at = bisect_left(moments, moment)
    return any(abs(near - moment) <= SAME_MOMENT for near in moments[max(0, at - 1) : at + 1])
