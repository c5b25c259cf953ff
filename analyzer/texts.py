"""Sentences for people, in the language of the reader. English is the message id; other languages come from `locale/` (gettext).

Evidence, commands, names of rules and everything a machine reads are never translated. The language belongs to one run: `speaking`
sets it, the result carries it, and the renderers speak the language of the result that they are given.
"""

from __future__ import annotations

import gettext as catalogues
import os
import sys
from collections.abc import Iterator, Mapping
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
    return _catalogue(_language.get()).gettext(text) if text else ""


def ngettext(one: str, many: str, number: int) -> str:
    """The same for a sentence with a number: ``ngettext("{n} device", "{n} devices", n).format(n=n)``."""
    return _catalogue(_language.get()).ngettext(one, many, number)


def pgettext(context: str, text: str) -> str:
    """The same for a short word that means two things: the context tells the translator which."""
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
