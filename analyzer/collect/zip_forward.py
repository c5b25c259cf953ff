"""A zip archive read from its front, by the header before each member.

For an archive whose directory is missing (the end of a half-downloaded one), or that comes out of another archive and is too large to hold.
"""

from __future__ import annotations

import struct
from collections.abc import Generator, Iterator

from msgspec import Struct

from analyzer.collect.items import DIRECTORY, Item, Named, Packed, Trouble, so_far
from analyzer.collect.stream import Stream, drain, part
from analyzer.collect.zip_directory import Meter
from analyzer.collect.zip_member import (
    DEFLATED,
    ENCRYPTED,
    ENCRYPTED_FLAG,
    Unpacker,
    extra_field,
    modified,
    unsupported,
)
from analyzer.model.member import DamageKind
from analyzer.texts import _

_LOCAL, _DESCRIPTOR, _SPANNED = b"PK\x03\x04", b"PK\x07\x08", b"PK\x07\x08PK\x03\x04"
_AFTER_MEMBERS = (b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x08")
_DESCRIPTOR_FLAG, _UTF8_FLAG = 8, 0x800
_IN_ZIP64 = 0xFFFFFFFF
_HEADER = struct.Struct("<4s5H3I2H")


class _Local(Struct, frozen=True):
    """A local header. ``packed`` is None when only a descriptor behind the data states the sizes."""

    path: str
    flags: int
    method: int
    dos: tuple[int, int, int, int, int, int]
    extra: bytes
    crc: int
    packed: int | None
    size: int


def zip_items_forward(stream: Stream, meter: Meter, directory: Trouble | None = None) -> Iterator[Item]:
    """The members up to the directory, or to where the archive breaks off; then a `Trouble` if it did.

    ``directory`` is what was wrong with the directory, if it was looked at. Reads the stream to its end.
    """
    if stream.peek(8) == _SPANNED:
        stream.skip(4)
    members, last = 0, ""
    while stream.peek(4) == _LOCAL:
        local = _read_header(stream)
        if local is None:
            break
        members += 1
        last = local.path
        if not (yield from _member(local, stream, meter)):
            break
    else:
        if stream.peek(4) in _AFTER_MEMBERS:
            drain(stream)
            if directory is not None:
                yield directory
            return
    drain(stream)
    reason = _(
        "The zip archive is cut off or damaged after {so_far}: what follows was not read. It may be an incomplete download: fetch it again."
    )
    yield Trouble("", DamageKind.DAMAGED, reason.format(so_far=so_far(members, last)))


def _member(local: _Local, stream: Stream, meter: Meter) -> Generator[Item, None, bool]:
    """One member. Returns whether the place of the next header is known."""
    trouble = None
    if local.flags & ENCRYPTED_FLAG:
        trouble = Trouble(local.path, DamageKind.ENCRYPTED, _(ENCRYPTED))
    elif why_not := unsupported(local.method):
        trouble = Trouble(local.path, DamageKind.UNSUPPORTED, why_not)
    elif local.packed is None and local.method != DEFLATED:
        trouble = Trouble(local.path, DamageKind.UNSUPPORTED, _("The zip archive does not record where this member ends: it was not read."))
    if trouble is not None:
        yield trouble
    if local.packed is not None:
        data = part(stream, local.packed)
        if local.path.endswith("/"):
            yield Named(local.path, DIRECTORY)
        elif trouble is None:
            unpacked = meter(Unpacker(data, local.method).checked(local.crc, local.size), data)
            yield Packed(local.path, local.size, modified(local.dos, local.extra), unpacked)
        data.skip(local.packed)
        return data.position == local.packed
    if trouble is not None:
        return False
    unpacker = Unpacker(stream, local.method)
    unpacked = meter(unpacker.blocks(), stream)
    yield Packed(local.path, None, modified(local.dos, local.extra), unpacked)
    if unpacked.error is not None:  # reported with the member; its end is not known
        return False
    drain(unpacked)
    if _descriptor_crc(stream) != unpacker.crc:
        yield Trouble(local.path, DamageKind.DAMAGED, _("The zip member does not match its checksum: its content may be wrong."))
    return True


def _read_header(stream: Stream) -> _Local | None:
    raw = stream.take(_HEADER.size)
    if len(raw) < _HEADER.size:
        return None
    _mark, _version, flags, method, time, date, crc, packed, size, name_length, extra_length = _HEADER.unpack(raw)
    name, extra = stream.take(name_length), stream.take(extra_length)
    if len(name) < name_length or len(extra) < extra_length:
        return None
    large = extra_field(extra, 1)
    if size == _IN_ZIP64 and len(large) >= 8:
        size, large = int.from_bytes(large[:8], "little"), large[8:]
    if packed == _IN_ZIP64 and len(large) >= 8:
        packed = int.from_bytes(large[:8], "little")
    return _Local(
        name.decode("utf-8" if flags & _UTF8_FLAG else "cp437", "backslashreplace"),
        flags,
        method,
        ((date >> 9) + 1980, (date >> 5) & 15, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2),
        extra,
        crc,
        None if flags & _DESCRIPTOR_FLAG and not packed else packed,
        size,
    )


def _descriptor_crc(stream: Stream) -> int | None:
    """Pass over the descriptor behind a member (with or without mark, sizes of 4 or 8 bytes); the checksum that it states."""
    mark = 4 if stream.peek(4) == _DESCRIPTOR else 0
    head = stream.peek(mark + 24)
    if len(head) < mark + 12:
        return None
    long = head[mark + 12 : mark + 14] != b"PK" and (head[mark + 20 : mark + 22] == b"PK" or len(head) == mark + 20)
    stream.skip(mark + (20 if long else 12))
    return int.from_bytes(head[mark : mark + 4], "little")
