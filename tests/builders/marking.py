"""A catalogue that marks what it translates, and what of a text is left without marks.

The marks stand around the words of a sentence and leave its values out, so that a value that is a sentence itself must have its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from unittest.mock import patch

OPEN, CLOSE = "⟦", "⟧"

_VALUE = re.compile(r"(\{[^{}]*\})")
_WORD = re.compile(r"[A-Za-z]{2}")


def marked(text: str) -> str:
    """``{n} devices`` as ``{n}⟦ devices⟧``."""
    parts = _VALUE.split(text)
    return "".join(part if place % 2 or not part.strip() else f"{OPEN}{part}{CLOSE}" for place, part in enumerate(parts))


class _Marking(NullTranslations):
    def gettext(self, message: str) -> str:
        return marked(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return marked(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return marked(message)


@contextmanager
def marking() -> Iterator[None]:
    """Within it, every sentence that comes through `analyzer.texts` is marked, in any language."""
    with patch("analyzer.texts._catalogue", lambda language: _Marking()):
        yield


class Unmarked:
    """Takes a text bit by bit and keeps what stands outside of the marks, which may open in one bit and close in another."""

    def __init__(self) -> None:
        self.depth = 0

    def pieces(self, text: str) -> list[str]:
        """What of the next bit is unmarked, cut where marks stand."""
        kept, piece = [], ""
        for character in text:
            if character in OPEN + CLOSE:
                self.depth += 1 if character == OPEN else -1
                kept.append(piece)
                piece = ""
            elif self.depth == 0:
                piece += character
        return [one for one in (*kept, piece) if _WORD.search(one)]


def words_outside(pieces: Iterable[str], data: Iterable[str]) -> set[str]:
    """What of the pieces is left and holds words when every string of the data is taken out of them."""
    longest_first = sorted({one for one in data if one}, key=len, reverse=True)
    left = set()
    for piece in set(pieces):
        rest = piece
        for one in longest_first:
            if one in rest:
                rest = rest.replace(one, " ")
        if _WORD.search(rest):
            left.add(" ".join(rest.split()))
    return left
