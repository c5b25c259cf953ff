"""Compressed streams, unpacked forward in bounded blocks.

Each decoder is a generator of non-empty blocks over a `Stream`. It raises `Failure` where the data is cut or damaged, after it gave
what came before; a checksum is compared last, so a wrong one costs no data.
"""

from __future__ import annotations

import bz2
import lzma
from collections.abc import Callable, Iterator
from typing import Protocol

from analyzer.collect.inflate import FIRST_STEP, INFLATE_ERRORS, INPUT_STEP, LAST_STEP, crc32, new_inflater
from analyzer.collect.sniff import Container, is_skippable
from analyzer.collect.stream import Failure, Stream
from analyzer.collect.zstd import ZSTD_ERRORS, new_frame
from analyzer.model.limits import Limits
from analyzer.model.member import DamageKind
from analyzer.texts import N_, _

_CUT = N_("the {format} data ends before its end mark (an incomplete copy or download)")
_DAMAGED = N_("the {format} data is damaged")
_GARBAGE = N_("bytes that are not {format} follow the end of the {format} data")

_HEADER_TEXT_BYTES = 64 << 10
_ZSTD_INPUT_STEP = 1 << 10  # one kilobyte of zstd can hold 256 blocks of 128 KiB, and its decoder takes no output limit
_DAMAGED_KIND = DamageKind.DAMAGED
_DECODING_ERRORS: tuple[type[Exception], ...] = (OSError, lzma.LZMAError, *ZSTD_ERRORS, ValueError, EOFError, MemoryError)


def decode(kind: Container, source: Stream, limits: Limits, check: Callable[[], None] = lambda: None) -> Iterator[bytes]:
    """The unpacked blocks of a gzip, bzip2, xz, lzma or zstd stream (all its members, one after the other).

    ``check`` is called before each member: a million empty ones give no block at which a clock could be looked at.
    """
    match kind:
        case Container.GZIP:
            return _gzip(source, check)
        case Container.BZIP2:
            return _framed("bzip2", b"BZh", source, check, bz2.BZ2Decompressor)
        case Container.XZ:
            return _framed("xz", b"\xfd7zXZ\0", source, check, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, limits.decoder_bytes))
        case Container.LZMA:
            return _framed("lzma", b"\x5d\0\0", source, check, lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, limits.decoder_bytes))
        case Container.ZSTD:
            _pass_skippable(source)
            return _framed("zstd", b"\x28\xb5\x2f\xfd", source, check, lambda: _ZstdFrame(limits.decoder_bytes), _ZSTD_INPUT_STEP)
        case _:
            raise ValueError(kind)


def _gzip(source: Stream, check: Callable[[], None]) -> Iterator[bytes]:
    while True:
        check()
        _pass_gzip_header(source)
        body = new_inflater()
        step, feed, crc, size = FIRST_STEP, 4 << 10, 0, 0
        while not body.eof:
            data = b""
            if body.needs_input:
                data = source.read(feed)
                feed = min(feed * 2, INPUT_STEP)
                if not data:
                    raise Failure(_DAMAGED_KIND, _(_CUT).format(format="gzip"))
            try:
                block = body.decompress(data, step)
            except INFLATE_ERRORS as error:
                raise Failure(_DAMAGED_KIND, _(_DAMAGED).format(format="gzip")) from error
            if block:
                crc = crc32(block, crc)
                size += len(block)
                yield block
                step = min(step * 2, LAST_STEP)
        source.unread(body.unused_data)
        trailer = source.take(8)
        if len(trailer) < 8:
            raise Failure(_DAMAGED_KIND, _(_CUT).format(format="gzip"))
        if int.from_bytes(trailer[:4], "little") != crc or int.from_bytes(trailer[4:], "little") != size & 0xFFFFFFFF:
            raise Failure(_DAMAGED_KIND, _("the gzip data does not match its checksum"))
        if not _another("gzip", b"\x1f\x8b\x08", source):
            return


def _pass_gzip_header(source: Stream) -> None:
    """Pass over a gzip header (RFC 1952, 2.3)."""
    fixed = source.take(10)
    if len(fixed) < 10:
        raise Failure(_DAMAGED_KIND, _(_CUT).format(format="gzip"))
    flags = fixed[3]
    if flags & 0xE0:
        raise Failure(_DAMAGED_KIND, _(_DAMAGED).format(format="gzip"))
    if flags & 4:
        source.skip(int.from_bytes(source.take(2), "little"))
    for flag in (8, 16):
        if flags & flag:
            for _byte in range(_HEADER_TEXT_BYTES):
                if source.take(1) in (b"", b"\0"):
                    break
            else:
                raise Failure(_DAMAGED_KIND, _(_DAMAGED).format(format="gzip"))
    if flags & 2:
        source.skip(2)


class _Decompressor(Protocol):
    """What `bz2.BZ2Decompressor` and `lzma.LZMADecompressor` have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _ZstdFrame:
    """One zstd frame behind the same interface. Its output is bounded by its input (`_ZSTD_INPUT_STEP`), not by ``max_length``."""

    needs_input = True

    def __init__(self, window_bytes: int) -> None:
        self._frame = new_frame(window_bytes)

    @property
    def eof(self) -> bool:
        return bool(self._frame.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._frame.unused_data)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return bytes(self._frame.decompress(data))


def _framed(
    label: str,
    magic: bytes,
    source: Stream,
    check: Callable[[], None],
    new: Callable[[], _Decompressor],
    input_step: int = INPUT_STEP,
) -> Iterator[bytes]:
    """A format whose library finds the frame's header, end and checksum by itself."""
    while True:
        check()
        body = new()
        step, feed = FIRST_STEP, min(4 << 10, input_step)
        while not body.eof:
            data = b""
            if body.needs_input:
                data = source.read(feed)
                feed = min(feed * 2, input_step)
                if not data:
                    raise Failure(_DAMAGED_KIND, _(_CUT).format(format=label))
            try:
                block = body.decompress(data, step)
            except _DECODING_ERRORS as error:
                raise _failure(label, error) from error
            if block:
                yield block
                step = min(step * 2, LAST_STEP)
        source.unread(body.unused_data)
        if not _another(label, magic, source):
            return


def _pass_skippable(source: Stream) -> None:
    """Pass over frames of zstd that hold no data."""
    while is_skippable(source.peek(4)):
        head = source.take(8)
        source.skip(int.from_bytes(head[4:], "little"))


def _failure(label: str, error: Exception) -> Failure:
    if isinstance(error, MemoryError) or "emory" in str(error):
        return Failure(DamageKind.LIMIT, _("the {format} data needs more memory than allowed (limit decoder_bytes)").format(format=label))
    return Failure(_DAMAGED_KIND, _(_DAMAGED).format(format=label))


def _another(label: str, magic: bytes, source: Stream) -> bool:
    """Whether another member follows. Zero bytes between and after members are padding."""
    _pass_skippable(source)
    if source.peek(len(magic)) == magic:
        return True
    while head := source.peek(INPUT_STEP):
        padding = len(head) - len(head.lstrip(b"\0"))
        if padding < len(head):
            source.skip(padding)
            if source.peek(len(magic)) == magic:
                return True
            raise Failure(_DAMAGED_KIND, _(_GARBAGE).format(format=label))
        source.skip(padding)
    source.read(1)  # a layer below that broke, rather than ended, raises here
    return False
