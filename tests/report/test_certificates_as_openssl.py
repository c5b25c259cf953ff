"""A certificate in the report reads as ``openssl x509 -text`` prints it: the lines that both have are the same."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec.structs import replace

from analyzer.model.certificate import Certificate
from analyzer.read.decoding import certificate_from_der
from analyzer.report.certificates import decoded, openssl_name
from tests.builders.cases import at, name
from tests.read.builders_certificates import ec_key, ed_key, internal_ca_der, rsa_key

OPENSSL = shutil.which("openssl")


def leaf(key: str, serial: int) -> bytes:
    """A certificate of version 3 with the extensions that a tunnel's certificates have, and a few more."""
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, "192.0.2.11"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Cisco Systems, Inc")]
    )
    holder = {"rsa": rsa_key("2048"), "ec": ec_key(), "ed": ed_key()}[key]
    usage = dict.fromkeys(
        ("content_commitment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .serial_number(serial)
        .not_valid_before(datetime(2024, 10, 4, 9, 5, 1, tzinfo=UTC))
        .not_valid_after(datetime(2034, 10, 12, 14, 23, 28, tzinfo=UTC))
        .public_key(holder.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier(bytes(range(20))), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier(bytes(range(20, 40)), None, None), critical=False)
        .add_extension(x509.KeyUsage(digital_signature=True, key_encipherment=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("ftd-1.example"), x509.IPAddress(ip_address("192.0.2.11"))]), critical=False
        )
    )
    return built.sign(holder, None if key == "ed" else hashes.SHA256()).public_bytes(Encoding.DER)


def read(der: bytes) -> Certificate:
    found = certificate_from_der(der, at("cert.pem"))
    assert isinstance(found, Certificate)
    return found


def of_openssl(der: bytes) -> list[str]:
    """What OpenSSL prints, without what the report leaves out: modulus, exponent, key octets, and the signature at the end."""
    assert OPENSSL is not None
    # The default form of a name differs between releases: 3.0 writes "CN = x", 3.5 writes "CN=x".
    command = [OPENSSL, "x509", "-inform", "DER", "-noout", "-text", "-nameopt", "oneline", "-fingerprint", "-sha256"]
    printed = subprocess.run(command, input=der, capture_output=True, check=True, timeout=20).stdout.decode().splitlines()
    end = next(at for at, line in enumerate(printed) if line.startswith("    Signature Algorithm"))
    deep = ("                Modulus:", "                Exponent:", "                pub:", "                    ")
    return [line.rstrip() for line in (*printed[:end], printed[-1]) if not line.startswith(deep)]


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed")
@pytest.mark.parametrize(
    "der",
    [
        pytest.param(internal_ca_der(), id="internal-ca-v1-serial-0"),
        pytest.param(leaf("rsa", 15), id="rsa-leaf"),
        pytest.param(leaf("ec", 0x7FFF_FFFF_FFFF_FFFF), id="ec-leaf-serial-of-8-octets"),
        pytest.param(leaf("ed", 0x1234_5678_9ABC_DEF0_1122_3344), id="ed25519-leaf-long-serial"),
    ],
)
def test_the_lines_are_those_of_openssl(der: bytes) -> None:
    ours = decoded(read(der)).splitlines()

    assert ours[-1].startswith("sha256 of the public key=")
    assert ours[:-1] == of_openssl(der)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/CN=192.0.2.11", "CN = 192.0.2.11"),
        ("/O=Cisco Systems, Inc/2.5.4.99=x", 'O = "Cisco Systems, Inc", 2.5.4.99 = x'),
        ("/CN=a/b/OU=c", "CN = a/b, OU = c"),
        ("", ""),
    ],
)
def test_a_name_is_written_with_commas_and_quotes(text: str, shown: str) -> None:
    assert openssl_name(replace(name("x"), text=text)) == shown
