"""What no evidence may quote, taken out of a line before a reader sees it: pieces of keys and passwords that somebody logged or typed.

Whole PEM blocks and the lists of the copy script are recognised elsewhere (`pem`, `outputs.page`); this catches what stands in the
middle of other text. Too much is taken out rather than too little: a line that lost a word is still evidence.
"""

from __future__ import annotations

import re
from itertools import pairwise

from msgspec.structs import replace

from analyzer.read.text import Line

_WITHHELD = "(withheld)"
_LONG = 40
"""Characters of base64 in a row that are taken for a key."""

_RUN = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_HEX = re.compile(r"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{2}:?){80,}")
_SIGNS = ("passw", "passphrase", "pwd", "sshpass", "secret")
_PASSWORD = re.compile(
    r"(?i)((?:passw(?:or)?d|passphrase|pwd|secret)[\"']{0,2}[ \t]{0,4}[=:][ \t]{0,4})"
    r"(\"[^\"]{1,200}\"?|'[^']{1,200}'?|[^\s,;]{1,200})"
)
_OPTION = re.compile(
    r"(?i)(--?(?:password|passphrase|passwd|pass)[ \t=]{1,4}|sshpass[ \t]{1,4}-p[ \t]{0,4})"
    r"(\"[^\"]{1,200}\"?|'[^']{1,200}'?|\S{1,200})"
)


class Withheld:
    """Goes through the lines of a text in order: the short last line of a key is known by the long ones above it."""

    def __init__(self) -> None:
        self._after_key = False

    def line(self, line: Line) -> Line:
        """The line without secrets: the same object when it holds none."""
        text = line.text
        longest = max(map(len, text.split()), default=0)
        if longest >= _LONG or (self._after_key and longest >= 16):
            text = self._without_keys(text)
        else:
            self._after_key = False
        lowered = text.lower()
        if any(sign in lowered for sign in _SIGNS) or "-pass" in lowered:
            text = _OPTION.sub(rf"\1{_WITHHELD}", _PASSWORD.sub(rf"\1{_WITHHELD}", text))
        return line if text == line.text else replace(line, text=text)

    def _without_keys(self, text: str) -> str:
        runs = [run for run in _RUN.finditer(text) if _is_random(run[0])]
        is_key = self._after_key or any(len(run[0]) >= _LONG for run in runs)
        self._after_key = is_key and bool(runs)
        if is_key:
            for run in reversed(runs):
                text = text[: run.start()] + _WITHHELD + text[run.end() :]
        return _HEX.sub(_WITHHELD, text)


def _is_random(run: str) -> bool:
    """Upper case, lower case and digits follow each other as by chance, which no word and no path does."""
    kinds = ["A" if c.isupper() else "a" if c.islower() else "0" for c in run if c.isalnum()]
    return 10 * sum(a != b for a, b in pairwise(kinds)) >= 3 * len(kinds)
