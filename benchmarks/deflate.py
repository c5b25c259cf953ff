"""gzip files of gigabytes written in seconds: a piece that comes again is compressed once and its blocks are repeated.

Every piece ends with a full flush (RFC 1951: byte aligned, nothing refers back), so compressed pieces can be put one after the other in
any order. To a reader the file is one ordinary gzip member, as zlib at its usual level makes it.
"""

from __future__ import annotations

import zlib
from types import TracebackType
from typing import BinaryIO

LEVEL = 6
_FINAL_BLOCK = b"\x03\x00"
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


class GzipWriter:
    """One gzip member on ``target``. ``repeated`` keeps the compressed form of pieces; several writers may share one."""

    def __init__(self, target: BinaryIO, repeated: dict[bytes, bytes] | None = None) -> None:
        self._target = target
        self._repeated = {} if repeated is None else repeated
        self._crc = 0
        self.size = 0
        target.write(_HEADER)

    def write(self, data: bytes) -> None:
        """Data that comes once."""
        self._put(data, _deflated(data))

    def repeat(self, piece: bytes) -> None:
        """Data that comes again: compressed the first time only."""
        packed = self._repeated.get(piece)
        if packed is None:
            packed = self._repeated[piece] = _deflated(piece)
        self._put(piece, packed)

    def close(self) -> None:
        """The end mark, the checksum and the size."""
        self._target.write(_FINAL_BLOCK + self._crc.to_bytes(4, "little") + (self.size & 0xFFFFFFFF).to_bytes(4, "little"))

    def __enter__(self) -> GzipWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _put(self, data: bytes, packed: bytes) -> None:
        self._target.write(packed)
        self._crc = zlib.crc32(data, self._crc)
        self.size += len(data)


def _deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
