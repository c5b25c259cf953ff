"""Whatever a run meets while it writes or prints, it ends in a sentence and an exit code, and quotes no evidence."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
from msgspec.structs import replace

from analyzer.cli import plan_folder
from analyzer.cli import run as running
from analyzer.cli.app import main
from analyzer.cli.exit_codes import ExitCode
from analyzer.cli.run import Request, run, run_comparison

ROOT = Path(__file__).parents[2]
EVIDENCE = ROOT / "samples/10-single-pem/evidence"
AS_OF = datetime(2026, 11, 23, tzinfo=UTC)
CANARY = "canary-of-evidence"
OURS = "sftunnel-analyzer: internal error; the lines above show where. Please report them.\n"


def request(folder: Path, path: str | Path = EVIDENCE, *, redact: bool = False) -> Request:
    return Request(
        paths=(str(path),),
        output=folder / "report.html",
        json=folder / "result.json",
        as_of=AS_OF,
        as_of_source="--as-of",
        rules=(),
        port=8305,
        use_tshark=False,
        redact=redact,
    )


def raising(error: BaseException) -> Callable[..., NoReturn]:
    def raises(*_: object) -> NoReturn:
        raise error

    return raises


def test_a_failure_while_printing_is_told_without_its_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "show_verdict", raising(ValueError(CANARY)))

    code = run(request(tmp_path))

    told = capsys.readouterr()
    assert code is ExitCode.INTERNAL_ERROR
    assert told.err.endswith(OURS)
    assert "in raises" in told.err, "the place is told"
    assert CANARY not in told.err + told.out


def test_a_failure_while_a_comparison_is_printed_is_told_without_its_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("analyzer.report.comparison.comparison_text", raising(ValueError(CANARY)))

    code = run_comparison(str(EVIDENCE), str(EVIDENCE), AS_OF, "--as-of")

    told = capsys.readouterr()
    assert code is ExitCode.INTERNAL_ERROR
    assert told.err.endswith(OURS)
    assert CANARY not in told.err + told.out


def test_a_folder_that_may_not_be_looked_into_is_told_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(plan_folder, "cannot_use", raising(PermissionError(13, "Permission denied", "plans")))

    code = run(replace(request(tmp_path), plan_dir=tmp_path / "plans"))

    assert code is ExitCode.USAGE
    assert capsys.readouterr().err == "sftunnel-analyzer: plans: Permission denied\n"


def test_stopped_while_printing_it_says_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "show_verdict", raising(KeyboardInterrupt()))

    code = run(request(tmp_path))

    report, document = tmp_path / "report.html", tmp_path / "result.json"
    assert code is ExitCode.INCOMPLETE
    assert capsys.readouterr().err == f"sftunnel-analyzer: stopped before the end; written: {report}, {document}\n"
    assert report.is_file()


def test_stopped_while_the_report_is_made_it_says_that_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "render_html", raising(KeyboardInterrupt()))

    code = run(request(tmp_path))

    assert code is ExitCode.INCOMPLETE
    assert capsys.readouterr().err == "sftunnel-analyzer: stopped before the end: nothing was written\n"
    assert list(tmp_path.iterdir()) == []


def test_of_evidence_that_is_none_no_map_of_names_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "notes.txt"
    given.write_text("nothing of a tunnel\n")

    code = run(request(tmp_path, given, redact=True))

    assert code is ExitCode.NOTHING_USABLE
    assert "No report was written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux that takes nothing")
@pytest.mark.parametrize("printed", ["text", "json"])
def test_a_full_disk_under_the_output_is_told_as_that(printed: str, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "analyzer", "analyze", str(EVIDENCE), "--as-of", "2026-11-23", "--format", printed]
    with Path("/dev/full").open("w") as full:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, env=environment, timeout=60, check=False
        )

    assert (done.returncode, done.stderr) == (ExitCode.USAGE, "sftunnel-analyzer: standard output: No space left on device\n")


def test_stopped_before_the_work_has_begun_it_ends_as_when_stopped_later(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "run", raising(KeyboardInterrupt()))
    monkeypatch.setattr(sys, "argv", ["sftunnel-analyzer", "analyze", str(EVIDENCE)])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == ExitCode.INCOMPLETE
    assert capsys.readouterr().err.endswith("sftunnel-analyzer: stopped before the end: nothing was written\n")


def test_a_report_that_cannot_be_written_costs_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The disk fills while a bundle is read for minutes: what was found is printed, and the failure is the exit code."""
    monkeypatch.setattr(running, "write_whole", raising(OSError(28, "No space left on device", "report.html")))

    code = run(request(tmp_path))

    shown = capsys.readouterr()
    assert code is ExitCode.USAGE
    assert "InternalCA" in shown.out
    assert "Read " in shown.out
    assert str(tmp_path) not in shown.out.splitlines()[-1]
    assert shown.err == "sftunnel-analyzer: report.html: No space left on device\n"
