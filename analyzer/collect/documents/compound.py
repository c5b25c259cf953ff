"""Compound documents (OLE2): Outlook's .msg is taken apart, what old Office wrote is named.

`olefile` reads the container (Pillow and oletools are built on it); what a mail keeps where is [MS-OXMSG].
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from analyzer.collect.documents.mail import MAX_PARTS, decoded, unfolded
from analyzer.collect.documents.part import Part, Refused
from analyzer.model.member import DamageKind
from analyzer.texts import N_, _

if TYPE_CHECKING:
    from olefile import OleFileIO

SUBJECT, BODY, PAGE, RICH_TEXT = "0037", "1000", "1013", "1009"
DATA, LONG_NAME, SHORT_NAME, SENT = 0x3701, "3707", "3704", 0x0039
_PROPERTIES = "__properties_version1.0"
_ATTACHMENT = re.compile(r"__attach_version1\.0_#[0-9A-Fa-f]{8}")
_EPOCH_OF_WINDOWS = datetime(1601, 1, 1, tzinfo=UTC)

_MADE_BY = (
    (
        "EncryptedPackage",
        N_("This Office document is encrypted: open it with its password, copy the text, and provide it as a text file."),
    ),
    (
        "WordDocument",
        N_("This is an old Word document (.doc), which the analyzer does not read: open it, copy the text, and provide it as a text file."),
    ),
    ("Workbook", N_("This is an old Excel workbook (.xls), which the analyzer does not read: open it and save it as .csv or .xlsx.")),
    ("Book", N_("This is an old Excel workbook (.xls), which the analyzer does not read: open it and save it as .csv or .xlsx.")),
    (
        "PowerPoint Document",
        N_(
            "This is an old PowerPoint file (.ppt), which the analyzer does not read: open it, copy the text, and "
            "provide it as a text file."
        ),
    ),
    (
        "VisioDocument",
        N_("This is an old Visio drawing, which the analyzer does not read: open it, copy the text, and provide it as a text file."),
    ),
)
_OTHER = N_(
    "This is a compound document, as old Office and Windows programs write them, which the analyzer does not "
    "read: open it, copy the text, and provide it as a text file."
)
_DAMAGED = N_(
    "This is a compound document (old Office, or an Outlook message) that is cut off or damaged: fetch it again, "
    "or provide its text as a text file."
)


def parts_of_compound(data: bytes) -> Iterator[Part]:
    """The parts of an Outlook message: its subject, its text, its attachments. Raises `Refused` for all else, with what it is."""
    from olefile import OleFileIO

    try:
        with OleFileIO(io.BytesIO(data)) as container:
            names = {"/".join(path): path for path in container.listdir()}
            if _PROPERTIES not in names:
                raise Refused(DamageKind.UNSUPPORTED, _(next((told for stream, told in _MADE_BY if stream in names), _OTHER)))
            yield from _message(_Reader(container, names), "", None)
    except (
        OSError,
        struct.error,
        ValueError,
        IndexError,
        KeyError,
        OverflowError,
        RecursionError,
        MemoryError,
        AttributeError,
        TypeError,
    ) as error:
        raise Refused(DamageKind.DAMAGED, _(_DAMAGED)) from error


class _Reader:
    """The streams of one container by their path."""

    def __init__(self, container: OleFileIO[str], names: dict[str, list[str]]) -> None:
        self._container = container
        self.names = names

    def read(self, path: str) -> bytes:
        """The bytes of a stream, b"" where there is none."""
        if path not in self.names:
            return b""
        with self._container.openstream(self.names[path]) as stream:
            return bytes(stream.read())

    def text(self, folder: str, tag: str) -> str:
        """A property that is text: in UTF-16, or in the code page of whoever wrote it."""
        wide = self.read(f"{folder}__substg1.0_{tag}001F")
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return decoded(self.read(f"{folder}__substg1.0_{tag}001E"), "").rstrip("\0")


def _message(reader: _Reader, folder: str, sent: datetime | None) -> Iterator[Part]:
    moment = _sent(reader.read(f"{folder}{_PROPERTIES}")) or sent
    subject = " ".join(reader.text(folder, SUBJECT).split())
    if subject:
        yield Part(f"{folder}subject", f"{subject}\n".encode("utf-8", "replace"), moment)
    body = reader.text(folder, BODY)
    page = decoded(reader.read(f"{folder}__substg1.0_{PAGE}0102"), "") or reader.text(folder, PAGE)
    if body.strip():
        yield Part(f"{folder}body", body.encode("utf-8", "replace"), moment)
    elif page.strip():
        yield Part(f"{folder}body", unfolded(page).encode("utf-8", "replace"), moment)
    else:
        packed = reader.read(f"{folder}__substg1.0_{RICH_TEXT}0102")
        if packed:
            yield Part(f"{folder}body.rtf", unpacked(packed), moment)
    folders = sorted({name[len(folder) :].partition("/")[0] for name in reader.names if name.startswith(folder)})
    attachments = [name for name in folders if _ATTACHMENT.fullmatch(name)]
    for number, name in enumerate(attachments[:MAX_PARTS], start=1):
        inside = f"{folder}{name}/"
        embedded = f"{inside}__substg1.0_{DATA:04X}000D/"
        if f"{embedded}{_PROPERTIES}" in reader.names:
            yield from _message(reader, embedded, moment)
            continue
        data = reader.read(f"{inside}__substg1.0_{DATA:04X}0102")
        shown = reader.text(inside, LONG_NAME) or reader.text(inside, SHORT_NAME)
        label = " ".join(shown.replace("\\", "/").rpartition("/")[2].split())
        if data:
            path = f"{folder}attachment-{number}"
            yield Part(path if label in ("", ".", "..") else f"{path}/{label}", data, moment, is_file=True)


def _sent(properties: bytes) -> datetime | None:
    """When it was sent, by the table of properties: rows of 16 bytes behind a header of 24 or 32."""
    for at in range(24, len(properties) - 15, 8):
        kind, tag, _flags, value = struct.unpack_from("<HHIQ", properties, at)
        if (kind, tag) == (0x0040, SENT):
            try:
                return _EPOCH_OF_WINDOWS + timedelta(microseconds=value // 10)
            except OverflowError:
                return None
    return None


_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans Serif"
    b"SymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What the window holds before the first byte ([MS-OXRTFCP], 2.1.3.1.1)."""


def unpacked(packed: bytes) -> bytes:
    """Rich text as Outlook packs it ([MS-OXRTFCP]): 4 KiB of window, runs of at most 17 bytes. Raises `ValueError`."""
    _size, raw_size, kind, _crc = struct.unpack_from("<IIII", packed)
    if kind == 0x414C454D:
        return packed[16 : 16 + raw_size]
    if kind != 0x75465A4C:
        raise ValueError(kind)
    window = bytearray(_DICTIONARY.ljust(4096, b"\0"))
    place = len(_DICTIONARY)
    out = bytearray()
    at = 16
    while at < len(packed):
        control = packed[at]
        at += 1
        for bit in range(8):
            if control & (1 << bit):
                if at + 1 >= len(packed):
                    return bytes(out)
                offset, length = (packed[at] << 8 | packed[at + 1]) >> 4, (packed[at + 1] & 0xF) + 2
                at += 2
                if offset == place:
                    return bytes(out)
                taken = bytes(0)
                for step in range(length):
                    byte = window[(offset + step) & 0xFFF]
                    window[place] = byte
                    place = (place + 1) & 0xFFF
                    taken += bytes((byte,))
                out += taken
            else:
                if at >= len(packed):
                    return bytes(out)
                out.append(packed[at])
                window[place] = packed[at]
                place = (place + 1) & 0xFFF
                at += 1
    return bytes(out)
