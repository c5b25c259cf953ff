"""What no evidence may quote, taken out of a line before a reader sees it: pieces of keys, and passwords that somebody logged or typed.

Whole PEM blocks and the lists of the copy script are recognised elsewhere (`pem`, `outputs.page`); this catches what stands in the
middle of other text. Too much is taken out rather than too little: behind a word that announces a secret (`secret_forms`) the rest of
the line is withheld, because nobody knows where a password ends. A line that lost its end is still evidence.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from analyzer.read.patterns import later
from analyzer.read.secret_forms import COMMANDS, HARMLESS, HIDDEN, LITERALS, NAME, PROSE, STEMS, WEAK

if TYPE_CHECKING:  # the texts themselves mask what they quote
    from analyzer.read.text.line import Line

WITHHELD = "(withheld)"
_LONG = 40
"""Characters of base64 in a row that are taken for a key."""

_RUN = later(r"[A-Za-z0-9+/]{16,}={0,2}")
_URL_RUN = later(r"(?<![\w/.-])[A-Za-z0-9_-]{40,}={0,2}(?![\w/.-])")
_MIXED = later(r"(?=[^A-Z]*[A-Z])(?=[^a-z]*[a-z])(?=\D*\d)")
_HEX = later(r"(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{2}:?){80,}")
_HEX_GROUPS = 12
_HEX_WORDS = later(r"(?<![0-9A-Fa-f:.-])(?:(?:0x)?[0-9A-Fa-f]{2,8}[ ,]{1,2}){12,}")
_COLONS = 7
_LOG_HEX_SIGN = later(r"[0-9A-Fa-f]{24}|[ ,](?:0x)?[0-9A-Fa-f]{2,8}[ ,]{1,2}(?:0x)?[0-9A-Fa-f]{2,8}[ ,]{1,2}(?:0x)?[0-9A-Fa-f]{2,8}[ ,]")
"""What stands in each of them that has no colons, looked for first because it is fast."""

_LOG_HEX = later(
    r"(?<![\w:.-])(?:0x)?[0-9A-Fa-f]{2,8}:?(?:[ ,]{1,2}(?:0x)?[0-9A-Fa-f]{2,8}){5,},?"
    r"|(?<![\w:.-])(?:[0-9A-Fa-f]{2}:){7,}(?:[0-9A-Fa-f]{2})?(?![\w.])"
    r"|(?<![\w-])[0-9A-Fa-f]{24,}(?![\w-])"
)
"""Bytes in hex that no line of a log has: digests and key identifiers are printed by other programs."""

_HASH = later(r"\$(?:[1256y]|2[abxy]?|5|6|7|8|9|apr1|argon2\w{0,3}|sha\d{0,3})\$\S+|\{(?:SSHA|SHA|MD5|CRYPT)\d{0,3}\}\S+", re.IGNORECASE)
_JWT = later(r"eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*){0,2}")
_ACCOUNT = later(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{0,20}://)[^\s/@]{1,200}@(?=[\w\[])"
    r"|(?<![\w%.+:/-])[A-Za-z_][^\s:@/,;'\"<>()\[\]]{0,63}:(?=[^\s@]*\d)[^\s@,;'\"<>()\[\]/]{1,200}(?<!root)(?<!admin)@(?=[\w\[])"
)
_LOGIN = later(r"(?<![\w/.-])(?P<name>admin\w{0,10}|root|administrator)/(?=[^\s/]{4,64}(?:\s|$))[^\s/]*[\d!@#$%^&*?+=~|][^\s/]*")
_BASIC = later(r"\b(?P<name>basic|bearer|digest|apikey)\s+[A-Za-z0-9+/=._~-]{8,}", re.IGNORECASE)
_SEPARATED = later(r"[\w.\-\[\]]{0,24}[\s\"'`)\]}]{0,4}(?:=>|->|:=|={1,2}|:|>|\||\uff1a|\uff1d)[\s\"'`(\[{]{0,6}")
_ARTICLE = later(r"\S+")
_BEFORE = later(r"\S*\d\S*(?=\s+(?:is|was|as|=|->)\s+(?:(?:the|my|a|our|its|his|her)\s+)?(?:new\s+|old\s+)?\Z)")
_A_VALUE = later(r"(?=[^\s/]{4,})(?=[^\s]*[A-Za-z])(?=[^\s]*\d)[^\s/:]+\Z")
_SHAPES = later(
    r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|\S+\.(?:pem|key|crt|cer|der|p12|pl|py|txt|yaml|conf)\W?|[\d.:/,]+\w{0,3}|\S*RSA\S*|TLS\S*|SHA-?\d+\W?"
)
"""A UUID, the name of a file, a number with its unit, a protocol: no secret behind a weak word."""

_PROMPT = later(r"(?:\s+(?:for|of)\s+\S{1,80})?\s*[:?>]?\s*\Z")
_PATH = later(r"/[\w./-]{1,300}[;,]?\s*\Z")
_WORDS_SKIPPED = 12
_WORDS_LOOKED_AT = 12
"""Words of one line that may announce a secret. What stands behind so many is withheld, whatever it is."""

_CHARACTERS = 4_000
"""Characters of a line that are looked at: recognisers look at half of that, and evidence quotes an eighth."""


_STAMP = later(r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?= )")
_SOME_TIME = "Jan 10 00:00:00"
_SHORT = 300
"""Characters of a line of which it is remembered what a reader may see of it. So what is remembered stays small."""


class Withheld:
    """Goes through the lines of a text in order: the short last line of a key is known by the long ones above it.

    ``log``: the lines are those of a log, which have no digests and no key identifiers: shorter runs are taken for pieces of a key.
    """

    def __init__(self, *, log: bool = False) -> None:
        self._after_key = False
        self._log = log

    def line(self, line: Line) -> Line:
        """The line without secrets: the same object when it holds none."""
        text = line.text
        if self._log and not self._after_key and is_calm(text):
            return line
        longest = max(map(len, text.split()), default=0)
        if longest >= _LONG or (self._after_key and longest >= 16):
            text = self._without_keys(text)
        else:
            self._after_key = False
        if self._log:
            text = without_short_keys(text)
        text = masked(text)
        return line if text == line.text else replace(line, text=text)

    def _without_keys(self, text: str) -> str:
        runs = [run for run in _RUN.finditer(text) if _is_random(run[0])]
        is_key = self._after_key or any(len(run[0]) >= _LONG for run in runs)
        self._after_key = is_key and bool(runs)
        if is_key:
            for run in reversed(runs):
                text = text[: run.start()] + WITHHELD + text[run.end() :]
        text = _URL_RUN.sub(lambda found: WITHHELD if _is_chance(found[0]) else found[0], text)
        return _HEX.sub(WITHHELD, text)


def timeless(text: str) -> str:
    """The line with the same time as every other: a log says the same again and again, and no secret is made of a time of syslog."""
    if text[9:10] != ":" or _STAMP.match(text) is None:  # the first asks most lines, a tenth of what the pattern costs
        return text
    return _SOME_TIME + text[len(_SOME_TIME) :]


def is_calm(text: str) -> bool:
    """A short line of a log with a time of syslog, which holds no secret of any form. False for any other line, which may hold none."""
    if len(text) > _SHORT or text[9:10] != ":":
        return False
    alike = timeless(text)
    return alike.startswith(_SOME_TIME) and _is_calm(alike)


@lru_cache(maxsize=8192)
def _is_calm(text: str) -> bool:
    return max(map(len, text.split())) < _LONG and without_short_keys(text) == text and _masked(text) == text


def without_short_keys(text: str) -> str:
    """A line of a log without runs of characters as by chance, and without bytes in hex."""
    if text.count(":") >= _COLONS or _LOG_HEX_SIGN.search(text) is not None:
        text = _LOG_HEX.sub(WITHHELD, text)
    for run in reversed(list(_RUN.finditer(text))):
        if _is_chance(run[0]):
            text = text[: run.start()] + WITHHELD + text[run.end() :]
    return text


def holds_key(text: str) -> bool:
    """A long run of characters as by chance stands in it: base64, its form for addresses, or bytes in hex."""
    if any(len(run[0]) >= _LONG and _is_random(run[0]) for run in _RUN.finditer(text)) or _HEX_WORDS.search(text) or _HEX.search(text):
        return True
    return any(_is_chance(run[0]) for run in _URL_RUN.finditer(text))


def masked(text: str) -> str:
    """The text of one line without what its words say is a secret, and without what looks like one whatever stands before it."""
    if is_calm(text):
        return text
    if len(text) <= _SHORT:
        return _masked_short(text)
    if len(text) > _CHARACTERS:
        return _masked(text[:_CHARACTERS]) + text[_CHARACTERS:]
    return _masked(text)


@lru_cache(maxsize=8192)
def _masked_short(text: str) -> str:
    """The same outputs stand in the bundle of each device: four of five short lines were masked before."""
    return _masked(text)


def _masked(text: str) -> str:
    lowered = text.lower()
    if not any(map(lowered.__contains__, LITERALS)) and text.isascii():
        return _HEX_WORDS.sub(WITHHELD, text) if text.count(" ") >= _HEX_GROUPS else text
    name, weak, command, look = (stem.search(lowered) is not None for stem in STEMS)
    name = name or not text.isascii()
    if look:
        text = _without_looks(text)
    if text.count(" ") + text.count(",") >= _HEX_GROUPS:
        text = _HEX_WORDS.sub(WITHHELD, text)
    at = min(
        (
            one
            for one in (_by_name(text) if name else None, _by_weak_word(text) if weak else None, _by_command(text) if command else None)
            if one is not None
        ),
        default=None,
    )
    return text if at is None else text[:at] + WITHHELD


def _without_looks(text: str) -> str:
    """The text without what looks like a secret whatever stands before it."""
    if "$" in text or "{" in text:
        text = _HASH.sub(WITHHELD, text)
    if "@" in text:
        text = _ACCOUNT.sub(lambda found: f"{found['scheme'] or ''}{WITHHELD}@", text)
    if "eyJ" in text:
        text = _JWT.sub(WITHHELD, text)
    text = _LOGIN.sub(lambda found: f"{found['name']}/{WITHHELD}", text)
    return _BASIC.sub(lambda found: f"{found['name']} {WITHHELD}", text)


def _by_name(text: str) -> int | None:
    """Where what a word announces begins."""
    for count, found in enumerate(NAME.finditer(text)):
        if count == _WORDS_LOOKED_AT:
            return found.start()
        if _inside(HARMLESS, text, found):
            continue
        tail = text[found.end() :]
        if _PROMPT.fullmatch(tail):
            before = _BEFORE.search(text[: found.start()])
            if before is not None:
                return before.start()
            continue
        at = _value_at(text, found.end(), sentence=found[0].isascii())
        if at is not None and not (found[0].lower().endswith("key") and _PATH.match(text, at)):
            return at
    return None


def _by_weak_word(text: str) -> int | None:
    for count, found in enumerate(WEAK.finditer(text)):
        if count == _WORDS_LOOKED_AT:
            return found.start()
        if _inside(HARMLESS, text, found):
            continue
        separated = _SEPARATED.match(text, found.end())
        if separated is not None and separated[0].lstrip()[:1] in "\"'=:->)]|`":
            value = text[separated.end() :]
            if value.strip() and not value.startswith("/") and not HIDDEN.fullmatch(value) and not _SHAPES.match(value):
                return separated.end()
            continue
        at = _value_at(text, found.end(), sentence=True)
        if at is None:
            continue
        words = text[at:].split(maxsplit=2)
        typed = len(words) > 1 and len(words[0]) == 1 and words[0].isdigit()
        if typed or (_A_VALUE.match(words[0].strip("\"'`.,;()")) and not _SHAPES.match(words[0])):
            return at
    return None


def _by_command(text: str) -> int | None:
    for found in COMMANDS.finditer(text):
        tail = text[found.end() :]
        if tail.strip() and not HIDDEN.fullmatch(tail):
            return found.end() + len(tail) - len(tail.lstrip())
    return None


def _value_at(text: str, start: int, *, sentence: bool) -> int | None:
    """Where the value behind a word begins: behind a separator, else at the first word that a sentence about secrets does not have."""
    separated = _SEPARATED.match(text, start)
    if separated is not None:
        value = text[separated.end() :]
        return None if HIDDEN.fullmatch(value) else separated.end()
    for count, word in enumerate(_ARTICLE.finditer(text, start)):
        plain = word[0].strip("\"'`.,;:()[]{}<>!?-*").lower()
        if count >= _WORDS_SKIPPED:
            return word.start()
        if plain and (not sentence or plain not in PROSE):
            rest = text[word.start() :]
            return None if HIDDEN.fullmatch(rest) else word.start()
    return None


def _inside(pattern: re.Pattern[str], text: str, found: re.Match[str]) -> bool:
    """The end of the match is part of one of these phrases."""
    last = found.end() - 1
    return any(one.start() <= last < one.end() for one in pattern.finditer(text, max(0, found.start() - 24), found.end() + 24))


def _is_random(run: str) -> bool:
    """Upper case, lower case and digits follow each other as by chance, which no word and no path does."""
    kinds = ["A" if c.isupper() else "a" if c.islower() else "0" for c in run if c.isalnum()]
    return 10 * sum(a != b for a, b in pairwise(kinds)) >= 3 * len(kinds)


def _is_chance(run: str) -> bool:
    """The same, and capitals, small letters and digits are all there: no UUID and no name of a file."""
    return _MIXED.match(run) is not None and _is_random(run)
