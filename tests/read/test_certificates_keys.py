"""Private keys: recognised, located, matched by their public half, and never shown."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from time import process_time

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs12,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.certificate import PrivateKey
from analyzer.model.location import Location
from analyzer.model.member import Damage
from analyzer.read import pem
from analyzer.read.certificates import read_der, read_pem
from analyzer.read.context import ReadContext
from analyzer.read.text import read_text
from tests.read import builders_certificates as build

CONTEXT = ReadContext(as_of=datetime(2026, 11, 23, tzinfo=UTC))


def read(text: str) -> PrivateKey:
    [key] = read_pem(read_text([text.encode()], Location("case", "k.pem"), "k.pem", None), CONTEXT)
    assert isinstance(key, PrivateKey)
    return key


_FORMS = [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL, PrivateFormat.OpenSSH]


@pytest.mark.parametrize(
    ("key", "form"),
    [
        *((build.rsa_key("leaf"), form) for form in _FORMS),
        *((build.ec_key(), form) for form in _FORMS),
        (build.ed_key(), PrivateFormat.PKCS8),
        (build.ed_key(), PrivateFormat.OpenSSH),
    ],
)
def test_a_key_is_known_by_its_public_half(key: build.Key, form: PrivateFormat) -> None:
    found = read(key.private_bytes(Encoding.PEM, form, NoEncryption()).decode())

    assert (found.key_sha256, found.reason) == (sha256(build.spki(key)).hexdigest(), "")


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_an_encrypted_key_says_so(form: PrivateFormat) -> None:
    found = read(build.rsa_key("leaf").private_bytes(Encoding.PEM, form, BestAvailableEncryption(b"secret")).decode())

    assert found.key_sha256 == ""
    assert found.reason.startswith("encrypted")


def test_encrypted_der_and_pkcs12_are_recognised_unopened() -> None:
    encrypted = build.rsa_key("leaf").private_bytes(Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))
    store = pkcs12.serialize_key_and_certificates(b"x", build.rsa_key("leaf"), None, None, BestAvailableEncryption(b"secret"))
    [key], [bag] = read_der(encrypted, Location("a")), read_der(store, Location("b"))

    assert isinstance(key, PrivateKey)
    assert key.reason.startswith("encrypted")
    assert isinstance(bag, PrivateKey)
    assert bag.reason.startswith("a PKCS#12 file")


def test_a_key_cut_after_its_first_line_is_located() -> None:
    lines = build.pem(build.key_der(build.rsa_key("2048")), "PRIVATE KEY").splitlines()[:2]
    found = read("\n".join([*lines, "sftunnel-key.pem", ""]))

    assert found.key_sha256 == ""
    assert found.reason.startswith("it is cut, or stops being base64 at line 3: 48 of ")
    assert (found.evidence.location.line, found.evidence.location.last_line) == (1, 2)


def test_a_key_of_odd_bytes_is_undecodable_without_a_word_of_them() -> None:
    found = read(build.pem(b"\x30\x0b\x02\x01\x00\x30\x03\x06\x01\x01\x04\x01\x41", "PRIVATE KEY"))

    assert found.reason == "damaged or of an unsupported kind: its public half is unknown"


def test_not_a_byte_of_a_key_is_in_the_fact() -> None:
    text = build.pem(build.key_der(build.rsa_key("leaf")), "PRIVATE KEY")
    found = repr(read(text))

    assert not [line for line in text.splitlines()[1:-1] if line[:12] in found]


def test_not_a_byte_of_a_key_is_in_the_repr_of_its_block() -> None:
    text = build.pem(build.key_der(build.rsa_key("leaf")), "PRIVATE KEY")
    [block] = pem.blocks(read_text([text.encode()], Location("c"), "c", None).lines)

    assert text.splitlines()[1] not in repr(block)


def test_a_huge_key_is_not_looked_into() -> None:
    [found, damage] = read_der(build.tlv(0x30, b"\x02\x01\x00", build.tlv(0x02, bytes(70_000))), Location("a"))

    assert isinstance(damage, Damage)
    assert isinstance(found, PrivateKey)
    assert found.key_sha256 == ""


_KEY = build.key_der(build.rsa_key("leaf"))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(_KEY) - 1), st.integers(0, 255), st.integers(0, 30))
def test_no_damaged_key_raises(at: int, byte: int, cut: int) -> None:
    damaged = bytearray(_KEY)
    damaged[at] = byte

    assert isinstance(read(build.pem(bytes(damaged[: len(damaged) - cut]), "PRIVATE KEY")), PrivateKey)


_MERSENNE = [2**exponent - 1 for exponent in (9_689, 9_941, 11_213, 19_937)]
_RSA, _PSS, _DH, _DHX, _DSA, _ECDSA = (
    bytes.fromhex(text)
    for text in ("2a864886f70d010101", "2a864886f70d01010a", "2a864886f70d010301", "2a8648ce3e0201", "2a8648ce380401", "2a8648ce3d0201")
)


def _integer(value: int) -> bytes:
    return build.tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def _rsa_body(p: int, q: int) -> bytes:
    numbers = (0, p * q, 65537, 5, p, q, 1, 1, 1)
    return build.tlv(0x30, *map(_integer, numbers))


def _pkcs8(algorithm: bytes, parameters: bytes, body: bytes) -> bytes:
    return build.tlv(0x30, _integer(0), build.tlv(0x30, build.tlv(0x06, algorithm), parameters), build.tlv(0x04, body))


def _ssh(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4) + part for part in parts)


def test_an_encrypted_openssh_key_is_known_by_the_public_half_beside_it() -> None:
    key = build.rsa_key("leaf")
    public = base64.b64decode(key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).split()[1])
    data = b"openssh-key-v1\0" + _ssh(b"aes256-ctr", b"bcrypt", bytes(24)) + (1).to_bytes(4) + _ssh(public, bytes(64))

    assert read(build.pem(data, "OPENSSH PRIVATE KEY")).key_sha256 == sha256(build.spki(key)).hexdigest()


def _openssh(kind: bytes, *numbers: int) -> bytes:
    """An OpenSSH key whose private part holds these numbers, and whose public part is of a small key."""
    mpints = [number.to_bytes(number.bit_length() // 8 + 1) for number in numbers]
    private = bytes(8) + _ssh(kind, *mpints, b"")
    public = _ssh(b"ssh-rsa", (65537).to_bytes(3), mpints[0])
    return b"openssh-key-v1\0" + _ssh(b"none", b"none", b"") + (1).to_bytes(4) + _ssh(public, private)


p, q = _MERSENNE[2:4]
HOSTILE: dict[str, Callable[[], bytes]] = {
    "RSA, PKCS#1": lambda: _rsa_body(p, q),
    "RSA, PKCS#8": lambda: _pkcs8(_RSA, build.tlv(0x05), _rsa_body(p, q)),
    "RSA-PSS": lambda: _pkcs8(_PSS, b"", _rsa_body(p, q)),
    "DH": lambda: _pkcs8(_DH, build.tlv(0x30, _integer(q), _integer(2)), _integer(5)),
    "DHX": lambda: _pkcs8(_DHX, build.tlv(0x30, _integer(q), _integer(2), _integer(p)), _integer(5)),
    "DSA": lambda: _pkcs8(_DSA, build.tlv(0x30, _integer(q), _integer(p), _integer(2)), _integer(5)),
    "EC with a field of its own": lambda: _pkcs8(
        _ECDSA,
        build.tlv(0x30, _integer(1), build.tlv(0x30, build.tlv(0x06, bytes.fromhex("2a8648ce3d0101")), _integer(q))),
        build.tlv(0x30, _integer(1), build.tlv(0x04, bytes(32))),
    ),
    "OpenSSH": lambda: _openssh(b"ssh-rsa", p * q, 65537, 5, 1, p, q),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_primes_are_proven(kind: str) -> None:
    """Primes of thousands of digits, for whose proof the library takes a minute and more, in one call that no signal ends."""
    data = HOSTILE[kind]()
    began = process_time()
    label = "OPENSSH PRIVATE KEY" if kind == "OpenSSH" else "RSA PRIVATE KEY" if "PKCS#1" in kind else "PRIVATE KEY"
    found = read(build.pem(data, label))

    assert found.key_sha256 == "" or kind.startswith(("RSA", "OpenSSH"))
    assert process_time() - began < 0.5


def test_a_key_of_a_kind_that_no_tunnel_has_is_located_and_not_loaded() -> None:
    found = read(dsa.generate_private_key(2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())

    assert found.key_sha256 == ""
    assert "of an unsupported kind" in found.reason
