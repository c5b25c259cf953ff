"""Sparse tar members: the map of where the stored data lies, and the file with its holes filled.

Four forms (GNU tar manual, appendix "Storing Sparse Files"): the old GNU header (type S), and PAX 0.0, 0.1 and 1.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from analyzer.collect.stream import Failure, Stream
from analyzer.collect.tar_header import BLOCK, BadHeader, Extension, decimal
from analyzer.model.member import DamageKind
from analyzer.texts import _

_MAP_ENTRIES = 100_000
_ZEROS = bytes(256 << 10)

Region = tuple[int, int]
"""Offset in the file, and length, of stored data."""


def old_gnu_map(header: bytes, stream: Stream) -> tuple[list[Region], int]:
    """The map and the real size of a type S member; its extension blocks are taken from the stream."""
    regions = list(_entries(header[386:482]))
    real_size = _number(header[483:495])
    more = header[482]
    while more:
        block = stream.take(BLOCK)
        if len(block) < BLOCK:
            raise BadHeader(_("the sparse map is cut"))
        regions.extend(_entries(block[:504]))
        more = block[504]
        _check_count(regions)
    return regions, real_size


def pax_map(extension: Extension, data: Stream) -> tuple[list[Region], int] | None:
    """The map and real size that PAX records state, None when the member is not sparse. Form 1.0 takes its map from ``data``."""
    records = extension.records
    real_size = extension.number("GNU.sparse.realsize")
    if real_size is None:
        real_size = extension.number("GNU.sparse.size")
    if real_size is None:
        return None
    if records.get("GNU.sparse.major") == "1":
        return _map_before_data(data), real_size
    if "GNU.sparse.map" in records:
        numbers = [decimal(text) for text in records["GNU.sparse.map"].split(",", 2 * _MAP_ENTRIES + 1)]
    else:
        numbers = extension.sparse_numbers
    return _pairs(numbers), real_size


def checked(regions: list[Region], real_size: int, stored: int, holes_allowed: int) -> None:
    """Raise `BadHeader` when a map contradicts itself, `Failure` (LIMIT) when its holes are too large."""
    ordered = all(a + length <= b for (a, length), (b, _length) in pairwise(regions))
    data = sum(length for _start, length in regions)
    if not ordered or data > stored or (regions and sum(regions[-1]) > real_size):
        raise BadHeader(_("the sparse map contradicts itself"))
    if real_size - data > holes_allowed:
        raise Failure(DamageKind.LIMIT, _("it is a sparse file with {n:,} bytes of holes (limit sparse_bytes)").format(n=real_size - data))


def filled(regions: list[Region], real_size: int, data: Stream) -> Iterator[bytes]:
    """The blocks of the file, holes as zeros. Ends early where the data ends."""
    at = 0
    for offset, length in [*regions, (real_size, 0)]:
        while at < offset:
            hole = _ZEROS[: offset - at]
            at += len(hole)
            yield hole
        left = length
        while left:
            block = data.read(min(left, 1 << 20))
            if not block:
                return
            left -= len(block)
            yield block
        at += length


def _map_before_data(data: Stream) -> list[Region]:
    """Form 1.0: decimal lines at the head of the data (a count, then offset and length in turns), padded to a block."""
    pending: list[bytes] = []
    rest = b""

    def line() -> str:
        nonlocal rest
        while not pending:
            block = data.take(BLOCK)
            if len(block) < BLOCK or len(rest) > BLOCK:
                raise BadHeader(_("the sparse map is cut"))
            *complete, rest = (rest + block).split(b"\n")
            pending.extend(reversed(complete))
        return pending.pop().decode("latin-1")

    count = decimal(line())
    if count > _MAP_ENTRIES:
        raise BadHeader(_("the sparse map is too long"))
    return [(decimal(line()), decimal(line())) for _entry in range(count)]


def _entries(raw: bytes) -> Iterator[Region]:
    for at in range(0, len(raw) - 23, 24):
        offset, length = raw[at : at + 12], raw[at + 12 : at + 24]
        if offset.strip(b"\0 ") or length.strip(b"\0 "):
            yield _number(offset), _number(length)


def _number(raw: bytes) -> int:
    """A tar number: octal text, or base 256 when the first byte says so."""
    if raw[:1] == b"\x80":
        return int.from_bytes(raw[1:], "big")
    text = raw.split(b"\0", 1)[0].strip() or b"0"
    if any(byte not in b"01234567" for byte in text):
        raise BadHeader(_("a number in a sparse map is invalid"))
    return int(text, 8)


def _pairs(numbers: list[int]) -> list[Region]:
    if len(numbers) % 2:
        raise BadHeader(_("the sparse map is cut"))
    regions = list(zip(numbers[::2], numbers[1::2], strict=True))
    _check_count(regions)
    return regions


def _check_count(regions: Iterable[Region]) -> None:
    if len(list(regions)) > _MAP_ENTRIES:
        raise BadHeader(_("the sparse map is too long"))
