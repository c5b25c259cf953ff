"""The one Result document. Renderers are pure functions of it; ``result.json`` is it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from analyzer.model.answer import YOUNG, Known
from analyzer.model.case import Case, TunnelState
from analyzer.model.finding import Finding, Severity, State
from analyzer.model.location import Surroundings
from analyzer.model.member import Artifact, Damage
from analyzer.model.plan import Plan, Situation

SCHEMA_VERSION = 3
"""Of the JSON document. 2: evidence stands once, in a list of its own, and is referred to by its place there. 3: so do certificates,
commands and the reasons why values are missing; findings that found nothing are grouped; fields without a value are left out."""


class Result(Struct, frozen=True, kw_only=True):
    """Everything the report may say. Times are aware, UTC.

    ``as_of`` is "today" as given. ``foreign_rules`` are the ids of rules that did not come with the program: what they find is what
    their author says. ``language`` is the language of its
    sentences (ISO 639-1): renderers speak it. ``surroundings`` are the lines around the places that
    findings point to. ``members`` and ``bytes_read`` count what was read. ``incomplete`` lists what was not.
    """

    tool_version: str
    rules_version: str
    foreign_rules: tuple[str, ...] = ()
    as_of: datetime
    as_of_source: str
    language: str = "en"
    artifacts: tuple[Artifact, ...]
    members: int
    bytes_read: int
    facts: int
    case: Case
    findings: tuple[Finding, ...]
    plan: Plan
    incomplete: tuple[Damage, ...]
    surroundings: tuple[Surroundings, ...] = ()

    @property
    def worst(self) -> Severity | None:
        """The highest severity among findings that count, or None."""
        return max((f.severity for f in self.findings if f.counts), default=None)

    @property
    def usable(self) -> bool:
        """Anything at all was understood."""
        return self.facts > 0

    @property
    def undecided(self) -> bool:
        """A question is open whose answer could change what is to be done: exit code 0 promises that there is none.

        Decisive is when the InternalCA of each FMC ends, whether each known tunnel is up, by evidence that is young enough to speak of
        today, and why not where it is down. A contradiction, a rule that raised, a doubt about the evidence itself, and a thing that the
        plan asks for are open questions too, and so is what a rule of the user's own could not tell. Who signed the leaf of a tunnel that
        is up is none.
        """
        appliances = (*self.plan.managers, *self.plan.devices)
        return (
            bool(self.plan.collect)
            or not appliances
            or any(one.situation is Situation.UNKNOWN for one in appliances)
            or any(finding.state is State.ERROR for finding in self.findings)
            or any(finding.state is State.UNKNOWN and finding.rule in self.foreign_rules for finding in self.findings)
            or any(notice.doubts for notice in self.case.notices)
            or any(one.conflicting for one in self.case.devices)
            or self._managers_open
            or self._tunnels_unproven
        )

    @property
    def _managers_open(self) -> bool:
        """Of an FMC it is not told when its InternalCA ends or begins, or only by an assumption, or no tunnel of it is in evidence. The
        cloud's is not the user's."""
        linked = {tunnel.manager for tunnel in self.case.tunnels}
        for manager in self.case.managers:
            if isinstance(manager.is_cloud, Known) and manager.is_cloud.value:
                continue
            ends, begins = manager.internal_ca_not_after, manager.internal_ca_not_before
            not_yet = isinstance(begins, Known) and begins.value > self.as_of
            if manager.conflicting or not isinstance(ends, Known) or ends.assumed or not_yet or manager.key not in linked:
                return True
        return False

    @property
    def _tunnels_unproven(self) -> bool:
        """The state of a tunnel is not told, is of long ago or of no stated moment, or it is down and no finding says why."""
        explained = {finding.subject for finding in self.findings if finding.counts}
        for tunnel in self.case.tunnels:
            state = tunnel.state
            if tunnel.conflicting or not isinstance(state, Known) or not state.age.stated or state.age.is_before(self.as_of - YOUNG):
                return True
            if state.value is TunnelState.DOWN and not explained & {tunnel.key, tunnel.manager, tunnel.device}:
                return True
        return False
