"""Who is who."""

from __future__ import annotations

from analyzer.join.registry import Registry
from analyzer.model.answer import Known, Missing
from tests.join.builders_facts import FTD2_UUID, FTD_UUID, here


def test_a_sighting_by_name_finds_the_device_that_a_uuid_made() -> None:
    devices = Registry(managers=False)
    by_uuid = devices.see(here("FAILED_PUSH"), FTD_UUID, "ftd-1", "192.0.2.11")

    assert devices.see(here("status.txt"), name="FTD-1") is by_uuid
    assert devices.see(here("messages"), address="192.0.2.11") is by_uuid


def test_two_uuids_are_never_one_device_even_with_one_name() -> None:
    devices = Registry(managers=False)
    first = devices.see(here("a"), FTD_UUID, "ftd")
    second = devices.see(here("b"), FTD2_UUID, "ftd")

    assert first is not second
    assert devices.find(name="ftd") is None


def test_a_name_seen_before_the_uuid_joins_it() -> None:
    devices = Registry(managers=False)
    by_name = devices.see(here("a"), name="ftd-1")

    assert devices.see(here("b"), FTD_UUID, "ftd-1") is by_name
    assert by_name.uuid.first() == FTD_UUID


def test_an_address_that_two_devices_share_tells_nothing() -> None:
    devices = Registry(managers=False)
    devices.see(here("a"), FTD_UUID, address="192.0.2.11")
    devices.see(here("b"), FTD2_UUID, address="192.0.2.11")

    assert devices.find(address="192.0.2.11") is None


def test_an_answer_carries_every_place_and_what_is_missing_says_how_to_get_it() -> None:
    devices = Registry(managers=False)
    device = devices.see(here("a"), name="ftd-1")
    devices.see(here("b"), name="ftd-1")

    assert device.name.answer("", "") == Known("ftd-1", (here("a"), here("b")))
    assert device.uuid.answer("no UUID", "show version") == Missing("no UUID", "show version")


def test_an_assumed_value_that_is_seen_again_for_real_is_no_longer_assumed() -> None:
    managers = Registry(managers=True)
    manager = managers.see(here("a"), address="198.51.100.7", assumed="the listening end")
    managers.note(manager, here("b"), address="198.51.100.7")

    answer = manager.address.answer("", "")

    assert isinstance(answer, Known)
    assert answer.assumed == ""
