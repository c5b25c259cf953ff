"""The state of a tunnel."""

from __future__ import annotations

import pytest

from analyzer.join.states import FROM_LOG, NO_TIME, tell
from analyzer.model.answer import Known, Missing
from analyzer.model.capture import ConnectionOutcome
from analyzer.model.case import TunnelState
from analyzer.model.log import AttemptOutcome
from tests.builders.cases import utc
from tests.join.builders_facts import attempt, connection, peer_status


@pytest.mark.parametrize(
    ("control", "event", "state"),
    [
        (True, True, TunnelState.CONNECTED),
        (True, False, TunnelState.DEGRADED),
        (False, True, TunnelState.DEGRADED),
        (False, False, TunnelState.DOWN),
    ],
)
def test_the_two_channels_decide(control: bool, event: bool, state: TunnelState) -> None:
    told = tell([peer_status(control=control, event=event, taken=utc("2026-11-01"))], [], [])

    assert isinstance(told.state, Known)
    assert told.state.value is state


def test_a_completed_registration_is_not_a_connection() -> None:
    told = tell([peer_status(registration="Completed", taken=utc("2026-11-01"))], [], [])

    assert isinstance(told.state, Missing)
    assert "sftunnel_status.pl" in told.state.obtain


def test_down_since_the_last_disconnect_that_the_output_names() -> None:
    status = peer_status(control=False, event=False, last_disconnect=utc("2026-10-30"), taken=utc("2026-11-01"))

    told = tell([status], [], [])

    assert isinstance(told.since, Known)
    assert told.since.value == utc("2026-10-30")


def test_a_later_failure_in_the_log_outweighs_an_older_status() -> None:
    status = peer_status(control=True, event=True, taken=utc("2026-11-01"))
    failed = attempt(AttemptOutcome.HANDSHAKE_FAILED, utc("2026-11-02"))

    told = tell([status], [failed], [])

    assert isinstance(told.state, Known)
    assert told.state.value is TunnelState.DOWN
    assert told.state.assumed == FROM_LOG


def test_a_later_status_outweighs_an_older_failure() -> None:
    status = peer_status(control=True, event=True, taken=utc("2026-11-02"))
    failed = attempt(AttemptOutcome.HANDSHAKE_FAILED, utc("2026-11-01"))

    told = tell([status], [failed], [])

    assert isinstance(told.state, Known)
    assert told.state.value is TunnelState.CONNECTED
    assert told.last_success == utc("2026-11-02")


def test_a_status_without_a_time_is_believed_and_says_so() -> None:
    told = tell([peer_status(control=True, event=True)], [attempt(AttemptOutcome.HANDSHAKE_FAILED, utc("2026-11-01"))], [])

    assert isinstance(told.state, Known)
    assert told.state.value is TunnelState.CONNECTED
    assert told.state.assumed == NO_TIME


def test_down_since_the_first_failure_after_the_last_success() -> None:
    log = [
        attempt(AttemptOutcome.ESTABLISHED, utc("2026-11-01")),
        attempt(AttemptOutcome.HANDSHAKE_FAILED, utc("2026-11-02")),
        attempt(AttemptOutcome.HANDSHAKE_FAILED, utc("2026-11-03")),
    ]

    told = tell([], log, [])

    assert isinstance(told.since, Known)
    assert told.since.value == utc("2026-11-02")


def test_a_capture_alone_tells_the_state_of_its_moment() -> None:
    told = tell([], [], [connection(ConnectionOutcome.NO_ANSWER), connection(ConnectionOutcome.COMPLETED, when="2026-11-02")])

    assert isinstance(told.state, Known)
    assert told.state.value is TunnelState.CONNECTED


def test_an_unfinished_capture_tells_nothing() -> None:
    assert isinstance(tell([], [], [connection(ConnectionOutcome.INCOMPLETE)]).state, Missing)
