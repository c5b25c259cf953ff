"""The benchmarks say what they lack before they measure anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks.measure import Runs


def test_a_missing_program_of_a_peer_is_named_with_its_package_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    status = benchmarks.main(["bundle", "captures-200", "capture-whole", "--data", str(tmp_path / "data")])

    assert status == 2
    assert capsys.readouterr().err.splitlines() == [
        "benchmarks: igzip is not installed (package isal); needed for: bundle",
        "benchmarks: tshark is not installed (package tshark); needed for: capture-whole, captures-200",
    ]
    assert not (tmp_path / "data").exists()


def test_the_fastest_run_stands_beside_the_median() -> None:
    runs = Runs(seconds=[3.0, 1.0, 2.5])

    assert (runs.fastest, runs.median) == (1.0, 2.5)


def test_every_line_of_the_table_has_as_many_cells_as_its_head() -> None:
    rows = [row for row in benchmarks.README.read_text(encoding="utf-8").splitlines() if row.startswith("|")]

    assert len({row.count("|") for row in rows}) == 1
    assert len(rows) > 5
