"""The files of a rules folder as YAML: text, lists and mappings, each with its line. Nothing else of YAML is let in.

A rule file comes from anyone. Anchors and aliases (a few lines that unfold to gigabytes), tags (objects of the parser's choosing),
several documents, deep nesting and large files are refused before anything is built. Every scalar stays text: whoever reads a field
knows its type, and ``no`` or ``2024-10-14`` mean what they look like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import yaml
from msgspec import Struct

from analyzer.texts import _

MAX_FILE_BYTES = 256 << 10
"""Bytes of one rule or test file. The largest of ours has a few thousand."""

MAX_DEPTH = 12
"""How deep lists and mappings may nest."""

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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


def in_readers_language(text: str) -> str:
    """A text of a rule, remedy or table, on one line, in the language that is spoken while it is loaded (`analyzer.texts.speaking`).

    Its English wording is its message id. A text that is in no catalogue (one of a team's own rules) stays as it was written.
    """
    sentence = " ".join(text.split())
    return _(sentence)


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


def read_yaml(path: Path) -> tuple[Node, bytes]:
    """One file as a node, and its bytes. Raises `RuleError` for anything that is not plain YAML within the limits."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise RuleError(path, 1, f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_FILE_BYTES:
        raise RuleError(path, 1, f"larger than {MAX_FILE_BYTES} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RuleError(path, data[: error.start].count(b"\n") + 1, "not UTF-8 text") from error
    try:
        events = yaml.parse(text, Loader=_LOADER)
        return _document(path, events), data
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleError(path, line, f"not YAML: {error.problem or error.context}") from error
    except yaml.YAMLError as error:
        raise RuleError(path, 1, f"not YAML: {error}") from error


def _document(path: Path, events: Iterator[yaml.Event]) -> Node:
    node: Node | None = None
    for event in events:
        if isinstance(event, yaml.StreamStartEvent | yaml.StreamEndEvent | yaml.DocumentStartEvent | yaml.DocumentEndEvent):
            continue
        if node is not None:
            raise RuleError(path, _line(event), "a second document in one file")
        node = _node(path, event, events, 0)
    if node is None:
        raise RuleError(path, 1, "the file is empty")
    return node


def _node(path: Path, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
    line = _line(event)
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        raise RuleError(path, line, "anchors and aliases (& and *) are not allowed")
    if getattr(event, "tag", None) is not None:
        raise RuleError(path, line, "tags (!) are not allowed")
    if depth > MAX_DEPTH:
        raise RuleError(path, line, f"nested deeper than {MAX_DEPTH}")
    if isinstance(event, yaml.ScalarEvent):
        return Node(path, line, event.value, {})
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Node] = []
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            items.append(_node(path, inner, events, depth + 1))
        return Node(path, line, tuple(items), {})
    mapping: dict[str, Node] = {}
    lines: dict[str, int] = {}
    while not isinstance(inner := next(events), yaml.MappingEndEvent):
        key = _node(path, inner, events, depth + 1)
        if key.text in mapping:
            raise key.error(f"'{key.text}' stands here twice, first on line {lines[key.text]}")
        lines[key.text] = key.line
        mapping[key.text] = _node(path, next(events), events, depth + 1)
    return Node(path, line, mapping, lines)


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark is not None else 1
