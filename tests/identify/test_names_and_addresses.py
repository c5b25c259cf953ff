"""Which names and addresses identify an appliance."""

from __future__ import annotations

import pytest

from analyzer.identify.addresses import identifying
from analyzer.identify.names import hint_of_path, identifies, like_a_host, may_be_one, short


@pytest.mark.parametrize(
    "name", ["firepower", "Firepower", "ciscoasa", "localhost", "localhost.localdomain", "fmc", "ftd", "firepower.", "(none)", "", " "]
)
def test_names_that_many_appliances_have_identify_nobody(name: str) -> None:
    assert not identifies(name)


@pytest.mark.parametrize("name", ["fmc-1", "firepower.corp.example", "ftd-berlin", "localhost-7", "방화벽"])
def test_a_name_of_its_own_identifies(name: str) -> None:
    assert identifies(name)


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        ("ftd-1", "ftd-1", True),
        ("ftd-1", "ftd-1.example", True),
        ("ftd-1.berlin.example", "ftd-1.paris.example", False),
        ("ftd-1", "ftd-10", False),
        ("10", "10.1.2.3", False),
    ],
)
def test_a_full_name_may_be_its_short_one_and_no_other_full_one(first: str, second: str, one: bool) -> None:
    assert may_be_one(first, second) is may_be_one(second, first) is one


def test_an_address_has_no_short_name() -> None:
    assert short("192.0.2.1") == "192.0.2.1"


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("ftd-seoul.txt", "ftd-seoul"),
        ("03 ftd-lima brief.txt", "ftd-lima"),
        ("ftd-2.txt", "ftd-2"),
        ("ftd-seoul sftunnel.txt", "ftd-seoul"),
        ("fw01.berlin.corp.log", "fw01.berlin.corp"),
        ("status.txt", ""),
        ("messages", ""),
        ("notes-3.txt", "notes-3"),
        ("FMC.txt", ""),
        ("1.txt", ""),
        ("troubleshoot.tar.gz", ""),
        ("ftd-lima.tar.gz", "ftd-lima"),
    ],
)
def test_what_the_name_of_a_file_says_of_whose_it_is(path: str, hint: str) -> None:
    assert hint_of_path(path) == hint


@pytest.mark.parametrize(("text", "host"), [("ftd-1", True), ("attached again", False), ("a/b", False), ("-x", False)])
def test_a_folder_with_blanks_is_no_host(text: str, host: bool) -> None:
    assert like_a_host(text) is host


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "0.0.0.1", "169.254.1.3", "224.0.0.5", "255.255.255.255", "::", "::1", "fe80::1", "ff02::1", "::ffff:127.0.0.1", "x", ""],
)
def test_addresses_that_are_nobodys(address: str) -> None:
    assert identifying(address) == ""


@pytest.mark.parametrize(
    ("address", "usual"),
    [("192.0.2.1", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("2001:DB8:0:0::1", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1")],
)
def test_an_address_in_its_usual_form(address: str, usual: str) -> None:
    assert identifying(address) == usual
