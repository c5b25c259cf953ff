"""The YAML of rule files, event by event.

A rule file comes from anyone. Anchors and aliases (a few lines that unfold to gigabytes), tags (objects of the parser's choosing),
several documents and deep nesting are refused before anything is built.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from analyzer.backend import yaml_loader
from analyzer.rulefiles.node import Node, RuleError

MAX_DEPTH = 12
"""How deep lists and mappings may nest."""

_LOADER: type = yaml_loader()


def parse(path: Path, data: bytes) -> Node:
    """The one document in these bytes of a file. Raises `RuleError` with its line for anything that is not plain YAML."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RuleError(path, data[: error.start].count(b"\n") + 1, "not UTF-8 text") from error
    try:
        return _document(path, yaml.parse(text, Loader=_LOADER))
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
