"""Where a run may write: told before anything is read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from analyzer.cli import outputs
from analyzer.cli.outputs import cannot_write
from analyzer.cli.plan_folder import cannot_use

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of Unix")


def test_a_new_file_beside_the_evidence_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "messages").write_text("a line\n")

    assert cannot_write(tmp_path / "report.html", [str(tmp_path), "-"]) == ""


def test_a_file_that_is_no_evidence_can_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "report.html").write_text("anything")

    assert cannot_write(tmp_path / "report.html", [str(tmp_path / "case")]) == ""


@posix_only
def test_evidence_is_known_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "messages").write_text("a line\n")
    (tmp_path / "report.html").symlink_to("messages")

    assert "is a file of the evidence" in cannot_write(tmp_path / "report.html", [str(tmp_path / "messages")])


@posix_only
def test_a_link_to_itself_among_the_inputs_is_none_of_the_evidence(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "report.html").write_text("anything")

    assert cannot_write(tmp_path / "report.html", [str(tmp_path / "loop")]) == ""


def test_a_folder_that_takes_no_files_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mounted image of evidence. The superuser may write to any folder of a disk, so the system's answer is given here."""
    monkeypatch.setattr(outputs.os, "access", lambda folder, _mode: folder != tmp_path)

    assert cannot_write(tmp_path / "report.html", []) == f"{tmp_path} takes no files: name a place elsewhere for report.html"


def test_a_new_plan_needs_a_folder_that_takes_it_and_an_empty_one_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.setattr(outputs.os, "access", lambda folder, _mode: folder != tmp_path)

    assert cannot_use(tmp_path / "plan") == f"{tmp_path} takes no files: name a place elsewhere for plan"
    assert cannot_use(tmp_path / "empty") == ""


@posix_only
def test_a_pipe_needs_no_folder_to_write_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(outputs.os, "access", lambda _folder, _mode: False)

    assert cannot_write(tmp_path / "pipe", [str(tmp_path)]) == ""
