"""How many management interfaces a manager has."""

from __future__ import annotations

from analyzer.join.build import build_case
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.facts import Fact
from tests.builders.cases import utc
from tests.join.builders_facts import fmc_box, ftd_box, here, identity

STATUS = here("fmc.tar.gz", "dir-archives/command-outputs/status.txt", 5)


def interfaces(*more: Fact) -> Answer[int]:
    return build_case([*fmc_box(), *ftd_box(), *more], utc("2026-11-23")).managers[0].management_interfaces


def test_addresses_of_its_own_are_counted_once_each() -> None:
    answer = interfaces(*(identity("ADDRESS", address, STATUS) for address in ("198.51.100.7", "198.51.100.8", "198.51.100.7")))

    assert isinstance(answer, Known)
    assert (answer.value, answer.evidence) == (2, (STATUS, STATUS))


def test_link_local_and_ipv6_addresses_are_no_further_interface() -> None:
    answer = interfaces(*(identity("ADDRESS", address, STATUS) for address in ("198.51.100.7", "169.254.1.2", "fd00:0:0:1::2")))

    assert isinstance(answer, Known)
    assert answer.value == 1


def test_addresses_of_a_device_are_not_the_managers() -> None:
    assert isinstance(interfaces(identity("ADDRESS", "192.0.2.11", here("ftd.tar.gz", "dir-archives/command-outputs/s.txt"))), Missing)
