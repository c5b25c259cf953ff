"""Every cap trips, is reported with the input's name, and the rest goes on. Nothing is written, nothing hangs."""

from __future__ import annotations

import bz2
import io
import lzma
import os
import stat
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from analyzer.collect import collect
from analyzer.collect.decode import decode
from analyzer.collect.sniff import sniff
from analyzer.collect.stream import Stream
from analyzer.model.limits import Limits
from analyzer.model.member import DamageKind, Member
from tests.collect.builders_archives import gz, header, noise, old_sparse, put, run, run_bytes, tar, zip_streamed, zipped

SMALL = Limits(ratio=50, ratio_from_bytes=1 << 20)
BOMB = gz(bytes(8 << 20))


def only(problems: list[tuple[str, DamageKind]]) -> tuple[str, DamageKind]:
    (problem,) = problems
    return problem


def test_a_flat_bomb_hits_the_ratio_and_the_next_input_is_read(tmp_path: Path) -> None:
    bomb, good = put(tmp_path, "a.gz", BOMB), put(tmp_path, "b.txt", b"good")
    result = run(bomb, good, limits=SMALL)
    assert 500_000 < len(result.contents[bomb.as_posix()]) < 3 << 20
    assert result.contents[good.as_posix()] == b"good"
    assert only(result.problems) == (bomb.as_posix(), DamageKind.LIMIT)
    assert "limit ratio" in result.damage[0].reason
    assert [a.size for a in result.artifacts] == [len(BOMB), 4]


@pytest.mark.parametrize("compress", [gz, lzma.compress, zstandard.ZstdCompressor().compress])
def test_a_bomb_inside_a_good_archive_costs_only_itself(compress: Callable[[bytes], bytes]) -> None:
    bomb = compress(bytes(8 << 20))
    result = run_bytes(tar(("before", noise(400_000)), ("bomb", bomb), ("after", b"x")), SMALL)
    assert result.contents["-!/before"] == noise(400_000)
    assert result.contents["-!/after"] == b"x"
    assert only(result.problems) == ("-!/bomb", DamageKind.LIMIT)


def test_a_bomb_of_a_bomb_hits_the_ratio() -> None:
    assert only(run_bytes(gz(BOMB), SMALL).problems) == ("-", DamageKind.LIMIT)


def test_a_bomb_in_a_zip_costs_only_itself(tmp_path: Path) -> None:
    data = zipped(("bomb", bytes(8 << 20)), ("after", b"x"))
    path = put(tmp_path, "c.zip", data)
    for result, name in ((run(path, limits=SMALL), path.as_posix()), (run_bytes(data, SMALL), "-")):
        assert result.contents[f"{name}!/after"] == b"x"
        assert only(result.problems) == (f"{name}!/bomb", DamageKind.LIMIT)


def test_many_small_bombs_hit_the_ratio_of_the_whole_input() -> None:
    limits = Limits(ratio=50, ratio_from_bytes=1 << 20)
    result = run_bytes(zipped(*((f"m{i}", bytes(900_000)) for i in range(20))), limits)
    assert 4 <= len(result.members) <= 6
    assert only(result.problems) == ("-", DamageKind.LIMIT)
    assert "The rest of this input was not read" in result.damage[0].reason


def test_the_bytes_of_one_input_are_capped() -> None:
    result = run_bytes(gz(tar(("a", noise(300_000)), ("b", b"b"))), Limits(input_bytes=400_000))
    assert only(result.problems) == ("-", DamageKind.LIMIT)
    assert "input_bytes" in result.damage[0].reason


def test_the_bytes_of_one_member_are_capped_exactly(tmp_path: Path) -> None:
    data = tar(("large", b"x" * 1001), ("exact", b"y" * 1000))
    result = run_bytes(data, Limits(member_bytes=1000))
    assert result.members == [("-!/large", b"x" * 1000), ("-!/exact", b"y" * 1000)]
    assert only(result.problems) == ("-!/large", DamageKind.LIMIT)


def test_members_are_capped_and_links_count() -> None:
    data = tar(("a", b""), header("l", tarfile.SYMTYPE, "t"), ("b", b""), ("c", b""))
    result = run_bytes(data, Limits(members=3))
    assert [source for source, _ in result.members] == ["-!/a", "-!/b"]
    assert only(result.problems) == ("-", DamageKind.LIMIT)
    assert run_bytes(data, Limits(members=4)).damage == []


def test_depth_is_capped() -> None:
    data = b"core"
    for _ in range(4):
        data = gz(data)
    assert run_bytes(data, Limits(depth=4)).members == [("-", b"core")]
    result = run_bytes(data, Limits(depth=3))
    assert result.members == []
    assert only(result.problems) == ("-", DamageKind.LIMIT)


def test_a_deep_archive_does_not_stop_its_neighbours() -> None:
    result = run_bytes(tar(("deep.tgz", gz(tar(("x", b"")))), ("next", b"n")), Limits(depth=2))
    assert result.members == [("-!/next", b"n")]
    assert only(result.problems) == ("-!/deep.tgz", DamageKind.LIMIT)


def test_a_long_name_is_cut_and_its_content_read() -> None:
    result = run_bytes(tar(("n" * 300, b"content")), Limits(name_length=100))
    assert result.members == [("-!/" + "n" * 100, b"content")]
    assert only(result.problems) == ("-!/" + "n" * 100, DamageKind.LIMIT)


def test_a_header_extension_of_megabytes_is_passed_over() -> None:
    result = run_bytes(tar(("n" * (2 << 20), b"content"), ("next", b"x")))
    assert result.contents["-!/next"] == b"x"
    assert b"content" in result.contents.values()
    assert only(result.problems) == ("-", DamageKind.LIMIT)


def test_wall_time_is_capped_per_input(tmp_path: Path) -> None:
    slow = put(tmp_path, "a.tar", tar(("a", b""), ("b", b"")))
    result = run(slow, limits=Limits(seconds=-1))
    assert only(result.problems) == (slow.as_posix(), DamageKind.LIMIT)
    assert len(result.artifacts) == 1


@pytest.mark.parametrize("compress", [gz, bz2.compress, lzma.compress, zstandard.ZstdCompressor().compress])
def test_the_clock_is_looked_at_between_members_without_content(compress: Callable[[bytes], bytes]) -> None:
    """A million empty gzip members give no block after which the caps would be looked at."""
    data, looks = compress(b"") * 100, []
    feed = iter([data])
    kind = sniff(data[:512])
    assert kind is not None
    assert list(decode(kind, Stream(lambda: next(feed, b"")), Limits(), lambda: looks.append(1))) == []
    assert len(looks) == 100


def test_inputs_are_capped(tmp_path: Path) -> None:
    for name in "abc":
        put(tmp_path, f"case/{name}", name.encode())
    result = run(tmp_path / "case", limits=Limits(artifacts=2))
    assert result.members == [("case/a", b"a"), ("case/b", b"b")]
    assert only(result.problems) == ("case/c", DamageKind.LIMIT)


def test_a_zip_directory_too_large_to_hold_is_not_loaded(tmp_path: Path) -> None:
    path = put(tmp_path, "c.zip", zipped(*((f"member-{i}", b"x") for i in range(50))))
    result = run(path, limits=Limits(zip_directory_bytes=1000))
    assert len(result.members) == 50
    assert only(result.problems) == (path.as_posix(), DamageKind.LIMIT)


def test_an_xz_stream_that_demands_too_much_memory_is_refused() -> None:
    data = lzma.compress(b"x" * 100, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 64 << 20}])
    result = run_bytes(data, Limits(decoder_bytes=16 << 20))
    assert only(result.problems) == ("-", DamageKind.LIMIT)
    assert "decoder_bytes" in result.damage[0].reason


def test_a_zstd_frame_that_demands_too_much_memory_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=25)
    data = zstandard.ZstdCompressor(compression_params=parameters).compressobj().compress(noise(1 << 20))
    result = run_bytes(data, Limits(decoder_bytes=1 << 20))
    assert only(result.problems) == ("-", DamageKind.LIMIT)


def test_an_old_sparse_member_is_filled_with_zeros() -> None:
    member = old_sparse("s", [(0, 512), (4096, 512)], 5000, b"a" * 512 + b"b" * 512)
    result = run_bytes(member + tar(("next", b"n")))
    assert result.members == [("-!/s", b"a" * 512 + bytes(3584) + b"b" * 512 + bytes(392)), ("-!/next", b"n")]
    assert result.damage == []


def test_a_sparse_bomb_is_not_filled() -> None:
    member = old_sparse("s", [(0, 512)], 7 << 30, b"a" * 512)
    result = run_bytes(member + tar(("next", b"n")), Limits(sparse_bytes=1 << 20))
    assert result.members == [("-!/next", b"n")]
    assert only(result.problems) == ("-!/s", DamageKind.LIMIT)


def test_a_sparse_map_that_contradicts_itself_is_refused() -> None:
    member = old_sparse("s", [(600, 512), (0, 512)], 2000, b"a" * 1024)
    result = run_bytes(member + tar(("next", b"n")))
    assert result.members == [("-!/next", b"n")]
    assert only(result.problems) == ("-!/s", DamageKind.DAMAGED)


@pytest.mark.parametrize("form", ["0.1", "1.0"])
def test_pax_sparse_members_are_filled(form: str) -> None:
    regions = [(10, 3), (20, 2)]
    info = header("GNUSparseFile.0/s")
    if form == "0.1":
        info.pax_headers = {"GNU.sparse.size": "25", "GNU.sparse.map": "10,3,20,2", "GNU.sparse.name": "logs/s"}
        data = b"abcde"
    else:
        info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "logs/s", "GNU.sparse.realsize": "25"}
        numbers = [len(regions), *(number for region in regions for number in region)]
        data = b"".join(b"%d\n" % number for number in numbers).ljust(512, b"\0") + b"abcde"
    info.size = len(data)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info, io.BytesIO(data))
    assert run_bytes(buffer.getvalue()).members == [("-!/logs/s", bytes(10) + b"abc" + bytes(7) + b"de" + bytes(3))]


HOSTILE_NAMES = ["../../etc/passwd", "/etc/passwd", "a\x1b[2Jb", "rtl\u202egpj.exe", "C:\\windows\\x", "a//b", "."]


def test_hostile_names_are_kept_as_text_and_touch_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    data = gz(tar(*((name, b"x") for name in HOSTILE_NAMES)))
    path = put(tmp_path, "x.tgz", data)
    before = sorted(tmp_path.rglob("*"))
    result = run(path)
    assert [m.location.member for m in result.handed] == HOSTILE_NAMES
    assert sorted(tmp_path.rglob("*")) == before


def test_a_name_that_is_not_utf8_can_be_encoded() -> None:
    block = bytearray(tar(("caf?", b"x"), form=tarfile.USTAR_FORMAT))
    block[3] = 0xE9
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block[:512])
    assert run_bytes(bytes(block)).members == [("-!/caf\\xe9", b"x")]


def test_a_pax_name_with_a_nul_is_kept_as_text() -> None:
    result = run_bytes(tar(("a\0b", b"x"), form=tarfile.PAX_FORMAT))
    assert len(result.members) == 1
    assert result.damage == []


def test_a_hundred_thousand_empty_members_take_little_memory() -> None:
    block = header("m").tobuf(tarfile.USTAR_FORMAT)
    data = gz(block * 20_000 + bytes(1024))
    tracemalloc.start()
    count = 0
    for item in collect(["-"], Limits(), stdin=io.BytesIO(data)):
        count += isinstance(item, Member)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 16 << 20


def test_a_large_member_is_streamed_in_bounded_memory() -> None:
    data = gz(tar(("m", bytes(64 << 20))))
    tracemalloc.start()
    total = 0
    for item in collect(["-"], Limits(), stdin=io.BytesIO(data)):
        if isinstance(item, Member):
            total += sum(len(chunk) for chunk in item.chunks())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 64 << 20
    assert peak < 16 << 20


def test_zips_in_zips_share_one_store() -> None:
    data = zipped(("leaf", noise(50_000)))
    for _ in range(3):
        data = zipped(("z.zip", data), method=zipfile.ZIP_STORED)
    limits = Limits(spool_bytes=len(data) + 10)  # room for the outermost alone: the inner ones are read forward
    assert run_bytes(data, limits).members == [("-!/z.zip!/z.zip!/z.zip!/leaf", noise(50_000))]


def test_a_zip_whose_members_overlap_is_capped() -> None:
    """Many directory entries over the same bytes: each is small, together they are stopped by the ratio of the input."""
    data = zipped(*((f"m{i:02}", bytes(900_000)) for i in range(20)))
    start = data.index(b"PK\x01\x02")
    at, entries = start, []
    while data[at : at + 4] == b"PK\x01\x02":
        size = 46 + int.from_bytes(data[at + 28 : at + 30], "little")
        entries.append(data[at : at + 42] + bytes(4) + data[at + 46 : at + size])
        at += size
    result = run_bytes(data[:start] + b"".join(entries) + data[at:], Limits(ratio=100, ratio_from_bytes=1 << 20))
    assert ("-", DamageKind.LIMIT) in result.problems


def test_a_zip_member_whose_place_is_wrong_is_reported() -> None:
    data = bytearray(zipped(("a", b"1" * 100), ("b", b"2")))
    at = data.index(b"PK\x01\x02")
    data[at + 42 : at + 46] = (7).to_bytes(4, "little")
    result = run_bytes(bytes(data))
    assert result.members == [("-!/b", b"2")]
    assert only(result.problems) == ("-!/a", DamageKind.DAMAGED)


def test_encrypted_and_streamed_members_do_not_confuse_the_forward_reader() -> None:
    data = bytearray(zip_streamed(("a", b"1" * 100)))
    data[6] |= 1
    result = run_bytes(bytes(data), Limits(spool_bytes=0))
    assert ("-!/a", DamageKind.ENCRYPTED) in result.problems
    assert ("-", DamageKind.DAMAGED) in result.problems


def test_every_cap_has_a_meaning() -> None:
    described = Limits.described()
    assert [name for name, _, _ in described] == list(Limits.__struct_fields__)
    assert all(default > 0 and len(meaning) > 10 for _, default, meaning in described)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are a Unix thing")
def test_a_pipe_in_a_folder_is_named_and_does_not_hang(tmp_path: Path) -> None:
    put(tmp_path, "case/a.txt", b"a")
    os.mkfifo(tmp_path / "case" / "pipe")
    result = run(tmp_path / "case", tmp_path / "case" / "pipe")
    assert result.members == [("case/a.txt", b"a")]
    assert [(e.location.artifact, e.kind) for e in result.entries] == [("case/pipe", "fifo")]
    assert stat.S_ISFIFO((tmp_path / "case" / "pipe").stat().st_mode)


def test_holes_count_against_the_bytes_of_the_input() -> None:
    members = [old_sparse(f"s{i}", [(0, 512)], 1 << 20, b"a" * 512) for i in range(8)]
    result = run_bytes(b"".join(members) + tar(("next", b"n")), Limits(input_bytes=4 << 20))
    assert 3 <= len(result.members) <= 4
    assert only(result.problems) == ("-", DamageKind.LIMIT)


def test_pax_records_that_nobody_needs_take_no_memory() -> None:
    record = b"%07d K%06d=%s\n"
    payload = noise(100_000).hex().encode()
    blocks = []
    for index in range(60):
        body = record % (17 + len(payload), index, payload)
        blocks.append(header("g", tarfile.XGLTYPE, size=len(body)).tobuf(tarfile.USTAR_FORMAT) + body + bytes(-len(body) % 512))
    data = b"".join(blocks) + tar(("a", b"x"))
    tracemalloc.start()
    result = run_bytes(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.members == [("-!/a", b"x")]
    assert result.damage == []
    assert peak < 8 << 20
