"""The first pass over a capture: connections of the port, and which frames a dissector needs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from msgspec import Struct

from analyzer.model.capture import Sender
from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.read.captures.flows import FlowTable
from analyzer.read.captures.network import NetworkReader, Piece, Segment, Unclear
from analyzer.read.captures.runs import Record
from analyzer.read.captures.sieve import Sieve


class Needed(Struct, frozen=True):
    """A frame that a dissector needs. ``flow`` and ``sender`` are None for a fragment of what a later frame completes, and where only
    the dissector can tell what the frame is part of: it is ``unclear`` then."""

    record: Record
    flow: int | None = None
    sender: Sender | None = None
    unclear: bool = False


class Survey:
    """What the frames added so far hold. ``sieve`` says which frames to add, ``kept`` counts those of the port, ``unclear`` those that
    may be of it."""

    def __init__(self, port: int, limits: Limits = DEFAULT_LIMITS) -> None:
        self.port = port
        self.limits = limits
        self.kept = self.unclear = 0
        self.sieve = Sieve(port.to_bytes(2), limits=limits)
        self.table = FlowTable(port, limits)
        self._network = NetworkReader(port, limits.fragmented_packets)
        self._latest = 0
        self._held: dict[tuple[int, Sender], list[tuple[Needed, ...]]] = {}
        self._held_bytes = 0

    @property
    def given_up(self) -> int:
        """Packets in fragments of which the rest was not waited for because too many waited."""
        return self._network.given_up

    def add(self, record: Record) -> Sequence[Needed]:
        """Take one frame in; what a dissector must see now, in order. One with a number below the last one's is looked at again."""
        if record[0] > self._latest:
            self._latest = record[0]
            found = self._network.read(record)
        else:
            found = self._network.read_earlier(record)
        self.sieve.everything = self._network.collecting
        if found is None:
            return ()
        if isinstance(found, Unclear):
            self.sieve.look_back |= found.first
            self.unclear += len(self._network.records)
            return [Needed(one, unclear=True) for one in self._network.records]
        if isinstance(found, Piece):
            self.sieve.look_back |= found.first
            return ()
        self.kept += len(self._network.records)
        return self._place(found, self._network.records)

    def _place(self, segment: Segment, records: Sequence[Record]) -> Sequence[Needed]:
        """The frames of a segment, once what it carries is known to be TLS: nobody can tell before the holes in front of it are filled."""
        last = records[-1]
        placed = self.table.add(segment, len(last[4]))
        if placed is None or not placed.needed:
            return ()
        frames = (*map(Needed, records[:-1]), Needed(last, placed.flow, placed.sender))
        half, key = self.table.flows[placed.flow].halves[placed.sender], (placed.flow, placed.sender)
        if not half.waiting and key not in self._held:
            return frames
        held = self._held.setdefault(key, []) if half.waiting else self._held.pop(key)
        if any(number == segment.number for _, number, _ in half.waiting):
            self._hold(held, frames)
            return ()
        if len(held) <= len(half.waiting):
            return frames
        waiting = {number for _, number, _ in half.waiting}
        ready = [group for group in held if group[-1].record[0] not in waiting]
        held[:] = [group for group in held if group[-1].record[0] in waiting]
        self._held_bytes -= sum(_bytes_of(group) for group in ready)
        return [*itertools.chain.from_iterable(ready), *frames]

    def _hold(self, held: list[tuple[Needed, ...]], frames: tuple[Needed, ...]) -> None:
        size = _bytes_of(frames)
        # without room tshark will not have seen all, and the embedded reader reads the connection
        if self._held_bytes + size <= self.limits.held_bytes:
            self._held_bytes += size
            held.append(frames)


def _bytes_of(frames: Iterable[Needed]) -> int:
    return sum(len(frame.record[4]) for frame in frames)
