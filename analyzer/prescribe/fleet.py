"""The case as a plan needs it: who manages what, what was found of each, and which tunnels are up. What protects a tunnel starts here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from analyzer.model.answer import Known
from analyzer.model.case import Case, Device, Manager, Tunnel, TunnelState
from analyzer.model.finding import Finding, State
from analyzer.model.location import Evidence
from analyzer.model.plan import Situation

MAX_PUSH_PLACES = 20
"""Places kept of one FAILED_PUSH: every command with its number rests on them, in the plan of every device."""

URGENCY = (
    Situation.EXPIRED_DOWN,
    Situation.EXPIRED_MIXED,
    Situation.EXPIRED_CONNECTED,
    Situation.EXPIRED_UNKNOWN,
    Situation.PARTIAL_COPY,
    Situation.MISSED_RENEWAL,
    Situation.RESTART_DUE,
    Situation.ANOTHER_MANAGER,
    Situation.NOT_REGISTERED,
    Situation.LOOK_ELSEWHERE,
    Situation.UNKNOWN,
    Situation.RENEW_IN_TIME,
    Situation.HEALTHY,
    Situation.NOT_APPLICABLE,
)
"""The worst first: decides between the findings of a subject and the tunnels of a device, and gives the order of the devices."""

EXPIRED = (Situation.EXPIRED_DOWN, Situation.EXPIRED_MIXED, Situation.EXPIRED_CONNECTED, Situation.EXPIRED_UNKNOWN)


class Link(StrEnum):
    """Whether a tunnel is up. A degraded one is: a restart would cut its last channel. UNKNOWN also where evidence contradicts itself."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


class Expiry(StrEnum):
    """Where the InternalCA of a manager stands today, by what the rules found."""

    EXPIRED = "expired"
    SOON = "soon"
    VALID = "valid"
    UNKNOWN = "unknown"


def link_of(tunnel: Tunnel) -> Link:
    """Whether this tunnel is up, by its state in evidence."""
    if not isinstance(tunnel.state, Known):
        return Link.UNKNOWN
    return Link.DOWN if tunnel.state.value is TunnelState.DOWN else Link.UP


class Fleet(Struct, frozen=True):
    """A case with its findings. ``as_of`` is "today".

    ``open`` holds, by subject, the findings that count and whose cause, if there is one, decides nothing: the most urgent first.
    ``counted`` holds, by subject, all that count, whatever their cause.
    ``twins`` are devices (keys) of which another record has the address, at one manager or under one name: a device that was replaced or
    installed anew. What is typed for one is typed at the other.
    ``pushes`` holds, by manager and by the number of a FAILED_PUSH, where its records stand (at most `MAX_PUSH_PLACES`).
    """

    case: Case
    findings: Mapping[str, Finding]
    open: Mapping[str, tuple[Finding, ...]]
    counted: Mapping[str, tuple[Finding, ...]]
    as_of: datetime
    managers: Mapping[str, Manager]
    devices: Mapping[str, Device]
    by_manager: Mapping[str, tuple[Tunnel, ...]]
    by_device: Mapping[str, tuple[Tunnel, ...]]
    pushes: Mapping[str, Mapping[int, tuple[Evidence, ...]]]
    twins: frozenset[str] = frozenset()

    def leading(self, *subjects: str) -> Finding | None:
        """The unexplained finding that decides the situation of these subjects, None when there is none."""
        found = [finding for subject in subjects for finding in self.open.get(subject, ()) if finding.leads_to is not None]
        return min(found, key=urgency, default=None)

    def of_manager(self, key: str) -> Finding | None:
        """The unexplained finding that decides the situation of a manager: a renewal that is due comes before what else is wrong there."""
        found = [finding for finding in self.open.get(key, ()) if finding.leads_to is not None]
        soon = next((one for one in found if one.leads_to is Situation.RENEW_IN_TIME), None)
        first = min(found, key=urgency, default=None)
        return soon if soon is not None and first is not None and first.leads_to is Situation.LOOK_ELSEWHERE else first

    def expiry(self, manager: Manager | None) -> Expiry:
        """What the rules say of the manager's CA."""
        if manager is None:
            return Expiry.UNKNOWN
        leads = {finding.leads_to for finding in self.open.get(manager.key, ())}
        if Situation.UNKNOWN in leads:
            return Expiry.UNKNOWN
        if leads & set(EXPIRED):
            return Expiry.EXPIRED
        if Situation.RENEW_IN_TIME in leads:
            return Expiry.SOON
        judged = self.findings.get(f"internal-ca-expired:{manager.key}")
        return Expiry.VALID if judged is not None and judged.state is State.CLEAR else Expiry.UNKNOWN

    def links_of(self, device: Device) -> set[Link]:
        """The states of the tunnels of this device, to whatever manager."""
        return {link_of(tunnel) for tunnel in self.by_device.get(device.key, ())}

    def old_set(self, tunnel: Tunnel) -> Finding | None:
        """What says that this tunnel is up since before the present CA, and that its device may lack the new set: it may not come back."""
        found = self.counted.get(tunnel.key, ()) if link_of(tunnel) is Link.UP else ()
        return next((one for one in found if one.rule == "renewed-not-restarted" and one.leads_to is Situation.UNKNOWN), None)

    def may_restart(self, device: Device) -> bool:
        """sftunnel may be restarted on this device: every tunnel of it is known to be down, and it is known which device it is.

        The process serves the tunnels to all managers."""
        return self.links_of(device) == {Link.DOWN} and device.key not in self.twins

    def connected_to(self, device: Device) -> str:
        """The labels of the managers to which a tunnel of this device is up."""
        alive = [tunnel for tunnel in self.by_device.get(device.key, ()) if link_of(tunnel) is Link.UP]
        return ", ".join(self.managers[tunnel.manager].label if tunnel.manager in self.managers else tunnel.manager for tunnel in alive)

    def peer_of(self, manager: Manager) -> Manager | None:
        """The other FMC of a pair, when it is in the case."""
        return self.managers.get(manager.ha_peer)


def _twins(case: Case) -> frozenset[str]:
    sharing: dict[tuple[str, str], set[str]] = {}
    at = {device.key: device.address.value for device in case.devices if isinstance(device.address, Known)}
    for device in case.devices:
        if device.key in at and isinstance(device.name, Known):
            sharing.setdefault((at[device.key], f"name {device.name.value.lower()}"), set()).add(device.key)
    for tunnel in case.tunnels:
        if tunnel.device in at:
            sharing.setdefault((at[tunnel.device], f"manager {tunnel.manager}"), set()).add(tunnel.device)
    return frozenset(key for keys in sharing.values() if len(keys) > 1 for key in keys)


def urgency(finding: Finding) -> tuple[int, int]:
    """The order of findings: by the situation that they lead to, then by severity."""
    return (URGENCY.index(finding.leads_to) if finding.leads_to is not None else len(URGENCY), -finding.severity)


def fleet_of(case: Case, findings: Sequence[Finding], as_of: datetime) -> Fleet:
    """Index a case. Tunnels of a device are in the order of work: those to a primary or standalone manager before those to a secondary."""
    managers = {manager.key: manager for manager in case.managers}
    by_manager: dict[str, list[Tunnel]] = {}
    by_device: dict[str, list[Tunnel]] = {}
    for tunnel in case.tunnels:
        by_manager.setdefault(tunnel.manager, []).append(tunnel)
        by_device.setdefault(tunnel.device, []).append(tunnel)
    for tunnels in by_device.values():
        tunnels.sort(key=lambda tunnel: is_secondary(managers.get(tunnel.manager)))
    unexplained: dict[str, list[Finding]] = {}
    counted: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.counts:
            counted.setdefault(finding.subject, []).append(finding)
    deciding = {one.key for one in findings if one.leads_to is not None}
    for finding in sorted((one for one in findings if one.counts and one.caused_by not in deciding), key=urgency):
        unexplained.setdefault(finding.subject, []).append(finding)
    return Fleet(
        case=case,
        findings={finding.key: finding for finding in findings},
        open={subject: tuple(found) for subject, found in unexplained.items()},
        counted={subject: tuple(found) for subject, found in counted.items()},
        as_of=as_of,
        managers=managers,
        devices={device.key: device for device in case.devices},
        by_manager={key: tuple(tunnels) for key, tunnels in by_manager.items()},
        by_device={key: tuple(tunnels) for key, tunnels in by_device.items()},
        pushes={key: _pushes(tunnels) for key, tunnels in by_manager.items()},
        twins=_twins(case),
    )


def _pushes(tunnels: Sequence[Tunnel]) -> dict[int, tuple[Evidence, ...]]:
    """A place that shows the number comes first."""
    places: dict[int, dict[Evidence, None]] = {}
    for tunnel in tunnels:
        for failure in tunnel.push_failures:
            if failure.epoch is not None:
                places.setdefault(failure.epoch, {})[failure.evidence] = None
    return {epoch: tuple(sorted(all_, key=lambda place: not shows(place, epoch))[:MAX_PUSH_PLACES]) for epoch, all_ in places.items()}


def shows(place: Evidence, epoch: int) -> bool:
    """The number of the run stands in the line or in the path of its file."""
    return str(epoch) in place.text or str(epoch) in place.location.source


def in_order_of_work(managers: Sequence[Manager]) -> list[Manager]:
    """Each primary directly before its secondary; else as they come."""
    ordered: list[Manager] = []
    by_key = {manager.key: manager for manager in managers}
    for manager in sorted(managers, key=is_secondary):
        for one in (manager, by_key.get(manager.ha_peer)):
            if one is not None and one not in ordered:
                ordered.append(one)
    return ordered


def is_secondary(manager: Manager | None) -> bool:
    """The second of a pair of FMCs, whose own InternalCA is renewed last (Cisco document 222464)."""
    return manager is not None and isinstance(manager.role, Known) and manager.role.value == "secondary"


def is_primary(manager: Manager) -> bool:
    """The first of a pair of FMCs."""
    return isinstance(manager.role, Known) and manager.role.value == "primary"


def named(appliances: Iterable[Device | Manager]) -> tuple[str, ...]:
    """The labels and UUIDs of appliances, each once: what a do-not says that it holds for."""
    names: dict[str, None] = {}
    for one in appliances:
        names[one.label] = None
        if isinstance(one.uuid, Known):
            names[one.uuid.value] = None
    return tuple(names)
