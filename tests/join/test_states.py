"""The state of a tunnel."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace

from analyzer.join.states import FROM_LOG, NO_TIME, Witnesses, derive_state, known_registration, rpc_failed
from analyzer.model.answer import Age, Conflicting, Known, Missing
from analyzer.model.capture import ConnectionOutcome
from analyzer.model.case import TunnelState
from analyzer.model.log import AttemptOutcome, ConnectionAttempt
from analyzer.model.outputs import PeerStatus
from tests.builders.cases import utc
from tests.join.builders_facts import attempt, connection, here, peer_status


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
    told = derive_state([peer_status(control=control, event=event, taken=utc("2026-11-01"))], [], [])

    assert isinstance(told.state, Known)
    assert told.state.value is state


def test_a_completed_registration_is_not_a_connection() -> None:
    told = derive_state([peer_status(registration="Completed", taken=utc("2026-11-01"))], [], [])

    assert isinstance(told.state, Missing)
    assert "sftunnel_status.pl" in told.state.obtain


def test_down_since_the_last_disconnect_that_the_output_names() -> None:
    status = peer_status(control=False, event=False, last_disconnect=utc("2026-10-30"), taken=utc("2026-11-01"))

    told = derive_state([status], [], [])

    assert isinstance(told.since, Known)
    assert told.since.value == utc("2026-10-30")


def test_a_later_failure_in_the_log_outweighs_an_older_status() -> None:
    status = peer_status(control=True, event=True, taken=utc("2026-11-01"))
    failed = attempt(AttemptOutcome.HANDSHAKE_FAILED, utc("2026-11-02"))

    told = derive_state([status], [failed], [])

    assert isinstance(told.state, Known)
    assert told.state.value is TunnelState.DOWN
    assert told.state.assumed == FROM_LOG


def test_a_later_status_outweighs_an_older_failure() -> None:
    status = peer_status(control=True, event=True, taken=utc("2026-11-02"))
    failed = attempt(AttemptOutcome.HANDSHAKE_FAILED, utc("2026-11-01"))

    told = derive_state([status], [failed], [])

    assert isinstance(told.state, Known)
    assert told.state.value is TunnelState.CONNECTED
    assert told.last_success == utc("2026-11-02")


def test_a_status_without_a_time_is_believed_and_says_so() -> None:
    told = derive_state([peer_status(control=True, event=True)], [attempt(AttemptOutcome.HANDSHAKE_FAILED, utc("2026-11-01"))], [])

    assert isinstance(told.state, Known)
    assert told.state.value is TunnelState.CONNECTED
    assert told.state.assumed == NO_TIME


def test_down_since_the_first_failure_after_the_last_success() -> None:
    log = [
        attempt(AttemptOutcome.ESTABLISHED, utc("2026-11-01")),
        attempt(AttemptOutcome.HANDSHAKE_FAILED, utc("2026-11-02")),
        attempt(AttemptOutcome.HANDSHAKE_FAILED, utc("2026-11-03")),
    ]

    told = derive_state([], log, [])

    assert isinstance(told.since, Known)
    assert told.since.value == utc("2026-11-02")


def test_a_capture_alone_tells_the_state_of_its_moment() -> None:
    told = derive_state([], [], [connection(ConnectionOutcome.NO_ANSWER), connection(ConnectionOutcome.COMPLETED, when="2026-11-02")])

    assert isinstance(told.state, Known)
    assert told.state.value is TunnelState.CONNECTED


def test_an_unfinished_capture_tells_nothing() -> None:
    assert isinstance(derive_state([], [], [connection(ConnectionOutcome.INCOMPLETE)]).state, Missing)


def named(status: PeerStatus) -> str:
    return status.evidence.location.artifact


def bounded(**days: str) -> Witnesses:
    """Witnesses whose files have these times: the name of the file without ``.txt``."""
    times = {f"{name}.txt": utc(day) for name, day in days.items()}
    return Witnesses(named, lambda evidence: Age(times.get(evidence.location.artifact)))


def output(file: str, up: bool, taken: str = "", line: int = 1, **fields: Any) -> PeerStatus:
    return peer_status(here(file, line=line), control=up, event=up, taken=utc(taken) if taken else None, **fields)


def state_of(*statuses: PeerStatus, log: tuple[ConnectionAttempt, ...] = (), **days: str) -> str:
    """The state, or the states that contradict each other."""
    told = [derive_state(order, log, [], bounded(**days)).state for order in permutations(statuses)]
    assert len({type(one) for one in told}) == 1, "the order of the files decides"
    answer = told[0]
    if isinstance(answer, Conflicting):
        assert all(isinstance(one, Conflicting) and one.claims[0].value is TunnelState.CONNECTED for one in told)
        return "conflict"
    assert isinstance(answer, Known)
    return str(answer.value)


OLD, NEW = "2026-09-01", "2026-11-22"

TABLE = [
    pytest.param((output("a.txt", False), output("b.txt", True, NEW)), {"a": OLD}, "connected", id="an old file says down, newer says up"),
    pytest.param((output("a.txt", True), output("b.txt", False, NEW)), {"a": OLD}, "down", id="an old file says up, newer says down"),
    pytest.param((output("a.txt", False), output("b.txt", True, NEW)), {}, "conflict", id="nothing dates the one that says down"),
    pytest.param((output("a.txt", True), output("b.txt", False, NEW)), {}, "conflict", id="nothing dates the one that says up"),
    pytest.param((output("a.txt", False), output("b.txt", True)), {"a": OLD, "b": NEW}, "conflict", id="bounds alone order nothing"),
    pytest.param(
        (output("a.txt", True), output("b.txt", False, last_disconnect=utc("2026-11-20"))),
        {"a": "2026-10-02"},
        "down",
        id="it fell after the other file was written",
    ),
    pytest.param((output("a.txt", True, line=3), output("a.txt", False, line=90)), {}, "down", id="the later of one terminal text"),
    pytest.param((output("a.txt", False, line=3), output("a.txt", True, line=90)), {}, "connected", id="and the other way round"),
    pytest.param((output("a.txt", True), output("b.txt", True, OLD)), {}, "connected", id="both say up"),
]


@pytest.mark.parametrize(("statuses", "days", "state"), TABLE)
def test_outputs_with_and_without_times(statuses: tuple[PeerStatus, ...], days: dict[str, str], state: str) -> None:
    assert state_of(*statuses, **days) == state


@pytest.mark.parametrize(("minutes", "state"), [(2, "conflict"), (9, "conflict"), (11, "down"), (600, "down")])
def test_two_ends_that_disagree_within_minutes_contradict_each_other(minutes: int, state: str) -> None:
    now = utc("2026-11-22")
    device = output("ftd.txt", True, connected_since=utc("2026-08-01"))
    device = replace(device, taken=now - timedelta(minutes=minutes))
    manager = output("fmc.txt", False, NEW, last_disconnect=utc("2026-11-21"))

    assert state_of(device, replace(manager, taken=now)) == state


def test_a_change_that_the_newer_one_tells_of_is_no_contradiction() -> None:
    now = utc("2026-11-22")
    device = replace(output("ftd.txt", True), taken=now - timedelta(minutes=5))
    manager = replace(output("fmc.txt", False), taken=now, last_disconnect=now - timedelta(minutes=2))

    assert state_of(device, manager) == "down"


def test_two_outputs_of_one_speaker_follow_each_other() -> None:
    now = utc("2026-11-22")
    first = replace(output("fmc.txt", True, line=1), taken=now - timedelta(minutes=2))

    assert state_of(first, replace(output("fmc.txt", False, line=50), taken=now, last_disconnect=utc("2026-11-01"))) == "down"


def test_a_success_in_the_log_stands_against_an_undated_output_that_says_down() -> None:
    up = attempt(AttemptOutcome.ESTABLISHED, utc("2026-11-20"))

    assert state_of(output("a.txt", False), log=(up,)) == "conflict"


def test_a_contradiction_tells_no_moment_and_names_both() -> None:
    told = derive_state([output("a.txt", False), output("b.txt", True, NEW)], [], [], bounded())

    assert isinstance(told.state, Conflicting)
    assert "a.txt says down" in told.state.why
    assert "sftunnel-status" in told.state.obtain
    assert isinstance(told.since, Missing)
    assert isinstance(rpc_failed([], told), Missing)


@pytest.mark.parametrize(
    ("received", "taken", "beside", "silent"),
    [
        ("2026-11-20 01:30", "2026-11-20 01:30", None, False),
        ("2026-11-20 01:30", "2026-11-20 01:39", None, False),
        ("2026-11-20 01:30", "2026-11-20 01:41", None, True),
        ("2026-11-20 01:30", "2026-11-20 01:30", "2026-11-20 01:31", False),
        ("2026-11-20 01:30", "2026-11-20 01:30", "2026-11-22 21:30", True),
    ],
)
def test_channels_over_which_no_heartbeat_arrives_prove_no_tunnel(received: str, taken: str, beside: str | None, silent: bool) -> None:
    status = peer_status(control=True, event=True, heartbeat_received=utc(received), taken=utc(taken))
    age = Age(utc(beside), stated=True) if beside else Age(utc("2027-01-01"))

    told = derive_state([status], [], [], Witnesses(age=lambda _evidence: age))

    assert isinstance(told.state, Conflicting) is silent
    if isinstance(told.state, Conflicting):
        assert [claim.value for claim in told.state.claims] == [TunnelState.CONNECTED, TunnelState.DOWN]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([("Completed", 1), ("Pending", 2)], "Pending"),
        ([("Pending", 2), ("Completed", 1)], "Pending"),
        ([("Pending", 1), ("Completed", 2)], "Completed"),
        ([("Pending", 1), ("Completed", 1)], "Pending"),
        ([("Completed", 1), ("COMPLETED", 2)], "Completed"),
    ],
)
def test_a_registration_that_is_not_completed_counts_until_a_newer_output_completes_it(words: list[tuple[str, int]], told: str) -> None:
    statuses = [peer_status(registration=word, taken=utc(f"2026-11-0{day}")) for word, day in words]

    found = known_registration(statuses)

    assert found is not None
    assert found.registration == told
