"""--explain: why a rule did or did not fire, in the order in which it was decided."""

from __future__ import annotations

from pathlib import Path

from analyzer.judge.explain import explained
from analyzer.judge.parts import ALL, ANY, Part, parts_of
from analyzer.model.case import Case
from tests.builders.cases import at, case, device, known, manager, missing, tunnel, utc
from tests.judge.builders_rules import rules_of

RULE = """
    id: expired
    title: Expired
    subject: manager
    severity: high
    needs: [manager.internal_ca_not_after]
    verdicts:
      - {when: 'manager.internal_ca_not_after < now && (manager.tunnels_down.size() > 0 || has(manager.vdb))', state: affected}
      - {when: manager.has_renewal_script, needs: [manager.has_renewal_script], state: clear}
      - {when: 'true', state: clear}
    evidence: [manager.internal_ca_not_after]
    explanation: Expired.
    remedy: renew-internal-ca
"""


def lines(folder: Path, a_case: Case, subject: str = "", rule: str = RULE) -> list[str]:
    the_rule = rules_of(folder, rule).rules[0]
    found = explained(a_case, the_rule, subject, utc("2034-11-01"))
    assert found is not None
    return found


def test_each_part_of_a_condition_has_its_value_and_each_fact_its_place(tmp_path: Path) -> None:
    boss = manager(
        internal_ca_not_after=known(utc("2034-10-12"), at("cacert.pem", line=3)),
        tunnels_down=("ftd-1",),
        vdb=missing("no VDB", "show version"),
    )

    assert lines(tmp_path, case(managers=[boss])) == [
        "expired on FMC fmc-1, evaluated as of 2034-11-01 00:00:00 UTC",
        "  needs",
        "    manager.internal_ca_not_after = 2034-10-12 00:00:00 UTC  (at cacert.pem:3)",
        "  1. affected: true",
        "    [true] all of:",
        "      [true] manager.internal_ca_not_after < now",
        "              manager.internal_ca_not_after = 2034-10-12 00:00:00 UTC  (at cacert.pem:3)",
        "              now = 2034-11-01 00:00:00 UTC",
        "      [true] any of:",
        "        [true] manager.tunnels_down.size() > 0",
        "                manager.tunnels_down = ftd-1",
        "        [false] has(manager.vdb)",
        "                manager.vdb is unknown: no VDB. To resolve this: show version.",
        "  2 further verdicts not evaluated: the first that is true decides",
        "  answer: affected",
        "    remedy: renew-internal-ca",
    ]


def test_a_verdict_that_could_not_be_told_bars_a_later_clear_and_says_so(tmp_path: Path) -> None:
    boss = manager(internal_ca_not_after=utc("2044-10-12"), has_renewal_script=missing("no run", "the output of the script"))
    told = lines(tmp_path, case(managers=[boss]))

    assert "  2. clear: unknown, because what it needs is missing; no later 'clear' can be given" in told
    assert "  3. clear: true, but a verdict before it is unknown" in told
    assert told[-2:] == ["  answer: unknown", "    because manager.has_renewal_script is missing: no run"]


def test_what_the_whole_rule_needs_and_lacks_is_said_before_any_verdict(tmp_path: Path) -> None:
    told = lines(tmp_path, case(managers=[manager(internal_ca_not_after=missing("no CA", "cacert.pem"))]))

    assert told[2] == "    manager.internal_ca_not_after is unknown: no CA. To resolve this: cacert.pem."
    assert told[3] == "  1. affected: not evaluated, what the rule needs is missing"


def test_a_rule_that_does_not_concern_a_subject_says_why(tmp_path: Path) -> None:
    rule = RULE.replace("    verdicts:", "    applies: manager.label == 'another'\n    verdicts:")
    told = lines(tmp_path, case(managers=[manager(internal_ca_not_after=utc("2044-10-12"))]), rule=rule)

    assert "    [false] manager.label == 'another'" in told
    assert told[-1] == "  answer: not_applicable"


def test_a_tunnel_may_be_asked_for_by_its_device(tmp_path: Path) -> None:
    rule = RULE.replace("subject: manager", "subject: tunnel")
    boss = manager(internal_ca_not_after=utc("2044-10-12"))
    boxes = [device("ftd-1"), device("ftd-2")]
    a_case = case(managers=[boss], devices=boxes, tunnels=[tunnel(boss, box) for box in boxes])

    told = [line for line in lines(tmp_path, a_case, "ftd-2", rule) if line.startswith("expired on")]

    assert len(told) == 1
    assert "ftd-2" in told[0]
    assert explained(a_case, rules_of(tmp_path, rule).rules[0], "ftd-3", utc("2034-11-01")) is None


def test_a_part_that_only_another_part_guards_is_not_an_error(tmp_path: Path) -> None:
    rule = RULE.replace("manager.internal_ca_not_after < now && (", "has(manager.vdb) && manager.vdb < 399 && (")
    told = lines(tmp_path, case(managers=[manager(internal_ca_not_after=utc("2044-10-12"), vdb=missing())]), rule=rule)

    assert "      [-] manager.vdb < 399" in told


def test_brackets_calls_and_choices_stay_whole() -> None:
    assert parts_of("(a.b && (c.d || !(e.f && g.h)))") == Part(
        "a.b && (c.d || !(e.f && g.h))",
        ALL,
        (Part("a.b"), Part("c.d || !(e.f && g.h)", ANY, (Part("c.d"), Part("!(e.f && g.h)")))),
    )
    assert parts_of("a.b ? c.d && e.f : g.h").parts == ()
    assert parts_of('a.exists(x, x.y == "&& ||" && x.z)').parts == ()


def test_and_binds_closer_than_or() -> None:
    assert [part.source for part in parts_of("a.b || c.d && e.f").parts] == ["a.b", "c.d && e.f"]
