"""From one stream to the members in it, container in container, each `Damage` where it belongs.

What opens a kind of container is imported where the first of that kind is met: plain files need none of it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from analyzer import backend
from analyzer.collect.budget import Budget
from analyzer.collect.documents.part import Part, Refused
from analyzer.collect.documents.recognise import HEAD_BYTES as DOCUMENT_HEAD
from analyzer.collect.documents.recognise import Document, may_hold_lines, recognise
from analyzer.collect.items import Item, Named, Packed, Trouble, printable, utc
from analyzer.collect.named import failed_download, named
from analyzer.collect.raw import RawFile, View
from analyzer.collect.sniff import HEAD_BYTES, Container, sniff, unsuffixed
from analyzer.collect.stream import Broken, Stream, drain
from analyzer.model.location import NESTED, Location
from analyzer.model.member import Damage, DamageKind, Entry, Member
from analyzer.texts import N_, _, capital, ngettext

if TYPE_CHECKING:
    from zipfile import ZipInfo

Closed = Callable[[bytes], bool]
"""Whether a file with this beginning (4 KiB) is not to be taken apart."""

AHEAD_FROM_BYTES = 4 << 20
"""Size of an input file from which a second thread unpacks it. (Never standard input: a thread that waits for a pipe cannot be stopped.)"""

CHUNK_BYTES = 1 << 20

_SPLIT = re.compile(
    r"(?P<name>.{1,200}\.(?:gz|tgz|zip|7z|tar|bz2|tbz|xz|txz|zst|pcap|pcapng|cap|eml))(?P<dot>\.(?:part)?)(?:(?!bz|ar)[a-d][a-z]|\d{2,3})",
    re.IGNORECASE,
)
"""Parts as split, 7-Zip and others name them: ``b.tar.gz.aa``, ``b.7z.001``, ``b.zip.part01``."""

_OF_A_BUNDLE = 256 << 10
"""Bytes of a file of an appliance's own tree that is looked through for texts in its strings: what a person packed there is small."""

_NO_TEXT = N_("This document contains no text, or it is damaged: open it, copy the text, and provide it as a text file.")

_ORNAMENT_BYTES = 8 << 10
"""Pictures of a document that are smaller are logos and signatures: none holds a screen of text."""

_END_OF_ZIP = b"PK\x05\x06"
_END_OF_ZIP_BYTES = 22 + 65_535
_BEFORE_ZIP = (b"MZ", b"\x7fELF", b"#!")
_ZIP_NAMES = (".zip", ".exe", ".sfx", ".docx", ".xlsx")
_ADVICE = {
    DamageKind.DAMAGED: N_("Fetch it again."),
    DamageKind.LIMIT: "",
    DamageKind.ERROR: N_("Copy it to another place, or check its permissions."),
}


class Place(Struct, frozen=True):
    """Where a stream stands and what its container says of it."""

    location: Location
    name: str
    size: int | None
    modified: datetime | None
    given: bool = True
    """A person put it there: it is no file of an appliance's own tree."""
    attached: bool = False
    """A part of a document: beside what it says, a mail holds logos."""

    @property
    def stem(self) -> str:
        """The name without its last ending: what the text of a document goes by (``FAILED_PUSH`` of ``FAILED_PUSH.docx``)."""
        return self.name.rpartition(".")[0] or self.name

    def inside(self, path: str) -> Location:
        """The location of a member of the archive that stands here."""
        outer = self.location.member
        return Location(self.location.artifact, f"{outer}{NESTED}{path}" if outer else path)


class Walker:
    """Walks one input. ``raw`` is the input itself where it can be sought in, ``raw_size`` its bytes (None and 0: standard input).
    What begins as ``closed`` says is handed on whole, whatever it holds.
    """

    def __init__(self, budget: Budget, raw: RawFile | None, raw_size: int, closed: Closed) -> None:
        self._budget = budget
        self._limits = budget.limits
        self._raw = raw
        self._raw_size = raw_size
        self._closed = closed
        self._handed = 0
        self._last = ""

    def walk(self, stream: Stream, place: Place, depth: int = 0) -> Iterator[Member | Entry | Damage]:
        """The members in a stream. Raises `Broken` for a layer below it (or for the budget); its own damage it reports."""
        head = stream.peek(HEAD_BYTES)
        if not head and stream.error is not None:
            raise stream.error
        kind = sniff(head)
        if kind is None and self._is_prefixed_zip(head, stream, place, depth):
            kind = Container.ZIP
        split = _SPLIT.fullmatch(place.name) if place.given else None
        if split is not None:
            reason = _("This is one part of {name}, which was split: join the parts (cat {name}{dot}* > {name}) and provide the result.")
            yield Damage(place.location, DamageKind.DAMAGED, reason.format(name=split["name"], dot=split["dot"]))
            if kind is None:
                return
        if place.given and (failed := failed_download(head, place.name)):
            yield Damage(place.location, DamageKind.DAMAGED, failed)
        known = None if kind is not None else named(head, place.name)
        if known is not None:
            if known.everywhere or self._may_be_evidence(stream, place):
                yield Damage(place.location, known.kind, known.sentence)
        elif kind is None:
            yield from self._file(stream, place, depth)
        elif depth >= self._limits.depth:
            reason = _("This {kind} archive is nested inside {depth} others and was not opened (limit depth).").format(
                kind=kind, depth=depth
            )
            yield Damage(place.location, DamageKind.LIMIT, reason)
        elif kind is Container.TAR:
            from analyzer.collect.tar import tar_items

            packed = replace(place, given=False)  # bundles are tars
            yield from self._items(tar_items(stream, self._limits, self._budget.counted), packed, depth)
        elif kind is Container.ZIP:
            yield from self._zip(stream, place, depth)
        elif kind is Container.SEVEN_ZIP:
            yield from self._seven_zip(stream, place, depth)
        else:
            yield from self._compressed(kind, stream, place, depth)

    def damage(self, location: Location, broken: Broken, handed_before: int = 0) -> Damage:
        """The report of a broken layer: what, how much was read of it before, what to do."""
        members = self._handed - handed_before
        if not members:
            read = _("None of it was read.")
        elif members == 1 and self._last == location.source:
            read = _("The data before that was read.")
        else:
            read = ngettext(
                "{n:,} member of it was read; the last one ({path}) possibly only in part.",
                "{n:,} members of it were read; the last one ({path}) possibly only in part.",
                members,
            ).format(n=members, path=self._last)
        reason = capital(broken.reason) + ". " + read
        advice = _(_ADVICE.get(broken.kind, ""))
        return Damage(location, broken.kind, reason + " " + advice if advice else reason)

    def _may_be_evidence(self, stream: Stream, place: Place) -> bool:
        """A picture (and the like) is worth a word where a person gave it, but for the ornaments of a document."""
        return place.given and (not place.attached or len(stream.peek(_ORNAMENT_BYTES)) >= _ORNAMENT_BYTES)

    def _file(self, stream: Stream, place: Place, depth: int) -> Iterator[Member | Entry | Damage]:
        """A file that is no archive: taken apart where it is a document, else handed on."""
        head = stream.peek(DOCUMENT_HEAD)
        document = recognise(head)
        if document is None and may_hold_lines(head) and not self._closed(head):
            yield from self._strings(stream, place, depth)
        elif document is None or (document is Document.COMPOUND and not place.given):
            yield from self._member(stream, place)
        elif depth >= self._limits.depth:
            reason = _("This {kind} is nested inside {depth} other files and was not opened (limit depth).").format(
                kind=document, depth=depth
            )
            yield Damage(place.location, DamageKind.LIMIT, reason)
        elif len(whole := stream.peek(self._limits.document_bytes + 1)) > self._limits.document_bytes:
            reason = _("This {kind} is larger than {cap:,} bytes and was not opened (limit document_bytes).")
            yield Damage(place.location, DamageKind.LIMIT, reason.format(kind=document, cap=self._limits.document_bytes))
            if document is not Document.COMPOUND:
                yield from self._member(stream, place)
        else:
            yield from self._items(self._parts(document, whole, place), replace(place, attached=True), depth)
            drain(stream)

    def _strings(self, stream: Stream, place: Place, depth: int) -> Iterator[Member | Entry | Damage]:
        """A text whose lines may be hidden in one of its own: what is hidden so, then the rest."""
        from analyzer.collect.documents.strings import relined, strings_of

        most = self._limits.document_bytes if place.given else min(self._limits.document_bytes, _OF_A_BUNDLE)
        whole = stream.peek(most + 1)
        if len(whole) > most or depth >= self._limits.depth:
            yield from self._member(stream, place)
        elif (lines := relined(whole)) is not None:
            yield from self._items(self._packed([Part("text", lines, None)], place), place, depth)
            drain(stream)
        elif (found := strings_of(whole)) is not None:
            parts, left = found
            yield from self._items(self._packed(parts, place), place, depth)
            drain(stream)
            if left.strip():
                yield from self._member(Stream(partial(next, iter((left,)), b"")), place)
        else:
            yield from self._member(stream, place)

    def _packed(self, parts: Iterable[Part], place: Place) -> Iterator[Packed]:
        for part in parts:
            stream = Stream(partial(next, self._budget.counted(iter((part.data,))), b""))
            yield Packed(part.path, len(part.data), part.modified or place.modified, stream, "" if part.is_file else place.stem)

    def _parts(self, document: Document, whole: bytes, place: Place) -> Iterator[Item]:
        from analyzer.collect.documents.parts import items_of

        empty = True
        try:
            for part in items_of(document, whole):
                empty = False
                yield from self._packed((part,), place)
        except Refused as refused:
            yield Trouble("", refused.kind, refused.reason)
        else:
            if empty:
                yield Trouble("", DamageKind.DAMAGED, _(_NO_TEXT))

    def _member(self, stream: Stream, place: Place) -> Iterator[Member | Damage]:
        if not place.location.member:
            self._budget.count()
        self._handed += 1
        self._last = place.location.source
        handing = _Handing(stream, self._budget)
        yield Member(place.location, place.name, place.size, place.modified, handing.chunks)
        error = handing.close()
        if error is not None:
            raise error
        if handing.cut:
            cap = self._limits.member_bytes
            yield Damage(
                place.location, DamageKind.LIMIT, _("Only the first {cap:,} bytes were read (limit member_bytes).").format(cap=cap)
            )

    def _compressed(self, kind: Container, stream: Stream, place: Place, depth: int) -> Iterator[Member | Entry | Damage]:
        from analyzer.collect.ahead import Ahead
        from analyzer.collect.decode import decode

        modified = place.modified
        if kind is Container.GZIP:  # its header keeps the time of the file that was packed; the container's may be the time of a download
            modified = utc(int.from_bytes(stream.peek(8)[4:], "little")) or modified
        blocks = decode(kind, stream, self._limits, self._budget.check_time)
        ahead = Ahead(blocks) if depth == 0 and self._raw_size >= AHEAD_FROM_BYTES and backend.HAS_THREADS else None
        inner = self._budget.metered(ahead.pull if ahead else blocks, stream)
        before = self._handed
        try:
            name = unsuffixed(_SPLIT.sub(r"\g<name>", place.name), kind)
            content = replace(place, name=name, size=None, modified=modified)
            yield from self.walk(inner, content, depth + 1)
        except Broken as broken:
            if broken.layer is not inner:
                raise
            yield self.damage(place.location, broken, before)
        finally:
            if ahead is not None:
                ahead.close()

    def _items(self, items: Iterable[Item], place: Place, depth: int) -> Iterator[Member | Entry | Damage]:
        for item in items:
            if item.path:
                self._budget.count()
            path = printable(item.path)
            if len(path) > self._limits.name_length:
                cut = path[: self._limits.name_length]
                reason = _("The name of this member is {n:,} characters long and was cut off (limit name_length).").format(n=len(path))
                yield Damage(place.inside(cut), DamageKind.LIMIT, reason)
                path = cut
            location = place.inside(path) if path else place.location
            match item:
                case Trouble():
                    yield Damage(location, item.kind, printable(item.reason))
                case Named():
                    yield Entry(location, item.kind, printable(item.target)[: self._limits.name_length])
                case Packed():
                    name = item.name or path.rstrip("/").rpartition("/")[2]
                    before = self._handed
                    inner = Place(location, name, item.size, item.modified, place.given, place.attached)
                    try:
                        yield from self.walk(item.stream, inner, depth + 1)
                    except Broken as broken:
                        if broken.layer is not item.stream:
                            raise
                        yield self.damage(location, broken, before)

    def _zip(self, stream: Stream, place: Place, depth: int) -> Iterator[Member | Entry | Damage]:
        from analyzer.collect.zip_directory import read_directory
        from analyzer.collect.zip_forward import zip_items_forward

        raw = self._raw if depth == 0 else None
        held = 0
        archive: View | io.BytesIO | None = None
        if raw is not None:
            archive = View(raw, self._raw_size, self._limits.zip_directory_bytes)
        else:
            room = max(0, self._limits.spool_bytes - self._budget.spooled)
            whole = stream.peek(room + 1)
            if len(whole) <= room and stream.error is None:
                held = len(whole)
                archive = io.BytesIO(whole)
        trouble: Trouble | None = None
        if archive is not None:
            directory = read_directory(archive)
            if isinstance(directory, list):
                yield from self._from_directory(archive, directory, held, place, depth)
                drain(stream)
                return
            trouble = directory
        if raw is not None:
            raw.rewind()
        yield from self._items(zip_items_forward(stream, self._budget.metered, trouble), place, depth)

    def _seven_zip(self, stream: Stream, place: Place, depth: int) -> Iterator[Member | Entry | Damage]:
        """Its directory stands at its end: read where it lies, or held in memory."""
        from analyzer.collect.seven_zip import seven_zip_items

        if depth == 0 and self._raw is not None:
            view = View(self._raw, self._raw_size, max(self._limits.zip_directory_bytes, CHUNK_BYTES))

            def read_at(at: int, size: int) -> bytes:
                view.seek(min(at, self._raw_size))
                return view.read(size)

            try:
                yield from self._items(seven_zip_items(read_at, self._limits, self._budget.metered), place, depth)
            finally:
                self._raw.rewind()
            drain(stream)
            return
        whole = stream.peek(max(0, self._limits.spool_bytes - self._budget.spooled) + 1)
        if len(whole) > self._limits.spool_bytes - self._budget.spooled:
            reason = _(
                "This 7-Zip archive is nested inside another one and is too large for memory (limit spool_bytes): unpack it "
                "and provide the files."
            )
            yield Damage(place.location, DamageKind.LIMIT, reason)
            return
        self._budget.spooled += len(whole)
        try:
            items = seven_zip_items(lambda at, size: whole[at : at + size], self._limits, self._budget.metered)
            yield from self._items(items, place, depth)
        finally:
            self._budget.spooled -= len(whole)
        drain(stream)

    def _from_directory(
        self, archive: View | io.BytesIO, directory: list[ZipInfo], held: int, place: Place, depth: int
    ) -> Iterator[Member | Entry | Damage]:
        from analyzer.collect.documents.office import is_office
        from analyzer.collect.zip_directory import zip_items

        self._budget.spooled += held
        try:
            if is_office([info.filename for info in directory]):
                yield from self._office(archive, directory, place, depth)
            else:
                yield from self._items(zip_items(archive, directory, self._budget.metered), place, depth)
        finally:
            self._budget.spooled -= held
            if isinstance(archive, View) and self._raw is not None:
                self._raw.rewind()

    def _office(self, archive: View | io.BytesIO, directory: list[ZipInfo], place: Place, depth: int) -> Iterator[Member | Entry | Damage]:
        """An office document: its texts, then the pictures and files in it."""
        from analyzer.collect.documents.office import is_attached, office_items
        from analyzer.collect.zip_directory import zip_items

        inside = replace(place, attached=True)
        said = False
        texts = office_items(lambda wanted: zip_items(archive, wanted, self._budget.metered), directory, self._limits, place)
        for one in self._items(texts, inside, depth):
            said = True
            yield one
        attached = [info for info in directory if is_attached(info.filename)]
        if not said and not attached:
            yield Damage(place.location, DamageKind.DAMAGED, _(_NO_TEXT))
        yield from self._items(zip_items(archive, attached, self._budget.metered), inside, depth)

    def _is_prefixed_zip(self, head: bytes, stream: Stream, place: Place, depth: int) -> bool:
        """A zip archive behind other bytes, as those that unpack themselves: its directory stands at the end of the file. What is read
        forward is looked at where it can be held in memory."""
        if depth or not place.given or (not head.startswith(_BEFORE_ZIP) and not place.name.lower().endswith(_ZIP_NAMES)):
            return False
        if self._raw is None:
            whole = stream.peek(self._limits.spool_bytes + 1)
            return len(whole) <= self._limits.spool_bytes and stream.error is None and _END_OF_ZIP in whole[-_END_OF_ZIP_BYTES:]
        view = View(self._raw, self._raw_size, self._limits.zip_directory_bytes)
        view.seek(max(0, self._raw_size - _END_OF_ZIP_BYTES))
        found = _END_OF_ZIP in view.read(_END_OF_ZIP_BYTES)
        self._raw.rewind()
        return found


class _Handing:
    """The bytes of one member while it is handed out. ``cut``: it went on beyond the cap."""

    def __init__(self, stream: Stream, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget
        self._open = True
        self._taken = False
        self._error: Broken | None = None
        self.cut = False

    def chunks(self) -> Iterator[bytes]:
        """The bytes, once, and only until the next member is asked for. Raises nothing."""
        if self._taken:
            return
        self._taken = True
        left = self._budget.limits.member_bytes
        try:
            while self._open and (chunk := self._stream.read(min(left, CHUNK_BYTES) or 1)):
                self._budget.tick()
                if not left:
                    self.cut = True
                    return
                left -= len(chunk)
                yield chunk
        except Broken as broken:
            self._error = broken

    def close(self) -> Broken | None:
        """End the handing; what broke while it lasted."""
        self._open = False
        return self._error
