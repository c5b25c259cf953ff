"""The plan of one manager: renew its CA, then see that every device has its part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from analyzer.model.answer import Conflicting, Known, Missing
from analyzer.model.case import Device, HotfixKind, Manager
from analyzer.model.finding import Finding
from analyzer.model.plan import AppliancePlan, GeneratedFile, Risk, Situation, Step
from analyzer.prescribe.cautions import cannot_come_back, manager_cautions
from analyzer.prescribe.copy_list import copy_list_on_jump_server, copy_list_on_manager
from analyzer.prescribe.diagnosis import Diagnosis, ManagedTunnel, missed_devices, other_findings
from analyzer.prescribe.filling import Values, fill, uniquely_named, values_of
from analyzer.prescribe.fleet import EXPIRED, Expiry, Fleet, Link, is_primary, is_secondary, link_of
from analyzer.prescribe.remedies import Remedies
from analyzer.prescribe.wording import listed
from analyzer.texts import _

NEEDS_COPY = (Situation.EXPIRED_DOWN, Situation.MISSED_RENEWAL, Situation.PARTIAL_COPY)
"""Situations of a device towards a manager in which its three files must come by copy."""

RENEW = (*EXPIRED, Situation.RENEW_IN_TIME)
"""Situations of a manager in which its CA has to be renewed. One way fits them all (Cisco document 222464, solutions 1 and 2)."""

_MISSES_THE_PUSH = (Situation.LOOK_ELSEWHERE, Situation.UNKNOWN)
"""A device whose tunnel is down for such a reason when the CA is renewed in time gets its files by copy too."""


_UPGRADE_TAKES = timedelta(days=7)
"""With less left, no upgrade is ordered before the renewal: it has to be planned, done and followed by the renewal."""


def can_renew(manager: Manager) -> bool:
    """generate_certs.pl is there, or a hotfix may bring it; False only for a release for which no source names one."""
    return not (isinstance(manager.hotfix, Known) and manager.hotfix.value.kind in (HotfixKind.NONE, HotfixKind.NOT_LISTED))


def may_copy(manager: Manager, fleet: Fleet) -> bool:
    """The manager keeps files that a device can use, or will after the run that its plan orders."""
    match fleet.expiry(manager):
        case Expiry.VALID:
            return True
        case Expiry.EXPIRED | Expiry.SOON:
            return can_renew(manager)
        case Expiry.UNKNOWN:
            made = isinstance(manager.renewal, Known) and manager.renewal.value.confirmed is not False
            return made and not isinstance(manager.internal_ca_not_after, Conflicting)


def needs_copy(one: ManagedTunnel, fleet: Fleet) -> bool:
    """The files of this device come by copy: they are wrong or old, or it will miss the push of a renewal that is ordered."""
    if one.diagnosis.situation in NEEDS_COPY:
        return True
    soon = fleet.expiry(fleet.managers.get(one.tunnel.manager)) is Expiry.SOON
    return soon and link_of(one.tunnel) is Link.DOWN and one.diagnosis.situation in _MISSES_THE_PUSH


def manager_plan(
    manager: Manager, diagnosis: Diagnosis, managed: tuple[ManagedTunnel, ...], fleet: Fleet, remedies: Remedies, busy: frozenset[str]
) -> AppliancePlan:
    """The steps on this manager, in order. ``busy`` holds the keys of the managers with something to do."""
    values = values_of(fleet, manager).saying(why=diagnosis.summary)
    files: tuple[GeneratedFile, ...] = ()
    steps: list[Step] = []
    renew, owed = diagnosis.situation in RENEW, bool(missed_devices(managed))
    if renew:
        steps = _renewal(manager, diagnosis, managed, values, fleet, remedies)
    elif owed:
        ids = [*diagnosis.settle, *diagnosis.steps, "check-tunnels", *(["read-failed-push"] if isinstance(manager.renewal, Known) else [])]
        steps = [fill(remedies, one, values) for one in _guarded(ids, manager, diagnosis, managed, fleet, remedies)]
    else:
        ids = [*diagnosis.settle, *diagnosis.steps]
        steps = [fill(remedies, one, values) for one in _guarded(ids, manager, diagnosis, managed, fleet, remedies)]
    if (renew or owed) and may_copy(manager, fleet):
        copying, files = _copying(manager, managed, values, fleet, remedies)
        steps += [*copying, fill(remedies, "verify-tunnels", values)]
    if renew or owed:
        steps = _in_a_pair(manager, steps, values, fleet, remedies, busy)
    others = other_findings((manager.key,), diagnosis, fleet)
    steps += also(others, steps, values, remedies, {"manager", "workstation"})
    return AppliancePlan(
        box=manager.key,
        label=manager.label,
        kind="manager",
        situation=diagnosis.situation,
        summary=diagnosis.summary,
        because=tuple(one for one in (diagnosis.because, *(finding.key for finding in others)) if one),
        steps=uniquely_named(steps),
        do_not=manager_cautions(
            manager,
            diagnosis,
            managed,
            values,
            hotfix=any(step.id == "install-hotfix" and not step.refused for step in steps),
            upgrade=any(step.id == "upgrade-then-renew" for step in steps),
            copied=[one.device for one in managed if needs_copy(one, fleet) and may_copy(manager, fleet) and fleet.may_restart(one.device)],
            remedies=remedies,
            fleet=fleet,
        ),
        files=files,
    )


def also(others: Iterable[Finding], steps: list[Step], values: Values, remedies: Remedies, on: set[str]) -> list[Step]:
    """The steps that the other findings of an appliance name, those of them that are safe and not there yet."""
    there = {step.id for step in steps}
    added: dict[str, Step] = {}
    for finding in others:
        for step_id in looks_of(finding):
            template = remedies.steps[step_id]
            if (
                not step_id.startswith("verify-")
                and step_id not in there
                and step_id not in added
                and template.on in on
                and (template.risk is Risk.SAFE or not template.commands)
            ):
                added[step_id] = fill(remedies, step_id, values.saying(why=f"{finding.title}.", failure=f"{finding.title}."))
    return list(added.values())


_LOOKS = {
    Situation.PARTIAL_COPY: ("check-files",),
    Situation.MISSED_RENEWAL: ("check-files",),
    Situation.RESTART_DUE: ("check-files",),
    Situation.ANOTHER_MANAGER: ("show-managers",),
}
"""What can be looked at safely where a finding leads to a repair that another finding stands before."""


def looks_of(finding: Finding) -> tuple[str, ...]:
    """The steps that a finding names, else what can be looked at in the situation that it leads to."""
    return finding.steps or (_LOOKS.get(finding.leads_to, ()) if finding.leads_to is not None else ())


def kept_back(ids: Iterable[str], remedies: Remedies, all_down: bool) -> list[str]:
    """The steps, each once, without those of a team's own folder that are not safe while a tunnel is up, or not known to be down."""
    return [one for one in dict.fromkeys(ids) if all_down or not remedies.steps[one].origin or remedies.steps[one].risk is Risk.SAFE]


def _guarded(
    ids: Iterable[str], manager: Manager, diagnosis: Diagnosis, managed: tuple[ManagedTunnel, ...], fleet: Fleet, remedies: Remedies
) -> list[str]:
    """The steps without the start of a process that could cut a tunnel, or end in a set that no device accepts.

    A socket that does not listen is not enough to start anything: a process may run without it, and dial its devices itself.
    """
    stopped = isinstance(manager.process_running, Known) and not manager.process_running.value
    up = any(link_of(one.tunnel) is Link.UP for one in managed)
    valid = fleet.expiry(manager) in (Expiry.VALID, Expiry.SOON)
    safe = stopped and not up and valid and not cannot_come_back((manager.key,), fleet, diagnosis.because)
    own = kept_back(ids, remedies, all(link_of(one.tunnel) is Link.DOWN for one in managed))
    kept = [one for one in own if safe or one not in ("start-manager-process", "verify-tunnels")]
    return begins_stopped(kept, "manager-process", "start-manager-process", "manager-process-stopped")


def begins_stopped(ids: Iterable[str], asks: str, starts: str, stopped: str) -> list[str]:
    """Where a process is started that evidence shows to be stopped, the look before it expects that: it must not end at Cisco TAC."""
    there = list(ids)
    return [stopped if one == asks and starts in there else one for one in there]


def _renewal(
    manager: Manager, diagnosis: Diagnosis, managed: tuple[ManagedTunnel, ...], values: Values, fleet: Fleet, remedies: Remedies
) -> list[Step]:
    before = [fill(remedies, "back-up-manager", values)]
    checks = [fill(remedies, step_id, values) for step_id in ("check-tunnels", "check-ca-date")]
    script = _script(manager, diagnosis, values, fleet, remedies)
    down = managed and all(link_of(one.tunnel) is Link.DOWN for one in managed)
    peer = fleet.peer_of(manager)
    if peer is not None:
        down = down and all(link_of(one) is Link.DOWN for one in fleet.by_manager.get(peer.key, ()))
    allowed = diagnosis.situation is Situation.EXPIRED_DOWN and down
    upgrade = [fill(remedies, "upgrade-allowed", values, alternative=can_renew(manager))] if allowed else []
    if not can_renew(manager):
        return [*before, *checks, *script, *upgrade]
    run = [fill(remedies, one, values) for one in ("generate-certs", "find-failed-push", "collect-after-renewal")]
    if diagnosis.situation is Situation.EXPIRED_UNKNOWN:
        return [*checks, *before, *script, *run]  # first see what is up: everything else depends on it
    return [*before, *script, *checks, *run, *upgrade]


def _script(manager: Manager, diagnosis: Diagnosis, values: Values, fleet: Fleet, remedies: Remedies) -> list[Step]:
    """How generate_certs.pl comes to this release: nothing to do, the hotfix, or why none can be named."""
    if isinstance(manager.hotfix, Missing):
        return [fill(remedies, "find-release", values.saying(why=manager.hotfix.why))]
    hotfix = manager.hotfix.value
    values = values.saying(hotfix=hotfix.name, **({"document": hotfix.document} if hotfix.document else {}))
    match hotfix.kind:
        case HotfixKind.INSTALLED:
            return []
        case HotfixKind.INSTALL:
            return [fill(remedies, "install-hotfix", values)]
        case HotfixKind.CONTAINED:
            return [fill(remedies, "find-script", values)]
        case _ if diagnosis.situation is Situation.RENEW_IN_TIME and _time_to_upgrade(manager, fleet):
            return [fill(remedies, "upgrade-then-renew", values)]
        case _:
            return [fill(remedies, "ask-tac-for-script", values)]


def _time_to_upgrade(manager: Manager, fleet: Fleet) -> bool:
    ends = manager.internal_ca_not_after
    return isinstance(ends, Known) and ends.value - fleet.as_of >= _UPGRADE_TAKES


def _in_a_pair(manager: Manager, steps: list[Step], values: Values, fleet: Fleet, remedies: Remedies, busy: frozenset[str]) -> list[Step]:
    """The primary completely, then the secondary (Cisco document 222464); where evidence does not tell which is which, that comes first."""
    if not manager.ha_peer and not is_secondary(manager) and not is_primary(manager):
        return steps
    peer = fleet.peer_of(manager)
    if peer is not None and peer.key not in busy and fleet.expiry(peer) is Expiry.VALID:
        return steps  # nothing is to be done there: a step that sends a person there could only make a second run
    values = values.saying(peer=peer.label if peer is not None else _("the other FMC of the pair"))
    if is_secondary(manager):
        primary = values.saying(primary=peer.label if peer is not None else _("the primary FMC"))
        return [fill(remedies, "primary-first", primary), *steps]
    if is_primary(manager):
        return [*steps, fill(remedies, "then-secondary", values)]
    return [fill(remedies, "which-is-primary", values), *steps, fill(remedies, "then-secondary", values)]


def _copying(
    manager: Manager, managed: tuple[ManagedTunnel, ...], values: Values, fleet: Fleet, remedies: Remedies
) -> tuple[list[Step], tuple[GeneratedFile, ...]]:
    """The lists hold only devices of which every tunnel is down; for the others that no tunnel is known to be up of, a look settles it."""
    wanted = [one.device for one in managed if needs_copy(one, fleet)]
    open_ = [one.device for one in managed if one.diagnosis.situation is Situation.EXPIRED_UNKNOWN]
    ready: list[Device] = [one for one in wanted if fleet.may_restart(one)]
    waiting = [one for one in (*wanted, *open_) if Link.UNKNOWN in fleet.links_of(one) and Link.UP not in fleet.links_of(one)]
    steps = [fill(remedies, "look-before-copy", values.saying(waiting=listed(one.label for one in waiting)))] if waiting else []
    if not ready:
        return steps, ()
    local = copy_list_on_manager(manager, ready)
    remote = copy_list_on_jump_server(manager, ready, fleet)
    if not local.lines:
        return [*steps, fill(remedies, "copy-from-manager", values, refused=local.refused)], ()
    steps += [fill(remedies, one, values) for one in ("copy-from-manager", "remove-credentials")]
    steps.append(fill(remedies, "copy-from-jump-server", values, alternative=True, refused=() if remote.lines else remote.refused))
    return steps, (local, *([remote] if remote.lines else []))
