"""Connections to the sftunnel port in packets that were printed as text: the same facts as from a capture file, of what text can show.

Text has no certificates, and no end of a living connection: data in both directions proves TCP, not a tunnel. Silence counts only when the
SYN was repeated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct, field

from analyzer.model.capture import ALERT_NAMES, CapturedConnection, ConnectionOutcome, Sender, TlsAlert
from analyzer.model.location import Evidence
from analyzer.read.outputs.packet_lines import PacketLine, packet_lines
from analyzer.read.outputs.page import Page
from analyzer.texts import N_, _

MOST_CONNECTIONS = 2_000
NO_CERTIFICATES = N_("packets printed as text show no certificates")

_ALERT = re.compile(r"Alert \(Level: (\w{1,20}), Description: ([^)]{1,60})\)", re.IGNORECASE)
_NUMBERS = {name.replace("_", ""): number for number, name in ALERT_NAMES.items()}


class _Connection(Struct):
    client: str
    client_port: int
    server: str
    server_port: int
    first: int
    started: datetime | None = None
    last: int = 0
    syns: int = 0
    opened: bool = False
    answered: bool = False
    payload: dict[Sender, int] = field(default_factory=dict)
    reset_by: Sender | None = None
    closed_by: Sender | None = None
    tls_version: str = ""
    application_data: set[Sender] = field(default_factory=set)
    alerts: list[TlsAlert] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)

    def sender(self, packet: PacketLine) -> Sender:
        if packet.source_port and packet.destination_port:
            return Sender.SERVER if packet.source_port == self.server_port and packet.source == self.server else Sender.CLIENT
        return Sender.SERVER if packet.source == self.server else Sender.CLIENT


def wanted(page: Page) -> bool:
    """The port in a shape that packets have."""
    port = str(page.port)
    return page.has(f".{port}", f" {port} ", f"{port} [", f"port: {port}", f">{port}") or (page.has(port) and page.has("alert (level"))


def recognise(page: Page) -> Iterator[CapturedConnection]:
    """One fact per connection, in the order of their first packets."""
    found: dict[tuple[str, int, str, int], _Connection] = {}
    by_hosts: dict[frozenset[str], _Connection] = {}
    for packet in packet_lines(page):
        connection = _of(packet, page.port, found, by_hosts)
        if connection is not None:
            _take(page, connection, packet)
    for connection in found.values():
        fact = _fact(page, connection)
        if fact is not None:
            yield fact


def _of(
    packet: PacketLine, port: int, found: dict[tuple[str, int, str, int], _Connection], by_hosts: dict[frozenset[str], _Connection]
) -> _Connection | None:
    """The connection of a packet. One without ports belongs to the newest of its hosts; an alert without any stands for itself."""
    hosts = frozenset((packet.source, packet.destination))
    if not packet.source_port and not packet.destination_port:
        known = by_hosts.get(hosts)
        if known is not None or _ALERT.search(packet.info) is None or len(found) >= MOST_CONNECTIONS:
            return known
        key = (packet.source, 0, packet.destination, port)
    elif packet.destination_port == port:
        key = (packet.source, packet.source_port, packet.destination, port)
    elif packet.source_port == port:
        key = (packet.destination, packet.destination_port, packet.source, port)
    else:
        return None
    if key not in found and len(found) >= MOST_CONNECTIONS:
        return None
    connection = found.setdefault(key, _Connection(*key, first=packet.index, started=packet.at))
    by_hosts[hosts] = connection
    return connection


def _take(page: Page, connection: _Connection, packet: PacketLine) -> None:
    sender = connection.sender(packet)
    connection.last = packet.index
    if len(connection.quotes) < 6:
        connection.quotes.append(page.lines[packet.index].text.strip()[:200])
    connection.payload[sender] = connection.payload.get(sender, 0) + packet.payload
    if "SYN" in packet.flags and "ACK" not in packet.flags:
        connection.opened = True
        connection.syns += 1
    elif sender is Sender.SERVER and "RST" not in packet.flags:
        connection.answered = True
    if "RST" in packet.flags:
        connection.reset_by = connection.reset_by or sender
    if packet.flags & {"RST", "FIN"}:
        connection.closed_by = connection.closed_by or sender
    if packet.protocol:
        _take_tls(page, connection, packet, sender)


def _take_tls(page: Page, connection: _Connection, packet: PacketLine, sender: Sender) -> None:
    if "Server Hello" in packet.info and packet.protocol.startswith("TLSv"):
        connection.tls_version = packet.protocol
    if "Application Data" in packet.info:
        connection.application_data.add(sender)
    for alert in _ALERT.finditer(packet.info):
        number = _NUMBERS.get("".join(c for c in alert[2].lower() if c.isalpha()))
        connection.alerts.append(TlsAlert(sender, alert[1].lower() == "fatal", number, page.evidence(packet.index)))
    if "Encrypted Alert" in packet.info:
        connection.alerts.append(TlsAlert(sender, None, None, page.evidence(packet.index)))


def _fact(page: Page, one: _Connection) -> CapturedConnection | None:
    refusal = next((alert for alert in one.alerts if alert.fatal and alert.number is not None), None)
    return CapturedConnection(
        client=one.client,
        client_port=one.client_port,
        server=one.server,
        server_port=one.server_port,
        started=one.started,
        outcome=_outcome(one, refusal),
        tls_version=one.tls_version,
        resumed=False,
        server_chain=(),
        client_chain=(),
        certificates_hidden=_(NO_CERTIFICATES),
        alerts=tuple(one.alerts[:20]),
        refused_by=refusal.sender if refusal is not None else None,
        refusal_inferred=False,
        reset_by=one.reset_by,
        under_way=not one.opened and one.closed_by is None and all(one.payload.get(sender) for sender in Sender),
        summary=_summary(page, one),
    )


def _outcome(one: _Connection, refusal: TlsAlert | None) -> ConnectionOutcome:
    if refusal is not None:
        return ConnectionOutcome.HANDSHAKE_REFUSED
    if len(one.application_data) == 2:
        return ConnectionOutcome.COMPLETED
    if one.opened and not one.answered:
        if one.reset_by is Sender.SERVER:
            return ConnectionOutcome.REFUSED
        return ConnectionOutcome.NO_ANSWER if one.syns > 1 else ConnectionOutcome.INCOMPLETE
    silent = not one.payload.get(Sender.SERVER) and not one.tls_version
    if one.opened and one.closed_by is not None and silent:
        return ConnectionOutcome.CLOSED_BEFORE_HANDSHAKE
    return ConnectionOutcome.INCOMPLETE


def _summary(page: Page, one: _Connection) -> Evidence:
    return page.evidence(one.first, max(one.first, one.last), "\n".join(one.quotes))
