"""The first pass over a capture: connections of the port, and which frames a dissector needs."""

from __future__ import annotations

from dataclasses import dataclass, field

from analyzer.model.capture import Sender
from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.read.captures.flows import FlowTable
from analyzer.read.captures.network import NetworkReader, Piece, Segment, Unclear
from analyzer.read.captures.sieve import Record, Sieve


@dataclass(frozen=True, slots=True)
class Needed:
    """A frame that a dissector needs. ``flow`` and ``sender`` are None for a fragment of what a later frame completes, and where only
    the dissector can tell what the frame is part of: it is ``unclear`` then."""

    record: Record
    flow: int | None = None
    sender: Sender | None = None
    unclear: bool = False


@dataclass(slots=True)
class Survey:
    """What the frames added so far hold. ``sieve`` says which frames to add, ``kept`` counts those of the port, ``unclear`` those that
    may be of it."""

    port: int
    limits: Limits = DEFAULT_LIMITS
    kept: int = 0
    unclear: int = 0
    sieve: Sieve = field(init=False)
    table: FlowTable = field(init=False)
    _network: NetworkReader = field(init=False)

    def __post_init__(self) -> None:
        self.sieve = Sieve(self.port.to_bytes(2), limits=self.limits)
        self.table = FlowTable(self.port, self.limits)
        self._network = NetworkReader(self.port)

    def add(self, record: Record) -> Needed | None:
        """Take one frame in; what a dissector must see of it, None when nothing."""
        found = self._network.read(record)
        self.sieve.everything = self._network.collecting
        if found is None:
            return None
        if isinstance(found, Unclear):
            self.unclear += 1
            return Needed(record, unclear=True)
        self.kept += 1
        if isinstance(found, Piece):
            return Needed(record)
        return self._place(found, record)

    def _place(self, segment: Segment, record: Record) -> Needed | None:
        placed = self.table.add(segment, len(record[4]))
        return Needed(record, placed.flow, placed.sender) if placed and placed.needed else None
