"""The situation of a device, told tunnel by tunnel. Where the evidence does not decide, it says which command would."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.model.answer import Known
from analyzer.model.case import Device, Failure, FailureReason, IssuedBy, Manager, Tunnel, TunnelState
from analyzer.model.outputs import CopyOutcome
from analyzer.model.plan import Situation
from analyzer.prescribe.fleet import Expiry, Fleet, Life, life
from analyzer.prescribe.wording import day

URGENCY = (
    Situation.EXPIRED_DOWN,
    Situation.EXPIRED_MIXED,
    Situation.EXPIRED_CONNECTED,
    Situation.EXPIRED_UNKNOWN,
    Situation.PARTIAL_COPY,
    Situation.MISSED_RENEWAL,
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """The situation of one tunnel (or of a device without one), a sentence, and the ids of the ``collect-*`` steps that would settle it."""

    situation: Situation
    summary: str
    settle: tuple[str, ...] = ()
    assumed: str = ""


Verdicts = tuple[tuple[Tunnel | None, Verdict], ...]
"""The verdict of each tunnel of a device, in the order of work."""


def device_verdicts(device: Device, fleet: Fleet) -> Verdicts:
    """The verdict of each tunnel of a device, in the order of work; one without a tunnel when it has none."""
    if isinstance(device.managed_by, Known) and device.managed_by.value == "local":
        return ((None, Verdict(Situation.NOT_APPLICABLE, f"{device.label} is managed locally: there is no FMC tunnel to repair.")),)
    tunnels = fleet.by_device.get(device.key, ())
    if tunnels:
        return tuple((tunnel, tunnel_verdict(tunnel, fleet.managers.get(tunnel.manager), device, fleet)) for tunnel in tunnels)
    if isinstance(device.managed_by, Known) and device.managed_by.value == "none":
        return ((None, Verdict(Situation.NOT_APPLICABLE, f"{device.label} has no manager configured: there is no tunnel to repair.")),)
    text = f"Which FMC manages {device.label} is not in evidence, nor the state of its tunnel."
    return ((None, Verdict(Situation.UNKNOWN, text, ("collect-device-state", "collect-device-managers"))),)


def worst(verdicts: Verdicts) -> Verdict:
    """The verdict that decides for the device."""
    return min((verdict for _, verdict in verdicts), key=lambda verdict: URGENCY.index(verdict.situation))


def tunnel_verdict(tunnel: Tunnel, manager: Manager | None, device: Device, fleet: Fleet) -> Verdict:
    """The situation of a device towards one manager."""
    to = manager.label if manager is not None else "its FMC"
    alive = life(tunnel)
    other = _another_manager(tunnel, to, device, fleet)
    if other is not None:
        return other
    expiry = fleet.expiry(manager)
    if expiry is Expiry.EXPIRED and manager is not None:
        return _expired(device, manager, alive)
    if expiry is Expiry.UNKNOWN:
        missed = _push_missed(tunnel, device, to) if manager is not None else None
        return missed or _date_unknown(tunnel, device, to)
    missed = _missed(tunnel, device, to) or (_expired_after_renewal(tunnel, device, manager) if manager is not None else None)
    if missed is not None:
        return missed
    match alive:
        case Life.ALIVE if expiry is Expiry.SOON and manager is not None:
            ends = day(manager.internal_ca_not_after)
            text = f"The tunnel of {device.label} to {to} is up, and the CA ends on {ends}: renew while it is up."
            return Verdict(Situation.RENEW_IN_TIME, text)
        case Life.ALIVE if isinstance(tunnel.state, Known) and tunnel.state.value is TunnelState.DEGRADED:
            text = f"Only one of the two channels of {device.label} to {to} is up, and the CA is valid: look at the path and the process."
            return Verdict(Situation.LOOK_ELSEWHERE, text)
        case Life.ALIVE:
            return Verdict(Situation.HEALTHY, f"The tunnel of {device.label} to {to} is up and the CA is valid.")
        case Life.DOWN:
            return _down(tunnel, device, to, fleet)
        case _:
            text = f"The CA of {to} is valid, but whether the tunnel of {device.label} is up is not in evidence."
            return Verdict(Situation.UNKNOWN, text, ("collect-tunnels",))


def _another_manager(tunnel: Tunnel, to: str, device: Device, fleet: Fleet) -> Verdict | None:
    issued = tunnel.device_leaf_issued_by
    if life(tunnel) is Life.ALIVE:
        return None  # a living tunnel shows that the two know each other, whatever a stray file says
    if isinstance(issued, Known) and issued.value is IssuedBy.ANOTHER_MANAGER:
        named = tunnel.device_leaf.value.issuer.common_name if isinstance(tunnel.device_leaf, Known) else ""
        known = {one.uuid.value: one.label for one in fleet.managers.values() if isinstance(one.uuid, Known)}
        other = known.get(named, f"the FMC {named}" if named else "another FMC")
        return Verdict(
            Situation.ANOTHER_MANAGER,
            f"The certificate of {device.label} was issued by {other}, not by {to}.",
            ("collect-device-managers",),
        )
    if isinstance(tunnel.pair_mismatch, Known):
        reason = tunnel.pair_mismatch.value
        text = f"{device.label} does not know {to}: it is registered to another FMC, or the bundles do not belong together. {reason}"
        return Verdict(Situation.ANOTHER_MANAGER, text, ("collect-device-managers",))
    return None


def _expired(device: Device, manager: Manager, alive: Life) -> Verdict:
    ended = f"The InternalCA of {manager.label} expired on {day(manager.internal_ca_not_after)}"
    if alive is Life.ALIVE:
        text = f"{ended}, and the tunnel of {device.label} still lives: it will not come back once it is cut."
        return Verdict(Situation.EXPIRED_CONNECTED, text)
    if alive is Life.DOWN:
        text = f"{ended}, and the tunnel of {device.label} is down: after the renewal its files must be copied."
        return Verdict(Situation.EXPIRED_DOWN, text)
    text = f"{ended}; whether the tunnel of {device.label} still lives is not in evidence. Treat it as living until you know."
    return Verdict(Situation.EXPIRED_UNKNOWN, text, ("collect-tunnels",))


def _missed(tunnel: Tunnel, device: Device, to: str) -> Verdict | None:
    """The device's own set is not that of the CA in force, or the push of that set failed."""
    issued = tunnel.device_leaf_issued_by.value if isinstance(tunnel.device_leaf_issued_by, Known) else None
    current_ca = tunnel.device_ca_is_current.value if isinstance(tunnel.device_ca_is_current, Known) else None
    if isinstance(tunnel.leaf_matches_key, Known) and not tunnel.leaf_matches_key.value:
        text = (
            f"The key on {device.label} does not belong to its certificate for {to}: the files of two sets, or of two devices, are mixed."
        )
        return Verdict(Situation.PARTIAL_COPY, text)
    if current_ca is True and issued in _STALE:
        text = f"{device.label} has the new CA file of {to} but still its old certificate: the copy was not finished."
        return Verdict(Situation.PARTIAL_COPY, text)
    if current_ca is False and issued is IssuedBy.CURRENT_CA:
        text = f"{device.label} has its new certificate but still the old CA file of {to}: the copy was not finished."
        return Verdict(Situation.PARTIAL_COPY, text)
    if current_ca is False or issued in _STALE:
        text = f"{to} was renewed, and {device.label} still holds the old set."
        return Verdict(Situation.MISSED_RENEWAL, text)
    if current_ca is True and issued is IssuedBy.CURRENT_CA:
        return None
    return _push_missed(tunnel, device, to)


def _push_missed(tunnel: Tunnel, device: Device, to: str) -> Verdict | None:
    """The push of the newest renewal failed, and no copy followed: enough to know, without any certificate."""
    copied = isinstance(tunnel.certificates_copied, Known) and tunnel.certificates_copied.value.outcome is CopyOutcome.COPIED
    if isinstance(tunnel.push_failed, Known) and tunnel.push_failed.value and not copied:
        return Verdict(Situation.MISSED_RENEWAL, f"{to} was renewed, and its new files could not be pushed to {device.label}.")
    return None


def _expired_after_renewal(tunnel: Tunnel, device: Device, manager: Manager) -> Verdict | None:
    """Case C of the matrix in field notes 5.3: a valid CA on the manager, and "certificate has expired" on the device since then."""
    failure = _failure(tunnel)
    begins = manager.internal_ca_not_before
    if failure is None or failure.reason is not FailureReason.EXPIRED or life(tunnel) is Life.ALIVE or not isinstance(begins, Known):
        return None
    if failure.time is None or failure.time < begins.value:
        return None  # it speaks of the time before the renewal
    text = f"The CA of {manager.label} is valid since {day(begins)}, but {device.label} still meets an expired one: it holds the old set."
    return Verdict(
        Situation.MISSED_RENEWAL,
        text,
        assumed=f"told by the log alone; a clock of {device.label} that is far ahead looks the same",
    )


def _date_unknown(tunnel: Tunnel, device: Device, to: str) -> Verdict:
    failure = _failure(tunnel)
    settle: tuple[str, ...] = ("collect-ca-date",)
    if failure is not None and failure.reason is FailureReason.EXPIRED:
        text = (
            f"{device.label} meets an expired certificate, but no log or capture of a device can tell whether {to} was never renewed, "
            f"or was renewed without this device. The date of the CA on {to} settles it."
        )
    elif failure is not None and failure.reason in _NOT_REACHED:
        text = f"{device.label} and {to} do not reach each other on TCP at all. When the CA of {to} ends is not in evidence either."
    else:
        text = f"When the CA of {to} ends is not in evidence, so nothing can be said of {device.label}."
    if life(tunnel) is Life.UNKNOWN:
        settle = ("collect-ca-date", "collect-tunnels")
    return Verdict(Situation.UNKNOWN, text, settle)


def _down(tunnel: Tunnel, device: Device, to: str, fleet: Fleet) -> Verdict:
    failure = _failure(tunnel)
    good = (
        isinstance(tunnel.device_leaf_issued_by, Known)
        and tunnel.device_leaf_issued_by.value is IssuedBy.CURRENT_CA
        and isinstance(tunnel.device_ca_is_current, Known)
        and tunnel.device_ca_is_current.value
    )
    if good or fleet.affected("tunnel-down-certificates-healthy", tunnel.key):
        text = f"The tunnel of {device.label} to {to} is down, and its certificates are in order: look at the path and the process."
        return Verdict(Situation.LOOK_ELSEWHERE, text)
    if failure is not None and failure.reason in _NOT_REACHED:
        text = f"The tunnel of {device.label} to {to} is down because TCP does not get through; certificates never came into play."
        return Verdict(Situation.LOOK_ELSEWHERE, text)
    if failure is not None and failure.reason in _NOT_THE_SET:
        text = f"The tunnel of {device.label} to {to} is down, and not because a CA has expired: {failure.text}"
        return Verdict(Situation.LOOK_ELSEWHERE, text)
    if failure is not None and failure.reason is FailureReason.EXPIRED:
        text = (
            f"{to} was renewed after the newest failure of {device.label} in evidence; whether the tunnel is still down is not in evidence."
        )
        return Verdict(Situation.UNKNOWN, text, ("collect-tunnels", "collect-device-certificates"))
    text = f"The tunnel of {device.label} to {to} is down while the CA of {to} is valid; which certificates it holds is not in evidence."
    return Verdict(Situation.UNKNOWN, text, ("collect-device-certificates",))


def _failure(tunnel: Tunnel) -> Failure | None:
    return tunnel.failure.value if isinstance(tunnel.failure, Known) else None
