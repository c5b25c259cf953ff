"""A file of ours is there whole, or is not there; nothing is left beside it; and it replaces nothing but a file of ours."""

from __future__ import annotations

import errno
import os
import socket
import stat
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.cli import plan_folder, whole_file
from analyzer.cli.exit_codes import ExitCode
from analyzer.cli.outputs import cannot_write
from analyzer.cli.plan_folder import write_plan
from analyzer.cli.redaction_map import write_map
from analyzer.cli.run import Request, run
from analyzer.cli.whole_file import write_whole
from analyzer.read.own_output import MAP_FIELDS
from analyzer.report.runbook import PlanFile

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="modes, links and pipes of Unix")

OURS = ",".join(MAP_FIELDS) + "\n"
"""How an output of an earlier run begins."""


class FullDisk:
    """Stands where `os` does: files are made, and take so many characters before the disk is full."""

    def __init__(self, room: int) -> None:
        self.room = room

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)

    def fdopen(self, descriptor: int, *arguments: str, **given: str) -> FullDisk:
        self.file = os.fdopen(descriptor, *arguments, **given)  # type: ignore[call-overload]
        return self

    def __enter__(self) -> FullDisk:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def read(self, size: int) -> bytes:
        return self.file.read(size)

    def writelines(self, pieces: Iterable[str]) -> None:
        for piece in pieces:
            self.write(piece)

    def write(self, text: str) -> None:
        self.file.write(text[: self.room])
        self.room -= len(text)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def state(folder: Path) -> dict[str, tuple[object, ...]]:
    """Everything in a folder: which file it is, its mode, its time and its bytes."""
    about = {name: (folder / name).lstat() for name in names(folder)}
    return {
        name: (one.st_ino, one.st_mode, one.st_mtime_ns, (folder / name).read_bytes() if stat.S_ISREG(one.st_mode) else b"")
        for name, one in about.items()
    }


def test_the_bytes_are_the_text_and_the_old_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(OURS)

    write_whole(tmp_path / "report.html", "터널\n")

    assert (tmp_path / "report.html").read_bytes() == "터널\n".encode()
    assert names(tmp_path) == ["report.html"]


@pytest.mark.parametrize("before", [None, OURS])
def test_a_full_disk_leaves_what_was_there_and_nothing_of_ours(before: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.html"
    if before is not None:
        path.write_text(before)
    monkeypatch.setattr(whole_file, "os", FullDisk(3))

    with pytest.raises(OSError, match="No space left on device") as told:
        write_whole(path, "a report")

    assert told.value.filename == str(path)
    assert {name: (tmp_path / name).read_text() for name in names(tmp_path)} == ({} if before is None else {"report.html": before})


def test_a_map_that_cannot_be_written_leaves_no_original_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_file, "os", FullDisk(40))

    with pytest.raises(OSError, match="No space left on device"):
        write_map(tmp_path / "report.names.csv", [("name", "ftd-of-a-customer", "host-1")])

    assert names(tmp_path) == []


def test_what_a_killed_run_left_is_in_nobodys_way(tmp_path: Path) -> None:
    (tmp_path / ".report.html.part").mkdir()
    (tmp_path / ".sftunnel-analyzer-0.part").touch()

    write_whole(tmp_path / "report.html", "whole")

    assert names(tmp_path) == [".report.html.part", ".sftunnel-analyzer-0.part", "report.html"]


def test_a_name_as_long_as_the_system_takes(tmp_path: Path) -> None:
    write_whole(tmp_path / ("r" * 250 + ".html"), "whole")

    assert [len(name) for name in names(tmp_path)] == [255]


@posix_only
def test_an_output_is_readable_by_its_owner_only_from_its_first_byte(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    seen: list[int] = []

    def pieces() -> Iterator[str]:
        yield "first"
        seen.extend(stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir())
        yield "last"

    write_whole(path, pieces())

    assert (seen, stat.S_IMODE(path.stat().st_mode), path.read_text()) == ([0o600], 0o600, "firstlast")


def a_link(path: Path) -> None:
    (path.parent / "theirs").write_text("theirs")
    path.symlink_to("theirs")


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to("theirs")


def a_link_to_a_folder(path: Path) -> None:
    (path.parent / "theirs").mkdir()
    path.symlink_to("theirs")


def a_link_to_an_output_of_ours(path: Path) -> None:
    (path.parent / "theirs").write_text(OURS)
    path.symlink_to("theirs")


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    with chdir(path.parent), socket.socket(socket.AF_UNIX) as opened:  # a socket's path is short
        opened.bind(path.name)


def a_file_of_somebody_else(path: Path) -> None:
    path.write_text("theirs")


def a_folder(path: Path) -> None:
    path.mkdir()
    (path / "file").touch()


WAITING: dict[Callable[[Path], None], str] = {
    a_link: "a link",
    a_link_to_nothing: "a link",
    a_link_to_a_folder: "a link",
    a_link_to_an_output_of_ours: "a link",
    a_pipe: "a pipe, a socket or a device",
    a_socket: "a pipe, a socket or a device",
    a_folder: "a folder",
    a_file_of_somebody_else: "is not an output of sftunnel-analyzer",
}


@posix_only
@pytest.mark.parametrize("waiting", WAITING, ids=lambda one: one.__name__)
def test_nothing_but_an_output_of_ours_is_replaced(waiting: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    waiting(path)
    before = state(tmp_path)

    assert WAITING[waiting] in cannot_write(path, [])
    with pytest.raises(FileExistsError) as told:  # it came up while the evidence was read
        write_whole(path, "ours")

    assert WAITING[waiting] in str(told.value)
    assert str(path) in str(told.value)
    assert state(tmp_path) == before


OPTIONS_OF: dict[str, dict[str, object]] = {
    "report.html": {},
    "result.json": {"json": Path("result.json")},
    "report.names.csv": {"redact": True},
    "plan": {"plan_dir": Path("plan")},
}


@posix_only
@pytest.mark.parametrize("waiting", WAITING, ids=lambda one: one.__name__)
@pytest.mark.parametrize("name", OPTIONS_OF)
def test_a_trap_in_an_unpacked_archive_is_refused_by_name_before_the_reading(
    name: str, waiting: Callable[[Path], None], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``tar xzf bundle; cd bundle; sftunnel-analyzer analyze .``"""
    waiting(tmp_path / name)
    before = state(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("analyzer.cli.run.analyze", lambda *_: pytest.fail("the evidence is read"))
    given = {"output": Path("report.html"), "json": None, **OPTIONS_OF[name]}

    code = run(Request((".",), as_of=datetime(2026, 11, 23, tzinfo=UTC), as_of_source="", rules=(), port=8305, use_tshark=False, **given))  # type: ignore[arg-type]

    assert code is ExitCode.USAGE
    assert name in capsys.readouterr().err
    assert state(tmp_path) == before


def test_runs_at_once_each_leave_a_whole_file(tmp_path: Path) -> None:
    """Eight runs, one name, all of them half-way at the same moment."""
    path = tmp_path / "report.html"
    meeting = threading.Barrier(8)

    def pieces(letter: str) -> Iterator[str]:
        yield OURS
        meeting.wait(30)
        yield letter * 100_000

    with ThreadPoolExecutor(8) as runs:
        for _ in range(5):
            for done in [runs.submit(write_whole, path, pieces(letter)) for letter in "abcdefgh"]:
                done.result(60)
            assert path.read_text() in {OURS + letter * 100_000 for letter in "abcdefgh"}
    assert names(tmp_path) == ["report.html"]


def test_of_a_plan_that_does_not_fit_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_folder, "os", FullDisk(20))
    files = [PlanFile("0-read-first.txt", "read this first\n"), PlanFile("1-fmc-1/devices.csv", "192.0.2.7,,\n")]

    with pytest.raises(OSError, match="No space left on device") as told:
        write_plan(tmp_path / "plan", files)

    assert told.value.filename == str(tmp_path / "plan/1-fmc-1/devices.csv")
    assert names(tmp_path) == []
