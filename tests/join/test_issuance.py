"""Who signed a leaf: by signature with every algorithm met, by name never."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.join.issuance import Signatures, Unchecked, can_check, signed_by
from analyzer.model.case import IssuedBy
from analyzer.model.certificate import Certificate
from analyzer.model.location import Evidence, Location
from analyzer.read.decoding import certificate_from_der
from analyzer.read.x509.parts import signed_bytes
from tests.read import builders_certificates as build

OTHER_UUID = "0f0f0f0f-4347-11ef-aca1-f3aa241412a1"


def read(der: bytes) -> Certificate:
    found = certificate_from_der(der, Evidence(Location("case"), ""))
    assert isinstance(found, Certificate), found
    return found


OLD_CA = read(build.internal_ca_der())
NEW_CA = read(build.internal_ca_der(key=build.rsa_key("renewed")))
OTHER_CA = read(build.internal_ca_der(OTHER_UUID, key=build.rsa_key("other manager")))


def issued_by(leaf: Certificate, current: Certificate, previous: list[Certificate]) -> IssuedBy | Unchecked:
    return Signatures().issued_by(leaf, current, previous)


def leaf_of(signer: build.Key, **other: object) -> Certificate:
    return read(build.certificate_der(signer=signer, **other))  # type: ignore[arg-type]


@pytest.mark.parametrize("signing", [build.SHA256, build.SHA1, build.MD5, build.PSS], ids=["SHA-256", "SHA-1", "MD5", "PSS"])
def test_rsa_signatures_of_every_age_are_checked(signing: build.Signing) -> None:
    leaf = leaf_of(build.rsa_key(), signing=signing)

    assert signed_by(leaf, OLD_CA)
    assert not signed_by(leaf, NEW_CA)


@pytest.mark.parametrize(("key", "signing"), [(build.ec_key(), build.ECDSA), (build.ed_key(), build.ED25519)], ids=["EC", "Ed25519"])
def test_other_keys_are_checked(key: build.Key, signing: build.Signing) -> None:
    ca, leaf = read(build.internal_ca_der(key=key, signing=signing)), leaf_of(key, signing=signing)

    assert signed_by(leaf, ca)
    assert not signed_by(leaf, OLD_CA)
    assert not signed_by(leaf_of(build.rsa_key()), ca)


def test_the_internal_ca_of_serial_0_signed_itself() -> None:
    assert signed_by(OLD_CA, OLD_CA)
    assert not signed_by(OLD_CA, NEW_CA)


def test_dates_do_not_matter_to_the_signature() -> None:
    assert signed_by(leaf_of(build.rsa_key(), not_before=build.BORN.replace(year=1999)), OLD_CA)


def test_a_name_does_not_make_an_issuer_and_another_name_does_not_unmake_one() -> None:
    assert not signed_by(leaf_of(build.rsa_key("stranger")), OLD_CA)
    assert signed_by(leaf_of(build.rsa_key(), issuer=build.LEAF_NAME), OLD_CA)


def test_a_signature_of_an_unknown_kind_cannot_be_checked() -> None:
    leaf = leaf_of(build.rsa_key(), signing=build.UNKNOWN_ALGORITHM)

    assert not signed_by(leaf, OLD_CA)
    assert not can_check(leaf, OLD_CA)
    assert can_check(leaf_of(build.rsa_key()), OLD_CA)


@pytest.mark.parametrize(
    ("leaf", "expected"),
    [
        (leaf_of(build.rsa_key("renewed")), IssuedBy.CURRENT_CA),
        (leaf_of(build.rsa_key()), IssuedBy.PREVIOUS_CA),
        (leaf_of(build.rsa_key("lost CA key")), IssuedBy.SAME_NAME_OTHER_KEY),
        (leaf_of(build.rsa_key("other manager"), issuer=build.internal_ca_name(OTHER_UUID)), IssuedBy.ANOTHER_MANAGER),
    ],
)
def test_a_leaf_is_classed_from_its_manager_s_point_of_view(leaf: Certificate, expected: IssuedBy) -> None:
    assert issued_by(leaf, NEW_CA, [OLD_CA]) is expected


def test_a_renewal_that_kept_the_key_leaves_every_leaf_current() -> None:
    renewed = read(build.internal_ca_der(not_before=build.BORN.replace(year=2026)))

    assert issued_by(leaf_of(build.rsa_key()), renewed, [OLD_CA]) is IssuedBy.CURRENT_CA


def test_same_named_cas_are_told_apart_by_their_keys() -> None:
    assert issued_by(leaf_of(build.rsa_key()), NEW_CA, [OLD_CA, OTHER_CA]) is IssuedBy.PREVIOUS_CA
    assert issued_by(leaf_of(build.rsa_key("renewed")), NEW_CA, [OLD_CA, OTHER_CA]) is IssuedBy.CURRENT_CA
    assert issued_by(leaf_of(build.rsa_key("stranger")), NEW_CA, [OLD_CA, OTHER_CA]) is IssuedBy.SAME_NAME_OTHER_KEY


def test_a_name_in_another_string_type_or_case_is_still_the_name_of_its_ca() -> None:
    upper = tuple((kind, value.upper()) for kind, value in build.internal_ca_name())

    assert issued_by(leaf_of(build.rsa_key("stranger"), issuer=upper), OLD_CA, []) is IssuedBy.SAME_NAME_OTHER_KEY


def earlier(count: int) -> list[Certificate]:
    """InternalCAs of one name. No two of them have the same key."""
    return [read(build.internal_ca_der(key=build.rsa_key(f"earlier {n}"))) for n in range(count)]


def test_earlier_cas_are_tried_within_a_budget_and_beyond_it_nobody_is_accused() -> None:
    signatures, many = Signatures(budget=7), earlier(5)
    strangers = [leaf_of(build.rsa_key(f"stranger {n}")) for n in range(3)]

    assert [signatures.issued_by(leaf, NEW_CA, many) for leaf in strangers] == [
        IssuedBy.SAME_NAME_OTHER_KEY,
        Unchecked.BUDGET,
        Unchecked.BUDGET,
    ]


def test_the_ca_in_force_is_tried_whatever_the_others_took() -> None:
    signatures, many = Signatures(budget=1), earlier(3)
    signatures.issued_by(leaf_of(build.rsa_key("stranger")), NEW_CA, many)

    assert signatures.issued_by(leaf_of(build.rsa_key("renewed")), NEW_CA, many) is IssuedBy.CURRENT_CA


def test_a_key_is_tried_once_whatever_the_number_of_its_certificates() -> None:
    again = [read(build.internal_ca_der(not_before=build.BORN.replace(year=1990 + n))) for n in range(20)]
    signatures = Signatures(budget=1)
    leaf = leaf_of(build.rsa_key("stranger"))

    assert [signatures.issued_by(leaf, NEW_CA, again) for _ in range(3)] == [IssuedBy.SAME_NAME_OTHER_KEY] * 3


def test_where_a_ca_cannot_be_tried_no_other_signer_is_proven() -> None:
    signed_oddly = leaf_of(build.rsa_key(), signing=build.UNKNOWN_ALGORITHM)

    assert issued_by(signed_oddly, NEW_CA, [OLD_CA]) is Unchecked.KIND


_LEAF = build.certificate_der()


@settings(max_examples=60, deadline=None)
@given(st.integers(4, len(signed_bytes(_LEAF)) + 3), st.integers(0, 7))
def test_a_bit_flipped_in_what_is_signed_never_verifies(at: int, bit: int) -> None:
    damaged = bytearray(_LEAF)
    damaged[at] ^= 1 << bit
    found = certificate_from_der(bytes(damaged), Evidence(Location("case"), ""))

    assert not isinstance(found, Certificate) or not signed_by(found, OLD_CA)


def test_openssl_verify_agrees(tmp_path: Path) -> None:
    for name, certificate in (("ca", OLD_CA), ("new", NEW_CA), ("leaf", leaf_of(build.rsa_key(), not_after=build.BORN.replace(year=2030)))):
        (tmp_path / name).write_text(build.pem(certificate.der))
    command = ["openssl", "verify", "-no_check_time", "-auth_level", "0", "-CAfile"]
    try:
        verdicts = [
            subprocess.run([*command, str(tmp_path / ca), str(tmp_path / "leaf")], capture_output=True, check=False).returncode == 0
            for ca in ("ca", "new")
        ]
    except FileNotFoundError:
        pytest.skip("openssl is not installed")

    assert verdicts == [True, False]
