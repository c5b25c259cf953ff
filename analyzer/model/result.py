"""The one Result document. Renderers are pure functions of it; ``result.json`` is it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from analyzer.model.case import Case
from analyzer.model.finding import Finding, Severity, State
from analyzer.model.location import Surroundings
from analyzer.model.member import Artifact, Damage
from analyzer.model.plan import Plan, Situation

SCHEMA_VERSION = 1


class Result(Struct, frozen=True, kw_only=True):
    """Everything the report may say. Times are aware, UTC.

    ``as_of`` is "today" as given. ``language`` is the language of its
    sentences (ISO 639-1): renderers speak it. ``surroundings`` are the lines around the places that
    findings point to. ``members`` and ``bytes_read`` count what was read. ``incomplete`` lists what was not.
    """

    tool_version: str
    rules_version: str
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
        """A question is open: there is something to bring, no box is in evidence or one cannot be judged, a rule raised, or a wrong clock
        or bundles of two cases put everything in doubt."""
        boxes = (*self.plan.managers, *self.plan.devices)
        return (
            bool(self.plan.collect)
            or not boxes
            or any(box.situation is Situation.UNKNOWN for box in boxes)
            or any(finding.state is State.ERROR for finding in self.findings)
            or any(notice.doubts for notice in self.case.notices)
        )
