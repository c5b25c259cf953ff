"""How a connection ended, told by its TCP flags and TLS events.

What a failed handshake looks like on the wire, in TLS 1.2 and 1.3, was observed with OpenSSL 3.0 mutual TLS. The trap is TLS 1.3: the
client believes that the handshake is done when it has sent its certificate, so a server that refuses it answers with one short
encrypted record, the alert, and closes. A server that had accepted would have sent a session ticket or data instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from analyzer.model.capture import ConnectionOutcome, Sender
from analyzer.read.captures.flows import Flow
from analyzer.read.captures.framing import is_not_tls
from analyzer.read.captures.tls_events import (
    AES_128_CCM_8_SHA256,
    APPLICATION_DATA,
    CLOSE_NOTIFY,
    FINISHED,
    HANDSHAKE,
    TLS_1_3,
    USER_CANCELED,
    CertificateMessage,
    ChangeCipherSpec,
    ClientHello,
    Encrypted,
    OtherHandshake,
    PlainAlert,
    ServerHello,
    TlsEvent,
)

ANSWER_NANOSECONDS = 1_000_000_000
"""How long a capture must go on after a lone SYN before silence is no answer: a client repeats it after a second (RFC 6298)."""


class Verdict(Struct, frozen=True):
    """The outcome. ``refusal`` is the alert that refused the handshake: read, or told by its shape (an `Encrypted` record)."""

    outcome: ConnectionOutcome
    version: int
    resumed: bool
    refusal: PlainAlert | Encrypted | None

    @property
    def is_tls13(self) -> bool:
        return _is_tls13(self.version)


def judge(flow: Flow, events: Sequence[TlsEvent]) -> Verdict:
    """The verdict on one connection."""
    hellos = [event for event in events if isinstance(event, ServerHello)]
    hello = hellos[-1] if hellos else None
    version = hello.version if hello else 0
    refusal: PlainAlert | Encrypted | None = _fatal_alert(events, version)
    if refusal is None and hello is not None and _is_tls13(version):
        refusal = _hidden_refusal(flow, events, hello)
    return Verdict(_outcome(flow, events, version, refusal), version, _is_resumed(events, hello), refusal)


def _outcome(flow: Flow, events: Sequence[TlsEvent], version: int, refusal: PlainAlert | Encrypted | None) -> ConnectionOutcome:
    if refusal is not None:
        return ConnectionOutcome.HANDSHAKE_REFUSED
    if _is_tls13(version) and _completed_13(events, version):
        return ConnectionOutcome.COMPLETED
    if not _is_tls13(version) and all(_finished_12(events, sender) for sender in Sender):
        return ConnectionOutcome.COMPLETED
    if any(is_not_tls(half) for half in flow.halves.values()):
        return ConnectionOutcome.NOT_TLS
    if flow.opened and not flow.answered and not flow.acknowledged:
        if flow.reset_by is Sender.SERVER:
            return ConnectionOutcome.REFUSED
        waited = flow.syns > 1 or flow.watched >= ANSWER_NANOSECONDS
        return ConnectionOutcome.NO_ANSWER if waited else ConnectionOutcome.INCOMPLETE
    began = flow.opened or any(isinstance(event, ClientHello) for event in events)
    if not began or flow.closed_by is None or lacks_data(flow):
        return ConnectionOutcome.INCOMPLETE
    return ConnectionOutcome.CLOSED_BEFORE_HANDSHAKE


def lacks_data(flow: Flow) -> bool:
    """Something that was sent is not in the capture, or only one direction is."""
    one_sided = flow.acknowledged and not flow.answered
    return one_sided or any(half.holes or half.snapped or half.more for half in flow.halves.values())


def _is_tls13(version: int) -> bool:
    """TLS 1.3, or one of its drafts (0x7fxx)."""
    return version >= TLS_1_3


def _fatal_alert(events: Sequence[TlsEvent], version: int) -> PlainAlert | None:
    """The first alert in plain that ends the handshake. In TLS 1.3 the level says nothing (RFC 8446, 6)."""
    for event in events:
        if isinstance(event, PlainAlert) and event.number not in (CLOSE_NOTIFY, USER_CANCELED) and (event.level == 2 or _is_tls13(version)):
            return event
    return None


def _is_resumed(events: Sequence[TlsEvent], hello: ServerHello | None) -> bool:
    """TLS 1.2: the server repeats the session the client asked for, and shows no certificate. TLS 1.3: a pre-shared key was taken."""
    if hello is None or _is_tls13(hello.version):
        return hello is not None and hello.resumes
    asked = next((event.session_id for event in events if isinstance(event, ClientHello)), b"")
    shown = any(isinstance(event, CertificateMessage) for event in events)
    return bool(asked) and asked == hello.session_id and not shown


def _finished_12(events: Sequence[TlsEvent], sender: Sender) -> bool:
    """The sender's Finished was seen: the first handshake record after its ChangeCipherSpec, encrypted or (NULL cipher) in plain."""
    own = [event for event in events if event.sender is sender]
    changed = next((at for at, event in enumerate(own) if isinstance(event, ChangeCipherSpec)), len(own))
    return any(_is_finished(event) for event in own[changed:])


def _is_finished(event: TlsEvent) -> bool:
    if isinstance(event, OtherHandshake):
        return event.kind == FINISHED
    return isinstance(event, Encrypted) and event.kind == HANDSHAKE


def _encrypted_13(events: Sequence[TlsEvent], hello_frame: int) -> list[Encrypted]:
    """The records that carry TLS 1.3 ciphertext, after the ServerHello."""
    return [event for event in events if isinstance(event, Encrypted) and event.kind == APPLICATION_DATA and event.frame >= hello_frame]


def _alert_length(cipher: int) -> int:
    """Bytes of an encrypted TLS 1.3 alert: level, number, inner type and the tag. OpenSSL pads nothing."""
    return 3 + (8 if cipher == AES_128_CCM_8_SHA256 else 16)


def _hidden_refusal(flow: Flow, events: Sequence[TlsEvent], hello: ServerHello) -> Encrypted | None:
    """The encrypted alert of the side that refused, told by its shape; None when there is no such thing."""
    length = _alert_length(hello.cipher)
    records = _encrypted_13(events, hello.frame)
    if flow.closed_by is None or any(half.holes or half.snapped for half in flow.halves.values()):
        return None
    by_client = [at for at, event in enumerate(records) if event.sender is Sender.CLIENT]
    if not by_client:
        return None
    first = records[by_client[0]]
    if first.length == length:  # an alert where its certificate and Finished should be
        return first if len(by_client) == 1 else None
    after = records[by_client[0] :]
    answer = [at for at, event in enumerate(after) if event.sender is Sender.SERVER]
    if len(answer) != 1 or after[answer[0]].length != length:
        return None
    if any(event.length == length for event in after[: answer[0]]):  # the client said goodbye first: the server's is the reply
        return None
    return after[answer[0]]


def _completed_13(events: Sequence[TlsEvent], version: int) -> bool:
    """The server sent a ticket or data after the client's Finished: it has accepted."""
    hello = next(event for event in reversed(events) if isinstance(event, ServerHello) and event.version == version)
    records = _encrypted_13(events, hello.frame)
    client = next((at for at, event in enumerate(records) if event.sender is Sender.CLIENT), len(records))
    return any(event.sender is Sender.SERVER and event.length != _alert_length(hello.cipher) for event in records[client:])
