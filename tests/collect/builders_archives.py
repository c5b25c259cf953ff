"""Archives built in memory, and one run of `collect` in a form that a test can compare."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from analyzer.collect import collect
from analyzer.model.limits import Limits
from analyzer.model.member import Artifact, Damage, DamageKind, Entry, Member

PACKED_AT = 1_700_000_000
"""Unix time 2023-11-14 22:13:20 UTC, the time of every member built here."""


@dataclass
class Run:
    """What one pass gave. ``members`` holds (source, bytes) in order."""

    members: list[tuple[str, bytes]] = field(default_factory=list)
    handed: list[Member] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)

    @property
    def contents(self) -> dict[str, bytes]:
        return dict(self.members)

    @property
    def problems(self) -> list[tuple[str, DamageKind]]:
        return [(d.location.source, d.kind) for d in self.damage]


def run(*paths: Path | str, limits: Limits | None = None, stdin: BinaryIO | None = None, read: bool = True) -> Run:
    """Collect, reading every member to its end (or none, with ``read=False``)."""
    result = Run()
    for item in collect(paths, limits or Limits(), stdin=stdin):
        match item:
            case Member():
                result.handed.append(item)
                result.members.append((item.location.source, b"".join(item.chunks()) if read else b""))
            case Entry():
                result.entries.append(item)
            case Damage():
                result.damage.append(item)
            case Artifact():
                result.artifacts.append(item)
    return result


def run_bytes(data: bytes, limits: Limits | None = None) -> Run:
    """The same for bytes on standard input, whose name is ``-``."""
    return run("-", limits=limits, stdin=io.BytesIO(data))


def tar(*members: tuple[str, bytes] | tarfile.TarInfo, form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar of files (name, content), or of headers without content."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                archive.addfile(header(member[0], size=len(member[1])), io.BytesIO(member[1]))
    return buffer.getvalue()


def header(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", size: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.size, info.mtime = kind, target, size, PACKED_AT
    return info


def gz(data: bytes, mtime: int = 0) -> bytes:
    return gzip.compress(data, mtime=mtime)


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (2023, 11, 14, 22, 13, 20)), content, method)
    return buffer.getvalue()


def zip_streamed(*members: tuple[str, bytes]) -> bytes:
    """A zip whose sizes stand behind the data (written to something that cannot be sought in)."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += data
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return bytes(pipe.data)


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def noise(size: int) -> bytes:
    """Bytes that hardly compress, the same in every run."""
    return hashlib.shake_128(b"noise").digest(size)


def _octal(number: int, width: int) -> bytes:
    return b"%0*o\0" % (width - 1, number)


def old_sparse(name: str, regions: list[tuple[int, int]], real_size: int, data: bytes) -> bytes:
    """A type S member (GNU tar --format=gnu --sparse), which `tarfile` cannot write."""
    block = bytearray(header(name, tarfile.GNUTYPE_SPARSE, size=len(data)).tobuf(tarfile.GNU_FORMAT)[:512])
    for index, (offset, length) in enumerate(regions):
        block[386 + 24 * index : 410 + 24 * index] = _octal(offset, 12) + _octal(length, 12)
    block[483:495] = _octal(real_size, 12)
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + data + bytes(-len(data) % 512)
