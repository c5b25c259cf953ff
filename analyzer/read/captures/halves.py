"""One direction of a TCP connection: its first bytes put together by sequence number."""

from __future__ import annotations

from bisect import bisect_left, insort

from msgspec import Struct, field

from analyzer.model.limits import DEFAULT_LIMITS

_HALF_SPACE = 1 << 31


class Half(Struct):
    """The head of one direction.

    ``data`` is the part without a hole. ``marks`` are (length of ``data``, frame number) each time that it grew: so each byte knows
    the frame that made it readable. ``end`` is where the sender's FIN or RST says that its data ends (0 when unknown). ``snapped``:
    the smallest captured length of a packet whose payload the snap length cut, 0 when none. ``more``: data beyond ``head_bytes``, which
    are kept from the start, was seen (a handshake has a few thousand). ``dropped``: data in the head was left out for a limit;
    ``crowded``: because ``max_waiting`` segments waited for a hole before them to be filled. ``records`` TLS records were found to
    start in the data before ``records_to``, the first one of application data at ``opaque_from`` (None: none did): from there on nothing
    that the sender says can be read. ``times`` are frame number and time of its first segments with data.
    """

    base: int | None = None
    from_start: bool = False
    data: bytearray = field(default_factory=bytearray)
    marks: list[tuple[int, int]] = field(default_factory=list)
    waiting: list[tuple[int, int, bytes]] = field(default_factory=list)
    snapped: int = 0
    more: bool = False
    dropped: bool = False
    fin: bool = False
    end: int = 0
    payload_seen: bool = False
    records: int = 0
    records_to: int = 0
    opaque_from: int | None = None
    crowded: bool = False
    times: list[tuple[int, int]] = field(default_factory=list)
    head_bytes: int = DEFAULT_LIMITS.head_bytes
    max_waiting: int = DEFAULT_LIMITS.waiting_segments

    def start(self, sequence: int) -> None:
        """The sequence number after SYN: where the data starts. What an older connection on the same ports acknowledged before it says
        nothing of this one (a challenge ACK, RFC 5961)."""
        if self.base is None or not self.payload_seen:
            self.base, self.from_start, self.end = (sequence + 1) & 0xFFFFFFFF, True, 0

    def offset(self, sequence: int) -> int:
        """Where a segment stands from the start of the data; below 0 for what came before it."""
        if self.base is None:
            self.base = sequence
        distance = (sequence - self.base) & 0xFFFFFFFF
        return distance if distance < _HALF_SPACE else distance - (1 << 32)

    def add(self, sequence: int, payload: bytes, number: int) -> bool:
        """Take a segment in. True when it lies in the head, so that a dissector should see its frame."""
        self.payload_seen = True
        offset = self.offset(sequence)
        if offset < 0:
            payload, offset = payload[-offset:], 0
        if offset >= self.head_bytes:
            self.more = True
            return False
        payload = payload[: self.head_bytes - offset]
        if offset > len(self.data):
            if len(self.waiting) < self.max_waiting:
                insort(self.waiting, (offset, number, payload))
            else:
                self.dropped = self.crowded = True
            return True
        self._append(offset, payload, number)
        while self.waiting and self.waiting[0][0] <= len(self.data):
            offset, _, payload = self.waiting.pop(0)
            self._append(offset, payload, number)
        return True

    def _append(self, offset: int, payload: bytes, number: int) -> None:
        new = payload[len(self.data) - offset :]
        if new:
            self.data += new
            self.marks.append((len(self.data), number))

    def close(self, sequence: int, size: int) -> None:
        """The sender is done: its data ends ``size`` bytes after ``sequence``."""
        if self.base is not None and len(self.data) < self.head_bytes:
            self.end = max(self.end, min(self.offset(sequence) + size, self.head_bytes))

    def hides(self, start: int) -> bool:
        """What starts here in the data is encrypted, as far as it is known."""
        return self.opaque_from is not None and start >= self.opaque_from

    @property
    def holes(self) -> bool:
        """Data that the sender sent is missing from the capture."""
        return bool(self.waiting) or self.dropped or len(self.data) < self.end

    def frame_of(self, end: int) -> int:
        """The frame that made the first ``end`` bytes readable."""
        return self.marks[bisect_left(self.marks, end, key=lambda mark: mark[0])][1]
