"""IP fragments put together, within limits."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from msgspec import Struct, field

from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.read.captures.runs import Record

MAX_FRAGMENTS = 256
"""Fragments of one packet: 64 KiB over the narrowest link that IPv4 hosts count on, of 576 bytes, are 119."""

WAITED_NANOSECONDS = 30_000_000_000
"""How long the rest of a packet is waited for by the capture's clock: as long as Linux does (``ipfrag_time``), of which FMC and FTD are
made. A capture in which a fragment was lost would else be read packet by packet from there on."""

MAX_BYTES = 65_535
"""Bytes of one IP packet."""

MAX_FRAME_BYTES = 2 * MAX_BYTES
"""Bytes of the frames of one IP packet that are kept until it is complete."""

MAX_EARLY = 256
"""Later fragments that are remembered until the first one of their packet comes: some systems send the last one first."""

Key = tuple[bytes, bytes, int, bytes]
"""Source, target, protocol and identification."""


class Fragment(Struct, frozen=True):
    """A piece of an IP payload: its byte offset there, whether more follow, what was captured of it, and its length on the wire."""

    offset: int
    more: bool
    data: bytes
    length: int


class Whole(Struct, frozen=True):
    """A payload put together. ``data`` is shorter than ``length`` when the snap length cut a fragment: it ends before the hole.
    ``records`` are the frames it came in, in their order."""

    data: bytes
    length: int
    records: tuple[Record, ...] = ()


class _Packet(Struct):
    opened: int
    parts: dict[int, Fragment] = field(default_factory=dict)
    records: dict[int, Record] = field(default_factory=dict)
    size: int = 0  # bytes of the records
    length: int = 0  # bytes of the parts
    end: int | None = None


class Fragments:
    """Fragments of packets that are not complete yet. Only a first fragment opens a packet: it alone has the ports.

    ``given_up`` counts the packets that were not waited for any longer because more than ``max_packets`` waited at one time.
    """

    def __init__(self, max_packets: int = DEFAULT_LIMITS.fragmented_packets) -> None:
        self._max_packets = max_packets
        self._packets: dict[Key, _Packet] = {}
        self._early: dict[Key, list[tuple[Fragment, Sequence[Record]]]] = {}
        self._early_keys: deque[Key] = deque()
        self.given_up = 0

    @property
    def waiting(self) -> bool:
        """Fragments of some packet are still to come."""
        return bool(self._packets)

    def expects(self, key: Key) -> bool:
        """The first fragment of this packet was seen."""
        return key in self._packets

    def remember(self, key: Key, part: Fragment, records: Sequence[Record]) -> None:
        """Keep a later fragment whose first one was not seen yet; the oldest is forgotten for it."""
        if len(self._early_keys) >= MAX_EARLY:
            oldest = self._early_keys.popleft()
            waiting = self._early.get(oldest, [])
            del waiting[:1]
            if not waiting:
                self._early.pop(oldest, None)
        self._early_keys.append(key)
        self._early.setdefault(key, []).append((part, records))

    def open(self, key: Key, part: Fragment, records: Sequence[Record]) -> Whole | None:
        """Take the first fragment of a packet in, with those of it that came before; the payload when that was all."""
        whole = self.add(key, part, records)
        for early, frames in self._early.pop(key, ()):
            if whole is None and key in self._packets:
                whole = self.add(key, early, frames)
        return whole

    def forget(self, now: int) -> None:
        """Give up the packets that were opened too long before ``now`` (nanoseconds since 1970 UTC), or so long after it that a clock was
        wrong. The oldest stand first."""
        while self._packets:
            oldest = next(iter(self._packets))
            if abs(now - self._packets[oldest].opened) <= WAITED_NANOSECONDS:
                return
            del self._packets[oldest]

    def add(self, key: Key, part: Fragment, records: Sequence[Record]) -> Whole | None:
        """Take one fragment in, and the frames that it came in; the payload when it was the last one missing."""
        if part.length <= 0 or part.offset + part.length > MAX_BYTES:
            return None
        packet = self._packets.setdefault(key, _Packet(records[-1][1]))
        if part.offset not in packet.parts:
            packet.parts[part.offset] = part
            packet.length += part.length
        for record in records:
            if record[0] not in packet.records:
                packet.records[record[0]] = record
                packet.size += len(record[4])
        if not part.more:
            packet.end = part.offset + part.length
        if len(packet.parts) > MAX_FRAGMENTS or packet.size > MAX_FRAME_BYTES:
            del self._packets[key]
            return None
        if len(self._packets) > self._max_packets:
            del self._packets[next(iter(self._packets))]
            self.given_up += 1
        whole = _join(packet) if packet.end is not None and packet.length >= packet.end else None
        if whole is not None:
            self._packets.pop(key, None)
        return whole


def _join(packet: _Packet) -> Whole | None:
    if packet.end is None:
        return None
    data, at, intact = bytearray(), 0, True
    for offset in sorted(packet.parts):
        part = packet.parts[offset]
        if offset > at:
            return None
        if intact:
            data[offset:] = part.data
            intact = len(part.data) >= part.length
        at = max(at, offset + part.length)
    return Whole(bytes(data), packet.end, tuple(sorted(packet.records.values()))) if at >= packet.end else None
