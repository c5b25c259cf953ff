"""A 7-Zip archive: its header says what there is, the decoders are those of the standard library.

Written by hand because `py7zr` brings seven compiled packages and unpacks to disk or into memory at will; here each folder (7-Zip's word
for a run of files packed together) is unpacked forward under the limits of every archive.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

from analyzer.collect.inflate import FIRST_STEP, INFLATE_ERRORS, INPUT_STEP, LAST_STEP, crc32, new_inflater
from analyzer.collect.items import DIRECTORY, Item, Named, Packed, Trouble
from analyzer.collect.seven_zip_directory import (
    ENCODED,
    SIGNATURE_BYTES,
    Coder,
    File,
    Folder,
    Reader,
    SevenZipError,
    read_archive,
    read_streams,
)
from analyzer.collect.stream import Broken, Failure, Stream, part
from analyzer.model.limits import Limits
from analyzer.model.member import DamageKind
from analyzer.texts import N_, _

ReadAt = Callable[[int, int], bytes]
"""The bytes at an offset, of a length; fewer at the end."""

Meter = Callable[[Iterator[bytes], Stream], Stream]

_COPY, _LZMA, _LZMA2, _DELTA, _DEFLATE, _BZIP2 = b"\0", b"\x03\x01\x01", b"\x21", b"\x03", b"\x04\x01\x08", b"\x04\x02\x02"
_AES = b"\x06\xf1\x07\x01"
_FILTERS = {
    b"\x03\x03\x01\x03": lzma.FILTER_X86,
    b"\x04": lzma.FILTER_X86,
    b"\x03\x03\x02\x05": lzma.FILTER_POWERPC,
    b"\x05": lzma.FILTER_POWERPC,
    b"\x03\x03\x04\x01": lzma.FILTER_IA64,
    b"\x06": lzma.FILTER_IA64,
    b"\x03\x03\x05\x01": lzma.FILTER_ARM,
    b"\x07": lzma.FILTER_ARM,
    b"\x03\x03\x07\x01": lzma.FILTER_ARMTHUMB,
    b"\x08": lzma.FILTER_ARMTHUMB,
    b"\x03\x03\x08\x05": lzma.FILTER_SPARC,
    b"\x09": lzma.FILTER_SPARC,
}
_NAMED = 20
"""Files packed together that are named when they cannot be unpacked."""

_CUT = N_(
    "The 7-Zip archive is cut off or damaged: its directory at the end of the file cannot be read. It may be an "
    "incomplete download: fetch it again."
)
_ENCRYPTED = N_("This 7-Zip archive is encrypted: unpack it with its password and provide the files.")


class _Refused(Exception):
    """What a folder is packed with is not read. ``reason`` is a sentence."""

    def __init__(self, kind: DamageKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


def seven_zip_items(read_at: ReadAt, limits: Limits, meter: Meter) -> Iterator[Item]:
    """The files of an archive, in its order; a `Trouble` for what is not read."""
    try:
        header = _header(read_at, limits)
        place, packed, folders, files = read_archive(Reader(header)) if header else (0, [], [], [])
    except _Refused as refused:
        yield Trouble("", refused.kind, refused.reason)
        return
    except (SevenZipError, lzma.LZMAError, IndexError, UnicodeDecodeError, Failure):
        yield Trouble("", DamageKind.DAMAGED, _(_CUT))
        return
    named = iter(files)
    at = place
    for folder in folders:
        sizes, packed = packed[: folder.packed_streams], packed[folder.packed_streams :]
        yield from _of_folder(folder, read_at, at, sum(sizes), named, limits, meter)
        at += sum(sizes)
    for file in named:
        yield Named(file.name, DIRECTORY) if not file.is_file else Packed(file.name, 0, file.modified, Stream(lambda: b""))


def _of_folder(folder: Folder, read_at: ReadAt, at: int, size: int, files: Iterator[File], limits: Limits, meter: Meter) -> Iterator[Item]:
    source = Stream(_pull(read_at, at, size))
    try:
        unpacked: Stream | None = meter(_unpacked(folder, source, limits), source)
    except _Refused as refused:
        unpacked, why = None, refused
    for number, (length, crc) in enumerate(folder.files):
        file = next(files, None)
        while file is not None and not file.has_stream:
            yield Named(file.name, DIRECTORY) if not file.is_file else Packed(file.name, 0, file.modified, Stream(lambda: b""))
            file = next(files, None)
        if file is None:
            return
        if unpacked is None:
            if number < _NAMED:
                yield Trouble(file.name, why.kind, why.reason)
            continue
        data = part(unpacked, length)
        yield Packed(file.name, length, file.modified, Stream(_checked(data, unpacked, length, crc)))
        try:
            data.skip(length)
        except Broken as broken:
            if broken.layer is not unpacked:
                raise
            reason = _("The 7-Zip archive is cut off or damaged in {path}: what follows was not read. Fetch it again.")
            yield Trouble("", broken.kind, reason.format(path=file.name))
            return


def _checked(data: Stream, unpacked: Stream, length: int, crc: int | None) -> Callable[[], bytes]:
    """Pulls the bytes of one file. What fails in the packed bytes is the file's own failure: nobody else reads them."""
    found = seen = 0

    def pull() -> bytes:
        nonlocal found, seen
        try:
            block = data.read(LAST_STEP)
        except Broken as broken:
            if broken.layer is not unpacked:
                raise
            raise Failure(broken.kind, broken.reason) from broken
        found, seen = crc32(block, found), seen + len(block)
        if not block and seen < length:
            raise Failure(DamageKind.DAMAGED, _("the 7-Zip data ends too early (an incomplete copy or download)"))
        if not block and crc is not None and found != crc:
            raise Failure(DamageKind.DAMAGED, _("the file does not match its checksum"))
        return block

    return pull


def _pull(read_at: ReadAt, at: int, size: int) -> Callable[[], bytes]:
    left = size

    def pull() -> bytes:
        nonlocal at, left
        data = read_at(at, min(left, INPUT_STEP)) if left else b""
        at += len(data)
        left -= len(data)
        return data

    return pull


def _header(read_at: ReadAt, limits: Limits) -> bytes:
    """The header in plain, b"" of an empty archive."""
    signature = read_at(0, SIGNATURE_BYTES)
    if len(signature) < SIGNATURE_BYTES or zlib.crc32(signature[12:32]) != int.from_bytes(signature[8:12], "little"):
        raise SevenZipError
    offset, size = int.from_bytes(signature[12:20], "little"), int.from_bytes(signature[20:28], "little")
    if not size:
        return b""
    header = _read_header(read_at, SIGNATURE_BYTES + offset, size, limits)
    if zlib.crc32(header) != int.from_bytes(signature[28:32], "little"):
        raise SevenZipError
    for _level in range(4):
        if header[:1] != bytes((ENCODED,)):
            return header
        place, packed, folders = read_streams(reader := Reader(header), reader.byte())
        if len(folders) != 1:
            raise SevenZipError
        source = Stream(_pull(read_at, place, packed[0]))
        if folders[0].size > limits.zip_directory_bytes:
            raise _Refused(
                DamageKind.LIMIT, _("The directory of the 7-Zip archive is too large (limit zip_directory_bytes): it was not read.")
            )
        header = b"".join(_unpacked(folders[0], source, limits))
    raise SevenZipError


def _read_header(read_at: ReadAt, at: int, size: int, limits: Limits) -> bytes:
    if size > limits.zip_directory_bytes:
        raise _Refused(DamageKind.LIMIT, _("The directory of the 7-Zip archive is too large (limit zip_directory_bytes): it was not read."))
    data = read_at(at, size)
    if len(data) < size:
        raise SevenZipError
    return data


_ERRORS: tuple[type[Exception], ...] = (lzma.LZMAError, OSError, ValueError, EOFError, MemoryError, *INFLATE_ERRORS)


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _unpacked(folder: Folder, source: Stream, limits: Limits) -> Iterator[bytes]:
    """The blocks of a folder. Raises `_Refused` at once for what is not read, `Failure` where the data breaks."""
    decoder = _decoder(folder, limits)
    return _blocks(decoder, source, folder.size)


def _blocks(decoder: _Decoder | None, source: Stream, size: int) -> Iterator[bytes]:
    left, step = size, FIRST_STEP
    while left and decoder is None:
        block = source.read(min(left, LAST_STEP))
        if not block:
            return
        left -= len(block)
        yield block
    while left and decoder is not None and not decoder.eof:
        data = source.read(INPUT_STEP) if decoder.needs_input else b""
        try:
            block = decoder.decompress(data, min(step, left))
        except _ERRORS as error:
            raise Failure(DamageKind.DAMAGED, _("the 7-Zip data is damaged")) from error
        if not block and not data and decoder.needs_input:
            return
        left -= len(block)
        step = min(step * 2, LAST_STEP)
        if block:
            yield block


def _decoder(folder: Folder, limits: Limits) -> _Decoder | None:
    methods = [coder.method for coder in folder.coders]
    if _AES in methods:
        raise _Refused(DamageKind.ENCRYPTED, _(_ENCRYPTED))
    if folder.simple and methods == [_COPY]:
        return None
    if folder.simple and methods == [_DEFLATE]:
        return new_inflater()
    if folder.simple and methods == [_BZIP2]:
        return bz2.BZ2Decompressor()
    chain = [_filter(coder, folder.size, limits) for coder in folder.coders]
    if not folder.simple or any(one is None for one in chain) or methods[-1] not in (_LZMA, _LZMA2):
        label = " + ".join(method.hex() for method in methods)
        told = _("This file of a 7-Zip archive uses an unsupported compression method ({label}): unpack the archive and provide the files.")
        raise _Refused(DamageKind.UNSUPPORTED, told.format(label=label))
    try:
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[one for one in chain if one is not None])
    except (lzma.LZMAError, ValueError, MemoryError) as error:
        raise _Refused(DamageKind.DAMAGED, _(_CUT)) from error


def _filter(coder: Coder, size: int, limits: Limits) -> dict[str, int] | None:
    """The decoder in the words of `lzma`. A window is never larger than what comes out."""
    if coder.method == _LZMA and len(coder.properties) == 5 and coder.properties[0] < 225:
        rest, lc = divmod(coder.properties[0], 9)
        pb, lp = divmod(rest, 5)
        window = int.from_bytes(coder.properties[1:], "little")
        return {"id": lzma.FILTER_LZMA1, "dict_size": _window(window, size, limits), "lc": lc, "lp": lp, "pb": pb}
    if coder.method == _LZMA2 and len(coder.properties) == 1 and coder.properties[0] <= 40:
        bits = coder.properties[0]
        window = 0xFFFFFFFF if bits == 40 else (2 | bits & 1) << (bits // 2 + 11)
        return {"id": lzma.FILTER_LZMA2, "dict_size": _window(window, size, limits)}
    if coder.method == _DELTA and len(coder.properties) <= 1:
        return {"id": lzma.FILTER_DELTA, "dist": (coder.properties[0] if coder.properties else 0) + 1}
    return {"id": _FILTERS[coder.method]} if coder.method in _FILTERS else None


def _window(stated: int, size: int, limits: Limits) -> int:
    needed = max(4096, min(stated, size))
    if needed > limits.decoder_bytes:
        told = _(
            "This file of a 7-Zip archive needs more memory than allowed (limit decoder_bytes): unpack the archive and provide the files."
        )
        raise _Refused(DamageKind.LIMIT, told)
    return needed
