"""Texts of rules show values and do nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from analyzer.judge.subjects import subjects
from analyzer.judge.template import MAX_LENGTH, MAX_VALUE, compile_template, days_away, plain
from analyzer.model.case import TunnelState
from analyzer.model.finding import SubjectKind
from tests.builders.cases import case, known, manager, utc

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def filled(text: str, **given: object) -> str:
    (subject,) = subjects(case(managers=[manager(**given)]), SubjectKind.MANAGER)
    return compile_template(text, SubjectKind.MANAGER).fill(subject, NOW)


def test_values_dates_and_days() -> None:
    text = "{manager.label}: {manager.internal_ca_not_after|date}, {manager.internal_ca_not_after|days}; {manager.tunnels_down}"

    assert (
        filled(text, internal_ca_not_after=utc("2026-12-01"), tunnels_down=("a", "b")) == "fmc-1: 2026-12-01 00:00:00 UTC, in 8 days; a, b"
    )


def test_a_value_that_is_missing_is_said_to_be() -> None:
    assert filled("until {manager.internal_ca_not_after|days}") == "until (not in the evidence)"


def test_a_value_with_braces_is_shown_as_it_is() -> None:
    assert filled("{manager.name}", name=known("{manager.label}")) == "{manager.label}"


def test_a_long_value_is_cut() -> None:
    assert filled("{manager.name}", name=known("x" * 10_000)) == "x" * MAX_VALUE


def test_a_text_of_many_lines_becomes_one() -> None:
    assert filled("one\n  two") == "one two"


def test_a_long_text_is_refused() -> None:
    with pytest.raises(Exception, match=f"longer than {MAX_LENGTH}"):
        compile_template("x" * (MAX_LENGTH + 1), SubjectKind.MANAGER)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        ((), "none"),
        (tuple("abcdefghijklmn"), "a, b, c, d, e, f, g, h, i, j, k, l and 2 more"),
        (TunnelState.DOWN, "down"),
        (timedelta(seconds=90), "90 s"),
        (datetime(2026, 1, 1, 9, tzinfo=timezone(timedelta(hours=9))), "2026-01-01 00:00:00 UTC"),
    ],
)
def test_values_as_people_write_them(value: object, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(
    ("away", "text"),
    [
        (timedelta(), "in less than a day"),
        (timedelta(seconds=-1), "less than a day ago"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(days=-1), "1 day ago"),
        (timedelta(days=30), "in 30 days"),
        (timedelta(days=30, seconds=-1), "in 29 days"),
        (timedelta(days=-30, seconds=1), "29 days ago"),
    ],
)
def test_days_are_whole_ones(away: timedelta, text: str) -> None:
    assert days_away(NOW + away, NOW) == text
