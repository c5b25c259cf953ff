"""Private keys are recognised and matched by their public half, in memory. Their bytes never leave this module.

No error text and no repr of what is handled here reaches a caller: reasons are fixed sentences. An RSA key, which the appliances
use, is never loaded as a private key at all: modulus and exponent are read out of its DER, and of an OpenSSH key the public half that it
carries. The library proves that the primes of a private key are prime, in one call that nothing can end: a key of 25 KB made for it
would take ten minutes. Of other kinds only those on named curves are loaded, which takes no time.
"""

from __future__ import annotations

from hashlib import sha256

from analyzer.model.certificate import PrivateKey
from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.model.location import Evidence
from analyzer.read import der as asn1
from analyzer.read.pem import Block
from analyzer.read.x509 import public_of_private, rsa_public, ssh_public
from analyzer.texts import N_, _

_RSA = (bytes.fromhex("2a864886f70d010101"), bytes.fromhex("2a864886f70d01010a"))  # rsaEncryption, and RSASSA-PSS with the same body
_EC = bytes.fromhex("2a8648ce3d0201")  # 1.2.840.10045.2.1
_EDWARDS = tuple(bytes.fromhex("2b65") + bytes([arc]) for arc in (110, 111, 112, 113))  # X25519, X448, Ed25519, Ed448
_RSA_BITS = 16_384
"""Bits of the modulus of the largest RSA key that is looked at."""

_SSH_KINDS = (b"ssh-rsa", b"ssh-ed25519", b"ecdsa-sha2-nistp256", b"ecdsa-sha2-nistp384", b"ecdsa-sha2-nistp521")
_SSH_MAGIC = b"openssh-key-v1\0"
_PBE = (bytes.fromhex("2a864886f70d0105"), bytes.fromhex("2a864886f70d010c01"))  # PKCS#5 and PKCS#12 encryption schemes
_ENCRYPTED = N_("encrypted: its public half is unknown without the password")
OVERSIZED = N_("larger than a private key: it was not read")
"""The reason of a key of more than ``key_bytes``; that of RSA-16384 has less than 10 KiB."""

_UNDECODABLE = N_("damaged or of an unsupported kind: its public half is unknown")


def is_private_key_label(label: str) -> bool:
    """The PEM label announces a private key of any form."""
    return label == "PRIVATE KEY" or label.endswith(" PRIVATE KEY")


def read_private_key(block: Block, evidence: Evidence, limit: int = DEFAULT_LIMITS.key_bytes) -> PrivateKey:
    """The fact for a PEM block with a private key. ``evidence`` must not quote it."""
    if block.label == "ENCRYPTED PRIVATE KEY" or any("ENCRYPTED" in header for header in block.headers):
        return PrivateKey("", _(_ENCRYPTED), evidence)
    if block.oversized:
        return PrivateKey("", _(OVERSIZED), evidence)
    data = block.decode()
    if block.label == "OPENSSH PRIVATE KEY":
        return _openssh(data, evidence) if len(data) <= limit else PrivateKey("", _(OVERSIZED), evidence)
    size = asn1.declared_size(data)
    if not block.ended or (size is not None and len(data) < size):
        there = (
            _("{n} of {size} bytes are there").format(n=len(data), size=size) if size is not None else _("its beginning is not readable")
        )
        return PrivateKey("", _("{why}: {there}").format(why=block.why or _("the block is damaged"), there=there), evidence, damaged=True)
    return private_key_from_der(data, evidence, limit)


def private_key_from_der(data: bytes, evidence: Evidence, limit: int = DEFAULT_LIMITS.key_bytes) -> PrivateKey:
    """The fact for a PKCS#8, PKCS#1 or SEC1 key, or a PKCS#12 file, in DER. One of more than ``limit`` bytes is `OVERSIZED`."""
    if len(data) > limit and not _is_pkcs12(data):
        return PrivateKey("", _(OVERSIZED), evidence)
    if _is_pkcs12(data):
        return PrivateKey("", _("a PKCS#12 file: not opened, it needs its password"), evidence)
    if _is_encrypted(data):
        return PrivateKey("", _(_ENCRYPTED), evidence)
    # The error itself is dropped on purpose: it may hold what it could not decode.
    try:
        public = _rsa_public(data) or _public_of(data)
    except Exception:
        return PrivateKey("", _(_UNDECODABLE), evidence)
    return PrivateKey(sha256(public).hexdigest(), "", evidence)


def looks_like_private_key(head: bytes) -> bool:
    """The first bytes of a DER file are those of PKCS#8 (plain or encrypted), PKCS#1, SEC1 or PKCS#12."""
    if _is_encrypted(head) or _is_pkcs12(head):
        return True
    try:
        outer, at, _ = asn1.header(head)
        tag, body, length = asn1.header(head, at)
        following = head[body + length]
        version = head[body]
    except (asn1.DerError, IndexError):
        return False
    if outer != asn1.SEQUENCE or (tag, length) != (asn1.INTEGER, 1) or version > 1:
        return False
    # PKCS#8: an algorithm follows the version; PKCS#1: the modulus; SEC1: an octet string.
    if following == asn1.SEQUENCE:
        return head[body + length + 2 : body + length + 3] == b"\x06"
    return following in (asn1.INTEGER, asn1.OCTET_STRING)


def _rsa_public(data: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a PKCS#8 or PKCS#1 RSA key; b"" when it is of another kind."""
    fields = list(asn1.element(data).children())
    if len(fields) >= 3 and fields[1].tag == asn1.SEQUENCE and fields[2].tag == asn1.OCTET_STRING:
        if next(fields[1].children()).content not in _RSA:
            return b""
        fields = list(asn1.element(fields[2].content).children())
    if len(fields) < 9 or any(field.tag != asn1.INTEGER for field in fields[:9]):
        return b""
    modulus = fields[1].integer()
    if modulus.bit_length() > _RSA_BITS:
        return b""
    return rsa_public(modulus, fields[2].integer())


def _public_of(data: bytes) -> bytes:
    """The SubjectPublicKeyInfo of a key on a named curve. Raises ValueError for any other: loading it may take very long."""
    if not _on_named_curve(data):
        raise ValueError
    return public_of_private(data)


def _openssh(data: bytes, evidence: Evidence) -> PrivateKey:
    """The public half stands beside the private one, also where that is encrypted (PROTOCOL.key of OpenSSH)."""
    try:
        blob = _ssh_public(data)
        kind = _ssh_strings(blob, 1)[0]
        if kind not in _SSH_KINDS:
            raise ValueError
        spki = ssh_public(kind, blob)
    except Exception:
        return PrivateKey("", _(_UNDECODABLE), evidence)
    return PrivateKey(sha256(spki).hexdigest(), "", evidence)


def _ssh_public(data: bytes) -> bytes:
    """The public key in an OpenSSH private key: after three strings (cipher, key derivation and its options) and the number of keys, 1."""
    if not data.startswith(_SSH_MAGIC):
        raise ValueError
    cipher, derivation, options = _ssh_strings(data[len(_SSH_MAGIC) :], 3)
    at = len(_SSH_MAGIC) + 12 + len(cipher) + len(derivation) + len(options)
    if data[at : at + 4] != b"\0\0\0\1":
        raise ValueError
    return _ssh_strings(data[at + 4 :], 1)[0]


def _ssh_strings(data: bytes, count: int) -> list[bytes]:
    """So many strings, each behind its length in four bytes. Raises ValueError where they are not there."""
    found: list[bytes] = []
    at = 0
    for _number in range(count):
        size = int.from_bytes(data[at : at + 4])
        if at + 4 > len(data) or at + 4 + size > len(data):
            raise ValueError
        found.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return found


def _on_named_curve(data: bytes) -> bool:
    """PKCS#8 with an EC key whose parameters are the name of a curve, or an Edwards or Montgomery key; or SEC1 with such a name."""
    fields = list(asn1.element(data).children())
    if len(fields) >= 3 and fields[1].tag == asn1.SEQUENCE:
        algorithm = list(fields[1].children())
        if algorithm[0].content in _EDWARDS:
            return True
        return algorithm[0].content == _EC and len(algorithm) == 2 and algorithm[1].tag == asn1.OID
    named = [field for field in fields[2:] if field.tag == asn1.CONTEXT_0]
    return len(fields) >= 2 and fields[1].tag == asn1.OCTET_STRING and bool(named) and next(named[0].children()).tag == asn1.OID


def _is_encrypted(head: bytes) -> bool:
    """EncryptedPrivateKeyInfo: SEQUENCE { SEQUENCE { a password-based scheme ..."""
    try:
        outer, at, _ = asn1.header(head)
        inner, body, _ = asn1.header(head, at)
    except asn1.DerError:
        return False
    return (outer, inner) == (asn1.SEQUENCE, asn1.SEQUENCE) and head[body : body + 1] == b"\x06" and head[body + 2 :].startswith(_PBE)


def _is_pkcs12(head: bytes) -> bool:
    """PFX: SEQUENCE { INTEGER 3, SEQUENCE ..."""
    try:
        outer, at, _ = asn1.header(head)
    except asn1.DerError:
        return False
    return outer == asn1.SEQUENCE and head[at : at + 4] == b"\x02\x01\x03\x30"
