"""A day before the evidence: no sample gets a step, a green appliance or an all-clear by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.model.answer import Known
from analyzer.model.plan import Action, Situation
from analyzer.pipeline import Options, analyze
from analyzer.report.labels import Tone
from analyzer.report.verdict import verdict_of
from tests.builders.cases import utc

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.parametrize("day", ["2026-11-18", "2026-01-05"])
@pytest.mark.parametrize("sample", ["01-healthy", "04-expired-one-up-two-down", "12-full-case"])
def test_nothing_is_judged_before_the_evidence(sample: str, day: str) -> None:
    result = analyze([SAMPLES / sample / "evidence"], Options(as_of=utc(day), as_of_source="--as-of", tshark=None))
    plan = result.plan

    assert isinstance(result.case.taken_later, Known)
    assert plan.headline.startswith(f"Nothing can be assessed as of {day}: the evidence is from 2026-11-2")
    assert {one.situation for one in (*plan.managers, *plan.devices)} == {Situation.UNKNOWN}
    assert not any(one.steps or one.files for one in (*plan.managers, *plan.devices))
    assert plan.collect == ()
    assert plan.do_not[0].action is Action.RESTART
    assert result.undecided
    assert verdict_of(result).tone is Tone.UNKNOWN
