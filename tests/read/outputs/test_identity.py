"""Small files in which a box says what it is, PEERS_MAP.JSON, index.txt."""

from __future__ import annotations

import json

import pytest

from analyzer.model.member import Damage, DamageKind
from analyzer.model.outputs import ApplianceIdentity, IssuedSerial, PeersMapEntry
from tests.read.outputs_builders import DEVICE, MANAGER, facts, utc


def identity(lines: list[str], path: str = "notes.txt") -> list[tuple[str, str]]:
    return [(fact.key, fact.value) for fact in facts(lines, path) if isinstance(fact, ApplianceIdentity)]


def entries(content: str) -> list[tuple[str, str]]:
    found = facts(content, "dir-archives/var-sf-peers/PEERS_MAP.JSON")
    return [(fact.manager_uuid, fact.label) for fact in found if isinstance(fact, PeersMapEntry)]


def serials(lines: list[str], path: str = "etc/sf/ca_root/index.txt") -> list[IssuedSerial]:
    return [fact for fact in facts(lines, path) if isinstance(fact, IssuedSerial)]


IMS_CONF = [
    "# ims",
    "SWVERSION=7.2.5",
    'SWBUILD="208"',
    f"APPLIANCE_UUID={MANAGER.upper()}",
    "MODEL=Cisco Firewall Management Center",
    "X=1",
]


def test_ims_conf() -> None:
    assert identity(IMS_CONF, "dir-archives/etc/sf/ims.conf") == [
        ("SWVERSION", "7.2.5"),
        ("SWBUILD", "208"),
        ("APPLIANCE_UUID", MANAGER),
        ("MODEL", "Cisco Firewall Management Center"),
    ]


def test_ims_conf_with_values_that_cannot_be() -> None:
    assert identity(["SWVERSION=$(reboot)", "APPLIANCE_UUID=../../etc", "SWBUILD=x"], "etc/sf/ims.conf") == []


def test_pasted_lines_of_ims_conf() -> None:
    assert identity(["hello", f"APPLIANCE_UUID={MANAGER}", "MODEL=72", "", "MODEL=elsewhere"]) == [
        ("APPLIANCE_UUID", MANAGER),
        ("MODEL", "72"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Cisco Fire Linux OS v7.2.5 (build 11)/Cisco Firepower Management Center v7.2.5 (build 208)",
        "Cisco Firepower Management Center v7.2.5 (build 208)/Cisco Fire Linux OS v7.2.5 (build 11)",
        "v7.2.5 (build 208)/v7.2.0 (build 11)",
    ],
)
def test_sf_version_gives_the_products_version_in_either_order(text: str) -> None:
    assert identity([text], "dir-archives/etc/sf/sf-version") == [("SF_VERSION", "7.2.5"), ("SWBUILD", "208")]


def test_a_two_digit_major_version_is_a_version() -> None:
    assert identity(["v10.0.1 (build 3)"], "etc/sf/sf-version")[0] == ("SF_VERSION", "10.0.1")


def test_vdb_conf() -> None:
    assert identity(["CURRENT_VERSION=399", "CURRENT_BUILD=2"], "etc/sf/.versiondb/vdb.conf") == [
        ("VDB_VERSION", "399"),
        ("VDB_BUILD", "2"),
    ]


def test_hostname() -> None:
    assert identity(["fmc-1.example.net"], "dir-archives/etc/hostname") == [("HOSTNAME", "fmc-1.example.net")]


def test_a_hostname_file_elsewhere_or_with_a_sentence_is_none() -> None:
    assert identity(["fmc-1"], "proc/sys/kernel/hostname") == []
    assert identity(["not a host name"], "etc/hostname") == []


def test_sw_version_of_a_peer_folder() -> None:
    assert identity(["7.2.5"], f"var/sf/peers/{DEVICE}/sw_version") == [("PEER_SW_VERSION", "7.2.5")]


def test_each_line_of_patch_history_is_a_patch() -> None:
    lines = ["Cisco_Secure_FW_Mgmt_Center_Hotfix_FZ-7.2.9.99-4", "", "x y"]

    assert identity(lines, "etc/sf/patch_history") == [("PATCH", lines[0]), ("PATCH", "x y")]


@pytest.mark.parametrize("block", ["proxyssl {", "proxys1 {"])
def test_sftunnel_conf_also_pasted(block: str) -> None:
    lines = [
        block,
        "  proxy_cert /etc/sf/keys/sftunnel-cert.pem;",
        "  proxy_cacert /etc/sf/ca_root/cacert.pem;",
        "  proxy_tls_version TLSv1.2;",
        "};",
    ]

    assert identity(lines) == [
        ("proxy_cert", "/etc/sf/keys/sftunnel-cert.pem"),
        ("proxy_cacert", "/etc/sf/ca_root/cacert.pem"),
        ("proxy_tls_version", "TLSv1.2"),
    ]


@pytest.mark.parametrize(
    ("value", "label"),
    [
        ({"name": "fmc-1", "ip": "10.1.1.1"}, "fmc-1"),
        ({"ip": "10.1.1.1"}, "10.1.1.1"),
        ("fmc-1", "fmc-1"),
        ({"port": 8305}, ""),
        (None, ""),
        ([], ""),
    ],
)
def test_peers_map_takes_a_name_or_address_where_there_is_one(value: object, label: str) -> None:
    assert entries(json.dumps({MANAGER.upper(): value})) == [(MANAGER, label)]


def test_peers_map_points_at_the_line_of_the_key() -> None:
    found = facts(json.dumps({MANAGER: {}, DEVICE: {}}, indent=1), "x/PEERS_MAP.JSON")

    assert [(fact.evidence.location.line, fact.evidence.text) for fact in found if isinstance(fact, PeersMapEntry)] == [
        (2, f' "{MANAGER}": {{}},'),
        (3, f' "{DEVICE}": {{}}'),
    ]


def test_a_key_far_along_one_line_is_still_quoted() -> None:
    found = facts(json.dumps({"padding": "x" * 900, MANAGER: {}}), "PEERS_MAP.JSON")

    assert [MANAGER in fact.evidence.text for fact in found if isinstance(fact, PeersMapEntry)] == [True]


def test_a_damaged_peers_map_names_the_place_and_keeps_its_keys() -> None:
    found = facts(f'{{\n "{MANAGER}": {{"name": "fmc"}},\n "{DEVICE}": {{"na', "var-sf-peers/PEERS_MAP.JSON")
    damage = next(fact for fact in found if isinstance(fact, Damage))

    assert damage.kind is DamageKind.DAMAGED
    assert "line 3, column 43" in damage.reason
    assert damage.location.line == 3
    assert [fact.manager_uuid for fact in found if isinstance(fact, PeersMapEntry)] == [MANAGER, DEVICE]


@pytest.mark.parametrize("content", ["[" * 100_000, "[]", "1" * 5_000, '{"a": 1e999999, "b": ' + "9" * 5_000 + "}"])
def test_a_peers_map_of_another_shape_is_damage(content: str) -> None:
    assert [type(fact) for fact in facts(content, "PEERS_MAP.JSON")] == [Damage]


def test_index_txt_rows() -> None:
    lines = [
        "V\t240829000000Z\t\t00\tunknown\t/title=InternalCA/O=Cisco Systems, Inc",
        "R\t20340829000000Z\t231001120000Z,superseded\t0F\tunknown\t/CN=ftd-1",
        "V 340829000000Z           10      unknown /CN=pasted with blanks",
    ]

    assert [(row.status, row.serial, row.expires, row.subject) for row in serials(lines)] == [
        ("V", 0, utc("2024-08-29 00:00:00"), "/title=InternalCA/O=Cisco Systems, Inc"),
        ("R", 15, utc("2034-08-29 00:00:00"), "/CN=ftd-1"),
        ("V", 16, utc("2034-08-29 00:00:00"), "/CN=pasted with blanks"),
    ]


def test_an_index_txt_of_something_else_has_no_rows() -> None:
    assert serials(["V for vendetta", "R\tnot a date\t\t0\tunknown\t/x"]) == []


@pytest.mark.parametrize("number", ["99.x", "7.x", "12.Q (build 3)"])
def test_the_number_of_the_platform_is_not_taken_for_one_of_the_product_that_cannot_be_read(number: str) -> None:
    found = identity([f"Cisco Firepower Management Center for VMware / v{number} / v7.2.0 (build 82)"], "dir-archives/etc/sf/sf-version")

    assert [key for key, _value in found if key == "SF_VERSION"] == []
