"""Folders, names, and inputs that cannot be read."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import socket
import threading
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from analyzer.collect import InputNotFound, collect, open_at
from analyzer.collect.inputs import problem_of
from analyzer.collect.items import printable
from analyzer.collect.reopen import NotThere
from analyzer.model.limits import Limits
from analyzer.model.location import Location
from analyzer.model.member import DamageKind, Member
from tests.collect.builders_archives import put, run, run_bytes


def test_a_folder_is_walked_in_sorted_order_under_its_own_name(tmp_path: Path) -> None:
    for name in ("b.log", "a/z.pem", "a/y.pem", "a.txt"):
        put(tmp_path, f"deep/evidence/{name}", name.encode())
    result = run(tmp_path / "deep" / "evidence")
    assert [source for source, _ in result.members] == ["evidence/a.txt", "evidence/b.log", "evidence/a/y.pem", "evidence/a/z.pem"]
    assert [(e.location.artifact, e.kind) for e in result.entries] == [("evidence/a", "directory")]
    assert [a.path for a in result.artifacts] == [source for source, _ in result.members]


def test_a_file_goes_by_its_path_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "logs/messages", b"x")
    monkeypatch.chdir(tmp_path)
    assert run("logs/messages").members == [("logs/messages", b"x")]


def test_a_large_input_is_digested_in_a_thread_that_ends_with_it(tmp_path: Path) -> None:
    data = bytes(range(256)) * (40 << 10)  # 10 MiB: beyond what is digested in passing
    put(tmp_path, "messages", data)
    before = threading.active_count()
    [artifact] = run(tmp_path / "messages").artifacts
    assert (artifact.size, artifact.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert threading.active_count() == before


def test_a_large_input_that_is_left_half_read_leaves_no_thread(tmp_path: Path) -> None:
    put(tmp_path, "messages.gz", gzip.compress(os.urandom(1 << 20) * 12, 1))
    before = threading.active_count()
    with closing(collect([tmp_path / "messages.gz"], Limits())) as items:
        member = next(items)
        assert isinstance(member, Member)
        assert next(member.chunks())
    assert threading.active_count() == before


def test_the_current_folder_goes_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "case/messages", b"x")
    monkeypatch.chdir(tmp_path / "case")
    assert run(".").members == [("case/messages", b"x")]


def test_two_folders_of_one_name_stay_distinct(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "fmc/evidence/messages", b"1")
    put(tmp_path, "ftd/evidence/messages", b"2")
    monkeypatch.chdir(tmp_path)
    assert run("fmc/evidence", "ftd/evidence").members == [("fmc/evidence/messages", b"1"), ("ftd/evidence/messages", b"2")]


def test_a_file_whose_name_a_folder_would_give_too_stays_distinct(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "evidence/messages", b"1")
    put(tmp_path, "samples/evidence/messages", b"2")
    monkeypatch.chdir(tmp_path)
    result = run("evidence/messages", "samples/evidence")
    assert len({source for source, _ in result.members}) == 2
    assert sorted(content for _, content in result.members) == [b"1", b"2"]
    for source, content in result.members:
        assert open_at(Location(source), ["evidence/messages", "samples/evidence"]) == content


def test_an_input_given_twice_or_by_folder_and_by_name_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "case/messages", b"x")
    monkeypatch.chdir(tmp_path)
    for paths in (("case", "./case"), ("case/messages", "case"), ("case", "case/messages")):
        assert run(*paths).members == [("case/messages", b"x")]


def test_links_in_a_folder_are_named_and_not_followed(tmp_path: Path) -> None:
    put(tmp_path, "outside/secret", b"secret")
    put(tmp_path, "case/a.txt", b"a")
    (tmp_path / "case" / "file").symlink_to(tmp_path / "outside" / "secret")
    (tmp_path / "case" / "folder").symlink_to(tmp_path / "outside")
    (tmp_path / "case" / "loop").symlink_to(tmp_path / "case")
    result = run(tmp_path / "case")
    assert result.members == [("case/a.txt", b"a")]
    assert [(e.location.artifact, e.kind) for e in result.entries] == [(f"case/{n}", "symlink") for n in ("file", "folder", "loop")]
    assert result.entries[0].target == str(tmp_path / "outside" / "secret")


def test_a_link_that_is_given_itself_is_followed(tmp_path: Path) -> None:
    target = put(tmp_path, "real.txt", b"x")
    (tmp_path / "link.txt").symlink_to(target)
    assert [content for _, content in run(tmp_path / "link.txt").members] == [b"x"]


@pytest.mark.skipif(not Path("/dev/fd").is_dir(), reason="pipes of a shell have names on some systems only")
def test_a_pipe_of_the_shell_is_refused_with_the_way_to_give_it() -> None:
    """``analyze <(zcat messages.1.gz)``."""
    reading, writing = os.pipe()
    try:
        with pytest.raises(
            InputNotFound, match="is a pipe or a device, which is not read by its name: feed it to standard input, and give -"
        ):
            list(collect([f"/dev/fd/{reading}"], Limits()))
    finally:
        os.close(reading)
        os.close(writing)


def test_a_socket_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "case").mkdir()
    monkeypatch.chdir(tmp_path)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("case/s")
        assert [(e.location.artifact, e.kind) for e in run("case").entries] == [("case/s", "socket")]


def test_a_missing_path_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    good = put(tmp_path, "a", b"a")
    with pytest.raises(InputNotFound, match=r"nowhere\.tgz"):
        collect([good, tmp_path / "nowhere.tgz"], Limits())


def test_a_file_that_cannot_be_opened_is_reported_and_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "case/a", b"a")
    locked = put(tmp_path, "case/locked", b"b")
    put(tmp_path, "case/z", b"z")
    really_open = os.open

    def refusing(path: object, *args: object, **kwargs: object) -> int:
        if str(path) == str(locked):
            raise PermissionError(13, "Permission denied")
        return really_open(path, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refusing)  # file modes do not stop root, who may run this test
    result = run(tmp_path / "case")
    assert [source for source, _ in result.members] == ["case/a", "case/z"]
    assert result.problems == [("case/locked", DamageKind.ERROR)]
    assert "Permission denied" in result.damage[0].reason
    assert [a.path for a in result.artifacts] == ["case/a", "case/z"]


def test_a_disk_that_fails_half_way_is_reported_and_gives_no_digest() -> None:
    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            data = super().read(min(size or 0, 1000))
            if not data:
                raise OSError(5, "Input/output error")
            return data

    result = run("-", stdin=Failing(b"x" * 2500))
    assert result.members == [("-", b"x" * 2500)]
    assert result.problems == [("-", DamageKind.ERROR)]
    assert result.artifacts == []


def test_an_empty_folder_gives_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run(tmp_path / "empty")
    assert (result.members, result.damage, result.artifacts) == ([], [], [])


def test_standard_input_is_an_artifact_named_by_a_dash() -> None:
    result = run_bytes(b"Oct  1 line\n")
    assert result.members == [("-", b"Oct  1 line\n")]
    assert [(a.path, a.size) for a in result.artifacts] == [("-", 12)]


def test_a_location_that_is_nowhere_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotThere):
        open_at(Location("a", "b"), [put(tmp_path, "a", b"x")])


def test_a_file_name_that_is_not_utf8_can_be_encoded(tmp_path: Path) -> None:
    folder = tmp_path / "case"
    folder.mkdir()
    try:
        (folder / os.fsdecode(b"caf\xe9")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system holds UTF-8 names only")
    assert run(folder).members == [("case/caf\\xe9", b"x")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("tmp/password=hunter2.txt", "tmp/password=(withheld)"),
        ("tmp/PWD:hunter2/messages", "tmp/PWD:(withheld)/messages"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE/vQ\n-----END PRIVATE KEY-----", "(withheld)"),
        ("a/" + "MIIEvQIBADANBgkqhkiG9w0BAQEF" * 2 + "/b", "a/(withheld)/b"),
        ("var/sf/peers/c8d5d5c6-87c9-11ef-a993-b9831565bc4e/certs_pushed/sftunnel-key.pem",) * 2,
        ("blobs/" + "0123456789abcdef" * 4,) * 2,
        ("etc/passwd",) * 2,
        ("var/log/secret_keys.log.1.gz",) * 2,
    ],
)
def test_what_looks_like_a_secret_in_a_name_is_withheld_and_the_rest_of_the_path_stays(name: str, shown: str) -> None:
    assert printable(name) == shown


@pytest.mark.parametrize("given", ["https://example.org/b.tar.gz", "scp://x/y", "admin@192.0.2.1:/var/log/messages", "ftp://x/y"])
def test_a_place_on_another_machine_is_told_to_fetch_first(given: str) -> None:
    with pytest.raises(InputNotFound, match="does not connect to anything: fetch the file first"):
        run(given)


@pytest.mark.parametrize("tag", [0xA0000003, 0xA000000C])
def test_a_junction_of_windows_is_not_followed(tag: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks like a folder; the system tells of it by a tag."""
    put(tmp_path, "case/a.txt", b"a")
    put(tmp_path, "case/junction/b.txt", b"b")
    real = os.lstat

    def lstat(path: str) -> object:
        state = real(path)
        if not str(path).endswith("junction"):
            return state
        return SimpleNamespace(**{name: getattr(state, name) for name in dir(state) if name.startswith("st_")}, st_reparse_tag=tag)

    monkeypatch.setattr("analyzer.collect.inputs.os.lstat", lstat)

    assert [source for source, _ in run(tmp_path / "case").members] == ["case/a.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are a Unix thing")
def test_a_named_pipe_and_a_socket_are_told_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(tmp_path / "s"))
        for name in ("pipe", "s"):
            with pytest.raises(InputNotFound, match="is a pipe or a device"):
                run(tmp_path / name)


def test_a_path_too_long_for_windows_is_called_so() -> None:
    error = OSError(2, "The system cannot find the path specified")

    assert "more than 259 characters" in problem_of(error, "C:\\\\" + "d" * 300, windows=True)
    assert problem_of(error, "C:\\\\d", windows=True) == error.strerror
    assert problem_of(error, "/" + "d" * 300, windows=False) == error.strerror
