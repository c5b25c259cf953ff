"""How old each claim is."""

from __future__ import annotations

import pytest

from analyzer.identify.sorted_facts import SortedFacts
from analyzer.join.ages import Ages
from analyzer.model.answer import UNDATED, Age
from analyzer.model.facts import Fact
from analyzer.model.location import Evidence, Location
from analyzer.model.passage import FileSeen, Passage
from tests.builders.cases import utc
from tests.join.builders_facts import here, peer_status

AS_OF = utc("2026-11-23")
CA = "dir-archives/etc/sf/ca_root/cacert.pem"
STATUS = "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output"


def ages(*facts: Fact) -> Ages:
    return Ages(SortedFacts(facts), AS_OF)


def seen(day: str, artifact: str = "paste.txt", member: str = "") -> FileSeen:
    return FileSeen(here(artifact, member), utc(day))


def test_a_moment_that_the_line_states_is_the_age() -> None:
    assert ages(seen("2026-11-20")).of(here("paste.txt"), utc("2026-03-01")) == Age(utc("2026-03-01"), stated=True)


def test_the_time_of_the_file_bounds_what_states_none() -> None:
    age = ages(seen("2026-11-20")).of(here("paste.txt"))

    assert (age, age.is_before(utc("2026-11-21")), age.is_after(utc("2026-11-01"))) == (Age(utc("2026-11-20")), True, False)


def test_a_passage_that_states_its_moment_dates_its_lines_and_no_others() -> None:
    output = Passage(Evidence(Location("paste.txt", line=10, last_line=20), ""), at=utc("2026-06-01"))

    of = ages(output, seen("2026-11-20")).of

    assert [of(here("paste.txt", line=line)).at for line in (9, 10, 20, 21)] == [
        utc("2026-11-20"),
        utc("2026-06-01"),
        utc("2026-06-01"),
        utc("2026-11-20"),
    ]


@pytest.mark.parametrize("day", ["1970-01-01", "1999-12-31", "2026-12-24"])
def test_a_time_that_no_file_of_this_case_can_have_bounds_nothing(day: str) -> None:
    """Archives that keep no times, and copies made after "today"."""
    assert ages(seen(day)).of(here("paste.txt")) == UNDATED


def test_what_stands_at_its_place_is_as_old_as_the_taking_of_the_tree() -> None:
    tree = ages(seen("2016-09-24", "fmc.tar.gz", CA), seen("2026-11-20", "fmc.tar.gz", STATUS))

    assert tree.of_place(Location("fmc.tar.gz", CA)) == Age(utc("2026-11-20"))


def test_a_tree_of_configuration_alone_does_not_tell_when_it_was_taken() -> None:
    assert ages(seen("2016-09-24", "fmc.tar.gz", CA)).of_place(Location("fmc.tar.gz", CA)) == UNDATED


def test_a_stamp_inside_a_tree_tells_when_it_was_taken() -> None:
    status = peer_status(here("fmc.tar.gz", STATUS), control=True, taken=utc("2026-11-19"))

    assert ages(status).of_place(Location("fmc.tar.gz", CA)).at == utc("2026-11-19")


def test_a_file_that_speaks_of_a_later_moment_than_its_time_has_a_wrong_time() -> None:
    status = peer_status(here("paste.txt", line=9), control=True, taken=utc("2026-11-20"))

    assert ages(seen("2026-09-01"), status).of(here("paste.txt")).at == utc("2026-11-20")
