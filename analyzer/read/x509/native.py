"""Certificates, keys and signatures by `cryptography`: what every run of the program uses, except in a browser."""

from __future__ import annotations

import base64
import warnings
from contextlib import suppress
from datetime import datetime
from functools import cache, lru_cache
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
    load_ssh_public_key,
)
from cryptography.utils import CryptographyDeprecationWarning

from analyzer.model.certificate import Extension
from analyzer.read import der as asn1
from analyzer.read.x509.native_extensions import extensions_of, extensions_one_by_one
from analyzer.read.x509.parts import (
    CURVES,
    KEY_KINDS,
    SIGNATURE_ALGORITHMS,
    Details,
    Key,
    fields,
    listed_extensions,
    signature,
    signed_bytes,
    validity,
)

_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "md5WithRSAEncryption": hashes.MD5(),  # noqa: S303 - an old leaf is what it is; only its issuer is asked for
    "sha1WithRSAEncryption": hashes.SHA1(),  # noqa: S303
    "sha224WithRSAEncryption": hashes.SHA224(),
    "sha256WithRSAEncryption": hashes.SHA256(),
    "sha384WithRSAEncryption": hashes.SHA384(),
    "sha512WithRSAEncryption": hashes.SHA512(),
    "dsaWithSHA1": hashes.SHA1(),  # noqa: S303
    "dsa_with_SHA256": hashes.SHA256(),
    "ecdsa-with-SHA1": hashes.SHA1(),  # noqa: S303
    "ecdsa-with-SHA224": hashes.SHA224(),
    "ecdsa-with-SHA256": hashes.SHA256(),
    "ecdsa-with-SHA384": hashes.SHA384(),
    "ecdsa-with-SHA512": hashes.SHA512(),
}
"""The digest of each signature algorithm. The library no longer names MD5 itself, and may drop SHA-1 next; it still checks both."""


def details(data: bytes) -> Details:
    """The key and the extensions of a certificate. Raises where OpenSSL would refuse it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=CryptographyDeprecationWarning)
        warnings.filterwarnings("ignore", message="Attribute's length must be", category=UserWarning)
        loaded: x509.Certificate | None = None
        try:
            loaded = load(data)
        except (ValueError, TypeError, UnicodeError, x509.InvalidVersion):  # it is stricter than OpenSSL, which FMC and FTD are made of
            if not _openssl_takes(data):
                raise
        found = fields(data)
        return Details(_key_of(found[5], loaded), _extensions(loaded, found))


@lru_cache(maxsize=1024)
def _public_key(ca: bytes) -> CertificatePublicKeyTypes:
    return public_key(ca)


def verifies(leaf: bytes, ca: bytes) -> bool | None:
    """The signature is the CA's; None when it is of a kind that cannot be checked."""
    try:
        (algorithm, signed), key = signature(leaf), _public_key(ca)
        name = SIGNATURE_ALGORITHMS.get(algorithm, "")
        # Of PSS the parameters count too, and only the library reads them.
        loaded = load(leaf) if name == "rsassaPss" else None
        pss = loaded.signature_algorithm_parameters if loaded is not None else None
        digest = loaded.signature_hash_algorithm if loaded is not None else _DIGESTS.get(name)
        body = signed_bytes(leaf)
    except (UnsupportedAlgorithm, ValueError, x509.InvalidVersion):
        return None
    if not name:
        return None
    try:
        match key:
            case rsa.RSAPublicKey() if isinstance(pss, padding.PSS) and digest is not None:
                key.verify(signed, body, pss, digest)
            case rsa.RSAPublicKey() if name.endswith("WithRSAEncryption") and digest is not None:
                key.verify(signed, body, padding.PKCS1v15(), digest)
            case ec.EllipticCurvePublicKey() if name.startswith("ecdsa") and digest is not None:
                key.verify(signed, body, ec.ECDSA(digest))
            case dsa.DSAPublicKey() if name.startswith("dsa") and digest is not None:
                key.verify(signed, body, digest)
            case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey() if name.startswith("ED"):
                key.verify(signed, body)
            case _:
                # A key of one kind cannot have made a signature of another.
                return False
    except UnsupportedAlgorithm:
        return None
    except (InvalidSignature, ValueError):
        return False
    return True


def rsa_public(modulus: int, exponent: int) -> bytes:
    """The SubjectPublicKeyInfo of an RSA key. Raises `ValueError` for numbers that make none."""
    public = rsa.RSAPublicNumbers(e=exponent, n=modulus).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def public_of_private(data: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a private key in DER. Raises `ValueError` and others for what is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        public = load_der_private_key(data, None).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def ssh_public(kind: bytes, blob: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a public key of OpenSSH. Raises `ValueError` and others for what is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        public = load_ssh_public_key(kind + b" " + base64.b64encode(blob))
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def load(data: bytes) -> x509.Certificate:
    """Load a certificate, serial 0 or below included. Raises `ValueError` when it is none.

    When the library refuses the serial, a copy with serial 1 is loaded in its place: read neither the serial nor the signed bytes
    from what this returns (`signed_bytes` has those), everything else is true.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Parsed a serial number", category=CryptographyDeprecationWarning)
        try:
            return x509.load_der_x509_certificate(data)
        except ValueError:
            serial = fields(data)[0]
            if serial.integer() > 0:
                raise
            return x509.load_der_x509_certificate(data[: serial.body] + b"\x01" + data[serial.body + 1 :])


def public_key(data: bytes) -> CertificatePublicKeyTypes:
    """The public key of a certificate. Raises `ValueError` (a `DerError` is one) or `UnsupportedAlgorithm` when it cannot be decoded."""
    return load_der_public_key(fields(data)[5].encoded)  # type: ignore[return-value]  # a key of a certificate, as far as it is one


def _openssl_takes(data: bytes) -> bool:
    """Whether the OpenSSL that Python carries decodes the certificate. Nothing is verified or kept.

    It is shown the dates in full: newer releases refuse a date without seconds, or with an offset, which those of FMC and FTD (1.0.2 to
    3.0) take. So the answer does not depend on this machine. Raises `DerError` where a date is none.
    """
    try:
        import ssl  # not where every file is read: only for what the library refuses
    except ImportError:  # a Python without it: what `_decode` can take apart counts
        return True
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=with_full_dates(data))
    except (ssl.SSLError, ValueError, OSError):
        return False
    return True


def with_full_dates(data: bytes) -> bytes:
    """The certificate with its dates in the forms of RFC 5280 (4.1.2.5); its signature does not hold then."""
    certificate = asn1.element(data)
    body, *rest = certificate.children()
    old = fields(data)[3]
    full = asn1.wrapped(old.tag, *map(_full_date, validity(old)))
    parts = [full if field.body == old.body else field.encoded for field in body.children()]
    return asn1.wrapped(certificate.tag, asn1.wrapped(body.tag, *parts), *(part.encoded for part in rest))


def _full_date(moment: datetime) -> bytes:
    form, year = (asn1.UTC_TIME, f"{moment.year % 100:02}") if 1950 <= moment.year < 2050 else (asn1.GENERALIZED_TIME, f"{moment.year:04}")
    return asn1.wrapped(form, f"{year}{moment:%m%d%H%M%S}Z".encode("ascii"))


def _extensions(loaded: x509.Certificate | None, found: list[asn1.Element]) -> tuple[Extension, ...]:
    """All extensions by the library; where it refuses them as a whole, one by one."""
    listed = listed_extensions(found)
    if loaded is not None and listed:
        with suppress(ValueError, TypeError, UnicodeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
            return extensions_of(loaded.extensions)
    return extensions_one_by_one(listed, lambda one: load(_with_extension(one)).extensions)


@cache
def _carrier() -> tuple[bytes, bytes]:
    """The body and the rest of a certificate that an extension is put into, for the library decodes none by itself."""
    name = asn1.wrapped(asn1.SEQUENCE)
    algorithm = asn1.wrapped(asn1.SEQUENCE, bytes.fromhex("06032b6570"))
    time = asn1.wrapped(asn1.UTC_TIME, b"260101000000Z")
    key = asn1.wrapped(asn1.SEQUENCE, algorithm, asn1.wrapped(asn1.BIT_STRING, bytes(33)))
    body = bytes.fromhex("a003020102020101") + algorithm + name + asn1.wrapped(asn1.SEQUENCE, time, time) + name + key
    return body, algorithm + asn1.wrapped(asn1.BIT_STRING, bytes(65))


def _with_extension(encoded: bytes) -> bytes:
    body, rest = _carrier()
    extensions = asn1.wrapped(asn1.CONTEXT_3, asn1.wrapped(asn1.SEQUENCE, encoded))
    return asn1.wrapped(asn1.SEQUENCE, asn1.wrapped(asn1.SEQUENCE, body, extensions), rest)


def _key_of(info: asn1.Element, loaded: x509.Certificate | None) -> Key:
    try:
        key = load_der_public_key(info.encoded) if loaded is None else loaded.public_key()
        kind, bits = _key_kind(key)
        der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, UnsupportedAlgorithm) as error:
        parts = list(info.children())
        if len(parts) != 2 or parts[1].tag != asn1.BIT_STRING:
            raise asn1.DerError("a public key is an algorithm and its bits") from error
        oid = asn1.oid_text(next(parts[0].children()).content)
        why = " ".join(str(error).split())[:150]
        return Key(KEY_KINDS.get(oid, oid), 0, sha256(info.encoded).hexdigest(), why=why or type(error).__name__)
    curve = CURVES.get(key.curve.name, key.curve.name) if isinstance(key, ec.EllipticCurvePublicKey) else ""
    return Key(kind, bits, sha256(der).hexdigest(), curve)


def _key_kind(key: object) -> tuple[str, int]:
    """The kind of a public key as people call it, and its size in bits."""
    match key:
        case rsa.RSAPublicKey():
            return "RSA", key.key_size
        case ec.EllipticCurvePublicKey():
            return "EC", key.key_size
        case dsa.DSAPublicKey():
            return "DSA", key.key_size
        case ed25519.Ed25519PublicKey():
            return "Ed25519", 256
        case ed448.Ed448PublicKey():
            return "Ed448", 456
    return type(key).__name__.removesuffix("PublicKey"), 0
