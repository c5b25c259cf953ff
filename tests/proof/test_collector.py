"""The collector, pasted as printed on the appliances of the lab: it changes nothing, prints no key, and its output answers what it is for,
also when it was copied from a console of 80 columns."""

from __future__ import annotations

import pytest

from analyzer.model.certificate import Certificate, CertificateDates, ChainVerdict, KeyDigest
from analyzer.model.facts import Fact
from analyzer.model.location import Location
from analyzer.model.log import LogEvent
from analyzer.model.member import Member
from analyzer.model.outputs import AbsentFile, ApplianceIdentity, ListedFile, PeerStatus, PushFailure, ReachabilityNote, TunnelProcess
from analyzer.model.passage import Passage
from analyzer.model.plan import Command, Place, Word
from analyzer.prescribe.collector import Part, script
from analyzer.prescribe.shell import render
from analyzer.read.context import ReadContext
from analyzer.read.members import read_member
from tests.lab.cast import COLLECTED, Appliance
from tests.lab.chroot import type_in, why_not
from tests.lab.world import World
from tests.proof import test_commands_repair as commands

_REASON = why_not()
pytestmark = pytest.mark.skipif(bool(_REASON), reason=_REASON or "can run")

OF_MANAGER = (
    Part.CA,
    Part.TUNNELS,
    Part.IDENTITY,
    Part.VDB,
    Part.SCRIPT,
    Part.FAILED_PUSH,
    Part.PROCESS,
    Part.SOCKETS,
    Part.LOG,
)
OF_DEVICE = (Part.TUNNELS, Part.MANAGERS, Part.IDENTITY, Part.SETS, Part.PROCESS, Part.LOG)


def console(text: str, width: int) -> str:
    """What is copied from a terminal of that width."""
    return "\n".join(line[at : at + width] for line in text.splitlines() for at in range(0, max(1, len(line)), width)) + "\n"


def pasted(world: World, box: Appliance, place: Place, parts: tuple[Part, ...]) -> str:
    command = Command(words=(Word(("sh",)),), here_document=script(place, parts))
    was = world.files(box)
    status, printed = type_in(world.root(box), render(command), (), lambda name, words, typed: world.tool(box, name, words, typed))
    assert status == 0, printed
    assert world.files(box) == was
    assert "PRIVATE KEY" not in printed
    return printed


def read(text: str) -> list[Fact]:
    member = Member(Location("collected.txt"), "collected.txt", len(text), COLLECTED, lambda: iter([text.encode()]))
    return list(read_member(member, ReadContext(COLLECTED)))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("collector") / "world", commands.TOLD["missed-renewal-script"][0]().sites)


@pytest.mark.parametrize("width", [10_000, 80])
def test_the_collector_of_a_manager_answers(world: World, width: int) -> None:
    site = world.sites[0]
    facts = read(console(pasted(world, site.fmc, Place.FMC_EXPERT, OF_MANAGER), width))

    def of(kind: type) -> list:
        return [fact for fact in facts if isinstance(fact, kind)]

    (dates,) = of(CertificateDates)
    (ca,) = of(Certificate)
    assert dates.of_internal_ca
    assert (dates.path, dates.not_after, dates.sha256) == ("/etc/sf/ca_root/cacert.pem", ca.not_after, ca.sha256)
    assert {fact.key: fact.value for fact in of(ApplianceIdentity)}["APPLIANCE_UUID"] == site.fmc.uuid
    assert "VDB_VERSION" in {fact.key for fact in of(ApplianceIdentity)}
    assert len({fact.peer_address for fact in of(PeerStatus)}) == len(site.tunnels)
    assert of(TunnelProcess)
    assert of(ReachabilityNote)
    assert of(LogEvent)
    assert of(PushFailure)
    assert [one for one in (*of(AbsentFile), *of(ListedFile)) if "generate_certs.pl" in getattr(one, "path", getattr(one, "name", ""))]
    assert {passage.host for passage in of(Passage) if passage.command} == {dates.host}


@pytest.mark.parametrize("width", [10_000, 80])
def test_the_collector_of_a_device_answers(world: World, width: int) -> None:
    device = world.devices[0]
    managers = {site.fmc.uuid for site in world.managing(device)}
    facts = read(console(pasted(world, device, Place.FTD_EXPERT, OF_DEVICE), width))

    def of(kind: type) -> list:
        return [fact for fact in facts if isinstance(fact, kind)]

    folders = {f"/var/sf/peers/{uuid}" for uuid in managers}
    assert {fact.path for fact in of(CertificateDates)} == {f"{one}/{name}.pem" for one in folders for name in ("cacert", "sftunnel-cert")}
    assert len(of(Certificate)) == 2 * len(folders)
    assert {fact.leaf_path for fact in of(ChainVerdict)} == {f"{one}/sftunnel-cert.pem" for one in folders}
    assert {fact.path for fact in of(KeyDigest)} == {f"{one}/{name}.pem" for one in folders for name in ("sftunnel-cert", "sftunnel-key")}
    assert len({fact.digest for fact in of(KeyDigest)}) == len(folders)
    assert {fact.folder for fact in of(ListedFile)} == folders
    assert {fact.key: fact.value for fact in of(ApplianceIdentity)}["APPLIANCE_UUID"] == device.uuid
    assert of(PeerStatus)
    assert of(TunnelProcess)


@pytest.mark.parametrize("parts", [(Part.CA,), (Part.SETS,), (Part.IDENTITY, Part.LOG)])
def test_it_prints_no_more_than_what_is_missing(parts: tuple[Part, ...]) -> None:
    lines = "\n".join(script(Place.FTD_EXPERT, parts))

    assert ("openssl" in lines) is (Part.SETS in parts)
    assert ("ims.conf" in lines) is (Part.IDENTITY in parts)
    assert "sftunnel_status" not in lines


def test_a_folder_of_another_name_is_left_alone(world: World) -> None:
    device = world.devices[0]
    odd = world.root(device) / "var/sf/peers/$(touch x)-a-b-c-d"
    odd.mkdir()
    try:
        printed = pasted(world, device, Place.FTD_EXPERT, (Part.SETS,))
    finally:
        odd.rmdir()

    assert "touch" not in printed
