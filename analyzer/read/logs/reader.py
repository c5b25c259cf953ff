"""From the lines of a text to log events, in order."""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from msgspec import Struct

from analyzer.model.log import LogEvent, LogKind
from analyzer.read.context import ReadContext
from analyzer.read.logs import years
from analyzer.read.logs.catalogue import Meaning, catalogue
from analyzer.read.logs.header import Header, parse, parse_other
from analyzer.read.logs.openssl_errors import EXTENSION_NOT_RECEIVED, alert_and_reason, verify_code_of
from analyzer.read.logs.stamps import Stamp
from analyzer.read.secrets import Withheld
from analyzer.read.text import QUOTE_CHARACTERS, Line, Text
from analyzer.texts import _

_UUID = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
_PEER = re.compile(
    rf"(?<![\w.:-])(?:(?P<uuid>{_UUID})(?![\w-])"
    r"|(?P<four>\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?!\w|\.\d)"
    r"|(?P<six>[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:]))"
)
_PORT = re.compile(r":\d{1,5}$")
UUID_ALONE = re.compile(_UUID)
_PUSHED_TO = re.compile(rf"pushing .{{1,400}}? to ({_UUID})(?![\w-])")
_NAMES_A_PEER = {
    LogKind.INITIATING,
    LogKind.WAITING,
    LogKind.TCP_CONNECTED,
    LogKind.HANDSHAKE_FAILED,
    LogKind.VERIFICATION_STATUS,
    LogKind.CONNECTION_FAILED,
    LogKind.CONNECTION_REFUSED,
    LogKind.CONNECTION_TIMED_OUT,
    LogKind.ACCEPTED,
    LogKind.ESTABLISHED,
    LogKind.HMAC_TIMEOUT,
    LogKind.HEARTBEAT_LOST,
    LogKind.PEER_SHUTDOWN,
    LogKind.POST_HANDSHAKE_REFUSED,
    LogKind.RECONNECT_NEEDED,
    LogKind.NOTED,
}
_TROUBLE = {"ERROR", "WARN", "WARNING", "FATAL", "CRITICAL"}
_NEAR_A_PEER = re.compile(
    rf"\b(?:peer|to|from|with|for|device|host)\s{{0,2}}:?\s{{0,2}}['\"(<\[]?(?P<peer>{_UUID}|\d{{1,3}}(?:\.\d{{1,3}}){{3}}|[0-9A-Fa-f]{{0,4}}(?::[0-9A-Fa-f]{{0,4}}){{2,7}})"
    r"(?![\w:-]|\.\d)",
    re.IGNORECASE,
)
"""Where a wording is not known, only such a word makes an address that of a peer: the appliance names its own as well."""
_DECISIVE = {
    LogKind.VERIFY_ERROR,
    LogKind.SSL_ERROR,
    LogKind.HANDSHAKE_FAILED,
    LogKind.VERIFICATION_STATUS,
    LogKind.VERIFY_CALLBACK,
    LogKind.CONNECTION_FAILED,
    LogKind.CONNECTION_REFUSED,
    LogKind.CONNECTION_TIMED_OUT,
    LogKind.ESTABLISHED,
    LogKind.HMAC_TIMEOUT,
    LogKind.HEARTBEAT_LOST,
    LogKind.PEER_SHUTDOWN,
    LogKind.POST_HANDSHAKE_REFUSED,
    LogKind.SERVICES_FAILED,
    LogKind.RECONNECT_NEEDED,
    LogKind.PEER_ERROR,
    LogKind.PROCESS_ENDED,
}
"""Kinds of lines that an attempt or a finding may rest on: these keep the lines around them."""
_ENDED_CHARACTERS = 1_000
_MARGIN_LINES = 4
_MARGIN_LOSS = 5


class _Found(Struct, frozen=True):
    """A line of sftunnel, its time still without a year. ``index`` is its place in the text. ``ended``: it is a line of another process, by
    which sftunnel ended."""

    index: int
    line: Line
    header: Header
    ended: bool = False


def read(text: Text, context: ReadContext) -> Iterator[LogEvent]:
    """The events of sftunnel in a text, in its order. Lines of other processes give nothing."""
    if text.whole and not text.has(*catalogue().literals):
        return
    found = list(_lines(text))
    times = _times(found, text.modified, context.as_of)
    margin = _margin(found)
    for entry, (moment, assumed) in zip(found, times, strict=True):
        yield _event(text, entry, moment, assumed, margin)


def _lines(text: Text) -> Iterator[_Found]:
    """Lines with a header, and in a whole text the bare messages that only sftunnel writes."""
    certificate_error_at = -10
    withheld = Withheld(log=True)
    known = catalogue()
    may_end = text.has(*(literal.lower().encode() for literal in known.ended_literals))
    for index, line in enumerate(text.lines):
        if "sftunnel" in line.text:
            line = withheld.line(line)
            header = parse(line.text)
            if header is not None:
                yield _Found(index, line, header)
                continue
            if known.is_ended(line.text[:_ENDED_CHARACTERS]):
                other = parse_other(line.text)
                if other is not None:
                    yield _Found(index, line, other, ended=True)
                    continue
        elif may_end and any(literal in line.text for literal in known.ended_literals) and known.is_ended(line.text[:_ENDED_CHARACTERS]):
            other = parse_other(line.text)
            if other is not None:
                yield _Found(index, withheld.line(line), other, ended=True)
                continue
        if not text.whole:
            continue
        message = line.text.strip()
        if message[:1] not in known.bare_firsts:
            continue
        names = message.startswith(("issuer", "subject")) and line.number - certificate_error_at <= 2
        if names or known.is_bare(message):
            if message.startswith("-Error with"):
                certificate_error_at = line.number
            line = withheld.line(line)
            yield _Found(index, line, Header(None, "", None, None, "", "", line.text.strip()))


def _event(text: Text, entry: _Found, moment: datetime | None, assumed: str, margin: int) -> LogEvent:
    header, message = entry.header, entry.header.message
    at_margin = len(entry.line.text) >= margin - _MARGIN_LOSS if margin else False
    said = (
        _ENDED
        if entry.ended
        else (_said if len(message) <= QUOTE_CHARACTERS else _what_is_said)(message, header.level, cut=entry.line.cut or at_margin)
    )
    return LogEvent(
        kind=said.kind,
        time=moment,
        time_text=header.stamp.text if header.stamp is not None else "",
        time_assumed=assumed,
        no_zone=entry.header.stamp is not None and entry.header.stamp.zone is None,
        host=header.host,
        pid=header.pid,
        tid=header.tid,
        level=header.level,
        message=message[:QUOTE_CHARACTERS],
        evidence=text.evidence(entry.line, near=(entry.index, entry.index) if said.decisive else None),
        peer=said.peer,
        verify_code=said.code,
        verify_text=said.verify_text,
        depth=said.depth,
        alert=said.alert,
        reason=said.reason,
        name=said.name,
        cut=said.cut,
    )


class _Said(Struct, frozen=True):
    """What a message gives, whenever and by whomever it is written."""

    kind: LogKind
    peer: str
    code: int | None
    verify_text: str
    depth: int | None
    alert: int | None
    reason: int | None
    name: str
    cut: bool
    decisive: bool


_ENDED = _Said(LogKind.PROCESS_ENDED, "", None, "", None, None, None, "", cut=False, decisive=True)


def _what_is_said(message: str, level: str, *, cut: bool) -> _Said:
    meaning = catalogue().classify(message)
    cut = meaning.cut or cut
    alert = reason = None
    if "error:" in message or "alert" in message:
        alert, reason = alert_and_reason(message)
    code = meaning.verify_code
    if code is None and meaning.kind is LogKind.VERIFICATION_STATUS:
        code = verify_code_of(meaning.verify_text)
    kind, peer = meaning.kind, _peer(message, meaning, cut)
    if kind is LogKind.POST_HANDSHAKE_REFUSED and reason is None:
        reason = EXTENSION_NOT_RECEIVED
    if kind is LogKind.OTHER and (alert is not None or reason is not None):
        kind = LogKind.SSL_ERROR
    elif kind is LogKind.OTHER and peer and level == "ERROR":
        kind = LogKind.PEER_ERROR
    decisive = kind in _DECISIVE or alert is not None or reason is not None
    return _Said(kind, peer, code, meaning.verify_text, meaning.depth, alert, reason, meaning.name, cut, decisive)


_said = lru_cache(maxsize=4096)(_what_is_said)
"""A log says the same again and again. For short messages only: so what is kept stays small."""


def _peer(message: str, meaning: Meaning, cut: bool) -> str:
    """The address or UUID that a line names. One that touches the margin of a cut line may lack its end: it is not believed."""
    if meaning.kind is LogKind.FILE_TRANSFER:
        pushed = _PUSHED_TO.search(message[:1000])
        return pushed[1].lower() if pushed is not None else ""
    if meaning.peer:
        return _address(meaning.peer) or (meaning.peer.lower() if UUID_ALONE.fullmatch(meaning.peer) else meaning.peer)
    if meaning.kind is LogKind.OTHER:
        near = _NEAR_A_PEER.search(message[:1000])
        if near is None or (cut and near.end() == len(message)):
            return ""
        return near["peer"].lower() if UUID_ALONE.fullmatch(near["peer"]) else _address(near["peer"])
    if meaning.kind not in _NAMES_A_PEER:
        return ""
    for found in _PEER.finditer(message[:1000]):
        if cut and found.end() == len(message):
            return ""
        if found["uuid"]:
            return found["uuid"].lower()
        written = found["four"] or found["six"]
        if found["six"] and message[found.end() : found.end() + 4] in ("/tcp", "/udp"):
            written = _PORT.sub("", written)  # 2001:db8::7:8305/tcp
        address = _address(written)
        if address:
            return address
    return ""


@lru_cache(maxsize=1024)
def _address(text: str) -> str:
    """The address in its usual form, "" when it is none."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""


def _margin(found: Sequence[_Found]) -> int:
    """The width at which a pasted log was cut, 0 when it does not look cut: most lines, saying different things, end at one column."""
    if len(found) < _MARGIN_LINES:
        return 0
    widest = max(len(entry.line.text) for entry in found)
    at_margin = [entry for entry in found if len(entry.line.text) >= widest - 1]
    if 2 * len(at_margin) <= len(found) or len({entry.header.message for entry in at_margin}) < _MARGIN_LINES:
        return 0
    return widest


def _times(found: Sequence[_Found], modified: datetime | None, as_of: datetime) -> list[tuple[datetime | None, str]]:
    """For each line its time and what was assumed to read it. Years are inferred host by host: a paste may hold two boxes."""
    times: list[tuple[datetime | None, str]] = [(None, "")] * len(found)
    limit = years.latest(modified, as_of)
    basis = _("today")
    if modified is not None and limit - years.SLACK == modified:
        basis = _("the time of the file, {day}").format(day=f"{modified:%Y-%m-%d}")
    waiting: dict[str, list[int]] = defaultdict(list)
    for at, entry in enumerate(found):
        stamp = entry.header.stamp
        if stamp is None:
            continue
        if stamp.year is None:
            if years.exists(stamp):
                waiting[entry.header.host].append(at)
            else:
                times[at] = (None, _("no such date"))
            continue
        times[at] = _explicit(stamp)
        moment = times[at][0]
        if moment is not None and waiting[entry.header.host]:
            near = min(limit, moment + years.SLACK)
            _infer(found, waiting.pop(entry.header.host), near, _("a line below it that has one"), times)
    for indexes in waiting.values():
        _infer(found, indexes, limit, basis, times)
    return times


def _infer(found: Sequence[_Found], indexes: list[int], limit: datetime, basis: str, times: list[tuple[datetime | None, str]]) -> None:
    stamps = [stamp for at in indexes if (stamp := found[at].header.stamp) is not None]
    notes: dict[int, str] = {}
    for at, stamp, year in zip(indexes, stamps, years.infer(stamps, limit), strict=True):
        if year is None or year < 1:
            times[at] = (None, _("29 February in a year that does not have one"))
            continue
        note = notes.get(year)
        if note is None:
            note = notes[year] = _("the line has no year: {year} follows from {basis}").format(year=year, basis=basis)
        if stamp.zone is None:
            times[at] = (_moment(stamp, year, UTC), note)
        else:
            times[at] = (_moment(stamp, year, timezone(timedelta(minutes=stamp.zone))).astimezone(UTC), note)


def _explicit(stamp: Stamp) -> tuple[datetime | None, str]:
    """A time with its year. An offset that is written is used; without one the local time is taken as UTC."""
    zone = UTC if stamp.zone is None else timezone(timedelta(minutes=stamp.zone)) if abs(stamp.zone) < 24 * 60 else None
    try:
        if stamp.year is None or zone is None:
            return None, _("no such time")
        if stamp.ambiguous:
            return None, _("day and month of {text} are ambiguous").format(text=stamp.text)
        return _moment(stamp, stamp.year, zone).astimezone(UTC), _zone_note(stamp)
    except (ValueError, OverflowError):
        return None, _("no such time")


def _zone_note(stamp: Stamp) -> str:
    """What is to be said of a zone that is not UTC, in which the appliances write their logs (field notes 12)."""
    if stamp.zone_name:
        return _("{zone} is the name of several time zones: taken as UTC").format(zone=stamp.zone_name)
    return _("written in another time zone: {text}").format(text=stamp.text) if stamp.zone else ""


def _moment(stamp: Stamp, year: int, zone: timezone) -> datetime:
    # A leap second is the last one of its minute for every purpose here.
    second = min(stamp.second, 59)
    return datetime(year, stamp.month, stamp.day, stamp.hour, stamp.minute, second, stamp.microsecond, tzinfo=zone)
