"""Listings and damaged files of a device's folder."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from analyzer.join.build import build_case
from analyzer.join.device_files import has_hidden_characters
from analyzer.model.case import Tunnel
from analyzer.model.certificate import PrivateKey, UnreadableCertificate
from analyzer.model.facts import Fact
from analyzer.model.outputs import ListedFile
from tests.builders.cases import utc
from tests.join.builders_facts import FMC_UUID, FTD2_UUID, FTD_UUID, fmc_box, ftd_box, here, peers_map

FOLDER = f"/var/sf/peers/{FMC_UUID}"


def row(
    name: str,
    size: str = "1.3K",
    mode: str = "-rw-r--r--",
    owner: str = "root",
    folder: str = FOLDER,
    file: str = "ls.txt",
    host: str = "ftd-1",
) -> ListedFile:
    return ListedFile(name, size, mode, owner, "root", folder, here(file, text=name), host)


def tunnels(*facts: Fact, devices: int = 1) -> list[Tunnel]:
    boxes = [*fmc_box(), *ftd_box(), peers_map("ftd.tar.gz", FMC_UUID)]
    if devices == 2:
        boxes += [*ftd_box("ftd2.tar.gz", FTD2_UUID, "ftd-2"), peers_map("ftd2.tar.gz", FMC_UUID)]
    return list(build_case([*boxes, *facts], utc("2026-11-23")).tunnels)


def names(rows: tuple[ListedFile, ...]) -> list[str]:
    return [one.name for one in rows]


@pytest.mark.parametrize(
    "name", ["sftunnel-key.pem???", "sftunnel-key.pem\u200b", "cacert.pem\u00a0", "cacert.pem ", "a\tb", "\u202egnp.pem"]
)
def test_characters_that_do_not_show(name: str) -> None:
    assert has_hidden_characters(name)


@pytest.mark.parametrize("name", ["sftunnel-key.pem", "cacert.pem.backup", "name with blank.pem", "zertifikat-für-köln.pem", "証明書.pem"])
def test_names_that_show_what_they_are(name: str) -> None:
    assert not has_hidden_characters(name)


def test_a_pasted_listing_belongs_to_the_device_of_its_prompt() -> None:
    (tunnel,) = tunnels(
        row("cacert.pem", "0"), row("sftunnel-key.pem???", "0"), row("sftunnel-cert.pem", owner="admin"), row("sw_version", "0")
    )

    assert names(tunnel.files_listed) == ["cacert.pem", "sftunnel-cert.pem"]
    assert (names(tunnel.empty_files), names(tunnel.odd_names), names(tunnel.odd_owners)) == (
        ["cacert.pem"],
        ["sftunnel-key.pem???"],
        ["sftunnel-cert.pem"],
    )


@pytest.mark.parametrize("devices", [1, 2])
def test_a_pasted_listing_that_names_nobody_is_of_a_device_of_its_own(devices: int) -> None:
    """That there is one device in evidence does not make it that one's: an empty file would be filled on the wrong appliance."""
    found = tunnels(row("cacert.pem", host=""), devices=devices)

    assert [names(tunnel.files_listed) for tunnel in found if not tunnel.label.startswith("device of")] == [[]] * devices
    assert [names(tunnel.files_listed) for tunnel in found if tunnel.label.startswith("device of ls.txt")] == [["cacert.pem"]]


def test_a_listing_named_after_its_device_is_that_devices() -> None:
    found = tunnels(row("cacert.pem", file="ftd-2.txt", host=""), devices=2)

    assert [(tunnel.device, names(tunnel.files_listed)) for tunnel in found] == [
        (f"device:{FTD_UUID}", []),
        (f"device:{FTD2_UUID}", ["cacert.pem"]),
    ]


def test_the_managers_own_folder_for_a_device_is_not_the_devices() -> None:
    (tunnel,) = tunnels(row("cacert.pem", "0", folder=f"/var/sf/peers/{FTD_UUID}", host="fmc-1.example"))

    assert tunnel.files_listed == ()


@pytest.mark.parametrize("mode", ["-rw-r--r--", "-rw-------", "-r--------"])
def test_modes_that_the_owner_can_read(mode: str) -> None:
    (tunnel,) = tunnels(row("cacert.pem", mode=mode))

    assert tunnel.odd_owners == ()


def test_a_mode_that_the_owner_cannot_read() -> None:
    (tunnel,) = tunnels(row("cacert.pem", mode="--w-r--r--"))

    assert names(tunnel.odd_owners) == ["cacert.pem"]


def test_a_damaged_key_of_the_set_is_kept_apart_and_an_encrypted_one_is_not_damaged() -> None:
    path = f"dir-archives/var-sf-peers/{FMC_UUID}/sftunnel-key.pem"
    (tunnel,) = tunnels(
        PrivateKey("", "empty file", here("ftd.tar.gz", path), damaged=True), PrivateKey("", "encrypted", here("ftd.tar.gz", path, line=9))
    )

    assert [one.reason for one in tunnel.damaged_keys] == ["empty file"]
    assert tunnel.damaged_files == ()


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("etc/sf/ca_root/cacert.pem", ["cut"]),
        ("etc/sf/keys/sftunnel-cert.pem", ["cut"]),
        ("etc/sf/keys/https-cert.pem", []),
        (f"var-sf-peers/{FTD_UUID}/certs_pushed/sftunnel-cert.pem", []),
    ],
)
def test_the_managers_own_damaged_files(member: str, expected: list[str]) -> None:
    broken = UnreadableCertificate("cut", here("fmc.tar.gz", f"dir-archives/{member}"))
    (manager,) = build_case([*fmc_box(), *ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), broken], utc("2026-11-23")).managers

    assert [one.reason for one in manager.damaged_files] == expected


def test_an_empty_key_of_the_manager_is_told_apart_from_its_certificates() -> None:
    key = PrivateKey("", "empty file", here("fmc.tar.gz", "dir-archives/etc/sf/keys/sftunnel-key.pem"), damaged=True)
    (manager,) = build_case([*fmc_box(), key], utc("2026-11-23")).managers

    assert manager.damaged_files == ()
    assert [one.reason for one in manager.damaged_keys] == ["empty file"]


def test_a_damaged_certificate_of_the_set_is_the_tunnels() -> None:
    path = f"dir-archives/var-sf-peers/{FMC_UUID}/sftunnel-cert.pem"
    (tunnel,) = tunnels(UnreadableCertificate("cut", here("ftd.tar.gz", path)))

    assert [one.reason for one in tunnel.damaged_files] == ["cut"]


@pytest.mark.parametrize("path", [f"dir-archives/var-sf-peers/{FMC_UUID}/LL-cert.pem", "dir-archives/etc/sf/keys/cacert.pem"])
def test_a_damaged_file_of_another_kind_is_not(path: str) -> None:
    (tunnel,) = tunnels(UnreadableCertificate("cut", here("ftd.tar.gz", path)))

    assert tunnel.damaged_files == ()


def test_a_pasted_listing_belongs_to_the_box_of_its_prompt() -> None:
    first, second = tunnels(replace(row("sftunnel-key.pem???", "0"), host="ftd-2"), devices=2)

    assert {first.device: names(first.odd_names), second.device: names(second.odd_names)} == {
        f"device:{FTD_UUID}": [],
        f"device:{FTD2_UUID}": ["sftunnel-key.pem???"],
    }
