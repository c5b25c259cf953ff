"""The benchmarks say what they lack before they measure anything."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import against
from benchmarks.against import Run
from benchmarks.lines import LINES, Line, evidence
from benchmarks.measure import Runs, shell


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


def test_evidence_whose_building_was_interrupted_is_built_again(tmp_path: Path) -> None:
    def interrupted(path: Path) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    def whole(path: Path) -> None:
        path.write_bytes(b"whole")

    def line(build: Callable[[Path], None]) -> Line:
        return Line("a", "b", "c", 0, "some.bin", build, lambda _: shell(""), lambda _: shell(""))

    with pytest.raises(KeyboardInterrupt):
        evidence(line(interrupted), tmp_path / "data")
    path = evidence(line(whole), tmp_path / "data")

    assert path.read_bytes() == b"whole"
    assert list(path.parent.iterdir()) == [path]


def test_a_comparison_takes_the_fastest_runs_of_both_and_says_which_ratio_is_too_much() -> None:
    theirs = [Run(wall, processor, 13) for wall, processor in ((2.0, 1.0), (9.0, 3.0))]

    met, within = against.row("fleet-100", [Run(4.0, 1.2, 13), Run(2.2, 2.0, 13)], theirs)
    missed, above = against.row("fleet-100", [Run(2.3, 1.0, 13)], theirs)

    assert met.startswith("| fleet-100 | 2.20 | 3.10 | 2.00 | 5.50 | 1.10 | met | 1.20 | 1.00 | 1.20 | 13 | 2 |")
    assert missed.startswith("| fleet-100 | 2.30 | 2.30 | 2.00 | 5.50 | 1.15 | **missed** |")
    assert (within, above) == (True, False)
    assert {row.count("|") for row in (*against.HEAD.splitlines(), met, missed)} == {14}


def test_a_comparison_measures_only_lines_of_the_table() -> None:
    assert set(against.NAMES) <= {line.name for line in LINES}


@pytest.mark.parametrize(
    ("other", "said"),
    [
        pytest.param("no-such-program", "does not start: No such file or directory", id="no program"),
        pytest.param("failing", "ended with 1: it is broken", id="a program that fails"),
        pytest.param("refusing", "ended with 2: no such option", id="a program that refuses its arguments"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="a shell script is a program of Unix")
def test_a_comparison_ends_before_it_measures_when_the_other_program_does_not_run(
    other: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, line in (("failing", "echo it is broken >&2; exit 1"), ("refusing", "echo no such option >&2; exit 2")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)

    status = against.main([str(tmp_path / other), "help", "--data", str(tmp_path / "data")])

    told = capsys.readouterr()
    assert (status, told.out) == (2, "")
    assert said in told.err
