"""The walk that passes over what cannot be of the port: it finds what a walk from packet to packet finds, whatever lies in between."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.capture import CaptureRead
from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.member import Damage, DamageKind
from analyzer.read.captures.pcapng import packet_starts
from analyzer.read.captures.records import walk
from analyzer.read.captures.runs import Record
from analyzer.read.captures.sieve import PORT_WITHIN, CaptureDamage, Sieve
from analyzer.read.captures.stream import ByteStream
from tests.read.captures import packets as p
from tests.read.captures.scenarios import captured, read_capture

PORT = b"\x20\x71"
MAX_PACKET_BYTES = DEFAULT_LIMITS.packet_bytes
CONTAINERS: dict[str, Callable[[Sequence[p.Packet]], bytes]] = {
    "pcap": p.pcap,
    "pcap, big-endian": lambda packets: p.pcap(packets, big=True),
    "pcap, nanoseconds": lambda packets: p.pcap(packets, nanoseconds=True),
    "pcap, Kuznetsov's variant": lambda packets: kuznetsov(packets),
    "pcapng": p.section,
    "pcapng, big-endian": lambda packets: p.section(packets, big=True),
    "pcapng, simple packets": lambda packets: p.section(packets, simple=True),
    "pcapng, two sections": lambda packets: p.section(packets[:3]) + p.section(packets[3:], big=True),
}


def kuznetsov(packets: Sequence[p.Packet]) -> bytes:
    out = [struct.pack("<IHHiIII", 0xA1B2CD34, 2, 4, 0, 0, 65535, 1)]
    for packet in packets:
        seconds, rest = divmod(packet.time, 1_000_000_000)
        out.append(struct.pack("<IIIIIHBB", seconds, rest // 1000, len(packet.data), len(packet.data), 1, 8, 0, 0) + packet.data)
    return b"".join(out)


def packets_of(*data: bytes) -> list[p.Packet]:
    return [p.Packet(p.START + n * 1000, one) for n, one in enumerate(data)]


def sifted(data: bytes, chunk: int = 1 << 20) -> tuple[list[Record], Sieve]:
    sieve = Sieve(PORT)
    return list(walk(ByteStream(data[at : at + chunk] for at in range(0, len(data), chunk)), sieve)), sieve


def one_by_one(data: bytes) -> list[Record]:
    return [record for record in walk(ByteStream([data])) if PORT in record[4][:PORT_WITHIN]]


@pytest.mark.parametrize("name", CONTAINERS)
@settings(max_examples=25, deadline=None)
@given(
    shapes=st.lists(st.tuples(st.integers(0, 300), st.lists(st.integers(0, 300), max_size=3)), min_size=1, max_size=12),
    chunk=st.sampled_from([61, 1000, 1 << 20]),
)
def test_the_same_packets_pass_as_one_by_one(name: str, shapes: list[tuple[int, list[int]]], chunk: int) -> None:
    data = []
    for size, places in shapes:
        one = bytearray(size)
        for at in places:
            one[at : at + 2] = PORT  # beyond the end it makes the packet longer
        data.append(bytes(one))
    capture = CONTAINERS[name](packets_of(*data))

    passed, sieve = sifted(capture, chunk)

    assert passed == one_by_one(capture)
    assert sieve.packets == len(data)


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_capture_of_many_windows_keeps_every_frame_number(name: str) -> None:
    data = [bytes(1200) if n % 97 else bytes(40) + PORT for n in range(1500)]
    capture = CONTAINERS[name](packets_of(*data))

    passed, sieve = sifted(capture)

    assert len(capture) > 6 * MAX_PACKET_BYTES
    assert [number for number, *_ in passed] == list(range(1, 1501, 97))
    assert sieve.packets == 1500
    assert sieve.last_time == (0 if "simple" in name else p.START + 1499 * 1000)


@pytest.mark.parametrize("name", ["pcap", "pcapng"])
def test_the_largest_packet_passes_and_one_byte_more_is_damage(name: str) -> None:
    largest = PORT + bytes(MAX_PACKET_BYTES - 2)

    assert len(sifted(CONTAINERS[name](packets_of(b"x", largest, b"x")))[0]) == 1
    with pytest.raises(CaptureDamage, match=f"after packet 1 claims {MAX_PACKET_BYTES + 1} bytes"):
        sifted(CONTAINERS[name](packets_of(b"x", largest + b"x", b"x")))


def test_the_port_in_the_time_or_the_length_of_a_record_does_not_hide_the_packet_behind_it() -> None:
    time = int.from_bytes(PORT * 2, "little") * 1_000_000_000 + 0x7120 * 1000
    data = bytes(20) + PORT + bytes(0x7120 - 22)

    passed, _ = sifted(p.pcap([p.Packet(time, data), p.Packet(time, bytes(30)), p.Packet(time, data)]))

    assert [number for number, *_ in passed] == [1, 3]


@pytest.mark.parametrize("at", [0, 126, 127, 128, 5000])
def test_the_port_must_stand_whole_in_the_head_of_a_packet(at: int) -> None:
    passed, _ = sifted(p.pcap(packets_of(bytes(at) + PORT + bytes(9000), PORT)))

    assert [number for number, *_ in passed] == ([1, 2] if at <= 126 else [2])


def test_two_bytes_of_two_packets_are_no_port() -> None:
    assert sifted(p.pcap(packets_of(b"ends with \x20")) + b"\x71" + bytes(15))[0] == []


def test_everything_passes_while_fragments_are_collected() -> None:
    sieve, seen = Sieve(PORT), []
    for number, *_ in walk(ByteStream([p.pcap(packets_of(b"a", PORT, b"b", b"c", b"d"))]), sieve):
        seen.append(number)
        sieve.everything = number in (2, 3)

    assert seen == [2, 3, 4]


@pytest.mark.parametrize("size", [0, 4, 8, 12, 28, 33, 34, 0x7FFFFFFC, 0xFFFFFFFC])
def test_a_block_length_that_lies_neither_loops_nor_leads_back(size: int) -> None:
    good = p.block(6, struct.pack("<IIIII", 0, 0, 0, 4, 4) + b"data")
    lie = struct.pack("<II", 6, size) + bytes(32)

    assert packet_starts(good * 3 + lie + good * 3, "<", 1, 1000) == [0, len(good), 2 * len(good), 3 * len(good)]


@pytest.mark.parametrize(
    ("lie", "told"),
    [
        (struct.pack("<IIIII", 0, 0, 0, 5, 5) + b"data", "after packet 3 claims 5 bytes"),
        (struct.pack("<IIIII", 1, 0, 0, 4, 4) + b"data", "after packet 3 names an interface that the capture does not describe"),
    ],
    ids=["length", "interface"],
)
def test_a_packet_that_lies_is_damage_also_where_nothing_concerns_the_port(lie: bytes, told: str) -> None:
    good = p.block(6, struct.pack("<IIIII", 0, 0, 0, 4, 4) + b"data")

    with pytest.raises(CaptureDamage, match=told):
        sifted(
            p.section(packets_of(b"x")[:0] or packets_of(b"x"))[: len(p.section([p.Packet(0, b"")])) - 32]
            + good * 3
            + p.block(6, lie)
            + good * 3
        )


def test_a_packet_too_many_is_a_limit_and_the_rest_goes_unread() -> None:
    facts = read_capture(p.section(captured("good-12")), limits=Limits(packets=10))

    (damage,) = (fact for fact in facts if isinstance(fact, Damage))
    assert (damage.kind, damage.reason) == (
        DamageKind.LIMIT,
        "The capture holds more than 10 packets (limit packets): the rest of it was not read.",
    )
    assert sum(isinstance(fact, CaptureRead) for fact in facts) == 1
