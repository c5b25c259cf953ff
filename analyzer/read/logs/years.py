"""The year of a log that does not state one: told by the file's own time, walking backwards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

Classic = tuple[int, int, int, int, int]
"""Month, day, hour, minute, second."""

SLACK = timedelta(days=1)
"""How far a line may be after the file's time, or before its predecessor: zones, and threads that write out of order."""


def with_years(stamps: Sequence[Classic | None], newest: datetime) -> list[datetime | None]:
    """Each stamp with its year, in UTC. The last line is not after ``newest`` (plus a day); each earlier one is not after its successor
    (plus a day).

    29 February takes the nearest year that has one.
    """
    dated: list[datetime | None] = [None] * len(stamps)
    bound = newest
    for index in range(len(stamps) - 1, -1, -1):
        stamp = stamps[index]
        if stamp is None:
            continue
        moment = _latest(stamp, bound + SLACK)
        dated[index] = moment
        if moment is not None:
            bound = min(bound, moment)
    return dated


def _latest(stamp: Classic, bound: datetime) -> datetime | None:
    for year in range(bound.year, max(bound.year - 9, 0), -1):
        try:
            moment = datetime(year, *stamp, tzinfo=UTC)
        except ValueError:
            continue
        if moment <= bound:
            return moment
    return None
