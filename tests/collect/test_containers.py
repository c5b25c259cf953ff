"""Every container is opened by its content, nested to any sensible depth."""

from __future__ import annotations

import bz2
import hashlib
import io
import lzma
import tarfile
import threading
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.collect import collect, open_at
from analyzer.collect import decode as decode_module
from analyzer.collect import inflate as inflate_module
from analyzer.collect.decode import decode
from analyzer.collect.sniff import Container, sniff
from analyzer.collect.stream import Broken, Failure, Stream
from analyzer.model.limits import Limits
from analyzer.model.location import Location
from analyzer.model.member import DamageKind, Member
from tests.collect.builders_archives import PACKED_AT, gz, header, noise, put, run, run_bytes, tar, zip_streamed, zipped

LOG = b"Oct  1 00:00:01 fmc SF-IMS[1]: [1] sftunneld: hello\n" * 50

COMPRESSIONS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "gzip": (gz, ".gz"),
    "bzip2": (bz2.compress, ".bz2"),
    "xz": (lzma.compress, ".xz"),
    "zstd": (zstandard.ZstdCompressor().compress, ".zst"),
    "zstd of pzstd": (lambda data: _pzstd(data), ".zst"),
    "lzma": (lambda data: lzma.compress(data, lzma.FORMAT_ALONE), ".lzma"),
}


def _pzstd(data: bytes) -> bytes:
    """Frames of the data, each with a frame in front that holds only its size."""
    frames = (zstandard.ZstdCompressor().compress(data[at : at + 700]) for at in range(0, len(data), 700))
    return b"".join(b"\x50\x2a\x4d\x18\x04\0\0\0" + len(frame).to_bytes(4, "little") + frame for frame in frames)


def test_a_plain_file_is_a_member_of_no_archive(tmp_path: Path) -> None:
    path = put(tmp_path, "messages", LOG)
    result = run(path)
    assert result.members == [(path.as_posix(), LOG)]
    (member,) = result.handed
    assert (member.location.member, member.name, member.size) == ("", "messages", len(LOG))


def test_an_empty_file_is_a_member_of_size_0(tmp_path: Path) -> None:
    result = run(put(tmp_path, "LIGHT_REGISTRATION", b""))
    assert [(m.name, m.size) for m in result.handed] == [("LIGHT_REGISTRATION", 0)]
    assert result.damage == []


@pytest.mark.parametrize("label", COMPRESSIONS)
def test_a_compressed_file_is_one_member_that_lost_the_suffix(label: str, tmp_path: Path) -> None:
    compress, suffix = COMPRESSIONS[label]
    path = put(tmp_path, f"messages.1{suffix}", compress(LOG))
    result = run(path)
    assert result.members == [(path.as_posix(), LOG)]
    assert [(m.name, m.location.member, m.size) for m in result.handed] == [("messages.1", "", None)]


@pytest.mark.parametrize("label", COMPRESSIONS)
def test_a_compressed_tar_is_walked_whatever_its_name(label: str, tmp_path: Path) -> None:
    compress, _ = COMPRESSIONS[label]
    result = run(put(tmp_path, "upload.bin", compress(tar(("etc/sf/ims.conf", b"A=1\n")))))
    assert [m.location.member for m in result.handed] == ["etc/sf/ims.conf"]
    assert result.damage == []


@pytest.mark.parametrize("label", COMPRESSIONS)
def test_members_one_after_the_other_and_zero_padding_are_one_content(label: str) -> None:
    compress, _ = COMPRESSIONS[label]
    result = run_bytes(compress(b"one ") + compress(b"") + compress(b"two") + bytes(700))
    assert result.members == [("-", b"one two")]
    assert result.damage == []


@pytest.mark.parametrize("label", COMPRESSIONS)
def test_other_bytes_behind_compressed_data_are_damage_and_cost_nothing(label: str) -> None:
    compress, _ = COMPRESSIONS[label]
    result = run_bytes(compress(LOG) + b"<html>login</html>")
    assert result.members == [("-", LOG)]
    assert result.problems == [("-", DamageKind.DAMAGED)]


def test_one_tar_cut_over_two_gzip_members_is_one_tar() -> None:
    whole = tar(("a", LOG), ("b", b"b"))
    result = run_bytes(gz(whole[:700]) + gz(whole[700:]))
    assert result.members == [("-!/a", LOG), ("-!/b", b"b")]
    assert result.damage == []


def test_archives_nest_and_their_paths_are_joined(tmp_path: Path) -> None:
    bundle = gz(tar(("dir-archives/var-log/messages.1.gz", gz(LOG, mtime=PACKED_AT)), ("etc/hostname", b"fmc1\n")))
    path = put(tmp_path, "case.zip", zipped(("fmc.tar.gz", bundle), ("note.txt", b"hello")))
    result = run(path)
    assert [m.location.member for m in result.handed] == [
        "fmc.tar.gz!/dir-archives/var-log/messages.1.gz",
        "fmc.tar.gz!/etc/hostname",
        "note.txt",
    ]
    log = result.handed[0]
    assert (log.name, log.modified) == ("messages.1", datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC))
    assert result.members[0][1] == LOG
    assert result.damage == []


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_tar_format_gives_name_size_time_and_bytes(form: int) -> None:
    result = run_bytes(tar(("var/log/messages", LOG), form=form))
    (member,) = result.handed
    assert (member.location.member, member.name, member.size) == ("var/log/messages", "messages", len(LOG))
    assert member.modified == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert result.members[0][1] == LOG


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_and_long_link_targets_are_whole(form: int) -> None:
    name, target = "d/" * 150 + "cacert.pem", "t/" * 150 + "x"
    result = run_bytes(tar((name, b"PEM"), header("link", tarfile.SYMTYPE, target), ("é/ü", b"2"), form=form))
    assert [m.location.member for m in result.handed] == [name, "é/ü"]
    assert [(e.location.member, e.kind, e.target) for e in result.entries] == [("link", "symlink", target)]


def test_an_old_style_tar_without_magic_is_told_by_its_checksum() -> None:
    block = bytearray(tar(("hostname", b"ftd1"), form=tarfile.USTAR_FORMAT))
    block[257:265] = bytes(8)
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block[:512])
    assert run_bytes(bytes(block)).members == [("-!/hostname", b"ftd1")]


def test_tars_one_after_the_other_are_all_read() -> None:
    result = run_bytes(tar(("a", b"1")) + tar(("b", b"2")))
    assert result.members == [("-!/a", b"1"), ("-!/b", b"2")]
    assert result.damage == []


def test_members_that_occur_twice_are_read_twice() -> None:
    assert run_bytes(tar(("a", b"1"), ("a", b"2"))).members == [("-!/a", b"1"), ("-!/a", b"2")]
    assert run_bytes(zipped(("b", b"1"), ("c", b"2")).replace(b"c", b"b")).members == [("-!/b", b"1"), ("-!/b", b"2")]


def test_links_devices_and_folders_are_named_and_have_no_bytes() -> None:
    data = tar(
        header("folder", tarfile.DIRTYPE),
        header("soft", tarfile.SYMTYPE, "/etc/shadow"),
        header("hard", tarfile.LNKTYPE, "folder/x"),
        header("null", tarfile.CHRTYPE),
        header("disk", tarfile.BLKTYPE),
        header("pipe", tarfile.FIFOTYPE),
        ("last", b"read"),
    )
    result = run_bytes(data)
    assert [(e.location.member, e.kind, e.target) for e in result.entries] == [
        ("folder", "directory", ""),
        ("soft", "symlink", "/etc/shadow"),
        ("hard", "hardlink", "folder/x"),
        ("null", "device", ""),
        ("disk", "device", ""),
        ("pipe", "fifo", ""),
    ]
    assert result.members == [("-!/last", b"read")]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("seekable", [True, False])
def test_zip_members_are_read_from_a_file_and_from_a_stream(method: int, seekable: bool, tmp_path: Path) -> None:
    data = zipped(("a/messages", LOG), ("empty", b""), method=method)
    result = run(put(tmp_path, "c.zip", data)) if seekable else run_bytes(data)
    assert [(m.location.member, m.size) for m in result.handed] == [("a/messages", len(LOG)), ("empty", 0)]
    assert [content for _, content in result.members] == [LOG, b""]
    assert result.handed[0].modified == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert result.damage == []


def test_zip64_sizes_are_understood(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("big", "w", force_zip64=True) as member:
        member.write(LOG)
    path = put(tmp_path, "c.zip", buffer.getvalue())
    assert run(path).members == [(f"{path.as_posix()}!/big", LOG)]


def test_a_zip_symlink_is_named_with_its_target(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("current")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/shadow")
        archive.writestr("folder/", b"")
    result = run(put(tmp_path, "c.zip", buffer.getvalue()))
    assert [(e.location.member, e.kind, e.target) for e in result.entries] == [
        ("current", "symlink", "/etc/shadow"),
        ("folder/", "directory", ""),
    ]
    assert result.members == []


def test_a_nested_zip_too_large_to_hold_is_read_forward() -> None:
    inner = zip_streamed(("one", LOG), ("two", b"2"))
    stored = zipped(("three", b"3"), ("folder/", b""), method=zipfile.ZIP_STORED)
    result = run_bytes(gz(tar(("a.zip", inner), ("b.zip", stored), ("after", b"x"))), Limits(spool_bytes=20))
    assert result.members == [("-!/a.zip!/one", LOG), ("-!/a.zip!/two", b"2"), ("-!/b.zip!/three", b"3"), ("-!/after", b"x")]
    assert [e.location.member for e in result.entries] == ["b.zip!/folder/"]
    assert result.damage == []


def test_an_encrypted_zip_member_is_said_to_be_so_and_the_others_are_read(tmp_path: Path) -> None:
    data = bytearray(zipped(("secret", b"x"), ("plain", b"y")))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path = put(tmp_path, "c.zip", bytes(data))
    result = run(path)
    assert result.members == [(f"{path.as_posix()}!/plain", b"y")]
    assert result.problems == [(f"{path.as_posix()}!/secret", DamageKind.ENCRYPTED)]
    assert "password" in result.damage[0].reason


def test_a_zip_method_that_is_not_read_is_named(tmp_path: Path) -> None:
    path = put(tmp_path, "c.zip", zipped(("a", LOG), method=zipfile.ZIP_LZMA))
    result = run(path)
    assert result.problems == [(f"{path.as_posix()}!/a", DamageKind.UNSUPPORTED)]
    assert "LZMA" in result.damage[0].reason


@pytest.mark.parametrize(("magic", "label"), [(b"LRZI\0\6", "lrzip"), (b"Rar!\x1a\x07\x01\x00", "RAR")])
def test_a_container_that_cannot_be_opened_is_named(magic: bytes, label: str) -> None:
    result = run_bytes(magic + bytes(100))
    assert result.problems == [("-", DamageKind.UNSUPPORTED)]
    assert label in result.damage[0].reason


def test_a_file_that_only_has_an_archive_name_is_a_member(tmp_path: Path) -> None:
    path = put(tmp_path, "login-page.tar.gz", b"<html>please log in</html>")
    result = run(path)
    assert result.members == [(path.as_posix(), b"<html>please log in</html>")]
    assert "web page" in result.damage[0].reason


def test_the_artifact_follows_its_members_with_size_and_digest_of_the_packed_bytes(tmp_path: Path) -> None:
    for name, data in {"a.tgz": gz(tar(("m", LOG))), "b.zip": zipped(("m", LOG)), "c.txt": b"text"}.items():
        result = run(put(tmp_path, name, data))
        assert [(a.size, a.sha256) for a in result.artifacts] == [(len(data), hashlib.sha256(data).hexdigest())]


def test_members_that_nobody_reads_are_passed_over(tmp_path: Path) -> None:
    data = gz(tar(("a", LOG), ("b.gz", gz(LOG)), ("c.zip", zip_streamed(("d", LOG))), ("e", b"x")))
    result = run_bytes(data, Limits(spool_bytes=10))
    lazy = run(put(tmp_path, "x.tgz", data), limits=Limits(spool_bytes=10), read=False)
    assert [m.location.member for m in lazy.handed] == [m.location.member for m in result.handed] == ["a", "b.gz", "c.zip!/d", "e"]
    assert lazy.damage == []
    assert lazy.artifacts[0].sha256 == hashlib.sha256(data).hexdigest()


def test_a_member_left_half_way_gives_nothing_more_and_disturbs_nothing(tmp_path: Path) -> None:
    path = put(tmp_path, "x.tar", tar(("a", bytes(3 << 20)), ("b", b"next")))
    walk = collect([path], Limits())
    first = next(walk)
    assert isinstance(first, Member)
    chunks = first.chunks()
    assert len(next(chunks)) <= 1 << 20
    second = next(walk)
    assert isinstance(second, Member)
    assert list(chunks) == []
    assert b"".join(second.chunks()) == b"next"


def test_bytes_are_given_once_in_pieces_of_at_most_a_mebibyte(tmp_path: Path) -> None:
    content = noise(3 << 20)
    for item in collect([put(tmp_path, "x.tgz", gz(tar(("a", content))))], Limits()):
        if isinstance(item, Member):
            pieces = list(item.chunks())
            assert max(map(len, pieces)) <= 1 << 20
            assert b"".join(pieces) == content
            assert list(item.chunks()) == []


def test_a_large_input_is_unpacked_by_a_second_thread_to_the_same_bytes(tmp_path: Path) -> None:
    content = noise(9 << 20)
    path = put(tmp_path, "x.tgz", gz(tar(("a", content), ("b", b"end"))))
    result = run(path)
    assert result.contents == {f"{path.as_posix()}!/a": content, f"{path.as_posix()}!/b": b"end"}
    assert result.damage == []


def test_walking_away_from_a_large_input_stops_its_thread(tmp_path: Path) -> None:
    path = put(tmp_path, "x.tgz", gz(tar(("a", noise(9 << 20)), ("b", b""))))
    walk = collect([path], Limits())
    next(walk)
    walk.close()  # type: ignore[attr-defined]
    assert not [thread for thread in threading.enumerate() if thread.name == "collect-ahead"]


@pytest.mark.parametrize("name", ["x.tgz", "x.zip", "x.txt"])
def test_progress_adds_up_to_the_size_of_the_input(name: str, tmp_path: Path) -> None:
    content = noise(2 << 20)
    data = {"x.tgz": gz(tar(("a", content))), "x.zip": zipped(("a", content)), "x.txt": content}[name]
    steps: list[int] = []
    for item in collect([put(tmp_path, name, data)], Limits(), steps.append):
        if isinstance(item, Member):
            for _ in item.chunks():
                pass
    assert sum(steps) == len(data)
    assert all(step > 0 for step in steps)


def test_the_bytes_of_a_location_can_be_opened_again(tmp_path: Path) -> None:
    put(tmp_path, "case/case.zip", zipped(("fmc.tgz", gz(tar(("messages.1.gz", gz(LOG)), ("etc/hostname", b"fmc1"))))))
    put(tmp_path, "case/loose.pem", b"PEM")
    folder = tmp_path / "case"
    assert open_at(Location("case/case.zip", "fmc.tgz!/messages.1.gz", line=3), [folder]) == LOG
    assert open_at(Location("case/loose.pem"), [folder]) == b"PEM"


def test_the_standard_library_inflates_to_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where isal has no wheel, zlib serves."""
    monkeypatch.setattr(decode_module, "new_inflater", inflate_module.ZlibInflater)
    content = noise(300_000) + bytes(3_000_000) + LOG
    packed = gz(content)
    feed = iter([packed[i : i + 1000] for i in range(0, len(packed), 1000)] + [gz(b"second")])
    assert b"".join(decode(Container.GZIP, Stream(lambda: next(feed, b"")), Limits())) == content + b"second"
    cut = iter([packed[:-20]])
    with pytest.raises(Failure, match="ends before its end mark"):
        list(decode(Container.GZIP, Stream(lambda: next(cut, b"")), Limits()))


def test_a_broken_layer_stays_broken() -> None:
    def pull() -> bytes:
        raise Broken("below", DamageKind.ERROR, "gone")

    stream = Stream(pull)
    assert stream.peek(10) == b""
    for _ in range(2):
        with pytest.raises(Broken, match="gone"):
            stream.read(1)


@given(st.binary(min_size=8, max_size=8) | st.text("01234567 _+-oOx\0\n", min_size=8, max_size=8).map(str.encode), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_header_without_magic_is_a_tar_where_tarfile_says_so(field: bytes, right: bool) -> None:
    """Its checksum field is looked at before `tarfile` is asked: that changes no answer."""
    name = b"messages".ljust(100, b"\0") + b"0000644\0" * 3 + b"00000000017\0" + b"00000000000\0"
    rest = b"0".ljust(356, b"\0")
    if right:
        total = sum(name + b" " * 8 + rest)
        field = f"{total:06o}\0 ".encode()
    head = name + field + rest

    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        assert sniff(head) is None
    else:
        assert sniff(head) is Container.TAR


@pytest.mark.parametrize("before", [b"MZ" + bytes(700), b"#!/bin/sh\nexec unzip\n", b"\x7fELF" + bytes(70_000)])
def test_a_zip_behind_other_bytes_is_opened(before: bytes, tmp_path: Path) -> None:
    result = run(put(tmp_path, "logs.exe", before + zipped(("messages", LOG))))

    assert [data for _, data in result.members] == [LOG]
    assert result.damage == []


def test_a_program_without_a_zip_is_handed_on(tmp_path: Path) -> None:
    assert len(run(put(tmp_path, "tool.exe", b"MZ" + bytes(700))).members) == 1


@pytest.mark.parametrize("name", ["b.tar.gz", "b.7z", "b.zip"])
@pytest.mark.parametrize("parts", [("aa", "ab", "ac"), ("001", "002", "003"), ("part01", "part02", "part03")])
def test_the_parts_of_a_split_file_are_named_together(name: str, parts: tuple[str, ...], tmp_path: Path) -> None:
    whole = gz(tar(("messages", noise(5_000))))
    for number, part in enumerate(parts):
        put(tmp_path, f"{name}.{part}", whole[number * 2000 : (number + 1) * 2000])

    told = [damage for damage in run(tmp_path).damage if f"part of {name}" in damage.reason]

    assert [damage.location.artifact.rpartition(".")[2] for damage in told] == list(parts)
    assert all(f"cat {name}." in damage.reason for damage in told)


@pytest.mark.parametrize("name", ["messages.001", "messages.1.gz", "b.tar.gz", "report.2026", "b.tar.gz.md5sum"])
def test_other_numbers_are_no_parts(name: str, tmp_path: Path) -> None:
    assert run(put(tmp_path, name, LOG)).damage == []


@pytest.mark.parametrize("name", ["bundle.tar.gz", "case.zip", "x.7z"])
def test_an_archive_without_bytes_is_named(name: str, tmp_path: Path) -> None:
    (damage,) = run(put(tmp_path, name, b"")).damage

    assert "0 bytes" in damage.reason


def test_a_download_that_was_not_finished_is_named_and_read(tmp_path: Path) -> None:
    result = run(put(tmp_path, "bundle.tar.gz.crdownload", gz(tar(("messages", LOG)))))

    assert [data for _, data in result.members] == [LOG]
    assert "unfinished download" in result.damage[0].reason
