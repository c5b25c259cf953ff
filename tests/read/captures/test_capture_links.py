"""Link layers, tunnels, IP options and fragments around the sftunnel's packets."""

from __future__ import annotations

import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.capture import CapturedConnection, CaptureRead, ConnectionOutcome
from analyzer.model.member import Damage, DamageKind
from analyzer.read.captures.fragments import MAX_PACKETS, Fragment, Fragments
from analyzer.read.captures.links import LINK_TYPES
from analyzer.read.captures.network import NetworkReader, Segment
from tests.read.captures import packets as p
from tests.read.captures.scenarios import (
    FRAMES,
    OVER_IPV6,
    V6,
    captured,
    connection,
    conversation,
    read_capture,
    with_ipv4_options,
    with_ipv6_extensions,
)


def shown(seen: CapturedConnection) -> tuple[ConnectionOutcome, int, int]:
    return seen.outcome, len(seen.server_chain), len(seen.client_chain)


WHOLE = (ConnectionOutcome.COMPLETED, 2, 2)


@pytest.mark.parametrize("name", FRAMES)
def test_the_connection_is_found_below_every_link_layer(name: str) -> None:
    frame, link = FRAMES[name]

    assert shown(connection(captured("good-12", frame=frame, link=link))) == WHOLE


@pytest.mark.parametrize("name", OVER_IPV6)
def test_ipv6_is_found_there_too(name: str) -> None:
    frame, link = FRAMES[name]

    seen = connection(captured("good-12", frame=frame, link=link, **V6))

    assert (seen.client, seen.server) == ("2001:db8::10", "2001:db8::20")
    assert shown(seen) == WHOLE


@pytest.mark.parametrize("family", [24, 28, 30])
def test_each_system_has_its_own_number_for_ipv6_on_loopback(family: int) -> None:
    def frame(packet: bytes) -> bytes:
        return struct.pack("<I", family) + packet

    assert shown(connection(captured("good-12", frame=frame, link=p.NULL, **V6))) == WHOLE


def test_ipv4_options_are_passed() -> None:
    assert shown(connection(captured("good-12", frame=with_ipv4_options))) == WHOLE


def test_ipv6_extension_headers_are_passed() -> None:
    assert shown(connection(captured("good-12", frame=with_ipv6_extensions, **V6))) == WHOLE


def test_a_length_of_zero_from_segmentation_offload_reaches_to_the_end_of_the_frame() -> None:
    def frame(packet: bytes) -> bytes:
        return packet[:2] + b"\0\0" + packet[4:]

    assert shown(connection(captured("good-12", frame=frame, link=p.RAW))) == WHOLE


def test_padding_of_short_frames_is_no_data() -> None:
    """An alert of seven bytes travels in a frame filled up to sixty."""
    seen = connection(captured("ca-expired-12"))

    assert [alert.number for alert in seen.alerts] == [45]


def fragmented(packets: list[p.Packet], size: int) -> list[p.Packet]:
    """Every IPv4 packet larger than ``size`` in fragments, each packet with an identification of its own."""
    out: list[p.Packet] = []
    for ident, packet in enumerate(packets, 1):
        ip = packet.data[14:]
        total = int.from_bytes(ip[2:4])
        payload = ip[20:total]
        if len(payload) <= size:
            out.append(packet)
            continue
        source, target = (".".join(map(str, ip[at : at + 4])) for at in (12, 16))
        for at in range(0, len(payload), size):
            more = 0x2000 if at + size < len(payload) else 0
            piece = p.ipv4(payload[at : at + size], source, target, ident=ident, fragment=more | at // 8)
            out.append(p.Packet(packet.time, p.ethernet(piece)))
    return out


def test_fragments_are_put_together_and_the_last_one_is_the_evidence() -> None:
    packets = fragmented(captured("good-12"), 400)

    seen = connection(packets)

    assert shown(seen) == WHOLE
    flight = next(n for n, packet in enumerate(packets, 1) if b"InternalCA" in packet.data)
    assert seen.server_chain[0].evidence.location.packet == flight + 3  # 1,228 bytes of TCP in four pieces


def fragmented6(packets: list[p.Packet], size: int) -> list[p.Packet]:
    """Every packet (raw IPv6) in fragments."""
    out: list[p.Packet] = []
    for ident, packet in enumerate(packets, 1):
        payload, source = packet.data[40:], packet.data[23]
        ends = (V6["client"], V6["server"]) if source == 0x10 else (V6["server"], V6["client"])
        for at in range(0, len(payload), size):
            word = at | (at + size < len(payload))
            body = struct.pack("!HI", word, ident)
            # a fragment header has eight bytes and no length of its own: the builder's length field is its reserved byte
            out.append(p.Packet(packet.time, p.ipv6(payload[at : at + size], *ends, extensions=((44, body),)), p.RAW))
    return out


def test_ipv6_fragments_are_put_together() -> None:
    packets = captured("good-12", frame=lambda packet: packet, link=p.RAW, **V6)

    assert shown(connection(fragmented6(packets, 800))) == WHOLE


def test_a_fragment_that_never_comes_leaves_a_hole() -> None:
    packets = fragmented(captured("good-12"), 400)
    flight = next(at for at, packet in enumerate(packets) if b"InternalCA" in packet.data)
    del packets[flight + 1]

    assert connection(packets).outcome is ConnectionOutcome.INCOMPLETE


def test_fragments_of_other_packets_are_not_collected() -> None:
    reader = NetworkReader(8305)
    other = p.ethernet(p.ipv4(struct.pack("!HH", 443, 50000) + bytes(396), p.FTD, p.FMC, fragment=0x2000))

    assert reader.read((1, 0, 1, len(other), other + b"\x20\x71")) is None
    assert not reader._fragments.waiting


def test_endless_first_fragments_keep_a_bounded_number_of_packets() -> None:
    fragments = Fragments()
    for ident in range(1000):
        fragments.add((b"s", b"t", 6, ident.to_bytes(2)), Fragment(0, True, bytes(400), 400))

    assert len(fragments._packets) == MAX_PACKETS


def test_a_wrapping_that_is_not_understood_is_counted_and_reported() -> None:
    def frame(packet: bytes) -> bytes:
        return p.ethernet(b"\x01\x01\0\x01\0\x10\x08\0" + packet, ethertype=0x8909)  # Cisco metadata (TrustSec)

    facts = read_capture(p.pcap(captured("good-12", frame=frame)))

    assert [type(fact) for fact in facts] == [CaptureRead, Damage]
    assert isinstance(facts[1], Damage)
    assert facts[1].kind is DamageKind.UNSUPPORTED
    assert facts[1].reason.startswith("22 packets are wrapped in a way that only tshark may understand")


@pytest.mark.parametrize(
    "other",
    [
        p.ethernet(p.ipv4(p.udp(b"\x20\x71 in a datagram", 5000, 53), p.FTD, p.FMC, 17)),
        p.ethernet(bytes(20) + b"\x20\x71" + bytes(20), ethertype=0x0806),
        p.ethernet(b"\x42\x42\x03" + b"\x20\x71" + bytes(30), ethertype=38),
        p.ethernet(p.ipv4(struct.pack("!HHIIBBHHH", 443, 50000, 0x20710000, 0, 0x50, 16, 0, 0, 0), p.FTD, p.FMC)),
    ],
)
def test_the_port_number_elsewhere_in_a_packet_means_nothing(other: bytes) -> None:
    (fact,) = read_capture(p.pcap([p.Packet(0, other)]))

    assert isinstance(fact, CaptureRead)
    assert fact.kept == 0


@settings(max_examples=150, deadline=None)
@given(
    link=st.sampled_from([*LINK_TYPES, 999]),
    frame=st.sampled_from([frame for frame, _ in FRAMES.values()]),
    cut=st.integers(0, 200),
    wrong=st.lists(st.tuples(st.integers(0, 120), st.integers(0, 255)), max_size=6),
)
def test_no_frame_raises(link: int, frame: Callable[[bytes], bytes], cut: int, wrong: list[tuple[int, int]]) -> None:
    data = bytearray(frame(p.Dialogue().tcp("client", p.ACK, b"\x20\x71" * 30)))
    for at, value in wrong:
        data[at % len(data)] = value
    data = data[:cut]

    found = NetworkReader(8305).read((1, 0, link, len(data), bytes(data)))

    assert found is None or found.number == 1
    if isinstance(found, Segment):
        assert 8305 in (found.source_port, found.target_port)
        assert found.cut >= 0


def test_a_good_frame_is_a_segment() -> None:
    data = p.ethernet(p.Dialogue().tcp("client", p.ACK, conversation("good-12").said[0][1]))

    found = NetworkReader(8305).read((5, 9, 1, len(data), data))

    assert isinstance(found, Segment)
    assert (found.number, found.time, found.target_port, found.payload[:1]) == (5, 9, 8305, b"\x16")
