"""Lines by which somebody says that a device is not connected, in whatever words (`trouble.yaml`)."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from msgspec import Struct

from analyzer.backend import yaml_loader

_ADDRESS = r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])"
_HOST = r"(?<![\w.-])(?=[\w.-]{0,60}\d)(?=[\w.-]{0,60}[^\W\d_])[^\W_][\w.-]{2,60}"
_NOUN = (
    r"\b(?:ftds?v?|sensors?|devices?|firewalls?|appliances?|ger\u00e4te?n?|dispositivos?|cortafuegos|equipos?|\u00e9quipements?|pare-feux?"
    r"|apparaten?|firewalls)\b|\uc7a5\ube44|\uc7a5\uce58|\ub514\ubc14\uc774\uc2a4|\ubc29\ud654\ubcbd|\uc13c\uc11c"
    r"|\u30c7\u30d0\u30a4\u30b9|\u88c5\u7f6e|\u30d5\u30a1\u30a4\u30a2\u30a6\u30a9\u30fc\u30eb|\u8bbe\u5907|\u8a2d\u5099|\u9632\u706b\u5899"
)
_IS_ADDRESS = re.compile(_ADDRESS)
_NAMES = re.compile(rf"{_ADDRESS}|{_HOST}|{_NOUN}", re.IGNORECASE)
_NO_DEVICE = re.compile(r"\d[\d.,:-]*(?:st|nd|rd|th|h|s|m|ms|am|pm|gb|mb|kb|k|x|bit)?|v\d[\d.]*", re.IGNORECASE)
"""A number with its unit, a time, a release: no name."""
_NONE = re.compile(r"(?:offline|disconnected)[ \t]{0,3}[(:][ \t]{0,3}(?:0\b|no\b|none|[^\d\s]|$)", re.IGNORECASE)
"""A count of none, or a heading."""

_DENIED = re.compile(
    r"\b(?:kein\w{0,2}|none|not?|nothing|nicht|nichts|never|aucune?|ning\w{2,4}|nessun\w?|geen)\b[^.;:]{0,40}?"
    r"\b(?:offline|disconnected|disabled|down|red|getrennt|ausgefallen|hors ligne|desconectad\w|disconness\w)\b",
    re.IGNORECASE,
)
"""The sentence denies it: "no device is offline"."""


class _Words(Struct, frozen=True):
    words: str
    alone: bool = False
    when: str = ""


_LAST_LATIN = "\u024f"


@cache
def _rows() -> tuple[_Words, ...]:
    """The rows of ``trouble.yaml``. Raises `ValueError` for one that is wrong."""
    data: Any = yaml.load(files("analyzer.read").joinpath("trouble.yaml").read_text(encoding="utf-8"), Loader=yaml_loader())  # noqa: S506 - both are safe
    rows = [row for language in data.values() for row in language]
    for row in rows:
        if not isinstance(row, dict) or not {"words"} <= set(row) <= {"words", "alone", "when"}:
            raise ValueError(f"trouble.yaml: a row has words, and nothing else but alone and when: {row!r}")
    return tuple(_Words(str(row["words"]).lower(), bool(row.get("alone")), str(row.get("when", ""))) for row in rows)


@cache
def _pattern(alone: bool) -> re.Pattern[str]:
    """One pattern of all words. A field of a record may have a word before it, and so has a word of a language that writes none apart."""
    words = sorted((row.words for row in _rows() if row.alone is alone and not row.when), key=len, reverse=True)
    joined = [re.escape(word) for word in words if alone or word[0] > _LAST_LATIN]
    apart = [re.escape(word) for word in words if not alone and word[0] <= _LAST_LATIN]
    either = [r"(?<![^\W\d_])(?:" + "|".join(apart) + ")"] if apart else []
    return re.compile("|".join([*joined, *either]), re.IGNORECASE)


@cache
def _in_such_lines() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The words that count in lines of one form only, with that form."""
    return tuple((row.words, re.compile(row.when, re.IGNORECASE)) for row in _rows() if row.when)


@cache
def literals() -> tuple[bytes, ...]:
    """What a text holds that may hold such a line, in lower case."""
    return tuple(dict.fromkeys(row.words.encode() for row in _rows()))


def says_not_connected(text: str) -> bool:
    """The line says that a device is not connected, and names one, or is a record or a count that says so."""
    if _pattern(True).search(text) is not None and _NONE.search(text) is None:
        return True
    lowered = text.lower()
    if any(words in lowered and form.search(text) is not None for words, form in _in_such_lines()):
        return True
    if _pattern(False).search(_DENIED.sub(" ", text)) is None:
        return False
    return any(_IS_ADDRESS.fullmatch(found[0]) or not _NO_DEVICE.fullmatch(found[0]) for found in _NAMES.finditer(text))
