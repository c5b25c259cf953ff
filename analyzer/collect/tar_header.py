"""Tar headers: one 512-byte block by `tarfile.TarInfo.frombuf`, and the extension records that precede it."""

from __future__ import annotations

import tarfile

from msgspec import Struct, field

from analyzer.collect.items import DEVICE, DIRECTORY, FIFO, HARD_LINK, SYMLINK
from analyzer.texts import _

BLOCK = 512

KINDS_WITHOUT_BYTES = {
    tarfile.DIRTYPE: DIRECTORY,
    tarfile.SYMTYPE: SYMLINK,
    tarfile.LNKTYPE: HARD_LINK,
    tarfile.CHRTYPE: DEVICE,
    tarfile.BLKTYPE: DEVICE,
    tarfile.FIFOTYPE: FIFO,
}
"""Types after whose header no data follows, whatever size they state. Every other type is a file (POSIX: also an unknown one)."""

LABEL_TYPES = (b"V", b"D")
"""GNU volume label and directory dump: no file, but data may follow."""

_DIGITS = 20
_MAP_NUMBERS = 200_000
_SPARSE_KEYS = ("major", "minor", "name", "realsize", "size", "map")
_KEYS = frozenset(("path", "linkpath", "size", "mtime", *(f"GNU.sparse.{key}" for key in _SPARSE_KEYS)))
"""The PAX records that are kept: a hostile archive may hold any number of others."""


class BadHeader(Exception):
    """A header block that is none: the checksum, or a number in it, is wrong."""


def parse_header(block: bytes) -> tarfile.TarInfo:
    """The header in one block. Raises `BadHeader`; never gives a negative size."""
    try:
        info = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError) as error:
        raise BadHeader(str(error)) from error
    if info.size < 0:
        raise BadHeader(_("negative size"))
    return info


class Extension(Struct):
    """What PAX and GNU extension headers say of the next member. ``records`` are the PAX ones, as text."""

    path: str | None = None
    target: str | None = None
    records: dict[str, str] = field(default_factory=dict)
    sparse_numbers: list[int] = field(default_factory=list)  # PAX sparse 0.0: offset, length, offset, length, ...

    def number(self, key: str) -> int | None:
        """A record as a non-negative integer, None when it is absent. Raises `BadHeader` when it is something else."""
        text = self.records.get(key)
        return None if text is None else decimal(text)

    def seconds(self) -> float | None:
        """The modification time in seconds since 1970, None when none (or none that makes sense) is stated."""
        text = self.records.get("mtime", "")
        try:
            return float(text) if len(text) <= 2 * _DIGITS else None
        except ValueError:
            return None


def decimal(text: str) -> int:
    """A non-negative decimal number of at most 20 digits. Raises `BadHeader`."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise BadHeader(_("a number in an extension header is invalid"))
    return int(text)


def parse_pax(data: bytes, into: Extension) -> None:
    """Read PAX records (``length key=value LF``) into an extension. Raises `BadHeader` at the first that is malformed."""
    at = 0
    while at < len(data) and data[at]:
        space = data.find(b" ", at, at + _DIGITS)
        length = decimal(data[at:space].decode("latin-1")) if space > at else 0
        record = data[space + 1 : at + length]
        if length <= space - at or at + length > len(data) or not record.endswith(b"\n") or b"=" not in record:
            raise BadHeader(_("a PAX record is malformed"))
        name, _sign, raw = record[:-1].partition(b"=")
        key = _text(name)
        if key in _KEYS:
            into.records[key] = _text(raw)
        elif key in ("GNU.sparse.offset", "GNU.sparse.numbytes"):
            if len(into.sparse_numbers) >= _MAP_NUMBERS:
                raise BadHeader(_("the sparse map is too long"))
            into.sparse_numbers.append(decimal(_text(raw)))
        at += length


def gnu_name(data: bytes) -> str:
    """The text of a GNU long name or long link header."""
    return _text(data.split(b"\0", 1)[0])


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
