"""What both ways of reading a zip share: how a member's bytes are unpacked, and when it was modified."""

from __future__ import annotations

import bz2
from collections.abc import Iterator
from datetime import UTC, datetime

from msgspec import Struct

from analyzer.collect.inflate import FIRST_STEP, INFLATE_ERRORS, INPUT_STEP, LAST_STEP, Inflater, crc32, new_inflater
from analyzer.collect.items import utc
from analyzer.collect.stream import Failure, Stream
from analyzer.model.member import DamageKind
from analyzer.texts import N_, _

STORED, DEFLATED, BZIPPED = 0, 8, 12
ENCRYPTED_FLAG = 1
ENCRYPTED = N_("This zip member is encrypted: unpack the archive with its password and provide the files.")

_ERRORS: tuple[type[Exception], ...] = (*INFLATE_ERRORS, OSError, ValueError)

_OTHER_METHODS = {1: "shrink", 6: "implode", 9: "deflate64", 14: "LZMA", 93: "zstd", 95: "xz", 98: "PPMd", 99: "AES"}


def unsupported(method: int) -> str | None:
    """A sentence about a compression method that is not read, None for one that is."""
    if method in (STORED, DEFLATED, BZIPPED):
        return None
    label = _OTHER_METHODS.get(method, _("number {n}").format(n=method))
    return _("This zip member uses an unsupported compression method ({label}): unpack the archive and provide the files.").format(
        label=label
    )


class Unpacker(Struct):
    """Unpacks one member and remembers the checksum and size of what came out. ``finished``: the data ended by itself."""

    source: Stream
    method: int
    crc: int = 0
    size: int = 0
    finished: bool = False

    def blocks(self) -> Iterator[bytes]:
        """The unpacked blocks. Raises `Failure` where the data is cut or damaged."""
        for block in self._stored() if self.method == STORED else self._unpacked():
            self.crc = crc32(block, self.crc)
            self.size += len(block)
            yield block
        self.finished = True

    def checked(self, crc: int, size: int) -> Iterator[bytes]:
        """The same, compared at the end with what the archive states."""
        yield from self.blocks()
        if (self.crc, self.size) != (crc, size):
            raise Failure(DamageKind.DAMAGED, _("the zip member does not match its checksum"))

    def _stored(self) -> Iterator[bytes]:
        while block := self.source.read(LAST_STEP):
            yield block

    def _unpacked(self) -> Iterator[bytes]:
        body: Inflater = new_inflater() if self.method == DEFLATED else bz2.BZ2Decompressor()
        step = FIRST_STEP
        while not body.eof:
            data = b""
            if body.needs_input:
                data = self.source.read(INPUT_STEP)
                if not data:
                    raise Failure(DamageKind.DAMAGED, _("the zip member is cut off"))
            try:
                block = body.decompress(data, step)
            except _ERRORS as error:
                raise Failure(DamageKind.DAMAGED, _("the zip member's data is damaged")) from error
            if block:
                yield block
                step = min(step * 2, LAST_STEP)
        self.source.unread(body.unused_data)


def modified(dos: tuple[int, int, int, int, int, int], extra: bytes) -> datetime | None:
    """The extended timestamp (extra field 0x5455, UTC) where there is one, else the DOS time, which has no zone, taken as UTC."""
    field = extra_field(extra, 0x5455)
    if len(field) >= 5 and field[0] & 1:
        return utc(int.from_bytes(field[1:5], "little", signed=True))
    try:
        return datetime(*dos, tzinfo=UTC)
    except ValueError:
        return None


def extra_field(extra: bytes, wanted: int) -> bytes:
    """The body of one extra field of a zip header, ``b""`` when it is not there."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = int.from_bytes(extra[at : at + 2], "little"), int.from_bytes(extra[at + 2 : at + 4], "little")
        if tag == wanted:
            return extra[at + 4 : at + 4 + length]
        at += 4 + length
    return b""
