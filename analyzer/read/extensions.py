"""The extensions of a certificate in the words of OpenSSL, bounded: a name, whether it is critical, and its content as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from analyzer.model.certificate import Extension
from analyzer.read import der as asn1
from analyzer.read.names import one_line

MAX_EXTENSIONS = 32
MAX_CHARACTERS = 500
"""Extensions of one certificate that are kept, and characters of one."""

_UNDECODED = "cannot be decoded"
_BASIC_CONSTRAINTS = "2.5.29.19"
BASIC_CONSTRAINTS = "X509v3 Basic Constraints"

_USAGES = (
    ("digital_signature", "Digital Signature"),
    ("content_commitment", "Non Repudiation"),
    ("key_encipherment", "Key Encipherment"),
    ("data_encipherment", "Data Encipherment"),
    ("key_agreement", "Key Agreement"),
    ("key_cert_sign", "Certificate Sign"),
    ("crl_sign", "CRL Sign"),
)
_PURPOSES = {
    ExtendedKeyUsageOID.SERVER_AUTH: "TLS Web Server Authentication",
    ExtendedKeyUsageOID.CLIENT_AUTH: "TLS Web Client Authentication",
    ExtendedKeyUsageOID.CODE_SIGNING: "Code Signing",
    ExtendedKeyUsageOID.EMAIL_PROTECTION: "E-mail Protection",
    ExtendedKeyUsageOID.TIME_STAMPING: "Time Stamping",
    ExtendedKeyUsageOID.OCSP_SIGNING: "OCSP Signing",
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE: "Any Extended Key Usage",
}
_NAMES = {
    "2.5.29.14": "X509v3 Subject Key Identifier",
    "2.5.29.15": "X509v3 Key Usage",
    "2.5.29.17": "X509v3 Subject Alternative Name",
    "2.5.29.18": "X509v3 Issuer Alternative Name",
    _BASIC_CONSTRAINTS: BASIC_CONSTRAINTS,
    "2.5.29.30": "X509v3 Name Constraints",
    "2.5.29.31": "X509v3 CRL Distribution Points",
    "2.5.29.32": "X509v3 Certificate Policies",
    "2.5.29.35": "X509v3 Authority Key Identifier",
    "2.5.29.37": "X509v3 Extended Key Usage",
    "1.3.6.1.5.5.7.1.1": "Authority Information Access",
    "2.16.840.1.113730.1.1": "Netscape Cert Type",
    "2.16.840.1.113730.1.13": "Netscape Comment",
}


def extensions_of(extensions: x509.Extensions) -> tuple[Extension, ...]:
    """The extensions in their order."""
    return tuple(_shown(one) for one in list(extensions)[:MAX_EXTENSIONS])


def extensions_one_by_one(encoded: Sequence[asn1.Element], alone: Callable[[bytes], x509.Extensions]) -> tuple[Extension, ...]:
    """The extensions of a certificate of which the library cannot decode one: each by itself, and that one with its size alone.

    ``alone`` decodes a list that holds a single one. Raises `DerError` for what is no extension.
    """
    return tuple(_decoded(one, alone) for one in encoded[:MAX_EXTENSIONS])


def undecoded(extensions: Iterable[Extension]) -> tuple[str, ...]:
    """The names of those that could not be decoded."""
    return tuple(one.name for one in extensions if one.text.startswith(_UNDECODED))


def _decoded(encoded: asn1.Element, alone: Callable[[bytes], x509.Extensions]) -> Extension:
    try:
        return _shown(next(iter(alone(encoded.encoded))))
    except (ValueError, TypeError, UnicodeError, StopIteration, x509.DuplicateExtension):
        parts = list(encoded.children())
        if len(parts) < 2 or parts[0].tag != asn1.OID:
            raise asn1.DerError("an extension is not a type and a value") from None
        oid = asn1.oid_text(parts[0].content)
        critical = parts[1].tag == asn1.BOOLEAN and any(parts[1].content)
        loose = _basic_constraints(parts[-1].content) if oid == _BASIC_CONSTRAINTS else ""
        return Extension(_NAMES.get(oid, oid), critical, loose or f"{_UNDECODED} ({len(parts[-1].content)} bytes)")


def _basic_constraints(value: bytes) -> str:
    """``CA:FALSE`` of a basicConstraints that is not DER because it states the default, as OpenSSL reads it; "" when it is none."""
    try:
        parts = list(asn1.element(value).children())
        ca = next((any(part.content) for part in parts if part.tag == asn1.BOOLEAN), False)
        length = next((part.integer() for part in parts if part.tag == asn1.INTEGER), None)
    except asn1.DerError:
        return ""
    return f"CA:{'TRUE' if ca else 'FALSE'}" + (f", pathlen:{length}" if length is not None else "")


def _shown(one: x509.Extension[x509.ExtensionType]) -> Extension:
    oid = one.oid.dotted_string
    return Extension(_NAMES.get(oid, oid), one.critical, one_line(_text(one)[:MAX_CHARACTERS])[:MAX_CHARACTERS])


def octets(data: bytes) -> str:
    """``AB:0C:...``, as OpenSSL prints key identifiers."""
    return data[: MAX_CHARACTERS // 2].hex(":").upper()


def _text(extension: x509.Extension[x509.ExtensionType]) -> str:
    match extension.value:
        case x509.BasicConstraints(ca=ca, path_length=length):
            return f"CA:{'TRUE' if ca else 'FALSE'}" + (f", pathlen:{length}" if length is not None else "")
        case x509.SubjectKeyIdentifier(digest=digest):
            return octets(digest)
        case x509.AuthorityKeyIdentifier(key_identifier=bytes(identifier), authority_cert_issuer=None):
            return octets(identifier)
        case x509.KeyUsage() as usage:
            return ", ".join(_usages(usage))
        case x509.ExtendedKeyUsage() as usage:
            return ", ".join(_PURPOSES.get(one, one.dotted_string) for one in usage)
        case x509.SubjectAlternativeName() | x509.IssuerAlternativeName() as names:
            return ", ".join(_general_name(one) for one in names)
    try:
        return f"({len(extension.value.public_bytes())} bytes)"
    except NotImplementedError:  # what the library decodes and cannot encode
        return type(extension.value).__name__


def _usages(usage: x509.KeyUsage) -> list[str]:
    names = [name for field, name in _USAGES if getattr(usage, field)]
    if usage.key_agreement:
        names += ["Encipher Only"] * usage.encipher_only + ["Decipher Only"] * usage.decipher_only
    return names


def _general_name(name: x509.GeneralName) -> str:
    match name:
        case x509.DNSName(value=text):
            return f"DNS:{text}"
        case x509.IPAddress(value=address):
            return f"IP Address:{address}"
        case x509.RFC822Name(value=text):
            return f"email:{text}"
        case x509.UniformResourceIdentifier(value=text):
            return f"URI:{text}"
        case x509.RegisteredID(value=oid):
            return f"Registered ID:{oid.dotted_string}"
        case x509.DirectoryName(value=directory):
            return f"DirName:{directory.rfc4514_string()}"
    return "othername:<unsupported>"
