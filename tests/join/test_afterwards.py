"""A tunnel that was seen up, and what happened after that: it counts as up no longer, and as down neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.cli.exit_codes import exit_code
from analyzer.model.answer import Conflicting, Known, Missing
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
    "Nov 22 20:10:01 ftd-bonn SF-IMS[3000]: [3000] pm:process [INFO] Started sftunnel (2111)",
    "Nov 22 20:10:00 ftd-bonn kernel: [    0.000000] Linux version 4.18.45-yocto-standard",
    "Nov 22 20:10:00 ftd-bonn shutdown[4711]: shutting down for system reboot",
]


@pytest.mark.parametrize("line", ENDS)
def test_a_tunnel_whose_process_ended_after_it_was_seen_up_is_not_known_to_be_up(line: str, tmp_path: Path) -> None:
    files = {"a": DATES + _status(SUN, BONN, TRIER), "messages-of-ftd-bonn": f"{line}\n"}
    states = _states(tmp_path, files)

    assert isinstance(states["ftd-bonn"], Missing)
    assert "sftunnel of ftd-bonn ended or was restarted at 2026-11-22 20:10 UTC" in states["ftd-bonn"].why
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


DOWN_ON_FRIDAY = _status("Fri Nov 20 10:00:00 2026 UTC", BONN, up="No")
PROMPT = "root@ftd-bonn:/home/admin#"
UUIDS = "'uuid' => '6ee3ac00-1d4a-11e8-8301-00005e0053b1',\n"
LOG = "Nov 22 19:10:00 fmc-ulm SF-IMS[3300]: [3400] sftunneld:stream_file [INFO]"
LIVES = {
    "files are pushed": f"{LOG} Initiated fstream task pushing /var/sf/SRU/x.tar to 6ee3ac00-1d4a-11e8-8301-00005e0053b1, task_id 4\n",
    "a socket of a known moment": f"{PROMPT} date -u\nSun Nov 22 19:00:00 UTC 2026\n{PROMPT} netstat -ant | grep 8305\n"
    "tcp        0      0 192.0.2.11:45120        198.51.100.7:8305       ESTABLISHED\n",
    "a socket of no moment": f"{PROMPT} ss -ant | grep 8305\nESTAB 0 0 192.0.2.11:45120 198.51.100.7:8305\n",
    "data both ways": "2026-11-22 19:10:00.000000 IP 192.0.2.11.45120 > 198.51.100.7.8305: Flags [P.], seq 1:101, ack 1, win 501, "
    "length 100\n"
    "2026-11-22 19:10:00.010000 IP 198.51.100.7.8305 > 192.0.2.11.45120: Flags [P.], seq 1:51, ack 101, win 501, length 50\n",
    "a record of the API": '{"items": [{"name": "ftd-bonn", "hostName": "192.0.2.11", "isConnected": true, '
    '"healthStatus": "green", "type": "Device"}]}\n',
    "a person's word in German": "From: a@b.example\nDate: Sun, 22 Nov 2026 20:00:00 +0000\n\nftd-bonn läuft seit heute früh wieder.\n",
    "a person's word": "From: a@b.example\nDate: Sun, 22 Nov 2026 20:00:00 +0000\n\nftd-bonn is back online since this morning.\n",
}
OWN_ADDRESS = "\tManagement Interfaces: 1\n\teth0 (control events) 198.51.100.7,\n"


def _down(life: str) -> dict[str, str]:
    status = DOWN_ON_FRIDAY.replace("**RUN", f"{OWN_ADDRESS}**RUN", 1) + UUIDS
    return {"a": DATES.replace("2034", "2026").replace("Nov 18", "Sep 22") + status, "b": life}


@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_a_tunnel_that_was_seen_down_and_may_work_since_is_neither_and_is_never_restarted(life: str, tmp_path: Path) -> None:
    result = analyzed(tmp_path, _down(life))
    (tunnel,) = (one for one in result.case.tunnels if one.label.startswith("ftd-bonn"))

    assert isinstance(tunnel.state, Conflicting)
    assert [claim.value for claim in tunnel.state.claims] == [TunnelState.CONNECTED, TunnelState.DOWN]
    assert "the tunnel was seen down, and " in tunnel.state.why
    typed = [line for plan in (*result.plan.managers, *result.plan.devices) for file in plan.files for line in file.lines]
    assert not [line for line in typed if "ftd-bonn" in line or "192.0.2.11" in line]
    assert not [
        step.id
        for plan in result.plan.devices
        for step in plan.steps
        if step.id in ("empty-files", "restart-sftunnel") and not step.refused
    ]
    assert any("ftd-bonn" in one.on for plan in (*result.plan.managers, *result.plan.devices) for one in plan.do_not)


@pytest.mark.parametrize("life", [LIVES[name] for name in ("files are pushed", "a socket of a known moment", "data both ways")])
def test_a_sign_of_life_of_before_it_was_seen_down_says_nothing(life: str, tmp_path: Path) -> None:
    earlier = life.replace("Nov 22", "Nov 19").replace("2026-11-22", "2026-11-19").replace("Sun Nov 19", "Thu Nov 19")

    assert _states(tmp_path, _down(earlier))["ftd-bonn"] is TunnelState.DOWN


HAND = ["pmtool restartbyid sftunnel", "pmtool disablebyid sftunnel", "reboot", "sudo reboot"]
CLOCK = f"{PROMPT} date -u\nSun Nov 22 20:10:00 UTC 2026\n"


@pytest.mark.parametrize("command", HAND)
def test_a_cut_by_hand_after_it_was_seen_up_ends_that_proof(command: str, tmp_path: Path) -> None:
    status = DATES + _status(SUN, BONN)
    for files in ({"a": status, "b": f"{CLOCK}{PROMPT} {command}\n"}, {"a": f"{status}root@fmc-ulm:/Volume/home/admin# {command}\n"}):
        states = _states(tmp_path / str(len(files)), files)
        assert isinstance(states["ftd-bonn"], Missing)
        assert "nothing shows that it came up again" in states["ftd-bonn"].why


@pytest.mark.parametrize("command", HAND)
def test_a_cut_by_hand_before_it_was_seen_up_says_nothing(command: str, tmp_path: Path) -> None:
    files = {"a": f"{DATES}root@fmc-ulm:/Volume/home/admin# {command}\n{_status(SUN, BONN)}"}

    assert _states(tmp_path, files)["ftd-bonn"] is TunnelState.CONNECTED


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /var/sf/peers/695e6c00-a1bf-11e6-8201-00005e0053a1",
        "cd /var/sf/peers/695e6c00-a1bf-11e6-8201-00005e0053a1 && rm sftunnel-cert.pem",
        "mv /etc/sf/ca_root/cacert.pem /var/tmp/",
        "remote_backup.pl --restore /var/sf/remote-backup/fmc-2022-03-01.tgz",
    ],
)
def test_files_that_were_removed_and_backups_that_were_restored_keep_an_all_clear_away(command: str, tmp_path: Path) -> None:
    files = {"a": DATES + _status(SUN, BONN), "b": f"{PROMPT} {command}\n"}

    assert exit_code(analyzed(tmp_path, files)) == 5


def test_a_connection_that_is_reset_after_the_tunnel_was_seen_up_ends_that_proof(tmp_path: Path) -> None:
    packets = (
        "2026-11-22 20:10:00.000000 IP 192.0.2.11.45120 > 198.51.100.7.8305: Flags [P.], seq 1:101, ack 1, win 501, length 100\n"
        "2026-11-22 20:10:00.010000 IP 198.51.100.7.8305 > 192.0.2.11.45120: Flags [R], seq 1, win 0, length 0\n"
    )
    status = _status(SUN, BONN).replace("**RUN", f"{OWN_ADDRESS}**RUN", 1)
    states = _states(tmp_path, {"a": DATES + status, "b": packets})

    assert isinstance(states["ftd-bonn"], Missing)
    assert "was reset at 2026-11-22 20:10 UTC" in states["ftd-bonn"].why


def test_a_later_brief_without_a_channel_ends_that_proof(tmp_path: Path) -> None:
    brief = f"{CLOCK}{PROMPT} sftunnel-status-brief\nPEER:198.51.100.7\nRegistration: Completed.\n"
    status = _status(SUN, BONN).replace("**RUN", f"{OWN_ADDRESS}**RUN", 1)
    states = _states(tmp_path, {"a": DATES + status, "b": brief})

    assert isinstance(states["ftd-bonn"], Missing)
    assert "no connected channel" in states["ftd-bonn"].why


def test_a_name_with_braces_is_quoted_as_it_is(tmp_path: Path) -> None:
    """The name that an FMC shows may hold any sign."""
    status = _status(SUN, ("ftd-{0}-{x.y}", BONN[1])).replace("**RUN", f"{OWN_ADDRESS}**RUN", 1)
    socket = "tcp        0      0 192.0.2.11:45120        198.51.100.7:8305       ESTABLISHED\n"
    restart = f"{CLOCK}{PROMPT} netstat -ant | grep 8305\n{socket}{PROMPT} pmtool restartbyid sftunnel\n"
    (state,) = _states(tmp_path, {"a": DATES + status, "b": restart}).values()

    assert isinstance(state, Missing)
    assert "a command on ftd-{0}-{x.y} closed its tunnels at 2026-11-22 20:10 UTC" in state.why


STRANGERS = {
    "a log": "Nov 22 20:05:00 fmc-ulm SF-IMS[3300]: [3400] sftunneld:sf_ssl [ERROR] Unable to set Post Handshake Auth SSL context: "
    "SSL_verify_client_post_handshake:extension not received\n"
    "Nov 22 20:05:00 fmc-ulm SF-IMS[3300]: [3400] sftunneld:sf_connections [INFO] Peer 192.0.2.77 needs re-connect\n",
    "packets": "20:05:00.1 IP 192.0.2.77.40000 > 198.51.100.7.8305: Flags [S], seq 1, win 100, length 0\n"
    "20:05:00.2 IP 198.51.100.7.8305 > 192.0.2.77.40000: Flags [R.], seq 0, ack 2, win 0, length 0\n",
}


@pytest.mark.parametrize("text", STRANGERS.values(), ids=STRANGERS)
def test_an_attempt_of_an_unknown_end_that_failed_keeps_an_all_clear_away(text: str, tmp_path: Path) -> None:
    status = _status(SUN, BONN).replace("**RUN", f"{OWN_ADDRESS}**RUN", 1)

    assert exit_code(analyzed(tmp_path / "alone", {"a": DATES + status})) == 0
    assert exit_code(analyzed(tmp_path / "both", {"a": DATES + status, "b": text})) == 5
