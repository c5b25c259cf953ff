"""The situation of a manager, a tunnel, a device: that of the unexplained finding that counts most. Nothing is concluded here.

The rules decide what is wrong. What is said here without a finding is only that nothing was found, or that it cannot be told.
"""

from __future__ import annotations

from msgspec import Struct

from analyzer.model.answer import Known
from analyzer.model.case import Device, Manager, Tunnel, TunnelState
from analyzer.model.finding import Finding, Severity, State
from analyzer.model.plan import Situation
from analyzer.prescribe.fleet import URGENCY, Expiry, Fleet, Link, link_of
from analyzer.prescribe.then import seen_then
from analyzer.prescribe.wording import day, listed
from analyzer.texts import _, ngettext


class Diagnosis(Struct, frozen=True):
    """A situation, a sentence, and the key of the finding that it stands on ("" for none).

    ``steps`` are the steps that this finding names. ``settle`` are ids of the ``collect-*`` steps that would settle what is unknown.
    """

    situation: Situation
    summary: str
    because: str = ""
    steps: tuple[str, ...] = ()
    settle: tuple[str, ...] = ()


Diagnoses = tuple[tuple[Tunnel | None, Diagnosis], ...]
"""The diagnosis of each tunnel of a device, in the order of work; one without a tunnel when it has none."""

_NOT_OURS = (Situation.ANOTHER_MANAGER, Situation.NOT_REGISTERED)
"""A tunnel that is down for such a reason is not repaired by a renewal of this manager, so they come before an expired CA."""

SETTLES = {
    "internal_ca_not_after": "collect-ca-date",
    "internal_ca_not_before": "collect-ca-date",
    "internal_ca": "collect-ca",
    "version": "collect-identity",
    "hotfix": "collect-identity",
    "uuid": "collect-identity",
    "state": "collect-tunnels",
    "device_leaf": "collect-device-certificates",
    "device_leaf_issued_by": "collect-device-certificates",
    "device_ca_is_current": "collect-device-certificates",
}
"""The step that brings what a rule missed, by the last part of its path."""


class ManagedTunnel(Struct, frozen=True):
    """A tunnel of a manager with its device and its diagnosis."""

    tunnel: Tunnel
    device: Device
    diagnosis: Diagnosis


def device_diagnoses(device: Device, fleet: Fleet) -> Diagnoses:
    """The diagnosis of each tunnel of a device."""
    own = fleet.leading(device.key)
    tunnels = fleet.by_device.get(device.key, ())
    listed = any(one.leads_to is Situation.NOT_REGISTERED for tunnel in tunnels for one in fleet.open.get(tunnel.key, ()))
    if own is not None and own.leads_to is Situation.NOT_APPLICABLE and Link.UP not in fleet.links_of(device) and not listed:
        return ((None, _standing_on(own)),)
    if tunnels:
        return tuple((tunnel, tunnel_diagnosis(tunnel, device, fleet)) for tunnel in tunnels)
    if own is not None:
        return ((None, _standing_on(own)),)
    text = _("The FMC that manages {device} is unknown, and so is its tunnel state.").format(device=device.label)
    return ((None, Diagnosis(Situation.UNKNOWN, text, settle=("collect-device-state", "collect-device-managers"))),)


def worst(diagnoses: Diagnoses) -> Diagnosis:
    """The diagnosis that decides for the device."""
    return min((one for _tunnel, one in diagnoses), key=lambda one: URGENCY.index(one.situation))


def tunnel_diagnosis(tunnel: Tunnel, device: Device, fleet: Fleet) -> Diagnosis:
    """The situation of a device towards one manager."""
    manager = fleet.managers.get(tunnel.manager)
    above = fleet.of_manager(tunnel.manager)
    lead = fleet.leading(tunnel.key, device.key)
    state, expiry, then = link_of(tunnel), fleet.expiry(manager), seen_then((tunnel,), fleet.as_of)
    said = {
        "device": device.label,
        "manager": manager.label if manager is not None else _("its FMC"),
        "ends": day(manager.internal_ca_not_after) if manager is not None else "",
    }
    if above is not None and above.leads_to is Situation.NOT_APPLICABLE:
        return _in_the_cloud(state, said, above)
    if state is not Link.UP:
        foreign = [one for one in fleet.open.get(tunnel.key, ()) if one.leads_to in _NOT_OURS]
        if foreign:
            return _standing_on(foreign[0])
    if expiry is Expiry.EXPIRED and above is not None:
        return _expired(state, said, above, then)
    if lead is not None and lead.leads_to is not Situation.UNKNOWN:
        degraded = isinstance(tunnel.state, Known) and tunnel.state.value is TunnelState.DEGRADED
        first = expiry is Expiry.SOON or (expiry is Expiry.UNKNOWN and degraded)
        waits = lead.leads_to is Situation.LOOK_ELSEWHERE and state is Link.UP and first
        if not waits:
            return _standing_on(lead)
    trouble = next((one for one in fleet.open.get(tunnel.manager, ()) if one.leads_to is Situation.LOOK_ELSEWHERE), None)
    if state is not Link.UP and trouble is not None:
        text = _("The tunnel of {device} is not up. Resolve this on {manager} first: {title}.").format(**said, title=trouble.title)
        return Diagnosis(Situation.LOOK_ELSEWHERE, text, trouble.key, ("verify-device",))
    if expiry is Expiry.UNKNOWN:
        settle = ("collect-ca-date", "collect-tunnels") if state is Link.UNKNOWN else ("collect-ca-date",)
        if lead is not None and lead.leads_to is Situation.UNKNOWN:
            found = _standing_on(lead)
            return Diagnosis(found.situation, found.summary, found.because, settle=tuple(dict.fromkeys((*settle, *found.settle))))
        text = _("The expiry date of the InternalCA of {manager} is unknown, so {device} cannot be assessed.")
        return Diagnosis(Situation.UNKNOWN, text.format(**said), settle=settle)
    if state is not Link.UP and lead is not None:
        return _standing_on(lead)
    if state is Link.UP and expiry is Expiry.SOON and above is not None:
        text = _("The tunnel of {device} to {manager} is up, and the InternalCA expires on {ends}. Renew it while the tunnel is up.")
        return Diagnosis(Situation.RENEW_IN_TIME, text.format(**said), above.key)
    if (old := fleet.old_set(tunnel)) is not None:
        return _standing_on(old)
    if state is Link.UP and then:
        text = _("The tunnel of {device} to {manager} was up on {then}, and the InternalCA is valid.")
        return Diagnosis(Situation.HEALTHY, text.format(**said, then=then), settle=("collect-tunnels",))
    if state is Link.UP:
        return Diagnosis(Situation.HEALTHY, _("The tunnel of {device} to {manager} is up, and the InternalCA is valid.").format(**said))
    if state is Link.DOWN:
        text = _("The tunnel of {device} to {manager} is down although the InternalCA is valid, and the evidence does not show why.")
        return Diagnosis(Situation.UNKNOWN, text.format(**said), settle=_missed_by_rules(tunnel, fleet) or ("collect-device-certificates",))
    text = _("The InternalCA of {manager} is valid, but the tunnel state of {device} is unknown.")
    return Diagnosis(Situation.UNKNOWN, text.format(**said), settle=("collect-tunnels",))


def _standing_on(finding: Finding) -> Diagnosis:
    """What this finding leads to. What it asks for is to settle something, what it orders is to be done."""
    situation = finding.leads_to or Situation.UNKNOWN
    settle = tuple(one for one in finding.steps if one.startswith("collect-"))
    if situation is Situation.ANOTHER_MANAGER:
        settle = ("collect-device-managers",)
    return Diagnosis(situation, f"{finding.subject_label}: {finding.title}.", finding.key, finding.steps, settle)


def _missed_by_rules(tunnel: Tunnel, fleet: Fleet) -> tuple[str, ...]:
    """What would let the rules say why the tunnel is down."""
    judged = fleet.findings.get(f"tunnel-down-certificates-healthy:{tunnel.key}")
    if judged is None or judged.state is not State.UNKNOWN:
        return ()
    return tuple(dict.fromkeys(step for path, _why in judged.missing if (step := SETTLES.get(path.rpartition(".")[2]))))


def _in_the_cloud(state: Link, said: dict[str, str], above: Finding) -> Diagnosis:
    """What the device itself can show is all that there is to look at."""
    if state is Link.UP:
        text = _("The tunnel of {device} to {manager}, the cloud-delivered FMC, is up.")
        return Diagnosis(Situation.HEALTHY, text.format(**said), above.key)
    if state is Link.DOWN:
        text = _(
            "The tunnel of {device} to {manager}, the cloud-delivered FMC, is down. Check the device and its route to "
            "the internet, and ask Cisco TAC."
        )
        return Diagnosis(
            Situation.LOOK_ELSEWHERE, text.format(**said), above.key, ("device-view", "process-runs", "newest-log", "device-clock")
        )
    text = _("The state of the tunnel of {device} to {manager}, the cloud-delivered FMC, is unknown.")
    return Diagnosis(Situation.UNKNOWN, text.format(**said), above.key, settle=("collect-device-state",))


def _expired(state: Link, said: dict[str, str], above: Finding, then: str) -> Diagnosis:
    """``then`` is the day of evidence that is too old to speak of today, "" for none."""
    if state is Link.UP:
        text = _(
            "The InternalCA of {manager} expired on {ends}, and the tunnel of {device} is still up. It cannot reconnect once it drops."
        )
        if then:
            text = _(
                "The InternalCA of {manager} expired on {ends}, and the tunnel of {device} was up on {then}. Check again, "
                "and treat it as up: it cannot reconnect once it drops."
            )
        return Diagnosis(Situation.EXPIRED_CONNECTED, text.format(**said, then=then), above.key)
    if state is Link.DOWN:
        text = _(
            "The InternalCA of {manager} expired on {ends}, and the tunnel of {device} is down. Its files must be copied after the renewal."
        )
        return Diagnosis(Situation.EXPIRED_DOWN, text.format(**said), above.key)
    text = _(
        "The InternalCA of {manager} expired on {ends}. It is unknown whether the tunnel of {device} is up. Treat it as up until you know."
    )
    return Diagnosis(Situation.EXPIRED_UNKNOWN, text.format(**said), above.key, settle=("collect-tunnels",))


def manager_diagnosis(manager: Manager, managed: tuple[ManagedTunnel, ...], fleet: Fleet) -> Diagnosis:
    """The situation of a manager, with the numbers."""
    alive, down, unknown = (sum(link_of(one.tunnel) is wanted for one in managed) for wanted in (Link.UP, Link.DOWN, Link.UNKNOWN))
    said = {"manager": manager.label, "ends": day(manager.internal_ca_not_after)}
    lead, expiry = fleet.of_manager(manager.key), fleet.expiry(manager)
    if lead is not None and lead.leads_to is Situation.NOT_APPLICABLE:
        text = _("{manager} is the cloud-delivered FMC: generate_certs.pl and the manual copy procedure do not apply to it. Ask Cisco TAC.")
        return Diagnosis(Situation.NOT_APPLICABLE, text.format(**said), lead.key, lead.steps)
    if expiry is Expiry.EXPIRED and lead is not None and lead.leads_to is not None:
        tally = _tally(alive, down, unknown, seen_then((one.tunnel for one in managed), fleet.as_of)) or _("its tunnels are unknown")
        text = _("The InternalCA of {manager} expired on {ends}: {tally}.").format(**said, tally=tally)
        settle = ("collect-tunnels",) if lead.leads_to is Situation.EXPIRED_UNKNOWN else ()
        return Diagnosis(lead.leads_to, text, lead.key, settle=settle)
    owed = len(missed_devices(managed))
    missed = ""
    if owed:
        some = ngettext(
            "{n} device of {all} did not receive all of the new files.",
            ("{n} devices of {all} did not receive all of the new files."),
            owed,
        )
        missed = " " + some.format(n=owed, all=len(managed))
    if lead is not None and lead.leads_to is not Situation.RENEW_IN_TIME:
        found = _standing_on(lead)
        settle = ("collect-ca-date",) if expiry is Expiry.UNKNOWN else ()
        return Diagnosis(
            found.situation, found.summary + missed, found.because, found.steps, tuple(dict.fromkeys((*found.settle, *settle)))
        )
    if lead is not None:
        text = _("The InternalCA of {manager} expires on {ends}, {left}. Renew it while its tunnels are up ({alive} up, {down} down).")
        return Diagnosis(Situation.RENEW_IN_TIME, text.format(**said, left=_left(manager, fleet), alive=alive, down=down), lead.key)
    if expiry is Expiry.UNKNOWN:
        text = _("The expiry date of the InternalCA of {manager} is unknown.").format(**said)
        if not isinstance(manager.internal_ca_not_after, Known) and manager.internal_ca_not_after.why:
            text = _("The expiry date of the InternalCA of {manager} is unknown: {why}.").format(
                **said, why=manager.internal_ca_not_after.why
            )
        return Diagnosis(Situation.UNKNOWN, text + missed, settle=("collect-ca-date",))
    return Diagnosis(Situation.HEALTHY, _("The InternalCA of {manager} is valid until {ends}.").format(**said) + missed)


def _left(manager: Manager, fleet: Fleet) -> str:
    """How long the InternalCA is still valid, in whole days; in hours on its last day."""
    if not isinstance(manager.internal_ca_not_after, Known):
        return _("at an unknown time")
    left = manager.internal_ca_not_after.value - fleet.as_of
    if left.days:
        return ngettext("in {n} day", "in {n} days", left.days).format(n=left.days)
    hours = left.seconds // 3600
    return ngettext("in {n} hour", "in {n} hours", hours).format(n=hours) if hours else _("within an hour")


def _tally(alive: int, down: int, unknown: int, then: str = "") -> str:
    """``2 devices still connected, 1 down``: the first number says of what, "" when there are none. ``then`` is the day of old evidence."""
    whole = (
        (alive, ngettext("{n} device still connected", "{n} devices still connected", alive)),
        (down, ngettext("{n} device down", "{n} devices down", down)),
        (unknown, ngettext("{n} device unknown", "{n} devices unknown", unknown)),
    )
    if then:
        was = ngettext("{n} device was still connected on {day}", "{n} devices were still connected on {day}", alive)
        fell = ngettext("{n} device was down on {day}", "{n} devices were down on {day}", down)
        whole = ((alive, was), (down, fell), whole[2])
    short = (_("{n} still connected"), _("{n} down"), _("{n} unknown"))
    said: list[str] = []
    for (number, first), later in zip(whole, short, strict=True):
        if number:
            said.append((later if said else first).format(n=number, day=then))
    return ", ".join(said) + (_(" (today is unknown)") if then and said else "")


def missed_renewal(one: ManagedTunnel) -> bool:
    """The device missed a renewal that was made, or got only a part of the new set."""
    return one.diagnosis.situation in (Situation.MISSED_RENEWAL, Situation.PARTIAL_COPY)


def missed_devices(managed: tuple[ManagedTunnel, ...]) -> list[ManagedTunnel]:
    """The tunnels to devices that missed the renewal."""
    return [one for one in managed if missed_renewal(one)]


def other_findings(subjects: tuple[str, ...], diagnosis: Diagnosis, fleet: Fleet) -> list[Finding]:
    """The other unexplained findings of these subjects, those that order something or lead somewhere."""
    found = [one for subject in subjects for one in fleet.open.get(subject, ()) if one.key != diagnosis.because]
    return [one for one in found if one.leads_to is not None or one.steps]


def unexplained_by(plans: frozenset[str], fleet: Fleet, severities: frozenset[Severity]) -> list[str]:
    """A sentence for each finding of these severities that no plan stands on, those of one title together."""
    groups: dict[str, list[str]] = {}
    for finding in fleet.findings.values():
        if finding.unexplained and finding.severity in severities and finding.key not in plans:
            groups.setdefault(finding.title, []).append(finding.subject_label)
    return [_("{title} ({labels}).").format(title=title, labels=listed(labels)) for title, labels in groups.items()]
