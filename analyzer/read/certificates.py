"""Certificates in PEM, DER and PKCS#7. Every one found becomes a fact, or says why it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.certificate import Certificate, PrivateKey, UnreadableCertificate
from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.location import Evidence, Location
from analyzer.model.member import Damage, DamageKind
from analyzer.read import der as asn1
from analyzer.read.context import ReadContext
from analyzer.read.decoding import CUT, again, certificate_from_der
from analyzer.read.pem import Block, blocks, nothing_but_pem
from analyzer.read.private_keys import OVERSIZED, is_private_key_label, looks_like_private_key, private_key_from_der, read_private_key
from analyzer.read.text import Text
from analyzer.texts import N_, _

_CERTIFICATE_LABELS = {"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}
_PKCS7_LABELS = {"PKCS7", "PKCS #7 SIGNED DATA"}
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2

# The tunnel's own names also behind an invisible character (field notes 9); other files by their ending.
_CERTIFICATE_NAME = re.compile(r"(?i)(?:cert|certificate|cacert)\.(?:pem|crt|cer|der)|\.(?:crt|cer|p7b|p7c)$")
_KEY_NAME = re.compile(r"(?i)key\.pem|\.key$")
_ONLY_PEM_NAME = re.compile(r"(?i)\.(?:pem|crt|cer|key)\Z")
_PEM_BEGIN = b"-----begin "
_CUT_PKCS7 = N_("the PKCS#7 is damaged: {n} of {size} bytes are there.")

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
            cut = _(_CUT_PKCS7) if _is_pkcs7(data) else _(CUT)
            yield UnreadableCertificate(again(cut.format(n=len(data), size=expected)), evidence)
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
        reason = _("A private key was not read: it is larger than real ones are (limit key_bytes).")
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
        yield UnreadableCertificate(again(how.format(why=block.why, there=there.format(n=len(data), size=size))), evidence)
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


def _absent(text: Text) -> Iterator[UnreadableCertificate | PrivateKey]:
    """What a file named like a certificate or key says by holding none."""
    if not _CERTIFICATE_NAME.search(text.name) and not _KEY_NAME.search(text.name):
        return
    blank = not any(line.text.strip() for line in text.lines)
    reason = N_("empty file (0 bytes)") if not text.lines else N_("only blank lines") if blank else N_("no PEM block in it")
    place = Location(text.location.artifact, text.location.member, offset=0, length=0) if not text.lines else None
    evidence = Evidence(place, reason) if place is not None else text.evidence(text.lines[0], text.lines[-1], reason)
    if _CERTIFICATE_NAME.search(text.name):
        yield UnreadableCertificate(again(_("{reason}: the file is named like a certificate.").format(reason=_(reason))), evidence)
    elif _KEY_NAME.search(text.name) and blank:
        yield PrivateKey("", _("{reason}: the file is named like a private key").format(reason=_(reason)), evidence, damaged=True)
