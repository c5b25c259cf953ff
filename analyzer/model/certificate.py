"""Certificates and keys, as read. Certificates are public; of a private key only its public half is kept."""

from __future__ import annotations

import base64
from datetime import datetime
from operator import attrgetter

from msgspec import Struct

from analyzer.model.location import Evidence


def pem(der: bytes) -> str:
    """A certificate as a PEM file, 64 characters a line."""
    text = base64.b64encode(der).decode("ascii")
    return "\n".join(
        ["-----BEGIN CERTIFICATE-----", *(text[at : at + 64] for at in range(0, len(text), 64)), "-----END CERTIFICATE-----", ""]
    )


class DistinguishedName(Struct, frozen=True):
    """A name of a certificate. ``der`` decides equality; ``text`` is the form that OpenSSL logs: ``/title=InternalCA/OU=.../CN=...``.

    ``title``, ``common_name``, ``organization`` and ``organizational_unit`` are the first such attribute, "" when absent.
    """

    der: bytes
    text: str
    title: str = ""
    common_name: str = ""
    organization: str = ""
    organizational_unit: str = ""

    @property
    def is_of_sftunnel(self) -> bool:
        """The name is one that an FMC writes into its InternalCA and what that issues (field notes 1): the title InternalCA, or the unit
        Intrusion Management System."""
        return self.title.casefold() == "internalca" or self.organizational_unit.casefold() == "intrusion management system"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DistinguishedName) and (self.der, self.text) == (other.der, other.text)

    def __hash__(self) -> int:
        return hash((self.der, self.text))


class Extension(Struct, frozen=True):
    """An extension of a certificate. ``name`` is OpenSSL's, or the dotted OID; ``text`` its content as OpenSSL prints it, bounded."""

    name: str
    critical: bool
    text: str


class Certificate(Struct, frozen=True):
    """An X.509 certificate. ``version`` is 1 or 3 as people say it. Times are aware, UTC. Digests are lower-case hex.

    ``key_sha256`` is the SHA-256 of the SubjectPublicKeyInfo: two certificates or a certificate and a private key
    belong to one key when it is the same. ``signature_algorithm`` is OpenSSL's name (``sha256WithRSAEncryption``), or the dotted
    OID. ``is_ca`` is what basicConstraints says, None when there is none (as in every InternalCA). ``curve`` is OpenSSL's name of the
    elliptic curve (``prime256v1``), "" for other keys.
    """

    subject: DistinguishedName
    issuer: DistinguishedName
    serial: int
    version: int
    not_before: datetime
    not_after: datetime
    signature_algorithm: str
    key_type: str
    key_bits: int
    key_sha256: str
    sha256: str
    is_ca: bool | None
    der: bytes
    evidence: Evidence
    curve: str = ""
    extensions: tuple[Extension, ...] = ()

    @property
    def is_self_issued(self) -> bool:
        """Subject and issuer are the same name."""
        return self.subject.der == self.issuer.der

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and _identity(self) == _identity(other)

    def __hash__(self) -> int:
        return hash(self.sha256)


_identity = attrgetter(*(name for name in Certificate.__struct_fields__ if name != "evidence"))
"""What makes two certificates the same: everything but the place where they were read."""


class UnreadableCertificate(Struct, frozen=True):
    """A certificate block, or a file that should hold one (or a key), that is empty or cannot be decoded: the reason and what to do."""

    reason: str
    evidence: Evidence


class PrivateKey(Struct, frozen=True):
    """A private key was seen here; its bytes are gone. ``key_sha256`` as in `Certificate`, "" when encrypted or undecodable
    (``reason``). ``damaged``: the file is empty or cut, which an encrypted key or one of an unknown kind is not."""

    key_sha256: str
    reason: str
    evidence: Evidence
    damaged: bool = False


class CertificateDates(Struct, frozen=True):
    """The text of ``openssl x509 -dates``. ``path`` is the file it was asked of ("" when the command is not in sight).

    ``days_left`` is set instead of the dates for the one-liner of Cisco document 222464 (negative: expired that many days
    ago, counted from the moment it ran). Times are aware, UTC.
    """

    not_before: datetime | None
    not_after: datetime | None
    days_left: int | None
    path: str
    evidence: Evidence
    host: str = ""
