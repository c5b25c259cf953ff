"""The lines around a quoted line, as read, so that a reader of the report sees what it stands in. Secrets stay behind.

A neighbour that looks like a password, a row of names and passwords, or encoded data (a private key above all) is replaced by a sentence;
one that is near encoded data is replaced as well, because the last line of a key may be short enough to look like a word.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from analyzer.texts import N_, _

LINES = 2
"""Neighbours on each side."""

CHARACTERS = 300
"""Characters of a neighbour that are kept."""

WITHHELD = N_("(not shown: it looks like a secret)")

_LOOKED_AT = LINES + 2
_ENCODED = re.compile(r"\s*(?:[A-Za-z0-9+/]{16,}={0,2}|[A-Za-z0-9+/]{1,64}={1,2}|.{0,40}-----.{0,80})\s*")
_SECRET = re.compile(
    r"(?i)passw|passphrase|passcode|\bpass\b|\bpwd\b|secret|credential|community|token|api[ _-]?key|\bkey\s{0,3}[:=]"
    r"|\$(?:[1256]|2[aby]|y)\$"
)
_ROW_COMMAS, _ROW_BLANKS = 3, 8
"""A row of a table of names and passwords has this many commas at least, and no more blanks: a sentence has more."""


class Numbered(Protocol):
    """A line with its number from 1."""

    @property
    def number(self) -> int: ...
    @property
    def text(self) -> str: ...


def around(lines: Sequence[Numbered], first: int, last: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The neighbours before the line numbered ``first`` and after the one numbered ``last``, in their order, harmless.

    ``lines`` ascend by number and may have gaps (of a large log only lines of sftunnel are kept): what is not next to it is no neighbour.
    """
    at = _index(lines, first)
    above = [lines[index].text for step in range(1, _LOOKED_AT + 1) if (index := at - step) >= 0 and lines[index].number == first - step]
    at = _index(lines, last)
    below = [
        lines[index].text for step in range(1, _LOOKED_AT + 1) if (index := at + step) < len(lines) and lines[index].number == last + step
    ]
    return tuple(reversed(_harmless(above))), tuple(_harmless(below))


def _index(lines: Sequence[Numbered], number: int) -> int:
    """Where the line of this number stands. In a text that is kept whole, its number tells."""
    if number <= len(lines) and lines[number - 1].number == number:
        return number - 1
    return bisect_left(lines, number, key=lambda line: line.number)


def _harmless(texts: list[str]) -> list[str]:
    """The nearest few of the lines on one side, the nearest first."""
    near = texts[:LINES]
    if any(_is_encoded(text) for text in texts):
        return [_(WITHHELD)] * len(near)
    return [_(WITHHELD) if _is_secret(text) else text[:CHARACTERS] for text in near]


@lru_cache(maxsize=8192)
def _is_encoded(text: str) -> bool:
    return ("-----" in text and "KEY" in text.upper()) or _ENCODED.fullmatch(text[:CHARACTERS]) is not None


@lru_cache(maxsize=8192)
def _is_secret(text: str) -> bool:
    shown = text[:CHARACTERS]
    return _SECRET.search(shown) is not None or (shown.count(",") >= _ROW_COMMAS and shown.count(" ") <= _ROW_BLANKS)
