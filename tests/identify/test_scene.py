"""Whose file and whose output it is, when the evidence does not stand in the tree of a box."""

from __future__ import annotations

import pytest

from analyzer.identify.scene import Scene
from analyzer.identify.sorted_facts import SortedFacts
from analyzer.join.build import build_case
from analyzer.model.answer import Known, Missing
from analyzer.model.case import Case, TunnelState
from analyzer.model.facts import Fact
from analyzer.model.location import Location
from analyzer.model.log import LogEvent, LogKind
from analyzer.model.outputs import Management, ManagerEntry, PeerStatus
from analyzer.read import logs
from analyzer.read.context import ReadContext
from analyzer.read.text import read_text
from tests.builders.cases import utc
from tests.join.builders_facts import (
    FMC_UUID,
    FTD2_UUID,
    FTD_UUID,
    OTHER_FMC_UUID,
    fmc_box,
    ftd_box,
    here,
    identity,
    peer_status,
    peers_map,
    push_failure,
)

AS_OF = utc("2026-11-23")


def case_of(*facts: Fact) -> Case:
    return build_case(facts, AS_OF)


def tunnel_states(case: Case) -> dict[str, str]:
    return {t.label: t.state.value.value if isinstance(t.state, Known) else "unknown" for t in case.tunnels}


def up(name: str = "", address: str = "", **fields: object) -> PeerStatus:
    said = {"control": True, "event": True, "taken": utc("2026-11-22"), "command": "sftunnel_status.pl", **fields}
    return peer_status(peer_name=name, peer_address=address, **said)


def entry(host: str, bundle: str = "ftd.tar.gz", identifier: str = "", name: str = "") -> ManagerEntry:
    member = "command-outputs/usr-local-sf-bin-sfcli.pl show managers.output"
    return ManagerEntry(Management.MANAGER, host, "Completed", identifier, name, here(bundle, member, text=host))


def line(kind: LogKind, number: int = 1, peer: str = "", host: str = "ftd-1", artifact: str = "messages", **fields: object) -> LogEvent:
    when = utc("2026-11-22T10:00:00")
    return LogEvent(kind, when, "", "", host, 1, 2, "INFO", "", here(artifact, line=number), peer=peer, **fields)  # type: ignore[arg-type]


def test_a_loose_status_output_without_a_prompt_is_the_only_managers() -> None:
    case = case_of(*fmc_box(), up("ftd-1", "192.0.2.11"))

    assert tunnel_states(case) == {"ftd-1 with fmc-1.example": "connected"}


def test_a_prompt_names_the_manager_that_ran_the_command() -> None:
    two = [*fmc_box(), *fmc_box("fmc-2.tar.gz", OTHER_FMC_UUID, "fmc-2.example")]
    case = case_of(*two, up("ftd-1", "192.0.2.11", host="fmc-2"))

    assert tunnel_states(case) == {"ftd-1 with fmc-2.example": "connected"}


def test_with_two_managers_and_no_sign_of_which_one_an_output_is_of_a_manager_of_its_own() -> None:
    two = [*fmc_box(), *fmc_box("fmc-2.tar.gz", OTHER_FMC_UUID, "fmc-2.example")]
    case = case_of(*two, up("ftd-1", "192.0.2.11"))

    assert tunnel_states(case) == {"ftd-1 with FMC of status.txt": "connected"}


def test_an_output_that_shows_no_role_makes_no_appliance_and_is_said_to_be_unassigned() -> None:
    case = case_of(up("gw-1", "192.0.2.11", command=""))

    assert (case.managers, case.devices) == ((), ())
    assert any("whether that is an FMC or a device" in notice.text for notice in case.notices)


def test_a_status_output_that_talks_of_the_manager_was_run_on_a_device() -> None:
    case = case_of(*fmc_box(), up("fmc-1.example", host="ftd-1"))

    assert tunnel_states(case) == {"ftd-1 with fmc-1.example": "connected"}


def test_a_brief_status_is_a_devices_even_when_nobody_is_known() -> None:
    case = case_of(up(address="198.51.100.7", command="sftunnel-status-brief"))

    assert [m.label for m in case.managers] == ["198.51.100.7"]
    assert list(tunnel_states(case).values()) == ["connected"]


def test_a_status_output_alone_makes_a_manager_without_a_name() -> None:
    case = case_of(up("ftd-1", "192.0.2.11"))
    (manager,) = case.managers

    assert manager.label == "FMC of status.txt"
    assert isinstance(manager.uuid, Missing)
    assert tunnel_states(case) == {"ftd-1 with FMC of status.txt": "connected"}


def test_the_addresses_in_a_loose_output_are_the_addresses_of_its_runner() -> None:
    case = case_of(*fmc_box(), identity("ADDRESS", "198.51.100.7", here("status.txt", line=5)), up("ftd-1", "192.0.2.11"))

    assert isinstance(case.managers[0].address, Known)
    assert case.managers[0].address.value == "198.51.100.7"


def test_a_link_local_address_is_nobodys() -> None:
    case = case_of(*fmc_box(), identity("ADDRESS", "169.254.1.2", here("status.txt", line=5)), up("ftd-1", "192.0.2.11"))

    assert isinstance(case.managers[0].address, Missing)


def test_a_block_that_lost_its_peer_line_belongs_to_the_only_tunnel_of_the_box() -> None:
    brief = here("ftd.tar.gz", "command-outputs/sftunnel-status-brief.output")
    status = peer_status(brief, control=False, event=False, last_disconnect=utc("2026-11-20"), taken=utc("2026-11-22"))
    case = case_of(*ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), status)

    assert tunnel_states(case) == {f"ftd-1 with {FMC_UUID}": TunnelState.DOWN.value}


def test_the_two_managers_of_a_pair_are_no_device_of_each_other() -> None:
    brief = here("fmc.tar.gz", "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output")
    two = [*fmc_box(), *fmc_box("fmc-2.tar.gz", OTHER_FMC_UUID, "fmc-2.example")]
    case = case_of(*two, peer_status(brief, peer_name="fmc-2.example", control=True, event=True))

    assert case.devices == ()
    assert {m.ha_peer for m in case.managers} == {m.key for m in case.managers}


def test_show_managers_gives_the_address_of_the_manager_whose_folder_the_device_holds() -> None:
    case = case_of(*ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), entry("198.51.100.7"))
    (manager,) = case.managers

    assert isinstance(manager.address, Known)
    assert manager.address.value == "198.51.100.7"


def test_show_managers_without_identifier_is_not_guessed_between_two() -> None:
    case = case_of(*ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), peers_map("ftd.tar.gz", OTHER_FMC_UUID), entry("198.51.100.7"))

    assert len(case.managers) == 2
    assert all(isinstance(m.address, Missing) for m in case.managers)


def test_show_managers_with_an_identifier_names_a_manager_of_its_own() -> None:
    case = case_of(*ftd_box(), entry("198.51.100.7", identifier=FMC_UUID, name="fmc-1"))

    assert [(m.label, m.uuid.value if isinstance(m.uuid, Known) else "") for m in case.managers] == [("fmc-1", FMC_UUID)]


@pytest.mark.parametrize(
    "path", ["evidence/ftd-1/cacert.pem", "evidence/ftd-1-sftunnel-cert.pem", "evidence/ftd-1.pem", f"{FTD_UUID}/x.pem"]
)
def test_a_loose_file_is_the_devices_that_its_folder_or_name_says(path: str) -> None:
    scene = Scene(SortedFacts([push_failure()]))
    owner = scene.owner(Location(path))

    assert owner is not None
    assert owner.label == "ftd-1"


@pytest.mark.parametrize("path", ["evidence/cacert.pem", "evidence/ftd-10/cacert.pem", "evidence/old-ftd-1x.pem"])
def test_a_loose_file_with_another_name_is_nobodys(path: str) -> None:
    assert Scene(SortedFacts([push_failure()])).owner(Location(path)) is None


def test_lines_of_a_manager_that_name_no_peer_are_not_given_to_one_of_several_devices() -> None:
    bundle_line = here("fmc.tar.gz", "dir-archives/var-log/messages")
    event = LogEvent(LogKind.CONNECTION_FAILED, utc("2026-11-22"), "", "", "fmc-1", 1, 2, "ERROR", "", bundle_line)
    case = case_of(*fmc_box(), push_failure(), push_failure(FTD2_UUID, "ftd-2", "192.0.2.12"), event)

    assert [t.attempts for t in case.tunnels] == [(), ()]
    assert any("without a peer, so it is unknown" in notice.text for notice in case.notices)


def manager_log(host: str, peer: str, artifact: str) -> list[Fact]:
    """A failed attempt as the log of a manager tells it."""
    told = [
        "SSL_renegotiate error: 1: error:0A000415:SSL routines::sslv3 alert certificate expired",
        "establishConnectionUtil: SSL handshake failed",
        f"establishConnectionUtil: Failed to connect to peer {peer}",
    ]
    lines = "\n".join(f"Nov 20 04:10:47 {host} SF-IMS[50]: [7] sftunnel:sf_ssl [ERROR] {one}" for one in told)
    text = read_text([lines.encode()], Location(artifact), "messages", utc("2026-11-21"))
    return list(logs.read(text, ReadContext(as_of=AS_OF)))


def test_logs_of_two_managers_in_one_folder_are_two_cases() -> None:
    case = case_of(*manager_log("fmc-1", "192.0.2.11", "mix/a/messages"), *manager_log("hq-fmc", "203.0.113.11", "mix/b/messages"))

    assert sorted(t.label for t in case.tunnels) == ["192.0.2.11 with fmc-1", "203.0.113.11 with hq-fmc"]


def test_two_logs_of_one_manager_are_one_case() -> None:
    case = case_of(*manager_log("fmc-1", "192.0.2.11", "a/messages"), *manager_log("fmc-1.example", "192.0.2.12", "b/messages"))

    assert sorted(t.label for t in case.tunnels) == ["192.0.2.11 with fmc-1", "192.0.2.12 with fmc-1"]


def test_two_managers_that_speak_for_themselves_and_share_no_word_are_two() -> None:
    """The bundle has the factory name, the log a host of its own: nothing says that they are one, and each has its own CA."""
    case = case_of(*fmc_box(name="firepower"), *manager_log("fmc-1", "192.0.2.11", "messages"))

    assert [t.label for t in case.tunnels] == ["192.0.2.11 with fmc-1"]
    assert len(case.managers) == 2


def test_the_log_of_a_manager_with_the_factory_name_is_that_of_the_only_manager_and_says_that_this_is_assumed() -> None:
    case = case_of(*fmc_box(), *manager_log("firepower", "192.0.2.11", "messages"))

    assert [t.label for t in case.tunnels] == ["192.0.2.11 with fmc-1.example"]


def test_a_file_that_is_pushed_to_a_uuid_links_the_two() -> None:
    member = "dir-archives/var-log/messages"
    event = LogEvent(LogKind.FILE_TRANSFER, utc("2026-11-22"), "", "", "fmc-1", 1, 2, "INFO", "", here("fmc.tar.gz", member), peer=FTD_UUID)
    case = case_of(*fmc_box(), push_failure(), event)

    assert [t.label for t in case.tunnels] == ["ftd-1 with fmc-1.example"]


def test_the_log_of_a_device_dials_the_only_manager_that_it_is_linked_to() -> None:
    case = case_of(
        *ftd_box(name="ftd-1"),
        peers_map("ftd.tar.gz", FMC_UUID),
        line(LogKind.TCP_CONNECTED, 1, "198.51.100.7"),
        line(LogKind.VERIFY_ERROR, 2, verify_code=10),
    )
    (manager,) = case.managers

    assert isinstance(manager.address, Known)
    assert manager.address.value == "198.51.100.7"
    assert tunnel_states(case) == {"ftd-1 with 198.51.100.7": "down"}


def test_a_known_manager_with_another_address_is_not_the_one_that_was_dialled() -> None:
    case = case_of(
        *ftd_box(name="ftd-1"),
        entry("203.0.113.9", identifier=FMC_UUID),
        line(LogKind.TCP_CONNECTED, 1, "198.51.100.7"),
        line(LogKind.VERIFY_ERROR, 2, verify_code=10),
    )

    assert tunnel_states(case) == {"ftd-1 with 198.51.100.7": "down", "ftd-1 with 203.0.113.9": "unknown"}


def test_a_devices_version_as_its_manager_sees_it() -> None:
    case = case_of(*fmc_box(), up("ftd-1", "192.0.2.11", sw_version="7.2.5", sw_build="208"))
    (device,) = case.devices

    assert isinstance(device.version, Known)
    assert device.version.value == "7.2.5"
