"""Times as loggers, relays, exports and pages write them: a table of forms.

Of several times before a line the last is the appliance's: a relay and an export put theirs in front. A library that guesses any form
(dateutil, dateparser) takes host names and numbers for times, and day for month where they cannot be told apart; these forms are those that
syslog programs, exporters and the vendor's own viewers write.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from msgspec import Struct

from analyzer.read.zones import AMBIGUOUS, MINUTES

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: at for at, name in enumerate(_NAMES, start=1)}
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_ZONE = (
    r"(?P<%s>[zZ]|[+-]\d\d:?\d\d|[+-]\d\d|" + "|".join(sorted({*MINUTES, *AMBIGUOUS} - {"Z"}, key=len, reverse=True)) + r")(?![\w-]|:\S)"
)
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,:](?P<fraction>\d{1,9}))?(?![\d:])(?:\s?(?P<half>[ap]m)\b)?"
_BEFORE, _AFTER = _ZONE % "before", _ZONE % "after"


class Stamp(Struct, frozen=True):
    """A time as written. ``year`` is None where none is written; ``zone`` is the offset from UTC in minutes, None when none is written.

    ``zone_name`` is the name of a zone whose offset cannot be known ("CST"), else "". ``ambiguous``: day and month cannot be told apart.
    """

    text: str
    year: int | None
    month: int
    day: int
    hour: int
    minute: int
    second: int
    microsecond: int = 0
    zone: int | None = None
    zone_name: str = ""
    ambiguous: bool = False


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    """Made when the first time is met that is not the plain one: they take longer to make than a small log to read."""
    return (
        # Sep 20 04:10:47; with a year before, behind the day or behind the time; with a zone; SEP; 12 hours
        _form(
            rf"(?<![a-z\d-])(?:(?P<early>\d{{4}})[ -])?{_MONTH}[ -]{{1,2}}(?P<day>\d{{1,2}}),?"
            rf"(?:[ -](?P<year>\d{{4}}),?)?[ T:]{{1,3}}{_CLOCK}"
            rf"(?: ?{_BEFORE})?(?: (?P<late>\d{{4}})(?![\d.:-]))?(?: {_AFTER})?"
        ),
        # 2024-09-20T04:10:47.250+09:00, 2024/09/20 04:10:47, 2024.09.20_04:10:47
        _form(rf"(?<!\d)(?P<year>\d{{4}})[-/.](?P<number>\d\d)[-/.](?P<day>\d\d)[T ,_]{{1,2}}{_CLOCK}(?:\s?{_AFTER})?"),
        # 20 Sep 2024 04:10:47, 20/Sep/2024:04:10:47 +0200, 20-Sep-2024 04:10:47.123
        _form(rf"(?<![\d-])(?P<day>\d{{1,2}})[ /.-]{_MONTH}[ /.,-]{{1,2}}(?P<year>\d{{4}})[ T:,]{{1,2}}{_CLOCK}(?:\s?{_AFTER})?"),
        # 20.09.2024 04:10:47
        _form(rf"(?<![\d.])(?P<day>\d{{1,2}})\.(?P<number>\d{{1,2}})\.(?P<year>\d{{4}}),?[ T]{{1,2}}{_CLOCK}(?:\s?{_AFTER})?"),
        # 09/20/2024 04:10:47 or 20/09/2024 04:10:47
        _form(rf"(?<![\d/-])(?P<one>\d{{1,2}})[/-](?P<other>\d{{1,2}})[/-](?P<year>\d{{4}}),?[ T]{{1,2}}{_CLOCK}(?:\s?{_AFTER})?"),
        # MSGS: 09-20 04:10:47, as pigtail writes
        _form(rf"(?<![\w/.-])(?P<number>\d\d)[-/](?P<day>\d\d)[ T]{_CLOCK}"),
        # 20240920T041047Z
        _form(
            r"(?<!\d)(?P<year>\d{4})(?P<number>\d\d)(?P<day>\d\d)[T ](?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)"
            r"(?:\.(?P<fraction>\d{1,9}))?(?!\d)"
            rf"(?:{_AFTER})?"
        ),
    )


_EPOCH = re.compile(r"(?<![\w.:-])(?P<seconds>1\d{9}|2[01]\d{8})(?:\.(?P<fraction>\d{1,9})|(?P<more>\d{3}|\d{6}))?(?![\w:-]|\.\d)")
_FIRST_LOOK = re.compile(
    rf"({'|'.join(name.title() for name in _NAMES)}) {{1,2}}(\d{{1,2}}) (\d\d):(\d\d):(\d\d) (?=[A-Za-z][\w.-]{{0,62}} $)"
)
"""Nearly every line: the plain form, and one host behind it. ``(?=...)`` leaves the host."""


def last_stamp(prefix: str) -> tuple[Stamp, int] | None:
    """The last time in what stands before a line, and where it ends; None when no time is understood."""
    plain = _FIRST_LOOK.match(prefix)
    if plain is not None:
        month, day, hour, minute, second = plain.groups()
        text = plain[0].rstrip()
        return Stamp(text, None, _MONTHS[month.lower()], int(day), int(hour), int(minute), int(second)), plain.end()
    best: tuple[int, int, Callable[[re.Match[str]], Stamp], re.Match[str]] | None = None
    for form in _forms():
        for found in form.finditer(prefix):
            if best is None or (found.end(), -found.start()) > best[:2]:
                best = (found.end(), -found.start(), _stamp, found)
    if best is None:
        for found in _EPOCH.finditer(prefix):
            best = (found.end(), -found.start(), _epoch, found)
    return None if best is None else (best[2](best[3]), best[0])


def _stamp(found: re.Match[str]) -> Stamp:
    said = found.groupdict()
    year = said.get("year") or said.get("early") or said.get("late")
    month = _MONTHS[said["month"].lower()] if said.get("month") else int(said.get("number") or 0)
    day = int(said.get("day") or 0)
    ambiguous = False
    if said.get("one"):
        one, other = int(said["one"]), int(said["other"])
        month, day = (other, one) if one > 12 else (one, other)
        ambiguous = one <= 12 and other <= 12 and one != other
    hour = int(said["hour"])
    if said.get("half"):
        hour = hour % 12 + (12 if said["half"].lower() == "pm" else 0)
    zone, zone_name = _zone(said.get("after") or said.get("before") or "")
    return Stamp(
        found[0].strip(),
        int(year) if year else None,
        month,
        day,
        hour,
        int(said["minute"]),
        int(said["second"]),
        _micro(said.get("fraction")),
        zone,
        zone_name,
        ambiguous,
    )


def _epoch(found: re.Match[str]) -> Stamp:
    moment = datetime.fromtimestamp(int(found["seconds"]), UTC)
    return Stamp(
        found[0],
        moment.year,
        moment.month,
        moment.day,
        moment.hour,
        moment.minute,
        moment.second,
        _micro(found["fraction"] or found["more"]),
        zone=0,
    )


def _micro(fraction: str | None) -> int:
    return int((fraction or "0")[:6].ljust(6, "0"))


def _zone(text: str) -> tuple[int | None, str]:
    """Minutes east of UTC, and the name of a zone that says no more than its name."""
    if not text:
        return None, ""
    if text[0] in "+-":
        digits = text[1:].replace(":", "")
        minutes = int(digits[:2]) * 60 + int(digits[2:4] or 0)
        return (-minutes if text[0] == "-" else minutes), ""
    minutes_of = MINUTES.get(text.upper())
    return minutes_of, "" if minutes_of is not None else text.upper()
