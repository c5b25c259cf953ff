"""A certificate in the words and the layout of ``openssl x509 -text``, which engineers read it in.

What only a machine reads is left out: the modulus, and the bytes of the signature. The PEM that stands beneath has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.certificate import Certificate, DistinguishedName
from analyzer.model.certificate import pem as pem_of
from analyzer.report.wording import openssl_time

_KEYS = {"RSA": "rsaEncryption", "EC": "id-ecPublicKey", "DSA": "dsaEncryption", "Ed25519": "ED25519", "Ed448": "ED448"}
_NIST = {"prime256v1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521", "secp224r1": "P-224", "prime192v1": "P-192"}
_ATTRIBUTE = re.compile(r"/(?=(?:[A-Za-z][A-Za-z0-9]{0,40}|[0-9]+(?:\.[0-9]+){1,20})=)")
_NEEDS_QUOTES = re.compile(r'[,+"\\<>;]|^[ #]| $')
_LONG = 8
"""Bytes of a serial number from which on OpenSSL prints it as octets."""


def decoded(certificate: Certificate) -> str:
    """The certificate as text."""
    return "\n".join(_lines(certificate))


def _lines(certificate: Certificate) -> Iterator[str]:
    yield "Certificate:"
    yield "    Data:"
    yield f"        Version: {certificate.version} (0x{max(certificate.version - 1, 0):x})"
    yield from _serial(certificate.serial)
    yield f"        Signature Algorithm: {certificate.signature_algorithm}"
    yield f"        Issuer: {openssl_name(certificate.issuer)}"
    yield "        Validity"
    yield f"            Not Before: {openssl_time(certificate.not_before)}"
    yield f"            Not After : {openssl_time(certificate.not_after)}"
    yield f"        Subject: {openssl_name(certificate.subject)}"
    yield "        Subject Public Key Info:"
    yield f"            Public Key Algorithm: {_KEYS.get(certificate.key_type, certificate.key_type)}"
    if certificate.key_type in ("Ed25519", "Ed448"):
        yield f"                {certificate.key_type.upper()} Public-Key:"
    elif certificate.key_bits:
        yield f"                Public-Key: ({certificate.key_bits} bit)"
    else:
        yield "                Unable to load Public Key"
    if certificate.curve:
        yield f"                ASN1 OID: {certificate.curve}"
    if certificate.curve in _NIST:
        yield f"                NIST CURVE: {_NIST[certificate.curve]}"
    if certificate.extensions:
        yield "        X509v3 extensions:"
    for one in certificate.extensions:
        yield f"            {one.name}: {'critical' if one.critical else ''}".rstrip(" ")
        yield f"                {one.text}"
    yield f"sha256 Fingerprint={octets(certificate.sha256).upper()}"
    yield f"sha256 of the public key={octets(certificate.key_sha256).upper()}"


def _serial(serial: int) -> Iterator[str]:
    sign = "-" if serial < 0 else ""
    size = (abs(serial).bit_length() + 7) // 8
    if size < _LONG or (size == _LONG and not abs(serial) >> 63):
        yield f"        Serial Number: {serial} ({sign}0x{abs(serial):x})"
    else:
        yield "        Serial Number:"
        yield f"            {' (Negative)' if serial < 0 else ''}{octets(f'{abs(serial):x}')}"


def openssl_name(name: DistinguishedName) -> str:
    """``title = InternalCA, OU = ..., O = "Cisco Systems, Inc"`` of the slash form that logs print."""
    parts = [part.partition("=") for part in _ATTRIBUTE.split(name.text) if part]
    return ", ".join(f"{kind} = {_quoted(value)}" for kind, _, value in parts)


def _quoted(value: str) -> str:
    if not _NEEDS_QUOTES.search(value):
        return value
    return '"' + value.replace('"', '\\"') + '"'


def pem(certificate: Certificate) -> str:
    """The certificate as PEM. Certificates are public."""
    return pem_of(certificate.der)


def octets(digits: str) -> str:
    """``ab:0c:...`` of hexadecimal digits."""
    digits = digits if len(digits) % 2 == 0 else "0" + digits
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
