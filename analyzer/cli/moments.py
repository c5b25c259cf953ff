"""The moment that a command line names."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time

import typer

from analyzer.texts import _


def moment_of(text: str | None) -> tuple[datetime, str]:
    """The moment to judge as of. A day means its end: what expires on that day has expired."""
    if text is None:
        return datetime.now(UTC).replace(microsecond=0), _("the clock of this computer")
    try:
        moment = _end_of_day(text) or datetime.fromisoformat(text)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if not MINYEAR < moment.year < MAXYEAR:
            raise OverflowError  # what is judged lies some days and years around it
    except (ValueError, OverflowError):
        told = _("{text} is not a date: write it like 2026-11-23 or 2026-11-23T10:00:00Z").format(text=repr(text))
        raise typer.BadParameter(told, param_hint="--as-of") from None
    return moment, "--as-of"


def _end_of_day(text: str) -> datetime | None:
    """The last second of a day, however ISO 8601 spells it (``2026-11-23``, ``20261123``, ``2026-W48-1``); None for anything else."""
    try:
        return datetime.combine(date.fromisoformat(text), time(23, 59, 59), UTC)
    except ValueError:
        return None
