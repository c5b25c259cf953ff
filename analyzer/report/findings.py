"""Findings as they are listed: what counts in full, the rest as numbers per rule."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from analyzer.model.finding import Finding, State
from analyzer.model.result import Result


class RuleTally(Struct, frozen=True):
    """How often a rule gave each answer that is not listed in full."""

    rule: str
    clear: int
    not_applicable: int
    unknown: int


class Findings(Struct, frozen=True):
    """``counting`` are affected or at risk, the gravest first, a cause before its effects; ``failed`` are rules that raised.

    ``titles`` names every finding by its key.
    """

    counting: tuple[Finding, ...]
    failed: tuple[Finding, ...]
    tallies: tuple[RuleTally, ...]
    titles: dict[str, str]


def grouped_findings(result: Result) -> Findings:
    """The findings of a result, in the order of a report."""
    counting = [one for one in result.findings if one.counts]
    counting.sort(key=lambda one: (-one.severity, one.state is not State.AFFECTED, bool(one.caused_by)))
    tally: Counter[tuple[str, State]] = Counter((one.rule, one.state) for one in result.findings)
    rules = sorted({rule for rule, state in tally if state in (State.CLEAR, State.NOT_APPLICABLE, State.UNKNOWN)})
    return Findings(
        tuple(counting),
        tuple(one for one in result.findings if one.state is State.ERROR),
        tuple(RuleTally(rule, tally[rule, State.CLEAR], tally[rule, State.NOT_APPLICABLE], tally[rule, State.UNKNOWN]) for rule in rules),
        {one.key: one.title for one in result.findings},
    )
