"""Four times the devices take four times the work, from reading to the report: no room looks at every pair of them.

Work is counted in calls, not in seconds: whatever else the machine does, the same evidence makes the same calls.
"""

from __future__ import annotations

import cProfile
import gc
from collections import Counter
from pathlib import Path

import pytest

from analyzer.pipeline import Options, analyze
from analyzer.report import html
from benchmarks.fleet import fleet
from tests.lab.cast import AS_OF

FEW, MANY = 30, 120
OFTEN = 1_000
"""Calls of one function below which its growth says nothing: what is done once per run, and what few of the devices need."""


def calls(count: int, folder: Path) -> Counter[str]:
    """How often each function, of ours and of the libraries, is called for a case of so many devices."""
    evidence = folder / f"fleet-{count}"
    fleet(evidence, count)
    counting = cProfile.Profile()
    gc.disable()  # its callbacks are the whole suite's
    counting.enable()
    try:
        html.render_html(analyze([evidence], Options(as_of=AS_OF, as_of_source="--as-of")))
    finally:
        counting.disable()
        gc.enable()
    found: Counter[str] = Counter()
    for entry in counting.getstats():
        code = entry.code
        name = code if isinstance(code, str) else f"{code.co_filename}:{code.co_firstlineno} {code.co_qualname}"
        found[name] += entry.callcount
    return found


def test_four_times_the_devices_make_four_times_the_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "LARGE_FLEET", FEW - 1)
    calls(2, tmp_path)  # what is loaded and compiled once is no work of the fleet

    few, many = calls(FEW, tmp_path), calls(MANY, tmp_path)

    grown = {name: (few[name], number) for name, number in many.items() if number > OFTEN and number > 4 * 1.5 * max(few[name], 50)}
    assert grown == {}
    assert 2 < many.total() / few.total() < 4.2
