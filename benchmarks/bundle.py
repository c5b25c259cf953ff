"""A troubleshoot bundle of a real one's size: gigabytes of logs of which a few thousand lines matter, nested rotated logs, certificates."""

from __future__ import annotations

import gzip
import io
import shutil
import tarfile
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from benchmarks.captures import big_capture
from benchmarks.deflate import GzipWriter
from benchmarks.pki import expired_ca
from benchmarks.text import attempts, pieces
from tests.lab.bundle import member_name
from tests.lab.cast import COLLECTED, DEVICES, FMC_1
from tests.lab.fmc_tree import fmc_tree
from tests.lab.logs import Log
from tests.lab.site import Site

_POOL = 48
_LOGS = ("messages", "mojo/mojo.log", "sf/estreamer.log", "httpd/httpsd_access_log", "process_stdout.log", "sf/policy_deployment.log")
_ROTATED = 6
_OUTPUTS = 1_500


def bundle(path: Path, size: int, seed: int = 222464) -> None:
    """A ``.tar.gz`` of about ``size`` bytes of text when unpacked: five sixths in plain logs, a tenth in rotated ``.gz``, some outputs."""
    pool = pieces(_POOL, seed)
    repeated: dict[bytes, bytes] = {}
    site = Site(FMC_1, expired_ca()).register(*DEVICES[:10])
    site.cut(DEVICES[0], COLLECTED - timedelta(days=8))
    with path.open("wb") as file, GzipWriter(file, repeated) as packed:
        tar = _Tar(packed)
        for entry in sorted(fmc_tree(site, COLLECTED, Log(FMC_1.host, lines=[(COLLECTED, "mark")])), key=lambda e: e.path):
            if entry.path != "var/log/messages":
                tar.add(member_name(entry.path), entry.data)
        tar.add("dir-archives/var-common/capture.pcap", _capture(min(20_000_000, size // 100)))
        for number in range(max(20, _OUTPUTS * size // 3_000_000_000)):
            tar.add(f"command-outputs/usr-bin-tool --number {number}.output", pool[number % _POOL][number * 20_000 % 900_000 :][:20_000])
        at = 0
        for number, name in enumerate(_LOGS):
            count = max(6, size * 5 // 6 // len(_LOGS) >> 20)
            tar.add_pieces(f"dir-archives/var-log/{name}", _log(pool, at, count, hot=number == 0))
            at += count
        for number in range(_ROTATED):
            count = max(2, size // 10 // _ROTATED >> 20)
            nested = io.BytesIO()
            with GzipWriter(nested, repeated) as inner:
                for piece in _log(pool, at, count, hot=True):
                    inner.repeat(piece)
            tar.add(f"dir-archives/var-log/messages.{number + 1}.gz", nested.getvalue())
            at += count
        tar.end()


def large_tar(path: Path) -> None:
    """A bundle that is not compressed, as a file of more than 2.5 GB."""
    packed = path.with_name(f"{path.name}.gz")
    bundle(packed, 3_000_000_000)
    with gzip.open(packed) as unpacked, path.open("wb") as file:
        shutil.copyfileobj(unpacked, file, 1 << 20)
    packed.unlink()


def _log(pool: list[bytes], start: int, count: int, *, hot: bool) -> list[bytes]:
    """``count`` pieces; in a hot log a burst of attempts after every one of them."""
    out: list[bytes] = []
    for number in range(count):
        out.append(pool[(start + number) % len(pool)])
        if hot:
            out.append(attempts(COLLECTED - timedelta(minutes=30 * (start + count - number)), 3, DEVICES[number % 3].address))
    return out


def _capture(size: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "capture.pcap"
        big_capture(path, size, 40)
        return path.read_bytes()


class _Tar:
    """GNU tar members onto a `GzipWriter`."""

    def __init__(self, packed: GzipWriter) -> None:
        self._packed = packed

    def add(self, name: str, data: bytes) -> None:
        self._packed.write(_header(name, len(data)) + data + bytes(-len(data) % 512))

    def add_pieces(self, name: str, parts: Iterable[bytes]) -> None:
        parts = list(parts)
        size = sum(map(len, parts))
        self._packed.write(_header(name, size))
        for part in parts:
            self._packed.repeat(part)
        self._packed.write(bytes(-size % 512))

    def end(self) -> None:
        self._packed.write(bytes(10_240))


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.mode = size, int(COLLECTED.timestamp()), 0o644
    return info.tobuf(tarfile.GNU_FORMAT)
