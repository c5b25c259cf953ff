"""What the room around the rules answers for: states, two clocks, evidence, causes, errors, order."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from analyzer.judge import judge
from analyzer.judge.judging import MAX_RELATED
from analyzer.model.case import Case
from analyzer.model.finding import Finding, Severity, State
from tests.builders.cases import at, case, certificate, device, failure, known, manager, missing, tunnel, utc
from tests.judge.builders_rules import rules_of

EXPIRED = """
    id: expired
    title: Expired
    subject: manager
    severity: high
    needs: [manager.internal_ca_not_after]
    when: manager.internal_ca_not_after < now
    date: manager.internal_ca_not_after
    evidence: [manager.internal_ca_not_after, manager.internal_ca]
    affects: manager.tunnels_down
    explanation: "{manager.label} expired {manager.internal_ca_not_after|days}."
    looks_like: A clock ahead.
    remedy: renew-internal-ca
    references: [a source]
"""

FAILS = """
    id: fails
    title: Fails
    subject: tunnel
    severity: high
    needs: [tunnel.failure]
    when: tunnel.failure.reason == "expired"
    evidence: [tunnel.failure]
    affects: device.label
    caused_by: [{rule: expired, when: "true"}]
    explanation: "{tunnel.failure.text}"
    remedy: none
"""


def only(findings: tuple[Finding, ...]) -> Finding:
    (finding,) = findings
    return finding


def expiring(not_after: str = "2034-10-12", **given: object) -> Case:
    return case(managers=[manager(internal_ca_not_after=known(utc(not_after), at("cacert.pem")), **given)])


def test_a_finding_carries_what_its_rule_and_its_subject_say(tmp_path: Path) -> None:
    a_case = expiring(internal_ca=known(certificate(), at("cacert.pem"), at("copy.pem")), tunnels_down=("ftd-1", "ftd-2"))

    finding = only(judge(a_case, rules_of(tmp_path, EXPIRED), utc("2034-10-22")))

    assert finding == Finding(
        rule="expired",
        subject_kind=finding.subject_kind,
        subject="manager:fmc-1",
        subject_label="fmc-1",
        state=State.AFFECTED,
        state_at_evidence=State.AFFECTED,
        severity=Severity.HIGH,
        title="Expired",
        explanation="fmc-1 expired 10 days ago. It could also be: A clock ahead.",
        primary=at("cacert.pem"),
        related=(at("copy.pem"),),
        missing=(),
        date=utc("2034-10-12"),
        remedy="renew-internal-ca",
        affects=("ftd-1", "ftd-2"),
        caused_by="",
        references=("a source",),
    )


def test_two_clocks_give_two_states(tmp_path: Path) -> None:
    a_case = case(managers=expiring().managers, evidence_time=known(utc("2034-10-01")))

    finding = only(judge(a_case, rules_of(tmp_path, EXPIRED), utc("2034-11-01")))

    assert (finding.state, finding.state_at_evidence) == (State.AFFECTED, State.CLEAR)


def test_without_a_time_of_evidence_there_is_one_state(tmp_path: Path) -> None:
    finding = only(judge(expiring(), rules_of(tmp_path, EXPIRED), utc("2034-11-01")))

    assert finding.state_at_evidence is State.AFFECTED


def test_what_is_missing_makes_unknown_and_says_what_would_settle_it(tmp_path: Path) -> None:
    gap = missing("two files contradict each other", "the file on the FMC", at("one.pem"), at("two.pem"))

    finding = only(judge(case(managers=[manager(internal_ca_not_after=gap)]), rules_of(tmp_path, EXPIRED), utc("2034-11-01")))

    assert (finding.state, finding.primary, finding.missing) == (State.UNKNOWN, None, (("manager.internal_ca_not_after", gap),))
    assert finding.explanation == "Cannot tell, because two files contradict each other. To resolve this: the file on the FMC."
    assert finding.related == (at("one.pem"), at("two.pem"))


def test_clear_names_its_evidence_and_prescribes_nothing(tmp_path: Path) -> None:
    finding = only(judge(expiring(tunnels_down=("ftd-1",)), rules_of(tmp_path, EXPIRED), utc("2026-11-23")))

    assert (finding.state, finding.primary, finding.remedy, finding.affects) == (State.CLEAR, at("cacert.pem"), "", ())


def test_a_rule_that_does_not_apply_needs_nothing(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, EXPIRED + "    applies: manager.tunnels_down.size() > 0\n")

    assert only(judge(case(managers=[manager()]), rules, utc("2034-11-01"))).state is State.NOT_APPLICABLE


def test_whether_a_rule_applies_can_be_unknown(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, EXPIRED + "    applies: manager.internal_ca_not_after >= now\n")

    assert only(judge(case(managers=[manager()]), rules, utc("2034-11-01"))).state is State.UNKNOWN


VERDICTS = """
    id: verdicts
    title: Several
    subject: manager
    severity: low
    verdicts:
      - {when: manager.has_renewal_script, state: affected, needs: [manager.has_renewal_script], severity: critical}
      - {when: manager.vdb > 399, state: at_risk, needs: [manager.vdb], title: Second, evidence: [manager.vdb]}
      - {when: manager.name == "calm", state: clear, needs: [manager.name]}
    evidence: [manager.has_renewal_script, manager.name]
    explanation: Several.
    remedy: none
"""


@pytest.mark.parametrize(
    ("given", "state", "lacking"),
    [
        ({"has_renewal_script": True, "vdb": 500}, State.AFFECTED, ()),
        ({"has_renewal_script": False, "vdb": 400}, State.AT_RISK, ()),
        ({"vdb": 400}, State.AT_RISK, ()),
        ({"has_renewal_script": False, "vdb": 1, "name": "calm"}, State.CLEAR, ()),
        ({"has_renewal_script": False, "name": "calm"}, State.UNKNOWN, ("manager.vdb",)),
        ({"has_renewal_script": False, "vdb": 1}, State.UNKNOWN, ("manager.name",)),
        ({"has_renewal_script": False, "vdb": 1, "name": "other"}, State.CLEAR, ()),
        ({}, State.UNKNOWN, ("manager.has_renewal_script", "manager.vdb", "manager.name")),
    ],
)
def test_the_first_verdict_that_holds_is_given_and_clear_needs_every_answer_before_it(
    tmp_path: Path, given: dict[str, object], state: State, lacking: tuple[str, ...]
) -> None:
    finding = only(judge(case(managers=[manager(**given)]), rules_of(tmp_path, VERDICTS), utc("2034-11-01")))

    assert (finding.state, tuple(path for path, _ in finding.missing)) == (state, lacking)


def test_a_verdict_has_its_own_severity_title_and_evidence(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, VERDICTS)

    first = only(judge(case(managers=[manager(has_renewal_script=True)]), rules, utc("2034-11-01")))
    second = only(judge(case(managers=[manager(vdb=known(400, at("vdb.conf")))]), rules, utc("2034-11-01")))

    assert (first.severity, first.title) == (Severity.CRITICAL, "Several")
    assert (second.severity, second.title, second.primary) == (Severity.LOW, "Second", at("vdb.conf"))


def test_an_answer_without_evidence_is_an_error_of_the_rule(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path, EXPIRED.replace("evidence: [manager.internal_ca_not_after, manager.internal_ca]", "evidence: [manager.label]")
    )

    finding = only(judge(expiring(), rules, utc("2034-11-01")))

    assert (finding.state, finding.primary) == (State.ERROR, None)
    assert "no evidence stands behind 'affected'" in finding.error


def test_a_rule_that_raises_is_one_visible_error_and_the_others_go_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    failing = EXPIRED.replace("id: expired", "id: failing").replace(
        "when: manager.internal_ca_not_after < now", "when: 1 / manager.tunnels_down.size() > 0"
    )

    with caplog.at_level(logging.CRITICAL):
        findings = judge(expiring(), rules_of(tmp_path, EXPIRED, failing), utc("2034-11-01"))

    assert [(finding.rule, finding.state) for finding in findings] == [("expired", State.AFFECTED), ("failing", State.ERROR)]
    assert "ZeroDivisionError" in findings[1].error


def test_an_expired_ca_explains_the_failures_of_its_own_tunnels_only(tmp_path: Path) -> None:
    old = manager("fmc-1", internal_ca_not_after=utc("2034-10-12"))
    new = manager("fmc-2", internal_ca_not_after=utc("2044-10-12"))
    one, two = device("ftd-1"), device("ftd-2")
    tunnels = [tunnel(boss, box, failure=failure()) for boss, box in ((old, one), (old, two), (new, one))]

    findings = judge(case(managers=[old, new], devices=[one, two], tunnels=tunnels), rules_of(tmp_path, EXPIRED, FAILS), utc("2034-11-01"))

    assert {finding.key: finding.caused_by for finding in findings if finding.rule == "fails"} == {
        "fails:tunnel:fmc-1:ftd-1": "expired:manager:fmc-1",
        "fails:tunnel:fmc-1:ftd-2": "expired:manager:fmc-1",
        "fails:tunnel:fmc-2:ftd-1": "",
    }


def test_a_cause_holds_only_when_its_condition_does(tmp_path: Path) -> None:
    boss = manager(internal_ca_not_after=utc("2034-10-12"))
    a_case = case(managers=[boss], devices=[device()], tunnels=[tunnel(boss, failure=failure())])
    fails = FAILS.replace('when: "true"', "when: has(tunnel.state)")

    finding = next(f for f in judge(a_case, rules_of(tmp_path, EXPIRED, fails), utc("2034-11-01")) if f.rule == "fails")

    assert finding.caused_by == ""


def test_a_tunnel_that_fails_takes_its_device_down(tmp_path: Path) -> None:
    a_case = case(devices=[device()], managers=[manager()], tunnels=[tunnel(failure=failure())])
    alone = "\n".join(line for line in FAILS.splitlines() if "caused_by" not in line)

    assert only(judge(a_case, rules_of(tmp_path, alone), utc("2034-11-01"))).affects == ("ftd-1",)


def test_an_assumption_that_a_verdict_rests_on_is_said(tmp_path: Path) -> None:
    assumed = known(utc("2034-10-12"), at("leaf.pem"), assumed="it is the newest InternalCA in evidence.")

    finding = only(judge(case(managers=[manager(internal_ca_not_after=assumed)]), rules_of(tmp_path, EXPIRED), utc("2034-11-01")))

    assert finding.explanation.endswith("This is based on an assumption: it is the newest InternalCA in evidence.")


def test_related_places_are_distinct_and_not_without_end(tmp_path: Path) -> None:
    places = [at("messages", line=1 + number // 2) for number in range(100)]
    a_case = case(managers=[manager(internal_ca_not_after=known(utc("2034-10-12"), *places))])

    finding = only(judge(a_case, rules_of(tmp_path, EXPIRED), utc("2034-11-01")))

    assert finding.related == tuple(at("messages", line=number) for number in range(2, 2 + MAX_RELATED))


def test_findings_are_ordered_by_severity_then_rule_then_subject(tmp_path: Path) -> None:
    loud = EXPIRED.replace("id: expired", "id: loud").replace("severity: high", "severity: critical")
    boxes = [manager(name, internal_ca_not_after=utc("2034-10-12")) for name in ("fmc-2", "fmc-1")]

    findings = judge(case(managers=boxes), rules_of(tmp_path, EXPIRED, loud), utc("2034-11-01"))

    assert [finding.key for finding in findings] == [
        "loud:manager:fmc-1",
        "loud:manager:fmc-2",
        "expired:manager:fmc-1",
        "expired:manager:fmc-2",
    ]
