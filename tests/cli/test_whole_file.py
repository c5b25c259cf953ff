"""A file of ours is there whole, or is not there; and nothing is left beside it."""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from analyzer.cli import plan_folder, whole_file
from analyzer.cli.plan_folder import write_plan
from analyzer.cli.redaction_map import write_map
from analyzer.cli.whole_file import OWNER_ONLY, write_whole
from analyzer.report.runbook import PlanFile

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="modes, links and pipes of Unix")


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

    def write(self, text: str) -> None:
        self.file.write(text[: self.room])
        self.room -= len(text)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_the_bytes_are_the_text_and_the_old_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("of yesterday")

    write_whole(tmp_path / "report.html", "터널\n")

    assert (tmp_path / "report.html").read_bytes() == "터널\n".encode()
    assert names(tmp_path) == ["report.html"]


@pytest.mark.parametrize("before", [None, "of yesterday"])
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


def test_what_a_killed_run_left_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / ".report.html.part").write_text("half")

    write_whole(tmp_path / "report.html", "whole")

    assert names(tmp_path) == ["report.html"]


def test_a_place_that_cannot_be_replaced_is_the_one_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()

    with pytest.raises(OSError) as told:  # noqa: PT011 - which kind of it depends on the system
        write_whole(tmp_path / "report.html", "text", OWNER_ONLY)

    assert told.value.filename == str(tmp_path / "report.html")
    assert names(tmp_path) == ["report.html"]


@posix_only
def test_a_private_file_is_private_and_replaces_a_link_that_waits_for_it(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("theirs")
    (tmp_path / "map.csv").symlink_to("theirs")

    write_whole(tmp_path / "map.csv", "ours", OWNER_ONLY)

    assert (tmp_path / "theirs").read_text() == "theirs"
    assert stat.S_IMODE((tmp_path / "map.csv").lstat().st_mode) == 0o600
    assert (tmp_path / "map.csv").read_text() == "ours"


@posix_only
def test_a_report_goes_where_a_link_leads(tmp_path: Path) -> None:
    (tmp_path / "report.html").symlink_to("shared.html")

    write_whole(tmp_path / "report.html", "whole")

    assert (tmp_path / "report.html").is_symlink()
    assert (tmp_path / "shared.html").read_text() == "whole"


@posix_only
def test_a_pipe_or_a_device_is_written_to_and_stays_one(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    heard: list[str] = []
    reader = threading.Thread(target=lambda: heard.append((tmp_path / "pipe").read_text()))
    reader.start()

    write_whole(tmp_path / "pipe", "whole")
    reader.join(timeout=10)

    assert heard == ["whole"]
    assert names(tmp_path) == ["pipe"]
    assert (tmp_path / "pipe").is_fifo()


def test_of_a_plan_that_does_not_fit_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_folder, "os", FullDisk(20))
    files = [PlanFile("0-read-first.txt", "read this first\n"), PlanFile("1-fmc-1/devices.csv", "192.0.2.7,,\n")]

    with pytest.raises(OSError, match="No space left on device") as told:
        write_plan(tmp_path / "plan", files)

    assert told.value.filename == str(tmp_path / "plan/1-fmc-1/devices.csv")
    assert names(tmp_path) == []
