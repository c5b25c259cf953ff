"""How far two clocks are apart, from attempts that both ends logged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analyzer.join.clocks import AMBIGUOUS, MAYBE_ZONE, NOT_BOTH, could_flip, largest, skew_of
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.log import AttemptOutcome, ConnectionAttempt, Side
from tests.builders.cases import known, missing, utc
from tests.join.builders_facts import attempt

START = utc("2034-10-20")


def refused(side: Side, seconds: int, *, objects: bool) -> ConnectionAttempt:
    """An attempt that this end refused (verify code), or that the other end refused (alert)."""
    words = {"verify_code": 10} if objects else {"alert": 45}
    return attempt(AttemptOutcome.HANDSHAKE_FAILED, START + timedelta(seconds=seconds), side, **words)


def device(*seconds: int) -> list[ConnectionAttempt]:
    return [refused(Side.DEVICE, at, objects=True) for at in seconds]


def manager(*seconds: int) -> list[ConnectionAttempt]:
    return [refused(Side.MANAGER, at, objects=False) for at in seconds]


def told(answer: Answer[timedelta]) -> object:
    return answer.value.total_seconds() if isinstance(answer, Known) else answer.why


@pytest.mark.parametrize(("ahead", "expected"), [(0, 0), (600, 600), (-600, -600)])
def test_one_attempt_in_both_logs(ahead: int, expected: int) -> None:
    assert told(skew_of([*device(10), *manager(10 + ahead)])) == expected


def test_attempts_at_uneven_distances_fit_in_one_way() -> None:
    assert told(skew_of([*device(0, 44, 100, 190), *manager(44 + 7, 100 + 8)])) == 8


def test_the_sign_does_not_depend_on_whose_log_is_longer() -> None:
    assert told(skew_of([*device(44, 100), *manager(0 + 7, 44 + 7, 100 + 7, 190 + 7)])) == 7


def test_attempts_at_equal_distances_fit_anywhere() -> None:
    assert told(skew_of([*device(0, 44, 88, 132), *manager(0, 44)])) == AMBIGUOUS


def test_logs_of_different_hours_do_not_fit() -> None:
    assert told(skew_of([*device(0, 44), *manager(0, 90)])) == NOT_BOTH


def test_two_ends_that_both_object_did_not_log_one_attempt() -> None:
    assert told(skew_of([*device(0), refused(Side.MANAGER, 0, objects=True)])) == NOT_BOTH


def test_what_was_established_on_both_ends_is_one_event() -> None:
    both = [
        attempt(AttemptOutcome.ESTABLISHED, START, Side.DEVICE),
        attempt(AttemptOutcome.ESTABLISHED, START + timedelta(minutes=2), Side.MANAGER),
    ]

    assert told(skew_of(both)) == 120


def test_one_log_alone_measures_nothing() -> None:
    assert told(skew_of(device(0, 44))) == NOT_BOTH


@pytest.mark.parametrize(("ahead", "assumed"), [(3600, MAYBE_ZONE), (1801, MAYBE_ZONE), (-32400, MAYBE_ZONE), (3700, ""), (600, "")])
def test_whole_quarters_of_an_hour_may_be_a_time_zone(ahead: int, assumed: str) -> None:
    answer = skew_of([*device(0), *manager(ahead)])

    assert isinstance(answer, Known)
    assert answer.assumed == assumed


def test_the_largest_skew_speaks_for_the_case() -> None:
    answer = largest([missing(), known(timedelta(seconds=5)), known(timedelta(seconds=-90))])

    assert told(answer) == -90


def test_a_case_without_a_measured_skew() -> None:
    assert told(largest([missing()])) == NOT_BOTH


@pytest.mark.parametrize(("minutes", "flips"), [(9, True), (10, True), (11, False), (-10, True), (-11, False)])
def test_a_skew_that_reaches_a_date_could_flip_the_verdict(minutes: int, flips: bool) -> None:
    answer = could_flip(known(timedelta(minutes=10)), [known(START + timedelta(minutes=minutes))], known(START))

    assert isinstance(answer, Known)
    assert answer.value is flips


def test_no_date_no_answer() -> None:
    assert isinstance(could_flip(known(timedelta(minutes=10)), [missing()], known(START)), Missing)
