"""What the conditions of a rule see of its subjects, weighed and answered once for all of which they see the same.

Of a thousand devices, seven hundred are healthy in the same way: a rule that sees only that gives them the same answers.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from analyzer.judge.condition import Condition
from analyzer.judge.cost import Budget, Weights
from analyzer.judge.rule import Rule
from analyzer.judge.subjects import Subject, activation

MAX_LENGTH = 2_000
"""Characters of what is seen, written down, that is looked up: lists of names are long, and rarely the same."""

MAX_KEPT = 1_000
"""Different seen_facts that one rule keeps, so that its memory has a bound."""


class SeenFacts:
    """What the conditions of a rule see of a subject, weighed once."""

    def __init__(self, shown: dict[str, Any], budget: Budget) -> None:
        self._shown = shown
        self._weights = Weights.of_shown(shown)
        self._budget = budget
        self._steps: dict[str, int] = {}
        self._answers: dict[str, bool] = {}

    def shows(self, condition: Condition) -> bool:
        """The condition holds. Raises `ExpressionError`; one that is too costly does not run.

        Its steps are spent each time, also where the answer is known: whether a rule is stopped does not depend on who is like whom.
        """
        source = condition.source
        steps = self._steps.get(source)
        if steps is None:
            steps = self._steps[source] = condition.cost.steps(self._weights)
        self._budget.spend(steps, source)
        answer = self._answers.get(source)
        if answer is None:
            answer = self._answers[source] = condition.holds(self._shown)
        return answer


class SeenFactsByRule:
    """The seen_facts of one rule. ``budget`` pays for all of them."""

    def __init__(self, rule: Rule, budget: Budget) -> None:
        self._tree = rule.tree
        self._budget = budget
        self._known: dict[tuple[datetime, str], SeenFacts] = {}

    def of(self, subject: Subject, now: datetime) -> SeenFacts:
        """What the conditions of the rule see of this subject at this time: the same one for subjects of which they see the same."""
        shown = activation(subject, self._tree, now)
        # Only text, numbers, flags, times, lists and mappings are in it, so what is written alike is the same.
        written = repr(shown)
        if len(written) > MAX_LENGTH:
            return SeenFacts(shown, self._budget)
        sight = self._known.get((now, written))
        if sight is None:
            sight = SeenFacts(shown, self._budget)
            if len(self._known) < MAX_KEPT:
                self._known[now, written] = sight
        return sight
