"""The times of log lines: years that syslog does not write, zones that it does not state."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.location import Location
from analyzer.model.log import LogEvent
from analyzer.read import logs
from analyzer.read.context import ReadContext
from analyzer.read.text import read_text

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)


def events(*stamps: str, modified: datetime | None = None, as_of: datetime = AS_OF, host: str = "ftd") -> list[LogEvent]:
    lines = [stamp if "SF-IMS" in stamp else f"{stamp} {host} SF-IMS[1]: [2] sftunnel:sf_ssl [INFO] ShutDownPeer" for stamp in stamps]
    text = read_text(["\n".join(lines).encode()], Location("messages"), "messages", modified)
    return list(logs.read(text, ReadContext(as_of=as_of)))


def years(*stamps: str, modified: datetime | None = None, as_of: datetime = AS_OF) -> list[int | None]:
    return [event.time.year if event.time is not None else None for event in events(*stamps, modified=modified, as_of=as_of)]


def utc(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def test_the_year_is_that_of_the_file_s_time() -> None:
    assert years("Sep 20 04:10:47", modified=utc(2024, 9, 21)) == [2024]


def test_without_a_file_time_the_year_is_that_of_today() -> None:
    assert years("Sep 20 04:10:47", "Nov 22 00:00:00") == [2026, 2026]


def test_a_date_later_than_today_is_last_year_s() -> None:
    assert years("Dec 20 04:10:47") == [2025]


def test_a_file_time_after_today_is_not_believed() -> None:
    assert years("Dec 20 04:10:47", modified=utc(2027, 1, 5)) == [2025]


def test_an_archive_without_times_is_not_believed() -> None:
    assert years("Sep 20 04:10:47", modified=utc(1970, 1, 1)) == [2026]


def test_a_line_up_to_a_day_after_the_file_s_time_is_of_another_time_zone() -> None:
    assert years("Sep 21 09:00:00", modified=utc(2024, 9, 21)) == [2024]


def test_the_year_rolls_over_at_new_year() -> None:
    assert years("Dec 30 10:00:00", "Dec 31 23:59:59", "Jan  1 00:00:00", "Jan  2 08:00:00", modified=utc(2025, 1, 3)) == [
        2024,
        2024,
        2025,
        2025,
    ]


def test_a_log_over_several_years_rolls_over_each_time() -> None:
    assert years("Nov  1 00:00:00", "Feb  1 00:00:00", "Nov  1 00:00:00", "Feb  1 00:00:00", modified=utc(2025, 3, 1)) == [
        2023,
        2024,
        2024,
        2025,
    ]


def test_new_year_between_the_last_line_and_the_file_s_time() -> None:
    assert years("Dec 31 23:59:58", modified=utc(2025, 1, 1) + timedelta(seconds=3)) == [2024]


def test_two_threads_that_change_places_at_new_year_do_not_cost_a_year() -> None:
    stamps = ("Dec 31 12:00:00", "Jan  1 00:00:00", "Dec 31 23:59:59", "Jan  1 00:00:01")

    assert years(*stamps, modified=utc(2025, 1, 2)) == [2024, 2025, 2024, 2025]


def test_a_clock_set_back_by_days_does_not_cost_a_year() -> None:
    assert years("Sep 20 00:00:00", "Sep 12 00:00:00", "Sep 13 00:00:00", modified=utc(2024, 9, 21)) == [2024, 2024, 2024]


def test_the_29th_of_february_decides_the_year_of_its_file() -> None:
    assert years("Feb 28 23:00:00", "Feb 29 12:00:00", "Mar  1 00:00:01", modified=utc(2026, 3, 2)) == [2024, 2024, 2024]


def test_the_29th_of_february_in_a_leap_year_is_nothing_special() -> None:
    [event] = events("Feb 29 12:00:00", modified=utc(2024, 3, 1))

    assert event.time == datetime(2024, 2, 29, 12, tzinfo=UTC)


def test_the_29th_of_february_in_two_years_running_is_dated_nowhere() -> None:
    stamps = ("Feb 29 12:00:00", "Nov  1 00:00:00", "Feb 29 12:00:00")
    found = events(*stamps, modified=utc(2024, 3, 1))

    assert [event.time is None for event in found] == [True, False, False]
    assert found[0].time_assumed == "29 February in a year that does not have one"


@pytest.mark.parametrize("stamp", ["Feb 30 00:00:00", "Sep 31 00:00:00", "Sep  0 00:00:00", "Sep 20 24:00:00", "Sep 20 00:60:00"])
def test_a_date_that_does_not_exist_has_no_time_and_keeps_its_text(stamp: str) -> None:
    [event] = events(stamp)

    assert (event.time, event.time_text) == (None, stamp)


def test_a_leap_second_is_the_last_second_of_its_minute() -> None:
    [event] = events("Dec 31 23:59:60", modified=utc(2017, 1, 1))

    assert event.time == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_what_was_assumed_is_said() -> None:
    [by_file] = events("Sep 20 04:10:47", modified=utc(2024, 9, 21))
    [by_today] = events("Sep 20 04:10:47")

    assert by_file.time_assumed == ("the line has no year: 2024 follows from the time of the file, 2024-09-21")
    assert by_today.time_assumed.startswith("the line has no year: 2026 follows from today")


def test_two_boxes_pasted_below_each_other_are_dated_apart() -> None:
    ftd, fmc = (f"{{}} {host} SF-IMS[1]: [2] sftunnel:sf_ssl [INFO] ShutDownPeer" for host in ("ftd", "fmc"))
    found = events(ftd.format("Nov 20 04:10:47"), fmc.format("Sep 20 04:10:47"), modified=utc(2026, 11, 21))

    assert [event.time.year for event in found if event.time] == [2026, 2026]


def test_a_neighbour_that_has_a_year_gives_it_to_the_lines_above() -> None:
    assert years("Sep 20 04:10:47", "2022-09-20 04:10:50", "Sep 21 00:00:00", modified=utc(2026, 11, 1)) == [2022, 2022, 2026]


@pytest.mark.parametrize(
    ("stamp", "moment", "assumed"),
    [
        ("2024-09-20 04:10:47", datetime(2024, 9, 20, 4, 10, 47, tzinfo=UTC), False),
        ("2024-09-20T04:10:47Z", datetime(2024, 9, 20, 4, 10, 47, tzinfo=UTC), False),
        ("2024-09-20T04:10:47.250Z", datetime(2024, 9, 20, 4, 10, 47, 250000, tzinfo=UTC), False),
        ("2024-09-20T04:10:47.123456789+09:00", datetime(2024, 9, 19, 19, 10, 47, 123456, tzinfo=UTC), True),
        ("2024-09-20 04:10:47 -0500", datetime(2024, 9, 20, 9, 10, 47, tzinfo=UTC), True),
        ("Sep 20 2024 04:10:47", datetime(2024, 9, 20, 4, 10, 47, tzinfo=UTC), False),
        ("Sep 20 04:10:47.500", datetime(2026, 9, 20, 4, 10, 47, 500000, tzinfo=UTC), True),
    ],
)
def test_times_of_other_forms(stamp: str, moment: datetime, assumed: bool) -> None:
    [event] = events(stamp)

    assert (event.time, event.time_text, bool(event.time_assumed)) == (moment, stamp, assumed)


@pytest.mark.parametrize(
    "stamp",
    ["2024-13-20 04:10:47", "2024-02-30T00:00:00Z", "0000-01-01 00:00:00", "0001-01-01T00:00:00+09:00", "2024-01-01T00:00:00+99:99"],
)
def test_an_iso_time_that_cannot_be_has_no_time(stamp: str) -> None:
    [event] = events(stamp)

    assert (event.time, event.time_assumed) == (None, "no such time")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(0, 40 * 86_400), min_size=1, max_size=30),
    st.datetimes(datetime(2015, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants naive bounds
)
def test_the_years_of_a_steady_log_come_back(gaps: list[int], last: datetime) -> None:
    last = last.replace(microsecond=0)
    moments = [last]
    for gap in gaps:
        moments.append(moments[-1] - timedelta(seconds=gap))
    moments.reverse()
    found = events(*(f"{moment:%b %d %H:%M:%S}" for moment in moments), modified=last)

    assert [event.time for event in found] == moments
