"""A 7-Zip archive: its header says what there is, the decoders are those of the standard library.

Written by hand because `py7zr` brings seven compiled packages and unpacks to disk or into memory at will; here each folder (7-Zip's word
for a run of files packed together) is unpacked forward under the limits of every archive. Format: 7zFormat.txt of the LZMA SDK.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Protocol

from msgspec import Struct

from analyzer.collect.inflate import FIRST_STEP, INFLATE_ERRORS, INPUT_STEP, LAST_STEP, crc32, new_inflater
from analyzer.collect.items import DIRECTORY, Item, Named, Packed, Trouble
from analyzer.collect.stream import Broken, Failure, Stream, part
from analyzer.model.limits import Limits
from analyzer.model.member import DamageKind
from analyzer.texts import N_, _

MAGIC = b"7z\xbc\xaf\x27\x1c"
SIGNATURE_BYTES = 32

ReadAt = Callable[[int, int], bytes]
"""The bytes at an offset, of a length; fewer at the end."""

Meter = Callable[[Iterator[bytes], Stream], Stream]

_HEADER, _ADDITIONAL, _STREAMS, _FILES, _PACK, _UNPACK, _SUBSTREAMS, _SIZES, _CRC, _FOLDER, _UNPACK_SIZES, _COUNTS = (
    1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
)  # fmt: skip
_EMPTY_STREAM, _EMPTY_FILE, _NAMES, _MODIFIED, _ENCODED = 14, 15, 17, 20, 23
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
_MOST = 500_000
"""Files, folders and streams that a header may name."""

_NAMED = 20
"""Files packed together that are named when they cannot be unpacked."""

_EPOCH_OF_WINDOWS = datetime(1601, 1, 1, tzinfo=UTC)
_CUT = N_(
    "The 7-Zip archive is cut or damaged: its directory, which stands at its end, cannot be read. Fetch it again: it may be"
    " half-downloaded."
)
_ENCRYPTED = N_("This 7-Zip archive is encrypted: unpack it with its password and give the files.")


class SevenZipError(Exception):
    """The header makes no sense."""


class _Refused(Exception):
    """What a folder is packed with is not read. ``reason`` is a sentence."""

    def __init__(self, kind: DamageKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason


class _Coder(Struct, frozen=True):
    method: bytes
    properties: bytes


class _Folder(Struct):
    """Files packed together: coders from the one that gives the files to the one that takes the packed bytes."""

    coders: list[_Coder]
    simple: bool
    packed_streams: int = 1
    outputs: int = 1
    last_output: int = 0
    size: int = 0
    crc: int | None = None
    files: list[tuple[int, int | None]] = []  # size and checksum of each


class _File(Struct):
    name: str
    has_stream: bool = True
    is_file: bool = True
    modified: datetime | None = None


class _Bytes:
    """Reads the header."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        if size < 0 or self._at + size > len(self._data):
            raise SevenZipError
        found = self._data[self._at : self._at + size]
        self._at += size
        return found

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """An unsigned number: as many ones as the first byte begins with bytes follow it."""
        first = self.byte()
        mask, value = 0x80, 0
        for count in range(8):
            if not first & mask:
                return value | (first & (mask - 1)) << (8 * count)
            value |= self.byte() << (8 * count)
            mask >>= 1
        return value

    def count(self) -> int:
        value = self.number()
        if value > _MOST:
            raise SevenZipError
        return value

    def bits(self, count: int) -> list[bool]:
        packed = self.take((count + 7) // 8)
        return [bool(packed[at // 8] & (0x80 >> at % 8)) for at in range(count)]

    def optional_bits(self, count: int) -> list[bool]:
        return [True] * count if self.byte() else self.bits(count)

    def digests(self, count: int) -> list[int | None]:
        return [int.from_bytes(self.take(4), "little") if there else None for there in self.optional_bits(count)]


def seven_zip_items(read_at: ReadAt, limits: Limits, meter: Meter) -> Iterator[Item]:
    """The files of an archive, in its order; a `Trouble` for what is not read."""
    try:
        header = _header(read_at, limits)
        place, packed, folders, files = _archive(_Bytes(header)) if header else (0, [], [], [])
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


def _of_folder(
    folder: _Folder, read_at: ReadAt, at: int, size: int, files: Iterator[_File], limits: Limits, meter: Meter
) -> Iterator[Item]:
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
            reason = _("The 7-Zip archive is cut or damaged in {path}: what is packed behind it was not read. Fetch it again.")
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
            raise Failure(DamageKind.DAMAGED, _("the 7-Zip data ends before its end (a copy that was cut, or half-downloaded)"))
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
        if header[:1] != bytes((_ENCODED,)):
            return header
        place, packed, folders = _streams(reader := _Bytes(header), reader.byte())
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


def _archive(reader: _Bytes) -> tuple[int, list[int], list[_Folder], list[_File]]:
    if reader.byte() != _HEADER:
        raise SevenZipError
    kind = reader.byte()
    if kind == _ADDITIONAL:
        raise SevenZipError
    place, packed, folders = 0, list[int](), list[_Folder]()
    if kind == _STREAMS:
        place, packed, folders = _streams(reader, kind)
        kind = reader.byte()
    files = _files(reader) if kind == _FILES else []
    return place, packed, folders, files


def _streams(reader: _Bytes, _kind: int) -> tuple[int, list[int], list[_Folder]]:
    place, packed, folders = 0, list[int](), list[_Folder]()
    while kind := reader.byte():
        if kind == _PACK:
            place, packed = SIGNATURE_BYTES + reader.number(), [0] * reader.count()
            while kind := reader.byte():
                if kind == _SIZES:
                    packed = [reader.number() for _size in packed]
                elif kind == _CRC:
                    reader.digests(len(packed))
                else:
                    raise SevenZipError
        elif kind == _UNPACK:
            folders = _folders(reader)
        elif kind == _SUBSTREAMS:
            _substreams(reader, folders)
        else:
            raise SevenZipError
    for folder in folders:
        if not folder.files:
            folder.files = [(folder.size, folder.crc)]
    if sum(folder.packed_streams for folder in folders) > len(packed):
        raise SevenZipError
    return place, packed, folders


def _folders(reader: _Bytes) -> list[_Folder]:
    if reader.byte() != _FOLDER:
        raise SevenZipError
    count = reader.count()
    if reader.byte():
        raise SevenZipError  # the folders stand elsewhere
    folders = [_folder(reader) for _number in range(count)]
    while kind := reader.byte():
        if kind == _UNPACK_SIZES:
            for folder in folders:
                folder.size = [reader.number() for _output in range(folder.outputs)][folder.last_output]
        elif kind == _CRC:
            for folder, crc in zip(folders, reader.digests(len(folders)), strict=True):
                folder.crc = crc
        else:
            raise SevenZipError
    return folders


def _folder(reader: _Bytes) -> _Folder:
    coders: list[_Coder] = []
    ins = outs = 0
    count = reader.number()
    if not 1 <= count <= 8:
        raise SevenZipError
    for _number in range(count):
        flags = reader.byte()
        method = reader.take(flags & 0xF)
        taken, given = (reader.number(), reader.number()) if flags & 0x10 else (1, 1)
        coders.append(_Coder(method, reader.take(reader.count()) if flags & 0x20 else b""))
        ins, outs = ins + taken, outs + given
    if not (1 <= outs <= 32 and ins <= 32):
        raise SevenZipError
    bound = [(reader.number(), reader.number()) for _pair in range(outs - 1)]
    packed = ins - len(bound)
    if packed < 1:
        raise SevenZipError
    if packed > 1:
        for _stream in range(packed):
            reader.number()
    last = next((at for at in range(outs) if at not in {out for _into, out in bound}), 0)
    order = _chain(dict(bound), last, count) if ins == outs == count and packed == 1 else None
    return _Folder([coders[at] for at in order] if order else coders, order is not None, packed, outs, last)


def _chain(feeds: dict[int, int], last: int, count: int) -> list[int] | None:
    """The coders from the one that gives the files on, each with the one that feeds it behind it; None when they are no single chain."""
    order = [last]
    while order[-1] in feeds and len(order) < count:
        order.append(feeds[order[-1]])
    return order if sorted(order) == list(range(count)) else None


def _substreams(reader: _Bytes, folders: list[_Folder]) -> None:
    counts = [1] * len(folders)
    sizes: list[list[int]] = []
    kind = reader.byte()
    if kind == _COUNTS:
        counts = [reader.count() for _folder in folders]
        if sum(counts) > _MOST:
            raise SevenZipError
        kind = reader.byte()
    for folder, count in zip(folders, counts, strict=True):
        stated = [reader.number() for _file in range(count - 1)] if kind == _SIZES else []
        if count and (len(stated) != count - 1 or sum(stated) > folder.size):
            raise SevenZipError
        sizes.append([*stated, folder.size - sum(stated)] if count else [])
    if kind == _SIZES:
        kind = reader.byte()
    unknown = [(at, number) for at, found in enumerate(sizes) for number in range(len(found)) if len(found) != 1 or folders[at].crc is None]
    digests: dict[tuple[int, int], int | None] = {(at, 0): folders[at].crc for at, found in enumerate(sizes) if len(found) == 1}
    if kind == _CRC:
        digests |= dict(zip(unknown, reader.digests(len(unknown)), strict=True))
        kind = reader.byte()
    if kind:
        raise SevenZipError
    for at, (folder, found) in enumerate(zip(folders, sizes, strict=True)):
        folder.files = [(size, digests.get((at, number))) for number, size in enumerate(found)]


def _files(reader: _Bytes) -> list[_File]:
    files = [_File("") for _number in range(reader.count())]
    empty: list[_File] = []
    while kind := reader.number():
        body = _Bytes(reader.take(reader.number()))
        if kind == _EMPTY_STREAM:
            for file, is_empty in zip(files, body.bits(len(files)), strict=True):
                file.has_stream = not is_empty
                file.is_file = not is_empty
            empty = [file for file in files if not file.has_stream]
        elif kind == _EMPTY_FILE:
            for file, is_file in zip(empty, body.bits(len(empty)), strict=True):
                file.is_file = is_file
        elif kind == _NAMES and not body.byte():
            names = body.take(len(body._data) - 1).decode("utf-16-le", "replace").split("\0")
            for file, name in zip(files, names, strict=False):
                file.name = name
        elif kind == _MODIFIED:
            there = body.optional_bits(len(files))
            if not body.byte():
                for file, has_time in zip(files, there, strict=True):
                    if has_time:
                        file.modified = _moment(int.from_bytes(body.take(8), "little"))
    return files


def _moment(ticks: int) -> datetime | None:
    try:
        return _EPOCH_OF_WINDOWS + timedelta(microseconds=ticks // 10)
    except OverflowError:
        return None


_ERRORS: tuple[type[Exception], ...] = (lzma.LZMAError, OSError, ValueError, EOFError, MemoryError, *INFLATE_ERRORS)


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _unpacked(folder: _Folder, source: Stream, limits: Limits) -> Iterator[bytes]:
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


def _decoder(folder: _Folder, limits: Limits) -> _Decoder | None:
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
        told = _("This file of a 7-Zip archive is packed by a method that is not read ({label}): unpack the archive and give the files.")
        raise _Refused(DamageKind.UNSUPPORTED, told.format(label=label))
    try:
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[one for one in chain if one is not None])
    except (lzma.LZMAError, ValueError, MemoryError) as error:
        raise _Refused(DamageKind.DAMAGED, _(_CUT)) from error


def _filter(coder: _Coder, size: int, limits: Limits) -> dict[str, int] | None:
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
            "This file of a 7-Zip archive demands more memory than is allowed (limit decoder_bytes): unpack the archive and give the files."
        )
        raise _Refused(DamageKind.LIMIT, told)
    return needed
