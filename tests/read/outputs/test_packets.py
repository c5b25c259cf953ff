"""Packets printed as text: the same story in the words of each program is the same connection."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from analyzer.model.capture import CapturedConnection, ConnectionOutcome, Sender
from tests.read.outputs_builders import facts, utc

FLAGS = {"S": "SYN", "SA": "SYN, ACK", "A": "ACK", "P": "PSH, ACK", "R": "RST", "RA": "RST, ACK", "F": "FIN, ACK"}


class Packet(Struct, frozen=True):
    """One packet of a story: from the client or not, its flags, its payload."""

    by_client: bool
    flags: str
    payload: int = 0


STORIES: dict[str, tuple[tuple[Packet, ...], ConnectionOutcome]] = {
    "silence": ((Packet(True, "S"), Packet(True, "S"), Packet(True, "S")), ConnectionOutcome.NO_ANSWER),
    "refused": ((Packet(True, "S"), Packet(False, "RA")), ConnectionOutcome.REFUSED),
    "closed at once": (
        (Packet(True, "S"), Packet(False, "SA"), Packet(True, "A"), Packet(False, "F")),
        ConnectionOutcome.CLOSED_BEFORE_HANDSHAKE,
    ),
    "alive": ((Packet(True, "P", 129), Packet(False, "P", 97), Packet(True, "A")), ConnectionOutcome.INCOMPLETE),
    "one SYN proves nothing": ((Packet(True, "S"),), ConnectionOutcome.INCOMPLETE),
}


def ends(packet: Packet, client: str, port: int, server: str, sign: str) -> tuple[str, str]:
    one, other = f"{client}{sign}{port}", f"{server}{sign}8305"
    return (one, other) if packet.by_client else (other, one)


def tcpdump(packet: Packet, number: int, client: str, port: int, server: str) -> str:
    source, destination = ends(packet, client, port, server, ".")
    letters = {"SA": "S.", "A": ".", "P": "P.", "RA": "R.", "F": "F."}.get(packet.flags, packet.flags)
    return f"10:43:{number:02}.366139 IP {source} > {destination}: Flags [{letters}], seq 1, win 29200, length {packet.payload}"


def capture_any(packet: Packet, number: int, client: str, port: int, server: str) -> str:
    return tcpdump(packet, number, client, port, server).replace(" IP ", " eth0  Out IP ")


def lina(packet: Packet, number: int, client: str, port: int, server: str) -> str:
    source, destination = ends(packet, client, port, server, ".")
    ack = " ack 7" if "A" in packet.flags or packet.flags in "PF" else ""
    letter = {"A": ".", "SA": "S", "RA": "R"}.get(packet.flags, packet.flags)
    said = f"{letter} 409:409({packet.payload}){ack} win 29200"
    return f"   {number}: 11:08:{number:02}.672801 802.1Q vlan#9 P0 {source} > {destination}: {said}"


def wireshark(packet: Packet, number: int, client: str, port: int, server: str, arrow: str = "\u2192") -> str:
    source, destination = (client, server) if packet.by_client else (server, client)
    ports = (port, 8305) if packet.by_client else (8305, port)
    info = f"{ports[0]} {arrow} {ports[1]} [{FLAGS[packet.flags]}] Seq=0 Win=29200 Len={packet.payload}"
    return f"{number:>7} {number}.000000       {source}            {destination}            TCP      74     {info}"


def tshark(packet: Packet, number: int, client: str, port: int, server: str) -> str:
    source, destination = (client, server) if packet.by_client else (server, client)
    return wireshark(packet, number, client, port, server).replace(f"{source}            {destination}", f"{source} \u2192 {destination}")


def exported(packet: Packet, number: int, client: str, port: int, server: str) -> str:
    source, destination = (client, server) if packet.by_client else (server, client)
    ports = (port, 8305) if packet.by_client else (8305, port)
    info = f"{ports[0]}  >  {ports[1]} [{FLAGS[packet.flags]}] Seq=0 Win=29200 Len={packet.payload}"
    return f'"{number}","{number}.000000","{source}","{destination}","TCP","74","{info}"'


def details(packet: Packet, number: int, client: str, port: int, server: str) -> str:
    source, destination = (client, server) if packet.by_client else (server, client)
    ports = (port, 8305) if packet.by_client else (8305, port)
    return "\n".join(
        (
            f"Frame {number}: 74 bytes on wire (592 bits)",
            f"Internet Protocol Version 4, Src: {source}, Dst: {destination}",
            f"Transmission Control Protocol, Src Port: {ports[0]}, Dst Port: {ports[1]}, Seq: 0, Len: {packet.payload}",
            f"    Flags: 0x002 ({FLAGS[packet.flags]})",
        )
    )


PRINTERS: dict[str, Callable[[Packet, int, str, int, str], str]] = {
    "tcpdump": tcpdump,
    "tcpdump -i any": capture_any,
    "show capture": lina,
    "Wireshark": wireshark,
    "tshark": tshark,
    "CSV": exported,
    "details": details,
}


def connections(text: str) -> list[CapturedConnection]:
    return [fact for fact in facts(text) if isinstance(fact, CapturedConnection)]


@pytest.mark.parametrize("printer", PRINTERS)
@pytest.mark.parametrize("story", STORIES)
@settings(max_examples=6, deadline=None)
@given(client=st.integers(1, 254), server=st.integers(1, 254), port=st.integers(1024, 65535).filter(lambda port: port != 8305))
def test_a_story_ends_alike_whoever_prints_it(printer: str, story: str, client: int, server: int, port: int) -> None:
    packets, outcome = STORIES[story]
    ends = (f"203.0.113.{client}", port, f"198.51.100.{server}")
    text = "\n".join(PRINTERS[printer](packet, number, *ends) for number, packet in enumerate(packets, start=1)) + "\n"

    (connection,) = connections(text)

    assert (connection.client, connection.client_port, connection.server, connection.server_port) == (*ends, 8305)
    assert connection.outcome is outcome
    assert connection.server_chain == ()
    assert connection.certificates_hidden


ALERT = "      6 0.005000       {0}            {1}            TLSv1.2  73     Alert (Level: Fatal, Description: {2})\n"


@pytest.mark.parametrize(
    ("name", "number"),
    [("Certificate Expired", 45), ("Unknown CA", 48), ("Bad Certificate", 42), ("Decrypt Error", 51), ("Handshake Failure", 40)],
)
@pytest.mark.parametrize("by_client", [True, False])
def test_an_alert_refuses_and_its_stream_is_known_by_other_lines(name: str, number: int, by_client: bool) -> None:
    client, server = "203.0.113.5", "198.51.100.5"
    head = "".join(
        wireshark(packet, at, client, 39606, server) + "\n" for at, packet in enumerate((Packet(True, "S"), Packet(False, "SA")), 1)
    )

    (connection,) = connections(head + ALERT.format(*((client, server) if by_client else (server, client)), name))

    assert connection.outcome is ConnectionOutcome.HANDSHAKE_REFUSED
    assert connection.refused_by is (Sender.CLIENT if by_client else Sender.SERVER)
    assert [alert.number for alert in connection.alerts] == [number]


def test_an_alert_whose_port_is_not_shown_stands_for_itself() -> None:
    (connection,) = connections("filter: tcp.port == 8305\n" + ALERT.format("203.0.113.5", "198.51.100.5", "Certificate Expired"))

    assert (connection.client_port, connection.outcome) == (0, ConnectionOutcome.HANDSHAKE_REFUSED)


def test_a_date_is_kept() -> None:
    text = "2026-11-22 10:43:00.366139 IP 203.0.113.5.39606 > 198.51.100.5.8305: Flags [S], seq 1, length 0\n"

    assert connections(text)[0].started == utc("2026-11-22 10:43:00")
    assert connections(text[11:])[0].started is None


@pytest.mark.parametrize(
    "text",
    [
        "10:43:00.366139 IP 203.0.113.5.39606 > 198.51.100.5.443: Flags [S], seq 1, length 0\n",
        "      1 0.000000       203.0.113.5   198.51.100.5   TCP   74     39606 \u2192 443 [SYN] Seq=0 Len=0 8305\n",
        ALERT.format("203.0.113.5", "198.51.100.5", "Certificate Expired"),
        "10:43:00.366139 IP 203.0.113.5.8305 is the port\n",
    ],
)
def test_other_packets_are_no_connection(text: str) -> None:
    assert connections(text) == []


def test_many_connections_are_told_apart() -> None:
    lines = [tcpdump(Packet(True, "S"), 1, "203.0.113.5", port, "198.51.100.5") for port in (2000, 2001) for _ in range(2)]

    assert [one.client_port for one in connections("\n".join(lines) + "\n")] == [2000, 2001]
