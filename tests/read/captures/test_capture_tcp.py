"""Connections told by TCP alone, and heads put together whatever the network did to their segments."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.capture import CapturedConnection, CaptureRead, ConnectionOutcome, Sender
from analyzer.model.limits import Limits
from analyzer.model.member import Damage, DamageKind
from analyzer.read.captures import flows
from analyzer.read.captures.halves import Half
from analyzer.read.captures.network import NetworkReader, Segment
from tests.read.captures import packets as p
from tests.read.captures.scenarios import captured, connection, connections, conversation, read_capture, without

O = ConnectionOutcome  # noqa: E741 - short in a table


def said(name: str = "good-12") -> list[tuple[str, bytes]]:
    return conversation(name).said


def test_a_syn_that_nothing_answers() -> None:
    dialogue = p.Dialogue()
    for _ in range(4):
        dialogue.add(dialogue.tcp("client", p.SYN), gap=1_000_000_000)

    seen = connection(dialogue.packets)

    assert seen.outcome is O.NO_ANSWER
    assert seen.summary.text.endswith("packets 1 to 4: 4 SYN, no answer")


@pytest.mark.parametrize(("later", "outcome"), [(0.2, O.INCOMPLETE), (1.0, O.NO_ANSWER)])
def test_a_lone_syn_is_unanswered_only_when_the_capture_went_on(later: float, outcome: ConnectionOutcome) -> None:
    syn = p.Dialogue().send("client", p.SYN).packets
    other = p.Dialogue(server_port=443, start=p.START + int(later * 1e9)).send("client", p.SYN).packets

    assert connection([*syn, *other]).outcome is outcome


def test_a_syn_that_a_reset_answers() -> None:
    seen = connection(p.Dialogue().send("client", p.SYN).reset("server").packets)

    assert (seen.outcome, seen.reset_by) == (O.REFUSED, Sender.SERVER)


def test_opened_and_closed_without_a_word() -> None:
    assert connection(p.Dialogue().open().finish().packets).outcome is O.CLOSED_BEFORE_HANDSHAKE


def test_reset_after_the_hello() -> None:
    seen = connection(p.Dialogue().open().say(said()[:1]).reset("server").packets)

    assert (seen.outcome, seen.reset_by, seen.refused_by) == (O.CLOSED_BEFORE_HANDSHAKE, Sender.SERVER, None)
    assert "reset by the server before the handshake was done" in seen.summary.text


def test_data_that_is_not_tls() -> None:
    seen = connection(p.Dialogue().open().say([("client", b"SSH-2.0-OpenSSH_9.2\r\n")]).finish().packets)

    assert (seen.outcome, seen.tls_version, seen.certificates_hidden) == (O.NOT_TLS, "", "")


def test_a_hello_that_something_else_answers() -> None:
    seen = connection(p.Dialogue().open().say([said()[0], ("server", b"220 welcome\r\n")]).finish().packets)

    assert seen.outcome is O.NOT_TLS


def test_a_capture_that_ends_within_the_handshake_is_incomplete() -> None:
    assert connection(p.Dialogue().open().say(said()[:2]).packets).outcome is O.INCOMPLETE


def test_a_capture_that_begins_after_the_handshake_claims_nothing() -> None:
    seen = connection(p.Dialogue().open().say(said()).finish().packets[11:])

    assert (seen.outcome, seen.server_chain, seen.certificates_hidden) == (O.INCOMPLETE, (), "the capture began after the handshake")


def test_one_direction_only_is_incomplete_and_not_unanswered() -> None:
    packets = p.Dialogue().open().say(said()).finish().packets

    seen = connection([packet for packet in packets if packet.data[34:36] != b"\x20\x71"])

    assert seen.outcome is O.INCOMPLETE
    assert seen.certificates_hidden == "the capture holds no packet of the server"
    assert seen.client_chain != ()


@pytest.mark.parametrize("mss", [1, 7, 150, 1400])
def test_segments_of_any_size(mss: int) -> None:
    seen = connection(p.Dialogue(mss=mss).open().say(said("ca-expired-12"), first=1).finish().packets)

    assert (seen.outcome, len(seen.server_chain)) == (O.HANDSHAKE_REFUSED, 2)


@pytest.mark.parametrize("seed", range(5))
def test_segments_out_of_order(seed: int) -> None:
    packets = p.Dialogue(mss=150).open().say(said()).finish().packets

    seen = connection(p.shuffled(packets, 9, 17, seed))

    assert (seen.outcome, len(seen.server_chain), len(seen.client_chain)) == (O.COMPLETED, 2, 2)


def test_packets_seen_twice_count_once() -> None:
    packets = [packet for packet in captured("client-leaf-expired-12") for _ in range(2)]

    seen = connection(packets)

    assert (len(seen.alerts), len(seen.client_chain), seen.outcome) == (1, 2, O.HANDSHAKE_REFUSED)


def test_a_lost_segment_of_the_certificate_is_reported_as_such() -> None:
    dialogue = p.Dialogue(mss=200).open().say(said()).finish()

    seen = connection(without(dialogue.packets, 9))

    assert (seen.outcome, seen.server_chain, len(seen.client_chain)) == (O.INCOMPLETE, (), 2)
    assert seen.certificates_hidden == "segments of the server are missing from the capture"


def test_a_lost_segment_that_comes_again_is_not_missing() -> None:
    dialogue = p.Dialogue(mss=200).open().say(said()).finish()
    again = dialogue.packets[9]

    seen = connection([*without(dialogue.packets, 9)[:12], again, *without(dialogue.packets, 9)[12:]])

    assert (seen.outcome, len(seen.server_chain)) == (O.COMPLETED, 2)


def test_a_lost_last_segment_before_the_end_is_missed() -> None:
    """The alert itself was lost: closed before the handshake would be a guess."""
    packets = p.Dialogue().open().say(said("ca-expired-for-the-server-12")).finish("server").packets
    alert = next(at for at, packet in enumerate(packets) if packet.data.endswith(b"\x15\x03\x03\0\x02\x02\x2d"))

    assert connection(without(packets, alert)).outcome is O.INCOMPLETE


@pytest.mark.parametrize("lost", [3, 5])
def test_an_alert_behind_a_lost_segment_is_still_read(lost: int) -> None:
    packets = p.Dialogue().open().say(said("ca-expired-12")).finish().packets

    seen = connection(without(packets, lost))

    assert (seen.outcome, seen.refused_by, [alert.number for alert in seen.alerts]) == (O.HANDSHAKE_REFUSED, Sender.CLIENT, [45])


@pytest.mark.parametrize("snap", [96, 600])
def test_a_snap_length_that_cuts_the_certificates_is_named(snap: int) -> None:
    seen = connection([packet.snapped(snap) for packet in captured("good-12")])

    assert (seen.outcome, seen.server_chain, seen.client_chain) == (O.INCOMPLETE, (), ())
    assert seen.certificates_hidden == f"the capture holds only the first {snap} bytes of each packet"


def test_an_alert_is_read_even_where_the_snap_length_cut_the_certificates() -> None:
    seen = connection([packet.snapped(96) for packet in captured("ca-expired-12")])

    assert (seen.refused_by, seen.alerts[0].number, seen.server_chain) == (Sender.CLIENT, 45, ())
    assert seen.certificates_hidden == "the capture holds only the first 96 bytes of each packet"


def test_ports_used_again_open_a_new_connection() -> None:
    first = captured("ca-expired-12")
    second = captured("good-12", client_isn=77, server_isn=99, start=first[-1].time + 1)

    assert [seen.outcome for seen in connections([*first, *second])] == [O.HANDSHAKE_REFUSED, O.COMPLETED]


def test_a_syn_repeated_is_one_connection() -> None:
    packets = captured("good-12")

    assert len(connections([packets[0], *packets])) == 1


def test_the_sender_of_the_syn_is_the_client_even_from_the_sftunnel_port() -> None:
    seen = connection(captured("good-12", client_port=8305, server_port=40000))

    assert (seen.client_port, seen.server_port, seen.outcome) == (8305, 40000, O.COMPLETED)


def test_without_a_syn_the_server_is_the_side_of_the_port() -> None:
    seen = connection(captured("good-12")[4:])

    assert (seen.client, seen.server, seen.server_port) == (p.FTD, p.FMC, 8305)


def test_another_port_is_read_when_it_is_asked_for() -> None:
    packets = captured("good-12", server_port=8306)

    assert connections(packets) == []
    assert connection(packets, port=8306).outcome is O.COMPLETED


def test_a_capture_without_the_port_gives_only_how_it_was_read() -> None:
    (fact,) = read_capture(p.pcap(captured("good-12", server_port=443)))

    assert isinstance(fact, CaptureRead)
    assert (fact.packets, fact.kept) == (22, 0)


def test_connections_come_in_the_order_of_their_first_packets() -> None:
    one, two = captured("good-12", client_port=1), captured("ca-expired-12", client_port=2)
    mixed = [packet for pair in itertools.zip_longest(one, two) for packet in pair if packet is not None]

    assert [(seen.client_port, seen.outcome) for seen in connections(mixed)] == [(1, O.COMPLETED), (2, O.HANDSHAKE_REFUSED)]


def test_a_long_session_costs_its_head_only() -> None:
    data = (b"\x17\x03\x03\x10\x00" + bytes(4096)) * 80
    dialogue = p.Dialogue().open().say([*said()[:4], ("server", data)])
    table = flows.FlowTable(8305)
    for number, packet in enumerate(dialogue.packets, 1):
        segment = NetworkReader(8305).read((number, packet.time, 1, len(packet.data), packet.data))
        assert isinstance(segment, Segment)
        table.add(segment)

    (flow,) = table
    assert len(flow.halves[Sender.SERVER].data) == Limits().head_bytes
    assert flow.halves[Sender.SERVER].more


def test_endless_alerts_become_a_bounded_number_of_facts() -> None:
    alerts = ("client", b"\x15\x03\x03\0\x02\x01\x29" * 9000)

    seen = connection(p.Dialogue().open().say([alerts]).finish().packets)

    assert len(seen.alerts) == Limits().alerts


def test_more_connections_than_the_limit_are_reported() -> None:
    packets = [packet for port in range(1, 6) for packet in captured("good-12", client_port=port)]

    facts = read_capture(p.pcap(packets), limits=Limits(connections=3))

    assert sum(isinstance(fact, CapturedConnection) for fact in facts) == 3
    assert [fact.kind for fact in facts if isinstance(fact, Damage)] == [DamageKind.LIMIT]


def test_more_data_than_the_limit_is_reported() -> None:
    facts = read_capture(p.pcap(captured("good-12")), limits=Limits(buffered_bytes=2000))

    assert facts[0].outcome is O.INCOMPLETE  # type: ignore[union-attr]
    assert [fact.kind for fact in facts if isinstance(fact, Damage)] == [DamageKind.LIMIT]


@settings(max_examples=60, deadline=None)
@given(
    data=st.binary(min_size=1, max_size=400),
    cuts=st.lists(st.tuples(st.integers(0, 399), st.integers(1, 60)), max_size=40),
    isn=st.integers(0, 2**32 - 1),
)
def test_the_head_is_the_data_however_it_was_cut_shuffled_and_repeated(data: bytes, cuts: list[tuple[int, int]], isn: int) -> None:
    half = Half()
    half.start(isn)
    pieces = [(at, data[at : at + size]) for at, size in cuts if at < len(data)]
    for number, (at, piece) in enumerate(pieces, 1):
        half.add((isn + 1 + at) % 2**32, piece, number)
    for at in range(0, len(data), 50):
        half.add((isn + 1 + at) % 2**32, data[at : at + 50], 1000)

    assert bytes(half.data) == data
    assert half.waiting == []
    assert [end for end, _ in half.marks] == sorted(end for end, _ in half.marks)


@pytest.mark.parametrize("again", ["the same SYN", "another SYN"])
def test_what_an_older_connection_acknowledged_before_hides_no_handshake(again: str) -> None:
    """A device that lost its state dials again from the same port: the other end answers with the numbers of the old connection
    (challenge ACK, RFC 5961), the device resets that and dials on."""
    stale = p.Dialogue(server_isn=0x7A000000)
    stale.add(stale.tcp("client", p.SYN))
    stale.add(stale.tcp("server", p.ACK))
    stale.add(stale.tcp("client", p.RST, sequence=0x31337))
    isn = stale.client_isn if again == "the same SYN" else stale.client_isn - 77
    new = p.Dialogue(start=p.START + 1_000_000_000, client_isn=isn).open().say(said()).finish()

    seen = connections([*stale.packets, *new.packets])[-1]

    assert (seen.outcome, bool(seen.server_chain), bool(seen.client_chain), seen.reset_by) == (O.COMPLETED, True, True, None)
