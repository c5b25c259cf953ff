"""Certificates, keys and signatures by Python alone, where no wheel of `cryptography` runs (a browser).

RSA is checked by integers and hashlib, elliptic curves by `ecdsa`. What has no library here (DSA, binary curves) is not checked, and the
answer says so: None, never a guess. Nothing secret is computed with, so it does not matter that none of it takes constant time.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from hashlib import sha256

from ecdsa import BadSignatureError, VerifyingKey
from ecdsa.curves import Curve, Ed25519
from ecdsa.util import sigdecode_der

from analyzer.read import der as asn1
from analyzer.read.extensions import MAX_EXTENSIONS
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
)
from analyzer.read.x509.pure_extensions import decoded
from analyzer.read.x509.pure_keys import (
    EcKey,
    EdwardsKey,
    OtherKey,
    PublicKey,
    RsaKey,
    decode_key,
    public_of_private,
    rsa_public,
    ssh_public,
)
from analyzer.read.x509.pure_structure import check_structure

__all__ = ["details", "public_of_private", "rsa_public", "ssh_public", "verifies"]

_DIGESTS = {
    "md5WithRSAEncryption": "md5",
    "sha1WithRSAEncryption": "sha1",
    "sha224WithRSAEncryption": "sha224",
    "sha256WithRSAEncryption": "sha256",
    "sha384WithRSAEncryption": "sha384",
    "sha512WithRSAEncryption": "sha512",
    "ecdsa-with-SHA1": "sha1",
    "ecdsa-with-SHA224": "sha224",
    "ecdsa-with-SHA256": "sha256",
    "ecdsa-with-SHA384": "sha384",
    "ecdsa-with-SHA512": "sha512",
}
_DIGEST_OIDS = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.4": "sha224",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_PREFIXES = {
    "md5": "3020300c06082a864886f70d020505000410",
    "sha1": "3021300906052b0e03021a05000414",
    "sha224": "302d300d06096086480165030402040500041c",
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440",
}
"""What stands before a digest that is signed by PKCS#1 v1.5 (RFC 8017, 9.2, note 1)."""

_MGF1 = "1.2.840.113549.1.1.8"
_LARGE_BITS, _LARGE_EXPONENT_BITS, _MOST_BITS = 3072, 64, 16_384
"""OpenSSL computes with no modulus of more bits than the last, and above the first with no exponent of more than the second."""


def details(data: bytes) -> Details:
    """The key and the extensions of a certificate. Raises `ValueError` where OpenSSL would refuse it."""
    check_structure(data)
    found = fields(data)
    return Details(_key_of(found[5]), tuple(decoded(one) for one in listed_extensions(found)[:MAX_EXTENSIONS]))


def _key_of(info: asn1.Element) -> Key:
    try:
        key = decode_key(info)
    except (ValueError, ArithmeticError) as error:
        parts = list(info.children())
        if len(parts) != 2 or parts[1].tag != asn1.BIT_STRING:
            raise asn1.DerError("a public key is an algorithm and its bits") from error
        oid = asn1.oid_text(next(parts[0].children()).content)
        why = " ".join(str(error).split())[:150]
        return Key(KEY_KINDS.get(oid, oid), 0, sha256(info.encoded).hexdigest(), why=why or type(error).__name__)
    digest = sha256(key.spki).hexdigest()
    match key:
        case RsaKey():
            return Key("RSA", key.modulus.bit_length(), digest)
        case EcKey():
            return Key("EC", key.bits, digest, CURVES.get(key.curve_name, key.curve_name))
        case EdwardsKey():
            return Key(key.curve.name, 256 if key.curve is Ed25519 else 456, digest)
        case OtherKey():
            return Key(key.kind, key.bits, digest)


@lru_cache(maxsize=1024)
def _public_key(ca: bytes) -> PublicKey:
    return decode_key(fields(ca)[5])


def verifies(leaf: bytes, ca: bytes) -> bool | None:
    """The signature is the CA's; None when it is of a kind that cannot be checked."""
    try:
        (algorithm, signed), key = signature(leaf), _public_key(ca)
        name = SIGNATURE_ALGORITHMS.get(algorithm, "")
        pss = _pss_parameters(leaf) if name == "rsassaPss" else None
        body = signed_bytes(leaf)
    except (ValueError, ArithmeticError):
        return None
    if not name or (isinstance(key, OtherKey) and key.cannot_check):
        return None
    digest = _DIGESTS.get(name)
    match key:
        case RsaKey() if pss is not None:
            return _verifies_pss(key, signed, body, pss)
        case RsaKey() if name.endswith("WithRSAEncryption") and digest is not None:
            return _verifies_pkcs1(key, signed, hashlib.new(digest, body, usedforsecurity=False).digest(), digest)
        case EcKey() if name.startswith("ecdsa") and digest is not None:
            return _verifies_ecdsa(key, signed, hashlib.new(digest, body, usedforsecurity=False).digest())
        case EdwardsKey() if name.startswith("ED"):
            return _verifies_edwards(key.curve, key.point, signed, body)
    # A key of one kind cannot have made a signature of another.
    return False


def _opened(key: RsaKey, signed: bytes) -> bytes | None:
    """What the key makes of a signature, as long as its modulus. None for one that it cannot have made."""
    size = (key.modulus.bit_length() + 7) // 8
    value = int.from_bytes(signed)
    too_large = key.modulus.bit_length() > _LARGE_BITS and key.exponent.bit_length() > _LARGE_EXPONENT_BITS
    if len(signed) != size or value >= key.modulus or too_large or key.modulus.bit_length() > _MOST_BITS:
        return None
    return pow(value, key.exponent, key.modulus).to_bytes(size)


def _verifies_pkcs1(key: RsaKey, signed: bytes, digest: bytes, name: str) -> bool:
    """RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2): what should stand there is made and compared, nothing of it is parsed."""
    opened = _opened(key, signed)
    told = bytes.fromhex(_PREFIXES[name]) + digest
    padding = (len(opened) if opened is not None else 0) - len(told) - 3
    return opened is not None and padding >= 8 and opened == b"\0\1" + b"\xff" * padding + b"\0" + told


def _pss_parameters(leaf: bytes) -> tuple[str, str, int]:
    """The digest, the digest of the mask and the length of the salt, in bytes. Raises `ValueError` for what is none or not known."""
    check_structure(leaf)
    algorithm = list(list(asn1.element(leaf).children())[1].children())
    digest, mask, salt = "sha1", "sha1", 20
    if len(algorithm) < 2:
        return digest, mask, salt
    for part in algorithm[1].children():
        inner = next(part.children())
        match part.tag:
            case 0xA0:
                digest = _digest_name(inner)
            case 0xA1:
                kind, parameters = list(inner.children())
                if asn1.oid_text(kind.content) != _MGF1:
                    raise asn1.DerError("a mask of an unknown kind")
                mask = _digest_name(parameters)
            case 0xA2:
                salt = inner.integer()
            case 0xA3 if inner.integer() == 1:
                continue
            case _:
                raise asn1.DerError("parameters of PSS that are not known")
    if salt < 0:
        raise asn1.DerError("a salt of less than nothing")
    return digest, mask, salt


def _digest_name(algorithm: asn1.Element) -> str:
    name = _DIGEST_OIDS.get(asn1.oid_text(next(algorithm.children()).content))
    if name is None:
        raise asn1.DerError("a digest of an unknown kind")
    return name


def _verifies_pss(key: RsaKey, signed: bytes, body: bytes, parameters: tuple[str, str, int]) -> bool:
    """RSASSA-PSS (RFC 8017, 8.1.2 and 9.1.2)."""
    digest, mask_digest, salt_size = parameters
    opened = _opened(key, signed)
    bits = key.modulus.bit_length() - 1
    size = (bits + 7) // 8
    if opened is None or any(opened[: len(opened) - size]):
        return False
    message = opened[len(opened) - size :]
    told = hashlib.new(digest, body, usedforsecurity=False).digest()
    at = size - len(told) - 1
    if at < salt_size + 1 or message[-1] != 0xBC or message[0] >> (8 - (8 * size - bits)):
        return False
    masked, proof = message[:at], message[at:-1]
    opened_mask = bytes(a ^ b for a, b in zip(masked, _mask(proof, at, mask_digest), strict=True))
    first = opened_mask[0] & (0xFF >> (8 * size - bits))
    data = bytes([first]) + opened_mask[1:]
    if data[: at - salt_size] != bytes(at - salt_size - 1) + b"\1":
        return False
    salt = data[at - salt_size :]
    return hashlib.new(digest, bytes(8) + told + salt, usedforsecurity=False).digest() == proof


def _mask(seed: bytes, size: int, name: str) -> bytes:
    """MGF1 (RFC 8017, B.2.1)."""
    made = b""
    for counter in range(size // hashlib.new(name, usedforsecurity=False).digest_size + 1):
        made += hashlib.new(name, seed + counter.to_bytes(4), usedforsecurity=False).digest()
    return made[:size]


def _verifies_ecdsa(key: EcKey, signed: bytes, digest: bytes) -> bool:
    try:
        return bool(key.key.verify_digest(signed, digest, sigdecode=sigdecode_der, allow_truncate=True))
    except (BadSignatureError, ValueError, ArithmeticError, IndexError):
        return False


def _verifies_edwards(curve: Curve, point: bytes, signed: bytes, body: bytes) -> bool:
    try:
        return bool(VerifyingKey.from_string(point, curve=curve).verify(signed, body))
    except (BadSignatureError, ValueError, ArithmeticError, IndexError):
        return False
