"""Whole cases, redacted: nothing of the originals is left in anything that is written, and the verdict is the same."""

from __future__ import annotations

import contextlib
import io
import re
import stat
from functools import cache
from pathlib import Path

import pytest

from analyzer.cli.app import app
from analyzer.model.result import Result
from analyzer.pipeline import Options, RedactionMap, analyze
from analyzer.report.document import render_json
from analyzer.report.html import render_html
from analyzer.report.runbook import plan_files
from analyzer.report.table import render_csv
from analyzer.report.terminal import render_terminal
from tests.lab import cast

SAMPLES = Path(__file__).parents[2] / "samples"
CASES = sorted(path.parent for path in SAMPLES.glob("*/evidence"))

BOXES = (cast.FMC_1, cast.FMC_2, cast.FMC_9, *cast.DEVICES, cast.SPACED)
ORIGINALS = sorted({value.lower() for box in BOXES for value in (box.name, box.host, box.address, box.uuid)})
"""Who plays in the samples, told by the lab and not by what the program found."""


@cache
def redacted(case: Path) -> tuple[Result, RedactionMap]:
    maps: list[RedactionMap] = []
    result = analyze([case / "evidence"], Options(as_of=cast.AS_OF, as_of_source="test", redact_to=maps.append))
    return result, maps[0]


def everything_written(result: Result) -> str:
    files = "\n".join(f"{file.path}\n{file.text}" for file in plan_files(result))
    return "\n".join((render_html(result), render_json(result), render_terminal(result), render_csv(result), files))


def test_lines_around_evidence_are_left_out() -> None:
    case = next(one for one in CASES if one.name.startswith("04"))

    assert redacted(case)[0].surroundings == ()
    assert analyze([case / "evidence"], Options(as_of=cast.AS_OF, as_of_source="test")).surroundings


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_nothing_of_the_originals_is_left(case: Path) -> None:
    result, entries = redacted(case)

    text = everything_written(result).lower()
    # Words of paths are replaced in paths only; the program's own sentences say "for example".
    learnt = [original.lower() for kind, original, _ in entries if kind != "input" and original.lower() != "example"]
    left = [one for one in {*ORIGINALS, *learnt} if re.search(rf"(?<![a-z0-9]){re.escape(one)}(?![a-z0-9])", text)]
    assert left == []
    assert not re.search(r"-----begin certificate-----(?:\s|\\[nr])*[a-z0-9+/]", text)  # the first line alone may be quoted, no body


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_the_verdict_is_the_same(case: Path) -> None:
    result, _ = redacted(case)
    plain = analyze([case / "evidence"], Options(as_of=cast.AS_OF, as_of_source="test"))

    def told(one: Result) -> list[object]:
        boxes = (*one.plan.managers, *one.plan.devices)
        findings = sorted((finding.rule, finding.state.value, finding.severity.name) for finding in one.findings)
        return [findings, sorted((box.situation.value, tuple(step.id for step in box.steps)) for box in boxes)]

    assert told(result) == told(plain)


def test_a_redacted_report_says_so_and_that_its_commands_are_not_to_be_typed() -> None:
    result, _ = redacted(SAMPLES / "04-expired-one-up-two-down")

    assert "Do not type the commands of this report" in render_terminal(result)
    assert "Do not type the commands of this report" in render_html(result)


def test_the_map_is_a_file_of_its_owner(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    evidence = SAMPLES / "04-expired-one-up-two-down" / "evidence"
    with contextlib.redirect_stdout(io.StringIO()), pytest.raises(SystemExit):
        app(["analyze", str(evidence), "-o", str(report), "--redact", "--as-of", "2026-11-23"])

    names = tmp_path / "report.names.csv"
    assert stat.S_IMODE(names.stat().st_mode) == 0o600
    assert "host,ftd-berlin,host-" in names.read_text(encoding="utf-8")
    assert "ftd-berlin" not in report.read_text(encoding="utf-8")
