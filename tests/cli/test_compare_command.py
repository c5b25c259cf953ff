"""``compare BEFORE AFTER`` as a person uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from analyzer.cli.exit_codes import ExitCode

ROOT = Path(__file__).parents[2]
EXPIRED = ROOT / "samples" / "04-expired-one-up-two-down" / "evidence"


def compare(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "analyzer", "compare", *map(str, arguments), "--as-of", "2026-11-23"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, env=environment, check=False)


def test_the_same_evidence_twice_is_not_fixed(tmp_path: Path) -> None:
    done = compare(EXPIRED, EXPIRED, cwd=tmp_path)
    assert done.returncode == ExitCode.NOT_FIXED, done.stderr
    assert "STILL THERE  internal-ca-expired" in done.stdout
    assert " 0 new," in done.stdout.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_evidence_that_is_not_there_is_a_wrong_command_line(tmp_path: Path) -> None:
    done = compare(EXPIRED, "gone", cwd=tmp_path)
    assert done.returncode == ExitCode.USAGE
    assert "gone" in done.stderr


def test_evidence_of_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert compare(EXPIRED, "empty", cwd=tmp_path).returncode == ExitCode.NOTHING_USABLE


def test_standard_input_cannot_be_both_sides(tmp_path: Path) -> None:
    done = compare("-", "-", cwd=tmp_path)
    assert done.returncode == ExitCode.USAGE
    assert "standard input can be read once" in done.stderr
