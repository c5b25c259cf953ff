"""What ``analyze`` prints in place of the verdict: six lines, or the plan of one appliance."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.cli.exit_codes import ExitCode

SAMPLE = Path(__file__).parents[2] / "samples/04-expired-one-up-two-down/evidence"


def run(tmp_path: Path, *options: str) -> tuple[int, str]:
    report = tmp_path / "report.html"
    ended = CliRunner().invoke(app, ["analyze", str(SAMPLE), "--as-of", "2026-11-23", "--lang", "en", "-o", str(report), *options])
    return ended.exit_code, ended.output


def test_the_summary_is_all_that_is_printed(tmp_path: Path) -> None:
    _code, text = run(tmp_path, "--summary")

    assert len(text.splitlines()) == 6
    assert text.startswith("What: Act now.")
    assert (tmp_path / "report.html").exists()


@pytest.mark.parametrize("name", ["ftd-lima", "FTD-LIMA", "192.0.2.13", "caf10500-1d37-11e8-a323-00005e005323"])
def test_the_plan_of_one_appliance_by_any_of_its_names(tmp_path: Path, name: str) -> None:
    _code, text = run(tmp_path, "--show", name)

    assert text.startswith("# Device ftd-lima\n")
    assert "caf10500-1d37-11e8-a323-00005e005323/certs_pushed/sftunnel-cert.pem" in text
    assert "a72db" not in text


def test_a_name_that_nobody_bears_says_who_there_is(tmp_path: Path) -> None:
    code, text = run(tmp_path, "--show", "ftd-nowhere")

    assert code == ExitCode.USAGE
    assert "fmc-1.example, ftd-lima, ftd-seoul, ftd-berlin" in text


def test_only_one_of_them_is_printed(tmp_path: Path) -> None:
    code, text = run(tmp_path, "--summary", "--show", "ftd-lima")

    assert code == ExitCode.USAGE
    assert "give one of them" in text
    assert not (tmp_path / "report.html").exists()
