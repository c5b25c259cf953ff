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


def listed(labels: Iterable[str], most: int = NAMED) -> str:
    """The labels with commas; beyond ``most`` of them, how many more there are. One more is named rather than counted."""
    names = list(labels)
    if len(names) <= most + 1:
        return ", ".join(names)
    return _("{names} and {n} more").format(names=", ".join(names[:most]), n=len(names) - most)
