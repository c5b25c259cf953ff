"""Why a certificate chain is not in the capture. "Not visible" without a reason would read like "not sent"."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from analyzer.model.capture import ConnectionOutcome, Sender
from analyzer.model.certificate import Certificate
from analyzer.read.captures.flows import Flow
from analyzer.read.captures.framing import is_not_tls
from analyzer.read.captures.tls_events import ClientHello, TlsEvent
from analyzer.read.captures.verdict import Verdict
from analyzer.texts import N_, _

SENDERS = {Sender.SERVER: N_("server"), Sender.CLIENT: N_("client")}
"""The two ends in the words of the reader: ``_(SENDERS[sender])``."""


class Chain(Struct, frozen=True):
    """A sender's certificates, leaf first; none where the leaf could not be decoded, because the next one would pass for it. ``read``:
    all that could be. ``sent``: its Certificate message was seen; ``unreadable``: which ones could not be decoded, and why."""

    certificates: tuple[Certificate, ...] = ()
    read: tuple[Certificate, ...] = ()
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
        return _("TLS 1.3 encrypts the certificates")
    if verdict.resumed:
        return _("the session was resumed, which needs no certificates")
    missing = [sender for sender, chain in ((Sender.SERVER, server), (Sender.CLIENT, client)) if not chain.sent]
    return next((why for sender in missing if (why := _lost(flow, sender))), "") or _not_sent(flow, events, verdict, server, client)


def _lost(flow: Flow, sender: Sender) -> str:
    """Why this sender's certificates may have been sent and are not in the capture."""
    half = flow.halves[sender]
    if is_not_tls(half) or not flow.has_payload:
        return ""
    if half.snapped:
        return _("the capture holds only the first {n} bytes of each packet").format(n=half.snapped)
    if half.holes:
        return _("segments of the {sender} are missing from the capture").format(sender=_(SENDERS[sender]))
    if half.more:
        return _("the handshake is not within the first {size} KiB of the {sender}").format(
            size=half.head_bytes >> 10, sender=_(SENDERS[sender])
        )
    if not half.payload_seen and flow.acknowledged and not flow.answered:
        return _("the capture holds no packet of the {sender}").format(sender=_(SENDERS[sender]))
    return ""


def _not_sent(flow: Flow, events: Sequence[TlsEvent], verdict: Verdict, server: Chain, client: Chain) -> str:
    """Why there was no certificate to capture."""
    if not any(isinstance(event, ClientHello) for event in events):
        return _("the capture began after the handshake") if flow.has_payload and not flow.opened else ""
    if client.sent and not client.certificates:
        return _("the client sent an empty list of certificates")
    if not server.certificates:
        return _("the handshake ended before any certificate was sent")
    if verdict.refusal is not None and verdict.refusal.sender is Sender.CLIENT:
        return _("the client stopped before sending its own certificate")
    if verdict.outcome is ConnectionOutcome.INCOMPLETE:
        return _("the capture ends before the client's certificate")
    return _("the client sent no certificate")
