"""The plan of one device: what to type for each of its tunnels, the primary's first."""

from __future__ import annotations

from analyzer.model.answer import Known
from analyzer.model.case import Device, Failure, FailureReason, Manager, Tunnel
from analyzer.model.plan import AppliancePlan, Situation, Step
from analyzer.prescribe.cautions import device_cautions
from analyzer.prescribe.copy_list import copy_list_on_manager
from analyzer.prescribe.filling import Values, fill, pem_lines, uniquely_named, values_of
from analyzer.prescribe.fleet import Expiry, Fleet, in_the_cloud, outlived_by_run
from analyzer.prescribe.manager_plan import NEEDS_COPY, can_renew
from analyzer.prescribe.situations import Verdicts, worst
from analyzer.prescribe.tables import Tables
from analyzer.prescribe.verdict import Verdict
from analyzer.texts import _

_SILENT = ("route", "listening", "device-view", "process-runs", "newest-log")
"""Nothing answers: the way between the two boxes first."""

_RESET = ("listening", "process-runs", "device-view", "newest-log", "route")
"""The other box answers, with a reset: what listens there, and whether it knows this peer, first."""

_BY_REASON = {
    FailureReason.NOT_YET_VALID: ("manager-clock", "device-clock", "device-view"),
    FailureReason.WEAK: ("newest-log", "weak-certificate"),
    FailureReason.REVOKED: ("newest-log", "device-view"),
    FailureReason.PURPOSE: ("newest-log", "device-view"),
    FailureReason.PROTOCOL: ("newest-log", "device-view"),
    FailureReason.NOT_REACHED: _SILENT,
    FailureReason.REFUSED: _RESET,
}
_ELSEWHERE = ("listening", "route", "device-view", "process-runs", "rpc", "newest-log", "manager-clock", "device-clock")


def device_plan(device: Device, verdicts: Verdicts, fleet: Fleet, tables: Tables) -> AppliancePlan:
    """The steps for this device. Its situation is that of its worst tunnel."""
    deciding = worst(verdicts)
    steps: list[Step] = []
    for tunnel, verdict in verdicts:
        manager = fleet.managers.get(tunnel.manager) if tunnel is not None else None
        values = values_of(fleet, manager, device)
        steps += _steps(tunnel, manager, device, verdict, values, fleet, tables)
    summary = deciding.summary + (f" ({deciding.assumed})" if deciding.assumed else "")
    return AppliancePlan(
        box=device.key,
        label=device.label,
        kind="device",
        situation=deciding.situation,
        summary=summary,
        steps=uniquely_named(steps),
        do_not=device_cautions(device, verdicts, fleet, values_of(fleet, None, device), tables.remedies),
        files=(),
    )


def _steps(
    tunnel: Tunnel | None, manager: Manager | None, device: Device, verdict: Verdict, values: Values, fleet: Fleet, tables: Tables
) -> list[Step]:
    remedies = tables.remedies
    failure = tunnel.failure.value if tunnel is not None and isinstance(tunnel.failure, Known) else None
    told = failure.text if failure is not None else _("The newest lines name the step at which an attempt fails.")
    if verdict.situation in NEEDS_COPY and manager is not None:
        return _copy_by_hand(manager, device, verdict, values, fleet, tables)
    if verdict.situation in (Situation.EXPIRED_CONNECTED, Situation.RENEW_IN_TIME):
        return [fill(remedies, "confirm-new-set", values)] if manager is not None and can_renew(manager, tables) else []
    if verdict.situation is Situation.RESTART_DUE:
        restart = ("look-before-restart", "restart-sftunnel") if fleet.may_restart(device) else ("leave-running",)
        ids: tuple[str, ...] = ("check-files", *restart, "verify-device")
        values = values.saying(connected=fleet.alive_to(device) or _("its state is not in evidence"))
    elif verdict.situation is Situation.ANOTHER_MANAGER:
        ids = ("show-managers", "list-peer-folders", "decide-registration")
    elif verdict.situation is Situation.LOOK_ELSEWHERE:
        ids = verdict.steps or _where_to_look(failure)
        if in_the_cloud(manager):
            ids = tuple(one for one in ids if remedies.steps[one].on == "device")
    else:
        ids = verdict.settle
    return [fill(remedies, step_id, values.saying(why=verdict.summary, failure=told)) for step_id in ids]


def _where_to_look(failure: Failure | None) -> tuple[str, ...]:
    """The steps for a tunnel that fails for another reason than its set. A log does not tell a reset from silence."""
    if failure is None:
        return _ELSEWHERE
    if failure.reason is FailureReason.NOT_REACHED and failure.source == "log":
        return _RESET
    return _BY_REASON.get(failure.reason, _ELSEWHERE)


def _copy_by_hand(manager: Manager, device: Device, verdict: Verdict, values: Values, fleet: Fleet, tables: Tables) -> list[Step]:
    """The manual way. It stands behind the copy script where that serves this device; else it is the only one."""
    if not can_renew(manager, tables):
        return []  # there are no new files to copy: the plan of the manager says whom to ask
    restart = fleet.may_restart(device)
    by_script = restart and bool(copy_list_on_manager(manager, [device], None).lines)
    ids = ["print-files", "back-up-files", "empty-files", "paste-files", "check-files"]
    ca = manager.internal_ca
    if isinstance(ca, Known) and not ca.assumed and fleet.expiry(manager) in (Expiry.VALID, Expiry.SOON) and not outlived_by_run(manager):
        ids[ids.index("paste-files")] = "write-files"
        values = Values(values.manager, values.device, values.arguments, values.texts, {"manager_ca": pem_lines(ca.value.der)})
    ids += ["look-before-restart", "restart-sftunnel"] if restart else ["leave-running"]
    alive = fleet.alive_to(device) or _("its state is not in evidence")
    steps = [fill(tables.remedies, step_id, values.saying(connected=alive), alternative=by_script) for step_id in ids]
    first = [fill(tables.remedies, "await-copy", values)] if by_script else []
    return [*first, *steps, fill(tables.remedies, "verify-device", values)]
