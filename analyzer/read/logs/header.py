"""The head of a log line: time, host, process and thread (field notes 2.1).

``<syslog time> <host> SF-IMS[<pid>]: [<tid>] <process>:<module> [<LEVEL>] <message>``; hosts with spaces or none, a path in front
(``grep`` over several files), times of every form (`stamps`), RFC 5424 (``SF-IMS 50792 - -``), ``sftunneld[50792]:``, rows of an export,
JSON with one event per line, and lines that begin at the process name all occur.

What stands between the time and the process is a host only where it looks like one: without a time that is understood nobody is named.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

import msgspec
from msgspec import Struct

from analyzer.read.logs.stamps import Stamp, last_stamp

_IMS = re.compile(
    r"SF-IMS\[(\d{1,10})\]\s{0,2}:?\s{0,3}(?:\[(\d{1,10})\]\s{0,3})?sftunneld?:(\w{0,40})\s{0,3}(?:\[([A-Za-z]{1,10})\]?)?\s{0,2}(.*)"
)
_OTHER_IMS = re.compile(
    r"SF-IMS\s{0,2}(?:\[?(?P<pid>\d{1,10})\]?)?\s{0,2}:?\s{0,3}(?:-\s{1,3}(?:-|\[[^\]]{0,200}\])\s{1,3})?(?:\[(?P<tid>\d{1,10})\]\s{0,3})?"
    r"sftunneld?\s?:\s?(?P<module>\w{0,40})\s{0,3}(?:\[(?P<level>[A-Za-z]{1,10})\]?)?\s{0,2}(?P<message>.*)"
)
"""RFC 5424, and what a reader of pictures or a person made of the form above."""
_OWN_NAME = re.compile(
    r"(?<![\w./:-])(?<!kernel: )sftunneld?\[(?P<pid>\d{1,10})\]\s?:\s{0,3}(?:\[(?P<tid>\d{1,10})\]\s{0,3})?(?:sftunneld?:)?"
    r"(?P<module>sf_\w{1,40}|\w{1,40}(?=\s\[))?"
    r"\s{0,3}(?:\[(?P<level>[A-Za-z]{1,10})\])?\s{0,2}(?P<message>.*)"
)
"""``sftunneld[50792]:`` as other loggers write the process."""
_HEADERLESS = re.compile(r"(?:(?<=\s)|(?<=\")|^)sftunneld?\s?:(\w{1,40})\s{1,3}\[([A-Z]{1,10})\]\s{0,2}(.*)")
_PROCESS = re.compile(r"(?<=\s)(?P<name>[\w./-]{1,60})(?:\[\d{1,10}\])?:\s{1,3}")
_TRAILING_IDS = re.compile(r"(?:\[(\d{1,10})\])?:?\s{0,3}\[(\d{1,10})\]:?\s{0,3}$")

_PREFIX_CHARACTERS = 400
_SHORT = 300
"""Characters of a line of which its parts are remembered. So what is remembered stays small."""
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_-]{1,63}){0,8}")
_HOST_WORDS = 3
_HOST_CHARACTERS = 63
_NO_HOST = re.compile(
    r"<\d{1,3}>\d?|-+|:|%\S+|\(?none\)?|(?:local\d|daemon|user|kern|auth|syslog)\.\w{1,10}|SF-IMS|sftunneld?|[|,;\"']+", re.IGNORECASE
)
_QUOTED_HOST = re.compile(
    r"[\"']?(?:host(?:name)?|device|_hostname|source|appliance)[\"']?\s{0,2}[:=]\s{0,2}[\"']?([A-Za-z0-9_.:-]{1,253})", re.IGNORECASE
)


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
    if text.startswith("{"):
        opened = _opened(text)
        if opened is not None:
            text = opened
    start = text.find("SF-IMS[")
    parts = _parts(text[start:]) if start >= 0 else None
    if parts is None and start >= 0:
        found = _IMS.search(text, start)
        start, parts = (found.start(), _parts(text[found.start() :])) if found is not None else (start, None)
    if parts is not None:
        pid, tid, module, level, message = parts
        stamp, host = _before(text[:start][-_PREFIX_CHARACTERS:])
        return Header(stamp, host, pid, tid, module, level, _message(text, start, message))
    for pattern in (_OTHER_IMS, _OWN_NAME):
        found = pattern.search(text)
        if found is not None:
            stamp, host = _before(text[: found.start()][-_PREFIX_CHARACTERS:])
            return Header(
                stamp,
                host,
                int(found["pid"]) if found["pid"] else None,
                int(found["tid"]) if found["tid"] else None,
                found["module"] or "",
                (found["level"] or "").upper(),
                _message(text, found.start(), found["message"]),
            )
    return None if "SF-IMS[" in text else _headerless(text)


def _parts(text: str) -> tuple[int, int | None, str, str, str] | None:
    """Process, thread, module, level and message of a line from ``SF-IMS[`` on."""
    return _short_parts(text) if len(text) <= _SHORT else _any_parts(text)


def _any_parts(text: str) -> tuple[int, int | None, str, str, str] | None:
    found = _IMS.match(text)
    if found is None:
        return None
    pid, tid, module, level, message = found.groups()
    return int(pid), int(tid) if tid else None, module, (level or "").upper(), message


_short_parts = lru_cache(maxsize=8192)(_any_parts)
"""A log says the same at other times."""


def parse_other(text: str) -> Header | None:
    """The parts of a line of any other process, None where no time stands before it. ``module`` is the name of the process."""
    found = last_stamp(text[:_PREFIX_CHARACTERS])
    if found is None:
        return None
    stamp, end = found
    process = _PROCESS.search(text, end)
    if process is None:
        return None
    return Header(stamp, host_of(text[end : process.start()]), None, None, process["name"], "", text[process.end() :].strip())


def _headerless(text: str) -> Header | None:
    found = _HEADERLESS.search(text)
    if found is None:
        return None
    module, level, message = found.groups()
    before = text[: found.start()][-_PREFIX_CHARACTERS:]
    ids = _TRAILING_IDS.search(before)
    stamp, host = _before(before[: ids.start()] if ids is not None else before)
    pid = ids[1] if ids is not None else None
    tid = ids[2] if ids is not None else None
    return Header(stamp, host, int(pid) if pid else None, int(tid) if tid else None, module, level, _message(text, found.start(), message))


def _message(text: str, start: int, message: str) -> str:
    """The message; of one that stands in a quoted cell of an export, what is before the closing quote."""
    if '"' in message and text.count('"', 0, start) % 2:
        cell = re.match(r"(?:[^\"]|\"\")*", message)
        message = cell[0].replace('""', '"') if cell is not None else message
    return message.strip()


@lru_cache(maxsize=1024)
def _before(prefix: str) -> tuple[Stamp | None, str]:
    """The time and the host in what stands before ``SF-IMS[``: the same for all lines of one second."""
    found = last_stamp(prefix)
    if found is None:
        return None, ""
    stamp, end = found
    return stamp, host_of(prefix[end:]) or _quoted_host(prefix)


def _quoted_host(prefix: str) -> str:
    names = _QUOTED_HOST.findall(prefix) if "=" in prefix or '"' in prefix else ()
    return host_of(names[-1]) if names else ""


def host_of(text: str) -> str:
    """The host that stands between a time and the process, "" when what stands there does not look like one."""
    if len(text) > 2 * _HOST_CHARACTERS + 253:
        return ""
    words = [word for part in text.split() if (word := part.strip(":,;|\"'[]()")) and _NO_HOST.fullmatch(part) is None]
    while len(words) > 1 and _is_address(words[0]):
        del words[0]  # a relay writes the sender's address before the name
    if not words or len(words) > _HOST_WORDS or not all(_NAME.fullmatch(word) or _is_address(word) for word in words):
        return ""
    name = " ".join(words)
    if len(words) > 1 and len(name) > _HOST_CHARACTERS:
        return ""
    return name if any(map(str.isalpha, name)) or _is_address(name) else ""


@lru_cache(maxsize=256)
def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


_TIMES = ("@timestamp", "timestamp", "time", "_time", "ts", "date", "eventtime", "__realtime_timestamp", "_source_realtime_timestamp")
_HOSTS = ("host", "hostname", "_hostname", "device", "device_name", "syslog_host", "source_host", "agent", "source")
_IDENTIFIERS = ("syslog_identifier", "program", "appname", "app_name", "process", "ident")
_NUMBERS = ("syslog_pid", "_pid", "pid", "procid", "process_id")


def _opened(text: str) -> str | None:
    """A line that is one JSON object (journalctl, Elastic, Splunk), as the line of syslog that it was; None for anything else."""
    try:
        fields = msgspec.json.decode(text.rstrip(", \t"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    if isinstance(fields.get("result"), dict):
        fields = fields["result"]
    named = {str(key).lower(): value for key, value in fields.items()}
    message = next((value for value in (*_texts(named), *fields.values()) if isinstance(value, str) and "sftunnel" in value), "")
    if not message:
        return None
    message = message.replace("\n", " ")
    if "SF-IMS" in message and last_stamp(message[:60]) is not None:
        return message
    host = next((name for key in _HOSTS if (name := _name(named.get(key)))), "")
    moment = next((str(named[key]) for key in _TIMES if isinstance(named.get(key), str | int | float)), "")
    if "SF-IMS" not in message:
        identifier = next((str(named[key]) for key in _IDENTIFIERS if isinstance(named.get(key), str)), "SF-IMS")
        number = next((str(named[key]) for key in _NUMBERS if isinstance(named.get(key), str | int)), "")
        message = f"{identifier if identifier.startswith(('SF-IMS', 'sftunnel')) else 'SF-IMS'}[{number or 0}]: {message}"
    return f"{moment} {host} {message}"


def _texts(named: dict[str, object]) -> list[object]:
    return [named.get(key) for key in ("message", "msg", "_raw", "raw", "log", "line", "event")]


def _name(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("name") or value.get("hostname")
    return value if isinstance(value, str) else ""
