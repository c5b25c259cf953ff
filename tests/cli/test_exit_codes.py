"""The code of a result: what was found, else what was not read, else what is open, else clear."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from analyzer.cli.exit_codes import ExitCode, exit_code
from analyzer.model.answer import Age, Answer, Conflicting, Known, Missing
from analyzer.model.case import Notice, TunnelState
from analyzer.model.finding import Severity, State
from analyzer.model.member import Damage, DamageKind
from analyzer.model.plan import Plan, Situation
from analyzer.model.result import Result
from tests.builders.cases import at, case, device, manager, tunnel, utc
from tests.report.builders_report import box_plan, finding, plan, result, step

TODAY = result().as_of

CUT = Damage(at().location, DamageKind.DAMAGED, "it ends too early")
FMC = "manager:fmc-1"


def with_one(situation: Situation, **given: Any) -> Plan:
    return plan(managers=(box_plan(FMC, "fmc-1", situation),), **given)


HEALTHY = with_one(Situation.HEALTHY)


@pytest.mark.parametrize(
    ("a_plan", "code"),
    [
        (HEALTHY, ExitCode.CLEAR),
        (with_one(Situation.NOT_APPLICABLE), ExitCode.CLEAR),
        (with_one(Situation.HEALTHY, collect=(step(),)), ExitCode.UNDECIDED),
        (with_one(Situation.UNKNOWN), ExitCode.UNDECIDED),
        (plan(), ExitCode.UNDECIDED),
    ],
    ids=["healthy", "no tunnel to an FMC", "something to bring", "a box that cannot be judged", "no box"],
)
def test_without_findings_the_plan_tells_whether_something_is_open(a_plan: Plan, code: ExitCode) -> None:
    assert exit_code(result(a_plan=a_plan)) is code


def test_a_rule_that_raised_has_not_answered() -> None:
    raised = finding("push-failed", FMC, State.ERROR)

    assert exit_code(result(a_plan=HEALTHY, findings=(raised,))) is ExitCode.UNDECIDED


@pytest.mark.parametrize(("foreign", "code"), [(("volume-full",), ExitCode.UNDECIDED), ((), ExitCode.CLEAR)])
def test_a_rule_of_the_user_that_could_not_tell_keeps_an_all_clear_away(foreign: tuple[str, ...], code: ExitCode) -> None:
    open_one = finding("volume-full", FMC, State.UNKNOWN)

    assert exit_code(replace(result(a_plan=HEALTHY, findings=(open_one,)), foreign_rules=foreign)) is code


@pytest.mark.parametrize(("doubts", "code"), [(True, ExitCode.UNDECIDED), (False, ExitCode.CLEAR)])
def test_healthy_under_a_wrong_clock_is_not_clear(doubts: bool, code: ExitCode) -> None:
    notice = Notice(text="the clock of this computer is wrong", grave=True, evidence=(), doubts=doubts)

    assert exit_code(result(replace(case(), notices=(notice,)), HEALTHY)) is code


def test_what_was_not_read_comes_before_what_is_open() -> None:
    assert exit_code(result(incomplete=(CUT,))) is ExitCode.INCOMPLETE


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"a_plan": HEALTHY}, ExitCode.FOUND_INFO),
        ({"a_plan": HEALTHY, "incomplete": (CUT,)}, ExitCode.INCOMPLETE),
        ({"a_plan": plan()}, ExitCode.UNDECIDED),
    ],
    ids=["all told", "not all read", "not all told"],
)
def test_what_is_only_worth_knowing_does_not_hide_what_is_not_known(given: dict[str, Any], code: ExitCode) -> None:
    worth_knowing = finding("vdb-too-old", FMC, State.AFFECTED, Severity.INFO)

    assert exit_code(result(findings=(worth_knowing,), **given)) is code


def test_a_finding_that_needs_a_hand_is_told_whatever_else_is_not() -> None:
    low = finding("push-failed", FMC, State.AT_RISK, Severity.LOW)

    assert exit_code(result(findings=(low,), incomplete=(CUT,))) is ExitCode.FOUND_LOW


@pytest.mark.parametrize(("damage", "code"), [((), ExitCode.NOTHING_USABLE), ((CUT,), ExitCode.INCOMPLETE)])
def test_without_a_fact_there_is_nothing_to_judge(damage: tuple[Damage, ...], code: ExitCode) -> None:
    assert exit_code(result(facts=0, incomplete=damage)) is code


YESTERDAY = Age(TODAY - timedelta(days=1), stated=True)
LONG_AGO = Age(TODAY - timedelta(days=40), stated=True)
VALID = Known(utc("2040-01-01"), (at(),))


def of_one_tunnel(ends: Answer[datetime] = VALID, state: Answer[TunnelState] | None = None, **more: Any) -> Result:
    up = Known(TunnelState.CONNECTED, (at(),), age=YESTERDAY)
    one = tunnel(state=up if state is None else state, **more)
    return result(case(managers=[manager("fmc-1", internal_ca_not_after=ends)], devices=[device("ftd-1")], tunnels=[one]), HEALTHY)


CONTRADICTED = Conflicting("two say two things", "ask again", (at(),))
DECISIVE = [
    pytest.param({}, ExitCode.CLEAR, id="all told"),
    pytest.param({"ends": Missing("not in evidence", "the file")}, ExitCode.UNDECIDED, id="no end of the InternalCA"),
    pytest.param({"ends": CONTRADICTED}, ExitCode.UNDECIDED, id="two ends"),
    pytest.param({"ends": Known(utc("2040-01-01"), (at(),), "assumed to be its own")}, ExitCode.UNDECIDED, id="an end by assumption"),
    pytest.param({"state": Missing("not in evidence", "ask")}, ExitCode.UNDECIDED, id="no state"),
    pytest.param({"state": CONTRADICTED}, ExitCode.UNDECIDED, id="two states"),
    pytest.param({"state": Known(TunnelState.CONNECTED, (at(),), age=LONG_AGO)}, ExitCode.UNDECIDED, id="a state of long ago"),
    pytest.param({"state": Known(TunnelState.DOWN, (at(),), age=YESTERDAY)}, ExitCode.UNDECIDED, id="down, and no finding says why"),
    pytest.param({"device_leaf_issued_by": Missing("who signed", "the file")}, ExitCode.CLEAR, id="a side question"),
]


@pytest.mark.parametrize(("given", "code"), DECISIVE)
def test_zero_promises_that_every_decisive_question_is_answered(given: dict[str, Any], code: ExitCode) -> None:
    assert exit_code(of_one_tunnel(**given)) is code


def test_an_fmc_of_which_no_tunnel_is_in_evidence_is_an_open_question() -> None:
    assert exit_code(result(case(managers=[manager("fmc-1", internal_ca_not_after=VALID)]), HEALTHY)) is ExitCode.UNDECIDED
