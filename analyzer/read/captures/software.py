"""Whose conversation a connection to the sftunnel port is: sftunnel's, other software's, or presumably sftunnel's.

The port proves nothing. What stands in clear decides: names of certificates, the first words of a protocol. What one conversation with a
server says holds for the others with it, since one program listens on a port.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from analyzer.model.capture import CapturedConnection, Software
from analyzer.model.certificate import Certificate
from analyzer.read.captures.flows import Flow
from analyzer.read.captures.framing import is_not_tls, is_record_header
from analyzer.read.captures.halves import Half
from analyzer.texts import _

_FIRST_WORDS = (
    (b"HTTP/", "HTTP"),
    (b"GET ", "HTTP"),
    (b"HEAD ", "HTTP"),
    (b"POST ", "HTTP"),
    (b"PUT ", "HTTP"),
    (b"OPTIONS ", "HTTP"),
    (b"CONNECT ", "HTTP"),
    (b"PRI * HTTP/2", "HTTP/2"),
    (b"SSH-", "SSH"),
    (b"220 ", "SMTP/FTP"),
    (b"\x03\0\0", "RDP (TPKT)"),
    (b"\0\0\0\x55\xffSMB", "SMB"),
)
"""How protocols begin that are met on any port."""

Whose = tuple[Software, str]


def whose(flow: Flow, shown: Sequence[Certificate]) -> Whose:
    """Whose one conversation is, by the certificates and first words it shows, and the clause that says how that is known."""
    if any(name.is_of_sftunnel for one in shown for name in (one.subject, one.issuer)):
        return Software.SFTUNNEL, _("its certificate is from an InternalCA")
    if shown:
        leaf = shown[0]
        told = _("its certificate is of other software (issuer {issuer}, subject {subject})")
        return Software.OTHER, told.format(issuer=leaf.issuer.text[:150], subject=leaf.subject.text[:150])
    if any(is_record_header(half.data) for half in flow.halves.values()):
        return Software.PRESUMED, ""  # one end at least speaks TLS: what the other one says may be the failure of a tunnel
    protocol = next((name for half in flow.halves.values() if (name := _protocol(half))), "")
    if protocol:
        return Software.OTHER, _("it uses {protocol}, not TLS").format(protocol=protocol)
    spoken = [half for half in flow.halves.values() if half.payload_seen]
    if spoken and all(is_not_tls(half) for half in spoken):
        return Software.OTHER, _("its content is not TLS")
    return Software.PRESUMED, ""


def settled(connections: Iterable[CapturedConnection]) -> list[CapturedConnection]:
    """The conversations of one capture, each presumed one of a server that others prove to be sftunnel, or other software, judged alike.

    Where they contradict each other, nothing is taken from one to the next.
    """
    connections = list(connections)
    proven: defaultdict[tuple[str, int], dict[Software, CapturedConnection]] = defaultdict(dict)
    for one in connections:
        if one.software is not Software.PRESUMED:
            proven[one.server, one.server_port].setdefault(one.software, one)
    return [_like_its_server(one, proven.get((one.server, one.server_port), {})) for one in connections]


def _like_its_server(connection: CapturedConnection, proven: dict[Software, CapturedConnection]) -> CapturedConnection:
    if connection.software is not Software.PRESUMED or len(proven) != 1:
        return connection
    ((software, proof),) = proven.items()
    told = _("the same server, in packet {packet}: {why}")
    return replace(connection, software=software, software_why=told.format(packet=proof.summary.location.packet, why=proof.software_why))


def _protocol(half: Half) -> str:
    head = bytes(half.data[:16])
    return next((name for words, name in _FIRST_WORDS if head.startswith(words)), "")
