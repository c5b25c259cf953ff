"""Why a tunnel failed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analyzer.join.failures import newest, of_attempt, of_connection
from analyzer.model.capture import ConnectionOutcome, Sender
from analyzer.model.case import FailureReason
from analyzer.model.log import AttemptOutcome, LogEvent, LogKind, Side
from tests.builders.cases import utc
from tests.join.builders_facts import alert, attempt, connection, here

FAILED = AttemptOutcome.HANDSHAKE_FAILED


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (7, FailureReason.SIGNATURE),
        (9, FailureReason.NOT_YET_VALID),
        (10, FailureReason.EXPIRED),
        (19, FailureReason.UNTRUSTED),
        (20, FailureReason.UNTRUSTED),
        (23, FailureReason.REVOKED),
        (26, FailureReason.PURPOSE),
        (68, FailureReason.WEAK),
        (99, FailureReason.OTHER),
    ],
)
def test_a_verify_code_is_the_verdict_of_the_side_that_wrote_it(code: int, reason: FailureReason) -> None:
    seen = of_attempt(attempt(FAILED, verify_code=code, verify_text="words"))

    assert seen is not None
    assert (seen.failure.reason, seen.failure.seen_by, seen.failure.verify_code) == (reason, "device", code)


def test_an_alert_in_a_log_is_the_objection_of_the_other_end() -> None:
    seen = of_attempt(attempt(FAILED, side=Side.MANAGER, alert=45))

    assert seen is not None
    assert (seen.failure.reason, seen.failure.seen_by, seen.failure.alert) == (FailureReason.EXPIRED, "device", 45)


def test_an_attempt_that_succeeded_is_no_failure() -> None:
    assert of_attempt(attempt(AttemptOutcome.ESTABLISHED)) is None


def test_a_plain_alert_in_a_capture_names_who_raised_it_whichever_end_listens() -> None:
    refused = connection(ConnectionOutcome.HANDSHAKE_REFUSED, alerts=(alert(Sender.CLIENT, 45),), refused_by=Sender.CLIENT)

    listening_manager = of_connection(refused, manager_serves=True)
    dialling_manager = of_connection(refused, manager_serves=False)

    assert listening_manager is not None
    assert dialling_manager is not None
    assert listening_manager.failure.seen_by == "device"
    assert dialling_manager.failure.seen_by == "manager"


def test_an_encrypted_refusal_is_told_without_its_number() -> None:
    refused = connection(ConnectionOutcome.HANDSHAKE_REFUSED, refused_by=Sender.SERVER, refusal_inferred=True, tls_version="TLSv1.3")

    seen = of_connection(refused, manager_serves=True)

    assert seen is not None
    assert (seen.failure.reason, seen.failure.alert) == (FailureReason.CLIENT_REFUSED_HIDDEN, None)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [(ConnectionOutcome.NO_ANSWER, FailureReason.NOT_REACHED), (ConnectionOutcome.REFUSED, FailureReason.REFUSED)],
)
@pytest.mark.parametrize(("manager_serves", "answering"), [(True, "manager"), (False, "device")])
def test_tcp_failures_have_their_own_reasons_and_a_reset_its_sender(
    outcome: ConnectionOutcome, reason: FailureReason, manager_serves: bool, answering: str
) -> None:
    seen = of_connection(connection(outcome), manager_serves=manager_serves)

    assert seen is not None
    assert (seen.failure.reason, seen.failure.seen_by) == (reason, answering if reason is FailureReason.REFUSED else "")


@pytest.mark.parametrize(("number", "reason"), [(199, FailureReason.NO_CERTIFICATE), (279, FailureReason.PROTOCOL)])
def test_a_reason_of_openssl_is_kept_by_its_number(number: int, reason: FailureReason) -> None:
    line = LogEvent(LogKind.SSL_ERROR, None, "", "", "", None, None, "ERROR", "", here("messages", line=7), reason=number)
    seen = of_attempt(attempt(FAILED, events=(line,)))

    assert seen is not None
    assert (seen.failure.reason, seen.failure.openssl_reason) == (reason, number)


def test_a_success_undoes_the_failures_before_it() -> None:
    seen = of_attempt(attempt(FAILED, utc("2026-11-01"), verify_code=10))
    assert seen is not None

    assert newest([seen], utc("2026-11-02")) is None
    assert newest([seen], utc("2026-10-31")) is seen


def test_of_one_incident_the_attempt_that_tells_most_is_spoken_of() -> None:
    telling = of_attempt(attempt(FAILED, utc("2026-11-01T10:00:00"), verify_code=10))
    later = of_attempt(attempt(FAILED, utc("2026-11-01T10:05:00")))
    assert telling is not None
    assert later is not None

    assert newest([telling, later], None) is telling


def test_a_device_whose_clock_is_behind_still_has_the_last_word() -> None:
    """It logged the same attempt as the manager, who only heard an alert that stands for anything."""
    said = of_attempt(attempt(FAILED, utc("2026-11-17T10:00:00"), verify_code=9, side=Side.DEVICE))
    heard = of_attempt(attempt(FAILED, utc("2026-11-22T10:00:00"), alert=42, side=Side.MANAGER))
    assert said is not None
    assert heard is not None

    assert newest([said, heard], None) is heard
    assert newest([said, heard], None, timedelta(days=5)) is said


def test_a_clock_at_the_end_of_the_calendar_is_put_right_by_nothing() -> None:
    said = of_attempt(attempt(FAILED, utc("9999-12-31"), verify_code=9, side=Side.DEVICE))
    assert said is not None

    assert newest([said], utc("2026-11-01"), timedelta(days=5)) is said
