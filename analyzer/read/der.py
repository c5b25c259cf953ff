"""A small reader of DER: enough to walk into a certificate, a PKCS#7 bag or the public half of a private key.

X.509 itself is decoded by `cryptography`. This exists for what it does not give: names as OpenSSL prints them, the signed
bytes of a certificate with serial 0 on any version of the library, an RSA public key without loading the private one, and what can still
be said of a certificate that OpenSSL accepts and the library refuses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct

BOOLEAN = 0x01
INTEGER = 0x02
BIT_STRING = 0x03
OCTET_STRING = 0x04
OID = 0x06
SEQUENCE = 0x30
SET = 0x31
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
CONTEXT_0 = 0xA0
CONTEXT_3 = 0xA3

MAX_CHILDREN = 20_000
"""Elements of one constructed value that are walked."""


class DerError(ValueError):
    """The bytes are not DER, or not the structure that was asked for."""


class Element(Struct, frozen=True):
    """One tag-length-value inside ``data``: its tag is at ``start``, its content at ``body``, and ``end`` is one past its last byte."""

    data: bytes
    tag: int
    start: int
    body: int
    end: int

    @property
    def content(self) -> bytes:
        """The value's own bytes."""
        return self.data[self.body : self.end]

    @property
    def encoded(self) -> bytes:
        """Tag, length and value."""
        return self.data[self.start : self.end]

    def children(self) -> Iterator[Element]:
        """The elements inside a constructed value, in order. Raises `DerError` on damage."""
        at = self.body
        for _ in range(MAX_CHILDREN):
            if at >= self.end:
                return
            child = element(self.data, at, self.end)
            yield child
            at = child.end
        raise DerError(f"more than {MAX_CHILDREN} elements")

    def integer(self) -> int:
        """The signed value of an INTEGER."""
        if self.tag != INTEGER or self.end == self.body:
            raise DerError("not an INTEGER")
        return int.from_bytes(self.content, "big", signed=True)


def header(data: bytes, at: int = 0) -> tuple[int, int, int]:
    """The tag, the start of the content and the declared content length in bytes. The content itself need not be there."""
    if at + 2 > len(data):
        raise DerError("no room for a tag and a length")
    tag, first = data[at], data[at + 1]
    if tag & 0x1F == 0x1F:
        raise DerError("a tag number above 30")
    if first < 0x80:
        return tag, at + 2, first
    size = first & 0x7F
    if size == 0 or size > 4:
        raise DerError("an indefinite length, or one above 4 GiB")
    if at + 2 + size > len(data):
        raise DerError("the length is cut")
    return tag, at + 2 + size, int.from_bytes(data[at + 2 : at + 2 + size], "big")


def declared_size(data: bytes) -> int | None:
    """The bytes that the outermost element says it has, tag and length included; None when its head is not DER."""
    try:
        _, body, length = header(data)
    except DerError:
        return None
    return body + length


def element(data: bytes, at: int = 0, limit: int | None = None) -> Element:
    """The element at an offset, which must end at or before ``limit``."""
    tag, body, length = header(data, at)
    end = body + length
    if end > (len(data) if limit is None else limit):
        raise DerError("an element is longer than what holds it")
    return Element(data, tag, at, body, end)


def wrapped(tag: int, *content: bytes) -> bytes:
    """One element around its content."""
    body = b"".join(content)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


_REST_OF_TIME = r"(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d{1,20})?(?:Z|([+-])(\d\d)(\d\d))?"
_TIMES = {UTC_TIME: re.compile(r"(\d\d)" + _REST_OF_TIME), GENERALIZED_TIME: re.compile(r"(\d{4})" + _REST_OF_TIME)}


def moment(time: Element) -> datetime:
    """The value of a UTCTime or GeneralizedTime, aware, UTC; forms of BER that certificates hold (no seconds, an offset) included.

    Two digits of a year are of 1950 to 2049 (RFC 5280, 4.1.2.5.1). Raises `DerError`.
    """
    form = _TIMES.get(time.tag)
    found = form.fullmatch(time.content.decode("latin-1")) if form is not None else None
    if found is None:
        raise DerError("not a time")
    year = int(found[1])
    if time.tag == UTC_TIME:
        year += 1900 if year >= 50 else 2000
    try:
        read = datetime(year, int(found[2]), int(found[3]), int(found[4]), int(found[5]), int(found[6] or 0), tzinfo=UTC)
        ahead = timedelta(hours=int(found[8] or 0), minutes=int(found[9] or 0))
        return read + ahead if found[7] == "-" else read - ahead
    except (ValueError, OverflowError) as error:
        raise DerError("not a time of the calendar") from error


def oid_text(content: bytes) -> str:
    """The dotted form of an OBJECT IDENTIFIER's content."""
    if not content or content[-1] & 0x80 or len(content) > 64:
        raise DerError("not an OBJECT IDENTIFIER")
    arcs: list[int] = []
    value = 0
    for byte in content:
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(str(arc) for arc in (first, arcs[0] - first * 40, *arcs[1:]))
