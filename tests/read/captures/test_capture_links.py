"""Link layers, tunnels, IP options and fragments around the sftunnel's packets."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.capture import CapturedConnection, CaptureRead, ConnectionOutcome
from analyzer.model.member import Damage, DamageKind
from analyzer.read.captures.fragments import Fragment, Fragments
from analyzer.read.captures.links import LINK_TYPES
from analyzer.read.captures.network import NetworkReader, Piece, Segment
from analyzer.read.captures.records import walk
from analyzer.read.captures.sieve import LOOK_BACK
from analyzer.read.captures.stream import ByteStream
from analyzer.read.captures.survey import Survey
from tests.read.captures import packets as p
from tests.read.captures.scenarios import (
    FRAMES,
    OVER_IPV6,
    V6,
    captured,
    connection,
    conversation,
    read_capture,
    wifi,
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


def last_first(packets: list[p.Packet], between: int = 0) -> list[p.Packet]:
    """The fragments of each packet in reverse, as some systems send them, with other traffic in front of the first."""
    other = p.ethernet(p.ipv4(p.udp(bytes(600), 5000, 53), "203.0.113.1", "203.0.113.2", 17))
    out: list[p.Packet] = []
    for _, run in itertools.groupby(packets, lambda packet: packet.data[18:20] if packet.data[20:22] != b"\0\0" else packet.time):
        pieces = list(run)[::-1]
        out += [*pieces[:-1], *([p.Packet(pieces[0].time, other)] * (between if len(pieces) > 1 else 0)), pieces[-1]]
    return out


def between_other_blocks(packets: list[p.Packet]) -> bytes:
    """A name resolution block behind each packet."""
    whole, ends = p.section(packets), [len(p.section(packets[:n])) for n in range(len(packets) + 1)]
    return whole[: ends[0]] + b"".join(whole[start:end] + p.block(4, bytes(8)) for start, end in itertools.pairwise(ends))


@pytest.mark.parametrize("between", [0, 1, 100])
@pytest.mark.parametrize(
    "container",
    [p.pcap, p.section, lambda packets: p.section(packets, simple=True), between_other_blocks],
    ids=["pcap", "pcapng", "simple", "mixed"],
)
def test_later_fragments_that_come_before_their_first_are_found(container: Callable[[list[p.Packet]], bytes], between: int) -> None:
    whole = captured("good-12")
    packets = last_first(fragmented(whole, 400), between)

    (seen,) = (fact for fact in read_capture(container(packets)) if isinstance(fact, CapturedConnection))

    assert shown(seen) == WHOLE


def test_a_later_fragment_far_in_front_of_its_first_leaves_a_hole() -> None:
    assert connection(last_first(fragmented(captured("good-12"), 400), between=LOOK_BACK)).outcome is ConnectionOutcome.INCOMPLETE


def test_fragments_below_a_layer_that_only_tshark_knows_are_all_passed_on() -> None:
    """The later ones do not show the port."""
    packets = [p.Packet(packet.time, wifi(packet.data[14:]), 105) for packet in fragmented(captured("good-12"), 400)]
    pieces = {n for n, packet in enumerate(packets, 1) if int.from_bytes(packet.data[38:40]) & 0x1FFF}
    other = p.Packet(packets[0].time, wifi(p.ipv4(p.udp(bytes(99), 5000, 53), p.FTD, p.FMC, 17, ident=9999)), 105)
    survey = Survey(8305)

    passed = {n for n, packet in enumerate([*packets, other], 1) for _ in survey.add((n, packet.time, 105, len(packet.data), packet.data))}

    assert len(pieces) > 3
    assert passed == set(range(1, len(packets) + 1))


@pytest.mark.parametrize("container", [p.pcap, p.section])
def test_a_fragment_below_such_a_layer_is_passed_on_once(container: Callable[[list[p.Packet]], bytes]) -> None:
    """The first fragment of each packet has those before it looked at again, other packets' later ones among them."""
    tcp = struct.pack("!HHII", 40001, 8305, 1, 1) + bytes(52)
    pieces = [p.ipv4(tcp if more else bytes(8), p.FTD, p.FMC, ident=n, fragment=0x2000 if more else 8) for n in range(9) for more in (1, 0)]
    packets = [p.Packet(p.START + n, p.ethernet(piece, ethertype=0x9999)) for n, piece in enumerate(pieces)]
    survey = Survey(8305)

    passed = [needed.record[0] for record in walk(ByteStream([container(packets)]), survey.sieve) for needed in survey.add(record)]

    assert passed == list(range(1, 19))
    assert survey.unclear == 18


def test_a_repeated_first_fragment_has_nothing_looked_at_again() -> None:
    reader = NetworkReader(8305)
    first = p.ethernet(p.ipv4(struct.pack("!HH", 8305, 50000) + bytes(396), p.FTD, p.FMC, fragment=0x2000))

    assert reader.read((1, 0, 1, len(first), first)) == Piece(1, first=True)
    assert reader.read((2, 0, 1, len(first), first)) == Piece(2, first=False)


def test_fragments_of_a_packet_whose_content_only_tshark_knows_are_passed_on_together() -> None:
    """GTP in UDP in IP, in two pieces."""
    inner = p.udp(b"\x30\xff\x05\x78\0\0\0\x01" + captured("good-12")[3].data[14:], 2152, 2152)
    pieces = [
        p.ethernet(p.ipv4(inner[:80], "203.0.113.1", "203.0.113.2", 17, fragment=0x2000)),
        p.ethernet(p.ipv4(inner[80:], "203.0.113.1", "203.0.113.2", 17, fragment=10)),
    ]
    survey = Survey(8305)

    passed = [survey.add((number, 0, 1, len(data), data)) for number, data in enumerate(pieces, 1)]

    assert passed[0] == ()
    assert [(one.record[0], one.unclear) for one in passed[1]] == [(1, True), (2, True)]


def test_fragments_of_other_packets_are_not_collected() -> None:
    reader = NetworkReader(8305)
    other = p.ethernet(p.ipv4(struct.pack("!HH", 443, 50000) + bytes(396), p.FTD, p.FMC, fragment=0x2000))

    assert reader.read((1, 0, 1, len(other), other + b"\x20\x71")) is None
    assert not reader._fragments.waiting


def test_endless_first_fragments_keep_a_bounded_number_of_packets() -> None:
    fragments = Fragments(max_packets=64)
    for ident in range(1000):
        fragments.add((b"s", b"t", 6, ident.to_bytes(2)), Fragment(0, True, bytes(400), 400), [(ident, 0, 1, 400, bytes(400))])

    assert len(fragments._packets) == 64
    assert fragments.given_up == 1000 - 64


@pytest.mark.parametrize("opened", [0, 60_000_000_001], ids=["lost", "of a clock that was wrong"])
def test_the_rest_of_a_packet_is_waited_for_as_long_as_linux_does(opened: int) -> None:
    """Else every packet behind a lost fragment would be looked at one by one, to the end of the capture."""
    reader = NetworkReader(8305)
    first = p.ethernet(p.ipv4(struct.pack("!HH", 8305, 50000) + bytes(396), p.FTD, p.FMC, fragment=0x2000))
    other = p.ethernet(p.ipv4(p.udp(b"other", 5000, 53), p.FTD, p.FMC, 17))

    reader.read((1, opened, 1, len(first), first))
    reader.read((2, abs(opened - 30_000_000_000), 1, len(other), other))
    assert reader.collecting
    reader.read((3, abs(opened - 30_000_000_001), 1, len(other), other))
    assert not reader.collecting


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
