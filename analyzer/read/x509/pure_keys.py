"""Public keys by Python alone: out of a SubjectPublicKeyInfo, a private key or a key of OpenSSH, and back into bytes that are digested."""

from __future__ import annotations

from typing import Any

from ecdsa import SigningKey, VerifyingKey
from ecdsa.curves import Curve, Ed448, Ed25519, curves
from ecdsa.errors import MalformedPointError
from msgspec import Struct

from analyzer.read import der as asn1

_RSA, _RSA_PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
_EC, _DSA = "1.2.840.10045.2.1", "1.2.840.10040.4.1"
_EDWARDS = {"1.3.101.112": Ed25519, "1.3.101.113": Ed448}
_MONTGOMERY = {"1.3.101.110": ("X25519", 32), "1.3.101.111": ("X448", 56)}
_NULL = b"\x05\0"

_NAMES = {
    "1.2.840.10045.3.1.1": "secp192r1",
    "1.3.132.0.33": "secp224r1",
    "1.2.840.10045.3.1.7": "secp256r1",
    "1.3.132.0.34": "secp384r1",
    "1.3.132.0.35": "secp521r1",
    "1.3.132.0.10": "secp256k1",
    "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
    "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
    "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
}
"""The curves that `cryptography` knows as well and that are no binary ones, by its names (SEC 2)."""

_CURVES = {".".join(map(str, curve.oid)): curve for curve in curves if curve.oid}
_SSH_CURVES = {b"nistp256": "1.2.840.10045.3.1.7", b"nistp384": "1.3.132.0.34", b"nistp521": "1.3.132.0.35"}


class RsaKey(Struct, frozen=True):
    """An RSA key. ``spki`` is its SubjectPublicKeyInfo, as OpenSSL would write it."""

    spki: bytes
    modulus: int
    exponent: int


class EcKey(Struct, frozen=True):
    """A key on a named curve, of so many ``bits``."""

    spki: bytes
    curve_name: str
    bits: int
    key: Any


class EdwardsKey(Struct, frozen=True):
    """An Ed25519 or Ed448 key."""

    spki: bytes
    curve: Any
    point: bytes


class OtherKey(Struct, frozen=True):
    """A key that is known but not computed with. ``cannot_check``: it may have signed something."""

    spki: bytes
    kind: str
    bits: int
    cannot_check: bool


PublicKey = RsaKey | EcKey | EdwardsKey | OtherKey


def decode_key(info: asn1.Element) -> PublicKey:
    """A SubjectPublicKeyInfo. Raises `ValueError` (a `DerError` is one) for what is none, and for a kind that is not known."""
    parts = list(info.children())
    if len(parts) != 2 or parts[1].tag != asn1.BIT_STRING or parts[1].content[:1] != b"\0":
        raise asn1.DerError("a public key is an algorithm and its bits")
    algorithm = list(parts[0].children())
    if not algorithm or algorithm[0].tag != asn1.OID:
        raise asn1.DerError("an algorithm is a number and what belongs to it")
    oid, bits = asn1.oid_text(algorithm[0].content), parts[1].content[1:]
    if oid in (_RSA, _RSA_PSS):
        if oid == _RSA and [one.encoded for one in algorithm[1:]] not in ([], [_NULL]):
            raise asn1.DerError("an RSA key has no parameters")
        modulus, exponent = _integers(bits, 2)
        return RsaKey(rsa_public(modulus, exponent), modulus, exponent)
    if oid == _EC:
        if len(algorithm) != 2 or algorithm[1].tag != asn1.OID:
            raise asn1.DerError("the curve of an EC key has no name")
        return _on_curve(asn1.oid_text(algorithm[1].content), bits)
    if oid in _EDWARDS:
        if len(bits) != _EDWARDS[oid].verifying_key_length:
            raise asn1.DerError("an Edwards key of another length")
        return EdwardsKey(_spki(parts[0].encoded, bits), _EDWARDS[oid], bits)
    if oid in _MONTGOMERY:
        kind, size = _MONTGOMERY[oid]
        if len(bits) != size:
            raise asn1.DerError("a Montgomery key of another length")
        return OtherKey(_spki(parts[0].encoded, bits), kind, 0, cannot_check=False)
    if oid == _DSA and len(algorithm) == 2:
        prime, _order, _generator = _integers(algorithm[1].encoded, 3)
        _whole(bits)
        return OtherKey(info.encoded, "DSA", prime.bit_length(), cannot_check=True)
    raise ValueError(f"Unknown key type: {oid}")


def rsa_public(modulus: int, exponent: int) -> bytes:
    """The SubjectPublicKeyInfo of an RSA key. Raises `ValueError` for numbers that make none."""
    if modulus < 3 or not 3 <= exponent < modulus or exponent % 2 == 0:
        raise ValueError("e must be odd, at least 3 and below n")
    body = asn1.wrapped(asn1.SEQUENCE, _integer(modulus), _integer(exponent))
    return _spki(asn1.wrapped(asn1.SEQUENCE, _oid(_RSA), _NULL), body)


def public_of_private(data: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a private key in DER: PKCS#8 or SEC1 on a named curve, or Edwards. Raises `ValueError` for others."""
    parts = list(asn1.element(data).children())
    if parts[1].tag == asn1.OCTET_STRING:
        named = next(part for part in parts[2:] if part.tag == asn1.CONTEXT_0)
        return _of_secret(asn1.oid_text(next(named.children()).content), parts[1].content)
    algorithm = list(parts[1].children())
    oid = asn1.oid_text(algorithm[0].content)
    inner = asn1.element(parts[2].content)
    if oid in _EDWARDS:
        secret = SigningKey.from_string(inner.content, curve=_EDWARDS[oid])
        return _spki(asn1.wrapped(asn1.SEQUENCE, algorithm[0].encoded), secret.verifying_key.to_string())
    if oid != _EC:
        raise ValueError("its public half cannot be computed here")
    return _of_secret(asn1.oid_text(algorithm[1].content), list(inner.children())[1].content)


def ssh_public(kind: bytes, blob: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a public key of OpenSSH (RFC 4253, 6.6; RFC 5656, 3.1; RFC 8709). Raises `ValueError` for others."""
    strings = _ssh_strings(blob)
    if strings[0] != kind:
        raise ValueError("another kind of key than it says")
    if kind == b"ssh-rsa" and len(strings) == 3:
        exponent, modulus = (int.from_bytes(one, signed=True) for one in strings[1:])
        return rsa_public(modulus, exponent)
    if kind == b"ssh-ed25519" and len(strings) == 2 and len(strings[1]) == Ed25519.verifying_key_length:
        return _spki(asn1.wrapped(asn1.SEQUENCE, _oid("1.3.101.112")), strings[1])
    if kind.startswith(b"ecdsa-sha2-") and len(strings) == 3 and kind == b"ecdsa-sha2-" + strings[1]:
        return _on_curve(_SSH_CURVES[strings[1]], strings[2]).spki
    raise ValueError("a key of OpenSSH that is not known")


def _ssh_strings(blob: bytes) -> list[bytes]:
    found: list[bytes] = []
    at = 0
    while at < len(blob):
        size = int.from_bytes(blob[at : at + 4])
        found.append(blob[at + 4 : at + 4 + size])
        at += 4 + size
    if at != len(blob) or not found:
        raise ValueError("it is cut")
    return found


def _of_secret(oid: str, secret: bytes) -> bytes:
    curve = _known_curve(oid)
    key = SigningKey.from_string(secret.rjust(curve.baselen, b"\0"), curve=curve)
    return _on_curve(oid, key.verifying_key.to_string("uncompressed")).spki


def _known_curve(oid: str) -> Curve:
    if oid not in _NAMES:
        raise ValueError(f"Curve {oid} is not supported")
    return _CURVES[oid]


def _on_curve(oid: str, point: bytes) -> EcKey:
    curve = _known_curve(oid)
    try:
        key = VerifyingKey.from_string(point, curve=curve, valid_encodings=("uncompressed", "compressed", "hybrid"))
    except MalformedPointError as error:
        raise ValueError(f"Invalid EC key. Point is not on the curve specified ({error})") from error
    algorithm = asn1.wrapped(asn1.SEQUENCE, _oid(_EC), _oid(oid))
    return EcKey(_spki(algorithm, key.to_string("uncompressed")), _NAMES[oid], curve.curve.p().bit_length(), key)


def _spki(algorithm: bytes, bits: bytes) -> bytes:
    return asn1.wrapped(asn1.SEQUENCE, algorithm, asn1.wrapped(asn1.BIT_STRING, b"\0" + bits))


def _whole(encoded: bytes) -> asn1.Element:
    found = asn1.element(encoded)
    if found.end != len(encoded):
        raise asn1.DerError("bytes follow the number of a key")
    return found


def _integers(encoded: bytes, least: int) -> list[int]:
    parts = list(_whole(encoded).children())
    numbers = [part.integer() for part in parts]
    shortest = all(asn1.wrapped(asn1.INTEGER, part.content) == _integer(part.integer()) for part in parts if part.integer() >= 0)
    if encoded[0] != asn1.SEQUENCE or len(numbers) != least or min(numbers) < 0 or not shortest:
        raise asn1.DerError("the numbers of a key are not there")
    return numbers


def _integer(value: int) -> bytes:
    return asn1.wrapped(asn1.INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def _oid(text: str) -> bytes:
    """An OBJECT IDENTIFIER of its dotted form."""
    first, second, *rest = map(int, text.split("."))
    encoded = bytearray()
    for arc in (first * 40 + second, *rest):
        pieces = [arc & 0x7F]
        while arc := arc >> 7:
            pieces.append(arc & 0x7F | 0x80)
        encoded += bytes(reversed(pieces))
    return asn1.wrapped(asn1.OID, bytes(encoded))
