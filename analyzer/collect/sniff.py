"""What a stream is, by its first bytes. Names decide nothing but how a suffix is taken off."""

from __future__ import annotations

from enum import StrEnum

HEAD_BYTES = 512
"""Bytes needed to tell: one tar header."""


class Container(StrEnum):
    """What can be opened."""

    GZIP = "gzip"
    BZIP2 = "bzip2"
    XZ = "xz"
    ZSTD = "zstd"
    LZMA = "lzma"
    ZIP = "zip"
    SEVEN_ZIP = "7-Zip"
    TAR = "tar"


SUFFIXES = {
    Container.GZIP: (".gz", ".gzip"),
    Container.BZIP2: (".bz2", ".bz"),
    Container.XZ: (".xz",),
    Container.ZSTD: (".zst", ".zstd"),
    Container.LZMA: (".lzma",),
}

_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")

_NUMBER = b"01234567oO_+-" + bytes(range(9, 14)) + bytes(range(28, 33))
"""What `int` takes for a number of base 8, blanks included."""


def sniff(head: bytes) -> Container | None:
    """The container that these first `HEAD_BYTES` begin, or None."""
    if head.startswith(b"\x1f\x8b\x08"):
        return Container.GZIP
    if head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:10] in _BZIP2_BLOCKS:
        return Container.BZIP2
    if head.startswith(b"\xfd7zXZ\0"):
        return Container.XZ
    if head.startswith(b"\x28\xb5\x2f\xfd") or is_skippable(head):
        return Container.ZSTD
    if head.startswith(b"7z\xbc\xaf\x27\x1c"):
        return Container.SEVEN_ZIP
    if _is_lzma(head):
        return Container.LZMA
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04")):
        return Container.ZIP
    if _is_tar(head):
        return Container.TAR
    return None


def is_skippable(head: bytes) -> bool:
    """A frame of zstd that holds no data (RFC 8878, 3.1.2): pzstd writes one in front of each other."""
    return head[1:4] == b"\x2a\x4d\x18" and 0x50 <= head[0] <= 0x5F


def _is_lzma(head: bytes) -> bool:
    """The old form of xz, which has no magic: usual properties, a window as programs choose it, a size that is unknown or believable."""
    if head[:3] != b"\x5d\0\0" or len(head) < 14 or head[13]:
        return False
    window, size = int.from_bytes(head[1:5], "little"), int.from_bytes(head[5:13], "little")
    return window.bit_count() <= 2 and window >= 1 << 16 and (size == 0xFFFFFFFFFFFFFFFF or size < 1 << 40)


def is_compress(head: bytes, name: str) -> bool:
    """Old Unix ``compress``, which is not opened: two bytes of magic prove nothing without the name."""
    return head.startswith(b"\x1f\x9d") and name.endswith(".Z")


def unsuffixed(name: str, kind: Container) -> str:
    """``messages.1`` for ``messages.1.gz``: the name of what a compressed single file holds."""
    for suffix in SUFFIXES.get(kind, ()):
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            return name[: -len(suffix)]
    return name


def _is_tar(head: bytes) -> bool:
    if len(head) < HEAD_BYTES:
        return False
    if head[257:262] == b"ustar":
        return True
    if not _may_be_checksum(head[148:156]):
        return False
    import tarfile

    try:  # the old format has no magic, but its checksum hardly fits by chance
        tarfile.TarInfo.frombuf(head[:HEAD_BYTES], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return False
    return True


def _may_be_checksum(field: bytes) -> bool:
    """Whether the checksum field of an old tar header could hold a number, in any form that `tarfile` takes. In hardly any file it does."""
    return field[0] >= 0x80 or not field.partition(b"\0")[0].strip(_NUMBER)
