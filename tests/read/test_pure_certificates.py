"""Certificates, keys and signatures by Python alone are told as `cryptography` tells them: whole ones, and thousands with faults."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from ipaddress import ip_address, ip_network
from time import process_time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, rsa, x448, x25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from analyzer.backend import NATIVE, PURE, using
from analyzer.model.certificate import Certificate, UnreadableCertificate
from analyzer.model.location import Evidence, Location
from analyzer.read import der as asn1
from analyzer.read import pem
from analyzer.read.decoding import certificate_from_der
from analyzer.read.private_keys import private_key_from_der, read_private_key
from analyzer.read.text import read_text
from analyzer.read.x509 import native, pure, verifies
from tests.read import builders_certificates as build
from tests.read.test_certificates_der import oddities
from tests.slices import is_whole

PLACE = Evidence(Location("case"), "")
CURVES = (
    ec.SECP192R1,
    ec.SECP224R1,
    ec.SECP256R1,
    ec.SECP384R1,
    ec.SECP521R1,
    ec.SECP256K1,
    ec.BrainpoolP256R1,
    ec.BrainpoolP384R1,
    ec.BrainpoolP512R1,
)


def read(der: bytes, backend: str) -> Certificate | UnreadableCertificate:
    with using(backend):
        return certificate_from_der(der, PLACE)


def facts(found: Certificate | UnreadableCertificate) -> dict[str, object]:
    """What is said of a certificate, without the words of the libraries."""
    if isinstance(found, UnreadableCertificate):
        return {}
    told = {name: getattr(found, name) for name in Certificate.__struct_fields__}
    return told | {"unread": tuple(one.partition(" (")[0] for one in found.unread)}


@cache
def with_every_extension() -> bytes:
    key = build.rsa_key()
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, " a, b+c#;<\\"),
            x509.NameAttribute(NameOID.TITLE, "InternalCA"),
            x509.NameAttribute(NameOID.EMAIL_ADDRESS, "a@b"),
        ]
    )
    names: list[x509.GeneralName] = [
        x509.DNSName("ftd-1.example"),
        *map(x509.IPAddress, (ip_address("192.0.2.1"), ip_address("2001:db8::1"), ip_network("192.0.2.0/24"), ip_network("2001:db8::/32"))),
        x509.RFC822Name("a@b"),
        x509.UniformResourceIdentifier("http://x/"),
        x509.RegisteredID(x509.ObjectIdentifier("1.2.3")),
        x509.DirectoryName(name),
        x509.OtherName(x509.ObjectIdentifier("1.2.3"), b"\x05\x00"),
    ]
    extensions: list[x509.ExtensionType] = [
        x509.BasicConstraints(ca=True, path_length=3),
        x509.SubjectKeyIdentifier(b"12345678"),
        x509.AuthorityKeyIdentifier(b"123", None, None),
        x509.KeyUsage(True, True, True, True, True, True, True, True, False),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, x509.ObjectIdentifier("1.2.3.4")]),
        x509.SubjectAlternativeName(names),
        x509.IssuerAlternativeName(names[:1]),
        x509.CRLDistributionPoints([x509.DistributionPoint([x509.UniformResourceIdentifier("http://x")], None, None, None)]),
        x509.AuthorityInformationAccess(
            [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://x"))]
        ),
        x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("1.2.3"), ["x"])]),
        x509.NameConstraints([x509.DNSName("x")], None),
        x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"abc"),
    ]
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(77)
    builder = builder.not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2055, 1, 1))  # noqa: DTZ001 - UTC by definition
    for one in extensions:
        builder = builder.add_extension(one, critical=isinstance(one, x509.BasicConstraints))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def _of_key(key: object) -> bytes:
    return build.certificate_der(key=key)  # type: ignore[arg-type]  # the builder asks for the public half alone


@cache
def _dsa_key() -> dsa.DSAPrivateKey:
    return dsa.generate_private_key(1024)  # noqa: S505 - small, for a test


@cache
def seeds() -> dict[str, bytes]:
    """A certificate of each kind."""
    keys = {curve.name: ec.generate_private_key(curve()) for curve in CURVES}
    return {
        **dict(oddities()),
        "InternalCA": build.internal_ca_der(),
        "leaf": build.certificate_der(),
        "every extension": with_every_extension(),
        "a CA": build.certificate_der(extensions=build.basic_constraints(True)),
        "PSS": build.certificate_der(signing=build.PSS),
        "Ed25519": _of_key(build.ed_key()),
        "Ed448": _of_key(ed448.Ed448PrivateKey.generate()),
        "X25519": _of_key(x25519.X25519PrivateKey.generate()),
        "X448": _of_key(x448.X448PrivateKey.generate()),
        "DSA": _of_key(_dsa_key()),
        **{name: _of_key(key) for name, key in keys.items()},
    }


@pytest.mark.parametrize("name", list(seeds()))
def test_a_certificate_of_each_kind_is_told_alike(name: str) -> None:
    der = seeds()[name]

    assert isinstance(read(der, NATIVE), Certificate)
    assert facts(read(der, PURE)) == facts(read(der, NATIVE))


def damaged(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Certificates with a fault each, or two, and what was done."""
    chance = random.Random(seed)  # noqa: S311 - the same ones in every run
    for _ in range(count):
        name = chance.choice(list(seeds()))
        der = bytearray(seeds()[name])
        at, other, value = chance.randrange(len(der)), chance.randrange(len(der)), chance.randrange(256)
        fault = chance.choice(["bit", "byte", "two", "cut", "gone", "more", "swapped"])
        match fault:
            case "bit":
                der[at] ^= 1 << (value % 8)
            case "byte":
                der[at] = value
            case "two":
                der[at], der[other] = value, chance.randrange(256)
            case "cut":
                del der[at:]
            case "gone":
                del der[at]
            case "more":
                der.insert(at, value)
            case "swapped":
                der[at], der[other] = der[other], der[at]
        yield f"{name}, {fault} at {at}: {der.hex()}", bytes(der)


def difference(der: bytes) -> str:
    """How the two differ over a certificate, by name; "" where they do not."""
    ours, theirs = facts(read(der, PURE)), facts(read(der, NATIVE))
    if ours == theirs:
        return ""
    if not theirs:
        return "read where cryptography and OpenSSL refuse"
    if not ours:
        return "REFUSED where cryptography or OpenSSL read"
    different = {name for name, value in ours.items() if value != theirs[name]}
    if different <= {"extensions", "unread"}:
        pairs = [(one, other) for one, other in zip(ours["extensions"], theirs["extensions"], strict=True) if one != other]  # type: ignore[call-overload]
        if all(other.text.startswith("cannot be decoded") for _one, other in pairs):
            return "an extension told where cryptography decodes none"
    if different <= {"key_type", "key_bits", "key_sha256", "unread"} and theirs["key_bits"] == 0:
        return "a key told where cryptography decodes none"
    return f"OTHER: {sorted(different)}"


ALLOWED = frozenset(
    {
        "read where cryptography and OpenSSL refuse",
        "an extension told where cryptography decodes none",
        "a key told where cryptography decodes none",
    }
)
"""Pure Python is less strict with what is damaged inside. It says nothing else of what both read, and refuses nothing that is whole."""

SHARE = 0.006
"""Of the damaged ones, so many may differ in such a way: measured 0.2 to 0.35 % of 12,000."""


def test_damaged_certificates_are_told_alike() -> None:
    count = 10_000 if is_whole() else 2_000
    found: Counter[str] = Counter()
    for what, der in damaged(count, seed=18):
        named = difference(der)
        if named:
            assert named in ALLOWED, what
            found[named] += 1

    assert found.total() <= count * SHARE, found


def _signed(name: str) -> tuple[bytes, bytes]:
    """A leaf, and the CA that signed it."""
    signings = {"SHA-256": build.SHA256, "SHA-1": build.SHA1, "MD5": build.MD5, "PSS": build.PSS}
    if name in signings:
        return build.certificate_der(signer=build.rsa_key(), signing=signings[name]), build.internal_ca_der()
    key, signing = (build.ed_key(), build.ED25519) if name == "Ed25519" else (build.ec_key(), build.ECDSA)
    return build.certificate_der(signer=key, signing=signing), build.internal_ca_der(key=key, signing=signing)


KINDS = ("SHA-256", "SHA-1", "MD5", "PSS", "ECDSA", "Ed25519")


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_of_each_kind_is_checked_alike(kind: str) -> None:
    leaf, ca = _signed(kind)
    stranger = build.internal_ca_der(key=build.rsa_key("stranger"))

    assert pure.verifies(leaf, ca) is True
    assert native.verifies(leaf, ca) is True
    for other in (stranger, *(_signed(one)[1] for one in KINDS)):
        assert pure.verifies(leaf, other) is native.verifies(leaf, other)


@pytest.mark.parametrize("kind", KINDS)
def test_a_signature_with_a_fault_never_holds(kind: str) -> None:
    leaf, ca = _signed(kind)
    chance = random.Random(kind)  # noqa: S311
    for _ in range(400 if is_whole() else 40):
        der = bytearray(leaf)
        der[chance.randrange(4, len(der))] ^= 1 << chance.randrange(8)
        ours, theirs = pure.verifies(bytes(der), ca), native.verifies(bytes(der), ca)

        assert ours is True or theirs is not True, der.hex()
        assert ours is not True or _same_body_and_signature(bytes(der), leaf), der.hex()


def _same_body_and_signature(one: bytes, other: bytes) -> bool:
    """Only the algorithm beside the signature, which is not signed, is another (or nothing is)."""
    ours, theirs = list(asn1.element(one).children()), list(asn1.element(other).children())
    return (ours[0].encoded, ours[2].content[1:]) == (theirs[0].encoded, theirs[2].content[1:])


def test_a_pss_signature_of_a_version_that_the_library_refuses_ends_nothing() -> None:
    leaf = build.certificate_der(signing=build.PSS, version=2)

    assert isinstance(read(leaf, NATIVE), Certificate)
    assert native.verifies(leaf, build.internal_ca_der()) is None
    assert pure.verifies(leaf, build.internal_ca_der()) is True


@pytest.mark.parametrize(
    "trick", ["short padding", "garbage behind", "no null", "zero", "one", "modulus", "twice the modulus", "longer", "shorter"]
)
def test_forged_rsa_signatures_do_not_hold(trick: str) -> None:
    """An exponent of 3 forgives a checker that parses what it opens; this one compares."""
    key = rsa.generate_private_key(3, 1024)  # noqa: S505 - small, for a test
    ca = build.internal_ca_der(key=key)
    leaf = build.certificate_der(signer=key)
    body, algorithm, signed = asn1.element(leaf).children()
    digest = hashes.Hash(hashes.SHA256())
    digest.update(body.encoded)
    told = bytes.fromhex("3031300d060960864801650304020105000420") + digest.finalize()
    numbers = key.private_numbers()
    modulus, secret = numbers.public_numbers.n, numbers.d

    def made(block: bytes) -> bytes:
        return pow(int.from_bytes(block), secret, modulus).to_bytes(128)

    forged = {
        "short padding": made(b"\0\1" + b"\xff" * 8 + b"\0" + told + bytes(128 - 11 - len(told))),
        "garbage behind": made((b"\0\1" + b"\xff" * 60 + b"\0" + told).ljust(128, b"\x17")),
        "no null": made(b"\0\1" + b"\xff" * (128 - 3 - 49) + b"\0" + bytes.fromhex("302f300b0609608648016503040201" + "0420") + told[-32:]),
        "zero": bytes(128),
        "one": bytes(127) + b"\1",
        "modulus": modulus.to_bytes(128),
        "twice the modulus": (2 * modulus).to_bytes(129),
        "longer": b"\0" + signed.content[1:],
        "shorter": signed.content[2:],
    }[trick]
    der = build.tlv(0x30, body.encoded, algorithm.encoded, build.tlv(0x03, b"\0" + forged))

    assert verifies(leaf, ca) is True
    assert (pure.verifies(der, ca), native.verifies(der, ca)) == (False, False)


@pytest.mark.parametrize("trick", ["zeros", "order", "negative", "not DER", "empty", "the other half"])
def test_forged_signatures_of_curves_do_not_hold(trick: str) -> None:
    leaf, ca = _signed("ECDSA")
    body, algorithm, signed = asn1.element(leaf).children()
    r, s = decode_dss_signature(signed.content[1:])
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    forged = {
        "zeros": encode_dss_signature(0, 0),
        "order": encode_dss_signature(order, order),
        "negative": build.tlv(0x30, build.tlv(0x02, (-r).to_bytes(33, signed=True)), build.tlv(0x02, s.to_bytes(33))),
        "not DER": signed.content[1:] + b"\0",
        "empty": b"",
        "the other half": encode_dss_signature(r, order - s),
    }[trick]
    der = build.tlv(0x30, body.encoded, algorithm.encoded, build.tlv(0x03, b"\0" + forged))

    assert pure.verifies(der, ca) is native.verifies(der, ca)
    assert pure.verifies(der, ca) is (trick == "the other half")  # which every verifier of ECDSA takes


def test_what_cannot_be_checked_is_said_to_be_so() -> None:
    """DSA has no library here: not a guess, and not a no."""
    key = _dsa_key()
    ca = _of_key(key)
    algorithm = build.tlv(0x30, build.tlv(0x06, bytes.fromhex("608648016503040302")))
    leaf = build.certificate_der(signing=build.Signing(algorithm, hashes.SHA256()))

    assert pure.verifies(leaf, ca) is None
    assert native.verifies(leaf, ca) is False


def test_a_huge_key_takes_no_time() -> None:
    """OpenSSL computes with no such numbers, and nothing is computed with them here."""
    modulus = (1 << 16_383) + 1
    info = build.tlv(0x30, build.tlv(0x02, modulus.to_bytes(2049)), build.tlv(0x02, (modulus - 2).to_bytes(2048)))
    spki = build.tlv(0x30, bytes.fromhex("300d06092a864886f70d0101010500"), build.tlv(0x03, b"\0" + info))
    tbs, *rest = asn1.element(build.internal_ca_der()).children()
    ca = build.tlv(0x30, build.tlv(0x30, tbs.content.replace(build.spki(build.rsa_key()), spki)), *(part.encoded for part in rest))
    body, algorithm, _signed_bits = asn1.element(build.certificate_der()).children()
    leaf = build.tlv(0x30, body.encoded, algorithm.encoded, build.tlv(0x03, b"\0" + bytes(2047) + b"\2"))

    began = process_time()

    assert (pure.verifies(leaf, ca), native.verifies(leaf, ca)) == (False, False)
    assert process_time() - began < 1


FORMS = {"PKCS8": PrivateFormat.PKCS8, "traditional": PrivateFormat.TraditionalOpenSSL, "OpenSSH": PrivateFormat.OpenSSH}
SSH_CURVES = {"secp256r1", "secp384r1", "secp521r1"}


def _private_keys() -> Iterator[tuple[str, bytes, PrivateFormat]]:
    keys = {
        "RSA": build.rsa_key("leaf"),
        "Ed25519": build.ed_key(),
        "Ed448": ed448.Ed448PrivateKey.generate(),
        **{curve.name: ec.generate_private_key(curve()) for curve in CURVES},
    }
    for name, key in keys.items():
        for label, form in FORMS.items():
            if form is PrivateFormat.OpenSSH and name not in {"RSA", "Ed25519", *SSH_CURVES}:
                continue
            if form is PrivateFormat.TraditionalOpenSSL and name.startswith("Ed"):
                continue
            encoding = Encoding.PEM if form is PrivateFormat.OpenSSH else Encoding.DER
            yield f"{name}, {label}", key.private_bytes(encoding, form, NoEncryption()), form


@pytest.mark.parametrize(("name", "data", "form"), list(_private_keys()), ids=[name for name, _, _ in _private_keys()])
def test_the_public_half_of_a_key_is_told_alike(name: str, data: bytes, form: PrivateFormat) -> None:
    def told(backend: str) -> str:
        with using(backend):
            if form is not PrivateFormat.OpenSSH:
                return private_key_from_der(data, PLACE).key_sha256
            [block] = pem.blocks(read_text([data], Location("c"), "c", None).lines)
            return read_private_key(block, PLACE).key_sha256

    assert told(NATIVE) != ""
    assert told(PURE) == told(NATIVE)
