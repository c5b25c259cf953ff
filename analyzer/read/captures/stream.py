"""A forward view of a byte stream, for records whose length stands in front of them."""

from __future__ import annotations

from collections.abc import Iterable


class ByteStream:
    """What is left of a stream of chunks. Memory is bounded by the largest `window` plus two chunks.

    A window that lies across two chunks is the only one for which bytes are joined, and no more than it shows.
    """

    __slots__ = ("_ahead", "_at", "_chunk", "_chunks")

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = filter(None, chunks)
        self._chunk = self._ahead = b""
        self._at = 0

    def window(self, count: int) -> bytes:
        """The next ``count`` bytes, not passed yet; fewer where the stream ends."""
        left = len(self._chunk) - self._at
        if left >= count:
            return self._chunk[self._at : self._at + count]
        self._ahead = self._ahead or next(self._chunks, b"")
        if not self._ahead:
            return self._chunk[self._at :]
        if left + len(self._ahead) < count:  # chunks smaller than what is wanted: joined for good
            parts, size = [self._chunk[self._at :], self._ahead], left + len(self._ahead)
            while size < count and (chunk := next(self._chunks, b"")):
                parts.append(chunk)
                size += len(chunk)
            self._chunk, self._at, self._ahead = b"".join(parts), 0, b""
            return self._chunk[:count]
        return self._chunk[self._at :] + self._ahead[: count - left]

    def skip(self, count: int) -> bool:
        """Pass over ``count`` bytes without keeping them. False when the stream ends before."""
        self._at += count
        while self._at > len(self._chunk):
            self._at -= len(self._chunk)
            self._chunk, self._ahead = self._ahead or next(self._chunks, b""), b""
            if not self._chunk:
                return False
        return True
