"""The package as a program of somebody else uses it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[1] / "samples"
TODAY = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)
LEFT_OUT = ("lines", "blames_root")
"""What the document says of the log events of an attempt, which it does not hold."""


def stripped(document: object) -> object:
    if isinstance(document, dict):
        return {name: stripped(one) for name, one in document.items() if name not in LEFT_OUT}
    return [stripped(one) for one in document] if isinstance(document, list) else document


def test_one_import_gives_what_a_program_needs() -> None:
    from analyzer import InputNotFound, Options, Result, RuleError, analyze, compare, render_html, render_json

    options = Options(as_of=TODAY, as_of_source="a test")
    before = analyze([SAMPLES / "04-expired-one-up-two-down" / "evidence"], options)
    after = analyze([SAMPLES / "01-healthy" / "evidence"], options)

    assert isinstance(before, Result)
    assert before.plan.managers[0].because
    assert compare(before, after).findings
    assert render_html(before).startswith("<!DOCTYPE html>")
    assert render_json(before).startswith("{")
    assert issubclass(RuleError, Exception)
    with pytest.raises(InputNotFound):
        analyze([SAMPLES / "no such folder"], options)


def test_the_other_name_of_the_package_gives_the_same() -> None:
    import analyzer
    import sftunnel_analyzer

    assert sftunnel_analyzer.analyze is analyzer.analyze
    assert set(analyzer.__all__) <= set(dir(sftunnel_analyzer))
    assert sftunnel_analyzer.__version__ == analyzer.__version__
    with pytest.raises(AttributeError):
        sftunnel_analyzer.nothing  # noqa: B018


@pytest.mark.parametrize("name", ["04-expired-one-up-two-down", "12-full-case", "28-hostile-names", "31-evidence-contradicts"])
def test_a_result_is_read_back_from_its_json(name: str) -> None:
    import json

    from analyzer import Options, analyze, read_json, render_json

    text = render_json(analyze([SAMPLES / name / "evidence"], Options(as_of=TODAY, as_of_source="a test")))
    again = read_json(text)

    assert stripped(json.loads(render_json(again))) == stripped(json.loads(text))


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"schema_version": 0}', '{"schema_version": 1}', '{"schema_version": 1, "case": 7}', "no JSON"]
)
def test_what_is_no_result_is_refused(text: str) -> None:
    from analyzer import read_json

    with pytest.raises(ValueError, match=r"no|JSON|Expecting"):
        read_json(text)


def test_importing_the_package_loads_nothing_of_it() -> None:
    code = "import sys, analyzer; print(sorted(name for name in sys.modules if name.startswith('analyzer.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_another_distribution_that_owns_the_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from analyzer.cli import owners
    from analyzer.cli.app import app

    monkeypatch.setattr(owners, "packages_distributions", lambda: {"analyzer": ["sftunnel-analyzer", "analyzer"]})
    done = CliRunner().invoke(app, ["--version"])

    assert done.exit_code == 0
    assert done.stdout == "sftunnel-analyzer 0.1.0\n"
    assert "The distribution analyzer also has a package named analyzer" in done.stderr
