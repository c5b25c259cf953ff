"""Objects of ``"key": value`` in a text that need not be valid JSON: pasted in the middle of other lines, cut, or printed by Python.

Only scalar values are kept, each object by itself: what is nested is an object of its own. One pass, without recursion.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from analyzer.read.outputs.page import Page

_TOKEN = re.compile(
    r"""(?P<open>[{])|(?P<close>[}])"""
    r"""|["'](?P<key>[A-Za-z_][A-Za-z0-9_. -]{0,60})["'][ \t\r\n]{0,20}:[ \t\r\n]{0,20}"""
    r"""(?:"(?P<double>(?:[^"\\\n]|\\.){0,500})"|'(?P<single>(?:[^'\\\n]|\\.){0,500})'|(?P<bare>true|false|null|True|False|None|-?\d{1,18}(?:\.\d{1,9})?)(?![\w.]))?"""
)
_ESCAPE = re.compile(r"\\(.)")
_DEEPEST = 64
_MOST_KEYS = 200


class Loose(Struct):
    """One object: the lines (indexes) of its first and last key, its scalar values by key in lower case, and the keys of objects in it."""

    first: int
    last: int
    values: dict[str, str]
    nested: set[str]


def objects(page: Page) -> Iterator[Loose]:
    """The objects of a text that have at least one scalar value, the inner before the outer. What is never closed counts too."""
    offsets, parts, size = [], [], 0
    for line in page.lines:
        offsets.append(size)
        parts.append(line.text)
        size += len(line.text) + 1
    stack: list[Loose] = []
    for token in _TOKEN.finditer("\n".join(parts)):
        at = bisect_right(offsets, token.start()) - 1
        if token["open"]:
            if len(stack) < _DEEPEST:
                stack.append(Loose(at, at, {}, set()))
        elif token["close"]:
            if stack and (done := stack.pop()).values:
                yield done
        elif stack and len(stack[-1].values) < _MOST_KEYS:
            value = token["double"] if token["double"] is not None else token["single"] if token["single"] is not None else token["bare"]
            if value is None:
                stack[-1].nested.add(token["key"].lower())
                continue
            if not stack[-1].values:
                stack[-1].first = at
            stack[-1].last = at
            stack[-1].values.setdefault(token["key"].lower(), _ESCAPE.sub(r"\1", value))
    for left in reversed(stack):
        if left.values:
            yield left
