"""A time zone that a person names: an offset from UTC, or a name of the IANA time zone database."""

from __future__ import annotations

import re
from datetime import UTC, timedelta, timezone, tzinfo

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,30}(?:/[A-Za-z0-9_+-]{1,30}){1,2}")
_MOST_HOURS = 14


def time_zone(text: str) -> tzinfo | None:
    """The zone, None for what is none. A bare abbreviation (CST, IST) is none: several zones are written so."""
    if text.upper() in ("UTC", "GMT", "Z"):
        return UTC
    offset = _OFFSET.fullmatch(text)
    if offset is not None:
        shift = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(-shift if offset[1] == "-" else shift) if shift <= timedelta(hours=_MOST_HOURS) else None
    if _NAME.fullmatch(text) is None:
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # few cases state a zone

    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
