"""A forward view of a byte stream, for records whose length stands in front of them."""

from __future__ import annotations

from collections.abc import Iterable


class ByteStream:
    """Bytes at the front of a stream of chunks. ``data[at:]`` is what has been read and not yet passed.

    Memory is bounded by the largest ``need`` plus one chunk.
    """

    __slots__ = ("_all_read", "_chunks", "at", "data")

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._all_read = False
        self.data = b""
        self.at = 0

    def need(self, count: int) -> bool:
        """Make ``count`` bytes available at ``at``. False when the stream ends before."""
        left = len(self.data) - self.at
        if left >= count or self._all_read:
            return left >= count
        parts = [self.data[self.at :]]
        for chunk in self._chunks:
            parts.append(chunk)
            left += len(chunk)
            if left >= count:
                break
        else:
            self._all_read = True
        self.data, self.at = b"".join(parts), 0
        return left >= count

    def window(self, count: int) -> bytes:
        """The next ``count`` bytes, not passed yet; fewer where the stream ends."""
        self.need(count)
        return self.data[self.at : self.at + count]

    def skip(self, count: int) -> bool:
        """Pass over ``count`` bytes without keeping them. False when the stream ends before."""
        count -= len(self.data) - self.at
        if count <= 0:
            self.at = len(self.data) + count
            return True
        self.data, self.at = b"", 0
        for chunk in self._chunks:
            if count <= len(chunk):
                self.data, self.at = chunk, count
                return True
            count -= len(chunk)
        return False

    @property
    def ended(self) -> bool:
        """Nothing is left."""
        return not self.need(1)
