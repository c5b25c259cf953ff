"""Passwords and keys beside outputs never come out."""

from __future__ import annotations

import pytest

from analyzer.model.outputs import CredentialFile
from tests.read.outputs_builders import facts, push_record

CANARY = "Hunter2-canary!"


def credentials(lines: list[str], path: str = "notes.txt") -> list[CredentialFile]:
    return [fact for fact in facts(lines, path) if isinstance(fact, CredentialFile)]


@pytest.mark.parametrize("path", ["devices.csv", "home/admin/devices.csv", "notes.txt", "list.csv"])
def test_rows_are_recognised_by_content_and_only_names_are_kept(path: str) -> None:
    found = credentials([f"FTD 1,10.0.0.1,svcuser,{CANARY}", f"FTD 2,2001:db8::1,svcuser,{CANARY}"], path)

    assert [fact.device_names for fact in found] == [("FTD 1", "FTD 2")]
    assert found[0].evidence.text == "FTD 1,10.0.0.1,(user and password withheld)"
    assert "svcuser" not in repr(found)
    assert CANARY not in repr(found)


def test_a_header_is_no_device() -> None:
    lines = ["device_name,IP address,admin_username,admin_password", f"fmc.example,fmc.example,u,{CANARY}"]

    assert [fact.device_names for fact in credentials(lines)] == [("fmc.example",)]


def test_an_administrator_with_a_simple_password_is_recognised() -> None:
    assert len(credentials(["FTD1,10.0.0.1,admin,cisco"])) == 1


def test_a_quoted_password_with_a_comma_is_withheld() -> None:
    found = facts([f'FTD1,10.0.0.1,admin,"a,{CANARY}"'], "devices.csv")

    assert len(found) == 1
    assert CANARY not in repr(found)


@pytest.mark.parametrize("line", ["fw1,10.0.0.1,7.2.5,online", "a,b,c,d", "fw1,10.0.0.1,10.0.0.2,10.0.0.3", "fw1,10.0.0.1,FTD,cluster-1"])
def test_an_inventory_is_not_accused(line: str) -> None:
    assert credentials([line]) == []


def test_a_list_that_waits_to_be_filled_in_holds_no_password() -> None:
    assert credentials(["ftd-lima,192.0.2.13,,", "ftd-seoul,192.0.2.12,,"], "devices.csv") == []


def test_one_row_that_is_filled_in_makes_it_a_list_of_passwords() -> None:
    found = credentials(["ftd-lima,192.0.2.13,,", f"ftd-seoul,192.0.2.12,,{CANARY}"], "devices.csv")

    assert [fact.device_names for fact in found] == [("ftd-seoul",)]
    assert CANARY not in repr(found)


def test_no_other_recogniser_quotes_a_credential_row() -> None:
    lines = [
        "root@fmc:/var/tmp# cat /var/tmp/certs/1728915794/FAILED_PUSH",
        push_record()[:100],
        f"FTD1,10.0.0.1,admin,{CANARY}",
        f"Registration: x,10.0.0.1,admin,{CANARY}",
        "Managed locally",
    ]

    assert CANARY not in repr(facts(lines))


def test_a_key_without_its_first_line_is_not_quoted() -> None:
    body = "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCyc5A0xZ5N22qd"

    assert body not in repr(facts(["root@fmc:~# cat /var/tmp/certs/1728915794/FAILED_PUSH", push_record()[:100], body]))
