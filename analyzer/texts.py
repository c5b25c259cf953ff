"""Sentences for people, in the language of the reader. English is the message id; other languages come from `locale/` (gettext).

Evidence, commands, names of rules and everything a machine reads are never translated. The language belongs to one run: `speaking`
sets it, the result carries it, and the renderers speak the language of the result that they are given.
"""

from __future__ import annotations

import gettext as catalogues
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from functools import cache
from pathlib import Path

ENGLISH = "en"
LANGUAGES = (ENGLISH, "ko")
"""What the program speaks, as ISO 639-1 codes."""

DOMAIN = "analyzer"
LOCALE = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)
_remembering: ContextVar[bool] = ContextVar("remembering", default=False)


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    if language == ENGLISH:
        return catalogues.NullTranslations()
    return catalogues.translation(DOMAIN, LOCALE, languages=[language])


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it, sentences come out in this language. Raises ValueError for one that is not spoken."""
    if language not in LANGUAGES:
        raise ValueError(f"there is no catalogue for {language!r}: choose one of {', '.join(LANGUAGES)}")
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


@contextmanager
def remembering() -> Iterator[None]:
    """Within it, sentences come out in English and remember what they were made of (`Sentence`), so that they can be said again in another
    language. Texts that are put together of them remember it where that is done with ``format`` or ``+``."""
    spoken, kept = _language.set(ENGLISH), _remembering.set(True)
    try:
        yield
    finally:
        _remembering.reset(kept)
        _language.reset(spoken)


Made = str | int | float | list["Made"] | dict[str, "Made"]
"""What a sentence is made of, as JSON has it: a text as it is; a list of parts, one after the other; ``{"one": message id, "many": that of
the plural or "", "number": how many, "context": of a short word or "", "values": {name: ...}}``; ``{"capital": ...}``."""


class Sentence(str):
    """A sentence in English that knows what it is made of. In all else it is its text."""

    __slots__ = ("made",)
    made: Made

    def __new__(cls, text: str, made: Made) -> Sentence:
        """The text, and what it is made of."""
        self = super().__new__(cls, text)
        self.made = made
        return self

    def format(self, *places: object, **values: object) -> Sentence:
        """As of every text; the values are remembered."""
        if not isinstance(self.made, dict) or places:
            return Sentence(super().format(*places, **values), super().format(*places, **values))
        return Sentence(super().format(**values), {**self.made, "values": {name: _remembered(value) for name, value in values.items()}})

    def __str__(self) -> Sentence:
        """Itself: an error that is raised with it says it."""
        return self

    def __add__(self, other: str) -> Sentence:
        """One after the other."""
        return Sentence(super().__add__(other), [self.made, _remembered(other)])

    def __radd__(self, other: str) -> Sentence:
        """One after the other."""
        return Sentence(f"{other}{self:s}", [other, self.made])

    def changed(self, change: Callable[[str], str]) -> Sentence:
        """With every text that was put into it changed; the sentence itself stays."""
        made = _changed(self.made, change)
        return Sentence(said(made, ENGLISH), made)


def made_of(text: str) -> Made:
    """What a text is made of, for `said`: a text that is no sentence is made of itself."""
    return text.made if isinstance(text, Sentence) else text


def _remembered(value: object) -> Made:
    if isinstance(value, Sentence):
        return value.made
    return value if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _changed(made: Made, change: Callable[[str], str]) -> Made:
    match made:
        case str():
            return change(made)
        case list():
            return [_changed(part, change) for part in made]
        case {"capital": part}:
            return {"capital": _changed(part, change)}
        case dict() if isinstance(values := made["values"], dict):
            return made | {"values": {name: _changed(value, change) for name, value in values.items()}}
    return made


def said(made: Made, language: str) -> str:
    """The sentence in this language. Raises ValueError for what no sentence is made of."""
    match made:
        case str():
            return made
        case list():
            return "".join(said(part, language) for part in made)
        case {"capital": part}:
            return capital(said(part, language))
        case {"one": str(one), "many": str(many), "number": int(number), "context": str(context), "values": dict(values)}:
            catalogue = _catalogue(language)
            if many:
                text = catalogue.ngettext(one, many, number)
            else:
                text = catalogue.pgettext(context, one) if context else catalogue.gettext(one)
            given = {name: value if isinstance(value, int | float) else said(value, language) for name, value in values.items()}
            return text.format(**given) if given else text
    raise ValueError(f"no sentence: {type(made).__name__}")


def _sentence(one: str, many: str = "", number: int = 1, context: str = "") -> Sentence:
    return Sentence(many if many and number != 1 else one, {"one": one, "many": many, "number": number, "context": context, "values": {}})


def capital(text: str) -> str:
    """The text, its first letter a capital one."""
    large = f"{text[:1].upper()}{text[1:]}"
    return Sentence(large, {"capital": text.made}) if isinstance(text, Sentence) else large


def language() -> str:
    """The language that is spoken now."""
    return _language.get()


def language_of(environment: Mapping[str, str] = os.environ) -> str:
    """The language that a user's environment asks for, in the order of gettext; English when it asks for none that is spoken."""
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for wish in environment.get(variable, "").split(":"):
            spoken = wish.split("_")[0].split(".")[0].lower()
            if spoken in LANGUAGES:
                return spoken
            if spoken in ("c", "posix"):
                return ENGLISH
        if environment.get(variable):
            return ENGLISH
    return _of_windows() if sys.platform == "win32" else ENGLISH


_WINDOWS_LANGUAGES = {0x12: "ko"}
"""Primary language identifiers of Windows (LANGID, its low ten bits)."""


def _of_windows() -> str:
    """The language of the user's Windows, which sets no variable for it."""
    import ctypes  # for Windows alone

    try:
        langid: int = ctypes.windll.kernel32.GetUserDefaultUILanguage()  # type: ignore[attr-defined,unused-ignore]
    except (AttributeError, OSError):
        return ENGLISH
    return _WINDOWS_LANGUAGES.get(langid & 0x3FF, ENGLISH)


def _(text: str) -> str:
    """The sentence in the language of the reader. Values are put in afterwards: ``_("{label} is down").format(label=label)``."""
    if _remembering.get():
        return _sentence(text) if text else ""
    return _catalogue(_language.get()).gettext(text) if text else ""


def ngettext(one: str, many: str, number: int) -> str:
    """The same for a sentence with a number: ``ngettext("{n} device", "{n} devices", n).format(n=n)``."""
    if _remembering.get():
        return _sentence(one, many, number)
    return _catalogue(_language.get()).ngettext(one, many, number)


def pgettext(context: str, text: str) -> str:
    """The same for a short word that means two things: the context tells the translator which."""
    if _remembering.get():
        return _sentence(text, context=context) if text else ""
    return _catalogue(_language.get()).pgettext(context, text) if text else ""


def N_(text: str) -> str:
    """Marks a sentence for the catalogues where it is written down (a table, a constant); ``_`` translates it where it is used."""
    return text


def span(gap: timedelta) -> str:
    """``5 days 3 hours``; minutes below a day, seconds below an hour. ``gap`` is not negative."""
    days, hours, minutes = gap.days, gap.seconds // 3600, gap.seconds % 3600 // 60
    in_days = ngettext("{n} day", "{n} days", days).format(n=days)
    in_hours = ngettext("{n} hour", "{n} hours", hours).format(n=hours)
    if days:
        return f"{in_days} {in_hours}" if hours else in_days
    if hours:
        return f"{in_hours} " + ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes) if minutes else in_hours
    return ngettext("{n} second", "{n} seconds", gap.seconds).format(n=gap.seconds)
