"""Why a certificate chain is not in the capture. "Not visible" without a reason would read like "not sent"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.model.capture import ConnectionOutcome, Sender
from analyzer.model.certificate import Certificate
from analyzer.read.captures.flows import Flow
from analyzer.read.captures.framing import is_not_tls
from analyzer.read.captures.halves import HEAD_BYTES
from analyzer.read.captures.tls_events import ClientHello, TlsEvent
from analyzer.read.captures.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Chain:
    """A sender's certificates, leaf first. ``sent``: its Certificate message was seen; ``unreadable``: which one could not be decoded."""

    certificates: tuple[Certificate, ...]
    sent: bool = False
    unreadable: str = ""


def why_hidden(flow: Flow, events: Sequence[TlsEvent], verdict: Verdict, server: Chain, client: Chain) -> str:
    """A sentence, or "" when both chains are there or the connection never came to certificates."""
    unreadable = "; ".join(chain.unreadable for chain in (server, client) if chain.unreadable)
    if unreadable:
        return unreadable
    if server.certificates and client.certificates:
        return ""
    if verdict.is_tls13:
        return "TLS 1.3 encrypts the certificates"
    if verdict.resumed:
        return "the session was resumed, which needs no certificates"
    missing = [sender for sender, chain in ((Sender.SERVER, server), (Sender.CLIENT, client)) if not chain.sent]
    return next((why for sender in missing if (why := _lost(flow, sender))), "") or _not_sent(flow, events, verdict, server, client)


def _lost(flow: Flow, sender: Sender) -> str:
    """Why this sender's certificates may have been sent and are not in the capture."""
    half = flow.halves[sender]
    if is_not_tls(half) or not flow.has_payload:
        return ""
    if half.snapped:
        return f"the capture holds only the first {half.snapped} bytes of each packet"
    if half.holes:
        return f"segments of the {sender} are missing from the capture"
    if half.more:
        return f"the handshake is not within the first {HEAD_BYTES >> 10} KiB of the {sender}"
    if not half.payload_seen and flow.acknowledged and not flow.answered:
        return f"the capture holds no packet of the {sender}"
    return ""


def _not_sent(flow: Flow, events: Sequence[TlsEvent], verdict: Verdict, server: Chain, client: Chain) -> str:
    """Why there was no certificate to capture."""
    if not any(isinstance(event, ClientHello) for event in events):
        return "the capture began after the handshake" if flow.has_payload and not flow.opened else ""
    if client.sent and not client.certificates:
        return "the client sent an empty list of certificates"
    if not server.certificates:
        return "the handshake ended before any certificate was sent"
    if verdict.refusal is not None and verdict.refusal.sender is Sender.CLIENT:
        return "the client stopped before sending its own certificate"
    if verdict.outcome is ConnectionOutcome.INCOMPLETE:
        return "the capture ends before the client's certificate"
    return "the client sent no certificate"
