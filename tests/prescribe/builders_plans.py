"""Fleets for the tests of the plan, and the plan as the lines that a person would type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from analyzer.model.case import Case, Device, IssuedBy, Manager, Tunnel, TunnelState
from analyzer.model.finding import Finding, Severity, State, SubjectKind
from analyzer.model.location import Evidence
from analyzer.model.outputs import GenerateCertsRun
from analyzer.model.plan import AppliancePlan, Plan
from analyzer.prescribe import load_tables, prescribe
from analyzer.prescribe.shell import render
from tests.builders.cases import MANAGER_UUID, at, case, device, internal_ca, known, manager, tunnel, utc

TABLES = load_tables(Path(__file__).parents[2] / "rules")
TODAY = utc("2026-11-23")
SECOND_UUID = "b2ee8d00-a1a6-11e6-8202-00005e005302"
RESTART = "pmtool restartbyid sftunnel"
UP, DOWN, DEGRADED = TunnelState.CONNECTED, TunnelState.DOWN, TunnelState.DEGRADED


def device_uuid(number: int) -> str:
    return f"a72dbf00-1d37-11e8-a222-{number:012x}"


def fmc(label: str = "fmc-1", *, uuid: str = MANAGER_UUID, ends: str = "2034-10-12", begins: str = "2024-10-14", **given: Any) -> Manager:
    """A manager of 7.2.5 whose CA begins and ends on these days."""
    ca = internal_ca(uuid, not_before=begins, not_after=ends)
    values: dict[str, Any] = {
        "uuid": uuid,
        "name": label,
        "address": "198.51.100.7",
        "version": "7.2.5",
        "internal_ca": ca,
        "internal_ca_not_before": ca.not_before,
        "internal_ca_not_after": ca.not_after,
    }
    return manager(label, **(values | given))


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


def finding(rule: str, subject: str, state: State = State.AFFECTED, kind: SubjectKind = SubjectKind.MANAGER, **given: Any) -> Finding:
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
    return Finding(**(values | given))


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
    return prescribe(a_case, findings, TODAY, TABLES)


def typed(box: AppliancePlan, *, alternatives: bool = True) -> list[str]:
    """What is typed, in order: one entry for each command."""
    steps = [step for step in box.steps if alternatives or not step.alternative]
    return [render(command) for step in steps for command in step.commands]


def ids(box: AppliancePlan) -> list[str]:
    return [step.id for step in box.steps]
