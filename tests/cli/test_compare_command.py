"""``compare BEFORE AFTER`` as a person uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import pytest

from analyzer.cli.exit_codes import ExitCode
from analyzer.cli.whole_file import write_whole
from tests.cli.test_analyze_command import an_unrelated_certificate

ROOT = Path(__file__).parents[2]
EXPIRED = ROOT / "samples" / "04-expired-one-up-two-down" / "evidence"


def compare(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "analyzer", "compare", *map(str, arguments), "--as-of", "2026-11-23"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, env=environment, check=False)


def test_the_same_evidence_twice_is_not_fixed(tmp_path: Path) -> None:
    done = compare(EXPIRED, EXPIRED, cwd=tmp_path)
    assert done.returncode == ExitCode.NOT_FIXED, done.stderr
    assert "REMAINS      internal-ca-expired" in done.stdout
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
    assert "Standard input can be used for only one side." in done.stderr


def own_report(folder: Path) -> Path:
    with chdir(folder):
        write_whole(Path("before.html"), '<!doctype html><meta name="generator" content="sftunnel-analyzer 0.1.0">')
    return folder / "before.html"


def nameless(folder: Path) -> Path:
    """Evidence of an sftunnel, of nobody that has a name."""
    path = folder / "cert.pem"
    path.write_bytes(an_unrelated_certificate())
    return path


@pytest.mark.parametrize("make", [own_report, nameless])
@pytest.mark.parametrize("first", [True, False])
def test_a_side_that_names_nobody_is_never_a_repair_that_is_done(make: Callable[[Path], Path], first: bool, tmp_path: Path) -> None:
    given, healthy = make(tmp_path), ROOT / "samples/01-healthy/evidence"

    done = compare(*((given, healthy) if first else (healthy, given)), cwd=tmp_path)

    assert done.returncode == ExitCode.NOTHING_USABLE, done.stdout + done.stderr
    assert given.name in done.stderr


def test_an_after_that_leaves_questions_open_is_not_fixed(tmp_path: Path) -> None:
    """Nothing was wrong before, and of the later evidence nothing can be told."""
    (tmp_path / "messages").write_text(
        "Nov 20 10:00:00 ftd-1 SF-IMS[4242]: [4243] sftunnel:sf_ssl [INFO] Initiating IPv4 connection to 192.0.2.10:8305/tcp\n"
    )

    done = compare(ROOT / "samples/01-healthy/evidence", "messages", cwd=tmp_path)

    assert done.returncode in (ExitCode.FIX_UNDECIDED, ExitCode.NOTHING_USABLE), done.stdout + done.stderr
