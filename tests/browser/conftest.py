"""One browser for a module of tests, and the reports of the samples, each written once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from analyzer.report.html import render_html
from tests.browser.chromium import CHROMIUM, chromium, driver_starts
from tests.lab.cast import AS_OF

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    if not driver_starts():
        pytest.skip("the driver of Playwright does not start here: scripts/setup installs what it needs (libatomic1)")
    with chromium() as started:
        yield started


@cache
def result_of(sample: str, language: str) -> Result:
    return analyze([SAMPLES / sample / "evidence"], Options(as_of=AS_OF, as_of_source="test", language=language))


@pytest.fixture(scope="session")
def report_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The report of a sample, or of a result, as a file."""
    folder = tmp_path_factory.mktemp("reports")

    def written(source: str | Result, language: str = "en") -> Path:
        if isinstance(source, str):
            path = folder / f"{source}.{language}.html"
            if not path.exists():
                path.write_text(render_html(result_of(source, language)), encoding="utf-8")
            return path
        path = folder / f"result-{id(source)}.html"
        path.write_text(render_html(source), encoding="utf-8")
        return path

    return written
