"""The small capture that tshark gets: the frames a dissector needs, as they are, and what each was in the original."""

from __future__ import annotations

import struct

from msgspec import Struct, field

from analyzer.model.capture import Sender
from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.read.captures.survey import Needed

_SECTION = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)


class Frame(Struct, frozen=True):
    """A frame of the original: its number and time (nanoseconds since 1970 UTC) there, its connection and sender, None when not known."""

    number: int
    time: int
    flow: int | None
    sender: Sender | None


class ReducedCapture(Struct):
    """A pcapng file under construction. It is nowhere but in memory, and there until `take` gives it away.

    ``frames[n - 1]`` is what frame ``n`` of it was in the original. ``full``: it has as many bytes as it may have, and takes no more.
    """

    max_bytes: int = DEFAULT_LIMITS.reduced_bytes
    frames: list[Frame] = field(default_factory=list)
    full: bool = False
    _links: dict[int, int] = field(default_factory=dict)
    _written: bytearray = field(default_factory=lambda: bytearray(_SECTION))
    _size: int = 0

    def add(self, needed: Needed) -> None:
        """Append a frame."""
        number, time, link, length, data = needed.record
        self._size += len(data)
        if self.full or self._size > self.max_bytes:
            self.full = True
            return
        if link not in self._links:
            self._links[link] = len(self._links)
            # option 9 sets a clock of nanoseconds, snap length 0 means none
            self._written += struct.pack("<IIHHIHHB3xHHI", 1, 32, link & 0xFFFF, 0, 0, 9, 1, 9, 0, 0, 32)
        size = 32 + len(data) + -len(data) % 4
        ticks = min(max(time, 0), (1 << 64) - 1)
        head = struct.pack("<IIIIIII", 6, size, self._links[link], ticks >> 32, ticks & 0xFFFFFFFF, len(data), max(length, len(data)))
        self._written += head + data + b"\0" * (-len(data) % 4) + struct.pack("<I", size)
        self.frames.append(Frame(number, time, needed.flow, needed.sender))

    def original(self, frame: int) -> Frame | None:
        """What a frame (counted from 1) was; None for a number that this capture does not have."""
        return self.frames[frame - 1] if 0 < frame <= len(self.frames) else None

    @property
    def waiting(self) -> int:
        """Bytes that were not taken yet."""
        return len(self._written)

    def take(self) -> bytes:
        """What was appended since this was called last."""
        taken = bytes(self._written)
        self._written.clear()
        return taken
