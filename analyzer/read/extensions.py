"""The extensions of a certificate in the words of OpenSSL, bounded: a name, whether it is critical, and its content as text."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.model.certificate import Extension
from analyzer.read import der as asn1
from analyzer.read.names import one_line

MAX_EXTENSIONS = 32
MAX_CHARACTERS = 500
"""Extensions of one certificate that are kept, and characters of one."""

UNDECODED = "cannot be decoded"
BASIC_CONSTRAINTS_OID = "2.5.29.19"
BASIC_CONSTRAINTS = "X509v3 Basic Constraints"

USAGES = (
    ("digital_signature", "Digital Signature"),
    ("content_commitment", "Non Repudiation"),
    ("key_encipherment", "Key Encipherment"),
    ("data_encipherment", "Data Encipherment"),
    ("key_agreement", "Key Agreement"),
    ("key_cert_sign", "Certificate Sign"),
    ("crl_sign", "CRL Sign"),
)
PURPOSES = {
    "1.3.6.1.5.5.7.3.1": "TLS Web Server Authentication",
    "1.3.6.1.5.5.7.3.2": "TLS Web Client Authentication",
    "1.3.6.1.5.5.7.3.3": "Code Signing",
    "1.3.6.1.5.5.7.3.4": "E-mail Protection",
    "1.3.6.1.5.5.7.3.8": "Time Stamping",
    "1.3.6.1.5.5.7.3.9": "OCSP Signing",
    "2.5.29.37.0": "Any Extended Key Usage",
}
NAMES = {
    "2.5.29.14": "X509v3 Subject Key Identifier",
    "2.5.29.15": "X509v3 Key Usage",
    "2.5.29.17": "X509v3 Subject Alternative Name",
    "2.5.29.18": "X509v3 Issuer Alternative Name",
    BASIC_CONSTRAINTS_OID: BASIC_CONSTRAINTS,
    "2.5.29.30": "X509v3 Name Constraints",
    "2.5.29.31": "X509v3 CRL Distribution Points",
    "2.5.29.32": "X509v3 Certificate Policies",
    "2.5.29.35": "X509v3 Authority Key Identifier",
    "2.5.29.37": "X509v3 Extended Key Usage",
    "1.3.6.1.5.5.7.1.1": "Authority Information Access",
    "2.16.840.1.113730.1.1": "Netscape Cert Type",
    "2.16.840.1.113730.1.13": "Netscape Comment",
}


def undecoded(extensions: Iterable[Extension]) -> tuple[str, ...]:
    """The names of those that could not be decoded."""
    return tuple(one.name for one in extensions if one.text.startswith(UNDECODED))


def loose_basic_constraints(value: bytes) -> str:
    """``CA:FALSE`` of a basicConstraints that is not DER because it states the default, as OpenSSL reads it; "" when it is none."""
    try:
        parts = list(asn1.element(value).children())
        ca = next((any(part.content) for part in parts if part.tag == asn1.BOOLEAN), False)
        length = next((part.integer() for part in parts if part.tag == asn1.INTEGER), None)
    except asn1.DerError:
        return ""
    return f"CA:{'TRUE' if ca else 'FALSE'}" + (f", pathlen:{length}" if length is not None else "")


def octets(data: bytes) -> str:
    """``AB:0C:...``, as OpenSSL prints key identifiers."""
    return data[: MAX_CHARACTERS // 2].hex(":").upper()


def shown(oid: str, critical: bool, text: str) -> Extension:
    """An extension with this text, on one line and bounded."""
    return Extension(NAMES.get(oid, oid), critical, one_line(text[:MAX_CHARACTERS])[:MAX_CHARACTERS])


def not_decoded(encoded: asn1.Element) -> Extension:
    """An extension that cannot be decoded: its name and its size. Raises `DerError` for what is no extension."""
    parts = list(encoded.children())
    if len(parts) < 2 or parts[0].tag != asn1.OID:
        raise asn1.DerError("an extension is not a type and a value") from None
    oid = asn1.oid_text(parts[0].content)
    critical = parts[1].tag == asn1.BOOLEAN and any(parts[1].content)
    loose = loose_basic_constraints(parts[-1].content) if oid == BASIC_CONSTRAINTS_OID else ""
    return Extension(NAMES.get(oid, oid), critical, loose or f"{UNDECODED} ({len(parts[-1].content)} bytes)")
