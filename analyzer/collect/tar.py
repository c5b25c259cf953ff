"""A tar archive, walked forward: ustar, old style, GNU and PAX extensions, sparse members, several archives one after the other.

`tarfile` in stream mode costs twice the time and stops silently at damage, so only its header parser is used.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Generator, Iterator

from analyzer.collect.items import DIRECTORY, Item, Named, Packed, Trouble, so_far, utc
from analyzer.collect.sparse import Region, checked, filled, old_gnu_map, pax_map
from analyzer.collect.stream import Failure, Stream, part
from analyzer.collect.tar_header import (
    BLOCK,
    KINDS_WITHOUT_BYTES,
    LABEL_TYPES,
    BadHeader,
    Extension,
    gnu_name,
    parse_header,
    parse_pax,
)
from analyzer.model.limits import Limits
from analyzer.model.member import DamageKind
from analyzer.texts import _

_EXTENSIONS = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)


Count = Callable[[Iterator[bytes]], Iterator[bytes]]
"""Passes blocks on and counts their bytes."""


def tar_items(stream: Stream, limits: Limits, count: Count) -> Iterator[Item]:
    """The members of a tar, in order, then what was wrong with it. Reads the stream to its end; ``count`` sees the holes it fills."""
    walk = _Walk(stream, limits, count)
    while True:
        block = stream.take(BLOCK)
        if not block.strip(b"\0"):
            if len(block) < BLOCK:
                break
            walk.ended = True
            continue
        if len(block) < BLOCK:
            reason = _("The tar archive is cut off in the header after {so_far}. It may be an incomplete download: fetch it again.")
            yield walk.lost() if walk.ended else Trouble("", DamageKind.DAMAGED, reason.format(so_far=walk.so_far()))
            return
        try:
            info = parse_header(block)
        except BadHeader:
            yield walk.lost()
            walk.resynchronise()
            continue
        walk.ended = False
        if (yield from walk.entry(info, block)):
            return
    if not walk.ended:
        reason = _("The tar archive has no end mark after {so_far}. It may be an incomplete download: fetch it again.")
        yield Trouble("", DamageKind.DAMAGED, reason.format(so_far=walk.so_far()))


class _Walk:
    """The state between headers. ``ended``: the last thing seen was an end mark."""

    def __init__(self, stream: Stream, limits: Limits, count: Count) -> None:
        self.stream = stream
        self._count = count
        self.ended = False
        self._limits = limits
        self._members = 0
        self._last = ""
        self._extension = Extension()
        self._global: dict[str, str] = {}

    def so_far(self) -> str:
        """How much was read before this point, in words."""
        return so_far(self._members, self._last)

    def lost(self) -> Trouble:
        """A block that should be a header is none."""
        if self.ended:
            reason = _("Bytes that are not tar data follow the end of the tar archive, after {so_far}.")
        else:
            reason = _(
                "The tar archive is damaged after {so_far}: the data up to the next complete header was not read. It may be "
                "an incomplete download: fetch it again."
            )
        return Trouble("", DamageKind.DAMAGED, reason.format(so_far=self.so_far()))

    def resynchronise(self) -> None:
        """Go to the next block with the ustar magic and a right checksum, or to the end."""
        self._extension = Extension()
        while len(block := self.stream.take(BLOCK)) == BLOCK:
            if block[257:262] != b"ustar":
                continue
            try:
                parse_header(block)
            except BadHeader:
                continue
            self.stream.unread(block)
            return
        self.ended = True  # the damage is reported; a missing end mark is not news

    def entry(self, info: tarfile.TarInfo, block: bytes) -> Generator[Item, None, bool]:
        """One header and what belongs to it. Returns True (through ``yield from``) when the archive ended within it."""
        if info.type in _EXTENSIONS:
            return (yield from self._extend(info))
        extension, self._extension = self._extension, Extension()
        extension.records = self._global | extension.records
        path = extension.records.get("GNU.sparse.name") or extension.records.get("path") or extension.path or info.name
        self._members += 1
        self._last = path
        if info.type in KINDS_WITHOUT_BYTES:
            target = extension.records.get("linkpath") or extension.target or info.linkname
            yield Named(path, KINDS_WITHOUT_BYTES[info.type], target)
            return False
        try:
            stated = extension.number("size")
            size = info.size if stated is None else stated
            old_map = old_gnu_map(block, self.stream) if info.type == tarfile.GNUTYPE_SPARSE else None
        except BadHeader as error:
            yield Trouble(
                path, DamageKind.DAMAGED, _("The header of this tar member is damaged ({error}): it was not read.").format(error=error)
            )
            self.resynchronise()
            return False
        data = part(self.stream, size)
        if info.type in LABEL_TYPES:
            yield Named(path, DIRECTORY)
        else:
            seconds = extension.seconds()
            yield from self._file(Packed(path, size, utc(info.mtime if seconds is None else seconds), data), extension, old_map)
        data.skip(size)
        if data.position == size:
            self.stream.skip(-size % BLOCK)
            return False
        reason = _(
            "The tar archive is cut off: its member {n:,}, {path}, has only {read:,} of {size:,} bytes. It may be an "
            "incomplete download: fetch it again."
        ).format(n=self._members, path=path, read=data.position, size=size)
        yield Trouble("", DamageKind.DAMAGED, reason)
        return True

    def _extend(self, info: tarfile.TarInfo) -> Generator[Item, None, bool]:
        """A header that speaks of the next member (or, PAX global, of all that follow)."""
        if info.size > self._limits.header_bytes:
            reason = _(
                "After {so_far}, a header extension of {size:,} bytes was skipped (limit header_bytes). The name of the next "
                "member may be cut off."
            )
            yield Trouble("", DamageKind.LIMIT, reason.format(so_far=self.so_far(), size=info.size))
            self.stream.skip(info.size + -info.size % BLOCK)
            return False
        data = self.stream.take(info.size)
        if len(data) < info.size:
            reason = _("The tar archive is cut off in a header extension after {so_far}. It may be an incomplete download: fetch it again.")
            yield Trouble("", DamageKind.DAMAGED, reason.format(so_far=self.so_far()))
            return True
        self.stream.skip(-info.size % BLOCK)
        try:
            if info.type == tarfile.GNUTYPE_LONGNAME:
                self._extension.path = gnu_name(data)
            elif info.type == tarfile.GNUTYPE_LONGLINK:
                self._extension.target = gnu_name(data)
            elif info.type == tarfile.XGLTYPE:
                everywhere = Extension()
                parse_pax(data, everywhere)
                self._global |= everywhere.records
            else:
                parse_pax(data, self._extension)
        except BadHeader as error:
            yield Trouble(
                "",
                DamageKind.DAMAGED,
                _("After {so_far}, a header extension is damaged ({error}): a name may be wrong.").format(
                    so_far=self.so_far(), error=error
                ),
            )
        return False

    def _file(self, item: Packed, extension: Extension, old_map: tuple[list[Region], int] | None) -> Iterator[Item]:
        """The item itself, or, when it is sparse, the item with its holes filled."""
        try:
            sparse = old_map or pax_map(extension, item.stream)
            if sparse is None:
                yield item
                return
            regions, real_size = sparse
            checked(regions, real_size, (item.size or 0) - item.stream.position, self._limits.sparse_bytes)
        except BadHeader as error:
            yield Trouble(item.path, DamageKind.DAMAGED, _("This sparse tar member cannot be read: {error}.").format(error=error))
            return
        except Failure as failure:
            yield Trouble(item.path, failure.kind, _("This tar member was not read: {reason}.").format(reason=failure.reason))
            return
        blocks = self._count(filled(regions, real_size, item.stream))
        yield Packed(item.path, real_size, item.modified, Stream(lambda: next(blocks, b"")))
