"""Private keys: recognised, located, matched by their public half, and never shown."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, pkcs12
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

    assert found.reason == "damaged, or of a kind that is not supported: its public half cannot be told"


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
