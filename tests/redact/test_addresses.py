"""Substitutes of addresses: consistent, apart, and with the subnets of the originals."""

from __future__ import annotations

from ipaddress import IPv4Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.redact.addresses import Addresses

HOSTS = st.builds(lambda a, b, c, d: f"{a}.{b}.{c}.{d}", st.integers(1, 126), *[st.integers(0, 255)] * 3)


def common_bits(one: str, other: str) -> int:
    """Whole leading octets that two addresses share."""
    first, second = one.split("."), other.split(".")
    return next((place for place in range(4) if first[place] != second[place]), 4)


def test_an_address_has_one_substitute() -> None:
    addresses = Addresses()

    assert addresses.substitute("192.0.2.11") == addresses.substitute("192.0.2.11") == "240.0.1.1"


@given(st.lists(HOSTS, min_size=2, max_size=40, unique=True))
def test_two_addresses_share_as_many_octets_as_before(originals: list[str]) -> None:
    addresses = Addresses()
    put = [addresses.substitute(one) for one in originals]

    for place, one in enumerate(originals):
        for other in range(place):
            assert common_bits(put[place], put[other]) == common_bits(one, originals[other])


@pytest.mark.parametrize("address", ["127.0.0.1", "255.255.255.0", "::1", "::"])
def test_an_address_that_tells_nothing_stays(address: str) -> None:
    assert Addresses().substitute(address) == address


def test_networks_and_broadcasts_stay_recognisable() -> None:
    addresses = Addresses()

    assert addresses.substitute("10.20.30.0").endswith(".0")
    assert addresses.substitute("10.20.30.255").endswith(".255")


def test_a_substitute_is_no_address_of_anybody() -> None:
    assert IPv4Address(Addresses().substitute("10.1.2.3")) in ip_network("240.0.0.0/4")
    assert ip_address(Addresses().substitute("fd12:3456::7")) in ip_network("2001:db8::/32")


@given(st.lists(st.ip_addresses(v=6), min_size=2, max_size=20, unique=True))
def test_two_ipv6_addresses_never_become_one(originals: list[object]) -> None:
    addresses = Addresses()
    put = {addresses.substitute(str(one)) for one in originals}

    assert len(put) == len(originals)


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        Addresses().substitute("fmc-1")
