"""Certificates in text: where their blocks are found, and what is said of those that cannot be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.certificate import Certificate, PrivateKey, UnreadableCertificate
from analyzer.model.location import Location
from analyzer.read import certificates, pem
from analyzer.read.context import ReadContext
from analyzer.read.text import read_text
from tests.read import builders_certificates as build

CONTEXT = ReadContext(as_of=datetime(2026, 11, 23, tzinfo=UTC))
Found = Certificate | UnreadableCertificate | PrivateKey


def read(text: str | bytes, name: str = "notes.txt") -> list[Found]:
    data = text.encode() if isinstance(text, str) else text
    return list(certificates.read_pem(read_text([data], Location("case", name), name, None), CONTEXT))


def only(found: list[Found]) -> Found:
    assert len(found) == 1
    return found[0]


def test_an_internal_ca_of_version_1_and_serial_0_loads_without_a_warning() -> None:
    ca = only(read(build.pem(build.internal_ca_der())))

    assert isinstance(ca, Certificate)
    assert (ca.version, ca.serial, ca.is_ca, ca.is_self_issued) == (1, 0, None, True)
    assert ca.subject.text == f"/title=InternalCA/OU=Intrusion Management System/CN={build.FMC_UUID}/O=Cisco Systems, Inc"
    assert (ca.not_before, ca.not_after) == (datetime(2016, 11, 1, 8, tzinfo=UTC), datetime(2026, 10, 30, 8, tzinfo=UTC))
    assert (ca.signature_algorithm, ca.key_type, ca.key_bits) == ("sha256WithRSAEncryption", "RSA", 1024)


def test_the_evidence_is_the_block_and_says_what_it_holds() -> None:
    leaf = only(read("line one\n\n" + build.pem(build.certificate_der()) + "after\n"))

    lines = build.pem(build.certificate_der()).count("\n")
    assert leaf.evidence.location == Location("case", "notes.txt", line=3, last_line=2 + lines, offset=10)
    assert leaf.evidence.text.startswith(
        "subject=/CN=192.0.2.10/O=Cisco Systems, Inc notBefore=2016-11-01T08:00:00Z notAfter=2026-10-30T08:00:00Z"
    )


def test_several_blocks_with_text_around_them_come_in_order() -> None:
    text = "Bag Attributes\n" + build.pem(build.certificate_der(serial=1)) + "then\n" + build.pem(build.certificate_der(serial=2))

    assert [c.serial for c in read(text) if isinstance(c, Certificate)] == [1, 2]


_PLAIN = build.pem(build.certificate_der(serial=77))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(_PLAIN.replace("\n", "\r\n"), id="windows line ends"),
        pytest.param(build.pem(build.certificate_der(serial=77), width=76), id="wrapped at 76"),
        pytest.param(build.pem(build.certificate_der(serial=77), width=7), id="wrapped at 7"),
        pytest.param(_PLAIN.replace("\n", "   \n"), id="trailing blanks"),
        pytest.param("".join(f"    {line}\n" for line in _PLAIN.splitlines()), id="indented"),
        pytest.param("".join(f"> {line}\n" for line in _PLAIN.splitlines()), id="quoted in a mail"),
        pytest.param("".join(f"+{line}\n" for line in _PLAIN.splitlines()), id="added in a diff"),
        pytest.param("".join(f"{n:6d}\t{line}\n" for n, line in enumerate(_PLAIN.splitlines(), 1)), id="cat -n"),
        pytest.param(_PLAIN.replace("\n", "\n\n"), id="blank lines between"),
        pytest.param("root@fmc:/# cat cacert.pem\n" + _PLAIN + "root@fmc:/#\n", id="shell prompts"),
        pytest.param("root@fmc:/# cat cacert.pem " + _PLAIN, id="prompt on the same line"),
        pytest.param(json.dumps({"cert": _PLAIN}), id="JSON string"),
        pytest.param(_PLAIN.replace("\n", " "), id="all on one line"),
        pytest.param(_PLAIN.rstrip("\n"), id="no last line end"),
        pytest.param("\ufeff" + _PLAIN, id="byte order mark"),
        pytest.param(_PLAIN.replace("CERTIFICATE", "X509 CERTIFICATE"), id="X509 label"),
        pytest.param(_PLAIN.replace("CERTIFICATE", "TRUSTED CERTIFICATE"), id="TRUSTED label"),
    ],
)
def test_a_block_is_read_however_it_was_pasted(text: str) -> None:
    leaf = only(read(text))

    assert isinstance(leaf, Certificate), leaf
    assert leaf.serial == 77


def test_a_trusted_certificate_is_read_without_its_appendix() -> None:
    der = build.certificate_der()
    found = only(read(build.pem(der + build.tlv(0x30, b"\x0c\x01x"), "TRUSTED CERTIFICATE")))

    assert isinstance(found, Certificate)
    assert found.der == der


def test_a_pkcs7_block_gives_every_certificate_in_it() -> None:
    bag = build.pkcs7_der(build.internal_ca_der(), build.certificate_der(serial=9))

    assert [c.serial for c in read(build.pem(bag, "PKCS7")) if isinstance(c, Certificate)] == [0, 9]


def test_a_block_that_lost_bytes_says_how_many_there_are() -> None:
    der = build.internal_ca_der()
    found = only(read(build.pem(der[:-3]), "cacert.pem"))

    assert isinstance(found, UnreadableCertificate)
    assert found.reason == (
        f"the block is damaged: {len(der) - 3} of {len(der)} bytes are there. Copy the file again from the appliance, whole."
    )


def test_a_block_cut_by_a_shell_prompt_says_where() -> None:
    lines = build.pem(build.certificate_der()).splitlines()[:4]
    found = only(read("\n".join([*lines, "root@fmc:/Volume/home/admin#", ""])))

    assert isinstance(found, UnreadableCertificate)
    assert found.reason.startswith("it is cut, or stops being base64 at line 5, and 144 of ")
    assert found.evidence.location.last_line == 4


def test_a_block_cut_by_the_next_one_does_not_take_it_along() -> None:
    cut = "\n".join(build.pem(build.certificate_der()).splitlines()[:5])
    found = read(cut + "\n" + build.pem(build.certificate_der(serial=5)))

    assert isinstance(found[0], UnreadableCertificate)
    assert found[0].reason.startswith("another block begins before its END line")
    assert isinstance(found[1], Certificate)


def test_a_block_cut_by_the_end_of_the_file_is_reported() -> None:
    found = only(read("\n".join(build.pem(build.certificate_der()).splitlines()[:5])))

    assert isinstance(found, UnreadableCertificate)
    assert found.reason.startswith("it is cut before its END line")


def test_an_end_line_of_another_kind_is_said() -> None:
    found = only(read(build.pem(build.certificate_der()).replace("END CERTIFICATE", "END X509 CRL")))

    assert isinstance(found, UnreadableCertificate)
    assert "its END line is of another kind (X509 CRL)" in found.reason


def test_a_block_whose_lines_were_not_all_kept_is_reported() -> None:
    lines = read_text([build.pem(build.certificate_der()).encode()], Location("case"), "x", None).lines
    found = next(pem.blocks([*lines[:3], *lines[4:]]))

    assert (found.ended, found.why) == (False, "the lines after it were not kept")


@pytest.mark.parametrize("name", ["cacert.pem", "sftunnel-cert.pem", "sftunnel-cert.pem.backup", "sftunnel-cert.pem\u200b", "fmc.crt"])
def test_an_empty_file_named_like_a_certificate_is_a_fact(name: str) -> None:
    found = only(read("", name))

    assert isinstance(found, UnreadableCertificate)
    assert found.reason.startswith("empty file (0 bytes)")


def test_an_empty_key_file_is_a_fact() -> None:
    found = only(read("", "sftunnel-key.pem"))

    assert isinstance(found, PrivateKey)
    assert (found.key_sha256, found.reason) == ("", "empty file (0 bytes): the file is named like a private key")


@pytest.mark.parametrize(("text", "reason"), [("\n \n", "only blank lines"), ("cat: Permission denied\n", "no PEM block in it")])
def test_a_certificate_file_without_a_block_says_so(text: str, reason: str) -> None:
    found = only(read(text, "cacert.pem"))

    assert isinstance(found, UnreadableCertificate)
    assert found.reason.startswith(reason)


@pytest.mark.parametrize("name", ["crl.pem", "LIGHT_REGISTRATION", "messages", "certificate-notes.txt"])
def test_other_empty_files_say_nothing(name: str) -> None:
    assert read("", name) == []


def test_blocks_of_other_kinds_give_nothing() -> None:
    assert read(build.pem(b"\x30\x00", "X509 CRL") + build.pem(b"\x30\x00", "DH PARAMETERS")) == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_to_a_block_is_answered_not_raised(data: st.DataObject) -> None:
    text = bytearray(_PLAIN.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))

    for fact in read(bytes(text)):
        assert isinstance(fact, Certificate | UnreadableCertificate | PrivateKey)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----", "MIIB", "=", "x y", "", "-----BEGIN PRIVATE KEY-----"])
    )
)
def test_any_order_of_marks_is_answered(lines: list[str]) -> None:
    begun = sum(line.startswith("-----BEGIN") for line in lines)

    assert len(read("\n".join(lines))) == begun
