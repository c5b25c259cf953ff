"""Certificates in PEM, DER and PKCS#7. Every one found becomes a fact, or says why it cannot be read.

An InternalCA is version 1, serial 0, without extensions: that is healthy (field notes 1). `cryptography` warns of serial 0 and
announces that it will refuse it one day; `load` keeps the warning from the user and outlives the refusal.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
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

from analyzer.model.certificate import Certificate, Extension, PrivateKey, UnreadableCertificate
from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.location import Evidence, Location
from analyzer.model.member import Damage, DamageKind
from analyzer.read import der as asn1
from analyzer.read.context import ReadContext
from analyzer.read.extensions import BASIC_CONSTRAINTS, extensions_of, extensions_one_by_one, undecoded
from analyzer.read.names import name_from_der
from analyzer.read.pem import Block, blocks, nothing_but_pem
from analyzer.read.private_keys import OVERSIZED, is_private_key_label, looks_like_private_key, private_key_from_der, read_private_key
from analyzer.read.text import QUOTE_CHARACTERS, Text
from analyzer.texts import N_, _

_CERTIFICATE_LABELS = {"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}
_PKCS7_LABELS = {"PKCS7", "PKCS #7 SIGNED DATA"}
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2

# The tunnel's own names also behind an invisible character (field notes 9); other files by their ending.
_CERTIFICATE_NAME = re.compile(r"(?i)(?:cert|certificate|cacert)\.(?:pem|crt|cer|der)|\.(?:crt|cer|p7b|p7c)$")
_KEY_NAME = re.compile(r"(?i)key\.pem|\.key$")
_ONLY_PEM_NAME = re.compile(r"(?i)\.(?:pem|crt|cer|key)\Z")
_PEM_BEGIN = b"-----begin "
_SEND_AGAIN = N_("Copy the file again from the appliance, whole.")
_CUT_CERTIFICATE = N_("the certificate is damaged: {n} of {size} bytes are there.")
_CUT_PKCS7 = N_("the PKCS#7 is damaged: {n} of {size} bytes are there.")

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

Found = Certificate | UnreadableCertificate | PrivateKey | Damage


def read_pem(text: Text, context: ReadContext) -> Iterator[Found]:
    """Every certificate and private key in the PEM blocks of a text, in order.

    A file named like a certificate that is empty or holds no block says so: emptying the file and forgetting to fill it is a
    step of the manual renewal (field notes 6.5).
    """
    limits = context.limits
    found = (
        fact
        for block in (blocks(text.lines, limits.der_bytes) if text.has(_PEM_BEGIN) else ())
        for fact in _from_block(block, text, limits)
    )
    empty = True
    for fact in _counted(found, limits):
        empty = False
        yield fact
    if empty and text.whole:
        yield from _absent(text)


def read_der(data: bytes, location: Location, limits: Limits = DEFAULT_LIMITS) -> Iterator[Found]:
    """The certificates of a DER certificate or PKCS#7 file, or the public half of a DER private key.

    Other DER (a CRL, a signing request) gives nothing.
    """
    if looks_like_private_key(data):
        yield from _key(
            private_key_from_der(data, _evidence(location, data, "private key (DER); its bytes are not shown"), limits.key_bytes)
        )
        return
    expected = asn1.declared_size(data)
    if _is_pkcs7(data) or _has_certificate_head(data):
        what = "PKCS#7" if _is_pkcs7(data) else "certificate"
        evidence = _evidence(location, data, f"{what} (DER)")
        if expected is not None and len(data) < expected:
            cut = _(_CUT_PKCS7) if _is_pkcs7(data) else _(_CUT_CERTIFICATE)
            yield UnreadableCertificate(_again(cut.format(n=len(data), size=expected)), evidence)
        elif _is_pkcs7(data):
            yield from _counted(_from_pkcs7(data, evidence, limits), limits)
        else:
            yield _certificate(data, evidence, limits)


def holds_nothing_else(text: Text) -> bool:
    """Named like a certificate or key, and PEM from the first byte to the last: no other reader finds anything in it."""
    return _ONLY_PEM_NAME.search(text.name) is not None and isinstance(text.kept, bytes) and nothing_but_pem(text.kept)


def looks_like_der(head: bytes) -> bool:
    """The first bytes of a file are those of a DER certificate, PKCS#7 or private key (at least 40 bytes of it, or all)."""
    return _has_certificate_head(head) or _is_pkcs7(head) or looks_like_private_key(head)


def certificate_from_der(data: bytes, evidence: Evidence) -> Certificate | UnreadableCertificate:
    """Decode one certificate; bytes behind it are passed over, as OpenSSL does. The evidence's text becomes its short decoded form."""
    size = asn1.declared_size(data)
    if size is not None and len(data) < size:
        return UnreadableCertificate(_again(_(_CUT_CERTIFICATE).format(n=len(data), size=size)), evidence)
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
        return UnreadableCertificate(_again(reason), evidence)


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
    """Whether the OpenSSL that Python carries decodes the certificate. Nothing is verified or kept."""
    try:
        import ssl  # not where every file is read: only for what the library refuses
    except ImportError:  # a Python without it: what `_decode` can take apart counts
        return True
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=data)
    except (ssl.SSLError, ValueError, OSError):
        return False
    return True


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


def _counted(found: Iterator[Found], limits: Limits) -> Iterator[Found]:
    """The first ones of a file, and what is said when there are more."""
    for count, fact in enumerate(found):
        if count >= limits.certificates:
            place = fact.location if isinstance(fact, Damage) else fact.evidence.location
            reason = _("Only the first {count:,} certificates and keys of this file were read (limit certificates).")
            yield Damage(place, DamageKind.LIMIT, reason.format(count=limits.certificates))
            return
        yield fact


def _certificate(data: bytes, evidence: Evidence, limits: Limits) -> Certificate | UnreadableCertificate | Damage:
    size = asn1.declared_size(data)
    if size is not None and size > limits.certificate_bytes:
        reason = _("A certificate of {size:,} bytes was not read (limit certificate_bytes): real ones have one to a few thousand.")
        return Damage(evidence.location, DamageKind.LIMIT, reason.format(size=size))
    return certificate_from_der(data, evidence)


def _key(key: PrivateKey) -> Iterator[PrivateKey | Damage]:
    """The fact, and that it is incomplete when the key was too large to be looked at."""
    yield key
    if key.reason == _(OVERSIZED):
        reason = _("A private key was not looked at: it is larger than real ones are (limit key_bytes).")
        yield Damage(key.evidence.location, DamageKind.LIMIT, reason)


def _from_block(block: Block, text: Text, limits: Limits) -> Iterator[Found]:
    if is_private_key_label(block.label):
        shown = f"private key ({block.label} block); its bytes are not shown"
        yield from _key(read_private_key(block, text.evidence(block.first, block.last, shown), limits.key_bytes))
        return
    if block.label not in _CERTIFICATE_LABELS | _PKCS7_LABELS:
        return
    evidence = text.evidence(block.first, block.last, f"-----BEGIN {block.label}-----")
    if block.oversized:
        reason = _("A {label} block of more than {size:,} bytes was not read (limit der_bytes).")
        yield Damage(evidence.location, DamageKind.LIMIT, reason.format(label=block.label, size=limits.der_bytes))
        return
    data = block.decode()
    size = asn1.declared_size(data)
    if (size is not None and len(data) < size) or not block.ended:
        there = _("{n} of {size} bytes are there") if size is not None else _("{n} bytes are there")
        how = _("{why}, and {there}.") if block.why else _("the block is damaged: {there}.")
        yield UnreadableCertificate(_again(how.format(why=block.why, there=there.format(n=len(data), size=size))), evidence)
    elif block.label in _PKCS7_LABELS or _is_pkcs7(data):
        yield from _from_pkcs7(data, evidence, limits)
    else:
        yield _certificate(data, evidence, limits)


def _from_pkcs7(data: bytes, evidence: Evidence, limits: Limits) -> Iterator[Certificate | UnreadableCertificate | Damage]:
    """The certificates that a SignedData carries (RFC 2315, section 9.1)."""
    try:
        wrapped = list(asn1.element(data).children())[1]
        signed = next(wrapped.children())
        bag = [part for part in signed.children() if part.tag == asn1.CONTEXT_0]
        certificates = [item.encoded for part in bag for item in part.children() if item.tag == asn1.SEQUENCE]
    except (asn1.DerError, IndexError, StopIteration) as error:
        yield UnreadableCertificate(
            _("the PKCS#7 bag cannot be decoded ({error})").format(error=str(error) or _("its structure is incomplete")), evidence
        )
        return
    if not certificates:
        yield UnreadableCertificate(_("the PKCS#7 bag holds no certificate"), evidence)
    for certificate in certificates:
        yield _certificate(certificate, evidence, limits)


def _is_pkcs7(data: bytes) -> bool:
    try:
        _, body, _ = asn1.header(data)
        return data[:1] == b"\x30" and data[body + 2 : body + 11] == _SIGNED_DATA
    except asn1.DerError:
        return False


def _has_certificate_head(data: bytes) -> bool:
    """SEQUENCE { SEQUENCE { [0] version? INTEGER serial, SEQUENCE algorithm ...

    A CRL of version 2 begins the same way (its INTEGER is the version, 1), so where the bytes reach that far the field behind the
    issuer must be the SEQUENCE of a validity, not a time. A signing request has a name where the algorithm is: its first element is a SET.
    """
    try:
        outer, at, _ = asn1.header(data)
        inner, at, _ = asn1.header(data, at)
        if (outer, inner) != (asn1.SEQUENCE, asn1.SEQUENCE):
            return False
        tag, body, length = asn1.header(data, at)
        if tag == asn1.CONTEXT_0:
            tag, body, length = asn1.header(data, body + length)
        algorithm, inside, size = asn1.header(data, body + length)
        if tag != asn1.INTEGER or algorithm != asn1.SEQUENCE or data[inside : inside + 1] != b"\x06":
            return False
        after_algorithm = inside + size
    except asn1.DerError:
        return False
    try:
        _, body, length = asn1.header(data, after_algorithm)
        return data[body + length : body + length + 1] in (b"\x30", b"")
    except asn1.DerError:
        return True


def _evidence(location: Location, data: bytes, text: str) -> Evidence:
    start = location.offset or 0
    place = Location(location.artifact, location.member, offset=start, length=len(data), packet=location.packet)
    return Evidence(place, text)


def _again(reason: str) -> str:
    """What is wrong with a certificate's file, and what to do about it."""
    advice = _(_SEND_AGAIN)
    return f"{reason} {advice}"


def _absent(text: Text) -> Iterator[UnreadableCertificate | PrivateKey]:
    """What a file named like a certificate or key says by holding none."""
    if not _CERTIFICATE_NAME.search(text.name) and not _KEY_NAME.search(text.name):
        return
    blank = not any(line.text.strip() for line in text.lines)
    reason = N_("empty file (0 bytes)") if not text.lines else N_("only blank lines") if blank else N_("no PEM block in it")
    place = Location(text.location.artifact, text.location.member, offset=0, length=0) if not text.lines else None
    evidence = Evidence(place, reason) if place is not None else text.evidence(text.lines[0], text.lines[-1], reason)
    if _CERTIFICATE_NAME.search(text.name):
        yield UnreadableCertificate(_again(_("{reason}: the file is named like a certificate.").format(reason=_(reason))), evidence)
    elif _KEY_NAME.search(text.name) and blank:
        yield PrivateKey("", _("{reason}: the file is named like a private key").format(reason=_(reason)), evidence, damaged=True)
