"""Why a rule file is refused: always with file, line, what was meant, and the nearest known name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class RuleError(Exception):
    """A rule file (or its tests) cannot be used. The message is for the person who wrote it."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem


class ExpressionError(Exception):
    """An expression, a path or a template that cannot be used; whoever knows the file and line makes a `RuleError` of it."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the nearest known name, else the short list of known ones, else nothing."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    if len(names) <= 25:
        return f"; known: {', '.join(names)}"
    return ""
