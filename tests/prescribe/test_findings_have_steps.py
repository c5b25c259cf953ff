"""Every finding that counts and that no other explains has a step of its remedy in the plan of its appliance, and is named.

Over the cases of all rule tests, all samples, and the evidence cases (a fixed slice of them here, all of them in the full suite).
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zlib import crc32

import pytest

from analyzer.authoring.rule_tests import RuleTest, load_rule_tests
from analyzer.judge import judge
from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from analyzer.prescribe import prescribe
from tests.builders.cases import utc
from tests.evidence.running import folders, load
from tests.prescribe.builders_plans import REMEDIES, RULES, counted
from tests.prescribe.guard import EXCEPT, unnamed, without_a_step
from tests.samples.test_samples import NAMES, result_of
from tests.slices import is_whole

TESTS = load_rule_tests(RULES)


@pytest.mark.parametrize("test", TESTS, ids=lambda test: f"{test.rule}: {test.name}")
def test_each_finding_of_a_rule_test_has_a_step(test: RuleTest) -> None:
    case = counted(test.case) if test.case.tunnels else test.case
    findings = judge(case, RULES, test.as_of)
    plan = prescribe(case, findings, test.as_of, REMEDIES)

    assert list(without_a_step(case, findings, plan)) == []
    assert list(unnamed(findings, plan)) == []


@pytest.mark.parametrize("name", NAMES)
def test_each_finding_of_a_sample_has_a_step(name: str) -> None:
    result = result_of(name)

    assert list(without_a_step(result.case, result.findings, result.plan)) == []
    assert list(unnamed(result.findings, result.plan)) == []


def concluded(folder: Path) -> Result:
    expect = load(folder)
    day = (expect.get("args") or ["--as-of", "2026-11-23"])[-1]
    return analyze([folder / "in"], Options(as_of=utc(day[:10]) + timedelta(days=1, seconds=-1), as_of_source="--as-of"))


def single_cases() -> list[Path]:
    """A slice of the cases. A comparison is two of them, each of which is asked for by itself."""
    return [one for one in folders() if (is_whole() or crc32(one.name.encode()) % 7 == 3) and not load(one).get("compare")]


@pytest.mark.parametrize("folder", single_cases(), ids=lambda folder: folder.name)
def test_each_finding_of_a_case_has_a_step(folder: Path) -> None:
    result = concluded(folder)

    assert list(without_a_step(result.case, result.findings, result.plan)) == []
    assert list(unnamed(result.findings, result.plan)) == []


def test_exceptions_are_few_each_with_its_reason_and_a_finding_of_today() -> None:
    """At the end ten at most, each safer than the remedy. The table may only shrink."""
    assert len(EXCEPT) <= 0
    assert all(why.endswith(".") for why in EXCEPT.values())
