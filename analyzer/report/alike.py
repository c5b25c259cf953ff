"""Findings of a large fleet, the same ones together: what a rule says of seven hundred devices is read once, and then who they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import takewhile

from msgspec import Struct

from analyzer.model.finding import Finding

_SENTENCE = re.compile(r"(?<=\.) ")


class Member(Struct, frozen=True):
    """A finding, and the sentences of its explanation that are its own."""

    finding: Finding
    own: str


class Alike(Struct, frozen=True):
    """Findings of one rule with one title, answer, severity and sources. ``common`` is how the explanations of all of them end."""

    first: Finding
    common: str
    members: tuple[Member, ...]


def alike(findings: Iterable[Finding]) -> tuple[Alike, ...]:
    """The findings put together, in the order of the first of each kind. One that is alone keeps its whole explanation as its own."""
    kinds: dict[tuple[object, ...], list[Finding]] = {}
    for one in findings:
        kinds.setdefault((one.rule, one.title, one.state, one.severity, one.references), []).append(one)
    return tuple(_together(members) for members in kinds.values())


def _together(findings: list[Finding]) -> Alike:
    told = [_SENTENCE.split(one.explanation) for one in findings]
    ends = zip(*(reversed(sentences) for sentences in told), strict=False)
    same = sum(1 for _ in takewhile(lambda last: len(set(last)) == 1, ends)) if len(findings) > 1 else 0
    own = [" ".join(sentences[: len(sentences) - same]) for sentences in told]
    common = " ".join(told[0][len(told[0]) - same :])
    return Alike(findings[0], common, tuple(Member(one, text) for one, text in zip(findings, own, strict=True)))
