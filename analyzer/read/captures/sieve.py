"""Which packets of a capture are worth a look, told from a window of its bytes without a line of Python per packet.

Of a thousand packets in the capture of a management span one is of the sftunnel port. So a window is first walked from record to record
by chained iterators (`pcap`, `pcapng`), then searched for the two bytes of the port, and only the record around a match is unpacked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.member import DamageKind
from analyzer.read.search import find
from analyzer.texts import _

_BELIEVED_BYTES = 16 << 20
"""A record that claims more than this is damage: a real packet is no larger. Wireshark's own limit for ordinary links is 256 KiB."""

PORT_WITHIN = 128
"""Bytes of a frame within which the port must stand: the deepest known nesting (VLAN tags, VXLAN, IPv6) needs 118."""

LOOK_BACK = 256
"""Records before the first fragment of an IP packet among which the later ones are looked for: some systems send the last one first."""

Record = tuple[int, int, int, int, bytes]
"""Frame number as Wireshark counts (from 1), nanoseconds since 1970 UTC, link type, length on the wire, captured bytes."""


class CaptureDamage(Exception):
    """The records end in the middle, or make no sense from here on, or are too many. The message is a sentence."""

    def __init__(self, sentence: str, kind: DamageKind = DamageKind.DAMAGED) -> None:
        super().__init__(sentence)
        self.kind = kind


@dataclass(slots=True)
class Sieve:
    """Which packets are worth more than a look: those with the port's two bytes in their first `PORT_WITHIN`, or all of them.

    ``packets`` counts every packet; ``last_time`` (nanoseconds since 1970 UTC) is the latest of those that passed and of the last one of
    each window, which in a file that was written as time went on is that of its last packet. Both are known when the walk has ended.
    """

    port: bytes
    everything: bool = False
    limits: Limits = DEFAULT_LIMITS
    packets: int = 0
    last_time: int = 0
    look_back: bool = False
    _previous: tuple[bytes, Sequence[int]] = (b"", (0,))

    def passing(self, window: bytes, starts: Sequence[int], header: int) -> Iterator[int]:
        """Which records of a window pass, as indexes into ``starts``; its last entry is where they end.

        ``header`` is the number of bytes of a record in front of its packet. ``everything`` may change between two of them, and
        ``look_back`` be set: the `LOOK_BACK` records before that one pass then, in their order. Those of the window before have numbers
        below 0.
        """
        yield from self._passing(window, starts, header)
        self._previous = window, starts

    def forget(self) -> None:
        """What follows does not follow on the last window."""
        self._previous = b"", (0,)

    def record(self, window: bytes, starts: Sequence[int], index: int) -> tuple[bytes, int, int]:
        """The bytes in which a record stands that passed, where it starts in them, and where it ends."""
        if index >= 0:
            return window, starts[index], starts[index + 1]
        before, its_starts = self._previous
        return before, its_starts[index - 1], its_starts[index]

    def _earlier(self, index: int) -> Iterator[int]:
        yield from range(max(index - LOOK_BACK, 1 - len(self._previous[1])), index)
        self.look_back = False

    def _passing(self, window: bytes, starts: Sequence[int], header: int) -> Iterator[int]:
        index = at = 0
        while index < len(starts) - 1:
            if self.everything:
                yield index
                if self.look_back:
                    yield from self._earlier(index)
                index += 1
                continue
            at = find(window, self.port, max(at, starts[index]), starts[-1])
            if at < 0:
                return
            index = bisect_right(starts, at, index) - 1
            packet = starts[index] + header
            if at < packet:  # in the time or the length of the record: look on from there
                at += 1
                continue
            if at + len(self.port) <= min(packet + PORT_WITHIN, starts[index + 1]):
                yield index
                if self.look_back:
                    yield from self._earlier(index)
            index += 1

    def takes(self, record: Record) -> bool:
        """Whether one packet passes that was unpacked already."""
        return self.everything or record[4].find(self.port, 0, PORT_WITHIN) >= 0

    def passed(self, time: int) -> None:
        """A packet of this time passed, or was the last one of its window."""
        self.last_time = max(self.last_time, time)

    def count(self, packets: int) -> None:
        """So many more packets were walked. Raises `CaptureDamage` when there are too many."""
        self.packets += packets
        if self.packets > self.limits.packets:
            told = _("The capture holds more than {n:,} packets (limit packets): the rest of it was not read.")
            raise CaptureDamage(told.format(n=self.limits.packets), DamageKind.LIMIT)

    def too_large(self, number: int, size: int) -> CaptureDamage:
        """What to say of the record after packet ``number`` that claims ``size`` bytes, more than a packet may have."""
        if size > _BELIEVED_BYTES:
            told = _("The record after packet {number} claims {size} bytes: the capture is damaged from there on.")
            return CaptureDamage(told.format(number=number, size=size))
        told = _("The record after packet {number} claims {size} bytes (limit packet_bytes): the capture was not read from there on.")
        return CaptureDamage(told.format(number=number, size=size), DamageKind.LIMIT)
