"""Before and after: only what the later evidence clears is fixed."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.cli.exit_codes import ExitCode, comparison_code
from analyzer.comparing import compare
from analyzer.model.case import Case
from analyzer.model.comparison import Change
from analyzer.model.finding import Finding, Severity, State
from analyzer.model.result import Result
from analyzer.report.comparison import comparison_text
from tests.builders.cases import at, case, certificate, device, known, manager, missing, tunnel
from tests.report.builders_report import finding, result

RULE, SUBJECT = "internal-ca-expired", "manager:fmc-1"
UUID, OTHER = "cdb123c8-4347-11ef-aca1-f3aa241412a1", "cdb123c8-4347-11ef-aca1-f3aa241412a2"


def told(*findings: Finding, a_case: Case | None = None) -> Result:
    return result(a_case, findings=findings)


def one(state: State, subject: str = SUBJECT, **given: Any) -> Finding:
    return finding(RULE, subject, state, **given)


@pytest.mark.parametrize(
    ("before", "after", "change", "code"),
    [
        (State.AFFECTED, State.CLEAR, Change.FIXED, ExitCode.CLEAR),
        (State.AT_RISK, State.CLEAR, Change.FIXED, ExitCode.CLEAR),
        (State.AFFECTED, State.AFFECTED, Change.STILL_THERE, ExitCode.NOT_FIXED),
        (State.AFFECTED, State.AT_RISK, Change.STILL_THERE, ExitCode.NOT_FIXED),
        (State.AFFECTED, State.UNKNOWN, Change.CANNOT_TELL, ExitCode.FIX_UNDECIDED),
        (State.AFFECTED, State.NOT_APPLICABLE, Change.CANNOT_TELL, ExitCode.FIX_UNDECIDED),
        (State.AFFECTED, State.ERROR, Change.CANNOT_TELL, ExitCode.FIX_UNDECIDED),
        (State.AFFECTED, None, Change.CANNOT_TELL, ExitCode.FIX_UNDECIDED),
        (State.CLEAR, State.AFFECTED, Change.NEW, ExitCode.NOT_FIXED),
        (State.UNKNOWN, State.AFFECTED, Change.NEW, ExitCode.NOT_FIXED),
        (None, State.AFFECTED, Change.NEW, ExitCode.NOT_FIXED),
    ],
)
def test_what_became_of_a_finding(before: State | None, after: State | None, change: Change, code: ExitCode) -> None:
    sides = [told(*([one(state)] if state is not None else [])) for state in (before, after)]
    comparison = compare(*sides)
    assert [it.change for it in comparison.findings] == [change]
    assert comparison_code(comparison) is code


def test_what_was_clear_and_stays_clear_is_not_mentioned() -> None:
    comparison = compare(told(one(State.CLEAR)), told(one(State.CLEAR)))
    assert comparison.findings == ()
    assert comparison_code(comparison) is ExitCode.CLEAR


BARE = {"remedy": "", "severity": Severity.LOW}
"""What no repair is for: nothing to type, and only worth knowing."""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (one(State.AFFECTED, **BARE), one(State.AFFECTED, **BARE)),
        (one(State.CLEAR, **BARE), one(State.AT_RISK, **BARE)),
        (one(State.AFFECTED, **BARE), one(State.NOT_APPLICABLE, **BARE)),
        (one(State.AFFECTED, remedy="copy-certificates", severity=Severity.HIGH), one(State.AT_RISK, remedy="", severity=Severity.INFO)),
    ],
)
def test_what_no_repair_is_for_is_listed_apart_and_does_not_count(before: Finding, after: Finding) -> None:
    comparison = compare(told(before), told(after))
    text = comparison_text(comparison)
    assert comparison_code(comparison) is ExitCode.CLEAR
    assert len(comparison.beside) == 1
    assert text.index("Not part of this repair and its result") < text.index(RULE)
    assert text.splitlines()[-1] == "0 remaining, 0 new, 0 unknown, 0 fixed."


@pytest.mark.parametrize("left", [{"remedy": "look-elsewhere", "severity": Severity.LOW}, {"remedy": "", "severity": Severity.MEDIUM}])
def test_a_remedy_or_severity_medium_makes_it_the_repairs(left: dict[str, Any]) -> None:
    comparison = compare(told(one(State.AFFECTED, **BARE)), told(one(State.AFFECTED, **left)))
    assert comparison.beside == ()
    assert comparison_code(comparison) is ExitCode.NOT_FIXED


def test_what_is_left_of_two_things_decides() -> None:
    first = [one(State.AFFECTED), one(State.AFFECTED, "manager:fmc-2"), one(State.AFFECTED, "manager:fmc-3", **BARE)]
    then = [one(State.CLEAR), one(State.AFFECTED, "manager:fmc-2"), one(State.AFFECTED, "manager:fmc-3", **BARE)]
    comparison = compare(told(*first), told(*then))
    assert comparison_code(comparison) is ExitCode.NOT_FIXED
    assert comparison_text(comparison).splitlines()[-1] == "1 remaining, 0 new, 0 unknown, 1 fixed."


def test_why_it_cannot_be_told_is_said() -> None:
    later = one(State.UNKNOWN, missing=(("tunnel.state", missing("no status output is given")),))
    assert "after:  no status output is given" in comparison_text(compare(told(one(State.AFFECTED)), told(later)))


def test_a_box_known_by_address_only_is_found_again_by_it() -> None:
    first = case(devices=(device("192.0.2.1", key="device:192.0.2.1", address=known("192.0.2.1")),))
    second = case(devices=(device("ftd-1", key="device:a", uuid=known(UUID), address=known("192.0.2.1")),))
    comparison = compare(told(one(State.AFFECTED, "device:192.0.2.1"), a_case=first), told(one(State.CLEAR, "device:a"), a_case=second))
    assert [it.change for it in comparison.findings] == [Change.FIXED]


def test_boxes_with_two_uuids_are_two_whatever_else_they_share() -> None:
    first = case(devices=(device("ftd-1", key="device:a", uuid=known(UUID), address=known("192.0.2.1")),))
    second = case(devices=(device("ftd-1", key="device:b", uuid=known(OTHER), address=known("192.0.2.1")),))
    comparison = compare(told(one(State.AFFECTED, "device:a"), a_case=first), told(one(State.CLEAR, "device:b"), a_case=second))
    assert [it.change for it in comparison.findings] == [Change.CANNOT_TELL]


def test_an_address_that_two_boxes_share_tells_nothing() -> None:
    first = case(devices=(device("x", key="device:x", address=known("192.0.2.1")),))
    second = case(devices=tuple(device(key, key=f"device:{key}", address=known("192.0.2.1")) for key in "ab"))
    comparison = compare(told(one(State.AFFECTED, "device:x"), a_case=first), told(one(State.CLEAR, "device:a"), a_case=second))
    assert [it.change for it in comparison.findings] == [Change.CANNOT_TELL]


def test_the_certificates_of_both_sides_are_shown_with_their_evidence() -> None:
    boxes: dict[str, Any] = {"managers": (manager("fmc-1"),), "devices": (device("ftd-1"),)}
    old, new = certificate(key="old"), certificate(key="new")
    first = case(**boxes, tunnels=(tunnel(device_leaf=known(old, at("before.pem"))),))
    second = case(**boxes, tunnels=(tunnel(device_leaf=known(new, at("after.pem"))),))
    third = case(**boxes, tunnels=(tunnel(device_leaf=missing("no file of it is given")),))
    replaced = compare(told(a_case=first), told(a_case=second))
    assert [it.replaced for it in replaced.certificates] == [True]
    assert all(said in comparison_text(replaced) for said in (": replaced", "before.pem", "after.pem", old.sha256[:16], new.sha256[:16]))
    assert [it.replaced for it in compare(told(a_case=first), told(a_case=first)).certificates] == [False]
    unknown = compare(told(a_case=first), told(a_case=third))
    assert [it.replaced for it in unknown.certificates] == [None]
    assert "no file of it is given" in comparison_text(unknown)


def test_a_title_from_evidence_stays_on_its_line() -> None:
    text = comparison_text(compare(told(one(State.AFFECTED, title="a\nFIXED b\u202e")), told()))
    assert "\nFIXED" not in text
    assert "\u202e" not in text
