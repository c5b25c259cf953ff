"""The small capture that tshark gets: the frames a dissector needs, as they are, and what each was in the original."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from analyzer.model.capture import Sender
from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.read.captures.survey import Needed
from analyzer.texts import _

_SECTION = struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 1, 0, -1, 28)


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of the original: its number and time (nanoseconds since 1970 UTC) there, its connection and sender, None when not known."""

    number: int
    time: int
    flow: int | None
    sender: Sender | None


@dataclass(slots=True)
class ReducedCapture:
    """A pcapng file under construction, readable by its owner only. ``frames[n - 1]`` is what frame ``n`` of it was in the original.

    ``failure`` says why it could not be written to its end, "" when all is well; ``limited``: because it has as many bytes as it may have.
    """

    path: Path
    max_bytes: int = DEFAULT_LIMITS.reduced_bytes
    frames: list[Frame] = field(default_factory=list)
    failure: str = ""
    limited: bool = False
    _file: BinaryIO = field(init=False)
    _links: dict[int, int] = field(default_factory=dict)
    _size: int = len(_SECTION)

    def __post_init__(self) -> None:
        self._file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._file.write(_SECTION)

    def add(self, needed: Needed) -> None:
        """Append a frame."""
        if self.failure:
            return
        try:
            self._append(needed)
        except OSError as error:
            self.failure = _("the temporary file could not be written ({error})").format(error=error.strerror)

    def _append(self, needed: Needed) -> None:
        number, time, link, length, data = needed.record
        if self._size + len(data) > self.max_bytes:
            told = _("the connections to the port have more than {size:,} bytes (limit reduced_bytes)")
            self.failure, self.limited = told.format(size=self.max_bytes), True
            return
        if link not in self._links:
            self._links[link] = len(self._links)
            # option 9 sets a clock of nanoseconds, snap length 0 means none
            self._file.write(struct.pack("<IIHHIHHB3xHHI", 1, 32, link & 0xFFFF, 0, 0, 9, 1, 9, 0, 0, 32))
        size = 32 + len(data) + -len(data) % 4
        ticks = min(max(time, 0), (1 << 64) - 1)
        head = struct.pack("<IIIIIII", 6, size, self._links[link], ticks >> 32, ticks & 0xFFFFFFFF, len(data), max(length, len(data)))
        self._file.write(head + data + b"\0" * (-len(data) % 4) + struct.pack("<I", size))
        self._size += size
        self.frames.append(Frame(number, time, needed.flow, needed.sender))

    def original(self, frame: int) -> Frame | None:
        """What a frame (counted from 1) was; None for a number that this capture does not have."""
        return self.frames[frame - 1] if 0 < frame <= len(self.frames) else None

    def close(self) -> None:
        """Write what is buffered."""
        try:
            self._file.close()
        except OSError as error:
            self.failure = self.failure or _("the temporary file could not be written ({error})").format(error=error.strerror)

    def __enter__(self) -> ReducedCapture:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
