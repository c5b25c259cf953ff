"""Every rule that comes with the program says exactly what its tests beside it expect."""

from __future__ import annotations

import pytest

from analyzer.authoring.mutation import survivors
from analyzer.authoring.rule_tests import RuleTest, load_rule_tests, missing_kinds, run_rule_test
from analyzer.judge import builtin_rules_folder, load_rules
from analyzer.judge.rule import Rule

RULES = load_rules([builtin_rules_folder()])
TESTS = load_rule_tests(RULES)


@pytest.mark.parametrize("test", TESTS, ids=lambda test: f"{test.rule}: {test.name}")
def test_a_rule_says_exactly_what_its_test_expects(test: RuleTest) -> None:
    outcome = run_rule_test(test, RULES)

    assert (outcome.absent, outcome.unexpected) == ((), ())


def test_no_rule_is_without_a_positive_a_negative_and_a_not_enough_evidence_test() -> None:
    assert missing_kinds(RULES, TESTS) == []


@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.id)
def test_any_condition_turned_round_makes_a_test_fail(rule: Rule) -> None:
    assert [(one.place, one.condition.source) for one in survivors(rule, RULES, TESTS)] == []


def test_every_rule_names_a_public_source() -> None:
    assert [rule.id for rule in RULES.rules if not rule.references] == []


def test_the_nine_first_rules_are_there() -> None:
    assert {rule.id for rule in RULES.rules} >= {
        "internal-ca-expired",
        "internal-ca-expiring",
        "handshake-failed-expired",
        "handshake-failed",
        "leaf-not-issued-by-current-ca",
        "issuer-of-another-manager",
        "tunnel-down-certificates-healthy",
        "push-failed",
        "other-certificate-expired",
    }
