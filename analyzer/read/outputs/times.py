"""Times as command outputs write them. A time without zone is taken as UTC; one in a zone whose offset cannot be known is no time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from analyzer.read.zones import MINUTES

_MONTHS = {name: at + 1 for at, name in enumerate(("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"))}
_ZONE = r"(?:[ ]{1,3}(?P<%s>[A-Z]{1,5}|[+-]\d{4})(?![A-Za-z0-9]))?"
_CTIME = re.compile(
    r"(?<![A-Za-z])(?P<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ ]{1,3}(?P<day>\d{1,2})[ ]{1,3}"
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)" + _ZONE % "before" + r"[ ]{1,3}(?P<year>\d{4})(?!\d)" + _ZONE % "after"
)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_ASN1 = re.compile(r"(\d{2}|\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z")


def ctime(text: str) -> datetime | None:
    """The first ``Mon Jun 15 09:21:57 2020 UTC`` (week day and zone optional, ``date`` order too) in a text, in UTC, or None."""
    found = _CTIME.search(text)
    if found is None:
        return None
    zone = _zone(found["after"] or found["before"] or "UTC")
    if zone is None:
        return None
    try:
        local = datetime(
            int(found["year"]),
            _MONTHS[found["month"]],
            int(found["day"]),
            int(found["hour"]),
            int(found["minute"]),
            int(found["second"]),
            tzinfo=zone,
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def iso(text: str) -> datetime | None:
    """The ``2024-11-12 14:07:36`` that a text begins with, taken as UTC, or None."""
    found = _ISO.match(text)
    return _utc(*found.groups()) if found is not None else None


_NOTE = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d\d)[-/.](?P<day>\d\d)[T ,]{1,2}(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?:[.,]\d{1,9})?"
    r"(?: ?(?P<zone>Z|[A-Z]{3,4}|[+-]\d\d:?\d\d)(?![A-Za-z0-9]))?"
)


def note_stamp(text: str) -> datetime | None:
    """The moment that a note wrote before a line (``[2026-11-23 00:12:00]``), in UTC (without a zone: as UTC), or None."""
    found = _NOTE.search(text)
    if found is None:
        return None
    zone = _zone((found["zone"] or "UTC").replace(":", ""))
    try:
        parts = [int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")]
        return None if zone is None else datetime(*parts[:6], tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type, misc]
    except (ValueError, OverflowError):
        return None


def zulu(text: str) -> datetime | None:
    """A ``2026-09-22 12:16:56Z`` (OpenSSL's ``-dateopt iso_8601``) that a text begins with, in UTC, or None."""
    found = _ISO.match(text)
    return _utc(*found.groups()) if found is not None and text[found.end() : found.end() + 1] == "Z" else None


def asn1(text: str) -> datetime | None:
    """A UTCTime or GeneralizedTime (``240829000000Z``, ``20240829000000Z``), in UTC, or None. Two-digit years as in RFC 5280."""
    found = _ASN1.fullmatch(text)
    if found is None:
        return None
    year, *rest = found.groups()
    if len(year) == 2:
        year = f"{'20' if int(year) < 50 else '19'}{year}"
    return _utc(year, *rest)


def _utc(*parts: str) -> datetime | None:
    year, month, day, hour, minute, second = (int(part) for part in parts)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _zone(name: str) -> timezone | None:
    minutes = MINUTES.get(name.upper())
    if minutes is not None:
        return timezone(timedelta(minutes=minutes))
    if name[0] in "+-":
        hours, minutes = int(name[1:3]), int(name[3:5])
        if hours < 24 and minutes < 60:
            offset = timedelta(hours=hours, minutes=minutes)
            return timezone(-offset if name[0] == "-" else offset)
    return None
