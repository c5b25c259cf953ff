"""A tunnel that was seen up, and what happened after that: it counts as up no longer, and as down neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli.exit_codes import exit_code
from analyzer.model.answer import Known, Missing
from analyzer.model.case import TunnelState
from tests.builders.pasted import analyzed

DATES = """\
root@fmc-ulm:/Volume/home/admin# openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem
notBefore=Nov 20 12:16:56 2024 GMT
notAfter=Nov 18 12:16:56 2034 GMT
"""
BLOCK = """\
**RUN STATUS****{name}*************
	ChannelA Connected: {up}
	ChannelB Connected: {up}
	Registration: Completed.
	IPv4 Connection to peer '{address}' Start Time: Sun Aug  2 16:30:00 2026 UTC
	Heartbeat Send Time: {at}
	Heartbeat Received Time: {at}
**RPC STATUS****{address}*************
'name' => '{name}',
'active' => 1,
"""
SAT, SUN = "Sat Nov 21 19:29:20 2026 UTC", "Sun Nov 22 19:29:20 2026 UTC"
BONN, TRIER = ("ftd-bonn", "192.0.2.11"), ("ftd-trier", "192.0.2.12")


def _status(at: str, *devices: tuple[str, str], command: str = "sftunnel_status.pl", up: str = "Yes, Interface eth0") -> str:
    blocks = "".join(BLOCK.format(name=name, address=address, at=at, up=up) for name, address in devices)
    return f"root@fmc-ulm:/Volume/home/admin# {command}\n{blocks}"


def _states(folder: Path, files: dict[str, str]) -> dict[str, object]:
    case = analyzed(folder, files).case
    labels = {one.key: one.label for one in case.devices}
    return {labels[one.device]: one.state.value if isinstance(one.state, Known) else one.state for one in case.tunnels}


def test_two_lists_that_name_the_same_devices_leave_them_up(tmp_path: Path) -> None:
    files = {"a": DATES + _status(SAT, BONN, TRIER) + _status(SUN, BONN, TRIER)}

    assert set(_states(tmp_path, files).values()) == {TunnelState.CONNECTED}
    assert exit_code(analyzed(tmp_path, files)) == 0


@pytest.mark.parametrize(
    "files",
    [
        {"a": DATES + _status(SAT, BONN, TRIER) + _status(SUN, BONN)},
        {"b": DATES + _status(SAT, BONN, TRIER), "a": _status(SUN, BONN)},
        {
            "a": DATES
            + _status(SAT, TRIER)
            + _status(SAT, TRIER, BONN)
            + _status(SUN, BONN, command="sudo /usr/local/sf/bin/sftunnel_status.pl")
        },
    ],
    ids=["one session", "two files", "three outputs"],
)
def test_a_device_that_a_later_list_of_its_fmc_no_longer_names_is_not_known_to_be_up(files: dict[str, str], tmp_path: Path) -> None:
    states = _states(tmp_path, files)

    assert states["ftd-bonn"] is TunnelState.CONNECTED
    assert isinstance(states["ftd-trier"], Missing)
    assert "a later status output of fmc-ulm no longer lists ftd-trier" in states["ftd-trier"].why
    assert exit_code(analyzed(tmp_path, files)) == 5


@pytest.mark.parametrize(
    "command",
    ["sftunnel_status.pl | head -40", "sftunnel_status.pl | grep -A 20 bonn", "sftunnel_status.pl ftd-bonn", "cat /var/tmp/s.txt"],
)
def test_a_part_of_a_list_says_nothing_of_the_devices_that_it_lacks(command: str, tmp_path: Path) -> None:
    states = _states(tmp_path, {"a": DATES + _status(SAT, BONN, TRIER) + _status(SUN, BONN, command=command)})

    assert states["ftd-trier"] is TunnelState.CONNECTED


def test_an_earlier_list_without_a_device_that_was_registered_since_says_nothing(tmp_path: Path) -> None:
    states = _states(tmp_path, {"a": DATES + _status(SAT, BONN) + _status(SUN, BONN, TRIER)})

    assert set(states.values()) == {TunnelState.CONNECTED}


def test_a_device_that_was_down_stays_down_when_it_is_no_longer_listed(tmp_path: Path) -> None:
    states = _states(tmp_path, {"a": DATES + _status(SAT, BONN) + _status(SAT, TRIER, up="No") + _status(SUN, BONN)})

    assert states["ftd-trier"] is TunnelState.DOWN


ENDS = [
    "Nov 22 20:10:00 ftd-bonn kernel: Out of memory: Killed process 50792 (sftunnel) total-vm:2048kB",
    "Nov 22 20:10:00 ftd-bonn kernel: [1234.5] Out of memory: Killed process 50792 (sftunnel), UID 0",
    "Nov 22 20:10:00 ftd-bonn kernel: sftunnel[50792]: segfault at 0 ip 00007f error 4 in libc.so",
    "Nov 22 20:10:01 ftd-bonn SF-IMS[3000]: [3000] pm:process [WARN] Process sftunnel exited unexpectedly with signal 9",
    "2026-11-22T20:10:01Z ftd-bonn SF-IMS[3000]: [3000] pm:process [INFO] Process 'sftunnel' died, restarting it",
    "Nov 22 20:10:01 ftd-bonn systemd[1]: sftunneld.service: Main process exited, code=killed, status=9/KILL",
]


@pytest.mark.parametrize("line", ENDS)
def test_a_tunnel_whose_process_ended_after_it_was_seen_up_is_not_known_to_be_up(line: str, tmp_path: Path) -> None:
    files = {"a": DATES + _status(SUN, BONN, TRIER), "messages-of-ftd-bonn": f"{line}\n"}
    states = _states(tmp_path, files)

    assert isinstance(states["ftd-bonn"], Missing)
    assert "the sftunnel process of ftd-bonn ended at 2026-11-22 20:10:0" in states["ftd-bonn"].why
    assert states["ftd-trier"] is TunnelState.CONNECTED
    assert exit_code(analyzed(tmp_path, files)) == 5


def test_the_end_of_the_fmcs_process_leaves_no_tunnel_known_to_be_up(tmp_path: Path) -> None:
    states = _states(tmp_path, {"a": DATES + _status(SUN, BONN, TRIER), "log": ENDS[0].replace("ftd-bonn", "fmc-ulm") + "\n"})

    assert all(isinstance(state, Missing) for state in states.values())


@pytest.mark.parametrize("line", ENDS)
def test_an_end_before_the_tunnel_was_seen_up_says_nothing(line: str, tmp_path: Path) -> None:
    earlier = line.replace("Nov 22", "Nov 20").replace("2026-11-22", "2026-11-20")
    files = {"a": DATES + _status(SUN, BONN, TRIER), "messages-of-ftd-bonn": f"{earlier}\n"}

    assert set(_states(tmp_path, files).values()) == {TunnelState.CONNECTED}
    assert exit_code(analyzed(tmp_path, files)) == 0


@pytest.mark.parametrize(
    "line",
    [
        "Nov 22 20:10:00 ftd-bonn kernel: Out of memory: Killed process 50792 (snort3) total-vm:2048kB",
        "Nov 22 20:10:00 ftd-bonn SF-IMS[3000]: [3000] pm:process [INFO] Started process sftunnel (50800)",
        "Nov 22 20:10:00 ftd-bonn sudo: admin : COMMAND=/usr/bin/less /var/log/sftunnel.log",
    ],
)
def test_lines_about_something_else_end_no_tunnel(line: str, tmp_path: Path) -> None:
    states = _states(tmp_path, {"a": DATES + _status(SUN, BONN), "messages-of-ftd-bonn": f"{line}\n"})

    assert states["ftd-bonn"] is TunnelState.CONNECTED


@pytest.mark.parametrize("command", ["ls -l /var/sf/peers/", "ls -l /var/sf/peers", "cd /var/sf/peers && ls -la"])
def test_a_peer_folder_on_the_fmc_is_a_device_whose_tunnel_is_not_known(command: str, tmp_path: Path) -> None:
    row = "drwxr-xr-x 4 root root 220 Mar 12 2026 6ee3ac00-1d4a-11e8-8302-00005e0053b2\n"
    files = {"a": DATES + _status(SUN, BONN) + f"root@fmc-ulm:/Volume/home/admin# {command}\ntotal 0\n{row}"}
    states = _states(tmp_path, files)

    assert states["ftd-bonn"] is TunnelState.CONNECTED
    assert isinstance(states["6ee3ac00-1d4a-11e8-8302-00005e0053b2"], Missing)
    assert exit_code(analyzed(tmp_path, files)) == 5
