"""show managers, pmtool status, copy_sftunnel_certs.py, netstat and ss."""

from __future__ import annotations

import pytest

from analyzer.model.outputs import (
    CertificateCopy,
    CopyOutcome,
    Management,
    ManagerEntry,
    ReachabilityNote,
    TunnelProcess,
)
from tests.read.outputs_builders import MANAGER, facts, utc

OLD_FORM = ["Type                      : Manager", "Host                      : 150.1.41.254", "Registration              : Completed"]
NEW_FORM = [
    "Type                      : Manager",
    "Host                      : fmc.example.net",
    "Display name              : HQ",
    f"Identifier                : {MANAGER}",
    "Registration              : In progress",
]


def managers(lines: list[str], path: str = "notes.txt") -> list[ManagerEntry]:
    return [fact for fact in facts(lines, path) if isinstance(fact, ManagerEntry)]


def processes(lines: list[str]) -> list[TunnelProcess]:
    return [fact for fact in facts(lines) if isinstance(fact, TunnelProcess)]


def copies(lines: list[str]) -> list[CertificateCopy]:
    return [fact for fact in facts(lines) if isinstance(fact, CertificateCopy)]


def notes(lines: list[str]) -> list[ReachabilityNote]:
    return [fact for fact in facts(lines) if isinstance(fact, ReachabilityNote)]


def test_the_older_form_of_show_managers() -> None:
    entry = managers(["> show managers", *OLD_FORM])[0]

    assert (entry.management, entry.host, entry.registration) == (Management.MANAGER, "150.1.41.254", "Completed")
    assert entry.evidence.text == "\n".join(OLD_FORM)


def test_the_newer_form_has_the_managers_uuid_and_name() -> None:
    entry = managers(NEW_FORM)[0]

    assert (entry.identifier, entry.display_name, entry.registration) == (MANAGER, "HQ", "In progress")


def test_two_managers_are_two_entries() -> None:
    assert [entry.host for entry in managers([*OLD_FORM, "", *NEW_FORM])] == ["150.1.41.254", "fmc.example.net"]


def test_the_form_without_type_counts_in_the_file_of_that_command() -> None:
    path = "command-outputs/usr-local-sf-bin-sfcli.pl show managers.output"

    assert [entry.host for entry in managers(OLD_FORM[1:], path)] == ["150.1.41.254"]


def test_host_and_registration_rows_of_something_else_are_no_manager() -> None:
    assert managers(["the manager said:", *OLD_FORM[1:]]) == []


def test_the_registration_key_is_never_quoted() -> None:
    lines = ["> show managers", "Host : 10.0.0.1", "Registration Key : Cisco123", "Registration : pending"]

    assert [entry.registration for entry in managers(lines)] == ["pending"]
    assert "Cisco123" not in repr(facts(lines))


@pytest.mark.parametrize("said", ["No managers configured.", "No Managers Configured", "no manager configured"])
def test_no_manager(said: str) -> None:
    entry = managers([said])[0]

    assert (entry.management, entry.evidence.text) == (Management.NONE, said)


@pytest.mark.parametrize("said", ["Managed locally", "Managed locally.", "MANAGED LOCALLY"])
def test_managed_locally(said: str) -> None:
    assert managers([said])[0].management is Management.LOCAL


def test_a_sentence_about_local_management_is_no_answer() -> None:
    assert managers(["This device is managed locally by someone"]) == []


def test_pmtool_says_that_sftunnel_runs() -> None:
    process = processes(["SFDataCorrelator (normal) - Running 6703", "sftunnel (system) - Running 5512"])[0]

    assert (process.running, process.pid, process.started) == (True, 5512, None)


@pytest.mark.parametrize("state", ["User Disabled", "Down", "Waiting"])
def test_pmtool_says_that_sftunnel_does_not_run(state: str) -> None:
    process = processes([f"sftunnel (normal) - {state}"])[0]

    assert (process.running, process.pid) == (False, None)


def test_other_processes_of_pmtool_are_passed_over() -> None:
    assert processes(["sfmgr (normal) - Running 1", "Command: /usr/local/sf/bin/sftunnel (x) - y"]) == []


COPY = [
    "root@firepower:/Volume/home/admin# copy_sftunnel_certs.py devices.csv",
    "=====",
    "2024-11-12 14:07:36 - Attempting connection to FMCpri",
    "2024-11-12 14:07:40 - Connected to FMCpri",
    "2024-11-12 14:07:41 - FMCpri is not an HA-peer. Certificates will not be copied",
    "=====",
    "2024-11-12 14:07:41 - Attempting connection to FTDv",
    "2024-11-12 14:07:43 - Connected to FTDv",
    "2024-11-12 14:07:44 - Copying certificates to peer",
    "2024-11-12 14:07:44 - Successfully copied certificates to FTDv",
    "2024-11-12 14:07:45 - Restarting sftunnel for FTDv",
    "2024-11-12 14:07:46 - Closing connection with FTDv",
    "=====",
    "2024-11-12 14:07:47 - Attempting connection to BSNS-1120-1",
    "2024-11-12 14:08:04 - Could not connect to BSNS-1120-1",
]


def test_each_device_of_the_copy_script_has_its_outcome() -> None:
    assert [(copy.device_name, copy.outcome) for copy in copies(COPY)] == [
        ("FMCpri", CopyOutcome.NOT_HA_PEER),
        ("FTDv", CopyOutcome.COPIED),
        ("BSNS-1120-1", CopyOutcome.NOT_CONNECTED),
    ]


def test_a_copy_knows_its_restart_its_time_and_the_line_that_decides() -> None:
    copy = copies(COPY)[1]

    assert (copy.restarted, copy.time) == (True, utc("2024-11-12 14:07:46"))
    assert copy.evidence.text == "2024-11-12 14:07:44 - Successfully copied certificates to FTDv"


def test_a_copy_that_stops_in_the_middle_is_incomplete() -> None:
    assert [copy.outcome for copy in copies(COPY[:2] + COPY[6:9])] == [CopyOutcome.INCOMPLETE]


def test_another_products_connection_log_is_no_copy() -> None:
    assert copies(["2024-11-12 14:07:36 - Attempting connection to db", "2024-11-12 14:07:37 - Could not connect to db"]) == []


def test_netstat_lines_of_the_port() -> None:
    lines = [
        "tcp 0 0 192.0.2.1:8305 0.0.0.0:* LISTEN",
        "tcp        0      0 192.0.2.1:8305      198.51.100.9:48759      ESTABLISHED 1504/sftunnel",
    ]

    assert [(note.state, note.local_address, note.peer_address) for note in notes(lines)] == [
        ("LISTEN", "192.0.2.1:8305", "0.0.0.0:*"),
        ("ESTABLISHED", "192.0.2.1:8305", "198.51.100.9:48759"),
    ]


def test_ss_lines_use_the_words_of_netstat() -> None:
    lines = [
        "ESTAB  0  0  192.0.2.1:8305  198.51.100.9:48759",
        'tcp SYN-SENT 0 1 [2001:db8::1]:41000 [2001:db8::2]:8305 users:(("sftunnel"))',
    ]

    assert [note.state for note in notes(lines)] == ["ESTABLISHED", "SYN_SENT"]


def test_sockets_of_other_ports_are_passed_over() -> None:
    assert notes(["tcp 0 0 192.0.2.1:443 0.0.0.0:* LISTEN", "tcp 0 0 192.0.2.1:83055 192.0.2.9:9 ESTABLISHED", ":8305"]) == []
