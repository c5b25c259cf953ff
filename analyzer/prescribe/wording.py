"""Small pieces of sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from analyzer.model.answer import Answer, Known

NAMED = 12
"""Labels that a sentence names before it counts the rest."""


def day(answer: Answer[datetime]) -> str:
    """The date in UTC, or that it is not in evidence."""
    return f"{answer.value.astimezone(UTC):%Y-%m-%d}" if isinstance(answer, Known) else "a date that is not in evidence"


def count(number: int, noun: str) -> str:
    """``1 device``, ``2 devices``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(labels: Iterable[str]) -> str:
    """The labels with commas; beyond `NAMED` of them, how many more there are."""
    names = list(labels)
    if len(names) <= NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"
