"""Wires and captures: real packets between two namespaces."""

from __future__ import annotations

import struct
from contextlib import ExitStack

import pytest

from tests.lab.cast import COLLECTED, EXPIRED, FMC_1, SEOUL
from tests.lab.pki import InternalCA
from tests.lab.site import Site
from tests.lab.stage import device_dials
from tests.lab.wire import PORT, Wire, missing

pytestmark = [pytest.mark.needs_root, pytest.mark.skipif(bool(missing()), reason=missing() or "possible")]

SYN, RST, ACK = 0x02, 0x04, 0x10


def tcp_flags(pcap: bytes) -> list[tuple[int, bool]]:
    """Of each packet (Ethernet, IPv4 without options): flags, and whether it goes to port 8305."""
    found, offset = [], 24
    while offset < len(pcap):
        kept = struct.unpack_from("<I", pcap, offset + 8)[0]
        tcp = offset + 16 + 14 + 20
        found.append((pcap[tcp + 13], struct.unpack_from(">H", pcap, tcp + 2)[0] == PORT))
        offset += 16 + kept
    return found


def test_nobody_listens() -> None:
    """A SYN, answered by RST; the system says so."""
    with Wire([FMC_1.address], [SEOUL.address]) as wire, wire.captured(COLLECTED) as got:
        assert wire.connect(SEOUL.address, FMC_1.address) == "Connection refused"

    assert tcp_flags(got[0]) == [(SYN, True), (RST | ACK, False)]


def test_an_expired_ca_on_the_wire() -> None:
    """The capture begins when it should, and holds the plain alert 45 of the client."""
    site = Site(FMC_1, InternalCA.ending(FMC_1.uuid, EXPIRED)).register(SEOUL)

    with Wire([FMC_1.address], [SEOUL.address]) as wire, wire.captured(COLLECTED) as got, ExitStack() as stack:
        outcome = stack.enter_context(device_dials(wire, SEOUL, site.tunnel(SEOUL).party, FMC_1, site.party))
        assert outcome.server.alert_received == 45

    assert struct.unpack_from("<I", got[0], 24)[0] == int(COLLECTED.timestamp())
    assert bytes.fromhex("15030300 02022d") in got[0]
    assert site.leaf.der in got[0]
