"""7-Zip archives: every method of the standard library, and what is not read is named."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.limits import Limits
from analyzer.model.member import DamageKind
from tests.collect.builders_archives import gz, put, run, run_bytes, tar
from tests.collect.seven_zip_archives import ARCHIVES, FILES

READ = [name for name in ARCHIVES if name != "ppmd" and "encrypted" not in name]


@pytest.mark.parametrize("name", READ)
def test_the_files_of_an_archive_are_members(name: str, tmp_path: Path) -> None:
    path = put(tmp_path, "logs.7z", ARCHIVES[name])

    result = run(path)

    assert result.damage == []
    assert result.contents == {f"{path.as_posix()}!/{file}": data for file, data in FILES.items()}
    assert all(member.modified is not None for member in result.handed if member.size)


@pytest.mark.parametrize("name", READ)
def test_an_archive_within_another_gives_the_same(name: str) -> None:
    result = run_bytes(gz(tar(("logs.7z", ARCHIVES[name]))))

    assert list(result.contents.values()) == list(FILES.values())
    assert result.damage == []


@pytest.mark.parametrize("name", READ)
def test_a_file_that_nobody_reads_is_passed_over(name: str, tmp_path: Path) -> None:
    result = run(put(tmp_path, "logs.7z", ARCHIVES[name]), read=False)

    assert [member.name for member in result.handed] == ["messages", "a.txt", "empty.txt", "tool"]


@pytest.mark.parametrize(
    ("name", "kind", "word"),
    [
        ("ppmd", DamageKind.UNSUPPORTED, "unpack the archive and provide the files."),
        ("encrypted", DamageKind.ENCRYPTED, "password"),
        ("encrypted, names too", DamageKind.ENCRYPTED, "password"),
    ],
)
def test_what_is_not_read_is_named(name: str, kind: DamageKind, word: str, tmp_path: Path) -> None:
    result = run(put(tmp_path, "logs.7z", ARCHIVES[name]))

    assert {damage.kind for damage in result.damage} == {kind}
    assert all(word in damage.reason for damage in result.damage)


@pytest.mark.parametrize("name", READ)
def test_an_archive_that_is_cut_says_so(name: str) -> None:
    for cut in (40, len(ARCHIVES[name]) // 2, len(ARCHIVES[name]) - 1):
        (damage,) = run_bytes(ARCHIVES[name][:cut]).damage
        assert (damage.kind, "incomplete" in damage.reason) == (DamageKind.DAMAGED, True)


@pytest.mark.parametrize("name", READ)
def test_damaged_data_is_told_by_its_checksum(name: str) -> None:
    damaged = bytearray(ARCHIVES[name])
    damaged[40] ^= 0x55

    assert run_bytes(bytes(damaged)).damage


def test_a_directory_too_large_is_a_limit(tmp_path: Path) -> None:
    (damage,) = run(put(tmp_path, "a.7z", ARCHIVES["copy"]), limits=Limits(zip_directory_bytes=20)).damage

    assert (damage.kind, "zip_directory_bytes" in damage.reason) == (DamageKind.LIMIT, True)


def test_a_window_too_large_is_a_limit(tmp_path: Path) -> None:
    result = run(put(tmp_path, "a.7z", ARCHIVES["lzma2"]), limits=Limits(decoder_bytes=4095))

    assert any("decoder_bytes" in damage.reason for damage in result.damage)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(ARCHIVES)), st.data())
def test_no_damaged_archive_raises(name: str, data: st.DataObject) -> None:
    """The checksums of the headers are made right, or nothing behind them would be looked at."""
    whole = bytearray(ARCHIVES[name])
    offset, size = int.from_bytes(whole[12:20], "little") + 32, int.from_bytes(whole[20:28], "little")
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(offset, offset + size - 1) | st.integers(32, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    whole[28:32] = zlib.crc32(whole[offset : offset + size]).to_bytes(4, "little")
    whole[8:12] = zlib.crc32(whole[12:32]).to_bytes(4, "little")

    run_bytes(bytes(whole))
