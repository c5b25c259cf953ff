"""Evidence that is later than the day it is judged for: a clock is wrong, and nothing is healthy until it is known which."""

from __future__ import annotations

from datetime import datetime

import pytest

from analyzer.join.build import build_case
from analyzer.model.answer import Known
from analyzer.model.case import Notice
from analyzer.model.certificate import CertificateDates
from analyzer.model.facts import Fact
from analyzer.model.passage import Passage
from tests.builders.cases import certificate, utc
from tests.join.builders_facts import fmc_box, here, peer_status

TODAY = utc("2020-01-01")


def dates(not_before: datetime | None) -> CertificateDates:
    return CertificateDates(not_before, utc("2034-10-12"), None, "/etc/sf/ca_root/cacert.pem", here("dates.txt", line=3))


def notices(*facts: Fact) -> tuple[Notice, ...]:
    return tuple(one for one in build_case([*fmc_box(), *facts], TODAY).notices if "a clock" in one.text or "clock of" in one.text)


@pytest.mark.parametrize(
    "fact",
    [
        certificate(not_before=utc("2024-10-14"), evidence=here("dates.txt", line=3)),
        dates(utc("2024-10-14")),
        peer_status(here("dates.txt", line=3), attempted_at=utc("2024-10-14")),
        Passage(here("dates.txt", line=3), host="fmc-1", command="date -u", at=utc("2024-10-14")),
    ],
    ids=["a certificate", "the dates of one", "a status output", "date at a prompt"],
)
def test_what_had_been_before_it_is_today_is_told_at_the_top(fact: Fact) -> None:
    (notice,) = notices(fact)

    assert (notice.grave, notice.doubts) == (True, True)
    assert notice.text == (
        "dates.txt:3 shows the date 2024-10-14, and the evaluation is as of 2020-01-01. The clock of this computer, "
        "the date given with --as-of, or the clock of that appliance is wrong. Until that is resolved, do not rely "
        "on any statement that something is valid."
    )
    assert notice.evidence == (here("dates.txt", line=3),)


def test_the_latest_moment_is_told_and_no_other() -> None:
    (notice,) = notices(dates(utc("2022-10-14")), peer_status(here("status.txt"), attempted_at=utc("2024-10-14")))

    assert "status.txt:1 shows the date 2024-10-14" in notice.text


def test_a_day_more_may_be_a_zone() -> None:
    assert notices(dates(utc("2020-01-02"))) == ()


def test_an_end_that_is_still_to_come_is_what_an_end_should_be() -> None:
    assert notices(dates(None)) == ()


def seen(file: str, moment: str) -> Fact:
    return peer_status(here(file), attempted_at=utc(moment))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([seen("a", "2020-01-05")], True),
        ([seen("a", "2020-01-05"), seen("b", "2019-12-30")], True),
        ([seen("a", "2020-01-05"), seen("b", "2020-01-04"), seen("c", "2019-01-01")], True),
        ([seen("a", "2020-01-05"), seen("b", "2019-12-30"), seen("c", "2019-12-30")], False),
        ([seen("a", "2020-01-02")], False),
        ([seen("a", "2019-01-05")], False),
        ([certificate(not_before=utc("2024-10-14"), evidence=here("ca.pem"))], False),
        ([], False),
    ],
    ids=["all", "half", "most", "one clock of three", "a zone", "earlier", "a certificate alone", "nothing"],
)
def test_today_is_wrong_where_half_of_what_states_a_moment_is_later(facts: list[Fact], expected: bool) -> None:
    found = build_case([*fmc_box(), *facts], TODAY).taken_later

    assert isinstance(found, Known) is expected
    assert not isinstance(found, Known) or found.value == utc("2020-01-05")
