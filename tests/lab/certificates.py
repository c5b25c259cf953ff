"""Certificates of the shapes that the appliances hold. Every time is an argument; signatures are PKCS#1 v1.5, so bytes repeat."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cryptography.x509.oid import NameOID

from tests.lab import der
from tests.lab.keys import key_pem

LIFETIME = timedelta(days=3650)
"""Ten years as Cisco counts them (field notice FN74214): 2024-10-14 to 2034-10-12 in document 222464."""

_SHORT = {NameOID.TITLE: "title", NameOID.ORGANIZATIONAL_UNIT_NAME: "OU", NameOID.COMMON_NAME: "CN", NameOID.ORGANIZATION_NAME: "O"}


def dn(
    *, title: str = "", unit: str = "Intrusion Management System", common_name: str, organization: str = "Cisco Systems, Inc"
) -> x509.Name:
    """A DN in the order that the InternalCA printed in document 222464 has: title, OU, CN, O. Empty parts are left out."""
    parts = (
        (NameOID.TITLE, title),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
        (NameOID.COMMON_NAME, common_name),
        (NameOID.ORGANIZATION_NAME, organization),
    )
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts if value])


def slash(name: x509.Name) -> str:
    """The DN as ``X509_NAME_oneline`` writes it into the logs: ``/title=InternalCA/OU=...``."""
    return "".join(f"/{_SHORT[a.oid]}={a.value!s}" for a in name)


@dataclass(frozen=True)
class Credential:
    """A certificate with its key."""

    der: bytes
    key: rsa.RSAPrivateKey
    subject: x509.Name
    issuer: x509.Name
    not_before: datetime
    not_after: datetime
    serial: int

    @property
    def pem(self) -> bytes:
        """The certificate alone, as the appliances store it."""
        return pem_of(self.der)

    @property
    def key_pem(self) -> bytes:
        """Its private key (a lab key, see `tests.lab.keys`)."""
        return key_pem(self.key)


def pem_of(certificate: bytes) -> bytes:
    """PEM armour, 64 characters a line (RFC 7468)."""
    text = base64.b64encode(certificate).decode("ascii")
    lines = [text[i : i + 64] for i in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""]).encode("ascii")


def self_signed_v1(name: x509.Name, key: rsa.RSAPrivateKey, not_before: datetime, not_after: datetime) -> Credential:
    """A root as the InternalCA is: no version tag (so v1), serial 0, no extensions, sha256WithRSAEncryption.

    Source: the PEM printed in document 222464, whose TBSCertificate starts ``02 01 00 30 0d``.
    """
    tbs = der.sequence(
        der.integer(0),
        der.SHA256_WITH_RSA,
        name.public_bytes(),
        der.sequence(der.utc_time(not_before), der.utc_time(not_after)),
        name.public_bytes(),
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )
    signature = key.sign(tbs, padding.PKCS1v15(), hashes.SHA256())
    certificate = der.sequence(tbs, der.SHA256_WITH_RSA, der.bit_string(signature))
    return Credential(certificate, key, name, name, not_before, not_after, 0)


def issue_sha1(
    issuer: Credential, subject: x509.Name, key: rsa.RSAPrivateKey, serial: int, not_before: datetime, not_after: datetime
) -> Credential:
    """A leaf as old releases made it, signed with SHA-1 (Cisco bug CSCwa10423); v1, as no library writes such a one any more."""
    tbs = der.sequence(
        der.integer(serial),
        der.SHA1_WITH_RSA,
        issuer.subject.public_bytes(),
        der.sequence(der.utc_time(not_before), der.utc_time(not_after)),
        subject.public_bytes(),
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )
    signature = issuer.key.sign(tbs, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303  what the bug is about
    certificate = der.sequence(tbs, der.SHA1_WITH_RSA, der.bit_string(signature))
    return Credential(certificate, key, subject, issuer.subject, not_before, not_after, serial)


def issue_v3(
    issuer: Credential,
    subject: x509.Name,
    key: rsa.RSAPrivateKey,
    serial: int,
    not_before: datetime,
    not_after: datetime,
    *,
    ca: bool = False,
) -> Credential:
    """A v3 certificate signed by ``issuer``, with a small serial (document 222464's leaf has 0x0F)."""
    public = load_der_public_key(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    assert isinstance(public, rsa.RSAPublicKey)
    certificate = (
        x509.CertificateBuilder(issuer_name=issuer.subject, subject_name=subject, public_key=public, serial_number=serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=ca)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(issuer.key, hashes.SHA256())
    )
    return Credential(certificate.public_bytes(Encoding.DER), key, subject, issuer.subject, not_before, not_after, serial)


def root_v3(name: x509.Name, key: rsa.RSAPrivateKey, serial: int, not_before: datetime, not_after: datetime) -> Credential:
    """A self-signed v3 certificate, for what is not an InternalCA: the web interface, the LL-* set, look-alikes."""
    stub = Credential(b"", key, name, name, not_before, not_after, serial)
    return issue_v3(stub, name, key, serial, not_before, not_after, ca=True)
