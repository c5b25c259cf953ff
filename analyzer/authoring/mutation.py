"""Conditions that no test holds in place: each condition of a rule is turned round, and some test of that rule must notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from analyzer.authoring.rule_tests import RuleTest, run_rule_test
from analyzer.judge.condition import Condition
from analyzer.judge.rule import Rule, RuleSet


class Survivor(Struct, frozen=True):
    """A condition that can be turned round without any test failing. ``place`` says which: ``verdict 2``, ``applies``, ``cause x``."""

    rule: Rule
    place: str
    condition: Condition


def survivors(rule: Rule, rules: RuleSet, tests: Sequence[RuleTest]) -> Iterator[Survivor]:
    """The conditions of a rule that its tests do not hold in place."""
    causes = {cause.rule for cause in rule.causes}
    others = tuple(one for one in rules.rules if one.id in causes)
    own = [test for test in tests if test.rule == rule.id]
    for place, condition, mutant in _mutants(rule):
        world = replace(rules, rules=(*others, mutant))
        if all(run_rule_test(test, world).passed for test in own):
            yield Survivor(rule, place, condition)


def negated(condition: Condition) -> Condition:
    """The condition that holds when this one does not."""
    source = f"!({condition.source}\n)"
    return replace(condition, source=source)


def _mutants(rule: Rule) -> Iterator[tuple[str, Condition, Rule]]:
    if rule.applies is not None:
        yield "applies", rule.applies, replace(rule, applies=negated(rule.applies))
    for number, verdict in enumerate(rule.verdicts):
        changed = replace(verdict, when=negated(verdict.when))
        yield (
            f"verdict {number + 1}",
            verdict.when,
            replace(rule, verdicts=(*rule.verdicts[:number], changed, *rule.verdicts[number + 1 :])),
        )
    for number, cause in enumerate(rule.causes):
        other = replace(cause, when=negated(cause.when))
        yield f"cause {cause.rule}", cause.when, replace(rule, causes=(*rule.causes[:number], other, *rule.causes[number + 1 :]))
