"""Many leaves that nothing assigns: one sentence that counts what is wrong with them, and a bounded list."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analyzer.join.build import build_case
from analyzer.join.catalogue import LOOSE_LISTED
from analyzer.model.certificate import Certificate
from analyzer.model.facts import Fact
from analyzer.model.location import Evidence, Location
from analyzer.read.decoding import certificate_from_der
from tests.builders.cases import utc
from tests.read import builders_certificates as build

AS_OF = utc("2026-11-23")


def at(der: bytes, name: str) -> Certificate:
    found = certificate_from_der(der, Evidence(Location(name), "block"))
    assert isinstance(found, Certificate)
    return found


def leaf(number: int, *, issuer: build.Name | None = None, signer: str = "", born: int = 0) -> Certificate:
    der = build.certificate_der(
        serial=number + 100,
        issuer=issuer,
        signer=build.rsa_key(signer) if signer else None,
        not_before=build.BORN + timedelta(days=1000 + born),
    )
    return at(der, f"{number}.pem")


def sentences(facts: list[Fact]) -> list[str]:
    return [notice.text for notice in build_case(facts, AS_OF).notices if "tunnel certificate" in notice.text]


@pytest.mark.parametrize("count", [1, 2, 30])
def test_they_make_one_sentence(count: int) -> None:
    assert len(sentences([leaf(n) for n in range(count)])) == 1


def test_the_sentence_counts_what_is_wrong_with_them() -> None:
    ca = at(build.internal_ca_der(), "cacert.pem")
    stranger = build.internal_ca_name("00000000-4347-11ef-aca1-f3aa241412a1")
    leaves = [
        *(leaf(n) for n in range(3)),
        *(leaf(10 + n, born=-2000) for n in range(2)),
        *(leaf(20 + n, issuer=stranger) for n in range(4)),
        *(leaf(30 + n, signer="another") for n in range(5)),
    ]

    (text,) = sentences([ca, *leaves])

    assert "14 tunnel certificates" in text
    assert "2 of them have ended; 4 name an InternalCA that is not in the evidence; 5 name one that is, and are not signed by it" in text


def test_the_list_is_bounded_and_says_so() -> None:
    case = build_case([leaf(n) for n in range(LOOSE_LISTED + 5)], AS_OF)

    assert len(case.certificates) == LOOSE_LISTED
    assert any(f"{LOOSE_LISTED + 5} tunnel certificates" in n.text and f"the first {LOOSE_LISTED}" in n.text for n in case.notices)


def test_what_of_a_used_certificate_cannot_be_read_is_said() -> None:
    cut = build.tlv(0x30, build.tlv(0x06, bytes.fromhex("551d13")), build.tlv(0x04, b"\x30\x05\x01"))
    odd = at(build.certificate_der(extensions=cut), "odd.pem")

    case = build_case([odd], AS_OF)

    assert any("odd.pem" in n.text and "X509v3 Basic Constraints" in n.text for n in case.notices)
    assert [one.certificate.sha256 for one in case.certificates] == [odd.sha256]
