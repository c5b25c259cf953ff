"""Floods of fragments: each record is looked at a bounded number of times, so the cost of a capture grows with its size alone."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Iterator

import pytest

from analyzer.model.capture import CapturedConnection, CaptureRead, ConnectionOutcome
from analyzer.read.captures.records import walk
from analyzer.read.captures.stream import ByteStream
from analyzer.read.captures.survey import Survey
from tests.read.captures import packets as p
from tests.read.captures.scenarios import captured, read_capture
from tests.read.captures.test_capture_links import fragmented, last_first

COUNT = 40_000
SECONDS = 6.0
"""What 40,000 fragments may take where other tests run beside it: alone they take one to two."""

PORTS = struct.pack("!HH", 8305, 50000)


def ipv4_firsts() -> Iterator[bytes]:
    """First fragments of packets that never go on."""
    for n in range(COUNT):
        yield p.ethernet(p.ipv4(PORTS + bytes(60), p.FTD, p.FMC, ident=n % 65536, fragment=0x2000))


def ipv6_pairs() -> Iterator[bytes]:
    """First fragments, each behind a later one of another packet."""
    for n in range(COUNT):
        header = struct.pack("!BBHI", 6, 0, 1 if n % 2 else 8 * 20, n)
        yield p.ethernet(p.ipv6(header + PORTS + bytes(60), "2001:db8::1", "2001:db8::2", 44))


def firsts_below_an_unknown_layer() -> Iterator[bytes]:
    for n in range(COUNT):
        yield p.ethernet(p.ipv4(PORTS + bytes(60), p.FTD, f"198.51.100.{n % 250}", ident=n % 65536, fragment=0x2000), ethertype=0x9999)


def bait_below_an_unknown_layer() -> Iterator[bytes]:
    """Frames in which a header may begin at each byte, around first fragments."""
    for n in range(COUNT):
        if n % 200:
            yield p.ethernet(b"\x45" * 200, ethertype=0x9999)
        else:
            yield p.ethernet(p.ipv4(PORTS + bytes(60), p.FTD, p.FMC, ident=n % 65536, fragment=0x2000), ethertype=0x9999)


def udp_of_a_vpn() -> Iterator[bytes]:
    """One first fragment that shows the port and never goes on, then a span of a VPN in fragments."""
    yield p.ethernet(p.ipv4(PORTS + bytes(60), p.FTD, p.FMC, ident=1, fragment=0x2000))
    for n in range(COUNT // 2):
        body = p.udp(bytes(1200), 4500, 4500)
        yield p.ethernet(p.ipv4(body[:800], "203.0.113.1", "203.0.113.2", 17, ident=n % 65536, fragment=0x2000))
        yield p.ethernet(p.ipv4(body[800:], "203.0.113.1", "203.0.113.2", 17, ident=n % 65536, fragment=100))


@pytest.mark.parametrize(
    "flood", [ipv4_firsts, ipv6_pairs, firsts_below_an_unknown_layer, bait_below_an_unknown_layer, udp_of_a_vpn], ids=lambda f: f.__name__
)
def test_a_flood_of_fragments_is_walked_in_linear_time(flood: Callable[[], Iterator[bytes]]) -> None:
    data = p.pcap([p.Packet(p.START + n * 1000, frame) for n, frame in enumerate(flood())])
    survey = Survey(8305)
    looked = 0
    started = time.process_time()

    for record in walk(ByteStream([data]), survey.sieve):
        looked += 1
        survey.add(record)

    assert looked <= 2 * survey.sieve.packets
    assert time.process_time() - started < SECONDS


def test_a_flood_hides_no_handshake_in_fragments_whose_last_comes_first() -> None:
    """The later fragments come while others are waited for: they are remembered, not looked at again."""
    lost = p.Packet(p.START, p.ethernet(p.ipv4(PORTS + bytes(60), p.FTD, p.FMC, ident=9, fragment=0x2000)))

    facts = read_capture(p.pcap([lost, *last_first(fragmented(captured("good-12"), 400), between=20)]))

    seen = next(fact for fact in facts if isinstance(fact, CapturedConnection))
    assert (seen.outcome, bool(seen.server_chain), bool(seen.client_chain)) == (ConnectionOutcome.COMPLETED, True, True)
    assert sum(isinstance(fact, CaptureRead) for fact in facts) == 1
