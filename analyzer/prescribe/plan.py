"""From the case and its findings to the plan: what is to be done, on which appliance, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from analyzer.model.answer import Conflicting, Known
from analyzer.model.case import Case, Device
from analyzer.model.finding import Finding, Severity
from analyzer.model.plan import AppliancePlan, DoNot, Plan, Situation
from analyzer.prescribe.cautions import cautions_of_nobody
from analyzer.prescribe.collecting import collect_next
from analyzer.prescribe.device_plan import device_plan
from analyzer.prescribe.diagnosis import Diagnoses, ManagedTunnel, device_diagnoses, manager_diagnosis, missed_devices, unexplained_by
from analyzer.prescribe.filling import values_of
from analyzer.prescribe.fleet import URGENCY, Fleet, fleet_of, in_order_of_work
from analyzer.prescribe.headline import headline
from analyzer.prescribe.manager_plan import manager_plan
from analyzer.prescribe.presumed import asked_first, presumed
from analyzer.prescribe.remedies import Remedies
from analyzer.prescribe.then import seen_then
from analyzer.prescribe.wrong_day import without_steps
from analyzer.texts import _

_GRAVE = frozenset({Severity.HIGH, Severity.CRITICAL})
"""Severities of findings that the headline names although no plan stands on them; those of medium severity stand below it."""


def prescribe(case: Case, findings: Sequence[Finding], as_of: datetime, remedies: Remedies) -> Plan:
    """The plan for a case. ``as_of`` is "today", aware. Same input, same plan."""
    fleet = fleet_of(case, findings, as_of)
    diagnoses = {device.key: device_diagnoses(device, fleet) for device in case.devices}
    managed = _managed(fleet, diagnoses)
    managers = [(manager, manager_diagnosis(manager, managed[manager.key], fleet)) for manager in in_order_of_work(case.managers)]
    busy = frozenset(one.key for one, found in managers if found.situation is not Situation.HEALTHY or missed_devices(managed[one.key]))
    made = [(one, manager_plan(one, found, managed[one.key], fleet, remedies, busy)) for one, found in managers]
    manager_plans = tuple(asked_first(own, one, fleet, remedies) if presumed(one) else own for one, own in made)
    device_plans = tuple(sorted((_device_plan(one, diagnoses[one.key], fleet, remedies) for one in case.devices), key=_urgency))
    said = frozenset(key for plan in (*manager_plans, *device_plans) for key in plan.because)
    grave = unexplained_by(said, fleet, _GRAVE)
    also = unexplained_by(said, fleet, frozenset({Severity.MEDIUM}))
    alone = not any(_decides(one) for one in (*manager_plans, *device_plans)) and not grave
    plan = Plan(
        headline=headline(
            manager_plans,
            device_plans,
            [*grave, *(also if alone else ())],
            seen_then(case.tunnels, as_of),
            remarks=bool(case.notices),
            contradicted=_contradicted(case),
            about_a_ca=any("internal_ca_not_after" in one.conflicting for one in case.managers),
        ),
        also=() if alone else tuple(also),
        do_not=_do_not(manager_plans, device_plans) or cautions_of_nobody(fleet, values_of(fleet), remedies),
        managers=manager_plans,
        devices=device_plans,
        collect=collect_next(managers, list(diagnoses.items()), fleet, remedies),
    )
    later = case.taken_later
    return without_steps(plan, later.value, as_of) if isinstance(later, Known) else plan


def _device_plan(device: Device, diagnoses: Diagnoses, fleet: Fleet, remedies: Remedies) -> AppliancePlan:
    plan = device_plan(device, diagnoses, fleet, remedies)
    managers = [fleet.managers[one.manager] for one in fleet.by_device.get(device.key, ()) if one.manager in fleet.managers]
    guessed = next((one for one in managers if presumed(one)), None)
    return asked_first(plan, guessed, fleet, remedies) if guessed is not None and plan.steps else plan


def _decides(plan: AppliancePlan) -> bool:
    """The headline has a sentence about this appliance, which a finding of medium severity must not be mixed with."""
    return plan.situation not in (Situation.HEALTHY, Situation.NOT_APPLICABLE)


def _contradicted(case: Case) -> list[str]:
    """What the evidence answers in two ways: when an InternalCA expires, and whether a tunnel is up."""
    found: list[str] = []
    for one in case.managers:
        ends = one.internal_ca_not_after
        if isinstance(ends, Conflicting):
            days = sorted({f"{claim.value:%Y-%m-%d}" for claim in ends.claims if isinstance(claim.value, datetime)})
            text = _("when the InternalCA of {manager} expires ({days})")
            found.append(text.format(manager=one.label, days=_(" or ").join(days) or _("an unknown date")))
    text = _("whether the tunnel of {tunnel} is up")
    return found + [text.format(tunnel=one.label) for one in case.tunnels if "state" in one.conflicting]


def _do_not(managers: Sequence[AppliancePlan], devices: Sequence[AppliancePlan]) -> tuple[DoNot, ...]:
    """Those of the managers, and those of a device that no manager's names."""
    cautions = dict.fromkeys(caution for plan in managers for caution in plan.do_not)
    named = {name for caution in cautions for name in caution.on}
    own = (caution for plan in devices for caution in plan.do_not if not named.intersection(caution.on))
    return tuple(dict.fromkeys([*cautions, *own]))


def _managed(fleet: Fleet, diagnoses: dict[str, Diagnoses]) -> dict[str, tuple[ManagedTunnel, ...]]:
    """The tunnels of each manager with their devices. Devices that have no FMC tunnel at all are left out."""
    told = {tunnel.key: found for pairs in diagnoses.values() for tunnel, found in pairs if tunnel is not None}
    return {
        key: tuple(
            ManagedTunnel(tunnel, fleet.devices[tunnel.device], told[tunnel.key])
            for tunnel in fleet.by_manager.get(key, ())
            if tunnel.key in told and told[tunnel.key].situation is not Situation.NOT_APPLICABLE
        )
        for key in fleet.managers
    }


def _urgency(plan: AppliancePlan) -> int:
    return URGENCY.index(plan.situation)
