"""What the messages of sftunnel mean (field notes 2.2). Lines may be cut anywhere behind the words that tell them apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyzer.model.log import LogKind

K = LogKind

CATALOGUE: tuple[tuple[re.Pattern[str], LogKind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"-? ?Error with certificate", K.CERTIFICATE_ERROR),
        (r"issuer\s{0,4}=", K.ISSUER),
        (r"subject\s{0,4}=", K.SUBJECT),
        (r"err \d{1,5}:|verify error:num=\d", K.VERIFY_ERROR),
        (r"SSL_renegotiate error|SSL_(?:connect|accept|do_handshake) error|error:[0-9A-Fa-f]{8}:", K.SSL_ERROR),
        (r"Connect: ?SSL handshake f", K.HANDSHAKE_FAILED),
        (r"SSL Verification status", K.VERIFICATION_STATUS),
        (r"VERIFY ssl_verify_callback", K.VERIFY_CALLBACK),
        (r"establish(?:Connection|SSLConnection|ConnectionUtil)\w{0,10}:", K.CONNECTION_FAILED),
        (r"Established connection to sftunnel", K.ESTABLISHED),
        (r"Initiating IPv[46] conn|Initiating conn", K.INITIATING),
        (r"Wait to connect to", K.WAITING),
        (r"Connected to ", K.TCP_CONNECTED),
        (r"HMAC verification reached timeout", K.HMAC_TIMEOUT),
        (r"ShutDownPeer", K.PEER_SHUTDOWN),
        (r"stream_src=|stream_dest=|FILE /|Opened file|Initiated fstream", K.FILE_TRANSFER),
    )
)
"""Matched at the start of the message, the first that fits."""

_VERIFY = re.compile(r"(?:err |verify error:num=)(\d{1,5}):?\s*([^\n]{0,200})")
_DEPTH = re.compile(r"depth:? {0,2}(\d{1,3})")
_CODE = re.compile(r"error:([0-9A-Fa-f]{8}):")
_ALERT = re.compile(r"SSL alert number (\d{1,3})")
_NAME = re.compile(r"(?:issuer|subject)\s{0,4}=\s{0,4}(/?[^\n]{0,2000})")
_ADDRESS = r"(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})"
_UUID = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
_PEER = re.compile(rf"(?:[Cc]onnection to|Connected to|for peer|peer|to|\): ?)\s{{0,3}}'?(?P<peer>{_UUID}|{_ADDRESS})(?![\w.]*\.\d)")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a message says beside its kind; the fields of `LogEvent` of the same names."""

    kind: LogKind
    peer: str = ""
    verify_code: int | None = None
    verify_text: str = ""
    depth: int | None = None
    alert: int | None = None
    reason: int | None = None
    name: str = ""
    cut: bool = False


def meaning(message: str) -> Meaning:
    """The meaning of a message; kind OTHER for one that the catalogue does not know."""
    kind = next((kind for pattern, kind in CATALOGUE if pattern.match(message)), K.OTHER)
    match kind:
        case K.VERIFY_ERROR:
            found = _VERIFY.match(message)
            return Meaning(kind, verify_code=int(found[1]), verify_text=found[2].strip()) if found else Meaning(kind, cut=True)
        case K.ISSUER | K.SUBJECT:
            found = _NAME.match(message)
            name = found[1].strip() if found else ""
            # An InternalCA's name ends with its organization (field notes 1, fact 2): without it the line was cut at the margin.
            return Meaning(kind, name=name, cut=name.startswith("/t") and "/O=" not in name)
        case K.CERTIFICATE_ERROR:
            depth = _DEPTH.search(message)
            return Meaning(kind, depth=int(depth[1]) if depth else None, cut=depth is None)
        case K.SSL_ERROR | K.CONNECTION_FAILED | K.HANDSHAKE_FAILED | K.VERIFICATION_STATUS:
            alert, reason = openssl_error(message)
            return Meaning(
                kind, peer=_peer(message), alert=alert, reason=reason, cut=kind is K.SSL_ERROR and reason is None and alert is None
            )
        case _:
            return Meaning(kind, peer=_peer(message))


def openssl_error(text: str) -> tuple[int | None, int | None]:
    """The alert that was received and the OpenSSL reason code, each None when not told (field notes 2.4).

    1.1.x packs library, function and reason (``14094415``), 3.x library and reason (``0A000415``); a reason of 1000 and more is 1000 plus
    the alert.
    """
    reason = None
    code = _CODE.search(text)
    if code is not None:
        packed = int(code[1], 16)
        reason = packed & 0xFFF if packed >> 24 == 0x14 else packed & 0x7FFFFF if packed >> 23 == 0x14 else None
    stated = _ALERT.search(text)
    alert = int(stated[1]) if stated else reason - 1000 if reason is not None and 1000 <= reason < 1256 else None
    return alert, reason


def _peer(message: str) -> str:
    found = _PEER.search(message)
    return found["peer"].lower() if found else ""
