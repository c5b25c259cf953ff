"""Observations become sentences, and what speaks against a tunnel keeps an all-clear away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from analyzer.identify.sorted_facts import SortedFacts
from analyzer.join.observations import MOST_OF_A_KIND, observed
from analyzer.model.case import Notice
from analyzer.model.certificate import CertificateDates, ChainVerdict
from analyzer.model.facts import Fact
from analyzer.model.location import Evidence, Location
from analyzer.model.observed import (
    ApplianceRecord,
    DeniedConnection,
    DoneByHand,
    HandAction,
    HealthHint,
    HintKind,
    PortProbe,
    Reached,
    RecordSource,
)
from analyzer.model.outputs import ReachabilityNote
from analyzer.model.passage import Passage, Shell

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def at(line: int = 1) -> Evidence:
    return Evidence(Location("notes.txt", line=line), "a line")


def said(*facts: Fact) -> Sequence[Notice]:
    return observed(SortedFacts(facts), (), (), (), NOW)


def prompt(host: str, line: int, session: int = 0) -> Passage:
    return Passage(at(line), host=host, shell=Shell.EXPERT if host else Shell.CLISH, session=session)


@pytest.mark.parametrize("outcome", list(Reached))
def test_a_probe_names_who_tried_and_whom(outcome: Reached) -> None:
    (notice,) = said(prompt("ftd-9", 1), PortProbe("203.0.113.9", 8305, outcome, "nc", at(2)))

    assert "ftd-9" in notice.text
    assert "203.0.113.9" in notice.text
    assert notice.doubts is (outcome is not Reached.CONNECTED)


def test_a_prompt_without_a_host_goes_on_with_the_one_above_in_its_session() -> None:
    probe = PortProbe("203.0.113.9", 8305, Reached.REFUSED, "nc", at(6))

    assert "ftd-9" in said(prompt("ftd-9", 1), prompt("", 5), probe)[0].text
    assert "notes.txt" in said(prompt("ftd-9", 1), prompt("", 5, session=1), probe)[0].text


def test_the_same_denial_many_times_is_one_sentence() -> None:
    denials = [DeniedConnection("192.0.2.9", "203.0.113.9", 8305, "fw-9", "106023", "in", None, at(line)) for line in range(1, 500)]

    (notice,) = said(*denials)

    assert "499 lines" in notice.text
    assert "fw-9" in notice.text
    assert notice.doubts


@pytest.mark.parametrize("kind", list(HintKind))
def test_a_hint_is_said_and_doubts_unless_it_is_good(kind: HintKind) -> None:
    (notice,) = said(HealthHint(kind, "ftd-9", "fmc-9", 12, NOW, at()))

    assert notice.doubts is (kind is not HintKind.RECONNECTED)
    assert "fmc-9" in notice.text


def test_an_alert_that_was_cleared_later_doubts_nothing() -> None:
    raised = HealthHint(HintKind.NO_HEARTBEAT, "ftd-9", "fmc-9", None, datetime(2026, 11, 20, tzinfo=UTC), at(1))
    cleared = HealthHint(HintKind.RECONNECTED, "FTD-9", "fmc-9", None, datetime(2026, 11, 21, tzinfo=UTC), at(2))

    assert not any(notice.doubts for notice in said(raised, cleared))
    assert any(notice.doubts for notice in said(raised))


def record(name: str, connected: bool | None) -> ApplianceRecord:
    return ApplianceRecord(RecordSource.API, name, "", "", "", "", "", connected, "", "", False, at())


def test_records_that_are_not_connected_doubt_and_the_others_are_one_sentence() -> None:
    notices = said(record("ftd-1", connected=False), *(record(f"ftd-{n}", connected=True) for n in range(2, 60)), record("ftd-x", None))

    assert [notice.doubts for notice in notices] == [True, False]
    assert "ftd-1" in notices[0].text


def test_a_restart_asks_for_the_end_of_the_ca() -> None:
    (notice,) = said(prompt("fmc-9", 1), DoneByHand(HandAction.RESTARTED_CHANNEL, "", True, at(2)))

    assert "fmc-9" in notice.text
    assert "InternalCA" in notice.text
    assert notice.doubts


def test_a_bad_chain_is_said_and_a_good_one_is_not() -> None:
    bad = ChainVerdict(7, "certificate signature failure", 0, "", "/var/sf/peers/x/sftunnel-cert.pem", "", "", at())
    good = ChainVerdict(0, "OK", None, "", "/var/sf/peers/x/sftunnel-cert.pem", "", "", at())

    assert len(said(bad)) == 1
    assert not any("error" in notice.text for notice in said(good))


@pytest.mark.parametrize(
    ("path", "subject", "told"), [("", "", 1), ("cacert.pem", "", 1), ("/etc/ssl/server.crt", "", 0), ("", "/CN=x", 0)]
)
def test_an_end_of_nobody_is_said(path: str, subject: str, told: int) -> None:
    dates = CertificateDates(None, datetime(2026, 9, 1, tzinfo=UTC), None, path, at(), subject=subject)

    assert len(said(dates)) == told


def test_sockets_of_nobody_are_counted() -> None:
    notes = [ReachabilityNote("LISTEN", "x:8305", "0.0.0.0:*", at(1))]
    notes += [ReachabilityNote("ESTABLISHED", "x:8305", f"y:{port}", at(port)) for port in range(2, 5)]

    (notice,) = said(*notes)

    assert "3 TCP connections" in notice.text
    assert not notice.doubts


def test_many_of_a_kind_are_counted() -> None:
    notices = said(*(PortProbe(f"192.0.2.{n}", 8305, Reached.REFUSED, "nc", at(n)) for n in range(1, 200)))

    assert len(notices) == MOST_OF_A_KIND + 1
    assert notices[-1].doubts
