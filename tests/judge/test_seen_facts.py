"""Subjects of which a rule sees the same are answered once; what differs in anything that the rule sees is answered for itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from analyzer.judge import judge, seen_facts
from analyzer.judge.condition import Condition
from analyzer.judge.cost import Budget
from analyzer.judge.seen_facts import SeenFactsByRule
from analyzer.judge.subjects import subjects
from analyzer.model.case import Case, TunnelState
from analyzer.model.finding import State, SubjectKind
from tests.builders.cases import at, case, certificate, device, known, manager, tunnel, utc
from tests.judge.builders_rules import rules_of

DOWN = """
    id: down
    title: Down
    subject: tunnel
    severity: high
    needs: [tunnel.state]
    when: {when}
    evidence: [tunnel.state]
    explanation: "{{device.label}} is down."
    remedy: none
"""

EXPIRED = """
    id: expired
    title: Expired
    subject: manager
    severity: high
    needs: [manager.internal_ca_not_after]
    when: manager.internal_ca_not_after < now
    evidence: [manager.internal_ca]
    explanation: It has expired.
    remedy: none
"""


def fleet(up: int, down: int) -> Case:
    boss = manager("fmc-1")
    boxes = [device(f"ftd-{number}") for number in range(up + down)]
    states = [TunnelState.CONNECTED] * up + [TunnelState.DOWN] * down
    return case(
        managers=[boss],
        devices=boxes,
        tunnels=[tunnel(boss, box, state=known(state, at("status.txt"))) for box, state in zip(boxes, states, strict=True)],
    )


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the expression engine was asked, by expression."""
    asked: Counter[str] = Counter()
    holds = Condition.holds

    def counted(self: Condition, activation: Mapping[str, Any]) -> bool:
        asked[self.source] += 1
        return holds(self, activation)

    monkeypatch.setattr(Condition, "holds", counted)
    return asked


def test_a_condition_runs_once_for_all_that_look_the_same(tmp_path: Path, runs: Counter[str]) -> None:
    rules = rules_of(tmp_path, DOWN.format(when="tunnel.state == 'down'"))
    runs.clear()

    found = judge(fleet(up=30, down=20), rules, utc("2026-11-23"))

    assert runs == {"tunnel.state == 'down'": 2}
    assert Counter(one.state for one in found) == {State.CLEAR: 30, State.AFFECTED: 20}
    assert {one.explanation for one in found if one.counts} == {f"ftd-{number} is down." for number in range(30, 50)}


def test_what_a_rule_sees_differently_is_asked_for_itself(tmp_path: Path, runs: Counter[str]) -> None:
    rules = rules_of(tmp_path, DOWN.format(when="device.label == 'ftd-1'"))
    runs.clear()

    found = judge(fleet(up=5, down=0), rules, utc("2026-11-23"))

    assert runs == {"device.label == 'ftd-1'": 5}
    assert [one.subject_label for one in found if one.counts] == ["fmc-1 - ftd-1"]


def test_the_same_sight_at_another_time_is_another(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, EXPIRED)
    boss = manager(internal_ca_not_after=known(utc("2026-11-23"), at("cacert.pem")), internal_ca=known(certificate(), at("cacert.pem")))
    a_case = case(managers=[boss], evidence_time=known(utc("2026-11-01")))

    (found,) = judge(a_case, rules, utc("2026-12-01"))

    assert (found.state, found.state_at_evidence) == (State.AFFECTED, State.CLEAR)


def test_each_subject_pays_for_its_answer_so_that_a_limit_does_not_depend_on_likeness(tmp_path: Path, runs: Counter[str]) -> None:
    (rule,) = rules_of(tmp_path, DOWN.format(when="tunnel.state == 'down'")).rules
    runs.clear()
    budget = Budget(1_000)
    seen_facts = SeenFactsByRule(rule, budget)
    left = []
    for one in subjects(fleet(up=3, down=0), SubjectKind.TUNNEL):
        seen_facts.of(one, utc("2026-11-23")).shows(rule.verdicts[0].when)
        left.append(budget.left)

    assert left[0] - left[1] == left[1] - left[2] == 1_000 - left[0] > 0
    assert runs == {"tunnel.state == 'down'": 1}


@pytest.mark.parametrize("limit", ["MAX_LENGTH", "MAX_KEPT"])
def test_memory_has_a_bound_beyond_which_each_is_asked_for_itself(
    tmp_path: Path, runs: Counter[str], monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(seen_facts, limit, 0)
    rules = rules_of(tmp_path, DOWN.format(when="tunnel.state == 'down'"))
    runs.clear()

    found = judge(fleet(up=3, down=2), rules, utc("2026-11-23"))

    assert runs == {"tunnel.state == 'down'": 5}
    assert Counter(one.state for one in found) == {State.CLEAR: 3, State.AFFECTED: 2}
