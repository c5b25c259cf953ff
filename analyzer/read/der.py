"""A small reader of DER: enough to walk into a certificate, a PKCS#7 bag or the public half of a private key.

X.509 itself is decoded by `cryptography`. This exists for what it does not give: names as OpenSSL prints them, the signed
bytes of a certificate with serial 0 on any version of the library, and an RSA public key without loading the private one.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

INTEGER = 0x02
OCTET_STRING = 0x04
OID = 0x06
SEQUENCE = 0x30
SET = 0x31
CONTEXT_0 = 0xA0

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
