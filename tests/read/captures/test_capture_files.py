"""Capture files: every container, and what a damaged one still gives."""

from __future__ import annotations

import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.capture import CapturedConnection, CaptureRead, ConnectionOutcome
from analyzer.model.member import Damage, DamageKind
from analyzer.read.captures import looks_like_capture
from analyzer.read.captures.records import CaptureDamage, Record, walk
from analyzer.read.captures.stream import ByteStream
from tests.read.captures import packets as p
from tests.read.captures.scenarios import captured, read_capture

GOOD = captured("good-12")
CONTAINERS = {
    "pcap": p.pcap(GOOD),
    "pcap, big-endian": p.pcap(GOOD, big=True),
    "pcap, nanoseconds": p.pcap(GOOD, nanoseconds=True),
    "pcap, big-endian, nanoseconds": p.pcap(GOOD, big=True, nanoseconds=True),
    "pcapng": p.section(GOOD),
    "pcapng, big-endian": p.section(GOOD, big=True),
    "pcapng, microseconds": p.section(GOOD, resolution=6),
    "pcapng, two sections of different byte order": p.section(GOOD[:9]) + p.section(GOOD[9:], big=True),
}


def records(data: bytes) -> list[Record]:
    return list(walk(ByteStream([data])))


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_gives_the_same_packets(name: str) -> None:
    seen = records(CONTAINERS[name])

    assert [(number, time, link, data) for number, time, link, _, data in seen] == [
        (number, packet.time, packet.link, packet.data) for number, packet in enumerate(GOOD, 1)
    ]


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize("chunk", [7, 1000, 1 << 20])
def test_every_container_gives_the_connection_in_chunks_of_any_size(name: str, chunk: int) -> None:
    assert looks_like_capture(CONTAINERS[name][:12])

    facts = read_capture(CONTAINERS[name], chunk=chunk)

    assert [type(fact) for fact in facts] == [CapturedConnection, CaptureRead]
    assert facts[0].outcome is ConnectionOutcome.COMPLETED  # type: ignore[union-attr]
    assert facts[0].started == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "head", [b"", b"\xd4\xc3", b"PK\x03\x04........", b"\x0a\x0d\x0d\x0a\x1c\0\0\0abcd", b"-----BEGIN CERTIFICATE-----"]
)
def test_other_files_are_no_captures(head: bytes) -> None:
    assert not looks_like_capture(head)


def test_interfaces_of_different_link_types_in_one_file() -> None:
    other = captured("ca-expired-12", client_port=2, frame=p.sll, link=p.SLL)

    facts = read_capture(p.section([*GOOD, *other]))

    assert [fact.outcome for fact in facts if isinstance(fact, CapturedConnection)] == [
        ConnectionOutcome.COMPLETED,
        ConnectionOutcome.HANDSHAKE_REFUSED,
    ]


def test_packets_without_a_time_are_read_and_dated_1970() -> None:
    facts = read_capture(p.section(GOOD, simple=True))

    assert facts[0].outcome is ConnectionOutcome.COMPLETED  # type: ignore[union-attr]
    assert facts[0].started == datetime(1970, 1, 1, tzinfo=UTC)  # type: ignore[union-attr]


def test_a_clock_beyond_all_calendars_is_dated_1970() -> None:
    late = [p.Packet(packet.time + (1 << 62), packet.data) for packet in GOOD]
    data = p.section(late, resolution=6).replace(b"\x09\0\x01\0\x06", b"\x09\0\x01\0\0")  # its ticks are seconds now

    assert read_capture(data)[0].started == datetime(1970, 1, 1, tzinfo=UTC)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_cut_file_gives_what_stands_before_the_cut_and_says_so(name: str) -> None:
    facts = read_capture(CONTAINERS[name][:-30])

    read = next(fact for fact in facts if isinstance(fact, CaptureRead))
    (damage,) = (fact for fact in facts if isinstance(fact, Damage))
    assert read.packets == len(GOOD) - 1
    assert (damage.kind, damage.reason) == (
        DamageKind.DAMAGED,
        f"The capture is cut off after packet {len(GOOD) - 1}. The data before that was read.",
    )
    assert facts[0].outcome is ConnectionOutcome.COMPLETED  # type: ignore[union-attr]


def test_a_block_cut_in_the_middle_is_no_packet_even_where_wireshark_would_number_it() -> None:
    journal = p.block(9, bytes(40))  # an entry of a systemd journal

    (damage,) = (fact for fact in read_capture(p.section(GOOD[:3]) + journal[:-8]) if isinstance(fact, Damage))

    assert damage.reason.startswith("The capture is cut off after packet 3.")


def test_a_header_alone_is_an_empty_capture() -> None:
    (fact,) = read_capture(p.pcap([]))

    assert isinstance(fact, CaptureRead)
    assert fact.packets == 0


def test_a_record_that_claims_gigabytes_is_damage() -> None:
    data = p.pcap(GOOD[:3]) + struct.pack("<IIII", 1, 1, 1 << 31, 1 << 31) + bytes(100)

    (damage,) = (fact for fact in read_capture(data) if isinstance(fact, Damage))

    assert "after packet 3 claims 2147483648 bytes" in damage.reason


@pytest.mark.parametrize(
    "broken",
    [
        p.block(6, struct.pack("<IIIII", 9, 0, 0, 4, 4) + b"data"),  # an interface that is not described
        p.block(6, struct.pack("<IIIII", 0, 0, 0, 400, 400) + b"data"),  # more bytes than the block has
        p.block(6, b"\0\0"),
        struct.pack("<II", 6, 13) + bytes(8),
        struct.pack("<II", 99, 1 << 30) + bytes(8),
        p.block(0x0A0D0D0A, b"junk"),
        p.block(1, b"\x01"),
        p.block(1, struct.pack("<HHIHHB3x", 1, 0, 0, 9, 1, 100)),  # a clock of 10**100 ticks per second
    ],
)
def test_a_broken_block_ends_the_walk_after_the_good_packets(broken: bytes) -> None:
    stream = walk(ByteStream([p.section(GOOD) + broken]))

    seen = [next(stream) for _ in GOOD]
    with pytest.raises(CaptureDamage):
        next(stream)
    assert len(seen) == len(GOOD)


@settings(max_examples=80, deadline=None)
@given(data=st.binary(max_size=300), head=st.sampled_from([CONTAINERS[name][:size] for name in CONTAINERS for size in (0, 24, 130, 700)]))
def test_no_bytes_raise_anything_else_than_damage(data: bytes, head: bytes) -> None:
    facts = read_capture(head + data, chunk=50)

    assert sum(isinstance(fact, CaptureRead) for fact in facts) == 1


@settings(max_examples=80, deadline=None)
@given(at=st.integers(0, 1 << 16), value=st.integers(0, 255), name=st.sampled_from(sorted(CONTAINERS)))
def test_one_wrong_byte_anywhere_raises_nothing(at: int, value: int, name: str) -> None:
    data = bytearray(CONTAINERS[name])
    data[at % len(data)] = value

    facts = read_capture(bytes(data))

    assert sum(isinstance(fact, CaptureRead) for fact in facts) == 1
