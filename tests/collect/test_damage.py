"""What is cut, corrupt or out of reach gives what can be read, and a located report of the rest."""

from __future__ import annotations

import bz2
import io
import lzma
import tarfile
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.limits import Limits
from analyzer.model.member import DamageKind
from tests.collect.builders_archives import gz, header, noise, run, run_bytes, tar, zip_streamed, zipped

LOG = b"".join(b"Oct  1 00:%02d:%02d fmc sftunneld: line\n" % (i // 60, i % 60) for i in range(3600))

COMPRESSIONS: list[Callable[[bytes], bytes]] = [gz, bz2.compress, lzma.compress, zstandard.ZstdCompressor(write_checksum=True).compress]


@pytest.mark.parametrize("compress", COMPRESSIONS)
def test_a_cut_compressed_file_says_that_it_is_cut(compress: Callable[[bytes], bytes]) -> None:
    content = noise(4 << 20)
    result = run_bytes(compress(content)[:-600_000])
    ((_, read),) = result.members
    assert content.startswith(read)
    assert len(read) > 1 << 20
    assert result.problems == [("-", DamageKind.DAMAGED)]
    assert "incomplete" in result.damage[0].reason


def test_a_cut_bundle_gives_the_members_before_the_cut_and_names_the_last() -> None:
    result = run_bytes(gz(tar(("one", noise(100_000)), ("two", noise(100_000)), ("three", b"3")))[:150_000])
    assert [source for source, _ in result.members] == ["-!/one", "-!/two"]
    assert result.contents["-!/one"] == noise(100_000)
    assert 0 < len(result.contents["-!/two"]) < 100_000
    assert result.problems == [("-", DamageKind.DAMAGED)]
    assert "2 members" in result.damage[0].reason
    assert "-!/two" in result.damage[0].reason


def test_a_wrong_checksum_costs_no_data_and_is_noticed() -> None:
    data = bytearray(gz(LOG))
    data[-8] ^= 1
    result = run_bytes(bytes(data))
    assert result.members == [("-", LOG)]
    assert result.problems == [("-", DamageKind.DAMAGED)]
    assert "checksum" in result.damage[0].reason


def test_a_wrong_checksum_behind_a_whole_tar_is_noticed() -> None:
    data = bytearray(gz(tar(("a", LOG))))
    data[-8] ^= 1
    result = run_bytes(bytes(data))
    assert result.members == [("-!/a", LOG)]
    assert result.problems == [("-", DamageKind.DAMAGED)]


def test_a_damaged_member_does_not_stop_the_others() -> None:
    broken = gz(LOG)[:-30]
    result = run_bytes(gz(tar(("a", b"1"), ("messages.1.gz", broken), ("b", b"2"))))
    assert [source for source, _ in result.members] == ["-!/a", "-!/messages.1.gz", "-!/b"]
    assert result.problems == [("-!/messages.1.gz", DamageKind.DAMAGED)]


def test_damage_below_is_reported_once_and_where_it_is() -> None:
    """The outer gzip is cut inside a nested one: the outer one is to be fetched again, the nested one is innocent."""
    inner = gz(tar(("deep", noise(50_000))))
    result = run_bytes(gz(tar(("inner.tgz", inner)))[:20_000])
    assert result.problems == [("-", DamageKind.DAMAGED)]


def test_a_compressed_head_with_nothing_behind_it_gives_no_member() -> None:
    result = run_bytes(gz(b"x")[:10])
    assert result.members == []
    assert result.problems == [("-", DamageKind.DAMAGED)]
    assert "None of it was read." in result.damage[0].reason


def test_a_wrong_checksum_in_a_zip_costs_no_data_and_is_noticed(tmp_path: object) -> None:
    for data in (zipped(("a", LOG), ("b", b"2")), zip_streamed(("a", LOG), ("b", b"2"))):
        crc = data[data.index(b"PK\x01\x02") + 16 :][:4]
        wrong = data.replace(crc, b"\1\2\3\4")
        for limits in (Limits(), Limits(spool_bytes=1)):
            result = run_bytes(wrong, limits)
            assert result.members == [("-!/a", LOG), ("-!/b", b"2")]
            assert result.problems == [("-!/a", DamageKind.DAMAGED)]


@pytest.mark.parametrize("build", [zipped, zip_streamed])
def test_a_half_downloaded_zip_gives_its_whole_members(build: Callable[..., bytes], tmp_path: object) -> None:
    data = build(("a", LOG), ("b", noise(50_000)), ("c", b"3"))
    result = run_bytes(data[: len(data) - 20_000])
    assert result.members[0] == ("-!/a", LOG)
    assert result.problems[-1] == ("-", DamageKind.DAMAGED)
    assert "incomplete" in result.damage[-1].reason


def test_a_zip_that_lost_its_directory_gives_every_member() -> None:
    data = zipped(("a", LOG), ("b", b"2"))
    result = run_bytes(data[:-40])
    assert result.members == [("-!/a", LOG), ("-!/b", b"2")]
    assert result.problems == [("-", DamageKind.DAMAGED)]


def test_a_damaged_tar_header_costs_one_member() -> None:
    data = bytearray(tar(("a", LOG), ("b", b"2"), ("c", b"3"), form=tarfile.USTAR_FORMAT))
    at = data.index(b"b\0\0\0")
    data[at : at + 5] = b"xxxxx"
    result = run_bytes(bytes(data))
    assert [source for source, _ in result.members] == ["-!/a", "-!/c"]
    assert result.problems == [("-", DamageKind.DAMAGED)]
    assert "after 1 member, the last one a" in result.damage[0].reason


def test_bytes_behind_the_end_of_a_tar_are_reported() -> None:
    result = run_bytes(tar(("a", b"1")) + b"<html>")
    assert result.members == [("-!/a", b"1")]
    assert result.problems == [("-", DamageKind.DAMAGED)]


@pytest.mark.parametrize("size", [-1, 2**62])
def test_a_tar_size_that_lies_ends_in_a_report(size: int) -> None:
    good = header("a", size=512).tobuf(tarfile.GNU_FORMAT) + LOG[:512]
    result = run_bytes(good + header("b", size=size).tobuf(tarfile.GNU_FORMAT) + b"rest")
    assert result.members[0] == ("-!/a", LOG[:512])
    assert result.problems == [("-", DamageKind.DAMAGED)]


def test_a_pax_size_that_is_no_number_costs_that_member() -> None:
    info = header("b", size=1)
    info.pax_headers = {"size": "1e9"}
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info, io.BytesIO(b"2"))
        archive.addfile(header("c", size=1), io.BytesIO(b"3"))
    result = run_bytes(buffer.getvalue())
    assert result.members == [("-!/c", b"3")]
    assert result.problems == [("-!/b", DamageKind.DAMAGED)]


_TAR = tar(("first", b"1" * 700), ("d/" * 60 + "second", b"2" * 100), ("third", b""))
_CONTENT = [("-!/first", b"1" * 700), ("-!/" + "d/" * 60 + "second", b"2" * 100), ("-!/third", b"")]
_END_MARK = len(_TAR.rstrip(b"\0")) // 512 * 512 + 512


@given(st.integers(512, _END_MARK))
@settings(max_examples=80, deadline=None)
def test_a_tar_cut_anywhere_gives_a_prefix_of_its_members_and_a_report(cut: int) -> None:
    result = run_bytes(_TAR[:cut])
    names = [source for source, _ in result.members]
    assert names == [source for source, _ in _CONTENT][: len(names)]
    for (_, read), (_, whole) in zip(result.members, _CONTENT, strict=False):
        assert whole.startswith(read)
    assert [kind for _, kind in result.problems] == [DamageKind.DAMAGED]


@given(st.integers(1, 10_000))
@settings(max_examples=60, deadline=None)
def test_a_bundle_cut_anywhere_gives_a_prefix_and_exactly_one_report(cut: int) -> None:
    data = gz(tar(("a", noise(6000)), ("b", LOG)))
    result = run_bytes(data[: min(cut + 3, len(data) - 1)])
    assert len(result.problems) == 1
    if [source for source, _ in result.members] == ["-"]:  # not even one tar header could be unpacked: bytes of no known kind
        assert len(result.members[0][1]) < 512
        return
    assert [source for source, _ in result.members] == ["-!/a", "-!/b"][: len(result.members)]
    assert all(whole.startswith(read) for (_, read), whole in zip(result.members, (noise(6000), LOG), strict=False))


_SEEDS = [
    gz(tar(("a.zip", zipped(("x", LOG[:500]))), ("b.gz", gz(b"b" * 999)), form=tarfile.GNU_FORMAT)),
    tar(("d/" * 90 + "x", b"x" * 600), header("l", tarfile.SYMTYPE, "t"), form=tarfile.PAX_FORMAT),
    zipped(("a", LOG[:700]), ("b.tar", tar(("c", b"c")))),
    zip_streamed(("a", LOG[:700]), ("b", b"b")),
    *(compress(b"some text " * 200) for compress in COMPRESSIONS),
]


@given(
    st.sampled_from(_SEEDS),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, 400),
    st.booleans(),
)
@settings(max_examples=400, deadline=None)
def test_no_corruption_raises(seed: bytes, changes: list[tuple[int, int]], cut: int, forward: bool) -> None:
    data = bytearray(seed)
    for at, value in changes:
        data[at % len(data)] = value
    result = run_bytes(bytes(data[: len(data) - cut]), Limits(member_bytes=1 << 20, spool_bytes=0 if forward else 1 << 20))
    assert len(result.artifacts) == 1


_MAGIC = [b"", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PK\x05\x06", bytes(257) + b"ustar"]


@given(st.sampled_from(_MAGIC), st.binary(max_size=1500))
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise(magic: bytes, rest: bytes) -> None:
    data = magic + rest
    result = run_bytes(data, Limits(member_bytes=1 << 20))
    assert [artifact.size for artifact in result.artifacts] == [len(data)]
    if not result.damage:
        assert sum(len(content) for _, content in result.members) <= 1 << 20


@given(st.sampled_from([0, 1, 2, 3, 4, 5, 6]), st.integers(1, 300))
@settings(max_examples=60, deadline=None)
def test_the_size_of_the_pieces_that_arrive_changes_nothing(which: int, piece: int) -> None:
    class Dribble(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(piece, size if size and size > 0 else piece))

    seed = _SEEDS[which]
    assert run("-", stdin=Dribble(seed)).members == run_bytes(seed).members
