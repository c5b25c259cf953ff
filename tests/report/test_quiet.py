"""Findings in groups: nothing is lost, nothing that was found is hidden in a group, and the order is that of the result."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.model.finding import Finding, Severity, State
from analyzer.report.document import render_json
from analyzer.report.quiet import QUIET, common_endings, grouped, together, without_ending
from analyzer.report.reading import read_json
from tests.report.builders_report import finding, fleet, result

TAIL = " It could also be: a clock that is behind, which clock-skew measures, or a capture that begins too late."
NAMES = st.sampled_from(["a", "b", "c", "d"])
FINDINGS = st.lists(
    st.builds(
        lambda rule, subject, state, severity, says, tail: finding(
            rule, f"device:{subject}", state, severity, title=f"about {says}", explanation=f"It is {says}. {tail}"
        ),
        NAMES,
        st.integers(0, 40),
        st.sampled_from(State),
        st.sampled_from(Severity),
        NAMES,
        st.sampled_from(["", TAIL, f"So. {TAIL}"]),
    ),
    max_size=40,
    unique_by=lambda one: (one.rule, one.subject),
)


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: (-one.severity, one.rule, one.subject)))


@given(FINDINGS)
def test_groups_hold_all_findings(findings: list[Finding]) -> None:
    loud, quiet = grouped(findings)
    endings = common_endings(findings)

    assert together([without_ending(one, endings) for one in (*loud, *quiet)], endings) == in_order(findings)
    assert all(one.finding.state in QUIET for one in quiet)
    assert all(not one.also for one in loud if one.finding.counts)


@given(FINDINGS)
def test_a_document_gives_them_back(findings: list[Finding]) -> None:
    given_ = result(findings=in_order(findings))

    assert read_json(render_json(given_)).findings == given_.findings


def test_what_all_explanations_of_a_rule_end_with_stands_at_the_rule() -> None:
    findings = [finding("r", f"device:{n}", State.AFFECTED, explanation=f"Device {n} is down.{TAIL}") for n in range(3)]
    document = json.loads(render_json(result(findings=in_order(findings))))

    assert document["rules"]["r"]["ending"] == TAIL
    assert [one["explanation"] for one in document["findings"]] == [f"Device {n} is down." for n in range(3)]


@pytest.mark.parametrize("count", [1, 2])
def test_few_findings_say_all_themselves(count: int) -> None:
    findings = [finding("r", f"device:{n}", State.AFFECTED, explanation=f"Device {n} is down.{TAIL}") for n in range(count)]

    assert common_endings(findings) == {}


def test_a_device_takes_a_bounded_part_of_the_document() -> None:
    small, large = (len(render_json(fleet(count))) for count in (100, 300))

    assert (large - small) / 200 < 6_000
