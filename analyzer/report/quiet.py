"""Findings that say the same of many subjects, in groups: of a large fleet most checks are clear, do not apply, or miss the same thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from analyzer.model.finding import Finding, State
from analyzer.model.location import Evidence

QUIET = frozenset({State.CLEAR, State.NOT_APPLICABLE})
_SEVERAL = 3
"""Findings of one rule from which on what they share stands once."""

_WORTH = 60
"""Characters that make it worth it."""

_OWN = ("subject", "subject_label", "primary", "related", "title", "explanation")
"""What each finding of a group may have for itself."""


class Subject(Struct, frozen=True):
    """What a finding is about: the key of a manager, device, tunnel or certificate, and its label."""

    key: str
    label: str


class SameOf(Struct, frozen=True):
    """A further subject of which a rule says the same, with the evidence for it, and the words that differ ("" where they do not)."""

    subject: Subject
    primary: Evidence | None = None
    related: tuple[Evidence, ...] = ()
    title: str = ""
    explanation: str = ""


class Group(Struct, frozen=True):
    """A finding, and further subjects of which the same holds."""

    finding: Finding
    also: tuple[SameOf, ...] = ()


def grouped(findings: Iterable[Finding]) -> tuple[tuple[Group, ...], tuple[Group, ...]]:
    """The findings that say something, and those that found nothing, each in the order of its first one. What was found stands alone."""
    loud: list[tuple[Finding, list[SameOf]]] = []
    quiet: list[tuple[Finding, list[SameOf]]] = []
    known: dict[tuple[Any, ...], tuple[Finding, list[SameOf]]] = {}
    for finding in findings:
        kept = quiet if finding.state in QUIET else loud
        if finding.counts:
            kept.append((finding, []))
            continue
        shared = tuple(value for name, value in asdict(finding).items() if name not in _OWN)
        group = known.get(shared)
        if group is None:
            known[shared] = group = (finding, [])
            kept.append(group)
            continue
        first, also = group
        also.append(
            SameOf(
                Subject(finding.subject, finding.subject_label),
                finding.primary,
                finding.related,
                "" if finding.title == first.title else finding.title,
                "" if finding.explanation == first.explanation else finding.explanation,
            )
        )
    return tuple(Group(one, tuple(also)) for one, also in loud), tuple(Group(one, tuple(also)) for one, also in quiet)


def common_endings(findings: Iterable[Finding]) -> dict[str, str]:
    """By rule: the last sentences of the explanations of what it found, where they are the same for all of several subjects."""
    told: defaultdict[str, list[str]] = defaultdict(list)
    for finding in findings:
        if finding.counts:
            told[finding.rule].append(finding.explanation)
    endings = {rule: _common_ending(texts) for rule, texts in told.items() if len(texts) >= _SEVERAL}
    return {rule: ending for rule, ending in endings.items() if ending}


def _common_ending(texts: list[str]) -> str:
    first, last = (text[::-1] for text in (min(texts, key=_reversed), max(texts, key=_reversed)))
    same = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last)))
    shared = texts[0][len(texts[0]) - same :]
    begins = 0 if all(text == shared for text in texts) else shared.find(". ") + 1
    return shared[begins:] if begins and len(shared) - begins >= _WORTH else ""


def _reversed(text: str) -> str:
    """What texts are ordered by, so that what the first and the last end with is what all end with."""
    return text[::-1]


def without_ending(group: Group, endings: Mapping[str, str]) -> Group:
    """The group as it is written: what the explanation ends with stands at the rule."""
    finding = group.finding
    if not finding.counts:
        return group
    return replace(group, finding=replace(finding, explanation=finding.explanation.removesuffix(endings.get(finding.rule, ""))))


def together(groups: Iterable[Group], endings: Mapping[str, str]) -> tuple[Finding, ...]:
    """All findings again, in the order of a result: the worst first, then by rule and subject."""
    found: list[Finding] = []
    for group in groups:
        if group.finding.counts:
            group = replace(
                group, finding=replace(group.finding, explanation=group.finding.explanation + endings.get(group.finding.rule, ""))
            )
        found.append(group.finding)
        for one in group.also:
            own = {"subject": one.subject.key, "subject_label": one.subject.label, "primary": one.primary, "related": one.related}
            words = {"title": one.title or group.finding.title, "explanation": one.explanation or group.finding.explanation}
            found.append(replace(group.finding, **own, **words))
    return tuple(sorted(found, key=lambda one: (-one.severity, one.rule, one.subject)))
