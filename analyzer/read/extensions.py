"""The extensions of a certificate in the words of OpenSSL, bounded: a name, whether it is critical, and its content as text."""

from __future__ import annotations

import re

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from analyzer.model.certificate import Extension

MAX_EXTENSIONS = 32
MAX_CHARACTERS = 500
"""Extensions of one certificate that are kept, and characters of one."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")

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
    "2.5.29.19": "X509v3 Basic Constraints",
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
    shown = list(extensions)[:MAX_EXTENSIONS]
    return tuple(
        Extension(_NAMES.get(one.oid.dotted_string, one.oid.dotted_string), one.critical, _text(one)[:MAX_CHARACTERS]) for one in shown
    )


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
            return f"DNS:{printable(text)}"
        case x509.IPAddress(value=address):
            return f"IP Address:{address}"
        case x509.RFC822Name(value=text):
            return f"email:{printable(text)}"
        case x509.UniformResourceIdentifier(value=text):
            return f"URI:{printable(text)}"
        case x509.RegisteredID(value=oid):
            return f"Registered ID:{oid.dotted_string}"
        case x509.DirectoryName(value=directory):
            return f"DirName:{printable(directory.rfc4514_string())}"
    return "othername:<unsupported>"


def printable(text: str) -> str:
    """The text of a name on one line: each control character, line feeds among them, as ``\\x0A``. A name must not begin a line of the
    decoded certificate.
    """
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02X}", text)
