"""What ours and tshark found in one capture, as sets. A benchmark that is fast because it finds less must fail."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

PORT = "8305"
PREFERENCES = "-n -d tcp.port==8305,tls -o tcp.reassemble_out_of_order:TRUE"
FILTER = "tcp.port == 8305 && (tcp.flags.syn == 1 || tls.handshake.certificate || tls.alert_message.desc)"
FIELDS = "-T fields -e ip.src -e tcp.srcport -e ip.dst -e tcp.dstport -e tls.handshake.certificate -e tls.alert_message.desc"
"""How tshark is asked over the whole file: `by_tshark` reads the answer."""


@dataclass(frozen=True)
class Found:
    """Connections as (client, client port, server); certificates and alerts with the connection and the sender: SHA-256, number."""

    connections: frozenset[tuple[str, str, str]]
    certificates: frozenset[tuple[tuple[str, str, str], str, str]]
    alerts: frozenset[tuple[tuple[str, str, str], str, int]]

    def differences(self, other: Found) -> list[str]:
        """A line for each kind of thing that only one of the two has."""
        lines = []
        for name in ("connections", "certificates", "alerts"):
            mine, others = getattr(self, name), getattr(other, name)
            if mine != others:
                lines.append(f"{name}: {len(mine - others)} only here, {len(others - mine)} only there; e.g. {sorted(mine ^ others)[:3]}")
        return lines


def by_us(result: Path) -> Found:
    """From the JSON of a run of ours, which holds each certificate once and leaves out what is empty."""
    connections, certificates, alerts = set(), set(), set()
    said = json.loads(result.read_bytes())
    hashes = [one["sha256"] for one in said["certificates"]]
    for tunnel in said["case"]["tunnels"]:
        for one in tunnel["connections"]:
            key = (one["client"], str(one["client_port"]), one["server"])
            connections.add(key)
            certificates |= {(key, sender, hashes[number]) for sender in ("client", "server") for number in one.get(f"{sender}_chain", ())}
            alerts |= {(key, alert["sender"], alert["number"]) for alert in one.get("alerts", ()) if alert.get("number") is not None}
    return Found(frozenset(connections), frozenset(certificates), frozenset(alerts))


def by_tshark(answer: Path) -> Found:
    """From what tshark printed."""
    connections, certificates, alerts = set(), set(), set()
    for line in answer.read_text().splitlines():
        source, source_port, target, target_port, chain, numbers = line.split("\t")
        sender = "server" if source_port == PORT else "client"
        key = (target, target_port, source) if sender == "server" else (source, source_port, target)
        connections.add(key)
        certificates |= {(key, sender, hashlib.sha256(bytes.fromhex(der)).hexdigest()) for der in filter(None, chain.split(","))}
        alerts |= {(key, sender, int(number)) for number in filter(None, numbers.split(","))}
    return Found(frozenset(connections), frozenset(certificates), frozenset(alerts))


def compare(result: Path, answer: Path) -> None:
    """Raises `AssertionError` when the two differ, or nothing was found at all."""
    ours, theirs = by_us(result), by_tshark(answer)
    if not (ours.connections and ours.certificates and ours.alerts):
        raise AssertionError(f"nothing to compare: {len(ours.connections)} connections, {len(ours.certificates)} certificates")
    if differences := ours.differences(theirs):
        raise AssertionError("ours and tshark differ: " + "; ".join(differences))
