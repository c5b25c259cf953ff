"""The grammar of one log line (field notes 2.1).

``<time> <host> SF-IMS[<pid>]: [<tid>] <process>:<module> [<LEVEL>] <message>``; in pasted excerpts the header may be missing, whole or in
part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

CLASSIC_TIME = r"[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d"
ISO_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|[+-]\d\d:?\d\d))?"

_TIME = re.compile(rf"\s*\[?(?P<classic>{CLASSIC_TIME})|\s*\[?(?P<iso>{ISO_TIME})")
_SYSLOG = re.compile(r"SF-IMS\[(?P<pid>\d{1,9})\]:?\s*(?:\[(?P<tid>\d{1,9})\])?\s*")
_PROCESS = re.compile(r"sftunneld?:(?P<module>[\w.-]{1,60})\s*(?:\[(?P<level>[A-Za-z]{2,9})\])?\s*")
_BARE = re.compile(r"\s*(?:\[(?P<tid>\d{1,9})\]\s*)?(?=sftunneld?:)")
_UNPREFIXED = ("Established connection to sftunnel", "HMAC verification reached timeout", "ShutDownPeer")
_ZONE = re.compile(r" ?([+-]\d\d):?(\d\d)$")


@dataclass(frozen=True, slots=True)
class Header:
    """One line of sftunnel, taken apart. ``classic`` holds month, day, hour, minute, second of a time without year."""

    time: datetime | None
    classic: tuple[int, int, int, int, int] | None
    time_text: str
    host: str
    pid: int | None
    tid: int | None
    level: str
    message: str
    zone_stated: bool


_MONTHS = {m: n for n, m in enumerate(("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1)}


def parse(line: str) -> Header | None:
    """A line of sftunnel; None for another process, another format, or text that only mentions it."""
    stamp = _TIME.match(line)
    after_time = stamp.end() if stamp else 0
    syslog = _SYSLOG.search(line, after_time)
    pid = tid = None
    host = ""
    if syslog is not None:
        pid = int(syslog["pid"])
        tid = int(syslog["tid"]) if syslog["tid"] else None
        host = line[after_time : syslog.start()].strip(" ]:")[:200]
        at = syslog.end()
    else:
        bare = _BARE.match(line, after_time)
        if bare is not None:
            tid = int(bare["tid"]) if bare["tid"] else None
            at = bare.end()
        else:
            found = next((i for words in _UNPREFIXED if (i := line.find(words)) >= 0), -1)
            between = line[after_time:found].strip() if found >= 0 else ""
            if found < 0 or (not stamp and between) or len(between.split()) > 4:
                return None
            at = found
    process = _PROCESS.match(line, at)
    if process is not None:
        level, message = process["level"] or "", line[process.end() :]
    elif line.startswith(_UNPREFIXED, at):
        level, message = "", line[at:]
    else:
        return None
    moment, classic, stated = _time(stamp)
    text = (stamp["classic"] or stamp["iso"]) if stamp else ""
    return Header(moment, classic, text, host, pid, tid, level.upper(), message.rstrip(), stated)


def _time(stamp: re.Match[str] | None) -> tuple[datetime | None, tuple[int, int, int, int, int] | None, bool]:
    if stamp is None:
        return None, None, False
    if stamp["classic"]:
        month, day, clock = stamp["classic"].split()
        hour, minute, second = (int(part) for part in clock.split(":"))
        if month not in _MONTHS or hour > 23 or minute > 59 or second > 60 or not 1 <= int(day) <= 31:
            return None, None, False
        return None, (_MONTHS[month], int(day), hour, minute, min(second, 59)), False
    text = stamp["iso"].replace(",", ".")
    zone = _ZONE.search(text)
    text = _ZONE.sub(r"\1:\2", text) if zone else text
    text = re.sub(r"\.(\d{1,6})\d*", lambda m: "." + m[1].ljust(6, "0"), text).replace(" Z", "Z")
    try:
        moment = datetime.fromisoformat(text)
        stated = moment.tzinfo is not None
        return (moment.astimezone(UTC) if stated else moment.replace(tzinfo=UTC)), None, stated
    except (ValueError, OverflowError):
        return None, None, False
