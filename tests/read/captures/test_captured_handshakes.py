"""What a capture of mutual TLS shows, scenario by scenario, as OpenSSL puts it on the wire in TLS 1.2 and 1.3."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from analyzer.model.capture import ConnectionOutcome, Opening, Sender
from analyzer.read.captures.interpret import moment
from tests.read.captures import packets as p
from tests.read.captures.handshakes import authority, leaf
from tests.read.captures.scenarios import (
    CONVERSATIONS,
    captured,
    connection,
    conversation,
    in_records_of,
    record,
    records,
    renegotiation,
    untrusted,
)

C, S = Sender.CLIENT, Sender.SERVER
DONE, NO = ConnectionOutcome.COMPLETED, ConnectionOutcome.HANDSHAKE_REFUSED

# name: outcome, version, who refused, alert numbers in plain, certificates of server and client
EXPECTED = {
    "good-12": (DONE, "TLSv1.2", None, [], 2, 2),
    "good-12-no-data": (DONE, "TLSv1.2", None, [], 2, 2),
    "good-12-long-chain": (DONE, "TLSv1.2", None, [], 2, 2),
    "good-13": (DONE, "TLSv1.3", None, [], 0, 0),
    "good-13-no-tickets": (DONE, "TLSv1.3", None, [], 0, 0),
    "ca-expired-12": (NO, "TLSv1.2", C, [45], 2, 0),
    "ca-expired-13": (NO, "TLSv1.3", C, [45], 0, 0),
    "ca-expired-for-the-server-12": (NO, "TLSv1.2", S, [45], 2, 2),
    "server-leaf-expired-12": (NO, "TLSv1.2", C, [45], 2, 0),
    "client-leaf-expired-12": (NO, "TLSv1.2", S, [45], 2, 2),
    "server-leaf-untrusted-12": (NO, "TLSv1.2", C, [48], 1, 0),
    "client-leaf-untrusted-12": (NO, "TLSv1.2", S, [48], 2, 1),
    "client-leaf-untrusted-13": (NO, "TLSv1.3", S, [], 0, 0),
    "same-name-other-key-12": (NO, "TLSv1.2", C, [51], 2, 0),
    "not-yet-valid-12": (NO, "TLSv1.2", C, [42], 2, 0),
    "no-client-certificate-12": (NO, "TLSv1.2", S, [40], 2, 0),
    "no-client-certificate-13": (NO, "TLSv1.3", S, [], 0, 0),
    "not-asked-for-12": (DONE, "TLSv1.2", None, [], 2, 0),
    "cipher-mismatch-12": (NO, "", S, [40], 0, 0),
    "version-mismatch": (NO, "", S, [70], 0, 0),
    "old-tls-1.1": (DONE, "TLSv1.1", None, [], 2, 2),
    "resumed-12": (DONE, "TLSv1.2", None, [], 0, 0),
    "resumed-13": (DONE, "TLSv1.3", None, [], 0, 0),
    "retry-13": (DONE, "TLSv1.3", None, [], 0, 0),
}


def test_every_conversation_has_an_expectation() -> None:
    assert EXPECTED.keys() == CONVERSATIONS.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_conversation_is_understood(name: str) -> None:
    outcome, version, refused_by, numbers, server, client = EXPECTED[name]

    seen = connection(captured(name))

    assert (seen.outcome, seen.tls_version, seen.refused_by) == (outcome, version, refused_by)
    assert [alert.number for alert in seen.alerts if alert.number is not None] == numbers
    assert (len(seen.server_chain), len(seen.client_chain)) == (server, client)
    assert bool(seen.certificates_hidden) == (not server or not client)


def test_the_ends_the_start_and_the_evidence_of_a_connection() -> None:
    seen = connection(captured("good-12", client_port=41234))

    assert (seen.client, seen.client_port, seen.server, seen.server_port) == ("192.0.2.10", 41234, "198.51.100.20", 8305)
    assert seen.started == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert seen.summary.location.packet == 1
    assert seen.summary.text == "192.0.2.10:41234 to 198.51.100.20:8305, packets 1 to 22: TLSv1.2, handshake completed"


def test_certificates_are_those_that_were_sent_with_the_packet_that_completed_them() -> None:
    packets = p.Dialogue(mss=200).open().say(conversation("client-leaf-untrusted-12").said).finish("server").packets

    seen = connection(packets)

    assert [certificate.der for certificate in seen.server_chain] == [leaf("manager").der, authority().der]
    assert [certificate.der for certificate in seen.client_chain] == [untrusted("device").der]
    (alert,) = seen.alerts
    assert alert.evidence.location.packet == next(
        n for n, packet in enumerate(packets, 1) if packet.data.endswith(b"\x15\x03\x03\0\x02\x02\x30")
    )
    assert alert.evidence.text == "TLS alert from the server: fatal, 48 unknown_ca"
    # server flight: packets 8 to 14 (200 bytes each), its Certificate message ends in the sixth
    assert {certificate.evidence.location.packet for certificate in seen.server_chain} == {13}


def test_encrypted_alerts_of_a_good_session_are_no_refusal() -> None:
    seen = connection(captured("good-12"))

    assert [(alert.sender, alert.number, alert.fatal) for alert in seen.alerts] == [(C, None, None), (S, None, None)]
    assert not seen.refusal_inferred


@pytest.mark.parametrize("name", ["client-leaf-untrusted-13", "no-client-certificate-13"])
@pytest.mark.parametrize("end", ["finish", "reset"])
def test_a_tls13_server_that_refuses_the_client_certificate_is_told_by_its_one_short_record(name: str, end: str) -> None:
    dialogue = p.Dialogue().open().say(conversation(name).said)

    seen = connection(getattr(dialogue, end)("server").packets)

    assert (seen.outcome, seen.refused_by, seen.refusal_inferred) == (NO, S, True)
    assert [(alert.sender, alert.number) for alert in seen.alerts] == [(S, None)]
    assert seen.certificates_hidden == "TLS 1.3 encrypts the certificates"


def test_a_tls13_refusal_in_plain_is_read_and_not_inferred() -> None:
    seen = connection(captured("ca-expired-13"))

    assert (seen.refused_by, seen.refusal_inferred, seen.alerts[0].number) == (C, False, 45)


def test_a_short_record_without_the_end_of_the_connection_is_no_refusal_yet() -> None:
    seen = connection(p.Dialogue().open().say(conversation("client-leaf-untrusted-13").said).packets)

    assert (seen.outcome, seen.refused_by) == (ConnectionOutcome.INCOMPLETE, None)


def test_a_tls13_goodbye_of_the_client_that_the_server_returns_is_no_refusal() -> None:
    said = conversation("good-13-no-tickets").said
    goodbye = [turn for turn in said if len(turn[1]) == 24]

    seen = connection(p.Dialogue().open().say([*said[:3], *goodbye]).finish().packets)

    assert [sender for sender, _ in goodbye] == ["client", "server"]
    assert (seen.outcome, seen.refused_by) == (ConnectionOutcome.CLOSED_BEFORE_HANDSHAKE, None)


def test_a_resumed_session_says_so() -> None:
    seen = connection(captured("resumed-12"))

    assert seen.resumed
    assert seen.certificates_hidden == "the session was resumed, which needs no certificates"


def test_a_resumed_tls13_session_is_told_by_the_key_that_the_server_takes() -> None:
    assert connection(captured("resumed-13")).resumed
    assert not connection(captured("good-13")).resumed


def test_only_the_first_handshake_of_a_renegotiation_shows_certificates() -> None:
    said = conversation("good-12").said

    seen = connection(p.Dialogue().open().say([*said[:6], *renegotiation(), *said[6:]]).finish().packets)

    assert (seen.outcome, len(seen.server_chain), len(seen.client_chain)) == (DONE, 2, 2)


@pytest.mark.parametrize("size", [3, 100, 16_000])
def test_handshake_messages_are_found_however_they_lie_in_records(size: int) -> None:
    said = conversation("client-leaf-expired-12").said

    seen = connection(p.Dialogue().open().say(in_records_of(size, said)).finish().packets)

    assert [certificate.der for certificate in seen.client_chain] == [leaf("device", end=-1).der, authority().der]
    assert seen.alerts[0].number == 45


def test_a_warning_alert_refuses_nothing() -> None:
    said = conversation("good-12").said
    warning = ("client", record(21, bytes((1, 41))))

    seen = connection(p.Dialogue().open().say([*said[:2], warning, *said[2:]]).finish().packets)

    assert (seen.outcome, seen.refused_by) == (DONE, None)
    assert (seen.alerts[0].number, seen.alerts[0].fatal) == (41, False)


def test_a_certificate_that_cannot_be_decoded_is_not_claimed() -> None:
    broken = b"\x30\x03\x02\x01\x05"
    message = b"\x0b" + (len(broken) + 6).to_bytes(3) + (len(broken) + 3).to_bytes(3) + len(broken).to_bytes(3) + broken
    said = conversation("good-12").said
    hello = next(content for sender, _, content in records(said) if sender == "server")

    seen = connection(p.Dialogue().open().say([said[0], ("server", record(22, hello + message))]).finish().packets)

    assert seen.server_chain == ()
    assert seen.certificates_hidden.startswith("certificate 1 of the server: ")


@pytest.mark.parametrize("lie", [b"\x0b\x00\x00\x06\x00\x00\xff\x00\x00\x01", b"\x02\x00\x00\x04\x03\x03\x01\x02", b"\x0b\x00\x00\x01\x00"])
def test_lengths_that_lie_within_a_message_give_no_certificate(lie: bytes) -> None:
    said = [conversation("good-12").said[0], ("server", record(22, lie))]

    seen = connection(p.Dialogue().open().say(said).finish().packets)

    assert (seen.server_chain, seen.tls_version, seen.outcome) == ((), "", ConnectionOutcome.CLOSED_BEFORE_HANDSHAKE)


@pytest.mark.parametrize("name", ["good-12", "good-13", "ca-expired-12", "ca-expired-13", "retry-13"])
def test_what_opens_a_connection_is_seen_with_its_packet_and_time(name: str) -> None:
    """A ClientHello is seen in the packet that ends it: from OpenSSL 3.5 on one of TLS 1.3 takes two (post-quantum keys)."""
    packets = captured(name)
    hello = conversation(name).said[0][1]
    last = next(at for at in range(3, len(packets)) if packets[at].data.endswith(hello[-40:]))

    steps = connection(packets).opening

    assert [step.message for step in steps] == [Opening.SYN, Opening.SYN_ACK, Opening.CLIENT_HELLO]
    assert [step.evidence.location.packet for step in steps] == [1, 2, last + 1]
    assert [step.time for step in steps] == [moment(packets[at].time) for at in (0, 1, last)]


def test_a_capture_that_begins_later_shows_less_of_the_opening() -> None:
    packets = captured("good-12")

    assert [step.message for step in connection(packets[1:]).opening] == [Opening.SYN_ACK, Opening.CLIENT_HELLO]
    assert [step.message for step in connection(packets[3:]).opening] == [Opening.CLIENT_HELLO]
    assert connection(packets[12:]).opening == ()
