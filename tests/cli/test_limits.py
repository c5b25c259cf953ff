"""The caps on what is read: printed, changed on the command line, and refused when they make no sense."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.model.limits import DEFAULT_LIMITS, Limits


def test_the_command_prints_every_cap_with_its_meaning() -> None:
    shown = CliRunner().invoke(app, ["limits"])
    assert shown.exit_code == 0
    for name, value, meaning in Limits.described():
        assert any(line.startswith(name) and f"{value:,}" in line and meaning in line for line in shown.output.splitlines())


def test_a_limit_is_changed_and_the_others_stay() -> None:
    assert DEFAULT_LIMITS.changed(["depth=12", "members=1_000"]) == Limits(depth=12, members=1000)


@pytest.mark.parametrize("text", ["depth", "deep=3", "depth=", "depth=0", "depth=-1", "depth=1e3", "depth=\u0661", "depth=" + "9" * 19])
def test_what_is_no_limit_is_refused_before_anything_is_read(text: str, tmp_path: Path) -> None:
    shown = CliRunner().invoke(app, ["analyze", str(tmp_path), "--limit", text])
    assert shown.exit_code == 2
    assert "--limit" in shown.output
