"""What sftunnel writes, as a table. One row per wording; the first row whose literal begins the message decides.

S1 is Cisco document 222464, whose lines are cut at the right margin: a literal goes as far as the document shows. S7 is bug CSCwa10423,
S9 a vendor triage script, S13 and S14 public posts (field notes 2.2). The unverified completions of 2.5 only make a row tolerant.
"""

from __future__ import annotations

import re

from msgspec import Struct

from analyzer.model.log import LogKind as K

MIN_CUT = 5
"""Characters that a cut message must have to be taken for the beginning of a literal."""


class Row(Struct, frozen=True):
    """``fields`` must match the message too, unless the message is cut inside the literal; its groups are code, text, depth, name.

    ``bare``: the wording is so much sftunnel's own that it counts even without any header (pasted lines).
    """

    literal: str
    kind: K
    source: str
    fields: re.Pattern[str] | None = None
    bare: bool = False


_NAME = r"\s{0,8}=\s{0,8}(?P<name>/.{0,2000})?"
_STATUS = re.compile(r".{0,60}?Verification status\s{0,3}:\s{0,3}(?P<text>.{0,200})")

ROWS = (
    Row("Initiating IPv4 connection", K.INITIATING, "S1"),
    Row("Initiating IPv6 connection", K.INITIATING, "as IPv4"),
    Row("Wait to connect to ", K.WAITING, "S1"),
    Row("Connected to ", K.TCP_CONNECTED, "S1"),
    Row(
        "-Error with certificate at", K.CERTIFICATE_ERROR, "S1", re.compile(r"-Error with certificate at\D{0,12}(?P<depth>\d{1,3})?"), True
    ),
    Row("issuer", K.ISSUER, "S1", re.compile("issuer" + _NAME)),
    Row("subject", K.SUBJECT, "S1", re.compile("subject" + _NAME)),
    Row("err ", K.VERIFY_ERROR, "S1, S7", re.compile(r"err\s{1,4}(?P<code>\d{1,5})\s?:\s{0,3}(?P<text>.{0,200})"), True),
    Row("verify error:num=", K.VERIFY_ERROR, "OpenSSL", re.compile(r"verify error:num=(?P<code>\d{1,5}):(?P<text>.{0,200})")),
    Row("SSL_renegotiate error", K.SSL_ERROR, "S1", bare=True),
    Row("Connect:SSL handshake fail", K.HANDSHAKE_FAILED, "S1", bare=True),
    Row("SSL Verification status", K.VERIFICATION_STATUS, "S1", _STATUS, True),
    Row("VERIFY ssl_verify_callback", K.VERIFY_CALLBACK, "S1", bare=True),
    Row("establishConnectionUtil: SSL Verification status", K.VERIFICATION_STATUS, "S1", _STATUS, True),
    Row("establishConnectionUtil: SSL", K.VERIFICATION_STATUS, "S1", bare=True),
    Row("establishConnectionUtil: Fail", K.CONNECTION_FAILED, "S1", bare=True),
    Row("establishSSLConnection: Unab", K.CONNECTION_FAILED, "S1", bare=True),
    Row("establishSSLConnection: ret_", K.CONNECTION_FAILED, "S1", bare=True),
    Row("establishSSLConnection: iret", K.CONNECTION_FAILED, "S1", bare=True),
    Row("establishSSLConnection: irt", K.CONNECTION_FAILED, "S1 (as printed)", bare=True),
    Row("establishSSLConnection: Fail", K.CONNECTION_FAILED, "S1", bare=True),
    Row("Unable to connect to ", K.CONNECTION_FAILED, "assumed: the wording of an attempt without an answer was not seen"),
    Row("Established connection to sftunnel for peer", K.ESTABLISHED, "S14", bare=True),
    Row("stream_src=", K.FILE_TRANSFER, "S13"),
    Row("stream_dest=", K.FILE_TRANSFER, "S13"),
    Row("FILE /", K.FILE_TRANSFER, "S13"),
    Row("Opened file '", K.FILE_TRANSFER, "S13"),
    Row("Initiated fstream task pushing ", K.FILE_TRANSFER, "S13"),
)

ANYWHERE = (
    ("HMAC verification reached timeout", K.HMAC_TIMEOUT),
    ("ShutDownPeer", K.PEER_SHUTDOWN),
)
"""Words that only a triage script shows, not the line around them (S9)."""

_FIRST = {first: tuple(row for row in ROWS if row.literal[0] == first) for first in {row.literal[0] for row in ROWS}}


class Meaning(Struct, frozen=True):
    """The kind of a message and what its wording gave. ``cut``: it ends inside the literal, or inside a name."""

    kind: K
    verify_code: int | None = None
    verify_text: str = ""
    depth: int | None = None
    name: str = ""
    cut: bool = False


LITERALS = (b"sftunnel", *sorted({row.literal.lower().encode() for row in ROWS if row.bare}))
"""In lower case: a text in which none of these stands holds no event."""

OTHER = Meaning(K.OTHER)
_PLAIN = {kind: Meaning(kind) for kind in K}


def classify(message: str) -> Meaning:
    """What a message of sftunnel means; `OTHER` when the catalogue does not know it."""
    for row in _FIRST.get(message[:1], ()):
        if message.startswith(row.literal):
            if row.fields is None:
                return _PLAIN[row.kind]
            found = row.fields.match(message)
            if found is not None:
                return _meaning(row.kind, found)
            if message[len(row.literal) :].strip().isdigit():  # "err 1": the number itself may be cut
                return Meaning(row.kind, cut=True)
    for words, kind in ANYWHERE:
        if words in message:
            return _PLAIN[kind]
    return _cut_meaning(message)


def bare_kind(message: str) -> bool:
    """The message alone, without a header, can only be sftunnel's."""
    return any(row.bare and message.startswith(row.literal) and classify(message).kind is row.kind for row in _FIRST.get(message[:1], ()))


def _meaning(kind: K, found: re.Match[str]) -> Meaning:
    groups = found.groupdict()
    name = (groups.get("name") or "").rstrip()
    if kind in (K.ISSUER, K.SUBJECT):
        # "issuer lookup failed" is no DN line; "issuer =" with nothing behind it is one, cut.
        if not name and "=" not in found[0]:
            return Meaning(kind, cut=True) if found.string.strip() == found[0].strip() else OTHER
        return Meaning(kind, name=name, cut=_name_is_cut(name))
    code, depth = groups.get("code"), groups.get("depth")
    text = (groups.get("text") or "").strip()
    return Meaning(kind, int(code) if code else None, text, int(depth) if depth else None)


def _name_is_cut(name: str) -> bool:
    """An InternalCA's name ends with its O; any other name that ends without a value is cut as well."""
    internal = "/title=InternalCA/OU=Intrusion Management System/CN="
    if name.startswith(internal):
        return "/O=" not in name
    return internal.startswith(name) or not name.rpartition("=")[2]


def _cut_meaning(message: str) -> Meaning:
    """A message that ends inside a literal: its kind when all literals that it may begin agree."""
    if len(message) < MIN_CUT:
        return OTHER
    kinds = {row.kind for row in _FIRST.get(message[:1], ()) if row.literal.startswith(message)}
    return Meaning(kinds.pop(), cut=True) if len(kinds) == 1 else OTHER
