"""Texts of rules: plain sentences with ``{dotted.path}``, ``{path|date}``, ``{path|days}``. Nothing else is understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

from analyzer.judge.errors import ExpressionError
from analyzer.judge.subjects import Subject, resolve
from analyzer.judge.vocabulary import ELEMENT, Kind, look_up
from analyzer.model.answer import Missing
from analyzer.model.finding import SubjectKind
from analyzer.rulefiles.node import did_you_mean, one_line
from analyzer.texts import N_, _, ngettext, span

MAX_LENGTH = 4_000
"""Characters of one text of a rule."""

MAX_VALUE = 600
"""Characters of a value from evidence within a text."""

MAX_LISTED = 12
"""Names of a list that are spelled out; the rest is counted."""

NOT_IN_EVIDENCE = N_("(not in the evidence)")

_PLACE = re.compile(r"\{([^{}]{0,200})\}")
_FORMATTERS: Mapping[str, Kind] = {"date": Kind.TIME, "days": Kind.TIME}


class Slot(Struct, frozen=True):
    """A place for a value."""

    path: str
    formatter: str


class Template(Struct, frozen=True):
    """A text with places for values. ``text`` is what was written, on one line; ``parts`` are its pieces in the language of the reader."""

    text: str
    parts: tuple[str | Slot, ...]

    @property
    def paths(self) -> frozenset[str]:
        """The paths that it shows."""
        return frozenset(part.path for part in self.parts if isinstance(part, Slot))

    def spoken(self, subject: SubjectKind) -> Template:
        """The same in the language that is spoken now. Raises `ExpressionError` for a translation that is no such text."""
        said = _(self.text)
        return self if said == self.text else Template(self.text, _parts(said, subject))

    def fill(self, subject: Subject, now: datetime) -> str:
        """The text for a subject. A value that is not in evidence is said to be so."""
        return "".join(part if isinstance(part, str) else _value(part, subject, now) for part in self.parts)


def compile_template(text: str, subject: SubjectKind) -> Template:
    """Read a text as it was written. Raises `ExpressionError` for a path or formatter that is not known, or a stray brace."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"the text is longer than {MAX_LENGTH} characters")
    written = one_line(text)
    return Template(written, _parts(written, subject))


def _parts(text: str, subject: SubjectKind) -> tuple[str | Slot, ...]:
    parts: list[str | Slot] = []
    pieces = _PLACE.split(text)
    for index, piece in enumerate(pieces):
        if index % 2:
            parts.append(_slot(piece, subject))
        elif "{" in piece or "}" in piece:
            raise ExpressionError("a brace without its partner; braces only hold paths, such as {device.label}")
        elif piece:
            parts.append(piece)
    return tuple(parts)


def _slot(inner: str, subject: SubjectKind) -> Slot:
    path, _bar, formatter = (part.strip() for part in inner.partition("|"))
    if ELEMENT in path:
        raise ExpressionError(f"'{path}' names an element of a list; only the list itself can be shown")
    word = look_up(subject, path)
    if formatter and formatter not in _FORMATTERS:
        raise ExpressionError(f"there is no formatter '{formatter}'{did_you_mean(formatter, _FORMATTERS)}")
    if formatter and word.kind is not _FORMATTERS[formatter]:
        raise ExpressionError(f"'{path}' is a {word.kind.value}, which '{formatter}' cannot show")
    if word.kind is Kind.THING or (word.kind is Kind.LIST and word.element is not None and word.element.kind is Kind.THING):
        near = sorted(word.fields or (word.element.fields if word.element else {}))
        raise ExpressionError(f"'{path}' has fields ({', '.join(near)}), so it cannot be shown as a whole")
    return Slot(path, formatter)


def _value(slot: Slot, subject: Subject, now: datetime) -> str:
    answer = resolve(subject, slot.path, now)
    if isinstance(answer, Missing):
        return _(NOT_IN_EVIDENCE)
    if slot.formatter == "days":
        return days_away(answer.value, now)
    return plain(answer.value)[:MAX_VALUE]


def plain(value: Any) -> str:
    """A value as people write it. Times in UTC, to the second."""
    match value:
        case bool():
            return _("yes") if value else _("no")
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        case timedelta():
            if abs(value) < timedelta(hours=1):
                return f"{value.total_seconds():g} s"
            return f"{'-' if value < timedelta(0) else ''}{span(abs(value))}"
        case tuple():
            names = ", ".join(plain(item) for item in value[:MAX_LISTED])
            rest = len(value) - MAX_LISTED
            return (_("{names} and {n} more").format(names=names, n=rest) if rest > 0 else names) or _("none")
    return str(value)


def days_away(moment: datetime, now: datetime) -> str:
    """How far a moment is from now, in whole days begun and ended: ``in 29 days``, ``3 days ago``, ``in less than a day``."""
    away = abs(moment - now).days
    if not away:
        return _("in less than a day") if moment >= now else _("less than a day ago")
    if moment >= now:
        return ngettext("in {n} day", "in {n} days", away).format(n=away)
    return ngettext("{n} day ago", "{n} days ago", away).format(n=away)
