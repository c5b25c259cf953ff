"""``--plan-dir``: a new folder with the plan, readable by its owner only, and nothing overwritten."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.cli.exit_codes import ExitCode
from analyzer.cli.plan_folder import cannot_use, write_plan
from analyzer.report.runbook import PlanFile

ROOT = Path(__file__).parents[2]
MIXED = ROOT / "samples" / "04-expired-one-up-two-down" / "evidence"


def analyze(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "analyzer", "analyze", str(MIXED), "--as-of", "2026-11-23", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, env=environment, check=False)


def test_the_plan_of_a_sample_is_written_for_its_owner_only(tmp_path: Path) -> None:
    done = analyze("--plan-dir", "plan", cwd=tmp_path)
    assert done.returncode == ExitCode.FOUND_CRITICAL, done.stderr
    files = sorted(path.relative_to(tmp_path / "plan").as_posix() for path in (tmp_path / "plan").rglob("*") if path.is_file())
    assert files[0] == "00-read-first.txt"
    assert "01-manager-fmc-1.example/devices.csv" in files
    assert "01-manager-fmc-1.example/devices-jumpserver.csv" in files
    for path in (tmp_path / "plan").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    rows = (tmp_path / "plan/01-manager-fmc-1.example/devices.csv").read_text().splitlines()
    assert rows
    assert all(row.endswith(",,") for row in rows)

    again = analyze("--plan-dir", "plan", "-o", "second.html", cwd=tmp_path)
    assert again.returncode == ExitCode.USAGE
    assert "not empty" in again.stderr
    assert not (tmp_path / "second.html").exists()


def test_an_empty_folder_serves(tmp_path: Path) -> None:
    assert cannot_use(tmp_path) == ""


def test_a_folder_with_a_file_in_it_does_not(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").touch()
    assert "not empty" in cannot_use(tmp_path)


def test_a_file_or_a_link_in_its_place_does_not(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert "is not a folder" in cannot_use(tmp_path / "file")
    assert "is not a folder" in cannot_use(tmp_path / "link")


def test_a_folder_in_a_folder_that_is_not_there_does_not(tmp_path: Path) -> None:
    assert "does not exist" in cannot_use(tmp_path / "a" / "b")


def test_a_file_that_came_up_meanwhile_is_kept_and_the_plan_is_not_begun(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("theirs")
    with pytest.raises(FileExistsError):
        write_plan(tmp_path, [PlanFile("a.txt", "ours"), PlanFile("b.txt", "ours")])
    assert [path.name for path in tmp_path.iterdir()] == ["b.txt"]
    assert (tmp_path / "b.txt").read_text() == "theirs"
