"""sftunnel_status.pl, sftunnel-status and sftunnel-status-brief."""

from __future__ import annotations

import pytest

from analyzer.model.outputs import PeerStatus, TunnelProcess
from tests.read.outputs_builders import DEVICE, facts, utc

CHANNEL_A = "Peer channel Channel-A is valid type (CONTROL), using 'eth0', connected to '10.10.17.202' via '10.10.17.222'"
CHANNEL_B = "Peer channel Channel-B is valid type (EVENT), using 'eth0', connected to '10.10.17.202' via '10.10.17.222'"
UP = [
    "PEER:10.10.17.202",
    CHANNEL_A,
    CHANNEL_B,
    "Registration: Completed.",
    "IPv4 Connection to peer '10.10.17.202' Start Time: Wed Jun 10 14:27:12 2020 UTC",
    "Heartbeat Send Time: Mon Jun 15 09:02:08 2020 UTC",
    "Heartbeat Received Time: Mon Jun 15 09:02:16 2020 UTC",
]
DOWN = [
    "PEER:10.10.17.202",
    "Registration: Completed.",
    "Connection to peer '10.10.17.202' Attempted at Mon Jun 15 09:21:57 2020 UTC",
    "Last disconnect time : Mon Jun 15 09:19:09 2020 UTC",
    "Last disconnect reason : Both control and event channel connections with peer went down",
]
FULL = [
    "SFTUNNEL Start Time: Mon Apr 14 12:17:01 2025",
    "\tManagement Interfaces: 2",
    "\teth0 (control events) 198.51.100.7,",
    "\ttap_nlp (control events) 169.254.1.2,fd00:0:0:1::2",
    "***********************",
    "**RUN STATUS****ftd-1.example*************",
    f"\tKey File = /var/sf/peers/{DEVICE}/sftunnel-key.pem",
    "\tCipher used = TLS_AES_256_GCM_SHA384 (strength:256 bits)",
    "\tChannelA Connected: Yes, Interface eth0",
    "\tChannelB Connected: Yes, Interface eth0",
    "\tRegistration: Completed.",
    "\tIPv4 Connection to peer '198.51.100.9' Start Time: Wed Nov 12 11:00:01 2025 UTC",
    "PEER INFO:",
    "\tsw_version 7.2.5",
    "\tsw_build 208",
    "\teth0 (control events) 198.51.100.9,",
    "\tPeer channel Channel-A is valid type (CONTROL), using 'eth0', connected to '198.51.100.9' via '198.51.100.7'",
    "\tPeer channel Channel-B is valid type (EVENT), using 'eth0', connected to '198.51.100.9' via '198.51.100.7'",
    "\tTOTAL TRANSMITTED MESSAGES <3> for Identity service",
    "\tHeartbeat Send Time: Wed Nov 12 11:20:01 2025 UTC",
    "\tHeartbeat Received Time: Wed Nov 12 11:20:09 2025 UTC",
]
PROMPT = "root@fmcv72:/Volume/home/admin#"


def statuses(lines: list[str], path: str = "notes.txt") -> list[PeerStatus]:
    return [fact for fact in facts(lines, path) if isinstance(fact, PeerStatus)]


def channels(lines: list[str]) -> list[tuple[bool | None, bool | None]]:
    return [(status.control, status.event) for status in statuses(lines)]


def test_a_connected_peer_has_both_channels_and_its_times() -> None:
    status = statuses(["> sftunnel-status-brief", *UP])[0]

    assert (status.control, status.event, status.complete) == (True, True, True)
    assert status.peer_address == "10.10.17.202"
    assert status.connected_since == utc("2020-06-10 14:27:12")
    assert status.heartbeat_received == status.taken == utc("2020-06-15 09:02:16")
    assert status.local_addresses == ("10.10.17.222",)
    assert (status.interface, status.command) == ("eth0", "sftunnel-status-brief")


def test_a_down_peer_has_no_channel_lines_and_its_registration_stays_completed() -> None:
    status = statuses(DOWN)[0]

    assert (status.control, status.event, status.registration) == (False, False, "Completed")
    assert status.attempted_at == status.taken == utc("2020-06-15 09:21:57")
    assert status.last_disconnect == utc("2020-06-15 09:19:09")
    assert status.last_disconnect_reason == "Both control and event channel connections with peer went down"


def test_registration_completed_alone_does_not_tell_whether_it_is_connected() -> None:
    assert channels(DOWN[:2]) == [(None, None)]


def test_a_block_cut_before_its_channels_tells_nothing_and_says_that_it_is_cut() -> None:
    status = statuses(UP[:1] + UP[3:4])[0]

    assert (status.control, status.event, status.complete) == (None, None, False)


def test_one_channel_of_a_whole_block_is_degraded() -> None:
    assert channels([line for line in UP if line != CHANNEL_B]) == [(True, False)]


def test_one_channel_of_a_cut_block_leaves_the_other_open() -> None:
    assert channels(UP[:2]) == [(True, None)]


def test_a_connected_block_without_channel_lines_is_not_called_down_for_an_old_disconnect() -> None:
    lines = [
        "PEER:10.10.17.202",
        "IPv4 Connection to peer '10.10.17.202' Start Time: Wed Jun 10 14:27:12 2020 UTC",
        "Last disconnect time : Mon Jun 1 09:19:09 2020 UTC",
    ]

    assert channels(lines) == [(None, None)]


def test_empty_quotes_and_a_missing_peer_line_are_tolerated() -> None:
    lines = [
        "Peer channel Channel-A is valid type (CONTROL), using '', connected to '' via ''",
        "Peer channel Channel-B is valid type (EVENT), using '', connected to '' via ''",
        "Registration: Completed.",
        "IPv4 Connection to peer '' Start Time: Wed Jun 10 14:27:12 2020 UTC",
    ]
    status = statuses(lines)[0]

    assert (status.control, status.event, status.peer_address, status.registration) == (True, True, "", "Completed")


def test_a_down_block_without_peer_line_keeps_the_registration_above_it() -> None:
    status = statuses(DOWN[1:])[0]

    assert (status.registration, status.peer_address, status.control) == ("Completed", "10.10.17.202", False)


def test_two_blocks_without_peer_lines_stay_two() -> None:
    assert channels(UP[1:] + UP[1:]) == [(True, True), (True, True)]


def test_two_peers_are_two_facts() -> None:
    second = [line.replace("10.10.17.202", "10.10.17.203") for line in DOWN]

    assert [(s.peer_address, s.control) for s in statuses(UP + second)] == [("10.10.17.202", True), ("10.10.17.203", False)]


def test_the_long_form_names_the_peer_its_software_and_the_own_addresses() -> None:
    status = statuses([f"{PROMPT} sftunnel_status.pl", *FULL, PROMPT])[0]

    assert (status.peer_name, status.peer_address, status.peer_uuid) == ("ftd-1.example", "198.51.100.9", DEVICE)
    assert (status.sw_version, status.sw_build) == ("7.2.5", "208")
    assert status.local_addresses == ("198.51.100.7", "169.254.1.2", "fd00:0:0:1::2")
    assert (status.control, status.event, status.host) == (True, True, "fmcv72")


def test_the_long_form_says_when_the_process_started() -> None:
    process = next(fact for fact in facts([f"{PROMPT} sftunnel_status.pl", *FULL]) if isinstance(fact, TunnelProcess))

    assert (process.started, process.host) == (utc("2025-04-14 12:17:01"), "fmcv72")
    assert process.evidence.text == FULL[0]


def test_a_channel_said_not_connected_is_down() -> None:
    lines = ["**RUN STATUS****ftd-1*****", "ChannelA Connected: No", "ChannelB Connected: Yes, Interface eth0", PROMPT]

    assert channels(lines) == [(False, True)]


def test_the_command_of_a_bundle_file_is_its_name() -> None:
    assert statuses(FULL, "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output")[0].command == "usr-local-sf-bin-sftunnel_status.pl"


def test_an_rpc_failure_names_the_peer_asked_for() -> None:
    lines = [
        f"peer {DEVICE} did not reply at /ngfw/usr/local/sf/bin/sftunnel_status.pl line 309.",
        "Retry rpc status poll at /ngfw/usr/local/sf/bin/sftunnel_status.pl line 315.",
        "**RPC STATUS****10.1.1.1*************",
        "RPC status :Failed",
    ]
    status = statuses(lines)[0]

    assert (status.rpc_failed, status.peer_uuid, status.peer_address, status.control) == (True, DEVICE, "10.1.1.1", None)


def test_an_rpc_status_of_a_peer_seen_above_joins_its_block() -> None:
    found = statuses([*FULL, "**RPC STATUS****198.51.100.9*************", "RPC status :Failed"])

    assert [(s.control, s.rpc_failed) for s in found] == [(True, True)]


@pytest.mark.parametrize("written", ["198.51.100.9", "ftd-1.example", "FTD-1.EXAMPLE", DEVICE, DEVICE.upper()])
def test_an_rpc_status_names_the_peer_by_address_name_or_uuid(written: str) -> None:
    other = ["**RUN STATUS****ftd-2.example*************", "\tChannelA Connected: Yes, Interface eth0"]

    found = statuses([*FULL, *other, f"**RPC STATUS****{written}*************", "RPC status :Failed"])

    assert [(s.peer_name, s.rpc_failed) for s in found] == [("ftd-1.example", True), ("ftd-2.example", False)]


def test_an_rpc_status_of_a_peer_seen_twice_joins_the_first_block() -> None:
    block = ["**RUN STATUS****ftd-1*************", "\tChannelA Connected: Yes, Interface eth0"]

    found = statuses([*block, *block, "**RPC STATUS****ftd-1*************", "RPC status :Failed"])

    assert [s.rpc_failed for s in found] == [True, False]


def test_the_peer_that_was_checked_is_the_peer_of_the_block() -> None:
    lines = [
        "Check peer 10.2.2.2 at /usr/local/sf/bin/sftunnel_status.pl line 39.",
        "**RUN STATUS****ftd-2****",
        "Registration: Completed.",
    ]

    assert [s.peer_address for s in statuses(lines)] == ["10.2.2.2"]


def test_the_shell_of_another_box_is_not_the_host_of_a_clish_output() -> None:
    assert statuses([PROMPT, "> sftunnel-status-brief", *UP])[0].host == ""


def test_the_evidence_spans_the_block_and_quotes_the_lines_that_tell() -> None:
    evidence = statuses(["x", *DOWN])[0].evidence

    assert (evidence.location.line, evidence.location.last_line) == (2, 6)
    assert evidence.text == "\n".join(DOWN)


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("Mon Jun  5 09:21:57 2020 UTC", utc("2020-06-05 09:21:57")),
        ("Mon Jun 15 09:21:57 2020", utc("2020-06-15 09:21:57")),
        ("Mon Jun 15 09:21:57 UTC 2020", utc("2020-06-15 09:21:57")),
        ("Mon Jun 15 09:21:57 2020 +0900", utc("2020-06-15 00:21:57")),
        ("Mon Jun 15 09:21:57 2020 CST", None),
        ("Mon Feb 30 09:21:57 2020 UTC", None),
    ],
)
def test_times_of_outputs(said: str, means: object) -> None:
    assert statuses(["PEER:10.1.1.1", f"Connection to peer '10.1.1.1' Attempted at {said}"])[0].attempted_at == means


def test_the_line_that_names_the_uuid_lies_within_the_evidence() -> None:
    lines = [
        "noise",
        f"peer {DEVICE} did not reply at /ngfw/usr/local/sf/bin/sftunnel_status.pl line 309.",
        "**RPC STATUS****10.1.1.1*************",
        "RPC status :Failed",
    ]
    location = statuses(lines)[0].evidence.location

    assert (location.line, location.last_line) == (2, 4)


def test_two_outputs_in_one_paste_keep_their_own_addresses() -> None:
    other = [line.replace("198.51.100.7", "203.0.113.7") for line in FULL]

    assert [s.local_addresses[0] for s in statuses(FULL + other)] == ["198.51.100.7", "203.0.113.7"]
