"""The boxes of the report: each manager and device with its plan, its tunnels and what was found of it."""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct

from analyzer.model.answer import Known
from analyzer.model.case import Device, Manager, Tunnel, TunnelState
from analyzer.model.finding import Finding, State
from analyzer.model.plan import AppliancePlan, Situation
from analyzer.model.result import Result
from analyzer.report.citations import thing_anchor
from analyzer.report.labels import SITUATIONS, WORK_TO_FINISH, Label, Tone
from analyzer.report.steps import StepView, step_views
from analyzer.texts import _

CONNECTION_ROWS = 50
"""Captured connections of a tunnel that are listed, the first; the rest is counted."""

OPEN_BOXES = 12
"""Boxes whose section is unfolded at first sight. In a larger fleet the rest unfolds on demand, and all do in print."""

QUIET = frozenset({Situation.HEALTHY, Situation.NOT_APPLICABLE})
"""Situations in which a box without steps needs nothing."""


class ApplianceView(Struct, frozen=True, kw_only=True):
    """One manager or device. ``thing`` is None when the plan names a box that the case does not hold.

    ``because`` are the findings that its plan stands on. ``steps`` are the way to go, ``manual`` the one behind it. ``findings`` are those
    that count, about it, its tunnels or its certificates.
    """

    anchor: str
    kind: str
    plan: AppliancePlan
    thing: Manager | Device | None
    tunnels: tuple[Tunnel, ...]
    because: tuple[Finding, ...]
    findings: tuple[Finding, ...]
    steps: tuple[StepView, ...]
    manual: tuple[StepView, ...]
    unfolded: bool

    @property
    def label(self) -> Label:
        """The situation in words. A healthy appliance with something to do on it is not shown as one with nothing to do."""
        label = SITUATIONS[self.plan.situation]
        if self.kind == "device" and self.plan.situation is Situation.EXPIRED_CONNECTED:
            return Label(label.english, Tone.WARNING)  # it still works: what is down comes before it
        return WORK_TO_FINISH if self.plan.situation is Situation.HEALTHY and self.plan.steps else label

    @property
    def needs_nothing(self) -> bool:
        """It is healthy, or not concerned, and there is nothing to type."""
        return not self.plan.steps and self.plan.situation in QUIET


class Fleet(Struct, frozen=True):
    """All boxes, in the order of the plan, and the anchors of everything that a report links to, by key."""

    managers: tuple[ApplianceView, ...]
    devices: tuple[ApplianceView, ...]
    anchors: dict[str, str]
    labels: dict[str, str]


def fleet_of(result: Result) -> Fleet:
    """The boxes of a result. A box of the case that has no plan is shown as one that could not be told."""
    case = result.case
    things: dict[str, Manager | Device] = {one.key: one for one in case.managers} | {one.key: one for one in case.devices}
    tunnels: defaultdict[str, list[Tunnel]] = defaultdict(list)
    for tunnel in case.tunnels:
        tunnels[tunnel.device].append(tunnel)
        tunnels[tunnel.manager].append(tunnel)
    findings = _findings_by_appliance(result)
    by_key = {finding.key: finding for finding in result.findings}
    planned = {box.box for box in (*result.plan.managers, *result.plan.devices)}
    managers = result.plan.managers + tuple(_no_plan(one, "manager") for one in case.managers if one.key not in planned)
    devices = result.plan.devices + tuple(_no_plan(one, "device") for one in case.devices if one.key not in planned)
    anchors = {
        box.box: thing_anchor(kind, box.box, box.label) for kind, boxes in (("manager", managers), ("device", devices)) for box in boxes
    }
    anchors |= {tunnel.key: thing_anchor("tunnel", tunnel.key, tunnel.label) for tunnel in case.tunnels}
    listed = (finding for finding in result.findings if finding.counts or finding.state is State.ERROR)
    anchors |= {finding.key: thing_anchor("finding", finding.key, finding.rule) for finding in listed}
    anchors |= {
        one.certificate.sha256: thing_anchor("certificate", one.certificate.sha256, one.certificate.subject.common_name)
        for one in case.certificates
    }

    def view(box: AppliancePlan, kind: str, place: int) -> ApplianceView:
        anchor = anchors[box.box]
        return ApplianceView(
            anchor=anchor,
            kind=kind,
            plan=box,
            thing=things.get(box.box),
            tunnels=tuple(tunnels[box.box]),
            because=tuple(by_key[key] for key in box.because if key in by_key),
            findings=tuple(findings[box.box]),
            steps=step_views(tuple(step for step in box.steps if not step.alternative), anchor),
            manual=step_views(tuple(step for step in box.steps if step.alternative), anchor, "M"),
            unfolded=place < OPEN_BOXES,
        )

    return Fleet(
        tuple(view(box, "manager", place) for place, box in enumerate(managers)),
        tuple(view(box, "device", place) for place, box in enumerate(devices)),
        anchors,
        {key: one.label for key, one in things.items()} | {one.key: one.label for one in case.tunnels},
    )


_TUNNEL_ORDER = (TunnelState.DOWN, None, TunnelState.DEGRADED, TunnelState.CONNECTED)


def tunnel_order(tunnels: tuple[Tunnel, ...]) -> int:
    """What a column of tunnels is sorted by: down first, then unknown, one channel, up."""
    states = [tunnel.state.value if isinstance(tunnel.state, Known) else None for tunnel in tunnels]
    return min((_TUNNEL_ORDER.index(state) for state in states), default=len(_TUNNEL_ORDER))


def _no_plan(thing: Manager | Device, kind: str) -> AppliancePlan:
    return AppliancePlan(
        box=thing.key,
        label=thing.label,
        kind=kind,
        situation=Situation.UNKNOWN,
        summary=_("The plan has no steps for this appliance."),
        because=(),
        steps=(),
        do_not=(),
        files=(),
    )


def _findings_by_appliance(result: Result) -> defaultdict[str, list[Finding]]:
    """Findings that count, below the box that they are about: a tunnel's below its device, a certificate's below its owner."""
    box_of = {tunnel.key: tunnel.device for tunnel in result.case.tunnels}
    box_of |= {one.key: one.owner for one in result.case.certificates}
    findings: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in result.findings:
        if finding.counts:
            findings[box_of.get(finding.subject, finding.subject)].append(finding)
    return findings
