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

    ``path`` is the file of the appliance that a command at a prompt printed it from, "" where none did.

    ``key_sha256`` is the SHA-256 of the SubjectPublicKeyInfo: two certificates or a certificate and a private key
    belong to one key when it is the same. ``signature_algorithm`` is OpenSSL's name (``sha256WithRSAEncryption``), or the dotted
    OID. ``is_ca`` is what basicConstraints says, None when there is none (as in every InternalCA). ``curve`` is OpenSSL's name of the
    elliptic curve (``prime256v1``), "" for other keys. ``unread`` are clauses about what of it could not be decoded (a key, an extension):
    the rest is as good as in any other certificate. Without the key ``key_bits`` is 0 and ``key_sha256`` that of the bytes as they stand.
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
    unread: tuple[str, ...] = ()
    path: str = ""

    @property
    def is_self_issued(self) -> bool:
        """Subject and issuer are the same name."""
        return self.subject.der == self.issuer.der

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and _identity(self) == _identity(other)

    def __hash__(self) -> int:
        return hash(self.sha256)


_identity = attrgetter(*(name for name in Certificate.__struct_fields__ if name not in ("evidence", "path")))
"""What makes two certificates the same: everything but where they were read."""


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
    """What a text says of a certificate that is not there itself: ``openssl x509`` with any options, or the chain of ``s_client``.

    ``path`` is the file it was asked of ("" when the command is not in sight). ``subject`` and ``issuer`` are names in the form that
    OpenSSL logs (``/title=InternalCA/OU=.../CN=...``), "" where the text has none: they tell whose it is before the path does.
    ``days_left`` is set instead of the dates for the one-liner of Cisco document 222464 (negative: expired that many days
    ago, counted from the moment it ran).
    ``sha256`` is its fingerprint (hex), ``presented_by`` the address or name of the end that showed it (``s_client``), both "" else.
    Times are aware, UTC.
    """

    not_before: datetime | None
    not_after: datetime | None
    days_left: int | None
    path: str
    evidence: Evidence
    host: str = ""
    subject: str = ""
    issuer: str = ""
    serial: int | None = None
    sha256: str = ""
    presented_by: str = ""

    @property
    def of_internal_ca(self) -> bool:
        """Its subject says that it is an InternalCA: no leaf has that title. False also where the text does not name the subject."""
        return "/title=InternalCA/" in f"{self.subject}/" and self.issuer in ("", self.subject)

    @property
    def of_other_software(self) -> bool:
        """Subject and issuer are there, and neither is of the Intrusion Management System."""
        return bool(self.subject and self.issuer) and "Intrusion Management System" not in self.subject + self.issuer


class EndCheck(Struct, frozen=True):
    """``openssl x509 -checkend SECONDS``: whether a certificate ends within that time. ``seconds`` is None when the command is not in
    sight. With 0 it says whether the certificate has ended."""

    path: str
    seconds: int | None
    ends: bool
    evidence: Evidence


class ChainVerdict(Struct, frozen=True):
    """What ``openssl verify`` or ``s_client`` says of a chain. ``code`` is OpenSSL's number, 0 for OK.

    ``depth`` counts from the leaf (0), None where it is not said. ``subject`` is the certificate that it is about, in the form that OpenSSL
    logs, "" where it is not named. ``leaf_path`` and ``ca_path`` are the files of the command, "" when it is not in sight.
    ``presented_by`` is the address or name of the end that showed the chain (``s_client``), "" for files.
    """

    code: int
    text: str
    depth: int | None
    subject: str
    leaf_path: str
    ca_path: str
    presented_by: str
    evidence: Evidence


class KeyDigest(Struct, frozen=True):
    """A digest of a public key as a command printed it: ``openssl x509 -modulus``, ``openssl rsa -modulus``, or of the whole public key.

    ``of_private_key``: it was taken of a private key's file. ``form`` names what was digested and how (``modulus md5``,
    ``modulus sha256``, ``public key sha256``): only digests of one form can be compared.
    ``public key sha256`` is the ``key_sha256`` of `Certificate`.
    """

    path: str
    of_private_key: bool
    form: str
    digest: str
    evidence: Evidence


class RevocationList(Struct, frozen=True):
    """``openssl crl`` text. ``revoked`` are serial numbers. A list past ``next_update`` makes OpenSSL refuse a chain where lists are
    checked (code 12). Times are aware, UTC."""

    issuer: str
    last_update: datetime | None
    next_update: datetime | None
    revoked: tuple[int, ...]
    path: str
    evidence: Evidence
