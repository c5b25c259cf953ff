"""The packet records of a capture file: pcap (both byte orders, micro- and nanoseconds) and pcapng, walked forward once.

Formats: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng (IETF).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from analyzer.read.captures.stream import ByteStream
from analyzer.texts import _

MAX_PACKET_BYTES = 256 << 10
"""Bytes of one packet: Wireshark's own limit for ordinary links. A record that claims more is damage."""

MAX_BLOCK_BYTES = 1 << 28
"""Bytes of one pcapng block that carries no packet and is passed over."""

MAX_INTERFACES = 4096
"""Interfaces of one pcapng section."""

Record = tuple[int, int, int, int, bytes]
"""Frame number as Wireshark counts (from 1), nanoseconds since 1970 UTC, link type, length on the wire, captured bytes."""

_PCAP_MAGIC = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000, 16),
    b"\xa1\xb2\xc3\xd4": (">", 1000, 16),
    b"\x4d\x3c\xb2\xa1": ("<", 1, 16),
    b"\xa1\xb2\x3c\x4d": (">", 1, 16),
    b"\x34\xcd\xb2\xa1": ("<", 1000, 24),  # Kuznetsov's variant: eight more bytes in every record header
    b"\xa1\xb2\xcd\x34": (">", 1000, 24),
}
_PCAPNG_MAGIC = b"\x0a\x0d\x0d\x0a"
_BYTE_ORDER = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_SECTION, _INTERFACE, _OBSOLETE_PACKET, _SIMPLE_PACKET, _ENHANCED_PACKET = 0x0A0D0D0A, 1, 2, 3, 6
_FRAMES_WITHOUT_A_PACKET = frozenset((9, 0x204, 0x208, 0x216, 0x221))  # systemd journal, sysdig events: Wireshark numbers them too


class CaptureDamage(Exception):
    """The records end in the middle, or make no sense from here on. The message is a sentence."""


def looks_like_capture(head: bytes) -> bool:
    """The first bytes (12 are enough) are those of a pcap or pcapng file."""
    return head[:4] in _PCAP_MAGIC or (head[:4] == _PCAPNG_MAGIC and head[8:12] in _BYTE_ORDER)


PORT_WITHIN = 128
"""Bytes of a frame within which the port must stand: the deepest known nesting (VLAN tags, VXLAN, IPv6) needs 118."""


@dataclass(slots=True)
class Sieve:
    """Which packets are worth more than a look: those with the port's two bytes in their first `PORT_WITHIN`, or all of them.

    ``packets`` and ``last_time`` (nanoseconds since 1970 UTC) count every packet, known when the walk has ended.
    """

    port: bytes
    everything: bool = False
    packets: int = 0
    last_time: int = 0

    def passes(self, record: Record) -> bool:
        """Count one packet; whether it is worth more."""
        self.packets += 1
        self.last_time = max(self.last_time, record[1])
        return self.everything or record[4].find(self.port, 0, PORT_WITHIN) >= 0


def walk(stream: ByteStream, sieve: Sieve | None = None) -> Iterator[Record]:
    """The packet records that pass the sieve, all without one.

    Raises `CaptureDamage` after the last good one when the file is cut or corrupt.
    """
    sieve = Sieve(b"", everything=True) if sieve is None else sieve
    if not stream.need(12) or not looks_like_capture(stream.data[:12]):
        raise CaptureDamage(_("It is no pcap or pcapng file."))
    if stream.data[:4] == _PCAPNG_MAGIC:
        yield from filter(sieve.passes, _walk_pcapng(stream))
    else:
        yield from _walk_pcap(stream, sieve)


def _walk_pcap(stream: ByteStream, sieve: Sieve) -> Iterator[Record]:
    order, unit, header_size = _PCAP_MAGIC[stream.data[:4]]
    if not stream.need(24):
        raise CaptureDamage(_("The capture ends within its file header."))
    link = struct.unpack_from(order + "I", stream.data, 20)[0] & 0xFFFF  # the upper bits tell of the frame check sequence
    stream.at = 24
    unpack = struct.Struct(order + "IIII").unpack_from
    port = sieve.port
    data, at, end = stream.data, stream.at, len(stream.data)
    number = last_seconds = last_fraction = 0
    # Of a thousand packets this loop sees 999 for nothing: it does little, on local names.
    try:
        while True:
            if end - at < header_size:
                stream.at = at
                if not stream.need(header_size):
                    if stream.ended:
                        return
                    raise CaptureDamage(_("The capture is cut after packet {number}.").format(number=number))
                data, at, end = stream.data, stream.at, len(stream.data)
            seconds, fraction, captured, length = unpack(data, at)
            start = at + header_size
            after = start + captured
            if captured > MAX_PACKET_BYTES:
                raise CaptureDamage(
                    _("The record after packet {number} claims {size} bytes: the capture is damaged from there on.").format(
                        number=number, size=captured
                    )
                )
            if after > end:
                stream.at = at
                if not stream.need(header_size + captured):
                    raise CaptureDamage(_("The capture is cut after packet {number}.").format(number=number))
                data, at, end = stream.data, stream.at, len(stream.data)
                start = at + header_size
                after = start + captured
            number += 1
            if seconds > last_seconds:
                last_seconds, last_fraction = seconds, fraction
            elif seconds == last_seconds and fraction > last_fraction:
                last_fraction = fraction
            if sieve.everything or data.find(port, start, after if captured < PORT_WITHIN else start + PORT_WITHIN) >= 0:
                yield number, seconds * 1_000_000_000 + fraction * unit, link, length, data[start:after]
            at = after
    finally:
        sieve.packets = number
        sieve.last_time = last_seconds * 1_000_000_000 + last_fraction * unit


@dataclass(slots=True)
class _Interface:
    link: int
    snap_length: int
    ticks: int = 1_000_000  # per second, unless an option says otherwise
    offset: int = 0  # seconds

    def time(self, high: int, low: int) -> int:
        return (high << 32 | low) * 1_000_000_000 // self.ticks + self.offset * 1_000_000_000


@dataclass(slots=True)
class _Section:
    """What holds for the blocks of one pcapng section. Frame numbers go on through all sections of a file."""

    order: str = "<"
    interfaces: list[_Interface] = field(default_factory=list)

    def interface(self, index: int, number: int) -> _Interface:
        if index >= len(self.interfaces):
            raise CaptureDamage(
                _("The record after packet {number} names an interface that the capture does not describe.").format(number=number)
            )
        return self.interfaces[index]


def _walk_pcapng(stream: ByteStream) -> Iterator[Record]:
    section = _Section()
    number = 0
    while not stream.ended:
        if not stream.need(12):
            raise CaptureDamage(_("The capture is cut after packet {number}.").format(number=number))
        if stream.data[stream.at : stream.at + 4] == _PCAPNG_MAGIC:
            order = _BYTE_ORDER.get(stream.data[stream.at + 8 : stream.at + 12])
            if order is None:
                raise CaptureDamage(
                    _("A section header after packet {number} has no valid byte order: the capture is damaged from there on.").format(
                        number=number
                    )
                )
            section = _Section(order)
        kind, size = struct.unpack_from(section.order + "II", stream.data, stream.at)
        if size < 12 or size % 4 or size > MAX_BLOCK_BYTES:
            raise CaptureDamage(
                _("A block after packet {number} claims {size} bytes: the capture is damaged from there on.").format(
                    number=number, size=size
                )
            )
        if kind in (_SECTION, _INTERFACE, _OBSOLETE_PACKET, _SIMPLE_PACKET, _ENHANCED_PACKET):
            body = _body(stream, size, number)
            if kind == _INTERFACE:
                _add_interface(section, body, number)
            elif kind != _SECTION:
                number += 1
                yield _packet(kind, section, body, number)
        else:
            number += kind in _FRAMES_WITHOUT_A_PACKET
            if not stream.skip(size):
                raise CaptureDamage(_("The capture is cut after packet {number}.").format(number=number))


def _body(stream: ByteStream, size: int, number: int) -> bytes:
    """The block's content between its two lengths."""
    if size > MAX_PACKET_BYTES * 2:
        raise CaptureDamage(
            _("A block after packet {number} claims {size} bytes: the capture is damaged from there on.").format(number=number, size=size)
        )
    if not stream.need(size):
        raise CaptureDamage(_("The capture is cut after packet {number}.").format(number=number))
    body = stream.data[stream.at + 8 : stream.at + size - 4]
    stream.at += size
    return body


def _add_interface(section: _Section, body: bytes, number: int) -> None:
    if len(body) < 8 or len(section.interfaces) >= MAX_INTERFACES:
        raise CaptureDamage(_("An interface description after packet {number} is damaged.").format(number=number))
    link, _reserved, snap_length = struct.unpack_from(section.order + "HHI", body)
    interface = _Interface(link, snap_length)
    at = 8
    while at + 4 <= len(body):
        code, length = struct.unpack_from(section.order + "HH", body, at)
        value = body[at + 4 : at + 4 + length]
        if code == 0:
            break
        if code == 9 and len(value) == 1:  # if_tsresol: a power of ten, or of two with the top bit
            power = value[0] & 0x7F
            if power > 63:
                raise CaptureDamage(_("An interface description after packet {number} has a clock that cannot be.").format(number=number))
            interface.ticks = 2**power if value[0] & 0x80 else 10**power
        elif code == 14 and len(value) == 8:  # if_tsoffset
            interface.offset = struct.unpack(section.order + "q", value)[0]
        at += 4 + length + -length % 4
    section.interfaces.append(interface)


def _packet(kind: int, section: _Section, body: bytes, number: int) -> Record:
    before = number - 1
    header = 4 if kind == _SIMPLE_PACKET else 20
    if len(body) < header:
        raise CaptureDamage(_("The record after packet {number} is too short: the capture is damaged from there on.").format(number=before))
    time = 0  # a simple packet block has no time
    if kind == _SIMPLE_PACKET:
        interface = section.interface(0, before)
        length = struct.unpack_from(section.order + "I", body)[0]
        captured = min(length, interface.snap_length or length, len(body) - header)
    elif kind == _ENHANCED_PACKET:
        index, high, low, captured, length = struct.unpack_from(section.order + "IIIII", body)
        interface = section.interface(index, before)
        time = interface.time(high, low)
    else:
        index, _drops, high, low, captured, length = struct.unpack_from(section.order + "HHIIII", body)
        interface = section.interface(index, before)
        time = interface.time(high, low)
    if captured > len(body) - header or captured > MAX_PACKET_BYTES:
        raise CaptureDamage(
            _("The record after packet {number} claims {size} bytes: the capture is damaged from there on.").format(
                number=before, size=captured
            )
        )
    return number, time, interface.link, length, body[header : header + captured]
