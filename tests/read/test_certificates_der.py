"""DER: certificates, PKCS#7 bags, and what only looks like them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzer.model.certificate import Certificate, PrivateKey, UnreadableCertificate
from analyzer.model.location import Evidence, Location
from analyzer.read import certificates
from analyzer.read import der as asn1
from analyzer.read.decoding import certificate_from_der
from analyzer.read.der import DerError, element, oid_text
from analyzer.read.names import name_from_der
from analyzer.read.x509.native_extensions import extensions_of
from analyzer.report.wording import openssl_time
from tests.read import builders_certificates as build

PLACE = Location("case", "cacert.der")


def read(data: bytes) -> list[Certificate | UnreadableCertificate | PrivateKey]:
    return list(certificates.read_der(data, PLACE))


def decode(der: bytes) -> Certificate | UnreadableCertificate:
    return certificate_from_der(der, Evidence(PLACE, "block"))


def test_a_der_file_is_read_and_located_by_its_bytes() -> None:
    der = build.internal_ca_der()
    [ca] = read(der)

    assert isinstance(ca, Certificate)
    assert ca.evidence.location == Location("case", "cacert.der", offset=0, length=len(der))


def test_a_pkcs7_file_gives_its_certificates() -> None:
    found = read(build.pkcs7_der(build.internal_ca_der(), build.certificate_der(serial=3)))

    assert [c.serial for c in found if isinstance(c, Certificate)] == [0, 3]


def test_a_pkcs7_bag_that_is_cut_or_empty_says_so() -> None:
    bag = build.pkcs7_der(build.certificate_der())
    [cut], [empty] = read(bag[:100]), read(build.pkcs7_der())

    assert isinstance(cut, UnreadableCertificate)
    assert cut.reason.startswith(f"the PKCS#7 is damaged: 100 of {len(bag)} bytes are there")
    assert isinstance(empty, UnreadableCertificate)
    assert empty.reason == "the PKCS#7 bag holds no certificate"


def test_a_cut_der_file_says_how_much_is_there() -> None:
    der = build.certificate_der()
    [found] = read(der[:300])

    assert isinstance(found, UnreadableCertificate)
    assert found.reason.startswith(f"the certificate is damaged: 300 of {len(der)} bytes are there")


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_der_private_key_is_recognised_and_matched(form: PrivateFormat) -> None:
    [key] = read(build.key_der(build.rsa_key("leaf"), form))
    leaf = decode(build.certificate_der())

    assert isinstance(key, PrivateKey)
    assert isinstance(leaf, Certificate)
    assert key.key_sha256 == leaf.key_sha256


@pytest.mark.parametrize(
    "head",
    [
        build.certificate_der(),
        build.internal_ca_der(),
        build.pkcs7_der(build.certificate_der()),
        build.key_der(build.rsa_key("leaf")),
        build.key_der(build.ec_key(), PrivateFormat.TraditionalOpenSSL),
    ],
)
def test_der_is_recognised_by_its_first_bytes(head: bytes) -> None:
    assert certificates.looks_like_der(head[:64])
    assert certificates.looks_like_der(head)


def crl_der() -> bytes:
    names = build.name_der(build.internal_ca_name())
    times = build.tlv(0x17, b"161101080000Z") * 2
    return build.tlv(
        0x30, build.tlv(0x30, b"\x02\x01\x01", build.SHA256.algorithm, names, times), build.SHA256.algorithm, b"\x03\x02\x00\x00"
    )


@pytest.mark.parametrize("data", [b"", b"0", b"0\x82", b"\xff\xd8\xff\xe0JFIF", b"0123456789" * 9, b"PK\x03\x04" + bytes(60), crl_der()])
def test_other_bytes_are_not_taken_for_der(data: bytes) -> None:
    assert not certificates.looks_like_der(data)
    assert read(data) == []


@pytest.mark.parametrize(
    ("signing", "name"),
    [
        (build.MD5, "md5WithRSAEncryption"),
        (build.SHA1, "sha1WithRSAEncryption"),
        (build.PSS, "rsassaPss"),
        (build.UNKNOWN_ALGORITHM, "1.3.6.1.4.1.311.10.11"),
    ],
)
def test_the_signature_algorithm_has_openssl_s_name_or_its_number(signing: build.Signing, name: str) -> None:
    found = decode(build.certificate_der(signing=signing))

    assert isinstance(found, Certificate)
    assert found.signature_algorithm == name


@pytest.mark.parametrize(
    ("key", "kind", "bits"), [(build.rsa_key("leaf"), "RSA", 1024), (build.ec_key(), "EC", 256), (build.ed_key(), "Ed25519", 256)]
)
def test_the_kind_and_size_of_the_key_are_told(key: build.Key, kind: str, bits: int) -> None:
    found = decode(build.certificate_der(key=key))

    assert isinstance(found, Certificate)
    assert (found.key_type, found.key_bits) == (kind, bits)


@pytest.mark.parametrize(
    ("extensions", "expected"), [(build.basic_constraints(True), True), (build.basic_constraints(False), False), (b"", None)]
)
def test_is_ca_is_what_basic_constraints_says(extensions: bytes, expected: bool | None) -> None:
    found = decode(build.certificate_der(extensions=extensions))

    assert isinstance(found, Certificate)
    assert found.is_ca is expected


def test_a_date_after_2049_is_read() -> None:
    found = decode(build.certificate_der(not_after=build.BORN.replace(year=2061)))

    assert isinstance(found, Certificate)
    assert found.not_after.year == 2061


@pytest.mark.parametrize("serial", [0, -1, -5000])
def test_a_serial_that_the_library_will_refuse_one_day_is_still_read(serial: int, monkeypatch: pytest.MonkeyPatch) -> None:
    der = build.internal_ca_der(serial=serial)
    library = x509.load_der_x509_certificate

    def strict(data: bytes) -> x509.Certificate:
        if data == der:
            raise ValueError("serial number must be positive")
        return library(data)

    monkeypatch.setattr(x509, "load_der_x509_certificate", strict)
    found = decode(der)

    assert isinstance(found, Certificate)
    assert (found.serial, found.der) == (serial, der)


def test_no_warning_of_a_serial_0_reaches_the_user(tmp_path: Path) -> None:
    file = tmp_path / "ca.der"
    file.write_bytes(build.internal_ca_der())
    code = (
        "import sys; from pathlib import Path; from analyzer.model.location import Location;"
        "from analyzer.read.certificates import read_der;"
        "print([c.serial for c in read_der(Path(sys.argv[1]).read_bytes(), Location('x'))])"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code, str(file)], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "[0]\n", "")


def oddities() -> Iterator[tuple[str, bytes]]:
    """Certificates that OpenSSL decodes and dates, and that the library refuses, as a whole or when one thing of them is asked for."""
    extension = lambda oid, value: build.tlv(0x30, build.tlv(0x06, bytes.fromhex(oid)), build.tlv(0x04, value))  # noqa: E731
    yield "version 2", build.certificate_der(version=2)
    yield "basicConstraints that states the default", build.certificate_der(extensions=extension("551d13", bytes.fromhex("3003010100")))
    yield "basicConstraints cut", build.certificate_der(extensions=extension("551d13", b"\x30\x05\x01"))
    yield "an alternative name of nothing", build.certificate_der(extensions=extension("551d11", b"\x30\x02\x82\x05"))
    yield "a DNS name that is not ASCII", build.certificate_der(extensions=extension("551d11", b"\x30\x04\x82\x02\xc3\xa4"))
    yield "a key usage that is no bits", build.certificate_der(extensions=extension("551d0f", b"\x04\x01\x05"))
    yield "one extension twice", build.certificate_der(extensions=build.basic_constraints(False) * 2)
    ed = build.certificate_der(key=build.ed_key())
    yield "a key of an unknown kind", ed.replace(bytes.fromhex("06032b6570"), bytes.fromhex("06032b6501"), 2)
    point = build.ec_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    yield "a point that is not on its curve", build.certificate_der(key=build.ec_key()).replace(point, point[:-2] + b"\0\0")
    stamp = b"\x17\x0d161101080000Z"
    yield "a date without seconds", _with(build.certificate_der(), stamp, b"\x17\x0b1611010800Z")
    yield "a date of another zone", _with(build.certificate_der(), stamp, b"\x17\x11161101110000+0300")


def _with(der: bytes, old: bytes, new: bytes) -> bytes:
    """A certificate with one element replaced, and the lengths around it put right."""
    tbs, *rest = asn1.element(der).children()
    fields = [
        asn1.wrapped(field.tag, field.content.replace(old, new)) if old in field.content else field.encoded for field in tbs.children()
    ]
    return asn1.wrapped(0x30, asn1.wrapped(0x30, *fields), *(part.encoded for part in rest))


REFUSED_FROM_3_6 = {"a date without seconds", "a date of another zone"}
"""What the OpenSSL of every known FMC and FTD accepts (1.0.2 to 3.0), and 3.6 does not."""


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize(("name", "der"), list(oddities()), ids=[name for name, _ in oddities()])
def test_what_openssl_accepts_is_never_damaged(name: str, der: bytes, tmp_path: Path) -> None:
    file = tmp_path / "odd.der"
    file.write_bytes(der)
    asked = ["openssl", "x509", "-inform", "DER", "-in", str(file), "-noout", "-dates", "-fingerprint", "-sha256"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout

    found = decode(der)

    assert isinstance(found, Certificate), found
    if not told:
        assert name in REFUSED_FROM_3_6
        return
    assert f"notBefore={openssl_time(found.not_before)}\nnotAfter={openssl_time(found.not_after)}" in told
    assert found.sha256.upper() in told.replace(":", "")
    assert (found.subject.common_name, found.issuer.title) == ("192.0.2.10", "InternalCA")


@pytest.mark.parametrize(
    ("name", "unread", "is_ca"),
    [
        ("basicConstraints that states the default", (), False),
        ("basicConstraints cut", ("its extension X509v3 Basic Constraints",), None),
        ("an alternative name of nothing", ("its extension X509v3 Subject Alternative Name",), None),
        ("a key of an unknown kind", ("its public key (",), None),
        ("a point that is not on its curve", ("its public key (",), None),
        ("one extension twice", (), False),
    ],
)
def test_what_of_a_certificate_cannot_be_decoded_is_said(name: str, unread: tuple[str, ...], is_ca: bool | None) -> None:
    found = decode(dict(oddities())[name])

    assert isinstance(found, Certificate)
    assert len(found.unread) == len(unread)
    assert all(told.startswith(begin) for told, begin in zip(found.unread, unread, strict=True))
    assert found.is_ca is is_ca


@pytest.mark.parametrize("name", ["basicConstraints that states the default", "an alternative name of nothing"])
def test_one_extension_that_cannot_be_decoded_hides_no_other(name: str) -> None:
    odd = dict(oddities())[name]
    usage = build.tlv(0x30, build.tlv(0x06, bytes.fromhex("551d0f")), build.tlv(0x04, b"\x03\x02\x05\xa0"))
    listed = asn1.element(odd).content
    extension = listed[listed.index(b"\x06\x03\x55\x1d") - 2 :]
    found = decode(build.certificate_der(extensions=asn1.element(extension).encoded + usage))

    assert isinstance(found, Certificate)
    assert found.extensions[1].text == "Digital Signature, Key Encipherment"


@pytest.mark.parametrize(
    "hostile", ["a\nsha256 Fingerprint=00:11", "a\r\nb", "a\x0bb", "a\x85b", "a\u2028b", "a\x1b[2Jb", "\u202eb"], ids=ascii
)
def test_no_name_makes_a_line(hostile: str) -> None:
    """In a name, and in an alternative name of any kind, whatever the encoding lets through."""
    alternatives = [build.tlv(tag, hostile.encode("utf-8")) for tag in (0x81, 0x82, 0x86)]
    for value in alternatives:
        names = build.tlv(0x30, build.tlv(0x06, bytes.fromhex("551d11")), build.tlv(0x04, build.tlv(0x30, value)))
        found = decode(build.certificate_der(extensions=names))
        assert isinstance(found, Certificate)
        assert all(extension.text.isprintable() for extension in found.extensions)
    pair = build.tlv(0x30, build.tlv(0x31, build.tlv(0x30, build.tlv(0x06, b"\x55\x04\x03"), build.tlv(0x0C, hostile.encode("utf-8")))))
    found = decode(build.certificate_der(subject_der=pair))
    assert isinstance(found, Certificate)
    assert found.subject.text.isprintable()
    assert found.subject.common_name.isprintable()


_DER = build.certificate_der(extensions=build.basic_constraints(False))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(_DER) - 1), st.integers(0, 255), st.integers(0, 40))
@example(at=0, byte=0, cut=0)
def test_no_damaged_certificate_raises(at: int, byte: int, cut: int) -> None:
    damaged = bytearray(_DER)
    damaged[at] = byte
    data = bytes(damaged[: len(damaged) - cut])

    assert isinstance(decode(data), Certificate | UnreadableCertificate)
    assert all(isinstance(fact, Certificate | UnreadableCertificate | PrivateKey) for fact in read(data))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_at_all_raise(data: bytes) -> None:
    certificates.looks_like_der(data)
    for head in (b"", b"\x30\x81\xc8", b"\x30\x82\x01\x00\x02\x01\x00", build.pkcs7_der()[:20]):
        assert isinstance(read(head + data), list)


def name(*pairs: tuple[str, str], tag: int = 0x0C) -> str:
    return name_from_der(build.name_der(pairs, tag)).text


def test_a_name_is_written_as_openssl_writes_it_in_encoded_order() -> None:
    assert name(*build.internal_ca_name("u")) == "/title=InternalCA/OU=Intrusion Management System/CN=u/O=Cisco Systems, Inc"


def test_bytes_that_are_not_printable_ascii_are_escaped_as_in_openssl() -> None:
    assert name(("CN", "a\x1b[0m\xe9")) == "/CN=a\\x1B[0m\\xE9"


def test_an_attribute_without_a_short_name_keeps_its_number() -> None:
    der = build.name_der((("CN", "x"),)).replace(bytes.fromhex("0603550403"), bytes.fromhex("0603550463"))

    assert name_from_der(der).text == "/2.5.4.99=x"


def test_the_first_of_each_attribute_is_kept_apart() -> None:
    found = name_from_der(build.name_der((("OU", "first"), ("OU", "second"), ("title", "InternalCA"))))

    assert (found.organizational_unit, found.title, found.common_name) == ("first", "InternalCA", "")


def test_a_very_long_name_is_cut_as_text_and_whole_as_bytes() -> None:
    found = name_from_der(build.name_der((("CN", "x" * 9000),)))

    assert len(found.text) == 2000
    assert len(found.der) > 9000


@pytest.mark.parametrize(
    ("encoded", "text"), [("550403", "2.5.4.3"), ("2a864886f70d010101", "1.2.840.113549.1.1.1"), ("8837", "2.999"), ("00", "0.0")]
)
def test_object_identifiers(encoded: str, text: str) -> None:
    assert oid_text(bytes.fromhex(encoded)) == text


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"\x30\x80", b"\x30\x85\x01\x01\x01\x01\x01", b"\x30\x05\x00", b"\x3f\x81\x01\x00", b"\x30\x82\x01"]
)
def test_what_is_not_der_is_refused(data: bytes) -> None:
    with pytest.raises(DerError):
        element(data)


def test_openssl_agrees_on_the_name_and_dates_of_an_internal_ca(tmp_path: Path) -> None:
    der = build.internal_ca_der()
    (tmp_path / "ca.der").write_bytes(der)
    command = ["openssl", "x509", "-inform", "DER", "-in", str(tmp_path / "ca.der"), "-noout", "-subject", "-nameopt", "compat", "-serial"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except FileNotFoundError:
        pytest.skip("openssl is not installed")
    ca = decode(der)

    assert isinstance(ca, Certificate)
    assert done.stdout.splitlines() == [f"subject={ca.subject.text}", "serial=00"]


@pytest.mark.parametrize("control", ["\n", "\r\n", "\x00", "\x1b[2J", "\x7f", "\x85"])
@pytest.mark.parametrize("kind", [x509.DNSName, x509.RFC822Name, x509.UniformResourceIdentifier])
def test_a_name_of_an_extension_never_makes_a_line(kind: type[x509.DNSName], control: str) -> None:
    """A forged ``sha256 Fingerprint=...`` line in the decoded certificate, or a key for a file that a link leads to."""
    names = x509.SubjectAlternativeName([kind._init_without_validation(f"a{control}sha256 Fingerprint=AA:BB")])

    (told,) = extensions_of(x509.Extensions([x509.Extension(names.oid, False, names)]))

    assert told.text.isprintable()
    assert "\\x" in told.text


@pytest.mark.parametrize("tag", ["81", "82", "86"], ids=["e-mail", "DNS", "URI"])
def test_a_name_with_line_feeds_makes_no_lines(tag: str) -> None:
    """The decoded certificate is shown line by line, and a line of it may look like its fingerprint."""
    name = b"a\nsha256 Fingerprint=00:11\r\n\x1b[2Jb"
    inner = bytes([len(name)]) + name
    value = bytes.fromhex("30") + bytes([len(inner) + 1]) + bytes.fromhex(tag) + inner

    oid = bytes.fromhex("0603551d11")
    body = oid + bytes([0x04, len(value)]) + value
    found = decode(build.certificate_der(extensions=bytes([0x30, len(body)]) + body))

    assert isinstance(found, Certificate)
    (text,) = (one.text for one in found.extensions)
    assert "Fingerprint" in text
    assert not re.search(r"[\x00-\x1f]", text)
