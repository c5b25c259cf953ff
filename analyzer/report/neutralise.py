"""Text from evidence, made harmless to look at.

Evidence may hold anything: terminal escapes, bidirectional marks that show a name backwards, invisible characters that a paste left in a
file name (field notes 9). Each such character is shown as its code point (``[U+202E]``), so that a reader sees that it is there.
The JSON document keeps the exact text; whatever draws it for people comes through here.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_LOOK_EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and symbols that draw nothing: combining grapheme joiner, Hangul and Khmer fillers, the empty Braille cell."""

_KEY_MARK = "PRIVATE KEY-----"
_KEY_HEADER = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----")


def withhold_keys(text: str) -> str:
    """``text`` without what follows the header of a private key.

    The readers never let a key through (design: only that it was seen, and its public half). This is the net below them.
    """
    if _KEY_MARK not in text:
        return text
    header = _KEY_HEADER.search(text)
    if header is None or not text[header.end() :].strip():
        return text
    return text[: header.end()] + " [withheld: a private key]"


def neutralise(text: str, *, lines: bool = False) -> str:
    """``text`` with every control, format, invisible and unassigned character shown as ``[U+XXXX]``.

    With ``lines``, line feeds and tabs stay; without it the answer is a single line. The plain space always stays.
    """
    if _KEY_MARK in text:
        text = withhold_keys(text)
    if text.isascii() and (text.isprintable() or (lines and text.replace("\n", "").replace("\t", "").isprintable())):
        return text
    shown = {ord(one): _shown(one) for one in set(text) if not (lines and one in "\n\t")}
    return text.translate(shown)


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    if character == " ":
        return character
    variation = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    if variation or character in _LOOK_EMPTY or unicodedata.category(character) in _HIDDEN_CATEGORIES:
        return f"[U+{ord(character):04X}]"
    return character
