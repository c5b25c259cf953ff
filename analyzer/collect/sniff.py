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
    ZIP = "zip"
    TAR = "tar"


SUFFIXES = {
    Container.GZIP: (".gz", ".gzip"),
    Container.BZIP2: (".bz2", ".bz"),
    Container.XZ: (".xz",),
    Container.ZSTD: (".zst", ".zstd"),
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
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        return Container.ZSTD
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK\x03\x04")):
        return Container.ZIP
    if _is_tar(head):
        return Container.TAR
    return None


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
