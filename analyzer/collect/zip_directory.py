"""A zip archive that can be sought in: its central directory says what there is. `zipfile` reads the directory, nothing else."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator

from analyzer.collect.inflate import INPUT_STEP
from analyzer.collect.items import DEVICE, DIRECTORY, FIFO, SOCKET, SYMLINK, Item, Named, Packed, Trouble
from analyzer.collect.raw import OversizedRead, View
from analyzer.collect.stream import Broken, Failure, Stream, part
from analyzer.collect.zip_member import ENCRYPTED, ENCRYPTED_FLAG, Unpacker, modified, unsupported
from analyzer.model.member import DamageKind
from analyzer.texts import _

Meter = Callable[[Iterator[bytes], Stream], Stream]
"""Makes a counted stream of the blocks that are unpacked from another."""

_NO_FILES = {stat.S_IFIFO: FIFO, stat.S_IFSOCK: SOCKET, stat.S_IFCHR: DEVICE, stat.S_IFBLK: DEVICE}
_TARGET_BYTES = 4096
_LOCAL_HEADER = 30
_ERRORS = (
    zipfile.BadZipFile,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    IndexError,
    OverflowError,
    struct.error,
    MemoryError,
)


def read_directory(archive: View | io.BytesIO) -> list[zipfile.ZipInfo] | Trouble:
    """The members that the central directory lists, or why it cannot be used."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return opened.infolist()
    except OversizedRead:
        reason = _(
            "The directory of the zip archive is too large (limit zip_directory_bytes): its members were read one by one from the front."
        )
        return Trouble("", DamageKind.LIMIT, reason)
    except _ERRORS:
        reason = _("The zip archive is cut off or damaged: it has no readable directory at its end. Its members were read from the front.")
        again = _("It may be an incomplete download: fetch it again.")
        return Trouble("", DamageKind.DAMAGED, reason + " " + again)


def zip_items(archive: View | io.BytesIO, directory: list[zipfile.ZipInfo], meter: Meter) -> Iterator[Item]:
    """The members that the directory lists, in its order."""
    for info in directory:
        path = info.orig_filename
        mode = stat.S_IFMT(info.external_attr >> 16)
        if path.endswith("/"):
            yield Named(path, DIRECTORY)
        elif mode in _NO_FILES:
            yield Named(path, _NO_FILES[mode])
        elif info.flag_bits & ENCRYPTED_FLAG:
            yield Trouble(path, DamageKind.ENCRYPTED, _(ENCRYPTED))
        elif why_not := unsupported(info.compress_type):
            yield Trouble(path, DamageKind.UNSUPPORTED, why_not)
        else:
            packed = Stream(_packed(archive, info))
            stream = meter(_blocks(packed, info), packed)
            if mode == stat.S_IFLNK:
                yield Named(path, SYMLINK, _target(stream))
            else:
                yield Packed(path, info.file_size, modified(info.date_time, info.extra), stream)


def _blocks(packed: Stream, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked blocks. What fails in the packed bytes is the member's own failure: nobody else reads them."""
    try:
        yield from Unpacker(packed, info.compress_type).checked(info.CRC, info.file_size)
    except Broken as broken:
        if broken.layer is not packed:
            raise
        raise Failure(broken.kind, broken.reason) from broken


def _packed(archive: View | io.BytesIO, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    """Pulls the packed bytes of a member. The archive is sought before every read: nothing else may hold its place."""
    at = info.header_offset
    left = info.compress_size
    started = False

    def pull() -> bytes:
        nonlocal at, left, started
        try:
            if not started:
                archive.seek(at)
                header = archive.read(_LOCAL_HEADER)
                if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
                    raise Failure(DamageKind.DAMAGED, _("the zip member is not where the directory says"))
                at += _LOCAL_HEADER + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
                started = True
            archive.seek(at)
            data = archive.read(min(left, INPUT_STEP))
        except (OSError, ValueError, OverflowError) as error:
            raise Failure(DamageKind.ERROR, _("the system cannot read the zip archive ({error})").format(error=error)) from error
        at += len(data)
        left -= len(data)
        if not data and left:
            raise Failure(DamageKind.DAMAGED, _("the zip member is cut off"))
        return data

    return pull


def _target(stream: Stream) -> str:
    try:
        return part(stream, _TARGET_BYTES).take(_TARGET_BYTES).decode("utf-8", "backslashreplace")
    except Broken:
        return ""  # a link whose target cannot be read is still a link, and is not followed either way
