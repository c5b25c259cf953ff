"""The case as a plan needs it: who manages what, which tunnels live, and when each CA ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from analyzer.model.answer import Conflicting, Known
from analyzer.model.case import Case, Device, Manager, PushListRun, Tunnel, TunnelState
from analyzer.model.finding import Finding, State
from analyzer.model.location import Evidence
from analyzer.model.outputs import moment_of_epoch

RUN_AND_CA = timedelta(days=1)
"""A run of generate_certs.pl this much later than the CA's start made another CA: the two are seconds apart (field notes 1, fact 8)."""

MAX_PUSH_PLACES = 20
"""Places kept of one FAILED_PUSH: every command with its number rests on them, in the plan of every device."""


class Life(StrEnum):
    """Whether a tunnel lives. A degraded one does: one of its channels is up, and a restart would cut it."""

    ALIVE = "alive"
    DOWN = "down"
    UNKNOWN = "unknown"


class Expiry(StrEnum):
    """Where the InternalCA of a manager stands today. UNKNOWN also when the certificate in evidence is older than the newest renewal."""

    EXPIRED = "expired"
    SOON = "soon"
    VALID = "valid"
    UNKNOWN = "unknown"


def life(tunnel: Tunnel) -> Life:
    """Whether this tunnel lives, by its newest state in evidence."""
    if not isinstance(tunnel.state, Known):
        return Life.UNKNOWN
    return Life.DOWN if tunnel.state.value is TunnelState.DOWN else Life.ALIVE


def may_live(tunnel: Tunnel) -> bool:
    """The evidence contradicts itself about this tunnel, and a part of it says that it lives."""
    state = tunnel.state
    return isinstance(state, Conflicting) and any(claim.value is not TunnelState.DOWN for claim in state.claims)


def outlived_by_run(manager: Manager) -> bool:
    """generate_certs.pl ran (and was confirmed) well after the CA in evidence began: that CA is no longer the one in force."""
    if isinstance(manager.push_list_run, Known):
        return manager.push_list_run.value is PushListRun.LATER
    renewal, begins = manager.renewal, manager.internal_ca_not_before
    if not isinstance(renewal, Known) or not isinstance(begins, Known) or renewal.value.confirmed is False:
        return False
    epoch = renewal.value.failed_push_epoch
    ran = renewal.value.started if epoch is None else moment_of_epoch(epoch)
    return ran is not None and ran - begins.value > RUN_AND_CA


def in_the_cloud(manager: Manager | None) -> bool:
    """It is Cisco's cloud-delivered FMC: its command line is not the user's, and who renews its CA is not documented (field notes 6.6)."""
    return manager is not None and isinstance(manager.is_cloud, Known) and manager.is_cloud.value


class Fleet(Struct, frozen=True):
    """A case with its findings, indexed by key. ``as_of`` is "today".

    ``pushes`` holds, by manager and by the number of a FAILED_PUSH, where its records stand (at most `MAX_PUSH_PLACES`).
    """

    case: Case
    findings: Mapping[str, Finding]
    as_of: datetime
    managers: Mapping[str, Manager]
    devices: Mapping[str, Device]
    by_manager: Mapping[str, tuple[Tunnel, ...]]
    by_device: Mapping[str, tuple[Tunnel, ...]]
    pushes: Mapping[str, Mapping[int, tuple[Evidence, ...]]]

    def finding(self, rule: str, subject: str) -> Finding | None:
        return self.findings.get(f"{rule}:{subject}")

    def affected(self, rule: str, subject: str) -> bool:
        """The rule says AFFECTED or AT_RISK of this subject, today."""
        finding = self.finding(rule, subject)
        return finding is not None and finding.counts

    def expiry(self, manager: Manager | None) -> Expiry:
        """What the rules say of the manager's CA; its date in evidence where they could not tell."""
        if manager is None or outlived_by_run(manager):
            return Expiry.UNKNOWN
        expired = self.finding("internal-ca-expired", manager.key)
        if expired is not None and expired.state is State.AFFECTED:
            return Expiry.EXPIRED
        ends = manager.internal_ca_not_after
        if isinstance(ends, Known) and ends.value <= self.as_of:
            return Expiry.EXPIRED
        if self.affected("internal-ca-expiring", manager.key):
            return Expiry.SOON
        return Expiry.VALID if isinstance(ends, Known) else Expiry.UNKNOWN

    def may_restart(self, device: Device) -> bool:
        """sftunnel may be restarted on this device by hand, after a look: a tunnel is down, and none is known to live, or said to live by
        one of two pieces of evidence that contradict each other.

        The process serves the tunnels to all managers, so one that lives forbids it, whoever it leads to. A tunnel through which files
        could not be pushed counts as down where nothing newer says otherwise (Cisco document 222464 expects the failure for that reason).
        """
        tunnels = self.by_device.get(device.key, ())
        if any(life(tunnel) is Life.ALIVE or may_live(tunnel) for tunnel in tunnels):
            return False
        return any(life(tunnel) is Life.DOWN or (isinstance(tunnel.push_failed, Known) and tunnel.push_failed.value) for tunnel in tunnels)

    def may_be_listed(self, device: Device) -> bool:
        """The device may stand in the list of a script that restarts it without a look: each of its tunnels is known to be down."""
        tunnels = self.by_device.get(device.key, ())
        return bool(tunnels) and all(life(tunnel) is Life.DOWN for tunnel in tunnels)

    def alive_to(self, device: Device) -> str:
        """The labels of the managers to which this device has a living tunnel."""
        alive = [tunnel for tunnel in self.by_device.get(device.key, ()) if life(tunnel) is Life.ALIVE]
        return ", ".join(self.managers[tunnel.manager].label if tunnel.manager in self.managers else tunnel.manager for tunnel in alive)

    def secondary_of(self, manager: Manager) -> Manager | None:
        """The secondary of this primary, when it is in the case."""
        primary = isinstance(manager.role, Known) and manager.role.value == "primary"
        return self.managers.get(manager.ha_peer) if primary else None

    def primary_of(self, manager: Manager) -> Manager | None:
        """The primary that must be done before this secondary, when it is in the case."""
        return self.managers.get(manager.ha_peer) if is_secondary(manager) else None


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
    return Fleet(
        case=case,
        findings={finding.key: finding for finding in findings},
        as_of=as_of,
        managers=managers,
        devices={device.key: device for device in case.devices},
        by_manager={key: tuple(tunnels) for key, tunnels in by_manager.items()},
        by_device={key: tuple(tunnels) for key, tunnels in by_device.items()},
        pushes={key: _pushes(tunnels) for key, tunnels in by_manager.items()},
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
