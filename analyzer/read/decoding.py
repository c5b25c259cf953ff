"""One certificate, decoded: by `cryptography`, and by hand where that is stricter than the OpenSSL that FMC and FTD are made of.

An InternalCA is version 1, serial 0, without extensions: that is healthy (field notes 1). `cryptography` warns of serial 0 and
announces that it will refuse it one day; `load` keeps the warning from the user and outlives the refusal.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from analyzer.model.certificate import Certificate, UnreadableCertificate
from analyzer.model.location import Evidence
from analyzer.read import der as asn1
from analyzer.read.extensions import BASIC_CONSTRAINTS, undecoded
from analyzer.read.names import name_from_der
from analyzer.read.text import QUOTE_CHARACTERS
from analyzer.read.x509 import details
from analyzer.read.x509.parts import SIGNATURE_ALGORITHMS, fields, signature, validity, version
from analyzer.texts import N_, _

_SEND_AGAIN = N_("Copy the file again from the appliance, whole.")
CUT = N_("the certificate is damaged: {n} of {size} bytes are there.")


def certificate_from_der(data: bytes, evidence: Evidence) -> Certificate | UnreadableCertificate:
    """Decode one certificate; bytes behind it are passed over, as OpenSSL does. The evidence's text becomes its short decoded form."""
    size = asn1.declared_size(data)
    if size is not None and len(data) < size:
        return UnreadableCertificate(again(_(CUT).format(n=len(data), size=size)), evidence)
    whole = data[:size]
    # Hostile certificates raise many kinds of error, some only when a field is looked at: here, once, each becomes a reason.
    try:
        return _decode(whole, evidence)
    except Exception as error:
        detail = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        reason = _("its {n} bytes are not a certificate that can be decoded ({detail}).").format(n=len(whole), detail=detail)
        return UnreadableCertificate(again(reason), evidence)


def _decode(data: bytes, evidence: Evidence) -> Certificate:
    """One certificate. Raises where OpenSSL would refuse it, or could not make a date of its dates."""
    told = details(data)
    key, extensions = told.key, told.extensions
    serial, _algorithm, issuer, valid, subject, *_rest = fields(data)
    issuer_name, subject_name = name_from_der(issuer.encoded), name_from_der(subject.encoded)
    not_before, not_after = validity(valid)
    number = serial.integer()
    shown = Evidence(
        evidence.location,
        (
            f"subject={subject_name.text[:150]} notBefore={_stamp(not_before)} notAfter={_stamp(not_after)}"
            f" issuer={issuer_name.text[:150]} serial={number:X}"
        )[:QUOTE_CHARACTERS],
    )
    algorithm, _bits = signature(data)
    unread = [_("its public key ({why})").format(why=key.why)] if key.why else []
    unread += [_("its extension {name}").format(name=name) for name in undecoded(extensions)]
    return Certificate(
        subject=subject_name,
        issuer=issuer_name,
        serial=number,
        version=version(data),
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


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def again(reason: str) -> str:
    """What is wrong with a certificate's file, and what to do about it."""
    return reason + " " + _(_SEND_AGAIN)
