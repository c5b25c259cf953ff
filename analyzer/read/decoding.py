"""One certificate, decoded: by `cryptography`, and by hand where that is stricter than the OpenSSL that FMC and FTD are made of.

An InternalCA is version 1, serial 0, without extensions: that is healthy (field notes 1). `cryptography` warns of serial 0 and
announces that it will refuse it one day; `load` keeps the warning from the user and outlives the refusal.
"""

from __future__ import annotations

import warnings
from contextlib import suppress
from datetime import datetime
from functools import cache
from hashlib import sha256

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cryptography.utils import CryptographyDeprecationWarning
from msgspec import Struct

from analyzer.model.certificate import Certificate, Extension, UnreadableCertificate
from analyzer.model.location import Evidence
from analyzer.read import der as asn1
from analyzer.read.extensions import BASIC_CONSTRAINTS, extensions_of, extensions_one_by_one, undecoded
from analyzer.read.names import name_from_der
from analyzer.read.text import QUOTE_CHARACTERS
from analyzer.texts import N_, _

_SEND_AGAIN = N_("Copy the file again from the appliance, whole.")
CUT = N_("the certificate is damaged: {n} of {size} bytes are there.")

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

_KEY_KINDS = {
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

_CURVES = {"secp256r1": "prime256v1", "secp192r1": "prime192v1"}
"""OpenSSL's names of curves, where they are not those of SEC 2."""


def certificate_from_der(data: bytes, evidence: Evidence) -> Certificate | UnreadableCertificate:
    """Decode one certificate; bytes behind it are passed over, as OpenSSL does. The evidence's text becomes its short decoded form."""
    size = asn1.declared_size(data)
    if size is not None and len(data) < size:
        return UnreadableCertificate(again(_(CUT).format(n=len(data), size=size)), evidence)
    whole = data[:size]
    # Hostile certificates raise many kinds of error, some only when a field is looked at: here, once, each becomes a reason.
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=CryptographyDeprecationWarning)
            warnings.filterwarnings("ignore", message="Attribute's length must be", category=UserWarning)
            return _decode(whole, evidence)
    except Exception as error:
        detail = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        reason = _("its {n} bytes are not a certificate that can be decoded ({detail}).").format(n=len(whole), detail=detail)
        return UnreadableCertificate(again(reason), evidence)


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
            serial = _fields(data)[0]
            if serial.integer() > 0:
                raise
            return x509.load_der_x509_certificate(data[: serial.body] + b"\x01" + data[serial.body + 1 :])


def signed_bytes(data: bytes) -> bytes:
    """The part of a certificate that its signature covers (tbsCertificate, as encoded). Raises `DerError`."""
    return next(asn1.element(data).children()).encoded


def _fields(data: bytes) -> list[asn1.Element]:
    """Serial, algorithm, issuer, validity, subject, public key and what follows. Raises `DerError`."""
    tbs = next(asn1.element(data).children())
    fields = [field for at, field in enumerate(tbs.children()) if not (at == 0 and field.tag == asn1.CONTEXT_0)]
    if len(fields) < 6 or fields[0].tag != asn1.INTEGER:
        raise asn1.DerError("fields of a certificate are missing")
    return fields


def public_key(data: bytes) -> CertificatePublicKeyTypes:
    """The public key of a certificate. Raises `ValueError` (a `DerError` is one) or `UnsupportedAlgorithm` when it cannot be decoded."""
    return load_der_public_key(_fields(data)[5].encoded)  # type: ignore[return-value]  # a key of a certificate, as far as it is one


def signature(data: bytes) -> tuple[str, bytes]:
    """The algorithm of a certificate's signature (dotted) and its bytes. Raises `DerError`."""
    parts = list(asn1.element(data).children())
    if len(parts) != 3 or parts[2].tag != asn1.BIT_STRING:
        raise asn1.DerError("a certificate is a body, an algorithm and a signature")
    return asn1.oid_text(next(parts[1].children()).content), parts[2].content[1:]


def _decode(data: bytes, evidence: Evidence) -> Certificate:
    """One certificate. Raises where OpenSSL would refuse it, or could not make a date of its dates."""
    loaded: x509.Certificate | None = None
    try:
        loaded = load(data)
    except (ValueError, TypeError, UnicodeError, x509.InvalidVersion):  # it is stricter than OpenSSL, which FMC and FTD are made of
        if not _openssl_takes(data):
            raise
    serial, _algorithm, issuer, validity, subject, key_info, *rest = _fields(data)
    issuer_name, subject_name = name_from_der(issuer.encoded), name_from_der(subject.encoded)
    not_before, not_after = _validity(validity)
    number = serial.integer()
    shown = Evidence(
        evidence.location,
        (
            f"subject={subject_name.text[:150]} notBefore={_stamp(not_before)} notAfter={_stamp(not_after)}"
            f" issuer={issuer_name.text[:150]} serial={number:X}"
        )[:QUOTE_CHARACTERS],
    )
    algorithm, _bits = signature(data)
    key = _key_of(key_info, loaded)
    extensions = _extensions(loaded, rest)
    unread = [_("its public key ({why})").format(why=key.why)] if key.why else []
    unread += [_("its extension {name}").format(name=name) for name in undecoded(extensions)]
    return Certificate(
        subject=subject_name,
        issuer=issuer_name,
        serial=number,
        version=_version(data),
        not_before=not_before,
        not_after=not_after,
        signature_algorithm=SIGNATURE_ALGORITHMS.get(algorithm, algorithm),
        key_type=key.kind,
        key_bits=key.bits,
        key_sha256=key.sha256,
        sha256=sha256(data).hexdigest(),
        is_ca=next((one.text.startswith("CA:TRUE") for one in extensions if one.name == BASIC_CONSTRAINTS and one.text[:3] == "CA:"), None),
        der=data,
        evidence=shown,
        curve=key.curve,
        extensions=extensions,
        unread=tuple(unread),
    )


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
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=_with_full_dates(data))
    except (ssl.SSLError, ValueError, OSError):
        return False
    return True


def _with_full_dates(data: bytes) -> bytes:
    """The certificate with its dates in the forms of RFC 5280 (4.1.2.5); its signature does not hold then."""
    body, *rest = asn1.element(data).children()
    old = _fields(data)[3]
    full = asn1.wrapped(asn1.SEQUENCE, *map(_full_date, _validity(old)))
    fields = [full if field.body == old.body else field.encoded for field in body.children()]
    return asn1.wrapped(asn1.SEQUENCE, asn1.wrapped(asn1.SEQUENCE, *fields), *(part.encoded for part in rest))


def _full_date(moment: datetime) -> bytes:
    form, year = (asn1.UTC_TIME, f"{moment.year % 100:02}") if 1950 <= moment.year < 2050 else (asn1.GENERALIZED_TIME, f"{moment.year:04}")
    return asn1.wrapped(form, f"{year}{moment:%m%d%H%M%S}Z".encode("ascii"))


def _version(data: bytes) -> int:
    """1 to 3 as people say it."""
    first = next(next(asn1.element(data).children()).children())
    if first.tag != asn1.CONTEXT_0:
        return 1
    stated = next(first.children()).integer()
    if not 0 <= stated <= 2:
        raise asn1.DerError(f"its version is {stated + 1}")
    return stated + 1


def _validity(validity: asn1.Element) -> tuple[datetime, datetime]:
    times = list(validity.children())
    if len(times) != 2:
        raise asn1.DerError("a validity is two times")
    return asn1.moment(times[0]), asn1.moment(times[1])


def _extensions(loaded: x509.Certificate | None, rest: list[asn1.Element]) -> tuple[Extension, ...]:
    """All extensions by the library; where it refuses them as a whole, one by one."""
    listed = next((field for field in rest if field.tag == asn1.CONTEXT_3), None)
    if listed is None:
        return ()
    if loaded is not None:
        with suppress(ValueError, TypeError, UnicodeError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
            return extensions_of(loaded.extensions)
    encoded = list(next(listed.children()).children())
    return extensions_one_by_one(encoded, lambda one: load(_with_extension(one)).extensions)


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


class _Key(Struct, frozen=True):
    """A public key; ``why`` it cannot be decoded, and then its kind is told by its number alone."""

    kind: str
    bits: int
    sha256: str
    curve: str = ""
    why: str = ""


def _key_of(info: asn1.Element, loaded: x509.Certificate | None) -> _Key:
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
        return _Key(_KEY_KINDS.get(oid, oid), 0, sha256(info.encoded).hexdigest(), why=why or type(error).__name__)
    curve = _CURVES.get(key.curve.name, key.curve.name) if isinstance(key, ec.EllipticCurvePublicKey) else ""
    return _Key(kind, bits, sha256(der).hexdigest(), curve)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


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


def again(reason: str) -> str:
    """What is wrong with a certificate's file, and what to do about it."""
    return reason + " " + _(_SEND_AGAIN)
