"""The situation of a device, told tunnel by tunnel. Where the evidence does not decide, it says which command would."""

from __future__ import annotations

from analyzer.model.answer import Conflicting, Known
from analyzer.model.case import Device, Failure, FailureReason, IssuedBy, Manager, Tunnel, TunnelState
from analyzer.model.outputs import CopyOutcome
from analyzer.model.plan import Situation
from analyzer.prescribe import troubles
from analyzer.prescribe.fleet import Expiry, Fleet, Life, in_the_cloud, life, may_live
from analyzer.prescribe.then import seen_then
from analyzer.prescribe.verdict import Verdict
from analyzer.prescribe.wording import day
from analyzer.texts import _

URGENCY = (
    Situation.EXPIRED_DOWN,
    Situation.EXPIRED_MIXED,
    Situation.EXPIRED_CONNECTED,
    Situation.EXPIRED_UNKNOWN,
    Situation.PARTIAL_COPY,
    Situation.MISSED_RENEWAL,
    Situation.RESTART_DUE,
    Situation.ANOTHER_MANAGER,
    Situation.LOOK_ELSEWHERE,
    Situation.UNKNOWN,
    Situation.RENEW_IN_TIME,
    Situation.HEALTHY,
    Situation.NOT_APPLICABLE,
)
"""The worst first: decides between the tunnels of a device, and the order of the devices."""

_NOT_REACHED = (FailureReason.NOT_REACHED, FailureReason.REFUSED)
_NOT_THE_SET = (FailureReason.NOT_YET_VALID, FailureReason.WEAK, FailureReason.REVOKED, FailureReason.PURPOSE, FailureReason.PROTOCOL)
_STALE = (IssuedBy.PREVIOUS_CA, IssuedBy.SAME_NAME_OTHER_KEY)


Verdicts = tuple[tuple[Tunnel | None, Verdict], ...]
"""The verdict of each tunnel of a device, in the order of work."""


def device_verdicts(device: Device, fleet: Fleet) -> Verdicts:
    """The verdict of each tunnel of a device, in the order of work; one without a tunnel when it has none."""
    if isinstance(device.managed_by, Known) and device.managed_by.value == "local":
        text = _("{device} is managed locally: there is no FMC tunnel to repair.").format(device=device.label)
        return ((None, Verdict(Situation.NOT_APPLICABLE, text)),)
    tunnels = fleet.by_device.get(device.key, ())
    if tunnels:
        return tuple((tunnel, tunnel_verdict(tunnel, fleet.managers.get(tunnel.manager), device, fleet)) for tunnel in tunnels)
    if isinstance(device.managed_by, Known) and device.managed_by.value == "none":
        text = _("{device} has no manager configured: there is no tunnel to repair.").format(device=device.label)
        return ((None, Verdict(Situation.NOT_APPLICABLE, text)),)
    text = _("Which FMC manages {device} is not in evidence, nor the state of its tunnel.").format(device=device.label)
    return ((None, Verdict(Situation.UNKNOWN, text, ("collect-device-state", "collect-device-managers"))),)


def worst(verdicts: Verdicts) -> Verdict:
    """The verdict that decides for the device."""
    return min((verdict for _, verdict in verdicts), key=lambda verdict: URGENCY.index(verdict.situation))


def tunnel_verdict(tunnel: Tunnel, manager: Manager | None, device: Device, fleet: Fleet) -> Verdict:
    """The situation of a device towards one manager."""
    to = manager.label if manager is not None else _("its FMC")
    alive = life(tunnel)
    if in_the_cloud(manager):
        return _in_the_cloud(device, to, alive)
    other = _another_manager(tunnel, to, device, fleet)
    if other is not None:
        return other
    pending = troubles.registration(tunnel, device, to, fleet)
    if pending is not None:
        return pending
    expiry = fleet.expiry(manager)
    if expiry is Expiry.EXPIRED and manager is not None:
        return _expired(tunnel, device, manager, alive, fleet)
    if expiry is Expiry.UNKNOWN:
        missed = _push_missed(tunnel, device, to) if manager is not None else None
        return missed or _date_unknown(tunnel, manager, device, to)
    wrong_files = troubles.own_files(tunnel, device, to, fleet) or _missed(tunnel, device, to)
    if wrong_files is not None:
        return wrong_files
    if alive is not Life.ALIVE:
        beside = troubles.beside_the_set(tunnel, manager, device, fleet)
        if beside is None and manager is not None:
            beside = _expired_after_renewal(tunnel, device, manager)
        if beside is not None:
            return beside
    calls_fail = troubles.calls_fail(tunnel, device, to, fleet) if expiry is Expiry.VALID else None
    if calls_fail is not None:
        return calls_fail
    match alive:
        case Life.ALIVE if expiry is Expiry.SOON and manager is not None:
            ends = day(manager.internal_ca_not_after)
            text = _("The tunnel of {device} to {to} is up, and the CA ends on {ends}: renew while it is up.").format(
                device=device.label, to=to, ends=ends
            )
            return Verdict(Situation.RENEW_IN_TIME, text)
        case Life.ALIVE if isinstance(tunnel.state, Known) and tunnel.state.value is TunnelState.DEGRADED:
            text = _(
                "Only one of the two channels of {device} to {to} is up, and the CA is valid: look at the path and the process."
            ).format(device=device.label, to=to)
            return Verdict(Situation.LOOK_ELSEWHERE, text)
        case Life.ALIVE:
            then = seen_then((tunnel,), fleet.as_of)
            text = _("The tunnel of {device} to {to} is up and the CA is valid.")
            if then:
                text = _("The tunnel of {device} to {to} was up on {then}, and the CA is valid.")
            return Verdict(Situation.HEALTHY, text.format(device=device.label, to=to, then=then), ("collect-tunnels",) if then else ())
        case Life.DOWN:
            return _down(tunnel, device, to, fleet)
        case _:
            if may_live(tunnel):
                text = _("The CA of {to} is valid, and the evidence contradicts itself about whether the tunnel of {device} is up.")
                return Verdict(Situation.UNKNOWN, text.format(to=to, device=device.label), ("collect-tunnels", "collect-device-state"))
            text = _("The CA of {to} is valid, but whether the tunnel of {device} is up is not in evidence.").format(
                to=to, device=device.label
            )
            return Verdict(Situation.UNKNOWN, text, ("collect-tunnels",))


def _in_the_cloud(device: Device, to: str, alive: Life) -> Verdict:
    """What the device itself can show is all that there is to look at."""
    if alive is Life.ALIVE:
        return Verdict(
            Situation.HEALTHY, _("The tunnel of {device} to {to}, the cloud-delivered FMC, is up.").format(device=device.label, to=to)
        )
    if alive is Life.DOWN:
        text = _("The tunnel of {device} to {to}, the cloud-delivered FMC, is down: look at the device and its way out, and ask Cisco TAC.")
        return Verdict(Situation.LOOK_ELSEWHERE, text.format(device=device.label, to=to))
    text = _("Whether the tunnel of {device} to {to}, the cloud-delivered FMC, is up is not in evidence.").format(
        device=device.label, to=to
    )
    return Verdict(Situation.UNKNOWN, text, ("collect-device-state",))


def _another_manager(tunnel: Tunnel, to: str, device: Device, fleet: Fleet) -> Verdict | None:
    issued = tunnel.device_leaf_issued_by
    if life(tunnel) is Life.ALIVE:
        return None  # a living tunnel shows that the two know each other, whatever a stray file says
    if isinstance(issued, Known) and issued.value is IssuedBy.ANOTHER_MANAGER:
        named = tunnel.device_leaf.value.issuer.common_name if isinstance(tunnel.device_leaf, Known) else ""
        known = {one.uuid.value: one.label for one in fleet.managers.values() if isinstance(one.uuid, Known)}
        other = known.get(named) or (_("the FMC {name}").format(name=named) if named else _("another FMC"))
        return Verdict(
            Situation.ANOTHER_MANAGER,
            _("The certificate of {device} was issued by {other}, not by {to}.").format(device=device.label, other=other, to=to),
            ("collect-device-managers",),
        )
    if isinstance(tunnel.pair_mismatch, Known):
        reason = tunnel.pair_mismatch.value
        text = _("{device} does not know {to}: it is registered to another FMC, or the bundles do not belong together. {reason}").format(
            device=device.label, to=to, reason=reason
        )
        return Verdict(Situation.ANOTHER_MANAGER, text, ("collect-device-managers",))
    return None


def _expired(tunnel: Tunnel, device: Device, manager: Manager, alive: Life, fleet: Fleet) -> Verdict:
    said = {"manager": manager.label, "device": device.label, "ends": day(manager.internal_ca_not_after)}
    if alive is Life.ALIVE:
        then = seen_then((tunnel,), fleet.as_of)
        text = _(
            "The InternalCA of {manager} expired on {ends}, and the tunnel of {device} still lives: it will not come back once it is cut."
        )
        if then:
            text = _(
                "The InternalCA of {manager} expired on {ends}, and the tunnel of {device} was up on {then}: ask again, and take it for "
                "living, for it will not come back once it is cut."
            )
        return Verdict(Situation.EXPIRED_CONNECTED, text.format(**said, then=then))
    if alive is Life.DOWN:
        text = _(
            "The InternalCA of {manager} expired on {ends}, and the tunnel of {device} is down: after the renewal its files must be copied."
        )
        return Verdict(Situation.EXPIRED_DOWN, text.format(**said))
    if may_live(tunnel):
        text = _(
            "The InternalCA of {manager} expired on {ends}, and the evidence contradicts itself about whether the tunnel of {device} still "
            "lives: treat it as living, and ask both ends at one time."
        )
        return Verdict(Situation.EXPIRED_UNKNOWN, text.format(**said), ("collect-tunnels", "collect-device-state"))
    text = _(
        "The InternalCA of {manager} expired on {ends}; whether the tunnel of {device} still lives is not in evidence. "
        "Treat it as living until you know."
    )
    return Verdict(Situation.EXPIRED_UNKNOWN, text.format(**said), ("collect-tunnels",))


def _missed(tunnel: Tunnel, device: Device, to: str) -> Verdict | None:
    """The device's own set is not that of the CA in force, or the push of that set failed."""
    issued = tunnel.device_leaf_issued_by.value if isinstance(tunnel.device_leaf_issued_by, Known) else None
    current_ca = tunnel.device_ca_is_current.value if isinstance(tunnel.device_ca_is_current, Known) else None
    if isinstance(tunnel.leaf_matches_key, Known) and not tunnel.leaf_matches_key.value:
        text = _(
            "The key on {device} does not belong to its certificate for {to}: the files of two sets, or of two devices, are mixed."
        ).format(device=device.label, to=to)
        return Verdict(Situation.PARTIAL_COPY, text)
    if current_ca is True and issued in _STALE:
        text = _("{device} has the new CA file of {to} but still its old certificate: the copy was not finished.").format(
            device=device.label, to=to
        )
        return Verdict(Situation.PARTIAL_COPY, text)
    if current_ca is False and issued is IssuedBy.CURRENT_CA:
        text = _("{device} has its new certificate but still the old CA file of {to}: the copy was not finished.").format(
            device=device.label, to=to
        )
        return Verdict(Situation.PARTIAL_COPY, text)
    if current_ca is False or issued in _STALE:
        text = _("{to} was renewed, and {device} still holds the old set.").format(to=to, device=device.label)
        return Verdict(Situation.MISSED_RENEWAL, text)
    if current_ca is True and issued is IssuedBy.CURRENT_CA:
        return None
    return _push_missed(tunnel, device, to)


def _push_missed(tunnel: Tunnel, device: Device, to: str) -> Verdict | None:
    """The push of the newest renewal failed, and no copy followed: enough to know, without any certificate."""
    copied = isinstance(tunnel.certificates_copied, Known) and tunnel.certificates_copied.value.outcome is CopyOutcome.COPIED
    if isinstance(tunnel.push_failed, Known) and tunnel.push_failed.value and not copied:
        return Verdict(
            Situation.MISSED_RENEWAL,
            _("{to} was renewed, and its new files could not be pushed to {device}.").format(to=to, device=device.label),
        )
    return None


def _expired_after_renewal(tunnel: Tunnel, device: Device, manager: Manager) -> Verdict | None:
    """Case C of the matrix in field notes 5.3: a valid CA on the manager, and "certificate has expired" on the device since then.

    Where the device's files are in evidence they say more than its log, which speaks of what its process had read.
    """
    if _holds_present_set(tunnel):
        return None
    failure = _failure(tunnel)
    begins = manager.internal_ca_not_before
    if failure is None or failure.reason is not FailureReason.EXPIRED or life(tunnel) is Life.ALIVE or not isinstance(begins, Known):
        return None
    if failure.time is None or failure.time < begins.value:
        return None  # it speaks of the time before the renewal
    text = _("The CA of {manager} is valid since {begins}, but {device} still meets an expired one: it holds the old set.").format(
        manager=manager.label, begins=day(begins), device=device.label
    )
    return Verdict(
        Situation.MISSED_RENEWAL,
        text,
        assumed=_("told by the log alone; a clock of {device} that is far ahead looks the same").format(device=device.label),
    )


def _date_unknown(tunnel: Tunnel, manager: Manager | None, device: Device, to: str) -> Verdict:
    failure = _failure(tunnel)
    settle: tuple[str, ...] = ("collect-ca-date",)
    if manager is not None and isinstance(manager.internal_ca_not_after, Conflicting):
        text = _(
            "The evidence contradicts itself about the InternalCA of {to}: until its dates are read again, take it for expired, and the "
            "tunnel of {device} for one that would not come back."
        )
        text = text.format(device=device.label, to=to)
    elif failure is not None and failure.reason is FailureReason.EXPIRED:
        text = _(
            "{device} meets an expired certificate, but no log or capture of a device can tell whether {to} was never "
            "renewed, or was renewed without this device. The date of the CA on {to} settles it."
        ).format(device=device.label, to=to)
    elif failure is not None and failure.reason in _NOT_REACHED:
        text = _("{device} and {to} do not reach each other on TCP at all. When the CA of {to} ends is not in evidence either.").format(
            device=device.label, to=to
        )
    else:
        text = _("When the CA of {to} ends is not in evidence, so nothing can be said of {device}.").format(to=to, device=device.label)
    if life(tunnel) is Life.UNKNOWN:
        settle = ("collect-ca-date", "collect-tunnels")
    return Verdict(Situation.UNKNOWN, text, settle)


def _down(tunnel: Tunnel, device: Device, to: str, fleet: Fleet) -> Verdict:
    failure = _failure(tunnel)
    good = _holds_present_set(tunnel)
    if failure is not None and failure.reason in _NOT_THE_SET:
        text = _("The tunnel of {device} to {to} is down, and not because a CA has expired: {failure}").format(
            device=device.label, to=to, failure=failure.text
        )
        return Verdict(Situation.LOOK_ELSEWHERE, text)
    if failure is not None and failure.reason in _NOT_REACHED:
        text = _("The tunnel of {device} to {to} is down because TCP does not get through; certificates never came into play.").format(
            device=device.label, to=to
        )
        return Verdict(Situation.LOOK_ELSEWHERE, text)
    due = _restart_due(tunnel, device, to) if good else None
    if due is not None:
        return due
    if good or fleet.affected("tunnel-down-certificates-healthy", tunnel.key):
        text = _("The tunnel of {device} to {to} is down, and its certificates are in order: look at the path and the process.").format(
            device=device.label, to=to
        )
        return Verdict(Situation.LOOK_ELSEWHERE, text)
    if failure is not None and failure.reason is FailureReason.EXPIRED:
        text = _(
            "{to} was renewed after the newest failure of {device} in evidence; whether the tunnel is still down is not in evidence."
        ).format(to=to, device=device.label)
        return Verdict(Situation.UNKNOWN, text, ("collect-tunnels", "collect-device-certificates"))
    text = _(
        "The tunnel of {device} to {to} is down while the CA of {to} is valid; which certificates it holds is not in evidence."
    ).format(device=device.label, to=to)
    return Verdict(Situation.UNKNOWN, text, ("collect-device-certificates",))


def _holds_present_set(tunnel: Tunnel) -> bool:
    """The device's own files are those of the CA in force."""
    issued, same = tunnel.device_leaf_issued_by, tunnel.device_ca_is_current
    return isinstance(issued, Known) and issued.value is IssuedBy.CURRENT_CA and isinstance(same, Known) and same.value


def _restart_due(tunnel: Tunnel, device: Device, to: str) -> Verdict | None:
    """The device holds the whole present set, and its process, or else the failing of its tunnel, began before that set was made.

    The document ends the copy with the restart: a process serves what it read when it started (inferred).
    """
    text = _("{device} holds the new set for {to}, and its sftunnel has not read it yet: only the restart is left.").format(
        device=device.label, to=to
    )
    before = tunnel.process_predates_leaf
    if isinstance(before, Known):
        return Verdict(Situation.RESTART_DUE, text) if before.value else None
    if (
        isinstance(tunnel.since, Known)
        and isinstance(tunnel.device_leaf, Known)
        and tunnel.since.value < tunnel.device_leaf.value.not_before
    ):
        assumed = _("told by the tunnel, which has been down since before the set was made; when the process started is not in evidence")
        return Verdict(Situation.RESTART_DUE, text, assumed=assumed)
    return None


def _failure(tunnel: Tunnel) -> Failure | None:
    return tunnel.failure.value if isinstance(tunnel.failure, Known) else None
