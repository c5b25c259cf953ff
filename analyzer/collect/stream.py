"""Bytes that are pulled forward, layer on layer: a file, what is unpacked from it, a member of that."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.model.member import DamageKind


class Failure(Exception):
    """Raised by a layer's own source: these bytes end here, and why. ``reason`` is a clause ("the gzip data is cut")."""

    def __init__(self, kind: DamageKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


class Broken(Exception):
    """A layer failed. Whoever opened ``layer`` reports it; everyone between lets it pass."""

    def __init__(self, layer: object, kind: DamageKind, reason: str) -> None:
        super().__init__(reason)
        self.layer = layer
        self.kind = kind
        self.reason = reason


class Stream:
    """A forward reader over ``pull``, which gives the next block of any size, ``b""`` at the end.

    A `Failure` out of ``pull`` becomes a `Broken` of this layer; a `Broken` of a layer below passes. Either stays: what was
    buffered before it is still given, and every read after that raises it again (``error`` holds it).
    """

    __slots__ = ("_at", "_block", "_ended", "_pull", "_pulled", "error")

    def __init__(self, pull: Callable[[], bytes]) -> None:
        self._pull = pull
        self._block = b""
        self._at = 0
        self._pulled = 0
        self._ended = False
        self.error: Broken | None = None

    @property
    def position(self) -> int:
        """Bytes given so far."""
        return self._pulled - (len(self._block) - self._at)

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes, as many as are at hand; ``b""`` at the end (or for size 0)."""
        if self._at >= len(self._block):
            block = self._next()
            self._block, self._at = block, 0
        data = self._block[self._at : self._at + size]
        self._at += len(data)
        return data

    def take(self, size: int) -> bytes:
        """Exactly ``size`` bytes, fewer only at the end."""
        data = self.read(size)
        if len(data) == size:
            return data
        parts = [data]
        missing = size - len(data)
        while missing and data:
            data = self.read(missing)
            parts.append(data)
            missing -= len(data)
        return b"".join(parts)

    def skip(self, size: int) -> int:
        """Pass over ``size`` bytes; the number passed, smaller only at the end."""
        left = size
        while left and (data := self.read(left)):
            left -= len(data)
        return size - left

    def peek(self, size: int) -> bytes:
        """The next ``size`` bytes without taking them; fewer at the end or where the stream breaks. Raises nothing."""
        if len(self._block) - self._at >= size:  # the usual case: no copy of what is left of a large block
            return self._block[self._at : self._at + size]
        parts = [self._block[self._at :]]
        have = len(parts[0])
        while have < size:
            try:
                block = self._next()
            except Broken:
                break
            if not block:
                break
            parts.append(block)
            have += len(block)
        if len(parts) > 1:
            self._block, self._at = b"".join(parts), 0
        return self._block[self._at : self._at + size]

    def unread(self, data: bytes) -> None:
        """Give back bytes that were taken last."""
        size = len(data)
        if size <= self._at and self._block[self._at - size : self._at] == data:
            self._at -= size
        else:
            self._block, self._at = data + self._block[self._at :], 0

    def _next(self) -> bytes:
        if self.error is not None:
            raise self.error
        if self._ended:
            return b""
        try:
            block = self._pull()
        except Failure as failure:
            self.error = Broken(self, failure.kind, failure.reason)
            raise self.error from failure
        except Broken as broken:
            self.error = broken
            raise
        if not block:
            self._ended = True
        self._pulled += len(block)
        return block


def drain(stream: Stream) -> None:
    """Read to the end and forget it, so that a checksum at the end is compared."""
    while stream.read(1 << 20):
        pass


def part(stream: Stream, size: int, block: int = 1 << 20) -> Stream:
    """The next ``size`` bytes of a stream as a stream of their own. It ends early, without error, where the outer one ends."""
    left = size

    def pull() -> bytes:
        nonlocal left
        data = stream.read(min(left, block)) if left else b""
        left -= len(data)
        return data

    return Stream(pull)
