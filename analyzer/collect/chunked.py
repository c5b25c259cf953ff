"""Bytes that arrive in pieces, as a stream that is read forward."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import BinaryIO, cast


class _Chunked(io.RawIOBase):
    """A read gives what is left of the piece at hand: a piece is never copied together with the next one."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        super().__init__()
        self._chunks = iter(chunks)
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes (negative: any number), ``b""`` only at the end. Raises what the pieces raise."""
        while not self._left:
            piece = next(self._chunks, None)
            if piece is None:
                return b""
            self._left = memoryview(piece)
        data = bytes(self._left[: size if size >= 0 else None])
        self._left = self._left[len(data) :]
        return data


def as_stream(chunks: Iterable[bytes]) -> BinaryIO:
    """The pieces as a stream: whoever has it asks for the next piece when it needs one. It cannot seek."""
    return cast("BinaryIO", _Chunked(chunks))
