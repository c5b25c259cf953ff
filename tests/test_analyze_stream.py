"""Bytes that arrive in pieces give what the file gives, whatever the size of the pieces."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache, partial
from itertools import chain, repeat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer import Options, analyze, analyze_stream, render_json
from analyzer.collect import collect
from analyzer.collect.chunked import as_stream
from analyzer.collect.inputs import Streamed
from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.location import Location
from analyzer.model.member import Damage, Member
from tests.collect.builders_archives import gz, tar, zip_streamed, zipped
from tests.collect.seven_zip_archives import ARCHIVES

ROOT = Path(__file__).parents[1]
FULL = ROOT / "samples" / "12-full-case" / "evidence"
OPTIONS = Options(as_of=datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC), as_of_source="--as-of")
MODIFIED = datetime(2026, 10, 1, 12, tzinfo=UTC)
LOG = b"".join(b"Nov 20 10:%02d:%02d ftd-1 SF-IMS[1]: line %d\n" % (n // 60, n % 60, n) for n in range(600))

KINDS = {
    "text.log": LOG,
    "empty": b"",
    "log.gz": gz(LOG),
    "bundle.tar.gz": gz(tar(("a/b.log", LOG), ("c.zip", zipped(("d.log", LOG))), ("e", b"x"))),
    "plain.tar": tar(("a", LOG), ("b.gz", gz(LOG))),
    "files.zip": zipped(("a", LOG), ("b", b"2")),
    "forward.zip": zip_streamed(("a", LOG), ("b", b"2")),
    "unpacks-itself.exe": b"MZ" + bytes(4000) + zipped(("a", LOG)),
    "prefixed.zip": b"some words before it\n" + zipped(("a", LOG)),
    "script.sh": b"#!/bin/sh\n" + LOG,
    "files.7z": next(iter(ARCHIVES.values())),
    "cut.tar.gz": gz(tar(("a", LOG), ("b", LOG)))[:-40],
    "cut.zip": zipped(("a", LOG), ("b", LOG))[:-30],
    "a/folder/that/is/deep/photo.png": b"\x89PNG\r\n\x1a\n" + bytes(9000),
}
"""Name and bytes of a file of each kind that is taken apart, or not."""

SIZES = st.lists(st.integers(0, 40_000), max_size=12)
"""Sizes of the first pieces; the others are as the last one."""


def pieces(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    """The bytes, cut. No piece is larger than what is left; an empty one may be among the first."""
    at = 0
    for size in chain(sizes, repeat(max(1, sizes[-1] if sizes else len(data)))):
        if at >= len(data):
            return
        yield data[at : at + size]
        at += size


def collected(given: Path | Streamed, limits: Limits = DEFAULT_LIMITS) -> list[object]:
    """All that one pass over an input gives, with the bytes of each member."""
    found: list[object] = []
    for item in collect([given], limits):
        if isinstance(item, Member):
            found.append((item.location, item.name, item.size, item.modified, b"".join(item.chunks())))
        else:
            found.append(item)
    return found


@cache
def of_the_file(folder: Path, name: str) -> list[object]:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(KINDS[name])
    return collected(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("streams")


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=25)
@given(sizes=SIZES)
def test_pieces_of_any_size_are_collected_as_the_file(name: str, folder: Path, sizes: list[int]) -> None:
    on_disk = of_the_file(folder, name)
    path, data = folder / name, KINDS[name]
    modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)

    arriving = collected(Streamed(path.as_posix(), modified, partial(as_stream, pieces(data, sizes)), depth=0, size=len(data)))

    assert arriving == on_disk


def test_single_bytes_are_collected_as_the_file(folder: Path) -> None:
    name = "bundle.tar.gz"
    stated = Streamed((folder / name).as_posix(), None, partial(as_stream, pieces(KINDS[name], [1])), depth=0)

    assert [one[4] for one in collected(stated) if isinstance(one, tuple)] == [
        one[4] for one in of_the_file(folder, name) if isinstance(one, tuple)
    ]


def packed(kind: str) -> bytes:
    """The evidence of a sample as one file."""
    data = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(path for path in FULL.rglob("*") if path.is_file()):
                archive.write(path, path.relative_to(FULL))
        return data.getvalue()
    with tarfile.open(fileobj=data, mode="w") as bundle:
        bundle.add(FULL, "evidence")
    return gzip.compress(data.getvalue(), mtime=0)


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
@pytest.mark.parametrize("size", [997, 65_536])
def test_the_result_is_that_of_the_file(kind: str, size: int, tmp_path: Path) -> None:
    path = tmp_path / f"case.{kind}"
    path.write_bytes(packed(kind))
    modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    heard: list[int] = []

    arriving = analyze_stream(path.as_posix(), pieces(path.read_bytes(), [size]), OPTIONS, heard.append, modified=modified)

    assert arriving.findings
    assert render_json(arriving) == render_json(analyze([path], OPTIONS))
    assert sum(heard) == path.stat().st_size


def test_pieces_that_end_in_an_error_are_reported_as_damage() -> None:
    def failing() -> Iterator[bytes]:
        yield LOG
        raise OSError(5, "the connection was closed")

    result = analyze_stream("upload.log", failing(), OPTIONS)

    assert [(one.location, "the connection was closed" in one.reason) for one in result.incomplete] == [(Location("upload.log"), True)]


def test_no_more_is_asked_for_than_is_read() -> None:
    """A member that is looked at is not behind a hundred pieces that wait in memory."""
    asked = 0

    def counted() -> Iterator[bytes]:
        nonlocal asked
        for piece in pieces(tar(*((f"{number}.log", LOG) for number in range(50))), [10_000]):
            asked += 1
            yield piece

    first = next(iter(collect([Streamed("b.tar", None, partial(as_stream, counted()))], DEFAULT_LIMITS)))

    assert isinstance(first, Member)
    assert asked < 10


def test_a_seven_zip_archive_beyond_the_memory_for_it_is_named() -> None:
    limits = Limits(spool_bytes=10)

    found = collected(Streamed("a.7z", MODIFIED, partial(as_stream, pieces(KINDS["files.7z"], [100])), depth=0), limits)

    assert [one.location for one in found if isinstance(one, Damage)] == [Location("a.7z")]
