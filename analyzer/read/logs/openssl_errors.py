"""OpenSSL error strings and verify texts, by number (field notes 2.3 and 2.4).

1.1.x packs library (8 bits), function (12) and reason (12); 3.x packs library and reason (23 bits). A reason of 1000 + n is an alert n
that the *other* side sent.
"""

from __future__ import annotations

import re

_SSL_LIBRARY = 0x14
_FIRST_ALERT_REASON = 1000
EXTENSION_NOT_RECEIVED = 279
"""The reason code of "extension not received": the other end never offered what the server asked for after the handshake."""

_CODE = re.compile(r"\berror:([0-9A-Fa-f]{8})(?=:|\s|$)")
_ALERT_NUMBER = re.compile(r"SSL alert number (\d{1,3})(?!\d)")
_ALERT_TEXT = re.compile(r"\b(?:sslv3|tlsv1|tlsv13) alert ([a-z ]{3,40})")

ALERT_TEXTS = {
    "unexpected message": 10,
    "bad record mac": 20,
    "handshake failure": 40,
    "bad certificate": 42,
    "unsupported certificate": 43,
    "certificate revoked": 44,
    "certificate expired": 45,
    "certificate unknown": 46,
    "illegal parameter": 47,
    "unknown ca": 48,
    "access denied": 49,
    "decode error": 50,
    "decrypt error": 51,
    "protocol version": 70,
    "insufficient security": 71,
    "internal error": 80,
    "missing extension": 109,
    "certificate required": 116,
}
"""The texts of ssl/ssl_err.c, for a line whose number is cut off or missing."""

VERIFY_TEXTS = {
    "certificate signature failure": 7,
    "certificate is not yet valid": 9,
    "certificate has expired": 10,
    "self signed certificate": 18,
    "self signed certificate in certificate chain": 19,
    "unable to get local issuer certificate": 20,
    "unable to verify the first certificate": 21,
    "certificate revoked": 23,
    "unsuitable certificate purpose": 26,
    "ee certificate key too weak": 66,
    "ca certificate key too weak": 67,
    "ca signature digest algorithm too weak": 68,
    "invalid ca certificate": 79,
}
"""The texts of crypto/x509/x509_txt.c; 3.x writes a hyphen in "self-signed"."""


def alert_and_reason(message: str) -> tuple[int | None, int | None]:
    """The alert number received, and the reason code of the error string; None for what the message does not hold."""
    reason = None
    for found in _CODE.finditer(message):
        code = int(found[1], 16)
        if code >> 24 == _SSL_LIBRARY:
            reason = code & 0xFFF
        elif code >> 23 == _SSL_LIBRARY:
            reason = code & 0x7FFFFF
        if reason is not None:
            break
    if reason is not None and 0 <= reason - _FIRST_ALERT_REASON <= 255:
        return reason - _FIRST_ALERT_REASON, reason
    number = _ALERT_NUMBER.search(message)
    if number is not None and int(number[1]) <= 255:
        return int(number[1]), reason
    text = _ALERT_TEXT.search(message)
    return (ALERT_TEXTS.get(text[1].strip()) if text is not None else None), reason


def verify_code_of(text: str) -> int | None:
    """The verify code of a whole verify text, None when it is cut, "ok" or unknown."""
    return VERIFY_TEXTS.get(text.strip().lower().replace("self-signed", "self signed"))
