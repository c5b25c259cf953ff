"""The year of log lines that have none.

Classic syslog writes ``Sep 20 04:10:47``. Walking back from the last line, which is not later than the file's own time, a date that would
jump ahead belongs to the year before. 29 February says by itself which years are possible.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from analyzer.read.logs.stamps import Stamp

SLACK = timedelta(days=1)
"""How much later than the file's time (or today) a line may be: time zones and small clock errors."""

_BACKWARD_SECONDS = 31 * 86_400
"""A line may be this much later than the one below it without a New Year between them: a clock that was set back."""

_AT_NEW_YEAR_SECONDS = 2 * 86_400
_YEAR_SECONDS = 366 * 86_400
_EARLIEST_FILE_TIME = datetime(2010, 1, 1, tzinfo=UTC)
_LEAP_SEARCH_YEARS = 8

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BEFORE_MONTH = tuple(sum(_DAYS[:month]) for month in range(12))


def latest(modified: datetime | None, as_of: datetime) -> datetime:
    """Nothing of a file is dated after this by inference. A file time before 2010 (an archive without times) is not believed."""
    if modified is None or modified < _EARLIEST_FILE_TIME:
        return as_of + SLACK
    return min(modified, as_of) + SLACK


def exists(stamp: Stamp) -> bool:
    """Day and time can be (29 February counts); a leap second counts as well."""
    return (
        1 <= stamp.month <= 12 and 1 <= stamp.day <= _DAYS[stamp.month - 1] and stamp.hour < 24 and stamp.minute < 60 and stamp.second <= 60
    )


def infer(stamps: Sequence[Stamp], limit: datetime) -> list[int | None]:
    """A year for each of these stamps of one box, in file order; None for a date that no year makes possible.

    Every stamp must `exists`. The last is given the newest year that does not put it after ``limit``.
    """
    if not stamps:
        return []
    bound = _in_leap_year(limit.month, limit.day, limit.hour, limit.minute, limit.second)
    newest = limit.year
    backs: list[int] = []
    back = 0
    below: int | None = None
    for stamp in reversed(stamps):
        at = _in_leap_year(stamp.month, stamp.day, stamp.hour, stamp.minute, stamp.second)
        if below is not None:
            if at > below + _BACKWARD_SECONDS:
                back += 1
            elif back and below - at > _YEAR_SECONDS - _AT_NEW_YEAR_SECONDS:
                back -= 1  # two threads whose lines changed places at New Year
        if back == 0 and at > bound:
            back = 1
        backs.append(back)
        below = at
    backs.reverse()
    leap = {back for stamp, back in zip(stamps, backs, strict=True) if (stamp.month, stamp.day) == (2, 29)}
    for shift in range(_LEAP_SEARCH_YEARS + 1):
        if all(isleap(newest - shift - back) for back in leap):
            newest -= shift
            break
    return [
        None if (stamp.month, stamp.day) == (2, 29) and not isleap(newest - back) else newest - back
        for stamp, back in zip(stamps, backs, strict=True)
    ]


def _in_leap_year(month: int, day: int, hour: int, minute: int, second: int) -> int:
    """Seconds since the beginning of a leap year."""
    return (((_BEFORE_MONTH[month - 1] + day - 1) * 24 + hour) * 60 + minute) * 60 + second
