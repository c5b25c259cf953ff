"""What an expression costs, told before it runs.

The expression engine cannot be interrupted, and the time of a run differs from machine to machine. So an expression is weighed instead: how
many values it may touch, from the shape of the expression and the size of what it looks at. The same case and the same rule always weigh
the same, so a rule that is stopped is stopped everywhere.

One step takes in the order of a tenth of a microsecond (measured with lists of a thousand names, the engine's slowest comparisons).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from analyzer.judge.errors import ExpressionError
from analyzer.judge.vocabulary import ELEMENT, steps

STEPS_OF_A_RULE = 20_000_000
"""Steps of one rule in one call, whatever the case: about two seconds."""

STEPS_PER_SUBJECT = 20_000
"""Steps that each further subject adds: a list of a thousand devices may be looked at some ten times for each."""

STEPS_OF_ALL_RULES = 300_000_000
"""Steps of all rules together: about half a minute. The built-in ones go first, so rules of others cannot take their share."""

_TEXT_PER_STEP = 32
"""Characters of a text that count as one step."""

_COLLECTING = frozenset({"map", "filter"})
"""The engine copies what it has collected so far for each element that it adds."""


class TooCostly(ExpressionError):
    """The steps of a rule, or of all rules, are used up."""


class Loop(Struct, frozen=True):
    """A comprehension: the list it goes through, and what its body looks at each time. ``size`` counts the signs and names of the body."""

    over: str
    macro: str
    size: int
    uses: tuple[str, ...]


class Cost(Struct, frozen=True):
    """The shape of an expression: what decides how long it takes. ``size`` counts its signs and names."""

    size: int = 0
    uses: tuple[str, ...] = ()
    loops: tuple[Loop, ...] = ()

    def steps(self, weights: Weights) -> int:
        """At most so many values are touched in one run over what these are the weights of."""
        total = weights.total + self.size + sum(map(weights.of, self.uses))
        return total + sum(_steps_of_loop(loop, weights) for loop in self.loops)


def _steps_of_loop(loop: Loop, weights: Weights) -> int:
    elements = weights.length(loop.over)
    own = sum(weights.of(path) for path in loop.uses if path.startswith(loop.over + ELEMENT))
    each = loop.size + sum(weights.of(path) for path in loop.uses if not path.startswith(loop.over + ELEMENT))
    total = elements * each + own
    return total * (1 + elements) if loop.macro in _COLLECTING else total


class Weights(Struct, frozen=True):
    """How much stands at each path of what an expression sees."""

    shown: Mapping[str, Any]
    total: int
    _known: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of_shown(cls, shown: Mapping[str, Any]) -> Weights:
        """Weigh once what all expressions of a rule see."""
        return cls(shown, _weight(shown))

    def of(self, path: str) -> int:
        """The weight at a path; of an element of a list, that of the whole list."""
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = _weight(self._at(path))
        return found

    def length(self, path: str) -> int:
        """How many elements the list at a path has."""
        value = self._at(path)
        return len(value) if isinstance(value, list) else 0

    def _at(self, path: str) -> Any:
        value: Any = self.shown
        for step in steps(path):
            if step == ELEMENT or type(value) is not dict:
                break
            value = value.get(step)
        return value


def _weight(value: Any) -> int:
    # What `activation` gives: nothing else, so the types are asked for by name (every rule weighs every subject).
    kind = type(value)
    if kind is str:
        return 1 + len(value) // _TEXT_PER_STEP
    if kind is dict:
        return 1 + sum(map(_weight, value.values()))
    if kind is list:
        return 1 + sum(map(_weight, value))
    return 1


class Budget(Struct):
    """Steps that may still be taken: a rule's own, of those that all rules share."""

    left: int
    shared: Budget | None = None

    def spend(self, count: int, source: str) -> None:
        """Take steps. Raises `TooCostly`, before anything runs, when there are not so many."""
        if count > self.left:
            whose = "its rule may take" if self.shared is not None else "all rules together may take"
            raise TooCostly(
                f"'{_short(source)}' is too costly on this case: it would take {count} steps, {self.left} are left of those that {whose}"
            )
        if self.shared is not None:
            self.shared.spend(count, source)
        self.left -= count

    def of_rule(self, subjects: int) -> Budget:
        """The budget of one rule about so many subjects."""
        return Budget(STEPS_OF_A_RULE + STEPS_PER_SUBJECT * subjects, self)


def _short(source: str) -> str:
    return source if len(source) <= 80 else f"{source[:79]}…"
