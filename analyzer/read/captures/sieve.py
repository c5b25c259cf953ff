"""Which packets of a capture are worth a look, told from the bytes of a run of them without a line of Python per packet.

Of a thousand packets in the capture of a management span one is of the sftunnel port. So its bytes are first walked from record to record
by chained iterators (`pcap`, `pcapng`), then searched for the two bytes of the port, and only the record around a match is unpacked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator

from msgspec import Struct, field

from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.member import DamageKind
from analyzer.read.captures.runs import Record, Run
from analyzer.read.search import find
from analyzer.texts import _

_BELIEVED_BYTES = 16 << 20
"""A record that claims more than this is damage: a real packet is no larger. Wireshark's own limit for ordinary links is 256 KiB."""

PORT_WITHIN = 128
"""Bytes of a frame within which the port must stand: the deepest known nesting (VLAN tags, VXLAN, IPv6) needs 118."""

LOOK_BACK = 256
"""Records before the first fragment of an IP packet among which the later ones are looked for: some systems send the last one first."""

_LOOK_BACK_BYTES = 4 << 20


class CaptureDamage(Exception):
    """The records end in the middle, or make no sense from here on, or are too many. The message is a sentence."""

    def __init__(self, sentence: str, kind: DamageKind = DamageKind.DAMAGED) -> None:
        super().__init__(sentence)
        self.kind = kind


class Sieve(Struct):
    """Which packets are worth more than a look: those with the port's two bytes in their first `PORT_WITHIN`, or all of them.

    ``packets`` counts every packet; ``last_time`` (nanoseconds since 1970 UTC) is the latest of those that passed and of the last one of
    each run, which in a file that was written as time went on is that of its last packet. Both are known when the walk has ended.
    """

    port: bytes
    everything: bool = False
    limits: Limits = DEFAULT_LIMITS
    packets: int = 0
    last_time: int = 0
    look_back: bool = False
    _unseen_from: int = 1  # the first frame that no later one may still be looked back at for
    _kept: deque[Run] = field(default_factory=deque)
    _kept_records: int = 0
    _kept_bytes: int = 0

    def passing(self, run: Run, header: int) -> Iterator[Record]:
        """The records of a run that pass.

        ``header`` is the number of bytes of a record in front of its packet. ``everything`` may change between two of them, and
        ``look_back`` be set: those of the `LOOK_BACK` records before that one pass then, in their order, that were not looked at.
        So a record is looked back at once, however many packets come in fragments.
        """
        data, starts = run.data, run.starts
        index = at = 0
        while index < len(run):
            if not self.everything:
                at = find(data, self.port, max(at, starts[index]), starts[-1])
                if at < 0:
                    break
                index = bisect_right(starts, at, index) - 1
                packet = starts[index] + header
                if at < packet:  # in the time or the length of the record: look on from there
                    at += 1
                    continue
                if at + len(self.port) > min(packet + PORT_WITHIN, starts[index + 1]):
                    index += 1
                    continue
            yield from self._unpacked(run, index)
            index += 1
        self._keep(run)

    def one(self, record: Record) -> Iterator[Record]:
        """The record, when it passes, and what is looked back at."""
        run = Run.of_one(record)
        yield from self._unpacked(run, 0)
        self._keep(run)

    def _unpacked(self, run: Run, index: int) -> Iterator[Record]:
        record = run.record(index)
        self.passed(record[1])
        if not self.takes(record):  # the match stands in the padding behind the packet
            return
        everything = self.everything
        yield record
        if self.look_back:
            self.look_back = False
            yield from self._earlier(run, index)
            self._unseen_from = record[0] + 1
        elif everything and self._unseen_from == record[0]:
            self._unseen_from += 1

    def _earlier(self, run: Run, index: int) -> Iterator[Record]:
        spans = [(run, max(0, index - LOOK_BACK), index)]
        left = LOOK_BACK - index
        for kept in reversed(self._kept):
            if left <= 0:
                break
            spans.append((kept, max(0, len(kept) - left), len(kept)))
            left -= len(kept)
        for one, first, end in reversed(spans):
            unseen = self._unseen_from - 1 - one.before
            yield from map(one.record, range(max(first, unseen), end))

    def _keep(self, run: Run) -> None:
        if len(run) >= LOOK_BACK:
            self._kept.clear()
            self._kept_records = self._kept_bytes = 0
        self._kept.append(run)
        self._kept_records += len(run)
        self._kept_bytes += len(run.data)
        while self._kept_records - len(self._kept[0]) >= LOOK_BACK or (len(self._kept) > 1 and self._kept_bytes > _LOOK_BACK_BYTES):
            oldest = self._kept.popleft()
            self._kept_records -= len(oldest)
            self._kept_bytes -= len(oldest.data)

    def takes(self, record: Record) -> bool:
        """Whether one packet passes that was unpacked already."""
        return self.everything or record[4].find(self.port, 0, PORT_WITHIN) >= 0

    def passed(self, time: int) -> None:
        """A packet of this time passed, or was the last one of its run."""
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
