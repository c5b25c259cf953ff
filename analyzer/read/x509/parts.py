"""The parts of a certificate, walked by hand: what both backends, and who compares them, need of its structure."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from analyzer.model.certificate import Extension
from analyzer.read import der as asn1

SIGNATURE_ALGORITHMS = {
    "1.2.840.113549.1.1.4": "md5WithRSAEncryption",
    "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
    "1.2.840.113549.1.1.10": "rsassaPss",
    "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
    "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
    "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
    "1.2.840.113549.1.1.14": "sha224WithRSAEncryption",
    "1.2.840.10040.4.3": "dsaWithSHA1",
    "2.16.840.1.101.3.4.3.2": "dsa_with_SHA256",
    "1.2.840.10045.4.1": "ecdsa-with-SHA1",
    "1.2.840.10045.4.3.1": "ecdsa-with-SHA224",
    "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
    "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
    "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
    "1.3.101.112": "ED25519",
    "1.3.101.113": "ED448",
}
"""OpenSSL's names. Anything else keeps its dotted form."""

KEY_KINDS = {
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.840.113549.1.1.10": "RSA-PSS",
    "1.2.840.10045.2.1": "EC",
    "1.2.840.10040.4.1": "DSA",
    "1.2.840.10046.2.1": "X9.42 DH",
    "1.3.101.110": "X25519",
    "1.3.101.112": "Ed25519",
    "1.3.101.113": "Ed448",
}
"""Kinds of keys by the number of their algorithm, for a key that cannot be decoded."""

CURVES = {"secp256r1": "prime256v1", "secp192r1": "prime192v1"}
"""OpenSSL's names of curves, where they are not those of SEC 2."""


class Key(Struct, frozen=True):
    """A public key; ``why`` it cannot be decoded, and then its kind is told by its number alone."""

    kind: str
    bits: int
    sha256: str
    curve: str = ""
    why: str = ""


class Details(Struct, frozen=True):
    """What a backend tells of a certificate."""

    key: Key
    extensions: tuple[Extension, ...]


def signed_bytes(data: bytes) -> bytes:
    """The part of a certificate that its signature covers (tbsCertificate, as encoded). Raises `DerError`."""
    return next(asn1.element(data).children()).encoded


def fields(data: bytes) -> list[asn1.Element]:
    """Serial, algorithm, issuer, validity, subject, public key and what follows. Raises `DerError`."""
    tbs = next(asn1.element(data).children())
    found = [field for at, field in enumerate(tbs.children()) if not (at == 0 and field.tag == asn1.CONTEXT_0)]
    if len(found) < 6 or found[0].tag != asn1.INTEGER:
        raise asn1.DerError("fields of a certificate are missing")
    return found


def signature(data: bytes) -> tuple[str, bytes]:
    """The algorithm of a certificate's signature (dotted) and its bytes. Raises `DerError`."""
    parts = list(asn1.element(data).children())
    if len(parts) != 3 or parts[2].tag != asn1.BIT_STRING:
        raise asn1.DerError("a certificate is a body, an algorithm and a signature")
    return asn1.oid_text(next(parts[1].children()).content), parts[2].content[1:]


def version(data: bytes) -> int:
    """1 to 3 as people say it."""
    first = next(next(asn1.element(data).children()).children())
    if first.tag != asn1.CONTEXT_0:
        return 1
    stated = next(first.children()).integer()
    if not 0 <= stated <= 2:
        raise asn1.DerError(f"its version is {stated + 1}")
    return stated + 1


def validity(value: asn1.Element) -> tuple[datetime, datetime]:
    times = list(value.children())
    if len(times) != 2:
        raise asn1.DerError("a validity is two times")
    return asn1.moment(times[0]), asn1.moment(times[1])


def listed_extensions(found: list[asn1.Element]) -> list[asn1.Element]:
    """The extensions as encoded, in their order, of the `fields` of a certificate. Raises `DerError`."""
    listed = next((field for field in found[6:] if field.tag == asn1.CONTEXT_3), None)
    return [] if listed is None else list(next(listed.children()).children())
