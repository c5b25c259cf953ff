"""From the case and its findings to the plan: what is to be done, on which box, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from analyzer.model.case import Case, Manager
from analyzer.model.finding import Finding
from analyzer.model.plan import AppliancePlan, Plan, Situation
from analyzer.prescribe.collecting import collect_next
from analyzer.prescribe.device_plan import device_plan
from analyzer.prescribe.fleet import Fleet, fleet_of, in_order_of_work, is_secondary
from analyzer.prescribe.headline import headline
from analyzer.prescribe.manager_plan import ManagedTunnel, manager_plan, manager_verdict, owing
from analyzer.prescribe.situations import URGENCY, Verdicts, device_verdicts
from analyzer.prescribe.tables import Tables
from analyzer.prescribe.then import seen_then
from analyzer.texts import _


def prescribe(case: Case, findings: Sequence[Finding], as_of: datetime, tables: Tables) -> Plan:
    """The plan for a case. ``as_of`` is "today", aware. Same input, same plan."""
    fleet = fleet_of(case, findings, as_of)
    verdicts = {device.key: device_verdicts(device, fleet) for device in case.devices}
    managed = _managed(fleet, verdicts)
    managers = [(manager, manager_verdict(manager, managed[manager.key], fleet)) for manager in in_order_of_work(case.managers)]
    busy = {manager.key for manager, verdict in managers if verdict.situation is not Situation.HEALTHY or owing(managed[manager.key])}
    manager_plans = tuple(
        manager_plan(manager, verdict, managed[manager.key], fleet, tables, _primary_to_wait_for(manager, fleet, busy))
        for manager, verdict in managers
    )
    device_plans = tuple(sorted((device_plan(one, verdicts[one.key], fleet, tables) for one in case.devices), key=_urgency))
    return Plan(
        headline=headline(manager_plans, device_plans, seen_then(case.tunnels, as_of)),
        do_not=tuple(dict.fromkeys(caution for plan in manager_plans for caution in plan.do_not)),
        managers=manager_plans,
        devices=device_plans,
        collect=collect_next(managers, list(verdicts.items()), fleet, tables),
    )


def _managed(fleet: Fleet, verdicts: dict[str, Verdicts]) -> dict[str, tuple[ManagedTunnel, ...]]:
    """The tunnels of each manager with their devices. Devices that have no FMC tunnel at all are left out."""
    told = {tunnel.key: verdict for pairs in verdicts.values() for tunnel, verdict in pairs if tunnel is not None}
    return {
        key: tuple(
            ManagedTunnel(tunnel, fleet.devices[tunnel.device], told[tunnel.key])
            for tunnel in fleet.by_manager.get(key, ())
            if tunnel.key in told and told[tunnel.key].situation is not Situation.NOT_APPLICABLE
        )
        for key in fleet.managers
    }


def _primary_to_wait_for(manager: Manager, fleet: Fleet, busy: set[str]) -> str:
    """The label of the primary that still has something to be done, or of which nothing is known; "" when there is none to wait for."""
    if not is_secondary(manager):
        return ""
    primary = fleet.primary_of(manager)
    if primary is None:
        return _("the primary FMC")
    return primary.label if primary.key in busy else ""


def _urgency(plan: AppliancePlan) -> int:
    return URGENCY.index(plan.situation)
