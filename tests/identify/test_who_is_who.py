"""Which mentions are one appliance, which are kept apart, and what is given to nobody."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from analyzer.identify.scene import Scene
from analyzer.identify.sorted_facts import SortedFacts
from analyzer.join.build import build_case
from analyzer.model.answer import Conflicting, Known, Missing
from analyzer.model.case import Case
from analyzer.model.facts import Fact
from analyzer.model.identity import MergeKind, UnassignedKind
from analyzer.model.location import Evidence, Location
from analyzer.model.log import LogEvent, LogKind
from analyzer.model.outputs import (
    ApplianceIdentity,
    CertificateCopy,
    CopyOutcome,
    GenerateCertsRun,
    Management,
    ManagerEntry,
    PeerStatus,
    PushFailure,
    TunnelProcess,
)
from analyzer.model.passage import Passage, Shell
from tests.builders.cases import utc
from tests.join.builders_facts import (
    FMC_UUID,
    FTD2_UUID,
    FTD_UUID,
    OTHER_FMC_UUID,
    box,
    fmc_box,
    ftd_box,
    here,
    identity,
    peer_status,
    peers_map,
    push_failure,
)

AS_OF = utc("2026-11-23")
ON_FMC = "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output"


def scene(*facts: Fact) -> Scene:
    return Scene(SortedFacts(facts))


def labels(*facts: Fact) -> tuple[list[str], list[str]]:
    found = scene(*facts)
    return sorted(one.label for one in found.managers.all), sorted(one.label for one in found.devices.all)


def seen(name: str = "", address: str = "", line: int = 1, file: str = "status.txt", host: str = "fmc-1", **more: object) -> PeerStatus:
    """A block of a status output of an FMC, at its prompt."""
    said = {"control": True, "event": True, "command": "sftunnel_status.pl", "host": host, **more}
    return peer_status(here(file, line=line), peer_name=name, peer_address=address, **said)


def in_bundle(name: str, address: str = "", line: int = 1, **more: object) -> PeerStatus:
    """A block of the status output in the bundle of the FMC."""
    return peer_status(here("fmc.tar.gz", ON_FMC, line), peer_name=name, peer_address=address, control=True, event=True, **more)


def brief(file: str, peer: str = "198.51.100.7", text: str = "PEER:198.51.100.7") -> PeerStatus:
    """A block of the device's own brief output, without a prompt."""
    return peer_status(here(file, text=text), peer_address=peer, control=False, event=False, command="sftunnel-status-brief")


def failed(host: str, peer: str, line: int = 1, file: str = "messages", side: str = "manager", second: int = 0) -> LogEvent:
    message = "establishSSLConnection: Failed" if side == "manager" else "Connect:SSL handshake failed"
    kind = LogKind.CONNECTION_FAILED if side == "manager" else LogKind.HANDSHAKE_FAILED
    when = utc(f"2026-11-22T10:00:{second:02d}")
    return LogEvent(kind, when, "", "", host, 5, 7, "ERROR", message, here(file, line=line, text=f"{message} {peer}"), peer=peer)


def prompt(file: str, line: int, last: int, host: str = "", command: str = "", folder: str = "", **more: object) -> Passage:
    shell = Shell.EXPERT if host else Shell.CLISH
    return Passage(Evidence(Location(file, "", line, last), ""), host=host, command=command, folder=folder, shell=shell, **more)  # type: ignore[arg-type]


# -- strong identifiers ------------------------------------------------------------------------------------------------------------------


def test_a_uuid_joins_whatever_the_names_are() -> None:
    found = scene(push_failure(name="branch 7"), *ftd_box(name="ftd-1"))
    (device,) = found.devices.all

    assert set(device.name.seen) == {"branch 7", "ftd-1"}
    assert [(one.kind, one.value) for one in device.merged if one.kind is MergeKind.UUID] == [(MergeKind.UUID, FTD_UUID)]


def test_each_merge_names_the_places_of_both() -> None:
    (device,) = scene(push_failure(), *ftd_box()).devices.all
    (merge,) = [one for one in device.merged if one.kind is MergeKind.UUID]

    assert {place.location.artifact for place in merge.evidence} == {"FAILED_PUSH", "ftd.tar.gz"}


def test_two_uuids_are_two_devices_even_with_one_name_and_one_address() -> None:
    found = scene(push_failure(FTD_UUID, "gw", "192.0.2.11"), push_failure(FTD2_UUID, "gw", "192.0.2.11"))

    assert {one.uuid.first() for one in found.devices.all} == {FTD_UUID, FTD2_UUID}
    assert found.devices.find(name="gw") is None
    assert found.devices.find(address="192.0.2.11") is None


# -- names -------------------------------------------------------------------------------------------------------------------------------


def test_a_short_name_is_the_full_one_where_there_is_one_only() -> None:
    assert labels(*fmc_box(), in_bundle("fw01.berlin.example", "192.0.2.51"), failed("fw01", "198.51.100.7", side="device"))[1] == [
        "fw01.berlin.example"
    ]


def test_two_full_names_with_one_short_name_are_two_devices_and_the_short_one_is_neither() -> None:
    found = scene(
        *fmc_box(),
        in_bundle("fw01.berlin.example", "192.0.2.51"),
        in_bundle("fw01.paris.example", "192.0.2.52", 9),
        failed("fw01", "198.51.100.7", side="device"),
    )

    assert {"fw01.berlin.example", "fw01.paris.example"} <= {one.label for one in found.devices.all}
    assert found.devices.find(name="fw01") is None
    assert len(found.devices.all) == 3  # the log is of a third that nothing joins to one of the two


def test_a_short_name_in_a_log_is_not_the_one_full_name_that_its_own_prompt_shows_where_an_fmc_lists_others() -> None:
    shown = peer_status(here("kiel.txt"), peer_name="fmc-1", peer_address="198.51.100.7", host="edge1.kiel.example", interface="tap_nlp")
    found = scene(
        *fmc_box(), in_bundle("edge1.jena.example", "192.0.2.51"), shown, failed("edge1", "198.51.100.7", file="edge1.log", side="device")
    )

    assert sorted(one.label for one in found.devices.all) == ["edge1", "edge1.jena.example", "edge1.kiel.example"]


def test_a_bare_name_that_is_the_short_one_of_two_full_names_joins_nothing() -> None:
    shown = peer_status(here("a.txt"), peer_name="fmc-1", peer_address="198.51.100.7", host="edge1", interface="tap_nlp")
    rows = [in_bundle("edge1.jena.example", "192.0.2.51"), in_bundle("edge1.cork.example", "192.0.2.52", 9)]
    found = scene(*fmc_box(), *rows, shown, failed("edge1", "198.51.100.7", file="log", side="device"))

    assert found.speaker(shown) is not found.speaker(failed("edge1", "198.51.100.7", file="log", side="device"))


@pytest.mark.parametrize("name", ["firepower", "ciscoasa", "localhost", "ftd"])
def test_a_factory_name_joins_nothing_across_files(name: str) -> None:
    first, second = failed(name, "198.51.100.7", file="a/log", side="device"), failed(name, "203.0.113.7", file="b/log", side="device")

    assert len(scene(first, second).devices.all) == 2


def test_a_factory_name_joins_the_outputs_of_one_session() -> None:
    two = (prompt("t.txt", 1, 4, "firepower", "sftunnel_status.pl"), prompt("t.txt", 5, 9, "firepower", "cat /etc/sf/ims.conf"))
    status = seen("ftd-1", "192.0.2.11", line=2, file="t.txt", host="firepower")
    found = scene(
        *two, status, identity("APPLIANCE_UUID", FMC_UUID, here("t.txt", line=6)), identity("MODEL", "FMC", here("t.txt", line=7))
    )
    (manager,) = found.managers.all

    assert manager.uuid.first() == FMC_UUID
    assert [one.label for one in found.devices_of(manager)] == ["ftd-1"]


def test_an_fmc_and_a_device_at_one_factory_name_in_one_session_are_two() -> None:
    two = (
        prompt("t.txt", 1, 4, "firepower", "ls -l /etc/sf/ca_root"),
        prompt("t.txt", 5, 9, "firepower", "tail messages", "/ngfw/var/log"),
    )
    found = scene(*two, TunnelProcess(None, True, 1, here("t.txt", line=2)), failed("firepower", "198.51.100.7", 6, "t.txt", side="device"))

    assert [len(found.managers.all), len(found.devices.all)] == [1, 1]
    assert found.speaker(failed("firepower", "198.51.100.7", 6, "t.txt", side="device")) is found.devices.all[0]


def test_a_name_that_several_devices_of_an_fmc_have_names_none_of_them() -> None:
    run = GenerateCertsRun(None, None, True, True, (("firepower", "/x", here("gen.txt", line=3)),), None, here("gen.txt"), "fmc-1")
    found = scene(
        *fmc_box(),
        in_bundle("firepower", "192.0.2.11", 1, peer_uuid=FTD_UUID),
        in_bundle("firepower", "192.0.2.12", 9, peer_uuid=FTD2_UUID),
        run,
    )

    assert len(found.devices.all) == 2
    assert found.pushed(run, "firepower") is None
    assert [one.kind for one in found.unassigned] == [UnassignedKind.SHARED_NAME]


def test_two_rows_of_one_name_in_one_status_are_two_devices() -> None:
    assert len(labels(*fmc_box(), in_bundle("gw", line=1), in_bundle("gw", line=20))[1]) == 2


# -- addresses ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("internal", ["169.254.1.3", "127.0.0.1", "fe80::3", "224.0.0.9"])
def test_an_internal_address_joins_nobody(internal: str) -> None:
    first, second = (
        peer_status(here(f"{name}.txt"), peer_address="198.51.100.7", command="sftunnel-status-brief", local_addresses=(internal,))
        for name in ("branch-a", "branch-b")
    )
    found = scene(first, second)

    assert sorted(one.label for one in found.devices.all) == ["branch-a", "branch-b"]
    assert not any(one.address.seen for one in found.devices.all)


def test_attempts_from_an_address_that_two_devices_share_are_counted_and_given_to_none() -> None:
    lines = [failed("fmc-1.example", "192.0.2.11", number + 1, "fmc.log", second=number % 60) for number in range(50)]
    case = build_case([*fmc_box(), in_bundle("berlin", "192.0.2.11"), in_bundle("seoul", "192.0.2.11", 9), *lines], AS_OF)
    (left,) = [one for one in case.unassigned if one.kind is UnassignedKind.SHARED_ADDRESS]

    assert [one.label for one in case.devices] == ["berlin", "seoul"]
    assert (left.value, left.count > 0) == ("192.0.2.11", True)
    assert all(not tunnel.attempts for tunnel in case.tunnels)


def test_an_address_that_no_list_of_the_fmc_names_is_a_strangers() -> None:
    case = build_case([*fmc_box(), in_bundle("berlin", "192.0.2.11"), failed("fmc-1.example", "203.0.113.50", file="fmc.log")], AS_OF)

    assert [one.label for one in case.devices] == ["berlin"]
    assert [(one.kind, one.value) for one in case.unassigned] == [(UnassignedKind.STRANGER, "203.0.113.50")]


def test_where_the_fmc_is_not_known_to_list_its_devices_an_address_in_its_log_is_one() -> None:
    assert labels(failed("fmc-1", "192.0.2.11"))[1] == ["192.0.2.11"]


# -- outputs without a name --------------------------------------------------------------------------------------------------------------


def test_two_outputs_without_a_name_are_two_devices() -> None:
    assert labels(brief("ftd-lima.txt"), brief("ftd-seoul.txt"))[1] == ["ftd-lima", "ftd-seoul"]


def test_the_only_known_device_is_not_the_one_of_an_output_without_a_name() -> None:
    found = scene(push_failure(), brief("brief.txt"))

    assert sorted(one.label for one in found.devices.all) == ["device of brief.txt", "ftd-1"]


def test_one_output_given_twice_is_one_device() -> None:
    assert len(labels(brief("brief.txt"), brief("again/brief.txt"))[1]) == 1


def test_the_same_words_in_two_files_that_bear_two_names_are_two_devices() -> None:
    assert len(labels(brief("ftd-lima.txt"), brief("ftd-seoul.txt"), brief("copy/ftd-lima.txt"))[1]) == 2


def test_a_command_that_is_repeated_without_a_name_is_of_another_device() -> None:
    parts = (prompt("t.txt", 1, 4, command="sftunnel-status-brief"), prompt("t.txt", 5, 9, command="sftunnel-status-brief", output=1))
    one, two = (peer_status(here("t.txt", line=line), peer_address="198.51.100.7", control=line == 2, event=True) for line in (2, 6))

    assert len(scene(*parts, one, two).devices.all) == 2


def test_a_file_that_bears_the_name_of_a_known_device_is_its() -> None:
    found = scene(push_failure(), brief("ftd-1.txt"))
    (device,) = found.devices.all

    assert found.speaker(brief("ftd-1.txt")) is device


# -- roles -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "role"),
    [
        ([ManagerEntry(Management.MANAGER, "198.51.100.7", "", "", "", here("t.txt"))], "device"),
        ([GenerateCertsRun(None, None, True, True, (), None, here("t.txt"))], "manager"),
        ([TunnelProcess(None, True, 1, here("t.txt"), program="/ngfw/usr/local/sf/bin/sftunnel")], "device"),
        ([failed("gw", "192.0.2.9", file="t.txt", side="manager")], "manager"),
        ([failed("gw", "192.0.2.9", file="t.txt", side="device")], "device"),
        ([peer_status(here("t.txt"), peer_address="192.0.2.9", command="sftunnel-status-brief", control=True)], "device"),
        (
            [peer_status(here("t.txt"), peer_address="192.0.2.9", command="/ngfw/usr/local/sf/bin/sftunnel_status.pl", control=True)],
            "device",
        ),
        ([peer_status(here("t.txt"), peer_address="192.0.2.9", paths=("/var/sf/peers/x/cacert.pem",), control=True)], "device"),
        ([peer_status(here("t.txt"), peer_address="192.0.2.9", paths=("/etc/sf/ca_root/cacert.pem",), control=True)], "manager"),
        ([peer_status(here("t.txt"), peer_address="192.0.2.9", interface="tap_nlp", control=True)], "device"),
        ([peer_status(here("t.txt"), peer_address="192.0.2.9", command="sftunnel_status.pl", control=True)], "manager"),
        ([peer_status(here("t.txt"), peer_address="192.0.2.9", control=True)], None),
        ([identity("MODEL", "Cisco Secure Firewall Management Center", here("t.txt")), brief("t.txt")], "manager"),
    ],
)
def test_the_role_is_concluded_from_what_the_evidence_shows(facts: Sequence[Fact], role: str | None) -> None:
    speaker = scene(*facts).speaker(facts[0])

    assert (None if speaker is None else "manager" if speaker.manager else "device") == role


@pytest.mark.parametrize(
    ("host", "folder", "role"),
    [
        ("ftd-lima", "~", "device"),
        ("FTD.lima.example", "/", "device"),
        ("edge-7", "/home/admin", "device"),
        ("fmc-lima", "/Volume/home/admin", "manager"),
        ("core-7", "~", "manager"),
    ],
)
def test_the_bare_status_script_says_less_than_the_name_or_the_home_of_a_device(host: str, folder: str, role: str) -> None:
    typed = prompt("t.txt", 1, 9, host, "sftunnel_status.pl", folder)
    down = peer_status(here("t.txt", line=4), peer_address="192.0.2.9", command="sftunnel_status.pl", host=host, control=False)
    speaker = scene(typed, down).speaker(down)

    assert speaker is not None
    assert ("manager" if speaker.manager else "device") == role


def test_signs_of_one_weight_that_contradict_each_other_make_no_role_and_are_said() -> None:
    torn = [
        GenerateCertsRun(None, None, True, True, (), None, here("t.txt")),
        ManagerEntry(Management.MANAGER, "198.51.100.7", "", "", "", here("t.txt", line=9)),
    ]
    case = build_case(torn, AS_OF)

    assert [one.kind for one in case.unassigned] == [UnassignedKind.TORN_ROLE]
    assert any("contradict" in notice.text and notice.grave for notice in case.notices)


def test_a_status_that_talks_of_a_known_fmc_only_was_taken_on_a_device() -> None:
    found = scene(*fmc_box(), seen("fmc-1.example", host="gw-1"))

    assert [one.label for one in found.devices.all] == ["gw-1"]


# -- high availability -------------------------------------------------------------------------------------------------------------------


def peer_conf(model: str) -> list[ApplianceIdentity]:
    member = f"dir-archives/var-sf-peers/{OTHER_FMC_UUID}/ims.conf"
    return [identity("MODEL", model, here("fmc.tar.gz", member))]


def test_a_peer_folder_with_the_model_of_an_fmc_is_the_other_of_the_pair() -> None:
    found = scene(*fmc_box(), *peer_conf("Cisco Firepower Management Center"), in_bundle("fmc-2", "198.51.100.8", peer_uuid=OTHER_FMC_UUID))
    mine = found.managers.find(uuid=FMC_UUID)

    assert mine is not None
    assert found.devices.all == []
    assert found.ha_peer(mine) is found.managers.find(uuid=OTHER_FMC_UUID)


def test_a_peer_folder_with_the_model_of_a_device_is_a_device() -> None:
    found = scene(*fmc_box(), *peer_conf("Cisco Firepower 1120 Threat Defense"))

    assert [one.uuid.first() for one in found.devices.all] == [OTHER_FMC_UUID]


def test_the_folder_of_a_former_fmc_is_no_second_tunnel_and_no_pair() -> None:
    folder = identity("SWVERSION", "7.2", here("ftd.tar.gz", f"dir-archives/var-sf-peers/{OTHER_FMC_UUID}/ims.conf"))
    found = scene(*ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), folder, *fmc_box(), *fmc_box("old.tar.gz", OTHER_FMC_UUID, "old-fmc"))
    (device,) = found.devices.all

    assert [one.uuid.first() for one in found.managers_of(device)] == [FMC_UUID]
    assert found.ha_pairs == []


# -- whose word counts -------------------------------------------------------------------------------------------------------------------


def addressed(case: Case) -> object:
    (device,) = [one for one in case.devices if isinstance(one.uuid, Known) and one.uuid.value == FTD_UUID]
    return device.address.value if isinstance(device.address, Known) else type(device.address)


def listed(artifact: str, address: str, member: str = "") -> PushFailure:
    evidence = here(artifact, member, text=address)
    return PushFailure(FTD_UUID, "ftd-1", address, "", f"/var/sf/peers/{FMC_UUID}/cacert.pem", FMC_UUID, 1728915794, False, evidence)


OF_FMC = "dir-archives/var-tmp-certs/1728915794/FAILED_PUSH"


@pytest.mark.parametrize("artifact", ["a-first.txt", "z-last.txt"])
def test_a_text_that_does_not_say_who_speaks_does_not_overrule_the_fmc(artifact: str) -> None:
    assert addressed(build_case([*fmc_box(), listed("fmc.tar.gz", "192.0.2.12", OF_FMC), listed(artifact, "203.0.113.99")], AS_OF)) == (
        "192.0.2.12"
    )


def test_a_text_that_does_not_say_who_speaks_counts_where_nobody_else_does() -> None:
    assert addressed(build_case([listed("FAILED_PUSH", "192.0.2.12")], AS_OF)) == "192.0.2.12"


@pytest.mark.parametrize("member", ["note.txt", "dir-archives/var-log/note.txt", "dir-archives/var/tmp/x.tar!/a.txt", OF_FMC])
def test_a_device_says_nothing_of_another_device(member: str) -> None:
    other = box("other.tar.gz", FTD2_UUID, "ftd-2", "Cisco Firepower 1120 Threat Defense")
    facts = [*fmc_box(), listed("fmc.tar.gz", "192.0.2.12", OF_FMC), *other, listed("other.tar.gz", "203.0.113.99", member)]

    assert addressed(build_case(facts, AS_OF)) == "192.0.2.12"


def test_the_address_of_the_fmc_is_never_a_devices() -> None:
    own = identity("ADDRESS", "198.51.100.7", here("fmc.tar.gz", ON_FMC, 3))

    assert addressed(build_case([*fmc_box(), own, listed("fmc.tar.gz", "198.51.100.7", OF_FMC)], AS_OF)) is Missing


def test_the_fmc_and_the_device_that_give_two_addresses_contradict_each_other() -> None:
    own = identity("ADDRESS", "192.0.2.99", here("ftd.tar.gz", "command-outputs/sftunnel_status.pl.output", 3))
    case = build_case([*fmc_box(), listed("fmc.tar.gz", "192.0.2.12", OF_FMC), *ftd_box(), own], AS_OF)

    assert addressed(case) is Conflicting
    assert any("192.0.2.99" in notice.text and "192.0.2.12" in notice.text for notice in case.notices)


def test_another_address_at_which_the_fmc_dials_the_device_may_be_that_of_a_nat_and_enters_no_list() -> None:
    own = identity("ADDRESS", "192.0.2.99", here("ftd.tar.gz", "command-outputs/sftunnel_status.pl.output", 3))
    case = build_case([*fmc_box(), in_bundle("ftd-1", "203.0.113.12", peer_uuid=FTD_UUID), *ftd_box(), own], AS_OF)

    assert addressed(case) is Missing
    assert any("203.0.113.12" in notice.text and "192.0.2.99" in notice.text and "NAT" in notice.text for notice in case.notices)


def test_one_of_several_interfaces_of_the_device_contradicts_nothing() -> None:
    own = [identity("ADDRESS", address, here("ftd.tar.gz", "command-outputs/s.output", 3)) for address in ("192.0.2.99", "192.0.2.12")]

    assert addressed(build_case([*fmc_box(), listed("fmc.tar.gz", "192.0.2.12", OF_FMC), *ftd_box(), *own], AS_OF)) == "192.0.2.12"


@pytest.mark.parametrize("given", ["$(reboot)", "127.0.0.1", "224.0.0.1", "DONTRESOLVE"])
def test_an_address_that_no_appliance_has_is_missing_with_its_place(given: str) -> None:
    (device,) = build_case([listed("FAILED_PUSH", given)], AS_OF).devices

    assert type(device.address) is Missing
    assert [place.location.artifact for place in device.address.evidence] == ["FAILED_PUSH"]


# -- archives in archives ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nested", ["dir-archives/var/log/core.tar", "core.tar", "dir-archives/var-tmp/a/b.zip"])
def test_an_archive_inside_a_bundle_is_something_that_the_appliance_keeps(nested: str) -> None:
    claims = box("ftd.tar.gz", FMC_UUID, "fmc-1.example", "Cisco Firepower Management Center")
    inside = [identity(one.key, one.value, here("ftd.tar.gz", f"{nested}!/{one.evidence.location.member}")) for one in claims]
    found = scene(*ftd_box(), *inside)

    assert [one.label for one in found.devices.all] == ["ftd-1"]
    assert found.managers.all == []
    assert found.owner(inside[0].evidence.location) is found.devices.all[0]
    assert not found.at_own_place(inside[0].evidence.location)
    assert [one.kind for one in found.unassigned] == [UnassignedKind.NESTED]


def test_bundles_in_one_archive_of_somebody_are_bundles_of_their_own() -> None:
    facts = [*box("case.zip", FMC_UUID, "fmc-1", "Firepower Management Center"), *ftd_box("case.zip")]
    moved = [
        identity(one.key, one.value, here("case.zip", f"{'fmc' if at < 3 else 'ftd'}.tar.gz!/{one.evidence.location.member}"))
        for at, one in enumerate(facts)
    ]
    found = scene(*moved)

    assert ([one.label for one in found.managers.all], [one.label for one in found.devices.all]) == (["fmc-1"], ["ftd-1"])


# -- assumptions -------------------------------------------------------------------------------------------------------------------------


def test_the_only_fmc_gets_an_output_without_a_name_and_it_is_said_that_this_is_assumed() -> None:
    status = peer_status(here("status.txt"), peer_name="ftd-1", peer_address="192.0.2.11", command="sftunnel_status.pl", control=True)
    found = scene(*fmc_box(), status)
    (manager,) = found.managers.all

    assert found.speaker(status) is manager
    assert "fmc-1.example" in found.assumed(status)
    assert [one.kind for one in manager.merged if one.assumed] == [MergeKind.ONLY_MANAGER]


def test_of_two_fmcs_neither_gets_it() -> None:
    status = peer_status(here("status.txt"), peer_name="ftd-1", peer_address="192.0.2.11", command="sftunnel_status.pl", control=True)
    found = scene(*fmc_box(), *fmc_box("b.tar.gz", OTHER_FMC_UUID, "fmc-2"), status)
    speaker = found.speaker(status)

    assert speaker is not None
    assert speaker.label == "FMC of status.txt"
    assert found.assumed(status) == ""


def test_a_copy_that_names_nobody_known_makes_a_device_of_its_own() -> None:
    copy = CertificateCopy("ftd-9", CopyOutcome.COPIED, True, None, here("copy.txt"))

    assert [one.label for one in scene(*fmc_box(), push_failure(), copy).devices.all] == ["ftd-1", "ftd-9"]


@pytest.mark.parametrize(("host", "count"), [("DONTRESOLVE", 2), ("dontresolve", 2), ("fmc-lima", 1)])
def test_an_fmc_behind_address_translation_is_not_the_one_of_another_device(host: str, count: int) -> None:
    entries = [ManagerEntry(Management.MANAGER, host, "", "Completed", "", here(file)) for file in ("ftd-a.txt", "ftd-b.txt")]

    assert len(scene(*entries).managers.all) == count
