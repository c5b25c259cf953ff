"""The lines around a quoted line, as read, so that a reader of the report sees what it stands in. Secrets stay behind.

A neighbour that looks like a password, a row of names and passwords, or encoded data (a private key above all) is replaced by a sentence;
one that is near encoded data is replaced as well, because the last line of a key may be short enough to look like a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from typing import Protocol

from analyzer.texts import N_, _

LINES = 2
"""Neighbours on each side."""

CHARACTERS = 300
"""Characters of a neighbour that are kept."""

WITHHELD = N_("(not shown: it looks like a secret)")

_LOOKED_AT = LINES + 1
_ENCODED = re.compile(r"\s*(?:[A-Za-z0-9+/]{16,}={0,2}|[A-Za-z0-9+/]{1,64}={1,2})\s*")
_SIGNS = ("pass", "pwd", "secret", "credential", "community", "token", "key", "$")
"""A line with a secret has one of these: looked for first, because most lines have none and a log has many lines."""
_SECRET = re.compile(
    r"passw|passphrase|passcode|\b(?:ssh)?pass\b|\bpwd\b"
    r"|secret|credential|community|token|api[ _-]?key|\bkey\s{0,3}[:=]|\$(?:[1256]|2[aby]|y)\$"
)
_ROW_COMMAS, _ROW_BLANKS = 3, 8
"""A row of a table of names and passwords has this many commas at least, and no more blanks: a sentence has more."""


class Numbered(Protocol):
    """A line with its number from 1."""

    @property
    def number(self) -> int: ...
    @property
    def text(self) -> str: ...


def around(lines: Sequence[Numbered], first: int, last: int, *, gaps: bool = True) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The neighbours before the line at index ``first`` and after the one at index ``last``, in their order, harmless.

    ``lines`` ascend by number. With ``gaps`` not all were kept (of a large log only those of sftunnel): what is not next to it is no
    neighbour.
    """
    above = lines[max(0, first - _LOOKED_AT) : first]
    if gaps and above and lines[first].number - above[0].number != len(above):
        above = [one for at, one in enumerate(above) if lines[first].number - one.number == len(above) - at]
    below = lines[last + 1 : last + 1 + _LOOKED_AT]
    if gaps and below and below[-1].number - lines[last].number != len(below):
        below = [one for at, one in enumerate(below, start=1) if one.number - lines[last].number == at]
    return _harmless([one.text for one in reversed(above)])[::-1], _harmless([one.text for one in below])


def _harmless(texts: list[str]) -> tuple[str, ...]:
    """The nearest few of the lines on one side, the nearest first."""
    looks = [_look(text) if len(text) <= CHARACTERS else _looked_at(text) for text in texts]
    if looks.count(_Look.CALM) == len(looks):
        return tuple([text[:CHARACTERS] for text in texts[:LINES]])
    if _Look.ENCODED in looks:
        return (_(WITHHELD),) * len(texts[:LINES])
    return tuple(text[:CHARACTERS] if look is _Look.CALM else _(WITHHELD) for text, look in zip(texts[:LINES], looks, strict=False))


class _Look(Enum):
    CALM = 0
    SECRET = 1
    ENCODED = 2


def _looked_at(text: str) -> _Look:
    shown = text[:CHARACTERS]
    lower = shown.lower()
    if "-----" in text and "KEY" in text.upper():
        return _Look.ENCODED
    if " " not in lower.strip() and _ENCODED.fullmatch(shown):
        return _Look.ENCODED
    for sign in _SIGNS:
        if sign in lower:
            if _SECRET.search(lower):
                return _Look.SECRET
            break
    if shown.count(",") >= _ROW_COMMAS and shown.count(" ") <= _ROW_BLANKS:
        return _Look.SECRET
    return _Look.CALM


_look = lru_cache(maxsize=8192)(_looked_at)
"""A line stands near up to six quoted ones. For short lines only: so a cache of some thousands stays small."""
