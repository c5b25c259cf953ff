"""What must not be done now (field notes 6.3): every tunnel that might not come back is protected, by the names of its two ends.

This is safety, so it is no data of the rules: a tunnel that is up, or not known to be down, is kept up wherever anything found of it, of
its device or of its manager speaks of certificates, explained or not.
"""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.model.answer import Known
from analyzer.model.case import Device, Manager
from analyzer.model.finding import Finding, Severity
from analyzer.model.plan import DoNot, Situation
from analyzer.prescribe.diagnosis import Diagnoses, Diagnosis, ManagedTunnel, missed_devices, missed_renewal
from analyzer.prescribe.filling import Values, say, values_of
from analyzer.prescribe.fleet import EXPIRED, Expiry, Fleet, Link, link_of, named
from analyzer.prescribe.remedies import Remedies
from analyzer.prescribe.wording import listed

_NOT_AGAIN = (*EXPIRED, Situation.PARTIAL_COPY, Situation.MISSED_RENEWAL, Situation.RESTART_DUE, Situation.ANOTHER_MANAGER)
"""Findings that lead to one of these say that a tunnel cannot be set up again as things are."""


def cannot_come_back(subjects: Iterable[str], fleet: Fleet, but: str = "") -> bool:
    """Something found of these subjects says that a tunnel of theirs, once it drops, is not set up again.

    ``but`` is the key of a finding that is left aside.
    """
    found = (finding for subject in subjects for finding in fleet.counted.get(subject, ()))
    return any(finding.key != but and (finding.leads_to in _NOT_AGAIN or _is_grave(finding)) for finding in found)


def _is_grave(finding: Finding) -> bool:
    """A finding of high severity, whoever wrote its rule, but for a CA that is still valid: then a tunnel comes back until its end."""
    return finding.severity >= Severity.HIGH and finding.leads_to is not Situation.RENEW_IN_TIME


def manager_cautions(
    manager: Manager,
    diagnosis: Diagnosis,
    managed: tuple[ManagedTunnel, ...],
    values: Values,
    *,
    hotfix: bool,
    upgrade: bool,
    copied: Iterable[Device] = (),
    remedies: Remedies,
    fleet: Fleet,
) -> tuple[DoNot, ...]:
    """For a manager: what would cut a tunnel for good.

    ``hotfix``: the plan installs one. ``upgrade``: it orders one, while the CA is valid. ``copied``: devices whose plan ends in a restart,
    as their tunnels are down and a renewal is proven.
    """
    up = [one.device for one in managed if link_of(one.tunnel) is Link.UP]
    unknown = [
        one.device
        for one in managed
        if link_of(one.tunnel) is Link.UNKNOWN or (link_of(one.tunnel) is Link.DOWN and Link.UNKNOWN in fleet.links_of(one.device))
    ]
    elsewhere = [one.device for one in managed if link_of(one.tunnel) is Link.DOWN and Link.UP in fleet.links_of(one.device)]
    stale = [one.device for one in managed if fleet.old_set(one.tunnel) or (missed_renewal(one) and link_of(one.tunnel) is Link.UP)]
    unconfirmed = [one.device for one in managed if link_of(one.tunnel) is Link.UP and _is_to_confirm(one, fleet)]
    situation = diagnosis.situation
    ids: list[str] = []
    if situation is Situation.RENEW_IN_TIME and not upgrade:
        ids, up = ["renew-before-upgrade-alive" if [*up, *unknown] else "renew-before-upgrade"], [*up, *unknown]
    elif situation in EXPIRED and up:
        ids = ["no-reboot-but-hotfix" if hotfix else "no-reboot", "no-restart"]
    elif situation in EXPIRED and (unknown or situation is Situation.EXPIRED_UNKNOWN):
        ids = ["no-reboot-unknown", "no-restart-unknown"]
    elif situation is Situation.UNKNOWN:
        ids = ["nothing-before-date-but-copy" if copied else "nothing-before-date"]
    elif (up and cannot_come_back((manager.key,), fleet)) or (situation is Situation.LOOK_ELSEWHERE and up):
        ids = ["no-restart-before-cleared"]
    elif stale:
        ids, up = ["old-set-alive"], stale
    protects = bool(ids) and situation is not Situation.RENEW_IN_TIME
    if protects and unknown and "no-restart-unknown" not in ids:
        ids.append("no-restart-of-unknown")
    if missed_devices(managed) and situation not in EXPIRED:
        ids.append("no-second-run")
        if unconfirmed and not protects:
            ids.append("no-restart-before-confirmed")
    elif _only_stopped(manager, diagnosis, fleet):
        ids.append("no-needless-run")
    elif _only_the_path(manager, managed, fleet):
        ids.append("no-run-for-the-path")
    on = {
        "no-restart-of-unknown": unknown,
        "no-second-run": [],
        "no-needless-run": [],
        "no-run-for-the-path": [],
        "no-restart-before-confirmed": unconfirmed,
        "renew-before-upgrade": [],
        "renew-before-upgrade-alive": up,
    }
    values = values.saying(
        connected=listed(one.label for one in up),
        unknown=listed(one.label for one in unknown),
        unconfirmed=listed(one.label for one in unconfirmed),
        elsewhere=listed(one.label for one in elsewhere),
        copied=listed(one.label for one in copied),
    )
    cautions = [_do_not(one, named([manager, *on.get(one, [*up, *unknown])]), values, remedies) for one in ids]
    if elsewhere and situation is not Situation.HEALTHY:
        cautions.append(_do_not("no-restart-for-other-manager", named(elsewhere), values, remedies))
    return (*cautions, *_no_run_on_valid(manager, fleet, remedies))


def _only_stopped(manager: Manager, diagnosis: Diagnosis, fleet: Fleet) -> bool:
    """The process of the manager does not run, its CA is valid, and nothing found of the manager speaks of certificates.

    Where something does, a new run may be the repair: nothing is said of it.
    """
    stopped = isinstance(manager.process_running, Known) and not manager.process_running.value
    valid = fleet.expiry(manager) is Expiry.VALID
    return (
        stopped
        and valid
        and diagnosis.situation is Situation.LOOK_ELSEWHERE
        and not cannot_come_back((manager.key,), fleet, diagnosis.because)
    )


def _is_to_confirm(one: ManagedTunnel, fleet: Fleet) -> bool:
    """A finding asks whether every new file arrived there: what is up was set up with the old ones."""
    return any("confirm-new-set" in finding.steps for finding in fleet.open.get(one.tunnel.key, ()))


def _only_the_path(manager: Manager, managed: tuple[ManagedTunnel, ...], fleet: Fleet) -> bool:
    """A tunnel is down because nothing answers, the CA is valid, nothing found of the FMC leads anywhere, and nothing found of its tunnels
    leads to certificates: a new run would only add trouble."""
    if fleet.expiry(manager) is not Expiry.VALID or any(one.leads_to is not None for one in fleet.counted.get(manager.key, ())):
        return False
    subjects = {key for one in managed for key in (one.tunnel.key, one.device.key)}
    leads = {finding.leads_to for subject in subjects for finding in fleet.counted.get(subject, ())}
    return any(_asks_the_path(one, fleet) for one in managed) and not leads & {*_NOT_AGAIN, Situation.RENEW_IN_TIME, Situation.UNKNOWN}


def _asks_the_path(one: ManagedTunnel, fleet: Fleet) -> bool:
    """The tunnel is down, and a finding sends to the path between the two ends."""
    steps = (step for finding in fleet.counted.get(one.tunnel.key, ()) for step in finding.steps)
    return link_of(one.tunnel) is Link.DOWN and "capture-on-manager" in steps


def _no_run_on_valid(manager: Manager, fleet: Fleet, remedies: Remedies) -> Iterable[DoNot]:
    """In a pair of which one is to be renewed and the other's CA is valid: no run on the other. Stands in the plans of both."""
    peer = fleet.peer_of(manager)
    if peer is None:
        return
    for one, other in ((manager, peer), (peer, manager)):
        if fleet.expiry(one) is Expiry.VALID and fleet.expiry(other) in (Expiry.EXPIRED, Expiry.SOON):
            yield _do_not("other-of-pair-is-valid", named([one]), values_of(fleet, one).saying(peer=other.label), remedies)


def device_cautions(device: Device, diagnoses: Diagnoses, fleet: Fleet, values: Values, remedies: Remedies) -> tuple[DoNot, ...]:
    """For a device: leave it alone while a tunnel is up, or not known to be down, that might not come back."""
    kept = [
        link_of(tunnel)
        for tunnel, _diagnosis in diagnoses
        if tunnel is not None
        and link_of(tunnel) is not Link.DOWN
        and (fleet.old_set(tunnel) is not None or cannot_come_back((tunnel.key, tunnel.device, tunnel.manager), fleet))
    ]
    if Link.UP in kept:
        return (_do_not("device-alive", named([device]), values.saying(connected=fleet.connected_to(device)), remedies),)
    worst_of = {diagnosis.situation for _tunnel, diagnosis in diagnoses}
    links = fleet.links_of(device)
    if kept or (Link.UNKNOWN in links and worst_of & set(_NOT_AGAIN)):
        return (_do_not("device-unknown", named([device]), values, remedies),)
    if {Link.UP, Link.DOWN} <= links:
        return (_do_not("device-connected-elsewhere", named([device]), values.saying(connected=fleet.connected_to(device)), remedies),)
    return ()


def cautions_of_nobody(fleet: Fleet, values: Values, remedies: Remedies) -> tuple[DoNot, ...]:
    """Where the evidence tells of trouble (a date that has ended), and not of which FMC: the FMC whose it is may have living tunnels."""
    if fleet.managers or not any(notice.grave and notice.doubts for notice in fleet.case.notices):
        return ()
    return (_do_not("nothing-before-date", (), values, remedies),)


def _do_not(caution: str, on: tuple[str, ...], values: Values, remedies: Remedies) -> DoNot:
    template = remedies.cautions[caution]
    return DoNot(action=template.action, on=on, text=say(template.text, values))
