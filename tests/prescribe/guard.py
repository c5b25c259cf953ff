"""What stands in the way of drift between the diagnosis and the plan: findings that the plan does nothing about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from analyzer.model.case import Case
from analyzer.model.finding import Finding
from analyzer.model.plan import AppliancePlan, Plan

RULES = Path(__file__).parents[2] / "rules"
STEPS_OF = {
    path.stem: frozenset(step["id"] for step in yaml.safe_load(path.read_text(encoding="utf-8")).get("steps", ()))
    for path in (RULES / "remedies").glob("*.yaml")
}
"""The steps of each remedy."""

EXCEPT: dict[str, str] = {
    # Each is safer than the remedy. The table may only shrink.
}
"""Titles of findings whose remedy the plan does not take, and why."""


def without_a_step(case: Case, findings: tuple[Finding, ...], plan: Plan) -> Iterator[str]:
    """The unexplained findings with a remedy of which the plan of their appliance holds no step."""
    for finding in findings:
        if not finding.unexplained or not finding.remedy or finding.title in EXCEPT:
            continue
        own = STEPS_OF[finding.remedy] | set(finding.steps)
        plans = [one for one in (*plan.managers, *plan.devices) if one.box in appliances_of(case, finding)]
        if not own & {plain(step.id) for one in plans for step in one.steps} and not own & {plain(step.id) for step in plan.collect}:
            yield f"{finding.key}: {finding.title} ({finding.remedy}; {', '.join(_told(one) for one in plans)})"


def unnamed(findings: tuple[Finding, ...], plan: Plan) -> Iterator[str]:
    """The unexplained findings of medium severity or more that no plan stands on, and that neither headline nor `Plan.also` names."""
    stands_on = {key for one in (*plan.managers, *plan.devices) for key in one.because}
    said = " ".join((plan.headline, *plan.also))
    for finding in findings:
        if finding.unexplained and finding.severity >= 2 and finding.key not in stands_on and finding.title not in said:
            yield finding.key


def appliances_of(case: Case, finding: Finding) -> set[str]:
    """The keys of the appliances whose plan may answer a finding."""
    ends = {one.key: {one.manager, one.device} for one in case.tunnels}
    owners = {one.key: {one.owner} for one in case.certificates}
    return ends.get(finding.subject, set()) | owners.get(finding.subject, set()) | {finding.subject}


def plain(step_id: str) -> str:
    """The id of a step without the number that tells it from its like in one plan."""
    head, _, tail = step_id.rpartition("-")
    return head if tail.isdigit() else step_id


def _told(plan: AppliancePlan) -> str:
    return f"{plan.label} {plan.situation.value}: {[step.id for step in plan.steps]}"
