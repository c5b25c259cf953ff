"""The TCP connections of a capture: who opened them, how they ended, and the first bytes of each direction."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from analyzer.model.capture import Sender
from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.read.captures.framing import goes_on_as_tls
from analyzer.read.captures.halves import Half
from analyzer.read.captures.network import ACK, FIN, RST, SYN, Segment

_TIMES = 8
"""Segments of a direction whose time is kept: a ClientHello comes in one to three."""

End = tuple[bytes, int]
"""A packed address and a port."""


class Flow(Struct):
    """One TCP connection. ``first`` and ``last`` are frame numbers, ``started`` nanoseconds since 1970 UTC.

    ``opened``: its SYN was seen; ``answered``: the other side's SYN+ACK, or any packet of it but RST; ``acknowledged``: the client
    acknowledged something, so that there was an answer. ``reset_by``: who sent the first RST. ``closed_by``: who sent the first FIN or RST.
    ``watched``: nanoseconds from its start to the last packet of the whole capture. ``syn`` and ``syn_ack`` are frame number and time.
    """

    client: End
    server: End
    first: int
    started: int
    last: int = 0
    packets: int = 0
    syns: int = 0
    opened: bool = False
    answered: bool = False
    acknowledged: bool = False
    reset_by: Sender | None = None
    closed_by: Sender | None = None
    isn: int | None = None
    syn: tuple[int, int] | None = None
    syn_ack: tuple[int, int] | None = None
    watched: int = 0
    halves: dict[Sender, Half] = field(default_factory=lambda: {Sender.CLIENT: Half(), Sender.SERVER: Half()})

    @property
    def closed(self) -> bool:
        """Nothing more can come: a reset, or both sides are done."""
        return self.reset_by is not None or all(half.fin for half in self.halves.values())

    @property
    def has_payload(self) -> bool:
        """Either side sent data."""
        return any(half.payload_seen for half in self.halves.values())

    @property
    def readable(self) -> bool:
        """Either side began with TLS records that are not application data."""
        return any(half.records and not half.hides(0) for half in self.halves.values())

    @property
    def snapped(self) -> int:
        """The smallest captured length among packets that the snap length cut, 0 when it cut none."""
        return min((half.snapped for half in self.halves.values() if half.snapped), default=0)


class Placed(Struct, frozen=True):
    """A segment's connection, its sender, and whether a dissector needs its frame."""

    flow: int
    sender: Sender
    needed: bool


class FlowTable:
    """Connections in the order of their first packet. One that ended makes room for the next on the same ports.

    ``too_many``: there were more connections than are kept; ``too_long``: more bytes of them; ``too_small``: more TLS records in them.
    """

    def __init__(self, port: int, limits: Limits = DEFAULT_LIMITS) -> None:
        self._port = port
        self._limits = limits
        self._open: dict[tuple[End, End], int] = {}
        self._buffered = self._records = 0
        self.flows: list[Flow] = []
        self.too_many = self.too_long = self.too_small = False

    def add(self, segment: Segment, captured: int = 0) -> Placed | None:
        """Take a segment in; None when a limit leaves it out. ``captured`` is the length of its frame as captured."""
        source, target = (segment.source, segment.source_port), (segment.target, segment.target_port)
        key = (source, target) if source < target else (target, source)
        index = self._open.get(key)
        if index is None or self._is_new(self.flows[index], segment, source):
            if len(self.flows) >= self._limits.connections:
                self.too_many = True
                return None
            index = len(self.flows)
            self._open[key] = index
            self.flows.append(self._begin(segment, source, target))
        flow = self.flows[index]
        sender = Sender.CLIENT if source == flow.client else Sender.SERVER
        needed = self._follow(flow, sender, segment, captured)
        return Placed(index, sender, needed)

    def __iter__(self) -> Iterator[Flow]:
        return iter(self.flows)

    def _is_new(self, flow: Flow, segment: Segment, source: End) -> bool:
        """A SYN that is no repetition of this connection's own opens another one on the same ports."""
        if not segment.flags & SYN or segment.flags & ACK:
            return False
        return source != flow.client or flow.isn != segment.sequence

    def _begin(self, segment: Segment, source: End, target: End) -> Flow:
        from_client = target[1] == self._port
        if segment.flags & SYN:
            from_client = not segment.flags & ACK
        client, server = (source, target) if from_client else (target, source)
        flow = Flow(client, server, segment.number, segment.time)
        limits = self._limits
        flow.halves = {sender: Half(head_bytes=limits.head_bytes, max_waiting=limits.waiting_segments) for sender in Sender}
        return flow

    def _follow(self, flow: Flow, sender: Sender, segment: Segment, captured: int) -> bool:
        flow.last = segment.number
        flow.packets += 1
        half = flow.halves[sender]
        flags = segment.flags
        size = len(segment.payload) + segment.cut
        needed = bool(flags & (SYN | FIN | RST)) and not size
        if flags & SYN:
            half.start(segment.sequence)
            if sender is Sender.CLIENT and not flags & ACK:
                flow.opened, flow.isn = True, segment.sequence
                flow.syns += 1
                flow.syn = flow.syn or (segment.number, segment.time)
                if flow.reset_by is Sender.CLIENT and not flow.has_payload:
                    flow.reset_by = flow.closed_by = None  # it reset what an older connection had answered, and dials on
        if sender is Sender.SERVER and not flags & RST:
            flow.answered = True
            if flags & SYN and flags & ACK:
                flow.syn_ack = flow.syn_ack or (segment.number, segment.time)
        if sender is Sender.CLIENT and flags & ACK and not flags & RST:
            flow.acknowledged = True
        if flags & RST and flow.reset_by is None:
            if flow.answered:
                half.close(segment.sequence, 0)
            flow.reset_by = sender
            flow.closed_by = flow.closed_by or sender
        if size and not flags & RST:
            needed |= self._take(flow, half, segment, captured)
        elif half.base is None and not flags & RST:
            half.offset(segment.sequence)  # an acknowledgement of a connection that was open before: its data goes on from here
        if flags & FIN:
            half.fin = True
            half.close(segment.sequence, size)
            flow.closed_by = flow.closed_by or sender
        return needed

    def _take(self, flow: Flow, half: Half, segment: Segment, captured: int) -> bool:
        sequence = segment.sequence + bool(segment.flags & SYN)
        if segment.cut:
            half.snapped = min(half.snapped or captured, captured)
        if self._buffered + len(segment.payload) > self._limits.buffered_bytes:
            self.too_long = half.dropped = half.payload_seen = True
            return False
        if self._records >= self._limits.records:
            self.too_small = half.dropped = half.payload_seen = True
            return False
        if len(half.times) < _TIMES:
            half.times.append((segment.number, segment.time))
        before = len(half.data) + len(half.waiting)
        needed = half.add(sequence, segment.payload, segment.number)
        if len(half.data) + len(half.waiting) != before:
            self._buffered += len(segment.payload)
        known = half.records
        is_tls = goes_on_as_tls(half)
        self._records += half.records - known
        return needed and is_tls and not half.hides(half.offset(sequence))  # tshark gets what it can read
