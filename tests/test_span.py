"""A span of time in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analyzer.texts import span


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (timedelta(days=5, seconds=11220), "5 days 3 hours"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=9, minutes=1), "9 hours 1 minute"),
        (timedelta(seconds=90), "90 seconds"),
        (timedelta(days=1, minutes=59), "1 day"),
    ],
)
def test_the_two_largest_units_that_count_are_said(gap: timedelta, said: str) -> None:
    assert span(gap) == said
