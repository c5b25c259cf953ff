"""The blocks of a pcapng file (draft-ietf-opsawg-pcapng): several sections, interfaces and link types, both byte orders."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import islice, repeat, takewhile, tee
from operator import and_, itemgetter, methodcaller, sub

from msgspec import Struct, field

from analyzer.read.captures.magic import PCAPNG, PCAPNG_ORDER
from analyzer.read.captures.runs import Record, Run
from analyzer.read.captures.sieve import CaptureDamage, Sieve
from analyzer.read.captures.stream import ByteStream
from analyzer.texts import _

MAX_BLOCK_BYTES = 1 << 28
"""Bytes of one pcapng block that carries no packet and is passed over."""

MAX_INTERFACES = 4096
"""Interfaces of one pcapng section."""

_SECTION, _INTERFACE, _OBSOLETE_PACKET, _SIMPLE_PACKET, _ENHANCED_PACKET = 0x0A0D0D0A, 1, 2, 3, 6
_FRAMES_WITHOUT_A_PACKET = frozenset((9, 0x204, 0x208, 0x216, 0x221))  # systemd journal, sysdig events: Wireshark numbers them too
_SMALLEST_BLOCK, _SMALLEST_ENHANCED_PACKET = 12, 32
_SIZE, _INTERFACE_OF, _CAPTURED = map(itemgetter, range(3))
_ROOM_FOR_OPTIONS = 256 << 10
_SHORT_REACH, _LONG_REACH = 4 << 10, 256 << 10  # how far a run of packets is looked for: four times as far as the last one was long
_ENHANCED_HEADER = 28


class _Interface(Struct):
    link: int
    snap_length: int
    ticks: int = 1_000_000  # per second, unless an option says otherwise
    offset: int = 0  # seconds

    def time(self, high: int, low: int) -> int:
        return (high << 32 | low) * 1_000_000_000 // self.ticks + self.offset * 1_000_000_000


class _Section(Struct):
    """What holds for the blocks of one pcapng section. Frame numbers go on through all sections of a file."""

    order: str = "<"
    interfaces: list[_Interface] = field(default_factory=list)

    def interface(self, index: int, number: int) -> _Interface:
        if index >= len(self.interfaces):
            raise CaptureDamage(
                _("The record after packet {number} names an interface that the capture does not describe.").format(number=number)
            )
        return self.interfaces[index]


def walk(stream: ByteStream, sieve: Sieve) -> Iterator[Record]:
    """The packets that pass the sieve. Raises `CaptureDamage` after the last good one."""
    section = _Section()
    number = 0
    reach = _SHORT_REACH
    while window := stream.window(reach):
        starts = packet_starts(window, section.order, len(section.interfaces), sieve.limits.packet_bytes)
        run = Run(window, starts, number, partial(_enhanced_packet, section, sieve))
        reach = min(max(4 * run.starts[-1], _SHORT_REACH), _LONG_REACH)
        if len(run) > 0:
            yield from sieve.passing(run, _ENHANCED_HEADER)
            sieve.passed(run.record(len(run) - 1)[1])
            sieve.count(len(run))
            number += len(run)
            stream.skip(run.starts[-1])
            continue
        if len(window) < _SMALLEST_BLOCK:
            raise CaptureDamage(_("The capture is cut off after packet {number}.").format(number=number))
        if window[:4] == PCAPNG:
            order = PCAPNG_ORDER.get(window[8:12])
            if order is None:
                raise CaptureDamage(
                    _("A section header after packet {number} has no valid byte order: the capture is damaged from there on.").format(
                        number=number
                    )
                )
            section = _Section(order)
        kind, size = struct.unpack_from(section.order + "II", window)
        if size < _SMALLEST_BLOCK or size % 4 or size > MAX_BLOCK_BYTES:
            raise CaptureDamage(
                _("A block after packet {number} claims {size} bytes: the capture is damaged from there on.").format(
                    number=number, size=size
                )
            )
        if kind in (_SECTION, _INTERFACE, _OBSOLETE_PACKET, _SIMPLE_PACKET, _ENHANCED_PACKET):
            body = _body(stream, size, number, sieve)
            if kind == _INTERFACE:
                _add_interface(section, body, number)
            elif kind != _SECTION:
                number += 1
                yield from sieve.one(_packet(kind, section, body, number, sieve))
                sieve.count(1)
        else:
            if not stream.skip(size):
                raise CaptureDamage(_("The capture is cut off after packet {number}.").format(number=number))
            number += kind in _FRAMES_WITHOUT_A_PACKET


def packet_starts(window: bytes, order: str, interfaces: int, largest: int) -> list[int]:
    """Where the sound enhanced packet blocks start with which a window begins, as many as lie wholly in it, and, last, where they end.

    A sound one is of one of so many ``interfaces`` and holds the packet that it claims, which has at most ``largest`` bytes. Walked as
    `pcap.record_starts` does. A length that lies may lead the walk backwards: it takes no more steps than there can be blocks.
    """
    view = io.BytesIO(window)
    starts = [0]
    packets = takewhile(methodcaller("startswith", struct.pack(order + "I", _ENHANCED_PACKET)), iter(partial(view.read, 24), b""))
    heads, unpacked = tee(map(struct.Struct(order + "4xII8xI").unpack, packets))
    steps = islice(
        map(view.seek, map(sub, map(_SIZE, heads), repeat(24)), repeat(io.SEEK_CUR)), len(window) // _SMALLEST_ENHANCED_PACKET + 1
    )
    with suppress(struct.error):  # the window ends within a block's header
        starts.extend(steps)
    if starts[-1] > len(window):
        starts.pop()
    lengths = list(map(sub, starts[1:], starts))
    claims = list(islice(unpacked, len(lengths)))
    sound = not lengths or (
        min(lengths) >= _SMALLEST_ENHANCED_PACKET
        and not any(map(and_, lengths, repeat(3)))
        and max(map(_INTERFACE_OF, claims)) < interfaces
        and max(map(_CAPTURED, claims)) <= largest
        and max(map(sub, map(_CAPTURED, claims), lengths)) <= -_SMALLEST_ENHANCED_PACKET
    )
    if sound:
        return starts
    good = takewhile(partial(_is_sound, interfaces, largest), zip(lengths, claims, strict=True))
    return starts[: 1 + len(list(good))]


def _is_sound(interfaces: int, largest: int, block: tuple[int, tuple[int, int, int]]) -> bool:
    length, (_, interface, captured) = block
    return length % 4 == 0 and interface < interfaces and captured <= largest and captured + _SMALLEST_ENHANCED_PACKET <= length


def _largest_block(sieve: Sieve) -> int:
    """Bytes of a block with a packet and its options."""
    return sieve.limits.packet_bytes + _ROOM_FOR_OPTIONS


def _body(stream: ByteStream, size: int, number: int, sieve: Sieve) -> bytes:
    """The block's content between its two lengths."""
    if size > _largest_block(sieve):
        raise sieve.too_large(number, size)
    block = stream.window(size)
    if not stream.skip(size):
        raise CaptureDamage(_("The capture is cut off after packet {number}.").format(number=number))
    return block[8:-4]


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
                raise CaptureDamage(_("An interface description after packet {number} has an impossible clock.").format(number=number))
            interface.ticks = 2**power if value[0] & 0x80 else 10**power
        elif code == 14 and len(value) == 8:  # if_tsoffset
            interface.offset = struct.unpack(section.order + "q", value)[0]
        at += 4 + length + -length % 4
    section.interfaces.append(interface)


def _enhanced_packet(section: _Section, sieve: Sieve, data: bytes, start: int, end: int, number: int) -> Record:
    return _packet(_ENHANCED_PACKET, section, data[start + 8 : end - 4], number, sieve)


def _packet(kind: int, section: _Section, body: bytes, number: int, sieve: Sieve) -> Record:
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
    if sieve.limits.packet_bytes < captured <= len(body) - header:
        raise sieve.too_large(before, captured)
    if captured > len(body) - header:
        raise CaptureDamage(
            _("The record after packet {number} claims {size} bytes: the capture is damaged from there on.").format(
                number=before, size=captured
            )
        )
    return number, time, interface.link, length, body[header : header + captured]
