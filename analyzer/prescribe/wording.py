"""Small pieces of sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from analyzer.model.answer import Answer, Known
from analyzer.texts import _

NAMED = 12
"""Labels that a sentence names before it counts the rest."""


def day(answer: Answer[datetime]) -> str:
    """The date in UTC, or that it is not in evidence."""
    return f"{answer.value.astimezone(UTC):%Y-%m-%d}" if isinstance(answer, Known) else _("an unknown date")


def listed(labels: Iterable[str]) -> str:
    """The labels with commas; beyond `NAMED` of them, how many more there are."""
    names = list(labels)
    if len(names) <= NAMED:
        return ", ".join(names)
    return _("{names} and {n} more").format(names=", ".join(names[:NAMED]), n=len(names) - NAMED)
