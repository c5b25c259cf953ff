"""Times, sizes and counts in words. Every time is shown in UTC and says so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from analyzer.model.location import Location
from analyzer.texts import _, ngettext, pgettext

_DAY = timedelta(days=1)


def moment(time: datetime) -> str:
    """``2026-09-20 04:10:47 UTC``; without a clock time when it is midnight sharp (a date was given)."""
    utc = time.astimezone(UTC)
    if utc == utc.replace(hour=0, minute=0, second=0, microsecond=0):
        return f"{utc:%Y-%m-%d} UTC"
    return f"{utc:%Y-%m-%d %H:%M:%S} UTC"


def openssl_time(time: datetime) -> str:
    """``Oct  9 10:12:50 2034 GMT``, as ``openssl x509 -text`` prints it, whatever the locale."""
    utc = time.astimezone(UTC)
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[utc.month - 1]
    return f"{month} {utc.day:2d} {utc:%H:%M:%S} {utc.year} GMT"


def distance(time: datetime, reference: datetime) -> str:
    """How far ``time`` lies from ``reference``: ``in 12 days``, ``64 days ago``, ``in less than a day``."""
    gap = time - reference
    days = abs(gap) // _DAY
    if gap < timedelta(0):
        return ngettext("{n} day ago", "{n} days ago", days).format(n=f"{days:,}") if days else _("less than a day ago")
    return ngettext("in {n} day", "in {n} days", days).format(n=f"{days:,}") if days else _("in less than a day")


def expiry(not_after: datetime, reference: datetime) -> str:
    """``expired 64 days ago`` or ``expires in 12 days``. A certificate is valid up to and including its last second."""
    gap = not_after - reference
    days = abs(gap) // _DAY
    if gap < timedelta(0):
        return (
            ngettext("expired {n} day ago", "expired {n} days ago", days).format(n=f"{days:,}")
            if days
            else _("expired less than a day ago")
        )
    return ngettext("expires in {n} day", "expires in {n} days", days).format(n=f"{days:,}") if days else _("expires in less than a day")


def listed(parts: Iterable[str]) -> str:
    """``a, b, c``: the one way to put the items of a list into a sentence."""
    return pgettext("between the items of a list", ", ").join(parts)


def spot(place: Location) -> str:
    """Where a piece of evidence stands within its file: packet, line or lines, byte, or the whole file."""
    if place.packet is not None:
        return _("packet {number}").format(number=place.packet)
    if place.line is not None:
        if place.last_line is not None and place.last_line != place.line:
            return _("line {first} to {last}").format(first=place.line, last=place.last_line)
        return _("line {number}").format(number=place.line)
    if place.offset is not None:
        return _("byte {number}").format(number=place.offset)
    return _("file")


def size(number: int) -> str:
    """Bytes in decimal units: ``0 bytes``, ``1.4 MB``."""
    if number < 1000:
        return ngettext("{n} byte", "{n} bytes", number).format(n=number)
    amount = float(number)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.95:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:.1f} TB"


def seconds(gap: timedelta) -> str:
    """``12.0 s``, with its sign."""
    return f"{gap.total_seconds():+.1f} s"
