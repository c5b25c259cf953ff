"""The directory of a 7-Zip archive: which files there are, and how each run of them is packed. Format: 7zFormat.txt of the LZMA SDK."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import Struct

SIGNATURE_BYTES = 32
"""Bytes in front of the first packed ones."""

_HEADER, _ADDITIONAL, _STREAMS, _FILES, _PACK, _UNPACK, _SUBSTREAMS, _SIZES, _CRC, _FOLDER, _UNPACK_SIZES, _COUNTS = (
    1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
)  # fmt: skip
_EMPTY_STREAM, _EMPTY_FILE, _NAMES, _MODIFIED, ENCODED = 14, 15, 17, 20, 23
_MOST = 500_000
"""Files, folders and streams that a header may name."""

_EPOCH_OF_WINDOWS = datetime(1601, 1, 1, tzinfo=UTC)


class SevenZipError(Exception):
    """The header makes no sense."""


class Coder(Struct, frozen=True):
    """A method, by its number, and what it is told."""

    method: bytes
    properties: bytes


class Folder(Struct):
    """Files packed together: coders from the one that gives the files to the one that takes the packed bytes."""

    coders: list[Coder]
    simple: bool
    packed_streams: int = 1
    outputs: int = 1
    last_output: int = 0
    size: int = 0
    crc: int | None = None
    files: list[tuple[int, int | None]] = []  # size and checksum of each


class File(Struct):
    """A file, or a folder of the file system (neither ``has_stream`` nor ``is_file``). ``modified`` is aware, UTC."""

    name: str
    has_stream: bool = True
    is_file: bool = True
    modified: datetime | None = None


class Reader:
    """Reads the directory, byte for byte. Each of its methods raises `SevenZipError` where there is nothing left."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        """The next bytes."""
        if size < 0 or self._at + size > len(self._data):
            raise SevenZipError
        found = self._data[self._at : self._at + size]
        self._at += size
        return found

    def byte(self) -> int:
        """The next one as a number."""
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
        """A number of things that the directory goes on to describe."""
        value = self.number()
        if value > _MOST:
            raise SevenZipError
        return value

    def bits(self, count: int) -> list[bool]:
        """So many, the highest of each byte first."""
        packed = self.take((count + 7) // 8)
        return [bool(packed[at // 8] & (0x80 >> at % 8)) for at in range(count)]

    def optional_bits(self, count: int) -> list[bool]:
        """The same, behind a byte that may say that all are set."""
        return [True] * count if self.byte() else self.bits(count)

    def digests(self, count: int) -> list[int | None]:
        """Checksums, None for what has none."""
        return [int.from_bytes(self.take(4), "little") if there else None for there in self.optional_bits(count)]


def read_archive(reader: Reader) -> tuple[int, list[int], list[Folder], list[File]]:
    """Where the packed bytes begin, the size of each packed stream, the folders and the files. Raises `SevenZipError`."""
    if reader.byte() != _HEADER:
        raise SevenZipError
    kind = reader.byte()
    if kind == _ADDITIONAL:
        raise SevenZipError
    place, packed, folders = 0, list[int](), list[Folder]()
    if kind == _STREAMS:
        place, packed, folders = read_streams(reader, kind)
        kind = reader.byte()
    files = _files(reader) if kind == _FILES else []
    return place, packed, folders, files


def read_streams(reader: Reader, _kind: int) -> tuple[int, list[int], list[Folder]]:
    """The same without files: how streams are packed. Raises `SevenZipError`."""
    place, packed, folders = 0, list[int](), list[Folder]()
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


def _folders(reader: Reader) -> list[Folder]:
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


def _folder(reader: Reader) -> Folder:
    coders: list[Coder] = []
    ins = outs = 0
    count = reader.number()
    if not 1 <= count <= 8:
        raise SevenZipError
    for _number in range(count):
        flags = reader.byte()
        method = reader.take(flags & 0xF)
        taken, given = (reader.number(), reader.number()) if flags & 0x10 else (1, 1)
        coders.append(Coder(method, reader.take(reader.count()) if flags & 0x20 else b""))
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
    return Folder([coders[at] for at in order] if order else coders, order is not None, packed, outs, last)


def _chain(feeds: dict[int, int], last: int, count: int) -> list[int] | None:
    """The coders from the one that gives the files on, each with the one that feeds it behind it; None when they are no single chain."""
    order = [last]
    while order[-1] in feeds and len(order) < count:
        order.append(feeds[order[-1]])
    return order if sorted(order) == list(range(count)) else None


def _substreams(reader: Reader, folders: list[Folder]) -> None:
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


def _files(reader: Reader) -> list[File]:
    files = [File("") for _number in range(reader.count())]
    empty: list[File] = []
    while kind := reader.number():
        body = Reader(reader.take(reader.number()))
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
