"""Who is the FMC: by more than the wording of a log, the port that listens, or a name; and which of two networks a device is of."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.model.answer import Known, Missing
from analyzer.model.case import TunnelState
from analyzer.model.ending import ExitCode, exit_code
from analyzer.model.plan import Risk
from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from tests.careful.pasted import ENDED, TODAY, VALID, at_fmc, at_ftd, dates, down, judged, status, up
from tests.careful.test_pasted_texts import BRIEF, forbidden

LOG = "Nov 22 18:59:0{second} {host} SF-IMS[3300]: [3400] sftunneld:sf_ssl {line}\n"
ACCEPTED = ["[INFO] Accepted IPv4 connection from 192.0.2.12:45321/tcp"]
DIALLED = [
    "[INFO] Initiating IPv4 connection to 192.0.2.12:8305/tcp",
    "[INFO] Wait to connect to 8305 (IPv4): 192.0.2.12",
    "[INFO] Connected to 192.0.2.12 from resolved_ips_list (port 8305) (IPv4)",
]
FAILED = [
    "[ERROR] -Error with certificate at depth: 0",
    "[ERROR]      err 7:certificate signature failure",
    "[ERROR] Connect:SSL handshake failed",
]
PACKETS = (
    "18:00:01.000000 IP 198.51.100.7.{port} > 192.0.2.11.8305: Flags [S], seq 100, win 64240, length 0\n"
    "18:00:01.000200 IP 192.0.2.11.8305 > 198.51.100.7.{port}: Flags [R.], seq 0, ack 101, win 0, length 0\n"
)


def log(host: str, lines: list[str]) -> str:
    return "".join(LOG.format(second=at, host=host, line=line) for at, line in enumerate(lines))


def labels(result: Result) -> tuple[list[str], list[str]]:
    return [one.label for one in result.case.managers], [one.label for one in result.case.devices]


def changing(result: Result) -> list[str]:
    return [step.id for plan in (*result.plan.managers, *result.plan.devices) for step in plan.steps if step.risk is not Risk.SAFE]


# -- both ends dial, both ends fail ---------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["fmc9", "zentrale", "mc-01.example.net"])
@pytest.mark.parametrize("begun", [ACCEPTED, DIALLED])
@pytest.mark.parametrize("file", ["messages", "logs/{host}/messages"])
def test_the_log_of_an_fmc_that_its_own_prompt_shows_makes_no_device_of_it(host: str, begun: list[str], file: str) -> None:
    result = judged({"note.txt": dates(at_fmc(host), VALID), file.format(host=host): log(host, begun + FAILED)})

    assert labels(result) == ([host], ["192.0.2.12"])


@pytest.mark.parametrize("begun", [ACCEPTED, DIALLED])
def test_an_fmc_does_not_dial_its_own_address(begun: list[str]) -> None:
    """The FMC's status names its own address; the log of a host of the same name meets that address as another's: the host is a device."""
    lines = [line.replace("192.0.2.12", "192.0.2.10") for line in begun] + FAILED
    result = judged(
        {"note.txt": dates(at_fmc("edge"), VALID) + status(at_fmc("edge"), up("ftd-1", "192.0.2.11")), "messages": log("edge", lines)}
    )
    (manager,) = [one for one in result.case.managers if isinstance(one.internal_ca_not_after, Known)]

    assert manager.label.startswith("edge")
    assert not any(one.label == "192.0.2.10" for one in result.case.devices)


def test_a_handshake_that_failed_after_it_was_accepted_tells_no_side() -> None:
    managers, devices = labels(judged({"messages": log("zentrale", ACCEPTED + FAILED)}))

    assert "zentrale" not in devices
    assert "192.0.2.12" not in managers


@pytest.mark.parametrize("host", ["edge-3", "ftd-lyon"])
def test_a_device_that_dials_is_a_device_where_nothing_else_speaks(host: str) -> None:
    assert labels(judged({"messages": log(host, DIALLED + FAILED)})) == (["192.0.2.12"], [host])


# -- packets alone --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["from-fmc-eth0.txt", "capture.txt"])
def test_packets_alone_ask_which_end_is_the_fmc_before_anything_else(name: str) -> None:
    result = judged({name: PACKETS.format(port=45120)})

    for plan in (*result.plan.managers, *result.plan.devices):
        assert plan.steps[0].id == "which-is-manager"
    assert not changing(result)
    assert exit_code(result) is not ExitCode.CLEAR


def test_packets_of_an_expired_ca_alone_order_no_renewal() -> None:
    evidence = Path(__file__).parents[1] / "evidence/cases/packets-capture-file-expired/in"
    result = analyze([evidence], Options(as_of=TODAY, as_of_source="--as-of"))

    assert [one.situation.value for one in result.plan.managers] == ["expired-unknown"]
    assert not changing(result)
    assert not any(plan.files for plan in result.plan.managers)


def test_packets_beside_the_status_of_the_fmc_ask_nothing_of_the_kind() -> None:
    result = judged(
        {"c.txt": PACKETS.format(port=45120), "fmc.txt": status(at_fmc("mc-1"), down("ftd-1", "192.0.2.11"), own="198.51.100.7")}
    )

    assert labels(result) == (["mc-1"], ["ftd-1"])
    assert not any(step.id == "which-is-manager" for plan in result.plan.devices for step in plan.steps)


# -- a peer that is called as an FMC is ----------------------------------------------------------------------------


@pytest.mark.parametrize("peer", ["fmc-b", "FMC2", "core-fmcv-02", "dc2.fmc"])
@pytest.mark.parametrize("state", [up, down])
def test_a_peer_of_an_fmc_that_is_called_an_fmc_is_the_other_of_a_pair(peer: str, state: object) -> None:
    block = (up if state is up else down)(peer, "192.0.2.9")
    text = dates(at_fmc("mc-1"), ENDED) + status(at_fmc("mc-1"), block, down("edge-1", "192.0.2.11"))
    result = judged(text)
    managers, devices = labels(result)

    assert sorted(managers) == sorted(["mc-1", peer])
    assert devices == ["edge-1"]
    assert peer in forbidden(result)
    (own,) = [plan for plan in result.plan.managers if plan.label == "mc-1"]
    assert own.steps[0].id == "which-is-primary"
    assert any(peer in notice.text and "--facts" in notice.text for notice in result.case.notices)


@pytest.mark.parametrize("peer", ["fmc-ftd-1", "fw-fmcnet", "ftd-fmc-lab", "edge-2", "fmcfw01"])
def test_a_peer_with_the_name_of_a_device_is_one(peer: str) -> None:
    result = judged(dates(at_fmc("mc-1"), VALID) + status(at_fmc("mc-1"), up(peer, "192.0.2.9"), up("edge-1", "192.0.2.11")))

    assert labels(result) == (["mc-1"], sorted([peer, "edge-1"]))
    assert exit_code(result) is ExitCode.CLEAR


def test_a_peer_that_shows_what_a_device_has_is_a_device_whatever_it_is_called() -> None:
    own = (
        "> show version\n-------------------[ fmc-b ]--------------------\n"
        "Model                     : Cisco Firepower Threat Defense for VMware (75) Version 7.2.5 (Build 208)\n"
        "UUID                      : 7d2b1f00-22aa-11ed-9d5c-8f0b4d3a2c11\n"
    )
    result = judged({"a.txt": dates(at_fmc("mc-1"), VALID) + status(at_fmc("mc-1"), up("fmc-b", "192.0.2.9")), "b.txt": own})

    assert labels(result) == (["mc-1"], ["fmc-b"])


# -- two networks of one plan of addresses --------------------------------------------------------------------------


def site(uuid: str, said: str, block: str, rpc: str = "") -> str:
    prompt = at_fmc("fmc")
    return (
        f"{prompt}grep APPLIANCE_UUID /etc/sf/ims.conf\nAPPLIANCE_UUID={uuid}\n"
        + dates(prompt, said)
        + status(prompt, block + rpc, own="10.0.0.10")
    )


RPC = "**RPC STATUS****10.0.0.21*************\n'ip' => '10.0.0.21',\n'uuid' => '7d2b1f00-22aa-11ed-9d5c-8f0b4d3a2c11',\n'name' => 'gw1',\n"


@pytest.mark.parametrize("with_uuid", ["first", "second", "none"])
def test_equal_devices_of_two_networks_stay_two(with_uuid: str) -> None:
    first = site("5c0ce9c4-5a5f-11ec-9d5c-8f0b4d3a2c11", ENDED, up("gw1", "10.0.0.21"), RPC if with_uuid == "first" else "")
    second = site("6d0ce9c4-5a5f-11ec-9d5c-8f0b4d3a2c22", VALID, down("gw1", "10.0.0.21"), RPC if with_uuid == "second" else "")
    result = judged({"acme/out.txt": first, "globex/out.txt": second})
    states = sorted(one.state.value for one in result.case.tunnels if isinstance(one.state, Known))

    assert len(result.case.devices) == 2
    assert states == [TunnelState.CONNECTED, TunnelState.DOWN]


def test_one_device_by_its_uuid_in_both_is_one_that_was_moved() -> None:
    first = site("5c0ce9c4-5a5f-11ec-9d5c-8f0b4d3a2c11", ENDED, up("gw1", "10.0.0.21"), RPC)
    second = site("6d0ce9c4-5a5f-11ec-9d5c-8f0b4d3a2c22", VALID, down("gw1", "10.0.0.21"), RPC)

    assert len(judged({"acme/out.txt": first, "globex/out.txt": second}).case.devices) == 1


# -- clocks, packets and units beside a healthy status ----------------------------------------------------------------

NOT_YET = (
    "{day} {host} SF-IMS[50792]: [51982] sftunneld:sf_ssl [INFO] Initiating IPv4 connection to 198.51.100.7:8305/tcp\n"
    "{day} {host} SF-IMS[50792]: [51982] sftunneld:sf_ssl [ERROR] -Error with certificate at depth: 1\n"
    "{day} {host} SF-IMS[50792]: [51982] sftunneld:sf_ssl [ERROR]      err 9:certificate is not yet valid\n"
    "{day} {host} SF-IMS[50792]: [51982] sftunneld:sf_ssl [ERROR] Connect:SSL handshake failed\n"
)


@pytest.mark.parametrize(
    ("shown", "day", "year"),
    [
        ("Wed Jan  1 00:12:44 UTC 2014", "Jan  1 00:10:00", 2014),
        ("Thu Jan  1 02:00:09 UTC 1970", "Jan  1 01:58:00", 1970),
        ("Sat Jan  1 00:12:44 UTC 2022", "Dec 31 23:59:01", 2021),
        ("Mon Mar  1 08:00:00 UTC 2021", "Feb 27 10:00:00", 2021),
    ],
)
@pytest.mark.parametrize("apart", [True, False])
def test_a_log_is_of_the_year_that_the_clock_of_its_appliance_shows(shown: str, day: str, year: int, apart: bool) -> None:
    prompt = at_ftd("graz-1")
    clock, lines = prompt + f"date\n{shown}\n{prompt}grep SWV /etc/sf/ims.conf\nSWVERSION=7.2.5\n", NOT_YET.format(day=day, host="graz-1")
    result = judged({"date.txt": clock, "messages": lines} if apart else clock + lines)
    (tunnel,) = result.case.tunnels

    assert isinstance(tunnel.failure, Known)
    assert tunnel.failure.value.time is not None
    assert tunnel.failure.value.time.year == year
    (plan,) = result.plan.devices
    assert plan.steps[0].id == "device-clock"


def test_the_clock_of_another_host_dates_no_log() -> None:
    clock, lines = at_ftd("graz-2") + "date\nWed Jan  1 00:12:44 UTC 2014\n", NOT_YET.format(day="Nov 20 00:10:00", host="graz-1")
    (tunnel,) = judged(clock + lines).case.tunnels

    assert isinstance(tunnel.failure, Known)
    assert tunnel.failure.value.time is not None
    assert tunnel.failure.value.time.year == 2026


@pytest.mark.parametrize(
    "answered", ["", "2026-11-22 18:00:01.000200 IP 198.51.100.31.8305 > 192.0.2.11.{port}: Flags [R.], seq 0, ack 101, win 0, length 0\n"]
)
def test_packets_of_a_device_that_dials_in_vain_while_its_tunnel_is_said_to_be_up_are_a_contradiction(answered: str) -> None:
    port = 45120
    sent = "".join(
        f"2026-11-22 18:00:0{at}.000000 IP 192.0.2.11.{port} > 198.51.100.31.8305: Flags [S], seq 100, win 64240, length 0\n"
        + answered.format(port=port)
        for at in (1, 2, 4)
    )
    prompt = at_fmc("mc-1")
    text = dates(prompt, VALID) + status(prompt, up("edge-1", "192.0.2.11"), own="198.51.100.31")
    result = judged({"st.txt": text, "capture.txt": sent})
    (tunnel,) = result.case.tunnels

    assert isinstance(tunnel.state, Missing)
    assert exit_code(result) is not ExitCode.CLEAR
    assert "assume that the tunnels are up" in result.plan.headline
    assert "has expired" not in result.plan.headline


def test_packets_from_before_the_tunnel_came_up_contradict_nothing() -> None:
    sent = "2026-11-10 18:00:01.000000 IP 192.0.2.11.45120 > 198.51.100.31.8305: Flags [S], seq 100, win 64240, length 0\n"
    prompt = at_fmc("mc-1")
    text = dates(prompt, VALID) + status(prompt, up("edge-1", "192.0.2.11"), own="198.51.100.31")

    assert exit_code(judged({"st.txt": text, "capture.txt": sent * 3})) is ExitCode.CLEAR


@pytest.mark.parametrize(
    ("unit", "clear"),
    [
        ("               Failed         Comm Failure             18:02:11 UTC Nov 22 2026", False),
        ("               Not Detected   Comm Failure             18:02:11 UTC Nov 22 2026", False),
        ("               Failed         Ifc Failure              18:02:11 UTC Nov 22 2026", False),
        ("Other host: Secondary - Failed", False),
        ("               Standby Ready  Comm Failure             03:22:05 UTC Aug 18 2026", True),
        ("               Standby Ready  None", True),
        ("Other host: Secondary - Standby Ready", True),
    ],
)
def test_a_unit_of_a_pair_that_failed_keeps_the_all_clear_away(unit: str, clear: bool) -> None:
    prompt = at_fmc("mc-1")
    shown = (
        "firepower# show failover state\n\n               State          Last Failure Reason      Date/Time\n"
        f"This host  -   Primary\n               Active         None\nOther host -   Secondary\n{unit}\n"
    )
    text = dates(prompt, VALID) + status(prompt, up("edge-1", "192.0.2.11"))

    assert (exit_code(judged({"a.txt": text, "f.txt": shown})) is ExitCode.CLEAR) is clear


# -- parts of one log ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("host", ["firepower", "localhost"])
def test_a_log_and_a_part_of_it_are_of_one_device_in_any_order(host: str, turned: bool) -> None:
    lines = [LOG.format(second=at, host=host, line=line) for at, line in enumerate(DIALLED + FAILED)]
    whole, part = "".join(lines), "".join(lines[2:])
    result = judged({"a/messages": part, "z/messages": whole} if turned else {"a/messages": whole, "z/messages": part})

    assert len(result.case.devices) == 1
    assert len(result.case.tunnels) == 1


def test_two_devices_of_one_factory_name_that_log_other_lines_stay_two() -> None:
    one = log("firepower", DIALLED + FAILED)
    other = one.replace("[3300]", "[4411]").replace("[3400]", "[4500]")

    assert len(judged({"a/messages": one, "z/messages": other}).case.devices) == 2


def test_the_same_log_in_files_with_the_names_of_two_devices_is_of_two() -> None:
    lines = log("firepower", DIALLED + FAILED)

    assert len(judged({"edge-1.log": lines, "edge-2.log": lines}).case.devices) == 2


# -- prompts without a name, and two FMCs of one device --------------------------------------------------------------

MANAGERS = (
    "> show managers\nType                      : Manager\nHost                      : 198.51.100.7\n"
    "Registration              : {state}\n\n"
)


@pytest.mark.parametrize("shell", ["admin@kiel-fw:~$ date\nSun Nov 22 18:00:00 UTC 2026\n", "root@kiel-fw:/home/admin# ls /tmp\nx\n"])
def test_outputs_at_the_prompt_of_the_cli_are_of_the_host_above_though_its_own_output_gives_nothing(shell: str) -> None:
    brief = BRIEF.replace("198.51.100.31", "198.51.100.7")
    (device,) = judged(shell + MANAGERS.format(state="Pending") + MANAGERS.format(state="Completed") + brief).case.devices

    assert isinstance(device.address, Known)
    assert device.address.value == "192.0.2.13"


def test_without_a_name_above_a_repeated_command_is_of_another_device() -> None:
    assert len(judged(MANAGERS.format(state="Pending") + MANAGERS.format(state="Completed")).case.devices) == 2


def both(second: str, heartbeat: str = "Sun Nov 22 21:30:08 2026") -> Result:
    """Two FMCs that list one device. Only the first is certain to be connected to it."""
    first = dates(at_fmc("mc-1"), ENDED) + status(at_fmc("mc-1"), up("edge-1", "192.0.2.11"))
    block = up("edge-1", "192.0.2.11", heartbeat=heartbeat) if second == "up" else down("edge-1", "192.0.2.11")
    return judged({"a.txt": first, "b.txt": dates(at_fmc("mc-2"), ENDED) + status(at_fmc("mc-2"), block, own="192.0.2.20")})


def test_two_fmcs_that_one_device_is_connected_to_at_once_are_a_pair() -> None:
    result = both("up")

    assert all(manager.ha_peer for manager in result.case.managers)
    assert [plan.steps[0].id for plan in result.plan.managers] == ["which-is-primary"] * 2


@pytest.mark.parametrize("result", [both("down"), both("up", "Sat Nov 14 21:30:08 2026")], ids=["down", "eight days apart"])
def test_two_fmcs_of_a_device_that_was_moved_are_no_pair(result: Result) -> None:
    assert not any(manager.ha_peer for manager in result.case.managers)


@pytest.mark.parametrize("folder", ["gw1.nantes.corp.example/messages", "gw1.nantes.corp.example-messages.log"])
def test_a_short_host_name_is_nobodys_where_files_are_named_after_two_hosts_that_it_fits(folder: str) -> None:
    own = at_ftd("gw1") + BRIEF.removeprefix("> ").replace("198.51.100.31", "192.0.2.12")
    logs = {"kiel.log": log("gw1.kiel.corp.example", DIALLED + FAILED), folder: log("gw1", DIALLED + FAILED)}
    result = judged({"output.txt": own, **logs})

    assert len(result.case.devices) == 3
    assert all(isinstance(one.state, Known) and one.state.value is TunnelState.DOWN for one in result.case.tunnels if "kiel" in one.label)
