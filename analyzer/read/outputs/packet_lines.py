"""Packets printed as text, one grammar for all who print them: tcpdump and capture-traffic, ``show capture`` of the data plane, the packet
list of Wireshark and tshark, its CSV export, and packet details.

A packet has two ends. Where a line shows no ports (TLS rows of a packet list), both are 0: the stream's other lines have them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import Struct

from analyzer.read.outputs.page import Page

_NAME = r"[A-Za-z0-9_:%][A-Za-z0-9_.:%-]{0,251}"
_TCPDUMP = re.compile(rf"(?:^|[\s>])({_NAME})\.(\d{{1,5}}) > ({_NAME})\.(\d{{1,5}}): {{1,4}}(\S.{{0,300}}|$)")
_MODERN = re.compile(r"Flags \[([SFPRUEW.none]{1,8})\]")
_CLASSIC = re.compile(r"([SFPRUEW]{1,6}|\.)(?: |$)(?:\d{1,12}:\d{1,12}\((\d{1,9})\))?(.{0,200})")
_LENGTH = re.compile(r"\blength (\d{1,9})")
_TIME = (
    r"\d{1,10}\.\d{1,9}|(?:\d{4}-\d\d-\d\d[ T])?\d\d:\d\d:\d\d(?:\.\d{1,9})?Z?"
    r"|[A-Z][a-z]{2} {1,2}\d{1,2}, \d{4} \d\d:\d\d:\d\d\.\d{1,9}(?: [A-Z]{3,4})?"
)
_LISTED = re.compile(
    rf"\s{{0,12}}\d{{1,9}}\s{{1,12}}({_TIME})\s{{1,12}}({_NAME})\s{{1,24}}(?:[^\sA-Za-z0-9]{{1,3}} )?\s{{0,12}}({_NAME})"
    r"\s{1,24}([A-Za-z][\w./-]{0,15})\s{1,12}(\d{1,7})\s{1,12}(\S.{0,300})"
)
_PORTS = re.compile(r"(?:^|\s)(\d{1,5}) {1,4}\S{1,3} {1,4}(\d{1,5})(?= |$)")
_FLAGS = re.compile(r"\[((?:SYN|ACK|RST|FIN|PSH|ECE|CWR|URG)(?:, ?(?:SYN|ACK|RST|FIN|PSH|ECE|CWR|URG)){0,6})\]")
_PAYLOAD = re.compile(r"\bLen=(\d{1,9})")
_ENDS = re.compile(rf"\s{{0,8}}Internet Protocol(?: Version [46])?, Src: ({_NAME})(?: \([^)]{{1,100}}\))?, Dst: ({_NAME})")
_SEGMENT = re.compile(
    r"\s{0,8}Transmission Control Protocol, Src Port: (?:\S{1,32} \()?(\d{1,5})\)?, Dst Port: (?:\S{1,32} \()?(\d{1,5})\)?(.{0,200})"
)
_DETAIL_FLAGS = re.compile(r"\s{1,16}Flags: 0x[0-9a-f]{3,4} \(([A-Z, ]{3,40})\)")
_DETAIL_TLS = re.compile(r"\s{0,16}(?:TLSv[\d.]{1,4}|SSLv3|TLS) Record Layer: (\S.{0,200})|\s{1,24}Handshake Protocol: (\S.{0,100})")
_DATED = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)")
_LETTERS = {"S": "SYN", "F": "FIN", "R": "RST", "P": "PSH", ".": "ACK"}


class PacketLine(Struct, frozen=True):
    """One packet: its line (index), the moment if its line has a date (taken as UTC), both ends, TCP flags, bytes of payload, and what the
    printer says of its content."""

    index: int
    at: datetime | None
    source: str
    source_port: int
    destination: str
    destination_port: int
    flags: frozenset[str]
    payload: int
    info: str
    protocol: str = ""


def packet_lines(page: Page) -> Iterator[PacketLine]:
    """Every packet of a text, in order."""
    details = _Details(page)
    for index, line in enumerate(page.lines):
        text = line.text[:800]
        if len(text) < 20:
            continue
        packet = _tcpdump(index, text) if " > " in text else None
        packet = packet or _listed(index, text) or (_exported(index, text) if text.count(",") >= 5 and '"' in text else None)
        if packet is not None:
            yield packet
        else:
            yield from details.line(index, text)
    yield from details.end()


def _tcpdump(index: int, text: str) -> PacketLine | None:
    found = _TCPDUMP.search(text)
    if found is None:
        return None
    source, source_port, destination, destination_port, rest = found.groups()
    if (modern := _MODERN.match(rest)) is not None:
        flags = {_LETTERS[letter] for letter in modern[1] if letter in _LETTERS} if modern[1] != "none" else set()
        length = _LENGTH.search(rest)
        payload = int(length[1]) if length is not None else 0
    elif (classic := _CLASSIC.match(rest)) is not None:
        flags = {_LETTERS[letter] for letter in classic[1] if letter in _LETTERS}
        payload = int(classic[2] or 0)
        if " ack " in f" {classic[3]}":
            flags.add("ACK")
    elif rest.startswith("tcp "):
        flags, payload = set(), int(rest[4:].split()[0]) if rest[4:].split()[0].isdigit() else 0
    else:
        return None
    return PacketLine(
        index,
        _moment(text[: found.start(1)]),
        source,
        int(source_port),
        destination,
        int(destination_port),
        frozenset(flags),
        payload,
        rest,
    )


def _listed(index: int, text: str) -> PacketLine | None:
    found = _LISTED.fullmatch(text)
    return _of_columns(index, *found.groups()) if found is not None else None


def _exported(index: int, text: str) -> PacketLine | None:
    try:
        cells = [cell.strip() for cell in next(csv.reader([text.replace("\0", "")], skipinitialspace=True), [])]
    except csv.Error:
        return None
    if len(cells) < 7 or not cells[0].isdigit() or not cells[5].isdigit():
        return None
    return _of_columns(index, *cells[1:7])


def _of_columns(index: int, time: str, source: str, destination: str, protocol: str, length: str, info: str) -> PacketLine:
    ports = _PORTS.search(info)
    flags = _FLAGS.search(info)
    payload = _PAYLOAD.search(info)
    return PacketLine(
        index,
        _moment(time),
        source,
        int(ports[1]) if ports is not None else 0,
        destination,
        int(ports[2]) if ports is not None else 0,
        frozenset(flags[1].replace(" ", "").split(",")) if flags is not None else frozenset(),
        int(payload[1]) if payload is not None else 0,
        info,
        protocol,
    )


class _Details:
    """Packet details of Wireshark: one packet over many lines."""

    def __init__(self, page: Page) -> None:
        self._wanted = page.has("transmission control protocol")
        self._ends: tuple[str, str] | None = None
        self._begun: PacketLine | None = None

    def line(self, index: int, text: str) -> Iterator[PacketLine]:
        if not self._wanted:
            return
        if (ends := _ENDS.match(text)) is not None:
            yield from self.end()
            self._ends = (ends[1], ends[2])
        elif (segment := _SEGMENT.match(text)) is not None and self._ends is not None:
            payload = re.search(r"Len: (\d{1,9})", segment[3])
            size = int(payload[1]) if payload is not None else 0
            self._begun = PacketLine(index, None, self._ends[0], int(segment[1]), self._ends[1], int(segment[2]), frozenset(), size, "")
        elif self._begun is not None:
            begun = self._begun
            if (flags := _DETAIL_FLAGS.match(text)) is not None:
                self._begun = _changed(begun, frozenset(flags[1].replace(" ", "").split(",")), begun.info, begun.index)
            elif (record := _DETAIL_TLS.match(text)) is not None:
                self._begun = _changed(begun, begun.flags, f"{begun.info}, {record[1] or record[2]}".removeprefix(", "), index)

    def end(self) -> Iterator[PacketLine]:
        if self._begun is not None:
            yield self._begun
        self._begun = self._ends = None


def _changed(packet: PacketLine, flags: frozenset[str], info: str, index: int) -> PacketLine:
    return PacketLine(
        index,
        packet.at,
        packet.source,
        packet.source_port,
        packet.destination,
        packet.destination_port,
        flags,
        packet.payload,
        info[:600],
        "TLS" if info else packet.protocol,
    )


def _moment(text: str) -> datetime | None:
    """The moment, where the text states its date."""
    found = _DATED.search(text)
    if found is None:
        return None
    try:
        return datetime(*(int(part) for part in found.groups()), tzinfo=UTC)  # type: ignore[misc,arg-type]
    except ValueError:
        return None
