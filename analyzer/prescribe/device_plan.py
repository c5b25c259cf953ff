"""The plan of one device: what to type for each of its tunnels, the primary's first."""

from __future__ import annotations

from analyzer.model.answer import Known
from analyzer.model.case import Device, Manager, Tunnel
from analyzer.model.finding import Severity
from analyzer.model.plan import AppliancePlan, Situation, Step
from analyzer.prescribe.cautions import device_cautions
from analyzer.prescribe.copy_list import copy_list_on_manager
from analyzer.prescribe.diagnosis import Diagnoses, Diagnosis, ManagedTunnel, other_findings, worst
from analyzer.prescribe.filling import Values, clocks_of, fill, pem_lines, uniquely_named, values_of
from analyzer.prescribe.fleet import Expiry, Fleet, Link
from analyzer.prescribe.manager_plan import also, begins_stopped, can_renew, kept_back, may_copy, needs_copy
from analyzer.prescribe.remedies import Remedies
from analyzer.texts import _

_BELONGS_ELSEWHERE = ("show-managers", "list-peer-folders", "decide-registration")
_RESTART = ("check-files", "look-before-restart", "restart-sftunnel", "verify-device")
_NO_RESTART = ("check-files", "leave-running", "verify-device")
_STARTS = ("start-device-process", "verify-device")
"""Steps that start the process of a device: only where no tunnel of it is known to be up, to whatever manager."""


def device_plan(device: Device, diagnoses: Diagnoses, fleet: Fleet, remedies: Remedies) -> AppliancePlan:
    """The steps for this device. Its situation is that of its worst tunnel."""
    deciding = worst(diagnoses)
    steps: list[Step] = []
    because = dict.fromkeys([deciding.because] if deciding.because else [])
    for tunnel, diagnosis in diagnoses:
        manager = fleet.managers.get(tunnel.manager) if tunnel is not None else None
        values = values_of(fleet, manager, device).saying(
            why=diagnosis.summary,
            failure=diagnosis.summary,
            clocks=clocks_of(tunnel, manager.label if manager is not None else _("the FMC"), device.label),
        )
        mine = _steps(tunnel, manager, device, diagnosis, values, fleet, remedies)
        others = other_findings((tunnel.key, device.key) if tunnel is not None else (device.key,), diagnosis, fleet)
        if deciding.situation is not Situation.HEALTHY:
            others = [one for one in others if one.severity > Severity.INFO]  # what can wait must not stand among what is urgent
        steps += [*mine, *also(others, mine, values, remedies, {"manager", "device", "workstation"})]
        because |= dict.fromkeys([*([diagnosis.because] if diagnosis.because else []), *(one.key for one in others)])
    return AppliancePlan(
        box=device.key,
        label=device.label,
        kind="device",
        situation=deciding.situation,
        summary=deciding.summary,
        because=tuple(because),
        steps=uniquely_named(steps),
        do_not=device_cautions(device, diagnoses, fleet, values_of(fleet, None, device), remedies),
        files=(),
    )


def _steps(
    tunnel: Tunnel | None, manager: Manager | None, device: Device, diagnosis: Diagnosis, values: Values, fleet: Fleet, remedies: Remedies
) -> list[Step]:
    managed = ManagedTunnel(tunnel, device, diagnosis) if tunnel is not None else None
    copy = managed is not None and needs_copy(managed, fleet)
    by_hand = _copy_by_hand(manager, device, values, fleet, remedies) if copy and manager is not None else []
    match diagnosis.situation:
        case Situation.EXPIRED_DOWN:
            return by_hand
        case Situation.MISSED_RENEWAL | Situation.PARTIAL_COPY:
            return by_hand or _not_yet(manager, device, values, fleet, remedies)
        case Situation.EXPIRED_CONNECTED | Situation.RENEW_IN_TIME:
            ids: tuple[str, ...] = ("confirm-new-set",) if manager is not None and can_renew(manager) else ()
        case Situation.RESTART_DUE if fleet.expiry(manager) is Expiry.UNKNOWN:
            ids = ("collect-ca-date", "check-files")
        case Situation.RESTART_DUE:
            ids = _RESTART if fleet.may_restart(device) else _NO_RESTART
        case Situation.ANOTHER_MANAGER:
            ids = _BELONGS_ELSEWHERE
        case Situation.LOOK_ELSEWHERE | Situation.NOT_REGISTERED:
            up = Link.UP in fleet.links_of(device)
            own = kept_back(diagnosis.steps, remedies, fleet.may_restart(device))
            kept = (one for one in own if not (up and one in _STARTS))
            ids = tuple(begins_stopped(kept, "process-runs", "start-device-process", "device-process-stopped"))
        case _:
            ids = diagnosis.settle
    connected = fleet.connected_to(device) or _("its state is unknown")
    return [*(fill(remedies, one, values.saying(connected=connected)) for one in ids), *by_hand]


def _not_yet(manager: Manager | None, device: Device, values: Values, fleet: Fleet, remedies: Remedies) -> list[Step]:
    """The files are wrong, and whether the FMC has good ones is not known: nothing is written before that."""
    if manager is None:
        return []
    ids = ["check-files"] if not can_renew(manager) else ["collect-ca-date", "check-files", "withheld"]
    why = _("The expiry date of the InternalCA of {manager} is unknown: if it has expired, its files are of no use.").format(
        manager=manager.label
    )
    return [fill(remedies, one, values if one != "withheld" else values.saying(why=why)) for one in ids]


def _copy_by_hand(manager: Manager, device: Device, values: Values, fleet: Fleet, remedies: Remedies) -> list[Step]:
    """The manual way. It stands behind the copy script where that serves this device; else it is the only one. A step whose value is
    missing ends it: what comes after would empty files that nothing can fill."""
    if not may_copy(manager, fleet):
        return []
    if device.key in fleet.twins:
        why = _("Two records have the address of {device}. It is unknown which of them is the device in use.").format(device=device.label)
        return [fill(remedies, "withheld", values.saying(why=why))]
    restart = fleet.may_restart(device)
    by_script = restart and bool(copy_list_on_manager(manager, [device]).lines)
    ids = ["print-files", "back-up-files", "empty-files", "paste-files", "check-files"]
    ca = manager.internal_ca
    if isinstance(ca, Known) and not ca.assumed and fleet.expiry(manager) is Expiry.VALID:  # a run that is to come makes another
        ids[ids.index("paste-files")] = "write-files"
        values = values.with_block("manager_ca", pem_lines(ca.value.der), ca.evidence)
    ids += ["look-before-restart", "restart-sftunnel"] if restart else ["leave-running"]
    connected = fleet.connected_to(device) or _("its state is unknown")
    steps = [fill(remedies, step_id, values.saying(connected=connected), alternative=by_script) for step_id in ids]
    blocked = next((number for number, step in enumerate(steps) if step.refused), None)
    if blocked is not None:
        why = "; ".join(f"{one.what}: {one.why}" for one in steps[blocked].refused) + "."
        return [*steps[: blocked + 1], fill(remedies, "withheld", values.saying(why=why), alternative=by_script)]
    first = [fill(remedies, "await-copy", values)] if by_script else []
    return [*first, *steps, fill(remedies, "verify-device", values)]
