"""Reasons beside an expired CA and a missed renewal that findings name: the device's own files, processes, clocks, the FMC's certificate.

The rules decide, and what they found decides what is done. Without this a device whose files are swapped would be told that its
certificates are in order: each of them is a good one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from analyzer.model.answer import Answer, Known
from analyzer.model.case import Device, FailureReason, Manager, Tunnel
from analyzer.model.plan import Situation
from analyzer.prescribe.fleet import Fleet, Life, life
from analyzer.prescribe.verdict import Verdict
from analyzer.prescribe.wording import day, listed
from analyzer.texts import _

_NOT_THE_PROCESS = (
    FailureReason.NOT_REACHED,
    FailureReason.REFUSED,
    FailureReason.NOT_YET_VALID,
    FailureReason.WEAK,
    FailureReason.REVOKED,
)
"""Reasons that a restart of the device's process does not change."""


def registration(tunnel: Tunnel, device: Device, to: str, fleet: Fleet) -> Verdict | None:
    """The two were never joined, so there are no certificates of the tunnel to look at."""
    if not fleet.affected("registration-pending", tunnel.key) or not isinstance(tunnel.registration, Known):
        return None
    text = _(
        "The registration of {device} with {manager} was never completed ({word}): there is no tunnel yet, and no certificate to renew."
    )
    said = text.format(device=device.label, manager=to, word=tunnel.registration.value)
    return Verdict(Situation.LOOK_ELSEWHERE, said, steps=("registration", "listening", "route"))


def own_files(tunnel: Tunnel, device: Device, to: str, fleet: Fleet) -> Verdict | None:
    """The three files on the device are not what they must be, whoever signed them."""
    if tunnel.empty_files or tunnel.damaged_files:
        text = _("{files} on {device} for {manager} is empty or damaged: all three files are copied again.")
        return Verdict(Situation.PARTIAL_COPY, text.format(files=_broken_files(tunnel), device=device.label, manager=to))
    other = tunnel.leaf_of_other_device
    if isinstance(other, Known) and other.value:
        text = _("{device} holds the certificate of {other}: each device needs the three files that {manager} keeps for it.")
        if isinstance(tunnel.files_swapped, Known) and tunnel.files_swapped.value:
            text = _("The certificates of {device} and {other} are swapped: each device needs the three files that {manager} keeps for it.")
        return Verdict(Situation.PARTIAL_COPY, text.format(device=device.label, other=other.value, manager=to))
    if fleet.affected("device-leaf-expired", tunnel.key) and isinstance(tunnel.device_leaf, Known):
        return _expired_leaf(tunnel, device, to, Known(tunnel.device_leaf.value.not_after, tunnel.device_leaf.evidence), fleet)
    return None


def _broken_files(tunnel: Tunnel) -> str:
    broken = [one.evidence.location for one in tunnel.damaged_files]
    return listed(
        sorted({one.name for one in tunnel.empty_files} | {(place.member or place.artifact).rpartition("/")[2] for place in broken})
    )


def _expired_leaf(tunnel: Tunnel, device: Device, to: str, ended: Answer[datetime], fleet: Fleet) -> Verdict:
    values = {"device": device.label, "manager": to, "ended": day(ended)}
    kept = tunnel.leaf_to_push
    if isinstance(kept, Known) and kept.value.not_after > fleet.as_of:
        text = _("The certificate of {device} expired on {ended}, and {manager} keeps a newer one for it that did not arrive.")
        return Verdict(Situation.MISSED_RENEWAL, text.format(**values))
    text = _("The certificate of {device} expired on {ended} under a valid InternalCA: it must be issued again, and copying does not help.")
    return Verdict(Situation.LOOK_ELSEWHERE, text.format(**values), steps=("manager-clock", "device-clock", "kept-certificate"))


def beside_the_set(tunnel: Tunnel, manager: Manager | None, device: Device, fleet: Fleet) -> Verdict | None:
    """A tunnel that is down for a reason which a finding names and which no copy of files changes."""
    to = manager.label if manager is not None else "its FMC"
    values = {"device": device.label, "manager": to}
    if manager is not None and process_stopped(manager, fleet):
        text = _("The tunnel of {device} is down because sftunnel does not run on {manager}, or does not listen there.")
        return Verdict(Situation.LOOK_ELSEWHERE, text.format(**values), steps=("verify-device",))
    if fleet.affected("sftunnel-not-running-on-device", device.key):
        text = _("sftunnel does not run on {device}, so it has no tunnel to {manager}: see why it stopped.")
        return Verdict(Situation.LOOK_ELSEWHERE, text.format(**values), steps=("process-runs", "newest-log", *_start_on(device, fleet)))
    if fleet.affected("clock-skew", tunnel.key) and isinstance(tunnel.skew_could_flip, Known) and tunnel.skew_could_flip.value:
        skew = tunnel.clock_skew.value if isinstance(tunnel.clock_skew, Known) else timedelta()
        text = _("The clock of {device} is {span} behind that of {manager}, and a certificate's date falls between: set both by NTP first.")
        if skew < timedelta():
            text = _(
                "The clock of {device} is {span} ahead of that of {manager}, and a certificate's date falls between: set both by NTP first."
            )
        hours, minutes = divmod(round(abs(skew).total_seconds() / 60), 60)
        said = text.format(**values, span=_("{hours} h {minutes} min").format(hours=hours, minutes=minutes))
        return Verdict(Situation.LOOK_ELSEWHERE, said, steps=("manager-clock", "device-clock", "device-view"))
    if manager is not None and fleet.affected("manager-leaf-not-current", manager.key) and not _another_reason(tunnel):
        text = _("The tunnel of {device} is down because {manager} itself shows a certificate that is not of its present InternalCA.")
        return Verdict(Situation.LOOK_ELSEWHERE, text.format(**values), steps=("newest-log",))
    if manager is not None and _damaged(manager) and not _another_reason(tunnel):
        text = _("The tunnel of {device} is down, and the certificate files of {manager} itself are damaged: those come first.")
        return Verdict(Situation.LOOK_ELSEWHERE, text.format(**values), steps=("newest-log",))
    return None


def _damaged(manager: Manager) -> bool:
    """A certificate of the manager's own set is empty or damaged. A key that is missing in a bundle may have been left out on purpose."""
    return any(not (one.evidence.location.member or one.evidence.location.artifact).endswith("-key.pem") for one in manager.damaged_files)


def _another_reason(tunnel: Tunnel) -> bool:
    return isinstance(tunnel.failure, Known) and tunnel.failure.value.reason in (*_NOT_THE_PROCESS, FailureReason.PROTOCOL)


def calls_fail(tunnel: Tunnel, device: Device, to: str, fleet: Fleet) -> Verdict | None:
    """A living tunnel through which calls get no answer."""
    if life(tunnel) is not Life.ALIVE or not fleet.affected("rpc-failing", tunnel.key):
        return None
    text = _("The tunnel of {device} to {manager} is up, but calls through it get no answer (RPC status Failed): look at the path.")
    return Verdict(Situation.LOOK_ELSEWHERE, text.format(device=device.label, manager=to), steps=("rpc", "route", "device-view"))


def process_stopped(manager: Manager, fleet: Fleet) -> bool:
    """No device can have a tunnel to this manager, as its process does not run, or nothing listens."""
    return fleet.affected("sftunnel-not-running", manager.key)


def _start_on(device: Device, fleet: Fleet) -> tuple[str, ...]:
    """The steps that start the process of a device: only where no tunnel of it is known to live, to whatever manager."""
    return () if fleet.alive_to(device) else ("start-device-process", "verify-device")


def _start_of(manager: Manager, fleet: Fleet) -> tuple[str, ...]:
    """The steps that start the process of a manager: where pmtool says that it is down, no tunnel lives, and its own files are good.

    A socket that does not listen is not enough: a process may run without it, and dial its devices itself.
    """
    stopped = isinstance(manager.process_running, Known) and not manager.process_running.value
    alive = any(life(tunnel) is Life.ALIVE for tunnel in fleet.by_manager.get(manager.key, ()))
    if not stopped or alive or fleet.affected("manager-leaf-not-current", manager.key) or _damaged(manager):
        return ()
    return ("start-manager-process", "verify-tunnels")


def of_manager(manager: Manager, ends: str, fleet: Fleet) -> Verdict | None:
    """What is wrong with a manager whose InternalCA is valid. ``ends`` is the day on which that ends."""
    if process_stopped(manager, fleet):
        text = _(
            "sftunnel does not run on {manager}, or does not listen there, so no device can connect. Its InternalCA is valid until {ends}."
        )
        said = text.format(manager=manager.label, ends=ends)
        return Verdict(Situation.LOOK_ELSEWHERE, said, steps=("manager-process", "listening", *_start_of(manager, fleet)))
    if fleet.affected("manager-leaf-not-current", manager.key):
        text = _(
            "The certificate that {manager} itself shows is not of its present InternalCA (valid until {ends}): "
            "devices refuse it when they connect anew."
        )
        return Verdict(Situation.LOOK_ELSEWHERE, text.format(manager=manager.label, ends=ends), steps=("manager-certificate",))
    if _damaged(manager):
        text = _("A certificate file of {manager} itself is empty or damaged: after its next restart no device can connect.")
        return Verdict(Situation.LOOK_ELSEWHERE, text.format(manager=manager.label), steps=("manager-certificate",))
    return None
