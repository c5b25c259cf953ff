"""Raw deflate in bounded steps: ISA-L where the wheel is there, zlib else."""

from __future__ import annotations

import zlib
from typing import Protocol

try:
    from isal import igzip_lib, isal_zlib

    HAVE_ISAL = True
except ImportError:  # no wheel for this machine: two to three times slower, the same bytes
    HAVE_ISAL = False

FIRST_STEP = 16 << 10
LAST_STEP = 1 << 20
"""Bytes unpacked per call grow from the first to the last. A call that meets damage loses its bytes, so short files lose little."""

INPUT_STEP = 1 << 20
"""Packed bytes given to a decoder at a time."""


class Inflater(Protocol):
    """A decoder of one deflate stream, as of `bz2.BZ2Decompressor`: call while not ``eof``, with data when ``needs_input``."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class ZlibInflater:
    """zlib behind the interface of `Inflater`."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(-zlib.MAX_WBITS)
        self._tail = b""
        self._full = False

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._tail and not self._full

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        out = self._zlib.decompress(self._tail + data, max_length)
        self._tail = self._zlib.unconsumed_tail
        self._full = len(out) == max_length
        return out


if HAVE_ISAL:
    # The stub of isal declares its error class as an instance, so it is fetched past the type checker.
    INFLATE_ERRORS: tuple[type[Exception], ...] = (zlib.error, vars(igzip_lib)["error"])
    crc32 = isal_zlib.crc32
else:
    INFLATE_ERRORS = (zlib.error,)
    crc32 = zlib.crc32


def new_inflater() -> Inflater:
    """A decoder of one raw deflate stream."""
    return igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_DEFLATE) if HAVE_ISAL else ZlibInflater()
