"""Whatever order the evidence comes in, whatever lies beside it and however often it is given: known distinct stays distinct, and none
vanishes."""

from __future__ import annotations

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from analyzer.identify.scene import Scene
from analyzer.identify.sorted_facts import SortedFacts
from analyzer.model.facts import Fact
from analyzer.model.location import Evidence, Location
from analyzer.model.log import LogEvent, LogKind
from analyzer.model.outputs import ApplianceIdentity, PeerStatus, PushFailure
from tests.builders.cases import utc
from tests.join.builders_facts import fmc_box, ftd_box, here, identity, peer_status, peers_map

NAMES = ["firepower", "gw", "gw.berlin.example", "gw.paris.example", "ftd-1", "ftd-2", "localhost"]
ADDRESSES = ["192.0.2.11", "192.0.2.12", "169.254.1.3", "10.1.1.1"]


def fmc_uuid(number: int) -> str:
    return f"{number:08x}-4347-11ef-aca1-f3aa241412a1"


def device_uuid(number: int) -> str:
    return f"{number:08x}-87c9-11ef-a993-b9831565bc4e"


def told_by_fmc(fmc: int, device: int, name: str, address: str, line: int) -> PeerStatus:
    """A block with a UUID in the status output of an FMC's bundle."""
    place = here(f"fmc-{fmc}.tar.gz", "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output", line, f"{name} {address} {device}")
    return peer_status(place, peer_uuid=device_uuid(device), peer_name=name, peer_address=address, control=True, event=True)


def listed_by_fmc(fmc: int, device: int, name: str, address: str, line: int) -> PushFailure:
    member = "dir-archives/var-tmp-certs/1728915794/FAILED_PUSH"
    path = f"/var/sf/peers/{fmc_uuid(fmc)}/cacert.pem"
    place = here(f"fmc-{fmc}.tar.gz", member, line, f"{device} {name}")
    return PushFailure(device_uuid(device), name, address, "", path, fmc_uuid(fmc), 1728915794, False, place)


def logged(host: str, peer: str, line: int) -> LogEvent:
    return LogEvent(
        LogKind.HANDSHAKE_FAILED, utc("2026-11-22"), "", "", host, 5, 7, "ERROR", "", here(f"log-{host}", line=line, text=peer), peer=peer
    )


@st.composite
def evidence(draw: st.DrawFn) -> list[Fact]:
    """Bundles of one to three FMCs with devices that have a UUID, names and addresses that overlap, and logs that name either."""
    facts: list[Fact] = []
    number = 0
    for fmc in range(draw(st.integers(1, 3))):
        facts += fmc_box(f"fmc-{fmc}.tar.gz", fmc_uuid(fmc), draw(st.sampled_from([f"fmc-{fmc}.example", "firepower"])))
        for _row in range(draw(st.integers(0, 4))):
            number += 1
            name, address = draw(st.sampled_from(NAMES)), draw(st.sampled_from(ADDRESSES))
            facts.append(told_by_fmc(fmc, number, name, address, number * 30))
            if draw(st.booleans()):
                facts.append(listed_by_fmc(fmc, number, name, draw(st.sampled_from([address, "192.0.2.99"])), number))
            if draw(st.booleans()):
                facts += ftd_box(f"ftd-{number}.tar.gz", device_uuid(number), draw(st.sampled_from(NAMES)))
                facts.append(peers_map(f"ftd-{number}.tar.gz", fmc_uuid(fmc)))
    lines = range(draw(st.integers(0, 4)))
    facts += [logged(draw(st.sampled_from(NAMES)), draw(st.sampled_from(ADDRESSES)), line + 1) for line in lines]
    return facts


def resolved(facts: list[Fact]) -> set[tuple[str, tuple[str, ...]]]:
    """The appliances with a UUID, by kind."""
    scene = Scene(SortedFacts(facts))
    return {
        ("manager" if one.manager else "device", tuple(sorted(one.uuid.seen)))
        for one in (*scene.managers.all, *scene.devices.all)
        if one.uuid.seen
    }


def everyone(facts: list[Fact]) -> tuple[list[str], list[tuple[str, str]], list[str]]:
    """All appliances, links and sentences about what was given to none."""
    scene = Scene(SortedFacts(facts))
    appliances = sorted(f"{one.key} {one.label} {sorted(one.address.seen)}" for one in (*scene.managers.all, *scene.devices.all))
    return appliances, sorted((m.key, d.key) for m, d in scene.links), sorted(one.text for one in scene.unassigned)


def known_uuids(facts: list[Fact]) -> set[tuple[str, tuple[str, ...]]]:
    managers = {one.value for one in facts if isinstance(one, ApplianceIdentity) and one.key == "APPLIANCE_UUID" and "4347" in one.value}
    devices = {one.peer_uuid for one in facts if isinstance(one, PeerStatus)}
    return {("manager", (uuid,)) for uuid in managers} | {("device", (uuid,)) for uuid in devices}


SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@SLOW
@given(evidence())
def test_every_appliance_with_a_uuid_is_resolved_once_and_none_has_two(facts: list[Fact]) -> None:
    assert resolved(facts) == known_uuids(facts)


@SLOW
@given(evidence(), st.randoms(use_true_random=False))
def test_the_order_of_the_inputs_changes_nothing(facts: list[Fact], order: random.Random) -> None:
    shuffled = list(facts)
    order.shuffle(shuffled)

    assert everyone(shuffled) == everyone(facts)


def moved(fact: Fact, folder: str) -> Fact:
    """The same fact in a copy of its file."""
    place = fact.evidence  # type: ignore[union-attr]
    there = Evidence(replace(place.location, artifact=f"{folder}/{place.location.artifact}"), place.text)
    return replace(fact, evidence=there)  # type: ignore[type-var]


@SLOW
@given(evidence())
def test_everything_given_twice_makes_no_further_appliance(facts: list[Fact]) -> None:
    once = everyone(facts)[0]
    twice = everyone([*facts, *(moved(fact, "attached again") for fact in facts)])[0]

    assert len(twice) <= len(once)
    assert resolved([*facts, *(moved(fact, "attached again") for fact in facts)]) == resolved(facts)


DECOYS: list[Fact] = [
    identity("HOSTNAME", "web-1", here("web.txt", line=2)),
    identity("APPLIANCE_UUID", "99999999-0000-4000-8000-000000000001", here("other.txt", line=1)),
    logged("web-1", "203.0.113.77", 1),
    logged("firepower", "203.0.113.78", 9),
    PushFailure(device_uuid(1), "firepower", "203.0.113.99", "", "/var/sf/peers/x", "", None, False, here("note.txt", line=3, text="n")),
    PushFailure(
        device_uuid(1), "gw", "127.0.0.1", "", "/var/sf/peers/x", "", None, False, here("ftd-2.tar.gz", "note.txt", line=3, text="m")
    ),
]


@SLOW
@given(evidence(), st.sets(st.integers(0, len(DECOYS) - 1)))
def test_decoys_beside_the_evidence_merge_and_lose_nobody(facts: list[Fact], chosen: set[int]) -> None:
    decoys = [DECOYS[at] for at in sorted(chosen)]

    assert resolved(facts) <= resolved([*facts, *decoys])


@SLOW
@given(evidence(), st.sets(st.integers(0, len(DECOYS) - 1)))
def test_no_decoy_gives_a_device_another_address(facts: list[Fact], chosen: set[int]) -> None:
    """What an FMC says of its device stays, or it is said to be contradicted: a note changes neither."""

    def addresses(given: list[Fact]) -> dict[str, str]:
        scene = Scene(SortedFacts(given))
        told = {one.peer_uuid for one in facts if isinstance(one, PeerStatus) and one.peer_address != "169.254.1.3"}
        return {one.uuid.first(): one.address.best() for one in scene.devices.all if one.uuid.first() in told and not one.address.rivals()}

    before, after = addresses(facts), addresses([*facts, *(DECOYS[at] for at in sorted(chosen))])

    assert {uuid: after.get(uuid, address) for uuid, address in before.items()} == before


def test_of_two_fmcs_with_fifty_devices_of_the_same_names_and_addresses_all_are_resolved() -> None:
    facts: list[Fact] = []
    for fmc in (0, 1):
        facts += fmc_box(f"fmc-{fmc}.tar.gz", fmc_uuid(fmc), "firepower")
        facts += [told_by_fmc(fmc, fmc * 50 + row + 1, f"branch-{row}", f"10.0.0.{row + 1}", row * 30 + 1) for row in range(50)]
    facts.append(logged("branch-7", "10.9.9.9", 1))
    scene = Scene(SortedFacts(facts))

    assert resolved(facts) == known_uuids(facts)
    assert len(resolved(facts)) == 102
    assert scene.devices.find(name="branch-7") is None


def work_of(devices: int) -> int:
    """How many mentions the passes touch for a fleet of so many devices, with an address that two of them share."""
    facts: list[Fact] = [*fmc_box("fmc-0.tar.gz", fmc_uuid(0), "fmc-0.example")]
    facts += [
        told_by_fmc(0, number + 1, f"ftd-{number}", f"10.0.{number // 200}.{number % 200 + 1}", number * 30 + 1)
        for number in range(devices)
    ]
    facts += [logged("ftd-3", "10.0.0.1", line + 1) for line in range(devices)]
    counted = 0
    scene = Scene(SortedFacts(facts))
    for group in scene._resolved.groups.all():
        counted += len(group.nodes) * max(1, len(group.nodes).bit_length())
    return counted


def test_four_times_the_devices_make_four_times_the_mentions() -> None:
    assert work_of(400) < 4.5 * work_of(100)


def test_a_location_in_a_nested_archive_is_found_without_a_walk_over_all_trees() -> None:
    facts: list[Fact] = [*fmc_box("fmc-0.tar.gz", fmc_uuid(0), "fmc-0.example")]
    facts += [
        identity("HOSTNAME", f"x{at}", here("fmc-0.tar.gz", f"dir-archives/var-tmp/{at}.tar!/dir-archives/etc/hostname"))
        for at in range(300)
    ]
    scene = Scene(SortedFacts(facts))

    assert [one.label for one in scene.managers.all] == ["fmc-0.example"]
    assert scene.owner(Location("fmc-0.tar.gz", "dir-archives/var-tmp/7.tar!/dir-archives/etc/hostname")) is scene.managers.all[0]
