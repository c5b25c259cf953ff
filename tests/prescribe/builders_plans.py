"""Fleets for the tests of the plan, and the plan as the lines that a person would type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from analyzer.join.hotfixes import hotfix_of, load_hotfixes
from analyzer.judge import judge, load_rules
from analyzer.model.answer import Known
from analyzer.model.case import Case, Device, IssuedBy, Manager, Tunnel, TunnelState
from analyzer.model.finding import Finding, Severity, State, SubjectKind
from analyzer.model.location import Evidence
from analyzer.model.outputs import GenerateCertsRun
from analyzer.model.plan import AppliancePlan, Plan
from analyzer.prescribe import load_remedies, prescribe
from analyzer.prescribe.shell import render
from tests.builders.cases import MANAGER_UUID, at, case, certificate, device, internal_ca, known, manager, tunnel, utc

RULES_FOLDER = Path(__file__).parents[2] / "rules"
REMEDIES = load_remedies([RULES_FOLDER])
RULES = load_rules([RULES_FOLDER])
HOTFIXES = load_hotfixes(RULES_FOLDER / "tables" / "hotfixes.yaml")
TODAY = utc("2026-11-23")
SECOND_UUID = "b2ee8d00-a1a6-11e6-8202-00005e005302"
RESTART = "pmtool restartbyid sftunnel"
UP, DOWN, DEGRADED = TunnelState.CONNECTED, TunnelState.DOWN, TunnelState.DEGRADED


def device_uuid(number: int) -> str:
    return f"a72dbf00-1d37-11e8-a222-{number:012x}"


def fmc(label: str = "fmc-1", *, uuid: str = MANAGER_UUID, ends: str = "2034-10-12", begins: str = "2024-10-14", **given: Any) -> Manager:
    """A manager of 7.2.5 whose CA begins and ends on these days, and whose own list of its devices is in evidence."""
    ca = internal_ca(uuid, not_before=begins, not_after=ends)
    values: dict[str, Any] = {
        "uuid": uuid,
        "name": label,
        "address": "198.51.100.7",
        "version": "7.2.5",
        "internal_ca": ca,
        "internal_ca_not_before": ca.not_before,
        "internal_ca_not_after": ca.not_after,
        "devices_listed": True,
    }
    found = manager(label, **(values | given))
    if "hotfix" in given:
        return found
    return replace(found, hotfix=hotfix_of(found.version, found.has_renewal_script, (), HOTFIXES))


def expired_fmc(label: str = "fmc-1", **given: Any) -> Manager:
    return fmc(label, begins="2014-10-17", ends="2024-10-14", **given)


def ftd(number: int = 1, **given: Any) -> Device:
    """``ftd-<number>`` with its own UUID and address."""
    values: dict[str, Any] = {"uuid": device_uuid(number), "name": f"ftd-{number}", "address": f"192.0.2.{number}"}
    return device(f"ftd-{number}", **(values | given))


def fleet(of: Manager, *states: TunnelState | None, **given: Any) -> Case:
    """A manager and one device for each state; None leaves the state out of evidence."""
    devices = [ftd(number) for number in range(1, len(states) + 1)]
    tunnels = [
        tunnel(of, to, **({"state": state} if state is not None else {}), **given) for to, state in zip(devices, states, strict=True)
    ]
    return case(managers=[of], devices=devices, tunnels=tunnels)


def good_set() -> dict[str, Any]:
    return {"device_leaf_issued_by": IssuedBy.CURRENT_CA, "device_ca_is_current": True}


def with_tunnel(a_case: Case, **changed: Any) -> Case:
    """The case with its first tunnel changed; bare values become known."""
    first: Tunnel = replace(a_case.tunnels[0], **{name: known(value) for name, value in changed.items()})
    return replace(a_case, tunnels=(first, *a_case.tunnels[1:]))


def finding(
    rule: str, subject: str, state: State = State.AFFECTED, kind: SubjectKind = SubjectKind.MANAGER, verdict: int = 0, **given: Any
) -> Finding:
    """A finding of a rule of the program, by the verdict of this number among those that count."""
    of = RULES.rule(rule)
    counting = [one for one in of.verdicts if one.state is state] if of is not None else []
    said = (
        {"leads_to": counting[verdict].leads_to, "steps": counting[verdict].steps, "severity": counting[verdict].severity}
        if counting
        else {}
    )
    values: dict[str, Any] = {
        "rule": rule,
        "subject_kind": kind,
        "subject": subject,
        "subject_label": subject,
        "state": state,
        "state_at_evidence": state,
        "severity": Severity.HIGH,
        "title": rule,
        "explanation": "",
        "primary": at(),
        "related": (),
        "missing": (),
        "date": None,
        "remedy": "",
        "affects": (),
        "caused_by": "",
        "references": (),
    }
    return Finding(**(values | said | given))


def renewal(epoch: int | None = 1728915794, *, evidence: Evidence | None = None) -> GenerateCertsRun:
    """A confirmed and finished run of generate_certs.pl."""
    return GenerateCertsRun(
        started=None,
        old_ca_not_after=None,
        confirmed=True,
        finished=True,
        failed=(),
        failed_push_epoch=epoch,
        evidence=evidence or at("run.txt", text="generate_certs.pl"),
    )


def plan_for(a_case: Case, *findings: Finding) -> Plan:
    """The plan for what the rules of the program say of the case. Findings that are given take the place of those of the same key."""
    a_case = counted(a_case)
    own = {one.key for one in findings}
    judged = [one for one in judge(a_case, RULES, TODAY) if one.key not in own]
    return prescribe(a_case, [*judged, *findings], TODAY, REMEDIES)


def counted(a_case: Case) -> Case:
    """The case as the join would have it: managers know the states of their tunnels, and what is told of a certificate has one."""
    labels = {one.key: one.label for one in a_case.devices}

    def of(one: Manager, *states: TunnelState | None) -> tuple[str, ...]:
        mine = [each for each in a_case.tunnels if each.manager == one.key]
        return tuple(labels[each.device] for each in mine if (each.state.value if isinstance(each.state, Known) else None) in states)

    managers = tuple(
        replace(one, tunnels_connected=of(one, UP, DEGRADED), tunnels_down=of(one, DOWN), tunnels_unknown=of(one, None))
        for one in a_case.managers
    )
    return replace(a_case, managers=managers, tunnels=tuple(_held(one) for one in a_case.tunnels))


def _held(one: Tunnel) -> Tunnel:
    if isinstance(one.device_leaf_issued_by, Known) and not isinstance(one.device_leaf, Known):
        one = replace(one, device_leaf=known(certificate()))
    if isinstance(one.device_ca_is_current, Known) and not isinstance(one.device_ca, Known):
        one = replace(one, device_ca=known(internal_ca()))
    return one


def typed(box: AppliancePlan, *, alternatives: bool = True) -> list[str]:
    """What is typed, in order: one entry for each command."""
    steps = [step for step in box.steps if alternatives or not step.alternative]
    return [render(command) for step in steps for command in step.commands]


def ids(box: AppliancePlan) -> list[str]:
    return [step.id for step in box.steps]
