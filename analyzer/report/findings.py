"""Findings as they are listed: what counts in full, the rest as numbers per rule."""

from __future__ import annotations

import re
from collections import Counter

from msgspec import Struct

from analyzer.model.finding import Finding, State
from analyzer.model.result import Result
from analyzer.report.labels import SEVERITIES, STATES, Label


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
    counting.sort(
        key=lambda one: (-one.severity, one.state is not State.AFFECTED, bool(one.caused_by), one.rule, natural(one.subject_label))
    )
    tally: Counter[tuple[str, State]] = Counter((one.rule, one.state) for one in result.findings)
    rules = sorted({rule for rule, state in tally if state in (State.CLEAR, State.NOT_APPLICABLE, State.UNKNOWN)})
    return Findings(
        tuple(counting),
        tuple(one for one in result.findings if one.state is State.ERROR),
        tuple(RuleTally(rule, tally[rule, State.CLEAR], tally[rule, State.NOT_APPLICABLE], tally[rule, State.UNKNOWN]) for rule in rules),
        {one.key: one.title for one in result.findings},
    )


def label_of(finding: Finding) -> Label:
    """How grave a finding is, in a word and a colour. A rule that failed is shown as that."""
    return STATES[State.ERROR] if finding.state is State.ERROR else SEVERITIES[finding.severity]


_DIGITS = re.compile(r"(\d+)")


def natural(label: str) -> tuple[tuple[bool, int, str], ...]:
    """What names are ordered by as a person orders them: ftd-9 before ftd-10."""
    return tuple((part.isdecimal(), int(part) if part.isdecimal() else 0, part.lower()) for part in _DIGITS.split(label))
