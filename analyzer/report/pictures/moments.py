"""A time axis: columns of a round length of time, and where their labels stand. All times are UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from msgspec import Struct

MAX_COLUMNS = 40
"""Columns of an axis at most: more could not be told apart on paper."""

MIN_COLUMNS = 8
"""And at least: a moment shall not look like an hour."""

MAX_LABELS = 6

_SECOND, _MINUTE, _HOUR, _DAY = 1, 60, 3600, 86400
_LENGTHS = (
    *(number * _SECOND for number in (1, 2, 5, 10, 30)),
    *(number * _MINUTE for number in (1, 2, 5, 10, 30)),
    *(number * _HOUR for number in (1, 2, 3, 6, 12)),
    *(number * _DAY for number in (1, 2, 7, 14, 28, 91, 182, 364, 728, 3640)),
)
_FIRST = datetime(1, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, tzinfo=UTC)


class Label(Struct, frozen=True):
    """Words below the axis, at a place from its left end: a time of day ("" where columns are days), and the date where it changes."""

    at: float
    clock: str
    date: str


class Axis(Struct, frozen=True):
    """``columns`` columns of ``length`` each, the first of which begins at ``begin``."""

    begin: datetime
    length: timedelta
    columns: int

    def place(self, moment: datetime) -> float:
        """Where a moment lies, in columns from the left end. Below 0 or above ``columns`` when the axis does not reach it."""
        return (moment - self.begin) / self.length

    def column(self, moment: datetime) -> int:
        """The column that a moment within the axis falls into, from 0."""
        return min(self.columns - 1, max(0, (moment - self.begin) // self.length))

    def starts(self, column: int) -> datetime:
        """When a column begins."""
        return self.begin + column * self.length

    def labels(self) -> tuple[Label, ...]:
        """At most `MAX_LABELS` labels at beginnings of columns. ``at`` counts columns."""
        every = -(-self.columns // MAX_LABELS)
        labels: list[Label] = []
        day = ""
        for column in range(0, self.columns, every):
            start = self.starts(column)
            date = f"{start:%Y-%m-%d}"
            clock = f"{start:%H:%M:%S}" if self.length < timedelta(minutes=1) else f"{start:%H:%M}"
            labels.append(Label(float(column), "" if self.length >= timedelta(days=1) else clock, "" if date == day else date))
            day = date
        return tuple(labels)


def axis_of(moments: Iterable[datetime]) -> Axis | None:
    """The finest axis of at most `MAX_COLUMNS` columns that holds all moments; None when there are none."""
    within = [one.astimezone(UTC) for one in moments if _FIRST + timedelta(days=4000) < one < _LAST - timedelta(days=4000)]
    if not within:
        return None
    first, last = min(within), max(within)
    for seconds in _LENGTHS:
        length = timedelta(seconds=seconds)
        begin = first - (first - _FIRST) % length
        columns = (last - begin) // length + 1
        if columns <= MAX_COLUMNS:
            spare = max(0, MIN_COLUMNS - columns)
            return Axis(begin - spare // 2 * length, length, columns + spare)
    length = -(-(last - first) // MAX_COLUMNS) + timedelta(seconds=1)
    return Axis(first, length, MAX_COLUMNS)
