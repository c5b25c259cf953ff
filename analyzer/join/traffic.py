"""Which log attempts and captured connections belong to which tunnel."""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from analyzer.join.attempts import attempts
from analyzer.join.failures import FAILED
from analyzer.join.placement import UUID, place
from analyzer.join.registry import Appliance
from analyzer.join.scene import Scene, is_address
from analyzer.model.capture import CapturedConnection, Software
from analyzer.model.location import Evidence
from analyzer.model.log import ConnectionAttempt, LogEvent, LogKind, Side
from analyzer.texts import N_, _

NO_ROLE_IN_CAPTURE = N_("a capture does not tell which end is the manager: the end that listens on the sftunnel port was taken for it")

SAME_MOMENT = timedelta(seconds=3)
"""How far a log line and a captured connection may lie apart to be of one attempt: an attempt takes a second, and clocks drift."""

Pair = tuple[Appliance, Appliance]


class Traffic(Struct):
    """Attempts and connections by tunnel (manager, device). ``unattributed`` counts failed attempts in a log that name no peer.
    ``foreign`` are captured connections of other software: they are no tunnel's."""

    attempts: dict[Pair, list[ConnectionAttempt]] = field(default_factory=dict)
    connections: dict[Pair, list[tuple[CapturedConnection, bool]]] = field(default_factory=dict)
    unattributed: list[ConnectionAttempt] = field(default_factory=list)
    foreign: list[CapturedConnection] = field(default_factory=list)


def attribute(scene: Scene) -> Traffic:
    """Give each attempt and connection its tunnel, making appliances that only a log or a capture knows."""
    traffic = Traffic()
    _logs(scene, traffic)
    _captures(scene, traffic)
    return traffic


def _logs(scene: Scene, traffic: Traffic) -> None:
    events = scene.facts.of(LogEvent)
    only_host = _only_hosts(events)
    for attempt in attempts(events, lambda event: place(event.evidence.location).root):
        own = scene.owner(attempt.decisive.location)
        side = attempt.side if own is None else Side.MANAGER if own.manager else Side.DEVICE
        attempt = replace(attempt, side=side, host=attempt.host or only_host.get(attempt.source, ""))
        pair = _pair_of(scene, own, attempt)
        if pair is not None:
            scene.link(*pair, attempt.decisive)
            traffic.attempts.setdefault(pair, []).append(attempt)
        elif attempt.outcome in FAILED:
            traffic.unattributed.append(attempt)
    for event in events:
        # That a push was begun links the two; that it arrived, the line does not say.
        if event.kind is LogKind.FILE_TRANSFER and UUID.fullmatch(event.peer):
            device = scene.devices.find(uuid=event.peer)
            own = scene.owner(event.evidence.location)
            if device is not None and own is not None and own.manager:
                scene.link(own, device, event.evidence)


def _only_hosts(events: list[LogEvent]) -> dict[str, str]:
    """Logs whose lines name one host: lines of the same log that lost their header are that host's too."""
    hosts: dict[str, set[str]] = {}
    for event in events:
        if event.host:
            hosts.setdefault(place(event.evidence.location).root, set()).add(event.host)
    return {source: next(iter(names)) for source, names in hosts.items() if len(names) == 1}


def _pair_of(scene: Scene, own: Appliance | None, attempt: ConnectionAttempt) -> Pair | None:
    evidence = attempt.decisive
    uuid = attempt.peer if UUID.fullmatch(attempt.peer) else ""
    address = attempt.peer if is_address(attempt.peer) else ""
    if own is None and attempt.host:
        own = scene.devices.find(name=attempt.host) or scene.managers.find(name=attempt.host)
    if own is None:
        if attempt.side is Side.MANAGER:
            own = _only_manager(scene, attempt) or _nameless(scene, attempt, manager=True)
        elif attempt.side is Side.DEVICE:
            if scene.managers.find(uuid, "", address) is None and scene.devices.find(uuid, "", address) is not None:
                return None
            own = _nameless(scene, attempt, manager=False)
        else:
            return None
    if own.manager:
        device = scene.devices.find(uuid, "", address) if uuid or address else None
        if device is None and (uuid or address):
            device = scene.devices.see(evidence, uuid=uuid, address=address)
        if device is None:
            linked = scene.devices_of(own)
            device = linked[0] if len(linked) == 1 else None
        return (own, device) if device is not None else None
    manager = scene.managers.find(uuid, "", address) if uuid or address else None
    if manager is None:
        linked = scene.managers_of(own)
        if len(linked) == 1 and not (address and linked[0].address.seen and address not in linked[0].address.seen):
            manager = linked[0]
        elif not linked and len(scene.managers.all) == 1 and not (address and scene.managers.all[0].address.seen):
            manager = scene.managers.all[0]
    if manager is None and (uuid or address):
        manager = scene.managers.see(evidence, uuid=uuid, address=address)
    if manager is None and not scene.managers_of(own):
        manager = Appliance(True, len(scene.managers.all), fallback=_("the FMC of {own}").format(own=own.label))
        scene.managers.all.append(manager)
    if manager is None:
        return None
    if address:
        where = next((event.evidence for event in attempt.events if event.peer == address), evidence)
        scene.managers.note(manager, where, address=address)
    return manager, own


def _only_manager(scene: Scene, attempt: ConnectionAttempt) -> Appliance | None:
    """The one manager in evidence, which a manager's log is then taken to be of. One that is known by its host name alone is another
    box than a log with another host name: those are two cases in one folder."""
    if len(scene.managers.all) != 1:
        return None
    only = scene.managers.all[0]
    by_name_alone = bool(only.name.seen) and not (only.uuid.seen or only.address.seen or only.roots)
    return None if by_name_alone and attempt.host else only


def _nameless(scene: Scene, attempt: ConnectionAttempt, *, manager: bool) -> Appliance:
    registry = scene.managers if manager else scene.devices
    if attempt.host:
        return registry.see(attempt.events[0].evidence, name=attempt.host)
    label = _("the box that wrote {source}").format(source=attempt.source)
    for appliance in registry.all:
        if appliance.fallback == label:
            return appliance
    made = Appliance(manager, len(registry.all), fallback=label)
    registry.all.append(made)
    return made


def _captures(scene: Scene, traffic: Traffic) -> None:
    """The second item of each connection tells whether the manager is the server (listening) end."""
    logged = [attempt for found in traffic.attempts.values() for attempt in found]
    moments = sorted(moment for attempt in logged for moment in (attempt.started, attempt.ended) if moment is not None)
    # All are looked at before one adds an appliance: a capture is no witness for itself.
    for connection in [_proven(scene, one, moments) for one in scene.facts.of(CapturedConnection)]:
        if connection.software is Software.OTHER:
            traffic.foreign.append(connection)
            continue
        pair, manager_serves = _ends(scene, connection)
        scene.link(*pair, connection.summary)
        traffic.connections.setdefault(pair, []).append((connection, manager_serves))


def _proven(scene: Scene, connection: CapturedConnection, moments: list[datetime]) -> CapturedConnection:
    """The same connection, as sftunnel's where other evidence says so: it names one of the ends, or logged an attempt at that moment."""
    if connection.software is not Software.PRESUMED:
        return connection
    ends = (connection.server, connection.client)
    known = next((box for end in ends if (box := scene.managers.find(address=end) or scene.devices.find(address=end)) is not None), None)
    if known is not None:
        return replace(connection, software=Software.SFTUNNEL, software_why=_("other evidence names {label}").format(label=known.label))
    if connection.started is not None and _is_near(moments, connection.started):
        return replace(connection, software=Software.SFTUNNEL, software_why=_("a log shows an attempt of that moment"))
    return connection


def _is_near(moments: list[datetime], moment: datetime) -> bool:
    """One of the sorted moments is not further away than `SAME_MOMENT`."""
    at = bisect_left(moments, moment)
    return any(abs(near - moment) <= SAME_MOMENT for near in moments[max(0, at - 1) : at + 1])


def _ends(scene: Scene, connection: CapturedConnection) -> tuple[Pair, bool]:
    server_manager = scene.managers.find(address=connection.server)
    client_manager = scene.managers.find(address=connection.client)
    server_device = scene.devices.find(address=connection.server)
    client_device = scene.devices.find(address=connection.client)
    manager_serves = not (client_manager is not None or (server_device is not None and server_manager is None and client_device is None))
    evidence: Evidence = connection.summary
    known = any((server_manager, client_manager, server_device, client_device))
    assumed = "" if known else _(NO_ROLE_IN_CAPTURE)
    manager_end, device_end = (connection.server, connection.client) if manager_serves else (connection.client, connection.server)
    manager = server_manager if manager_serves else client_manager
    device = client_device if manager_serves else server_device
    uuid = _uuid_shown(connection, manager_serves=manager_serves)
    if manager is None and uuid:
        manager = scene.managers.find(uuid=uuid)
    if manager is None and not uuid and device is not None:
        linked = scene.managers_of(device)
        if len(linked) == 1 and not linked[0].address.seen:
            manager = linked[0]
    if manager is None and not uuid and len(scene.managers.all) == 1 and not scene.managers.all[0].address.seen:
        manager = scene.managers.all[0]
        assumed = assumed or _("the only manager in evidence was taken for this end of the captured connection")
    if manager is None:
        manager = scene.managers.see(evidence, uuid=uuid, address=manager_end, assumed=assumed)
    else:
        scene.managers.note(manager, evidence, address=manager_end, assumed=assumed)
    if device is None:
        device = scene.devices.see(evidence, address=device_end, assumed=assumed)
    return (manager, device), manager_serves


def _uuid_shown(connection: CapturedConnection, *, manager_serves: bool) -> str:
    """The UUID of the FMC by the issuer of what the manager's end shows, else of what the device's end does; "" when neither tells."""
    managers, devices = (
        (connection.server_chain, connection.client_chain) if manager_serves else (connection.client_chain, connection.server_chain)
    )
    for chain in (managers, devices):
        if chain and chain[0].issuer.is_of_sftunnel and UUID.fullmatch(chain[0].issuer.common_name):
            return chain[0].issuer.common_name.lower()
    return ""
