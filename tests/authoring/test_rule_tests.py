"""The runner of rule tests: what is absent and what is too much, and a listing that says what it cannot mean."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.authoring.mini_case import build_case, parse_place
from analyzer.authoring.rule_tests import Outcome, load_rule_tests, missing_kinds, run_rule_test
from analyzer.judge import RuleError, load_rules
from analyzer.model.answer import Known, Missing
from analyzer.model.case import Case, TunnelState
from analyzer.model.location import Location
from analyzer.rulefiles.read import read_yaml
from tests.judge.builders_rules import write_rule

TEST = """\
rule: a-rule
tests:
  - name: one
    kind: positive
    description: A CA that expired.
    as_of: 2034-11-01
    evidence:
      manager fmc-1:
        internal_ca_not_after: 2034-10-12 @ cacert.pem:1
    findings:
      - {subject: fmc-1, state: affected, severity: high, primary: "cacert.pem:1", says: [fmc-1 expired], silent_on: [tunnel]}
"""


def outcome(folder: Path, text: str = TEST) -> Outcome:
    write_rule(folder)
    (folder / "a-rule.tests.yaml").write_text(text)
    rules = load_rules([folder])
    (test,) = load_rule_tests(rules)
    return run_rule_test(test, rules)


def listing(folder: Path, text: str) -> Case:
    path = folder / "listing.yaml"
    path.write_text(text)
    return build_case(read_yaml(path)[0], None)


def test_exactly_what_is_expected_passes(tmp_path: Path) -> None:
    assert outcome(tmp_path).passed


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("state: affected", "state: clear", "state is 'affected', not 'clear'"),
        ("severity: high", "severity: low", "severity is 'high', not 'low'"),
        ('cacert.pem:1",', 'cacert.pem:2",', "primary is 'cacert.pem:1', not 'cacert.pem:2'"),
        ("says: [fmc-1 expired]", "says: [it is well]", "does not say 'it is well'"),
        ("silent_on: [tunnel]", "silent_on: [EXPIRED]", "speaks of 'EXPIRED'"),
        ("silent_on: [tunnel]", "affects: [ftd-1]", "affects is '', not 'ftd-1'"),
    ],
)
def test_a_wrong_expectation_is_absent_with_the_reason_and_the_finding_is_unexpected(
    tmp_path: Path, right: str, wrong: str, says: str
) -> None:
    result = outcome(tmp_path, TEST.replace(right, wrong))

    assert (result.passed, len(result.unexpected)) == (False, 1)
    assert says in result.absent[0]
    assert f"{tmp_path / 'a-rule.tests.yaml'}:11" in result.absent[0]


def test_a_finding_that_nobody_expected_is_told(tmp_path: Path) -> None:
    result = outcome(tmp_path, TEST[: TEST.index("    findings:")] + "    findings: []\n")

    assert (result.absent, result.unexpected) == (
        (),
        ("subject: fmc-1, state: affected, severity: high, primary: cacert.pem:1, caused_by: none, missing: ",),
    )


def test_a_finding_that_does_not_come_is_told(tmp_path: Path) -> None:
    result = outcome(tmp_path, TEST.replace("{subject: fmc-1", "{subject: fmc-2"))

    assert (len(result.absent), len(result.unexpected)) == (1, 1)


def test_kinds_that_a_rule_lacks_are_named(tmp_path: Path) -> None:
    write_rule(tmp_path)
    (tmp_path / "a-rule.tests.yaml").write_text(TEST)
    rules = load_rules([tmp_path])

    assert missing_kinds(rules, load_rule_tests(rules)) == ["a-rule: negative", "a-rule: not-enough-evidence"]


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("rule: a-rule", "rule: another", "is not the rule that these tests stand beside"),
        ("kind: positive", "kind: good", "the kind is one of"),
        ("description: A CA", "descripton: A CA", "did you mean 'description'?"),
        ("state: affected", "state: bad", "state or severity is not one"),
        ("as_of: 2034-11-01", "as_of: tomorrow", "'tomorrow' is no time"),
        ("internal_ca_not_after", "internal_ca_not_aftr", "did you mean 'internal_ca_not_after'?"),
        ("manager fmc-1", "boss fmc-1", "'boss fmc-1' is no manager NAME"),
        ("2034-10-12 @", "soon @", "'soon' is no time"),
        ("primary:", "primry:", "did you mean 'primary'?"),
    ],
)
def test_a_test_file_that_is_wrong_is_refused(tmp_path: Path, right: str, wrong: str, says: str) -> None:
    with pytest.raises(RuleError) as caught:
        outcome(tmp_path, TEST.replace(right, wrong, 1))

    assert says in str(caught.value)


def test_two_tests_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="two tests have the same name"):
        outcome(tmp_path, TEST + TEST[TEST.index("  - name") :])


def test_a_listing_becomes_a_case(tmp_path: Path) -> None:
    a_case = listing(
        tmp_path,
        """
        tunnel fmc-1 ftd-1:
          state: down @ a.tgz!/brief.txt:2
          failure: {at: x.pcap packet 7, reason: expired, alert: 45}
          push_failed: {missing: the list is cut, obtain: all of it, at: FAILED_PUSH}
          push_failures: [{at: "FAILED_PUSH:1", device_name: ftd-1, epoch: 12}]
          leaf_matches_key: no @ key.pem
          device_leaf: {at: leaf.pem, subject: /CN=ftd-1, not_after: 2030-01-01T00:00:00+09:00}
        """,
    )
    (tunnel,) = a_case.tunnels

    assert ([m.key for m in a_case.managers], [d.key for d in a_case.devices]) == (["manager:fmc-1"], ["device:ftd-1"])
    assert isinstance(tunnel.state, Known)
    assert (tunnel.state.value, tunnel.state.evidence[0].location) == (TunnelState.DOWN, Location("a.tgz", "brief.txt", line=2))
    assert isinstance(tunnel.failure, Known)
    assert (tunnel.failure.value.alert, tunnel.failure.value.verify_code) == (45, None)
    assert tunnel.failure.evidence[0].location == Location("x.pcap", packet=7)
    assert isinstance(tunnel.push_failed, Missing)
    assert (tunnel.push_failed.why, tunnel.push_failed.obtain) == ("the list is cut", "all of it")
    assert (tunnel.push_failures[0].epoch, tunnel.push_failures[0].evidence.location.line) == (12, 1)
    assert tunnel.leaf_matches_key == Known(False, (parse_place("key.pem"),))
    assert isinstance(tunnel.device_leaf, Known)
    assert tunnel.device_leaf.value.subject.text == "/CN=ftd-1"
    assert tunnel.device_leaf.value.not_after == datetime(2029, 12, 31, 15, tzinfo=UTC)
    assert tunnel.device_leaf.value.evidence.location == Location("leaf.pem")
    assert isinstance(tunnel.since, Missing)


@pytest.mark.parametrize(
    "text",
    [
        "tunnel fmc-1 ftd-1: {state: dwon @ x}",
        "tunnel fmc-1 ftd-1: {failure: expired @ x}",
        "tunnel fmc-1 ftd-1: {failure: {reson: expired}}",
        "tunnel fmc-1 ftd-1: {leaf_matches_key: maybe @ x}",
        "tunnel fmc-1 ftd-1: {key: x}",
        "tunnel fmc-1: {}",
        "manager fmc-1: {vdb: many @ x}",
        "manager fmc-1: {tunnels_down: ftd-1}",
        "certificate x: {role: ca}",
        "certificate x: [1]",
        "[manager]",
    ],
)
def test_a_listing_that_cannot_be_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(RuleError):
        listing(tmp_path, text)


@pytest.mark.parametrize("text", ["a", "a:1", "a!/b:12", "a.zip!/b.tar!/c.log:3", "a.pcap packet 9", "C:/x"])
def test_a_place_is_written_as_it_is_printed(text: str) -> None:
    assert str(parse_place(text).location) == text


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="abcdeflmnoprstuvw_{}[]:, @!/0123456789-\n", max_size=80))
def test_any_listing_is_a_case_or_refused(tmp_path: Path, text: str) -> None:
    try:
        listing(tmp_path, f"tunnel a b: {text}")
    except RuleError:
        return
