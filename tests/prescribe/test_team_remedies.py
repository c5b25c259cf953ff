"""A team's own rules bring steps: printed, marked, and never past what protects."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.judge import judge, load_rules
from analyzer.model.case import Case
from analyzer.model.plan import Plan, Situation
from analyzer.prescribe import check_steps, load_remedies, prescribe
from analyzer.rulefiles.node import RuleError
from tests.prescribe.builders_plans import DOWN, RULES_FOLDER, TODAY, UP, counted, fleet, fmc, ids, typed

RULE = """
id: our-relay
title: The relay of our site stands between the two
subject: tunnel
severity: {severity}
when: tunnel.state in ["down", "connected"]
needs: [tunnel.state]
evidence: [tunnel.state]
explanation: Our relay is known to cut idle connections.
looks_like: A switched-off device.
remedy: our-relay
leads_to: {leads_to}
steps: [look-at-our-relay, restart-for-our-relay]
confirmed: {confirmed}
references: ["inferred: our own experience"]
"""
REMEDY = """
title: Our relay
steps:
  - id: look-at-our-relay
    place: ftd-expert
    on: device
    risk: safe
    title: Look at our relay before {device}
    why: "{why}"
    commands:
      - words: [ping, -c, "3", "{manager_address}"]
    check: It answers.
    sources: ["our own"]
  - id: restart-for-our-relay
    place: ftd-expert
    on: device
    risk: disruptive
    title: Restart sftunnel on {device}
    why: Our relay forgets it then.
    precondition: Nothing is up.
    commands:
      - words: [pmtool, restartbyid, sftunnel]
    check: It is up.
    undo_note: None.
    sources: ["our own"]
"""


@pytest.fixture
def team(tmp_path: Path) -> Path:
    folder = tmp_path / "team"
    (folder / "remedies").mkdir(parents=True)
    (folder / "remedies" / "our-relay.yaml").write_text(REMEDY)
    return folder


def write(team: Path, *, severity: str = "high", leads_to: str = "look-elsewhere", confirmed: bool = True) -> None:
    (team / "our-relay.yaml").write_text(RULE.format(severity=severity, leads_to=leads_to, confirmed=str(confirmed).lower()))


def planned(team: Path, a_case: Case) -> Plan:
    rules = load_rules([RULES_FOLDER, team])
    remedies = load_remedies([RULES_FOLDER, team])
    check_steps(rules.steps_named(), remedies)
    a_case = counted(a_case)
    return prescribe(a_case, judge(a_case, rules, TODAY), TODAY, remedies)


def test_the_steps_of_a_team_are_in_the_plan_and_say_whose_they_are(team: Path) -> None:
    write(team)
    (to,) = planned(team, fleet(fmc(), DOWN)).devices
    look = next(step for step in to.steps if step.id == "look-at-our-relay")

    assert to.situation is Situation.LOOK_ELSEWHERE
    assert to.because[0].startswith("our-relay:")
    assert typed(to)[:2] == ["ping -c 3 198.51.100.7", "pmtool restartbyid sftunnel"]
    assert look.origin == str(team)
    assert any(str(team) in source for source in look.sources)


@pytest.mark.parametrize("leads_to", ["look-elsewhere", "none"])
def test_a_step_that_is_not_safe_is_left_out_while_a_tunnel_is_up(team: Path, leads_to: str) -> None:
    write(team, leads_to=leads_to)
    (to,) = planned(team, fleet(fmc(), UP)).devices

    assert "look-at-our-relay" in ids(to)
    assert "pmtool restartbyid sftunnel" not in typed(to)


def test_a_rule_that_orders_what_is_not_safe_must_be_confirmed(team: Path) -> None:
    write(team, confirmed=False)

    with pytest.raises(RuleError, match=r"'restart-for-our-relay' is disruptive: a rule that orders it says 'confirmed: true'"):
        planned(team, fleet(fmc(), DOWN))


def test_a_critical_finding_of_a_team_is_named_and_never_beside_nothing_to_do(team: Path) -> None:
    write(team, severity="critical", leads_to="none")
    plan = planned(team, fleet(fmc(), UP, UP))

    assert all("our-relay" in key for box in plan.devices for key in box.because)
    rule = (team / "our-relay.yaml").read_text()
    rule = rule.replace("steps: [look-at-our-relay, restart-for-our-relay]\n", "").replace("remedy: our-relay", "remedy: none")
    (team / "our-relay.yaml").write_text(rule)
    assert "The relay of our site stands between the two" in planned(team, fleet(fmc(), UP, UP)).headline


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("{manager_address}", "{the_address}", "unknown placeholder"),
        ('"{manager_address}"', '"{device}"', "unknown placeholder"),
        ("id: look-at-our-relay", "id: check-tunnels", "already there"),
        ("title: Our relay", "cautions: [{id: a, action: restart, text: Never.}]\ntitle: Our relay", "take 'cautions' out"),
    ],
)
def test_a_remedy_of_a_team_that_could_do_harm_is_refused(team: Path, old: str, new: str, problem: str) -> None:
    write(team)
    (team / "remedies" / "our-relay.yaml").write_text(REMEDY.replace(old, new, 1))

    with pytest.raises(RuleError, match=problem):
        planned(team, fleet(fmc(), DOWN))


def test_a_step_that_no_remedy_has_is_refused_with_its_rule(team: Path) -> None:
    write(team)
    (team / "our-relay.yaml").write_text((team / "our-relay.yaml").read_text().replace("look-at-our-relay,", "look-at-our-rely,"))

    with pytest.raises(RuleError, match=r"there is no step 'look-at-our-rely'; did you mean 'look-at-our-relay'"):
        planned(team, replace(fleet(fmc(), DOWN)))
