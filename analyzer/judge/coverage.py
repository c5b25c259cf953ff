"""A condition may take the value of something that can be missing only where the rule needs it, or the condition asks for it first."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.judge.condition import Condition
from analyzer.judge.errors import ExpressionError
from analyzer.judge.vocabulary import join, optional_prefixes, steps
from analyzer.model.finding import SubjectKind


def check_covered(condition: Condition, subject: SubjectKind, needs: Iterable[str]) -> None:
    """Raises `ExpressionError` for a path that may be missing while neither `needs` nor a ``has()`` of the same expression speaks of it."""
    # What is needed has everything above it; has(a.b.c) itself fails when a.b is missing, so it assures only a.b.c.
    assured = {prefix for path in needs for prefix in _prefixes(path)} | condition.guards
    used = set(condition.paths) | {_parent(path) for path in condition.guards}
    for path in sorted(used):
        for prefix in optional_prefixes(subject, path):
            if prefix not in assured:
                raise ExpressionError(f"'{prefix}' may be missing: name it in 'needs', or ask for it first with has({prefix}) && ...")


def _prefixes(path: str) -> list[str]:
    names = steps(path)
    return [join(names[: count + 1]) for count in range(len(names))]


def _parent(path: str) -> str:
    return join(steps(path)[:-1])
