"""What a file of a rules folder holds: text, lists and mappings, each with its line. Nothing else of YAML is let in.

Every scalar stays text: whoever reads a field knows its type, and ``no`` or ``2024-10-14`` mean what they look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from msgspec import Struct


class RuleError(Exception):
    """A file of a rules folder (a rule, its tests, a remedy, a table) cannot be used. The message is for the person who wrote it.
    Line 0: the file or folder as a whole.
    """

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}" if line else f"{path}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the nearest known name, else the short list of known ones, else nothing."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    if len(names) <= 25:
        return f"; known: {', '.join(names)}"
    return ""


def one_line(text: str) -> str:
    """A text of a rule, remedy or table on one line: its message id in the catalogues. One that is in none (a rule of a team's own) stays
    as it was written.
    """
    return " ".join(text.split())


_A_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,40}")


def _quoted(name: str) -> str:
    """The name as a message shows it. What is no name is not shown: the file may be something else than it is taken for, a secret too."""
    return f" '{name}'" if _A_NAME.fullmatch(name) else ", which is not a name"


class Node(Struct, frozen=True):
    """A piece of a file: its value, and where it stands. ``line`` counts from 1."""

    path: Path
    line: int
    value: str | tuple[Node, ...] | Mapping[str, Node]
    key_lines: Mapping[str, int]

    def error(self, problem: str) -> RuleError:
        """The error that names this place."""
        return RuleError(self.path, self.line, problem)

    @property
    def text(self) -> str:
        """This is a text (or a number, a date, a yes: as written)."""
        if not isinstance(self.value, str):
            raise self.error(f"a text is needed here, not a {self._form}")
        return self.value

    @property
    def items(self) -> Sequence[Node]:
        """This is a list."""
        if not isinstance(self.value, tuple):
            raise self.error(f"a list is needed here, not a {self._form}")
        return self.value

    @property
    def mapping(self) -> Mapping[str, Node]:
        """This is a mapping."""
        if isinstance(self.value, str | tuple):
            raise self.error(f"a mapping ('name: value' lines) is needed here, not a {self._form}")
        return self.value

    @property
    def _form(self) -> str:
        return "text" if isinstance(self.value, str) else "list" if isinstance(self.value, tuple) else "mapping"

    def fields(self, known: Sequence[str], required: Sequence[str] = (), what: str = "field") -> Mapping[str, Node]:
        """This mapping, with only known names in it and none of the required ones absent."""
        mapping = self.mapping
        for name in mapping:
            if name not in known:
                raise RuleError(self.path, self.key_lines[name], f"unknown {what}{_quoted(name)}{did_you_mean(name, known)}")
        for name in required:
            if name not in mapping:
                raise self.error(f"the {what} '{name}' is missing")
        return mapping
