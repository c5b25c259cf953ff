"""The small parts of a report: verdict tones, times in words, runs of attempts, gaps, the time line, labels, and no secrets."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Any

import pytest
from msgspec.structs import replace

from analyzer.model import capture, log, member
from analyzer.model import case as case_model
from analyzer.model import finding as finding_model
from analyzer.model import plan as plan_model
from analyzer.model.case import CertificateRole
from analyzer.model.certificate import Extension
from analyzer.model.finding import Severity, State
from analyzer.model.location import Evidence
from analyzer.model.log import AttemptOutcome
from analyzer.model.plan import Argument, ArgumentKind, Command, Place, Situation, Step, Word
from analyzer.report import labels, wording
from analyzer.report.attempts import RUN_ROWS, attempts_of
from analyzer.report.certificates import decoded
from analyzer.report.document import render_json
from analyzer.report.html import render_html
from analyzer.report.labels import Tone
from analyzer.report.steps import step_views
from analyzer.report.terminal import render_terminal
from analyzer.report.timeline import MAX_BARS, timeline_of
from analyzer.report.unknowns import gaps_of
from analyzer.report.verdict import verdict_of
from tests.builders.cases import at, case, certificate, certificate_in_case, device, internal_ca, known, manager, missing, tunnel, utc
from tests.report.builders_report import attempt, box_plan, damaged, finding, plan, result, step, words

HEALTHY = plan(devices=(box_plan("device:a", "a", Situation.HEALTHY),))


@pytest.mark.parametrize(
    ("of", "tone"),
    [
        pytest.param(result(a_plan=HEALTHY), Tone.GOOD, id="healthy"),
        pytest.param(result(a_plan=HEALTHY, incomplete=(damaged(),)), Tone.UNKNOWN, id="healthy as far as it was read"),
        pytest.param(result(), Tone.UNKNOWN, id="no box at all"),
        pytest.param(result(a_plan=HEALTHY, findings=(finding("r", "device:a", State.ERROR),)), Tone.UNKNOWN, id="a rule failed"),
        pytest.param(result(a_plan=HEALTHY, findings=(finding("r", "device:a", State.UNKNOWN),)), Tone.GOOD, id="one check could not tell"),
        pytest.param(
            result(a_plan=HEALTHY, findings=(finding("r", "device:a", State.AT_RISK, Severity.MEDIUM),)), Tone.WARNING, id="at risk"
        ),
        pytest.param(
            result(a_plan=HEALTHY, findings=(finding("r", "device:a", State.AFFECTED, Severity.CRITICAL),)), Tone.CRITICAL, id="affected"
        ),
        pytest.param(result(a_plan=HEALTHY, findings=(finding("r", "device:a", State.AFFECTED, Severity.INFO),)), Tone.GOOD, id="to know"),
        pytest.param(
            result(a_plan=plan(devices=(box_plan("device:a", "a", Situation.EXPIRED_DOWN),))), Tone.CRITICAL, id="a grave situation alone"
        ),
    ],
)
def test_the_tone_of_the_verdict(of: object, tone: Tone) -> None:
    assert verdict_of(of).tone is tone  # type: ignore[arg-type]


def test_the_verdict_counts_states_at_both_moments_and_names_what_changed() -> None:
    grown = finding("r", "device:a", State.AFFECTED, state_at_evidence=State.AT_RISK)

    verdict = verdict_of(result(a_plan=HEALTHY, findings=(grown, finding("s", "device:a", State.CLEAR))))

    assert verdict.then == "1 finding (1 at risk)"
    assert verdict.now == "1 finding (1 affected)"
    assert verdict.changed == (grown,)


def test_the_verdict_says_what_is_at_stake() -> None:
    up = case_model.TunnelState.CONNECTED
    states = (up, case_model.TunnelState.DEGRADED, case_model.TunnelState.DOWN, None)
    tunnels = [tunnel(to=f"device:{at}", **({"state": known(state)} if state is not None else {})) for at, state in enumerate(states)]

    assert verdict_of(result(case(tunnels=tunnels))).stake == "2 tunnels up, 1 tunnel down, 1 tunnel unknown"
    assert verdict_of(result()).stake == ""


def test_the_ca_that_ends_first_stands_first_and_unknown_ends_last() -> None:
    ends = {"later": utc("2036-01-01"), "expired": utc("2026-09-20")}
    managers = [manager("unknown"), *(manager(label, internal_ca_not_after=end) for label, end in ends.items())]

    assert [one.manager for one in verdict_of(result(case(managers=managers))).deadlines] == ["expired", "later", "unknown"]


@pytest.mark.parametrize(
    ("days", "text"),
    [(0, "in less than a day"), (1, "in 1 day"), (3646, "in 3,646 days"), (-0.5, "less than a day ago"), (-64.9, "64 days ago")],
)
def test_distances_are_in_whole_days(days: float, text: str) -> None:
    now = utc("2026-11-23T12:00:00")

    assert wording.distance(now + timedelta(days=days), now) == text


def test_a_certificate_is_valid_in_its_last_second() -> None:
    end = utc("2026-09-20T04:10:00")

    assert wording.expiry(end, end) == "expires in less than a day"
    assert wording.expiry(end, end + timedelta(seconds=1)) == "expired less than a day ago"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_960, "1.0 MB"),
        (2_184_220_100, "2.2 GB"),
        (3 * 10**13, "30.0 TB"),
    ],
)
def test_sizes_are_in_decimal_units(number: int, text: str) -> None:
    assert wording.size(number) == text


def test_times_keep_their_clock_time_unless_it_is_midnight() -> None:
    assert wording.moment(utc("2026-11-23")) == "2026-11-23 UTC"
    assert wording.moment(utc("2026-11-23T00:00:01")) == "2026-11-23 00:00:01 UTC"
    assert wording.openssl_time(utc("2034-10-09T10:12:50")) == "Oct  9 10:12:50 2034 GMT"


def test_a_change_in_how_attempts_end_begins_a_new_run() -> None:
    ok = replace(attempt(2), outcome=AttemptOutcome.ESTABLISHED, verify_code=None)

    found = attempts_of(tunnel(attempts=(attempt(4), ok, attempt(0), attempt(1), attempt(3))))

    assert found.summary == "1 established, 4 handshake failed"
    assert [(run.number, run.first.started, run.last.started) for run in found.runs] == [
        (2, attempt(3).started, attempt(4).started),
        (1, ok.started, ok.started),
        (2, attempt(0).started, attempt(1).started),
    ]


def test_only_the_newest_runs_are_shown_and_the_attempts_left_out_are_counted() -> None:
    many = tuple(replace(attempt(number), peer=f"192.0.2.{number}") for number in range(RUN_ROWS + 5))

    found = attempts_of(tunnel(attempts=many))

    assert len(found.runs) == RUN_ROWS
    assert found.left_out == 5
    assert found.runs[0].first.started == many[-1].started


def test_a_gap_that_many_checks_want_is_one_entry_and_stands_first() -> None:
    leaf = missing("no bundle of ftd-1", "its bundle")
    unknown = [finding(rule, "device:ftd-1", State.UNKNOWN, missing=(("device_leaf", leaf),)) for rule in ("b", "a")]

    gaps = gaps_of(
        result(
            case(evidence_time=known(utc("2026-11-20"))),
            findings=(*unknown, finding("c", "device:x", State.UNKNOWN, missing=(("vdb", missing()),))),
        )
    )

    assert [(gap.what, gap.wanted_by) for gap in gaps] == [("device leaf", ("b: ftd-1", "a: ftd-1")), ("vdb", ("c: x",))]
    assert gaps[0].obtain == "its bundle"


def test_a_finding_that_is_not_unknown_leaves_no_gap() -> None:
    of = result(
        case(evidence_time=known(utc("2026-11-20"))), findings=(finding("a", "device:x", State.CLEAR, missing=(("x", missing()),)),)
    )

    assert gaps_of(of) == ()


def test_nothing_is_asked_for_boxes_that_are_not_concerned() -> None:
    cloud, box = manager("cloud"), device("ftd-1")
    link = tunnel(cloud, box)
    wanted = [
        finding("a", subject, State.UNKNOWN, missing=(("x", missing()),)) for subject in (cloud.key, box.key, link.key, "device:other")
    ]
    plans = plan(
        managers=(box_plan(cloud.key, "cloud", Situation.NOT_APPLICABLE),), devices=(box_plan(box.key, "ftd-1", Situation.HEALTHY),)
    )

    gaps = gaps_of(
        result(case(managers=[cloud], devices=[box], tunnels=[link], evidence_time=known(utc("2026-11-20"))), plans, findings=tuple(wanted))
    )

    assert [gap.wanted_by for gap in gaps] == [("a: ftd-1", "a: other")]


def test_commands_are_copied_together_up_to_one_that_asks_or_shows_something() -> None:
    commands = (
        Command(words("cd", "/tmp")),
        Command(words("generate_certs.pl"), answers=("yes",)),
        Command(words("ls")),
        Command(words("cat", "a b")),
    )

    (view,) = step_views((step(commands=commands),), "device-x")

    assert [(block.text, block.answers) for block in view.blocks] == [("cd /tmp\ngenerate_certs.pl", ("yes",)), ("ls\ncat 'a b'", ())]
    assert (view.number, view.anchor) == ("1", "device-x-step-1")


def test_a_value_that_stands_in_several_commands_is_listed_once_with_all_its_evidence() -> None:
    one, two = at("a"), at("b")
    commands = tuple(
        Command((Word(("cat",)), Word((Argument(ArgumentKind.PATH, "/etc/sf/x", (evidence,)),)))) for evidence in (one, two, one)
    )

    (view,) = step_views((step(commands=commands),), "x")

    assert [(value.value, value.evidence) for value in view.values] == [("/etc/sf/x", (one, two))]


def test_a_step_knows_what_a_step_before_it_has_told() -> None:
    def of(*evidence: Evidence, **given: Any) -> Step:
        return step(commands=(Command((Word(("cat",)), Word((Argument(ArgumentKind.PATH, "/etc/sf/x", evidence),)))),), **given)

    one, two = at("a"), at("b")
    views = step_views(
        (
            of(one, undo_note="Put it back.", place=Place.FTD_EXPERT),
            of(one, undo_note="Nothing.", place=Place.FMC_EXPERT),
            of(two, undo_note="Put it back.", place=Place.FTD_EXPERT),
        ),
        "x",
    )

    assert [view.place_known for view in views] == [False, False, True]
    assert [view.undo_shown and view.undo_shown.number for view in views] == [None, None, "1"]
    assert [len(view.new_values) for view in views] == [1, 0, 1], "the same value of other evidence is told"


def test_a_value_in_a_redirection_is_listed_too() -> None:
    path = Word((Argument(ArgumentKind.PATH, "/var/sf/peers/x/cacert.pem", (at(),)),))

    (view,) = step_views((step(commands=(Command((), output_to=path),)),), "x")

    assert [value.value for value in view.values] == ["/var/sf/peers/x/cacert.pem"]
    assert view.blocks[0].text == "> /var/sf/peers/x/cacert.pem"


def test_bars_lie_in_proportion_and_take_the_tone_of_their_end() -> None:
    old = certificate_in_case(certificate(not_before="2016-01-01", not_after="2026-01-01"), CertificateRole.DEVICE_LEAF, label="old")
    new = certificate_in_case(internal_ca(not_before="2026-01-01", not_after="2036-01-01"), CertificateRole.INTERNAL_CA, label="new")
    talos = certificate_in_case(certificate("talos"), label="not the tunnel's")

    line = timeline_of(result(case(certificates=[old, new, talos], evidence_time=known(utc("2026-11-20")))))

    assert line is not None
    assert [(bar.label, bar.begin, bar.end, bar.tone) for bar in line.bars] == [
        ("InternalCA of cdb123c8-4347-1…", 500, 1000, Tone.GOOD),
        ("192.0.2.11", 0, 500, Tone.CRITICAL),
    ]
    assert line.today == 545
    assert line.evidence == 544
    assert [mark.text for mark in line.years] == ["2017", "2020", "2023", "2026", "2029", "2032", "2035"]


def test_a_bar_bears_the_name_of_the_box_whose_address_its_certificate_bears() -> None:
    fmc, ftd = manager("fmc-1", address=known("192.0.2.10")), device("ftd-nice", address=known("192.0.2.11"))
    kept = certificate_in_case(certificate("192.0.2.11"), CertificateRole.DEVICE_LEAF, owner=fmc.key)
    ca = certificate_in_case(internal_ca(), CertificateRole.INTERNAL_CA, owner=fmc.key)

    line = timeline_of(result(case(managers=[fmc], devices=[ftd], certificates=[kept, ca])))

    assert line is not None
    assert [bar.label for bar in line.bars] == ["InternalCA of fmc-1", "ftd-nice"]


def test_the_time_line_leaves_out_what_would_not_be_readable_and_says_how_many() -> None:
    many = [certificate_in_case(certificate(f"c{n}", serial=n), CertificateRole.DEVICE_LEAF, label=f"c{n}") for n in range(MAX_BARS + 2)]

    line = timeline_of(result(case(certificates=many)))

    assert line is not None
    assert len(line.bars) == MAX_BARS
    assert line.left_out == 2
    assert timeline_of(result()) is None


def test_a_certificate_reads_as_openssl_prints_it() -> None:
    ca = 'title = InternalCA, OU = Intrusion Management System, CN = cdb123c8-4347-11ef-aca1-f3aa241412a1, O = "Cisco Systems, Inc"'

    text = decoded(internal_ca(not_before="2024-10-14T14:23:28", not_after="2034-10-12T14:23:28"))

    assert text.splitlines()[:10] == [
        "Certificate:",
        "    Data:",
        "        Version: 1 (0x0)",
        "        Serial Number: 0 (0x0)",
        "        Signature Algorithm: sha256WithRSAEncryption",
        f"        Issuer: {ca}",
        "        Validity",
        "            Not Before: Oct 14 14:23:28 2024 GMT",
        "            Not After : Oct 12 14:23:28 2034 GMT",
        f"        Subject: {ca}",
    ]
    assert "Basic Constraints" not in text
    basic = Extension("X509v3 Basic Constraints", True, "CA:TRUE, pathlen:0")
    assert decoded(replace(internal_ca(), extensions=(basic,))).splitlines()[-5:-2] == [
        "        X509v3 extensions:",
        "            X509v3 Basic Constraints: critical",
        "                CA:TRUE, pathlen:0",
    ]


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        (labels.SITUATIONS, plan_model.Situation),
        (labels.TUNNEL_STATES, case_model.TunnelState),
        (labels.PLACES, plan_model.Place),
        (labels.RISKS, plan_model.Risk),
        (labels.STATES, finding_model.State),
        (labels.SEVERITIES, finding_model.Severity),
        (labels.ISSUERS, case_model.IssuedBy),
        (labels.ROLES, case_model.CertificateRole),
        (labels.ATTEMPTS, log.AttemptOutcome),
        (labels.SIDES, log.Side),
        (labels.CONNECTIONS, capture.ConnectionOutcome),
        (labels.ARGUMENTS, plan_model.ArgumentKind),
        (labels.DAMAGES, member.DamageKind),
        (labels.SUBJECTS, finding_model.SubjectKind),
        (labels.SIGNS, labels.Tone),
    ],
)
def test_every_value_has_words(table: dict[Enum, object], kind: type[Enum]) -> None:
    assert set(table) == set(kind)


CANARY = "MIIEvCANARYQIBADANBgkq"


def test_a_private_key_that_slipped_through_reaches_no_rendering() -> None:
    slipped = at("x", text=f"-----BEGIN PRIVATE KEY-----{CANARY}")
    of = result(
        case(managers=[manager(name=known(f"-----BEGIN RSA PRIVATE KEY----- {CANARY}", slipped))]),
        findings=(finding("r", "manager:fmc-1", State.AFFECTED, primary=slipped),),
    )

    for text in (render_html(of), render_json(of), render_terminal(of)):
        assert CANARY not in text
    assert "withheld: a private key" in render_html(of)


def test_findings_of_one_kind_stand_in_the_order_of_their_names() -> None:
    from analyzer.report.findings import natural

    assert sorted(["ftd-10", "ftd-9", "FTD-1", "ftd-100"], key=natural) == ["FTD-1", "ftd-9", "ftd-10", "ftd-100"]
