"""The command line around its commands: what is typed wrongly, and what reads its output."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.cli.exit_codes import ExitCode
from analyzer.cli.moments import moment_of

ROOT = Path(__file__).parents[2]
PEM = ROOT / "samples/10-single-pem/evidence"


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command line in a shell, in which ``sftunnel-analyzer`` is this program."""
    program = f'sftunnel_analyzer() {{ "{sys.executable}" -W error -m analyzer "$@"; }}\n'
    given = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", **environment}
    return subprocess.run(
        ["bash", "-c", program + command], cwd=folder, env=given, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("spelling", ["2026-09-22", "20260922", "2026-W39-2", "2026W392"])
def test_every_spelling_of_a_day_means_its_end(spelling: str) -> None:
    assert moment_of(spelling)[0].isoformat() == "2026-09-22T23:59:59+00:00"


@pytest.mark.parametrize(
    ("spelling", "moment"),
    [
        ("2026-09-22T00:00:00", "2026-09-22T00:00:00+00:00"),
        ("20260922T101500Z", "2026-09-22T10:15:00+00:00"),
        ("2026-09-22T10:15+09:00", "2026-09-22T01:15:00+00:00"),
    ],
)
def test_a_moment_is_that_moment(spelling: str, moment: str) -> None:
    assert moment_of(spelling)[0].isoformat() == moment


@pytest.mark.parametrize("given", ["bundle.tar.gz", "/case/messages", "C:\\case", "*.pcap", "./case"])
def test_evidence_without_a_command_is_told_the_command(given: str) -> None:
    shown = CliRunner().invoke(app, [given], env={"COLUMNS": "200"})

    assert shown.exit_code == 2
    assert f"Did you mean: sftunnel-analyzer analyze {given}" in " ".join(shown.output.split())


def test_a_folder_without_a_command_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "evidence").mkdir()
    monkeypatch.chdir(tmp_path)

    assert "analyze evidence" in CliRunner().invoke(app, ["evidence"]).output


def test_a_misspelt_command_is_told_the_nearest() -> None:
    assert "'analyze'" in CliRunner().invoke(app, ["analyse", "x"]).output


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices of Unix")
@pytest.mark.parametrize("command", ["limits", "rules docs", "rules list", "--help", "rules --help"])
def test_a_reader_that_stops_reading_is_no_failure(command: str, tmp_path: Path) -> None:
    done = shell(f"sftunnel_analyzer {command} | head -n 1 > /dev/null; exit ${{PIPESTATUS[0]}}", tmp_path)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "command", ["limits", "rules docs", "rules list", "--help", "--version", f"analyze {PEM} --format json", f"analyze {PEM}"]
)
def test_an_output_that_takes_nothing_is_told(command: str, unbuffered: str, tmp_path: Path) -> None:
    """A document that is cut in its middle must not end with the code of the verdict."""
    done = shell(f"sftunnel_analyzer {command} > /dev/full", tmp_path, PYTHONUNBUFFERED=unbuffered)

    assert done.returncode == ExitCode.USAGE
    assert done.stderr == "sftunnel-analyzer: standard output: No space left on device\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a limit of Unix")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_disk_that_fills_in_the_middle_of_a_document_is_told(unbuffered: str, tmp_path: Path) -> None:
    """The limit of the size of a file cuts a write as a full disk does: in part, without an error."""
    script = "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
    script += "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); from analyzer.cli.app import main; main()"
    with (tmp_path / "result.json").open("w") as file:
        done = subprocess.run(
            [sys.executable, "-c", script, "rules", "docs"],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered},
            stdout=file,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )

    assert done.returncode == ExitCode.USAGE
    assert done.stderr == "sftunnel-analyzer: standard output: File too large\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use stays on Windows")
def test_a_folder_that_is_gone_is_no_obstacle_where_every_path_is_absolute(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()

    done = shell(f"rmdir ../gone; sftunnel_analyzer analyze {PEM} -o {tmp_path}/report.html --as-of 2026-11-23", tmp_path / "gone")

    assert done.returncode == ExitCode.FOUND_CRITICAL, done.stderr


def test_no_documented_example_lets_a_file_name_be_an_option() -> None:
    """An unpacked bundle may hold a file ``-o.bashrc``, and a pattern of the shell names it."""
    root = Path(__file__).parents[2]
    for page in (root / "README.md", root / "CONTRIBUTING.md", *(root / "docs").glob("*.md")):
        for example in re.findall(
            r"(?:sftunnel-analyzer |`)(?:analyze|compare|triage)\b[^`\n]*(?<!\S)\*", page.read_text(encoding="utf-8")
        ):
            assert " -- " in example, f"{page.name}: {example}"
