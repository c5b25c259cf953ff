"""Small pieces of sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from analyzer.model.answer import Answer, Known
from analyzer.texts import _, ngettext

NAMED = 12
"""Labels that a sentence names before it counts the rest."""


def day(answer: Answer[datetime]) -> str:
    """The date in UTC, or that it is not in evidence."""
    return f"{answer.value.astimezone(UTC):%Y-%m-%d}" if isinstance(answer, Known) else _("a date that is not in evidence")


def listed(labels: Iterable[str]) -> str:
    """The labels with commas; beyond `NAMED` of them, how many more there are."""
    names = list(labels)
    if len(names) <= NAMED:
        return ", ".join(names)
    return _("{names} and {n} more").format(names=", ".join(names[:NAMED]), n=len(names) - NAMED)


def span(gap: timedelta) -> str:
    """``5 days 3 hours``; minutes below a day, seconds below an hour. ``gap`` is not negative."""
    days, hours, minutes = gap.days, gap.seconds // 3600, gap.seconds % 3600 // 60
    in_days = ngettext("{n} day", "{n} days", days).format(n=days)
    in_hours = ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    if days:
        return f"{in_days} {in_hours}" if hours else in_days
    if hours:
        return f"{in_hours} " + ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes) if minutes else in_hours
    return ngettext("{n} second", "{n} seconds", gap.seconds).format(n=gap.seconds)
