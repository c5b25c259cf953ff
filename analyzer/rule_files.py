"""The files of a rules folder as YAML: text, lists and mappings, each with its line. Nothing else of YAML is let in.

Every scalar stays text: whoever reads a field knows its type, and ``no`` or ``2024-10-14`` mean what they look like.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from msgspec import Struct

MAX_FILE_BYTES = 256 << 10
"""Bytes of one rule or test file. The largest of ours has a few thousand."""


class RuleError(Exception):
    """A file of a rules folder (a rule, its tests, a remedy, a table) cannot be used. The message is for the person who wrote it."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
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
                raise RuleError(self.path, self.key_lines[name], f"unknown {what} '{name}'{did_you_mean(name, known)}")
        for name in required:
            if name not in mapping:
                raise self.error(f"the {what} '{name}' is missing")
        return mapping


def read_bytes(path: Path) -> bytes:
    """The bytes of one file. Raises `RuleError` for one that cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise RuleError(path, 1, f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_FILE_BYTES:
        raise RuleError(path, 1, f"larger than {MAX_FILE_BYTES} bytes")
    return data


def read_yaml(path: Path) -> tuple[Node, bytes]:
    """One file as a node, and its bytes. Raises `RuleError` for anything that is not plain YAML within the limits."""
    data = read_bytes(path)
    return parse_yaml(path, data), data


def parse_yaml(path: Path, data: bytes) -> Node:
    """These bytes of the file as a node. Raises `RuleError` as `read_yaml` does."""
    from analyzer.rule_yaml import parse  # most runs find what was made of the files kept (`analyzer.kept`), and need no YAML

    return parse(path, data)
