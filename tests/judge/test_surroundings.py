"""Which lines around evidence a result holds: those of the places that findings point to, the gravest first."""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.judge.surroundings import MOST, surroundings_of
from analyzer.model.finding import Severity, State
from analyzer.model.location import Evidence, Surroundings
from tests.builders.cases import at
from tests.report.builders_report import finding


def quoted(line: int) -> Evidence:
    return replace(at("messages", line=line), before=("above",), after=("below",))


def test_the_primary_evidence_of_a_finding_that_counts_has_surroundings() -> None:
    here = quoted(7)

    found = surroundings_of([finding("r", "device:x", State.AFFECTED, primary=here, related=(quoted(9),))])

    assert found == (Surroundings(here.location, ("above",), ("below",)),)


def test_what_is_clear_and_what_has_none_is_left_out_and_a_place_stands_once() -> None:
    assert (
        surroundings_of(
            [
                finding("a", "device:x", State.CLEAR, primary=quoted(1)),
                finding("b", "device:x", State.AFFECTED, primary=at("messages", line=2)),
                finding("c", "device:x", State.UNKNOWN),
            ]
        )
        == ()
    )
    twice = [finding(rule, "device:x", State.AFFECTED, primary=quoted(3)) for rule in ("a", "b")]
    assert len(surroundings_of(twice)) == 1


def test_of_too_many_the_gravest_are_kept_in_the_order_of_their_places() -> None:
    low = [finding("low", f"device:{line}", State.AFFECTED, Severity.LOW, primary=quoted(line)) for line in range(1, MOST + 1)]
    grave = finding("grave", "device:x", State.AFFECTED, Severity.CRITICAL, primary=quoted(MOST + 50))

    found = surroundings_of([*low, grave])

    assert len(found) == MOST
    assert found[-1].location.line == MOST + 50
    assert [one.location.line for one in found] == sorted(one.location.line or 0 for one in found)
