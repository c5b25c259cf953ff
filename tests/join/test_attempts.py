"""Connection attempts: which lines belong together, how it ended, who wrote it, and which line says why."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.join.attempts import MAX_EVENTS, attempts
from analyzer.model.location import Location
from analyzer.model.log import AttemptOutcome, ConnectionAttempt, LogEvent, LogKind, Side
from analyzer.read import logs
from analyzer.read.context import ReadContext
from analyzer.read.text import read_text

O = AttemptOutcome  # noqa: E741 - a table of outcomes reads better with one letter
DN = "/title=InternalCA/OU=Intrusion Management System/CN=cdb123c8-4347-11ef-aca1-f3aa241412a1/O=Cisco Systems, Inc"

DIAL = ["Initiating IPv4 connection to 192.0.2.7:8305/tcp", "Wait to connect to 8305 (IPv4): 192.0.2.7"]
TCP = ["Connected to 192.0.2.7 from resolved_ips_list (port 8305) (IPv4)"]
REJECT = [
    "-Error with certificate at depth: 1",
    f"issuer = {DN}",
    f"subject = {DN}",
    "err 10:certificate has expired",
    "SSL_renegotiate error: 1: error:0A000086:SSL routines::certificate verify failed",
    "Connect:SSL handshake failed",
    "SSL Verification status: certificate has expired",
]
FMC = [
    "VERIFY ssl_verify_callback_initial ok!",
    "SSL_renegotiate error: 1: error:0A000415:SSL routines::sslv3 alert certificate expired",
    "establishConnectionUtil: SSL handshake failed",
    "establishConnectionUtil: SSL Verification status: ok",
    "establishConnectionUtil: SSL connection with 192.0.2.9 not established",
    "establishConnectionUtil: Failed to connect to peer 192.0.2.9",
    "establishSSLConnection: Unable to connect with both threads:",
    "establishSSLConnection: ret_accept status : failed",
    "establishSSLConnection: iret_connect status: failed",
    "establishSSLConnection: Failed to establish an SSL connection",
]
SUCCESS = ["Established connection to sftunnel for peer 192.0.2.7"]


def log(*messages: str, at: str = "04:10:47", tid: int = 7, host: str = "ftd") -> list[str]:
    """Lines of one thread in one second of 20 September."""
    return [f"Sep 20 {at} {host} SF-IMS[50]: [{tid}] sftunnel:sf_ssl [INFO] {message}" for message in messages]


def events(lines: list[str], name: str = "messages") -> list[LogEvent]:
    text = read_text(["\n".join(lines).encode()], Location("ftd.tar", name), name, datetime(2026, 9, 21, tzinfo=UTC))
    return list(logs.read(text, ReadContext(as_of=datetime(2026, 11, 23, tzinfo=UTC))))


def join(found: list[LogEvent], **options: Callable[[LogEvent], Side]) -> tuple[ConnectionAttempt, ...]:
    return attempts(found, lambda event: event.evidence.location.artifact, **options)


def one(*messages: str) -> ConnectionAttempt:
    [attempt] = join(events(log(*messages)))
    return attempt


def test_a_refusal_seen_by_the_dialling_device() -> None:
    attempt = one(*DIAL, *TCP, *REJECT)

    assert (attempt.outcome, attempt.side, attempt.peer) == (O.HANDSHAKE_FAILED, Side.DEVICE, "192.0.2.7")
    assert (attempt.verify_code, attempt.verify_text, attempt.alert) == (10, "certificate has expired", None)
    assert (attempt.failing_subject, attempt.failing_issuer, attempt.blames_root) == (DN, DN, True)
    assert attempt.decisive.text.endswith("err 10:certificate has expired")
    assert attempt.decisive.location.line == 7
    assert attempt.started == attempt.ended == datetime(2026, 9, 20, 4, 10, 47, tzinfo=UTC)
    assert (attempt.source, attempt.host, len(attempt.events)) == ("ftd.tar", "ftd", 10)


def test_the_same_refusal_seen_by_the_manager() -> None:
    attempt = one(*FMC)

    assert (attempt.outcome, attempt.side, attempt.peer) == (O.HANDSHAKE_FAILED, Side.MANAGER, "192.0.2.9")
    assert (attempt.verify_code, attempt.alert, attempt.failing_subject) == (None, 45, "")
    assert attempt.decisive.text.endswith("sslv3 alert certificate expired")


@pytest.mark.parametrize(
    ("messages", "outcome"),
    [
        ([*DIAL, *TCP, *REJECT], O.HANDSHAKE_FAILED),
        ([*DIAL, *TCP, *SUCCESS], O.ESTABLISHED),
        ([*DIAL, *TCP, FMC[0], *SUCCESS], O.ESTABLISHED),
        ([*DIAL, "Unable to connect to 192.0.2.7 (port 8305): Connection refused"], O.TCP_FAILED),
        (FMC[6:], O.TCP_FAILED),
        ([*TCP, *FMC[6:]], O.HANDSHAKE_FAILED),
        (FMC[2:6], O.HANDSHAKE_FAILED),
        (["err 68:CA signature digest algorithm too weak"], O.HANDSHAKE_FAILED),
        (["SSL Verification status: certificate has expired"], O.HANDSHAKE_FAILED),
        (DIAL, O.UNKNOWN),
        ([*DIAL, *TCP], O.UNKNOWN),
        (FMC[:1], O.UNKNOWN),
    ],
)
def test_how_an_attempt_ended(messages: list[str], outcome: AttemptOutcome) -> None:
    assert one(*messages).outcome is outcome


def test_dialling_again_without_an_answer_means_that_the_first_try_failed() -> None:
    first, second = join(events(log(*DIAL) + log(*DIAL, at="04:11:31")))

    assert (first.outcome, second.outcome) == (O.TCP_FAILED, O.UNKNOWN)


def test_the_line_that_decides_an_established_attempt_is_the_success() -> None:
    assert one(*DIAL, *TCP, *SUCCESS).decisive.location.line == 4


@pytest.mark.parametrize(
    ("messages", "side"),
    [
        (DIAL, Side.DEVICE),
        (TCP, Side.DEVICE),
        (["Connect:SSL handshake failed"], Side.DEVICE),
        (FMC[:1], Side.MANAGER),
        (FMC[6:7], Side.MANAGER),
        ([*DIAL, *FMC], Side.UNKNOWN),
        ([*DIAL, *TCP, FMC[0], *SUCCESS], Side.DEVICE),
        (["err 10:certificate has expired"], Side.UNKNOWN),
        (SUCCESS, Side.UNKNOWN),
    ],
)
def test_the_wording_tells_the_side_or_does_not(messages: list[str], side: Side) -> None:
    assert one(*messages).side is side


def test_whoever_knows_whose_log_it_is_overrules_the_wording() -> None:
    found = events(log(*DIAL, *TCP, *REJECT))

    assert [a.side for a in join(found, side_of=lambda event: Side.MANAGER)] == [Side.MANAGER]
    assert [a.side for a in join(found, side_of=lambda event: Side.UNKNOWN)] == [Side.DEVICE]


def test_attempts_of_one_thread_are_parted_by_their_first_line() -> None:
    lines = [line for second in range(3) for line in log(*DIAL, *TCP, *REJECT, at=f"04:10:4{second}")]

    assert [len(a.events) for a in join(events(lines))] == [10, 10, 10]


def test_attempts_without_a_first_line_are_parted_by_their_end() -> None:
    assert [len(a.events) for a in join(events(log(*FMC) + log(*FMC)))] == [10, 10]


def test_silence_parts_attempts() -> None:
    lines = log("err 10:certificate has expired", at="04:10:00") + log("err 10:certificate has expired", at="04:10:31")

    assert len(join(events(lines))) == 2
    assert len(join(events(log(*DIAL, at="04:10:00") + log(*TCP, at="04:12:10")))) == 1


def test_two_channels_dialled_in_one_breath_are_one_attempt() -> None:
    assert len(one(DIAL[0], DIAL[0], *TCP, *REJECT).events) == 10


def test_threads_that_are_mixed_in_the_log_are_told_apart() -> None:
    mixed = itertools.chain(*zip(log(*DIAL, *TCP, *REJECT, tid=1), log(*FMC, tid=2), strict=True))

    assert sorted((a.side.value, len(a.events)) for a in join(events(list(mixed)))) == [("device", 10), ("manager", 10)]


def test_one_thread_number_on_two_hosts_is_two_threads() -> None:
    assert len(join(events(log(*TCP, host="a") + log(*TCP, host="b")))) == 2


@pytest.mark.parametrize("order", [1, -1])
def test_an_attempt_goes_on_in_the_rotated_file_s_successor(order: int) -> None:
    whole = log(*DIAL, *TCP, *REJECT)
    files = [events(whole[:5], "messages.1.gz"), events(whole[5:], "messages")][::order]
    [attempt] = join([*files[0], *files[1]])

    assert [event.kind for event in attempt.events][:3] == [LogKind.INITIATING, LogKind.WAITING, LogKind.TCP_CONNECTED]
    assert (len(attempt.events), attempt.verify_code, attempt.failing_subject) == (10, 10, DN)


@pytest.mark.parametrize("one_box", [True, False])
def test_the_same_log_given_twice_is_one_attempt(one_box: bool) -> None:
    lines = log(*DIAL, *TCP, *REJECT)
    found = [*events(lines), *events(lines, "copy/messages")]
    [attempt] = attempts(found, lambda event: "box" if one_box else event.evidence.location.source)

    assert len(attempt.events) == 10


def test_a_file_that_holds_part_of_what_another_holds_adds_nothing() -> None:
    lines = log(*FMC)
    [attempt] = attempts([*events(lines), *events(lines[2:], "comms.log")], lambda event: "box")

    assert len(attempt.events) == 10


def test_the_first_verdict_counts_with_its_own_certificate() -> None:
    leaf = [
        "-Error with certificate at depth: 0",
        f"issuer = {DN}",
        "subject = /CN=192.0.2.7",
        "err 21:unable to verify the first certificate",
    ]
    attempt = one(*TCP, *REJECT[:3], "err 20:unable to get local issuer certificate", *leaf, REJECT[5])

    assert (attempt.verify_code, attempt.failing_subject, attempt.blames_root) == (20, DN, True)


def test_a_leaf_is_not_a_root() -> None:
    attempt = one("-Error with certificate at depth: 0", f"issuer = {DN}", "subject = /CN=192.0.2.7", "err 10:certificate has expired")

    assert (attempt.failing_subject, attempt.failing_issuer, attempt.blames_root) == ("/CN=192.0.2.7", DN, False)


@pytest.mark.parametrize(
    ("issuer", "subject", "blamed"),
    [
        ("/title=Intern", "/title=Intern", "/title=Intern"),
        (DN[:60], DN[:59], DN[:59]),
        ("/title=In", "/title=In", ""),
        ("/ti", "/ti", ""),
        (DN[:60], "/CN=192.0.2.7", "/CN=192.0.2.7"),
    ],
)
def test_names_cut_at_the_margin_blame_a_root_only_when_they_reach_far_enough(issuer: str, subject: str, blamed: str) -> None:
    attempt = one("-Error with certificate at", f"issuer = {issuer}", f"subject = {subject}", "err 10:certificate has e")

    assert (attempt.failing_subject, attempt.verify_code) == (blamed, 10)
    assert attempt.blames_root == (blamed.startswith("/title=Intern"))


def test_the_lines_of_document_222464_as_printed() -> None:
    ftd = ["Initiating IPv4 connection", "Wait to connect to 8305 (IP", "Connected to 10.10.200.31 f", "-Error with certificate at"]
    ftd += ["issuer = /title=Intern", "subject = /title=Intern", "err 10:certificate has e", "SSL_renegotiate error: 1:"]
    attempt = one(*ftd, "Connect:SSL handshake fail", "SSL Verification status: ce")

    assert (attempt.outcome, attempt.side, attempt.peer) == (O.HANDSHAKE_FAILED, Side.DEVICE, "10.10.200.31")
    assert (attempt.verify_code, attempt.blames_root) == (10, True)


def test_lines_that_are_no_attempt_make_none() -> None:
    assert join(events(log("ShutDownPeer 192.0.2.7", "HMAC verification reached timeout", "stream_src=/var/sf/x", "something else"))) == ()


def test_other_lines_of_the_thread_stay_with_their_attempt() -> None:
    assert len(one(*DIAL, "something else", *TCP, *REJECT).events) == 11


def test_what_follows_a_success_is_not_part_of_it() -> None:
    lines = log(*DIAL, *TCP, *SUCCESS) + log("stream_src=/var/sf/x", at="05:00:00") + log(*DIAL, *TCP, *REJECT, at="06:00:00")

    assert [a.outcome for a in join(events(lines))] == [O.ESTABLISHED, O.HANDSHAKE_FAILED]


def test_pasted_lines_without_a_header_are_grouped_by_where_they_stand() -> None:
    [above, below] = join(events([*REJECT, *[""] * 30, *REJECT]))

    assert (above.decisive.location.line, below.decisive.location.line) == (4, 41)
    assert (above.started, above.verify_code) == (None, 10)


def test_attempts_come_oldest_first() -> None:
    lines = log(*FMC, at="06:00:00", tid=1) + log(*DIAL, *TCP, *REJECT, at="05:00:00", tid=2)

    assert [a.side for a in join(events(lines))] == [Side.DEVICE, Side.MANAGER]


def test_an_attempt_keeps_a_bounded_number_of_lines() -> None:
    assert len(one(*DIAL, *["SSL_renegotiate error: 1: again"] * (2 * MAX_EVENTS)).events) == MAX_EVENTS


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([*DIAL, *TCP, *REJECT, *FMC, *SUCCESS, "other"]), st.integers(0, 59), st.integers(1, 2)), max_size=40
    )
)
def test_no_order_of_lines_raises_and_no_line_is_used_twice(rows: list[tuple[str, int, int]]) -> None:
    found = events([line for message, second, tid in rows for line in log(message, at=f"04:10:{second:02d}", tid=tid)])
    used = [event.evidence.location.line for attempt in join(found) for event in attempt.events]

    assert len(used) == len(set(used))
    assert all(attempt.events for attempt in join(found))
