"""The head of a log line: time, host, process and thread (field notes 2.1).

``<syslog time> <host> SF-IMS[<pid>]: [<tid>] <process>:<module> [<LEVEL>] <message>``; hosts with spaces or none, a path in front
(``grep`` over several files), ISO times, and lines that begin at the process name all occur.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

_IMS = re.compile(
    r"SF-IMS\[(\d{1,10})\]\s{0,2}:?\s{0,3}(?:\[(\d{1,10})\]\s{0,3})?sftunneld?:(\w{0,40})\s{0,3}(?:\[([A-Za-z]{1,10})\]?)?\s{0,2}(.*)"
)
_HEADERLESS = re.compile(r"(?:(?<=\s)|^)sftunneld?:(\w{1,40})\s{1,3}\[([A-Z]{1,10})\]\s{0,2}(.*)")
_TRAILING_IDS = re.compile(r"(?:\[(\d{1,10})\])?:?\s{0,3}\[(\d{1,10})\]:?\s{0,3}$")

_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: at for at, name in enumerate(_NAMES, start=1)}
_CLASSIC = re.compile(r"(?<![A-Za-z])(" + "|".join(_NAMES) + r")\s{1,2}(\d{1,2})(?:\s(\d{4}))?\s(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?!\d)")
_ISO = re.compile(
    r"(?<!\d)(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?!\d)(?:(Z)(?!\w)|\s?([+-])(\d\d):?(\d\d)(?!\d))?"
)
_PREFIX_CHARACTERS = 400


class Stamp(Struct, frozen=True):
    """A time as written. ``year`` is None in classic syslog; ``zone`` is the offset from UTC in minutes, None when none is written."""

    text: str
    year: int | None
    month: int
    day: int
    hour: int
    minute: int
    second: int
    microsecond: int = 0
    zone: int | None = None


class Header(Struct, frozen=True):
    """The parts of a line of sftunnel. ``stamp`` is None, ``host`` "" and the numbers None where the line does not have them."""

    stamp: Stamp | None
    host: str
    pid: int | None
    tid: int | None
    module: str
    level: str
    message: str


def parse(text: str) -> Header | None:
    """The parts of a line of sftunnel, None for a line of any other process."""
    found = _IMS.search(text)
    if found is not None:
        pid, tid, module, level, message = found.groups()
        stamp, host = _before(text[: found.start()][-_PREFIX_CHARACTERS:])
        return Header(stamp, host, int(pid), int(tid) if tid else None, module, (level or "").upper(), message.strip())
    if "SF-IMS[" in text:
        return None
    found = _HEADERLESS.search(text)
    if found is None:
        return None
    module, level, message = found.groups()
    before = text[: found.start()][-_PREFIX_CHARACTERS:]
    ids = _TRAILING_IDS.search(before)
    stamp, host = _before(before[: ids.start()] if ids is not None else before)
    pid = ids[1] if ids is not None else None
    tid = ids[2] if ids is not None else None
    # Prose before the process name is no host: only what follows a time is one.
    return Header(
        stamp, host if stamp is not None else "", int(pid) if pid else None, int(tid) if tid else None, module, level, message.strip()
    )


@lru_cache(maxsize=1024)
def _before(prefix: str) -> tuple[Stamp | None, str]:
    """The time and the host in what stands before ``SF-IMS[``: the same for all lines of one second."""
    found = _CLASSIC.search(prefix)
    if found is not None:
        month, day, year, hour, minute, second = found.groups()
        stamp = Stamp(found[0], int(year) if year else None, _MONTHS[month], int(day), int(hour), int(minute), int(second))
        return stamp, prefix[found.end() :].strip()
    found = _ISO.search(prefix)
    if found is None:
        return None, prefix.strip()
    year, month, day, hour, minute, second, fraction, utc, sign, zone_hours, zone_minutes = found.groups()
    zone = 0 if utc else None
    if sign:
        zone = (int(zone_hours) * 60 + int(zone_minutes)) * (-1 if sign == "-" else 1)
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    stamp = Stamp(found[0], int(year), int(month), int(day), int(hour), int(minute), int(second), micro, zone)
    return stamp, prefix[found.end() :].strip()
