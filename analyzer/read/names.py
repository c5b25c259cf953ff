"""Distinguished names the way OpenSSL writes them into logs: ``/title=InternalCA/OU=.../CN=.../O=...``, in encoded order.

`cryptography` prints RFC 4514: reversed, and with ``2.5.4.12`` for title. Names are compared by their DER bytes; the text is for
people and for matching the DN of a log line.
"""

from __future__ import annotations

from functools import lru_cache

from analyzer.model.certificate import DistinguishedName
from analyzer.read.der import OID, SEQUENCE, SET, DerError, element, oid_text

MAX_NAME_CHARACTERS = 2_000
"""Characters of a DN that are kept as text; the DER stays whole."""

TITLE = "2.5.4.12"
COMMON_NAME = "2.5.4.3"
ORGANIZATION = "2.5.4.10"
ORGANIZATIONAL_UNIT = "2.5.4.11"

SHORT_NAMES = {
    COMMON_NAME: "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    ORGANIZATION: "O",
    ORGANIZATIONAL_UNIT: "OU",
    TITLE: "title",
    "2.5.4.13": "description",
    "2.5.4.15": "businessCategory",
    "2.5.4.17": "postalCode",
    "2.5.4.41": "name",
    "2.5.4.42": "GN",
    "2.5.4.43": "initials",
    "2.5.4.44": "generationQualifier",
    "2.5.4.45": "x500UniqueIdentifier",
    "2.5.4.46": "dnQualifier",
    "2.5.4.65": "pseudonym",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
    "1.2.840.113549.1.9.2": "unstructuredName",
    "1.2.840.113549.1.9.8": "unstructuredAddress",
    "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
    "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST",
    "1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC",
}
"""The short names of OpenSSL (crypto/objects/objects.txt)."""

_BMP_STRING = 0x1E
_UNIVERSAL_STRING = 0x1C
_KEPT_BYTES = 1024


def name_from_der(der: bytes) -> DistinguishedName:
    """Decode a Name. Raises `DerError` when it is not one."""
    return _kept(der) if len(der) <= _KEPT_BYTES else _decoded(der)


def _decoded(der: bytes) -> DistinguishedName:
    outer = element(der)
    if outer.tag != SEQUENCE or outer.end != len(der):
        raise DerError("a name is not a SEQUENCE")
    parts: list[str] = []
    first: dict[str, str] = {}
    for relative in outer.children():
        if relative.tag != SET:
            raise DerError("a part of a name is not a SET")
        for pair in relative.children():
            items = list(pair.children()) if pair.tag == SEQUENCE else []
            if len(items) != 2 or items[0].tag != OID:
                raise DerError("an attribute of a name is not a type and a value")
            oid = oid_text(items[0].content)
            parts.append(f"/{SHORT_NAMES.get(oid, oid)}={_as_openssl(items[1].tag, items[1].content)}")
            first.setdefault(oid, _readable(items[1].tag, items[1].content))
    return DistinguishedName(
        der=der,
        text="".join(parts)[:MAX_NAME_CHARACTERS],
        title=first.get(TITLE, ""),
        common_name=first.get(COMMON_NAME, ""),
        organization=first.get(ORGANIZATION, ""),
        organizational_unit=first.get(ORGANIZATIONAL_UNIT, ""),
    )


_kept = lru_cache(maxsize=256)(_decoded)  # one CA is the issuer of thousands


def _as_openssl(tag: int, value: bytes) -> str:
    """As X509_NAME_oneline prints it: ASCII as it is, every other byte as ``\\xHH``."""
    if tag == _UNIVERSAL_STRING and len(value) % 4 == 0 and not any(value[i] for i in range(len(value)) if i % 4 != 3):
        value = value[3::4]
    value = value[:MAX_NAME_CHARACTERS]
    if value.isascii() and (text := value.decode("ascii")).isprintable():
        return text
    return "".join(chr(byte) if 0x20 <= byte <= 0x7E else f"\\x{byte:02X}" for byte in value)


def _readable(tag: int, value: bytes) -> str:
    """The value as a person reads it, on one line; bytes that no encoding fits become U+FFFD or Latin-1."""
    value = value[:MAX_NAME_CHARACTERS]
    if tag == _BMP_STRING:
        return one_line(value.decode("utf-16-be", errors="replace"))
    if tag == _UNIVERSAL_STRING:
        return one_line(value.decode("utf-32-be", errors="replace"))
    try:
        return one_line(value.decode("utf-8"))
    except UnicodeDecodeError:
        return one_line(value.decode("latin-1"))


def one_line(text: str) -> str:
    """The text with every character that does not show (a line feed above all) written as an escape: a name in a certificate is the
    stranger's own, and must not look like a line of ours."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else _escape(ord(sign)) for sign in text)


def _escape(number: int) -> str:
    return f"\\x{number:02X}" if number < 0x100 else f"\\u{number:04X}" if number < 0x10000 else f"\\U{number:08X}"
