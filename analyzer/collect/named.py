"""Files that are known by their first bytes and are not opened: what each is, and what to do instead."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from analyzer.collect.sniff import is_compress
from analyzer.model.member import DamageKind
from analyzer.texts import N_, _

_PICTURE = N_(
    "This is a picture ({label}), and the analyzer does not read text in pictures: copy the text itself from the "
    "terminal or page, and provide it as a text file."
)
_PDF = N_(
    "This is a PDF document, and the analyzer does not read its text: open it, copy the text (or run pdftotext "
    "-layout), and provide it as a text file."
)
_FILM = N_("This is a recording ({label}), which the analyzer does not read: provide the text that it shows as a text file.")
_ENCRYPTED = N_("This file is encrypted ({label}): decrypt it with its password or key, and provide its content.")
_MEMORY = N_(
    "This is a memory dump ({label}), which the analyzer does not read and which may contain keys and passwords: "
    "provide a troubleshoot bundle, or the log /var/log/messages."
)
_DISK = N_("This is a disk image ({label}), which the analyzer does not open: mount it and provide the files.")
_STORE = N_(
    "This is an Outlook mail store (.pst, .ost), which the analyzer does not open: save the mail as .msg or "
    ".eml, or its text as a text file."
)
_NOTES = N_("This is a file of {label}, which the analyzer does not read: open it, copy the text, and provide it as a text file.")
_DATABASE = N_("This is a database ({label}), which the analyzer does not read: provide the output of the query, or the log.")
_EVENTS = N_("This is a Windows event log, which the analyzer does not read: export it as text.")
_CAPTURE = N_("This is a capture in an unsupported format ({label}): open it in Wireshark and save it as pcapng.")
_ARCHIVE = N_("This is a {label} archive, which the analyzer does not open: unpack it and provide the files.")

_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"\x00\x00\x01\x00\x01\x00", "ICO"),
    (b"\xd7\xcd\xc6\x9a", "WMF"),
)
_OTHERS: tuple[tuple[bytes, str, str, DamageKind], ...] = (
    (b"%PDF-", _PDF, "PDF", DamageKind.UNSUPPORTED),
    (b"\x1aE\xdf\xa3", _FILM, "Matroska", DamageKind.UNSUPPORTED),
    (b"Salted__", _ENCRYPTED, "OpenSSL", DamageKind.ENCRYPTED),
    (b"-----BEGIN PGP MESSAGE-----", _ENCRYPTED, "PGP", DamageKind.ENCRYPTED),
    (b"age-encryption.org/", _ENCRYPTED, "age", DamageKind.ENCRYPTED),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", _ENCRYPTED, "age", DamageKind.ENCRYPTED),
    (b"MDMP", _MEMORY, "Windows minidump", DamageKind.UNSUPPORTED),
    (b"PAGEDU", _MEMORY, "Windows crash dump", DamageKind.UNSUPPORTED),
    (b"EMiL", _MEMORY, "LiME", DamageKind.UNSUPPORTED),
    (b"KDUMP   ", _MEMORY, "kdump", DamageKind.UNSUPPORTED),
    (b"KDMV", _DISK, "VMDK", DamageKind.UNSUPPORTED),
    (b"QFI\xfb", _DISK, "QCOW", DamageKind.UNSUPPORTED),
    (b"vhdxfile", _DISK, "VHDX", DamageKind.UNSUPPORTED),
    (b"conectix", _DISK, "VHD", DamageKind.UNSUPPORTED),
    (b"hsqs", _DISK, "squashfs", DamageKind.UNSUPPORTED),
    (b"!BDN", _STORE, "Outlook", DamageKind.UNSUPPORTED),
    (b"\x78\x9f\x3e\x22", _NOTES, "Outlook (winmail.dat)", DamageKind.UNSUPPORTED),
    (b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", _NOTES, "OneNote", DamageKind.UNSUPPORTED),
    (b"bplist00", _NOTES, "Safari or another Apple program", DamageKind.UNSUPPORTED),
    (b"SQLite format 3\0", _DATABASE, "SQLite", DamageKind.UNSUPPORTED),
    (b"ElfFile\0", _EVENTS, "evtx", DamageKind.UNSUPPORTED),
    (b"GMBU", _CAPTURE, "Network Monitor", DamageKind.UNSUPPORTED),
    (b"RTSS", _CAPTURE, "Network Monitor 1", DamageKind.UNSUPPORTED),
    (b"snoop\0\0\0", _CAPTURE, "snoop", DamageKind.UNSUPPORTED),
    (b"XCP\0", _CAPTURE, "NetXRay", DamageKind.UNSUPPORTED),
    (b"TRSNIFF data", _CAPTURE, "Sniffer", DamageKind.UNSUPPORTED),
    (b"Rar!\x1a\x07", _ARCHIVE, "RAR", DamageKind.UNSUPPORTED),
    (b"MSCF\0\0\0\0", _ARCHIVE, "Cabinet", DamageKind.UNSUPPORTED),
    (b"\x04\x22\x4d\x18", _ARCHIVE, "LZ4", DamageKind.UNSUPPORTED),
    (b"LZIP\x01", _ARCHIVE, "lzip", DamageKind.UNSUPPORTED),
    (b"LRZI", _ARCHIVE, "lrzip", DamageKind.UNSUPPORTED),
    (b"\x89LZO\0\r\n\x1a\n", _ARCHIVE, "lzop", DamageKind.UNSUPPORTED),
    (b"\xff\x06\0\0sNaPpY", _ARCHIVE, "Snappy", DamageKind.UNSUPPORTED),
    (b"070701", _ARCHIVE, "cpio", DamageKind.UNSUPPORTED),
    (b"070702", _ARCHIVE, "cpio", DamageKind.UNSUPPORTED),
    (b"070707", _ARCHIVE, "cpio", DamageKind.UNSUPPORTED),
    (b"\xed\xab\xee\xdb", _ARCHIVE, "RPM", DamageKind.UNSUPPORTED),
    (b"xar!\0", _ARCHIVE, "xar", DamageKind.UNSUPPORTED),
    (b"!<arch>\n", _ARCHIVE, "ar", DamageKind.UNSUPPORTED),
)

_FURTHER: tuple[tuple[Callable[[bytes], bool], str, str], ...] = (
    (lambda head: head[:2] == b"BM" and head[6:10] == bytes(4) and head[14:15] in (b"\x0c", b"\x28", b"\x6c", b"\x7c"), _PICTURE, "BMP"),
    (lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", _PICTURE, "WebP"),
    (lambda head: head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"heim", b"msf1"), _PICTURE, "HEIC"),
    (lambda head: head[4:8] == b"ftyp", _FILM, "MP4"),
    (lambda head: head[:4] == b"RIFF" and head[8:11] == b"AVI", _FILM, "AVI"),
    (lambda head: head[:4] == b"\x7fELF" and head[5:6] in (b"\1", b"\2") and head[16:18] in (b"\4\0", b"\0\4"), _MEMORY, "ELF core"),
    (lambda head: head[2:5] == b"-lh" and head[6:7] == b"-", _ARCHIVE, "LHA"),
    (lambda head: head[:2] == b"\x60\xea" and head[10:11] in (b"\0", b"\1", b"\2"), _ARCHIVE, "ARJ"),
)
_BY_FIRST: dict[int, list[tuple[bytes, str, str, DamageKind]]] = {}
for _entry in (*((magic, _PICTURE, label, DamageKind.UNSUPPORTED) for magic, label in _PICTURES), *_OTHERS):
    _BY_FIRST.setdefault(_entry[0][0], []).append(_entry)
_FURTHER_FIRST = re.compile(rb"(?s)BM|RIFF|....ftyp|\x7fELF|..-lh|\x60\xea")


class Known(Struct, frozen=True):
    """What a file is, as a sentence with what to do instead. ``everywhere``: it is said wherever the file lies, for it may hold evidence
    that nothing else shows; of the rest only where a person gave it, since appliances are full of pictures."""

    kind: DamageKind
    sentence: str
    everywhere: bool


def named(head: bytes, name: str) -> Known | None:
    """What a file with these first bytes (512 are enough) is; None for what is read, or not known."""
    if is_compress(head, name):
        return _known(DamageKind.UNSUPPORTED, _ARCHIVE, "compress (.Z)")
    for magic, told, label, kind in _BY_FIRST.get(head[0], ()) if head else ():
        if head.startswith(magic):
            return _known(kind, told, label)
    if _FURTHER_FIRST.match(head) is not None:
        for fits, told, label in _FURTHER:
            if fits(head):
                return _known(DamageKind.UNSUPPORTED, told, label)
    return None


def _known(kind: DamageKind, told: str, label: str) -> Known:
    return Known(kind, _(told).format(label=label), told is _ARCHIVE or told is _CAPTURE)


_ARCHIVE_NAME = re.compile(r".+\.(?:tgz|tar|gz|zip|7z|bz2|tbz2?|xz|txz|zst|rar)", re.IGNORECASE)
_UNFINISHED = re.compile(r".+\.(?:part|partial|crdownload|download|opdownload|filepart|tmp\.download)", re.IGNORECASE)
_PAGE = re.compile(rb"\s{0,200}(?:<!doctype html|<html)", re.IGNORECASE)


def failed_download(head: bytes, name: str) -> str:
    """What the name of a file and its first bytes say together: a download that failed, as a sentence. "" for any other file."""
    if _UNFINISHED.fullmatch(name) is not None:
        return _("According to its name, this is an unfinished download: fetch it again.")
    if _ARCHIVE_NAME.fullmatch(name) is None:
        return ""
    if not head:
        return _("This archive is empty (0 bytes): fetch it again.")
    if _PAGE.match(head) is not None:
        return _(
            "According to its name, this is an archive, but its content is a web page: the server answered the download "
            "with a page (often a login). Fetch it again."
        )
    return ""
