"""What a certificate is for: its names first, the place it stood at second."""

from __future__ import annotations

import pytest

from analyzer.identify.certificate_roles import role_of
from analyzer.model.case import CertificateRole as Role
from analyzer.model.certificate import Certificate
from analyzer.model.location import Evidence, Location
from analyzer.read.decoding import certificate_from_der
from tests.read import builders_certificates as build

UUID = "c8d5d5c6-87c9-11ef-a993-b9831565bc4e"


def role(der: bytes, location: Location) -> Role:
    found = certificate_from_der(der, Evidence(location, ""))
    assert isinstance(found, Certificate)
    return role_of(found)


CA = build.internal_ca_der()
LEAF = build.certificate_der()
WEB_NAME = (("CN", "fmc-1.example"), ("O", "Cisco Systems, Inc"))
WEB = build.certificate_der(subject=WEB_NAME, issuer=WEB_NAME)
TALOS = build.certificate_der(issuer=(("CN", "Keymaster CA 2"), ("O", "Cisco Systems, Inc")))


@pytest.mark.parametrize("path", ["etc/sf/ca_root/cacert.pem", f"var/sf/peers/{UUID}/cacert.pem", "downloads/my-file.pem"])
def test_an_internal_ca_is_one_wherever_it_lies(path: str) -> None:
    assert role(CA, Location("case", path)) is Role.INTERNAL_CA


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("dir-archives/etc/sf/keys/sftunnel-cert.pem", Role.MANAGER_LEAF),
        ("dir-archives/etc-sf/keys/sftunnel-cert.pem", Role.MANAGER_LEAF),
        (f"var/sf/peers/{UUID}/certs_pushed/sftunnel-cert.pem", Role.DEVICE_LEAF),
        (f"dir-archives/var-sf-peers/{UUID}/sftunnel-cert.pem", Role.DEVICE_LEAF),
        (f"ngfw/var/sf/peers/{UUID}/sftunnel-cert.pem.backup", Role.DEVICE_LEAF),
        ("sent/certs_pushed/sftunnel-cert.pem", Role.DEVICE_LEAF),
        ("sent/sftunnel-cert.pem", Role.TUNNEL_LEAF),
    ],
)
def test_a_leaf_of_an_internal_ca_is_told_by_its_folder(path: str, expected: Role) -> None:
    assert role(LEAF, Location("bundle.tar.gz", path)) is expected
    assert role(LEAF, Location(path)) is expected


def test_a_leaf_in_a_capture_has_no_box() -> None:
    assert role(LEAF, Location("peers/capture.pcap", packet=97)) is Role.TUNNEL_LEAF


@pytest.mark.parametrize("der", [CA, LEAF, WEB])
def test_the_light_registration_set_is_never_the_tunnel_s(der: bytes) -> None:
    assert role(der, Location("b", f"var/sf/peers/{UUID}/LL-caCert.pem")) is Role.LIGHT_REGISTRATION


@pytest.mark.parametrize("der", [WEB, TALOS], ids=["web interface", "Keymaster CA 2"])
@pytest.mark.parametrize(
    "path", ["var/sf/beaker3/client_cert.pem", f"var/sf/peers/{UUID}/sftunnel-cert.pem", "etc/sf/keys/sftunnel-cert.pem"]
)
def test_look_alikes_are_told_by_their_issuer_at_any_path(der: bytes, path: str) -> None:
    assert role(der, Location("b", path)) is Role.OTHER
