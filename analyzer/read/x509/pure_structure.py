"""Whether the structure of a certificate is one that OpenSSL decodes (RFC 5280, 4.1, read as BER with definite lengths)."""

from __future__ import annotations

import re

from analyzer.read import der as asn1
from analyzer.read.x509.parts import validity, version

_UNIQUE_IDS = (0x81, 0x82)
_ENCODINGS = {0x0C: "utf-8", 0x1C: "utf-32-be", 0x1E: "utf-16-be"}
_STRINGS = frozenset({0x03, 0x30, *range(0x07, 0x10), *range(0x12, 0x1F)})
"""Tags that OpenSSL takes for a text of a name."""

_FULL_DATE = re.compile(rb"(?:\d\d){6,7}Z")


def check_structure(data: bytes) -> None:
    """Raises `DerError` for a certificate that OpenSSL would refuse."""
    certificate = asn1.element(data)
    parts = list(certificate.children())
    _must(certificate.tag == asn1.SEQUENCE and [part.tag for part in parts] == [asn1.SEQUENCE, asn1.SEQUENCE, asn1.BIT_STRING], "its parts")
    _algorithm(parts[1])
    _bits(parts[2])
    version(data)
    found = list(parts[0].children())
    if found and found[0].tag == asn1.CONTEXT_0:
        del found[0]
    wanted = [asn1.INTEGER, *[asn1.SEQUENCE] * 5]
    _must([field.tag for field in found[:6]] == wanted, "the fields of its body")
    found[0].integer()
    _algorithm(found[1])
    _name(found[2])
    validity(found[3])
    _name(found[4])
    key = list(found[5].children())
    _must([part.tag for part in key] == [asn1.SEQUENCE, asn1.BIT_STRING], "its public key")
    _algorithm(key[0])
    _bits(key[1])
    _rest(found[6:])
    if version(data) == 2 or not all(_FULL_DATE.fullmatch(time.content) for time in found[3].children()):
        _readable(found[2])  # the native backend has such a certificate from OpenSSL, which looks at the names as well
        _readable(found[4])


def _must(holds: bool, what: str) -> None:
    if not holds:
        raise asn1.DerError(f"{what} are not those of a certificate")


def _algorithm(element: asn1.Element) -> None:
    parts = list(element.children())
    _must(1 <= len(parts) <= 2 and parts[0].tag == asn1.OID, "the parts of an algorithm")
    asn1.oid_text(parts[0].content)


def _bits(element: asn1.Element) -> None:
    _must(bool(element.content) and element.content[0] <= 7, "the bits of a key or signature")


def _name(name: asn1.Element) -> None:
    for group in name.children():
        _must(group.tag == asn1.SET, "the parts of a name")
        for attribute in group.children():
            parts = list(attribute.children()) if attribute.tag == asn1.SEQUENCE else []
            _must(len(parts) == 2 and parts[0].tag == asn1.OID, "the parts of a name")
            asn1.oid_text(parts[0].content)


def _readable(name: asn1.Element) -> None:
    """Every text of a name is in the encoding that it says. Raises `UnicodeError`, which is a `ValueError`."""
    for group in name.children():
        for attribute in group.children():
            value = list(attribute.children())[1]
            _must(value.tag in _STRINGS, "the texts of a name")
            if value.tag in _ENCODINGS:
                value.content.decode(_ENCODINGS[value.tag])


def _rest(found: list[asn1.Element]) -> None:
    """Unique identifiers, then extensions."""
    order = [field.tag for field in found]
    _must(order == sorted(order) and len(set(order)) == len(order) and set(order) <= {*_UNIQUE_IDS, asn1.CONTEXT_3}, "the last fields")
    for field in found:
        if field.tag != asn1.CONTEXT_3:
            continue
        wrapped = list(field.children())
        _must(len(wrapped) == 1 and wrapped[0].tag == asn1.SEQUENCE, "its extensions")
        for extension in wrapped[0].children():
            tags = [part.tag for part in extension.children()] if extension.tag == asn1.SEQUENCE else []
            _must(tags in ([asn1.OID, asn1.OCTET_STRING], [asn1.OID, asn1.BOOLEAN, asn1.OCTET_STRING]), "the parts of an extension")
            asn1.oid_text(next(extension.children()).content)
