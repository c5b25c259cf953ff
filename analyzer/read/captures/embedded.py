"""The embedded dissector: TLS handshake messages out of the heads of a connection, without any other program.

It reads what is in plain: everything up to ChangeCipherSpec in TLS 1.2, the two hellos and early alerts in TLS 1.3.
"""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.capture import Sender
from analyzer.read.captures.flows import Flow
from analyzer.read.captures.framing import whole_records
from analyzer.read.captures.halves import Half
from analyzer.read.captures.tls_events import (
    ALERT,
    CERTIFICATE,
    CHANGE_CIPHER_SPEC,
    CLIENT_HELLO,
    HANDSHAKE,
    SERVER_HELLO,
    CertificateMessage,
    ChangeCipherSpec,
    ClientHello,
    Encrypted,
    OtherHandshake,
    PlainAlert,
    ServerHello,
    TlsEvent,
)

_SUPPORTED_VERSIONS, _PRE_SHARED_KEY = 43, 41


class _Malformed(Exception):
    """A handshake message whose inner lengths do not fit."""


def dissect(flow: Flow) -> list[TlsEvent]:
    """The events of both directions, in the order of the frames that completed them."""
    events = [event for sender, half in flow.halves.items() for event in _direction(half, sender)]
    return sorted(events, key=lambda event: event.frame)


def _direction(half: Half, sender: Sender) -> Iterator[TlsEvent]:
    pending = bytearray()
    changed = False
    for record in whole_records(half):
        content = bytes(half.data[record.start : record.end])
        if record.kind == HANDSHAKE and not (changed and not _is_plain_hello(content)):
            pending += content
            at = 0
            while len(pending) >= at + 4 and len(pending) >= (end := at + 4 + int.from_bytes(pending[at + 1 : at + 4])):
                yield _message(pending[at], bytes(pending[at + 4 : end]), sender, record.frame)
                at = end
            del pending[:at]
        elif record.kind == ALERT and len(content) == 2:
            yield PlainAlert(sender, record.frame, content[0], content[1])
        elif record.kind == CHANGE_CIPHER_SPEC:
            changed = True
            pending.clear()
            yield ChangeCipherSpec(sender, record.frame)
        else:
            yield Encrypted(sender, record.frame, record.kind, len(content))


def _is_plain_hello(content: bytes) -> bool:
    """A hello may follow ChangeCipherSpec in plain: after a HelloRetryRequest both sides send the latter to please old middleboxes."""
    return len(content) >= 4 and content[0] in (CLIENT_HELLO, SERVER_HELLO) and int.from_bytes(content[1:4]) + 4 == len(content)


def _message(kind: int, body: bytes, sender: Sender, frame: int) -> TlsEvent:
    try:
        if kind == CLIENT_HELLO:
            return ClientHello(sender, frame, _vector(body, 34, 1)[0])
        if kind == SERVER_HELLO:
            return _server_hello(body, sender, frame)
        if kind == CERTIFICATE:
            return CertificateMessage(sender, frame, _chain(body))
    except _Malformed:
        return OtherHandshake(sender, frame, kind)
    return OtherHandshake(sender, frame, kind)


def _vector(data: bytes, at: int, width: int) -> tuple[bytes, int]:
    """The bytes behind a length of ``width`` bytes at ``at``, and where they end."""
    start = at + width
    end = start + int.from_bytes(data[at:start])
    if len(data) < start or len(data) < end:
        raise _Malformed
    return data[start:end], end


def _server_hello(body: bytes, sender: Sender, frame: int) -> ServerHello:
    session_id, at = _vector(body, 34, 1)
    if len(body) < at + 3:
        raise _Malformed
    version, cipher = int.from_bytes(body[:2]), int.from_bytes(body[at : at + 2])
    resumes = False
    if len(body) > at + 3:
        extensions, _ = _vector(body, at + 3, 2)
        at = 0
        while at + 4 <= len(extensions):
            kind = int.from_bytes(extensions[at : at + 2])
            value, at = _vector(extensions, at + 2, 2)
            if kind == _SUPPORTED_VERSIONS and len(value) == 2:
                version = int.from_bytes(value)
            resumes |= kind == _PRE_SHARED_KEY
    return ServerHello(sender, frame, version, session_id, cipher, resumes)


def _chain(body: bytes) -> tuple[bytes, ...]:
    listed, _ = _vector(body, 0, 3)
    chain: list[bytes] = []
    at = 0
    while at < len(listed):
        der, at = _vector(listed, at, 3)
        chain.append(der)
    return tuple(chain)
