"""Certificates of every kind the tests need, put together as DER: v1 with serial 0, SHA-1 and MD5 signatures, PSS, EC, Ed25519.

The library's own builder makes none of the first three. Keys are small and made once per session.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

FMC_UUID = "cdb123c8-4347-11ef-aca1-f3aa241412a1"
BORN = datetime(2016, 11, 1, 8, 0, 0, tzinfo=UTC)
TEN_YEARS = timedelta(days=3650)

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
Name = tuple[tuple[str, str], ...]

TYPES = {"CN": "550403", "C": "550406", "O": "55040a", "OU": "55040b", "title": "55040c", "emailAddress": "2a864886f70d010901"}


def internal_ca_name(uuid: str = FMC_UUID) -> Name:
    """The DN of an InternalCA (field notes 1)."""
    return (("title", "InternalCA"), ("OU", "Intrusion Management System"), ("CN", uuid), ("O", "Cisco Systems, Inc"))


LEAF_NAME: Name = (("CN", "192.0.2.10"), ("O", "Cisco Systems, Inc"))


@cache
def rsa_key(label: str = "ca") -> rsa.RSAPrivateKey:
    """The RSA key of that label: one per session."""
    return rsa.generate_private_key(65537, 1024 if label != "2048" else 2048)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    """One P-256 key."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def ed_key() -> ed25519.Ed25519PrivateKey:
    """One Ed25519 key."""
    return ed25519.Ed25519PrivateKey.generate()


def tlv(tag: int, *content: bytes) -> bytes:
    """One DER element."""
    body = b"".join(content)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def name_der(name: Name, tag: int = 0x0C) -> bytes:
    """A Name of one-valued parts, UTF8String unless told otherwise."""
    parts = (tlv(0x31, tlv(0x30, tlv(0x06, bytes.fromhex(TYPES[kind])), tlv(tag, value.encode("latin-1")))) for kind, value in name)
    return tlv(0x30, *parts)


@dataclass(frozen=True)
class Signing:
    """How a certificate is signed: the DER of its algorithm, and what the key is told."""

    algorithm: bytes
    digest: hashes.HashAlgorithm | None = None
    pss: bool = False


def _algorithm(oid: str, parameters: bytes = b"") -> bytes:
    return tlv(0x30, tlv(0x06, bytes.fromhex(oid)), parameters)


_NULL = b"\x05\x00"
_SHA256_ID = _algorithm("608648016503040201", _NULL)
_PSS_PARAMETERS = tlv(0x30, tlv(0xA0, _SHA256_ID), tlv(0xA1, _algorithm("2a864886f70d010108", _SHA256_ID)), tlv(0xA2, tlv(0x02, b"\x20")))

SHA256 = Signing(_algorithm("2a864886f70d01010b", _NULL), hashes.SHA256())
SHA1 = Signing(_algorithm("2a864886f70d010105", _NULL), hashes.SHA1())  # noqa: S303 - old leaves are what is tested
MD5 = Signing(_algorithm("2a864886f70d010104", _NULL), hashes.MD5())  # noqa: S303
PSS = Signing(_algorithm("2a864886f70d01010a", _PSS_PARAMETERS), hashes.SHA256(), pss=True)
ECDSA = Signing(_algorithm("2a8648ce3d040302"), hashes.SHA256())
ED25519 = Signing(_algorithm("2b6570"))
UNKNOWN_ALGORITHM = Signing(_algorithm("2b0601040182370a0b"), hashes.SHA256())


def certificate_der(
    *,
    subject: Name = LEAF_NAME,
    issuer: Name | None = None,
    key: Key | None = None,
    signer: Key | None = None,
    signing: Signing = SHA256,
    serial: int = 15,
    version: int = 3,
    not_before: datetime = BORN,
    not_after: datetime | None = None,
    extensions: bytes = b"",
    subject_der: bytes | None = None,
) -> bytes:
    """A certificate, signed by ``signer``; the defaults are those of a tunnel leaf issued by the InternalCA of `FMC_UUID`."""
    public = (key or rsa_key("leaf")).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    tbs = tlv(
        0x30,
        b"" if version == 1 else tlv(0xA0, tlv(0x02, bytes([version - 1]))),
        tlv(0x02, serial.to_bytes(serial.bit_length() // 8 + 1, "big", signed=True)),
        signing.algorithm,
        name_der(internal_ca_name() if issuer is None else issuer),
        tlv(0x30, _time(not_before), _time(not_after or not_before + TEN_YEARS)),
        name_der(subject) if subject_der is None else subject_der,
        public,
        tlv(0xA3, tlv(0x30, extensions)) if extensions else b"",
    )
    return tlv(0x30, tbs, signing.algorithm, tlv(0x03, b"\x00", _sign(signer or rsa_key(), tbs, signing)))


def internal_ca_der(uuid: str = FMC_UUID, key: Key | None = None, **other: object) -> bytes:
    """An InternalCA: version 1, serial 0, no extensions, self-issued."""
    name = internal_ca_name(uuid)
    values: dict[str, object] = {
        "subject": name,
        "issuer": name,
        "key": key or rsa_key(),
        "signer": key or rsa_key(),
        "serial": 0,
        "version": 1,
    }
    return certificate_der(**(values | other))  # type: ignore[arg-type]


def basic_constraints(ca: bool) -> bytes:
    """The extension that says whether a certificate is a CA."""
    return tlv(0x30, tlv(0x06, bytes.fromhex("551d13")), tlv(0x04, tlv(0x30, b"\x01\x01\xff" if ca else b"")))


def pkcs7_der(*certificates: bytes) -> bytes:
    """A SignedData that carries certificates and signs nothing, as ``openssl crl2pkcs7`` makes it."""
    data = tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d010701")))
    signed = tlv(0x30, b"\x02\x01\x01", tlv(0x31), data, tlv(0xA0, *certificates), tlv(0x31))
    return tlv(0x30, tlv(0x06, bytes.fromhex("2a864886f70d010702")), tlv(0xA0, signed))


def pem(der: bytes, label: str = "CERTIFICATE", width: int = 64) -> str:
    """The PEM block of some bytes, its base64 wrapped at ``width``."""
    text = base64.b64encode(der).decode()
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def key_der(key: Key, form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    """A private key as DER."""
    return key.private_bytes(Encoding.DER, form, NoEncryption())


def spki(key: Key) -> bytes:
    """The public half of a key, as a certificate holds it."""
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _time(moment: datetime) -> bytes:
    if moment.year < 2050:
        return tlv(0x17, moment.strftime("%y%m%d%H%M%SZ").encode())
    return tlv(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def _sign(key: Key, data: bytes, signing: Signing) -> bytes:
    match key:
        case rsa.RSAPrivateKey():
            assert signing.digest is not None
            scheme = padding.PSS(padding.MGF1(signing.digest), 32) if signing.pss else padding.PKCS1v15()
            return key.sign(data, scheme, signing.digest)
        case ec.EllipticCurvePrivateKey():
            assert signing.digest is not None
            return key.sign(data, ec.ECDSA(signing.digest))
    return key.sign(data)
