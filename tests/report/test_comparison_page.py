"""The comparison as a page: what its word promises, and that it is as inert as the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.comparing import compare
from analyzer.model.finding import Finding, Severity, State
from analyzer.model.plan import Situation
from analyzer.model.result import Result
from analyzer.report.comparison_page import render_comparison
from tests.builders.cases import case, device
from tests.report.builders_report import box_plan, damaged, finding, plan, result
from tests.report.test_html import HOSTILE, Page, hostile

SAMPLES = Path(__file__).parents[2] / "samples"


def told(*findings: Finding) -> Result:
    return result(case(devices=[device("a")]), plan(devices=(box_plan("device:a", "a", Situation.HEALTHY),)), findings=findings)


def at_(state: State, rule: str = "r") -> Finding:
    return finding(rule, "device:a", state, Severity.HIGH, title="Trouble")


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        ((at_(State.AFFECTED),), (at_(State.AFFECTED),), "Not fixed"),
        ((at_(State.AFFECTED),), (at_(State.CLEAR), at_(State.AFFECTED, "new")), "Not fixed"),
        ((at_(State.AFFECTED),), (at_(State.UNKNOWN),), "Not proven to be fixed"),
        ((at_(State.AFFECTED),), (), "Not proven to be fixed"),
        ((at_(State.AFFECTED),), (at_(State.CLEAR),), "Fixed"),
    ],
)
def test_the_word_promises_no_more_than_the_findings(
    monkeypatch: pytest.MonkeyPatch, before: tuple[Finding, ...], after: tuple[Finding, ...], word: str
) -> None:
    monkeypatch.setattr(Result, "undecided", property(lambda _: False))
    one, two = told(*before), told(*after)

    assert f"</span> {word}</span>" in render_comparison(compare(one, two), two)


def test_an_open_question_after_the_repair_keeps_it_from_being_called_fixed() -> None:
    one, two = told(at_(State.AFFECTED)), replace(told(at_(State.CLEAR)), incomplete=(damaged(),))

    assert "Not proven to be fixed" in render_comparison(compare(one, two), two)


def test_hostile_evidence_stays_text_and_tags_balance() -> None:
    of = hostile()
    page = Page(render_comparison(compare(of, replace(of, findings=())), of))

    assert page.unbalanced == []
    assert page.open == []
    assert page.all("script") == []
    assert page.all("img") == []
    assert not [name for _, found in page.tags for name in found if name.startswith("on")]
    assert HOSTILE not in page.text


def test_it_is_written_where_asked_and_never_over_evidence(tmp_path: Path) -> None:
    evidence = str(SAMPLES / "04-expired-one-up-two-down/evidence")
    page = tmp_path / "comparison.html"
    ended = CliRunner().invoke(app, ["compare", evidence, evidence, "--as-of", "2026-11-23", "--lang", "en", "-o", str(page)])

    assert ended.output.splitlines()[-1] == str(page)
    assert "Not fixed" in page.read_text()
    inside = next(path for path in Path(evidence).rglob("*") if path.is_file())
    refused = CliRunner().invoke(app, ["compare", evidence, evidence, "--lang", "en", "-o", str(inside)])
    assert "would be overwritten" in refused.output
