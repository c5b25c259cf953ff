"""What people paste beside each other: whose date it is, what an alert says against it, and what must not be done meanwhile."""

from __future__ import annotations

import pytest

from analyzer.model.answer import Conflicting, Known, Missing
from analyzer.model.case import TunnelState
from analyzer.model.ending import ExitCode, exit_code
from analyzer.model.plan import Situation
from analyzer.model.result import Result
from tests.careful.pasted import ENDED, FOLDER, RENEWED, SOON, VALID, at_fmc, at_ftd, dates, down, judged, status, up

FMC = at_fmc("fmc-1")
BRIEF = (
    "> sftunnel-status-brief\nPEER:198.51.100.31\n"
    "Peer channel Channel-A is valid type (CONTROL), using 'management0', connected to '198.51.100.31' via '192.0.2.13'\n"
    "Peer channel Channel-B is valid type (EVENT), using 'management0', connected to '198.51.100.31' via '192.0.2.13'\n"
    "Registration: Completed.\nHeartbeat Send Time: Sun Nov 22 18:55:20 2026 UTC\nHeartbeat Received Time: Sun Nov 22 18:55:28 2026 UTC\n"
)


def affected(result: Result) -> set[str]:
    return {finding.rule for finding in result.findings if finding.counts}


def forbidden(result: Result) -> set[str]:
    """Every label that a do-not against a restart or a reboot holds for."""
    return {name for one in result.plan.do_not if one.action in ("restart", "reboot") for name in one.on}


def test_a_valid_ca_of_an_fmc_without_devices_is_not_taken_for_that_of_a_device_that_dials_another_address() -> None:
    result = judged({"ftd.txt": BRIEF, "notes.txt": dates(at_fmc("fmc-9"), VALID)})
    by_label = {manager.label: manager.internal_ca_not_after for manager in result.case.managers}

    assert isinstance(by_label["fmc-9"], Known)
    assert isinstance(by_label["198.51.100.31"], Missing)
    assert "198.51.100.31" in forbidden(result)


def test_an_ended_ca_of_the_only_fmc_is_taken_for_that_of_the_devices() -> None:
    (manager,) = judged({"ftd.txt": BRIEF, "notes.txt": dates(at_fmc("fmc-9"), ENDED)}).case.managers

    assert isinstance(manager.internal_ca_not_after, Known)


@pytest.mark.parametrize(
    "alert",
    [
        "Severity: critical  Module: Appliance Configuration  Device: fmc-1\nDescription: sftunnel CA certificate has expired\n",
        "Nov 22 22:40:01 fmc-1 HMNOTIFY: Sensor fmc-1: Severity: critical: The sftunnel CA certificate has expired\n",
        "Critical: sftunnel CA certificate on fmc-1 will expire in 12 days\n",
        "Time: Sun Nov 22 21:00:00 2026\nSFTunnel CA certificate is expired\n",
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_an_alert_against_a_date_of_long_ago_is_a_contradiction_and_the_careful_reading_governs(alert: str, first: bool) -> None:
    said = dates(FMC, VALID) + status(FMC, up("ftd-1", "192.0.2.11"))
    result = judged(alert + "\n" + said if first else said + "\n" + alert)
    (manager,) = result.case.managers

    assert isinstance(manager.internal_ca_not_after, Conflicting)
    assert "fmc-1" in forbidden(result)
    assert exit_code(result) is not ExitCode.CLEAR


@pytest.mark.parametrize(
    "said",
    [
        ("Time: Thu Nov 19 08:00:00 2026\nSFTunnel CA certificate has expired\n", RENEWED),  # raised before the renewal
        ("SFTunnel CA certificate has expired\n", RENEWED),  # undated beside a new one: the renewal answers it
        ("Time: Sun Nov 22 21:00:00 2026\nSFTunnel CA certificate has expired\n", ENDED),
        ("Time: Sun Nov 22 21:00:00 2026\nSFTunnel CA certificate will expire in 26 days\n", SOON),
    ],
)
def test_an_alert_that_fits_the_date_or_is_older_contradicts_nothing(said: tuple[str, str]) -> None:
    alert, own = said
    (manager,) = judged(dates(FMC, own) + status(FMC, down("ftd-1", "192.0.2.11")) + alert).case.managers

    assert isinstance(manager.internal_ca_not_after, Known)


@pytest.mark.parametrize(
    ("at", "state"),
    [("Sun Nov 22 22:41:00 2026", Conflicting), ("Sun Nov 22 20:00:00 2026", Known), ("2026-11-22 22:41:00 UTC", Conflicting)],
)
def test_an_alert_about_a_device_contradicts_an_older_status_only(at: str, state: type) -> None:
    alert = f"Time: {at}\nModule Appliance Heartbeat: Appliance ftd-2 is not sending heartbeats.\n"
    result = judged(dates(FMC, VALID) + status(FMC, up("ftd-1", "192.0.2.11"), up("ftd-2", "192.0.2.12")) + alert)
    states = {tunnel.label: tunnel.state for tunnel in result.case.tunnels}

    assert isinstance(states["ftd-2 with fmc-1"], state)
    assert isinstance(states["ftd-1 with fmc-1"], Known)


@pytest.mark.parametrize("cleared", ["appliance ftd-2 is sending heartbeats", "All appliances are sending heartbeats correctly"])
def test_an_alert_that_a_later_one_takes_back_contradicts_nothing(cleared: str) -> None:
    raised = "Time: Sun Nov 22 22:41:00 2026\nAppliance ftd-2 is not sending heartbeats.\n" + "\n" * 20
    result = judged(dates(FMC, VALID) + status(FMC, up("ftd-2", "192.0.2.12")) + raised + f"Time: Sun Nov 22 22:50:00 2026\n{cleared}\n")

    assert isinstance(result.case.tunnels[0].state, Known)


@pytest.mark.parametrize("block", ["**RUN STATUS****ftd-2*************\n\tRegistration: Completed.\n\n", ""])
def test_a_tunnel_of_which_nothing_tells_the_state_is_not_said_to_be_down(block: str) -> None:
    table = (
        f"{FMC}cat em_peers.txt\n"
        "+-------+------------+--------------------------------------+------+-----------+------------+\n"
        "| name  | ip         | uuid                                 | role | reg_state | sw_version |\n"
        "+-------+------------+--------------------------------------+------+-----------+------------+\n"
        "| ftd-2 | 192.0.2.12 | 0c691484-50c7-117f-81a8-f6f1d8f59f06 |    0 |         0 | 7.2.5      |\n"
        "+-------+------------+--------------------------------------+------+-----------+------------+\n"
    )
    result = judged(table + dates(FMC, VALID) + status(FMC, up("ftd-1", "192.0.2.11"), block))

    assert "ftd-2" in {device.label for device in result.case.devices}
    assert "is down" not in result.plan.headline
    assert "tunnel-down-certificates-healthy" not in affected(result)
    assert exit_code(result) is ExitCode.UNDECIDED


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (dates(FMC, ENDED, "/etc/sf/keys/sftunnel-cert.pem"), "manager-leaf-not-current"),
        (dates(at_ftd("ftd-1"), ENDED, f"{FOLDER}/sftunnel-cert.pem"), "device-leaf-expired"),
        (dates(at_ftd("ftd-1"), ENDED, f"/ngfw{FOLDER}/cacert.pem"), "device-ca-differs"),
    ],
)
def test_the_printed_end_of_a_certificate_protects_a_tunnel_that_could_not_be_set_up_again(said: str, rule: str) -> None:
    uuid = f"{FMC}grep APPLIANCE_UUID /etc/sf/ims.conf\nAPPLIANCE_UUID={FOLDER.rpartition('/')[2]}\n"
    result = judged(uuid + dates(FMC, VALID) + status(FMC, up("ftd-1", "192.0.2.11")) + said)

    assert rule in affected(result)
    assert "ftd-1" in forbidden(result)


def test_the_printed_end_of_a_copy_that_is_the_ca_in_force_is_no_fault() -> None:
    uuid = f"{FMC}grep APPLIANCE_UUID /etc/sf/ims.conf\nAPPLIANCE_UUID={FOLDER.rpartition('/')[2]}\n"
    copy = dates(at_ftd("ftd-1"), VALID, f"{FOLDER}/cacert.pem")
    result = judged(uuid + dates(FMC, VALID) + status(FMC, up("ftd-1", "192.0.2.11")) + copy)

    assert "device-ca-differs" not in affected(result)
    assert result.case.tunnels[0].device_ca_is_current.value  # type: ignore[union-attr]


def test_the_do_nots_of_a_ca_that_ends_soon_name_the_devices_that_are_up() -> None:
    result = judged(dates(FMC, SOON) + status(FMC, up("ftd-1", "192.0.2.11"), down("ftd-2", "192.0.2.12"), up("ftd-3", "192.0.2.13")))

    assert {"fmc-1", "ftd-1", "ftd-3"} <= forbidden(result)
    assert any("ftd-1, ftd-3" in one.text for one in result.plan.do_not)


def test_the_do_nots_of_a_tunnel_older_than_its_ca_name_the_device() -> None:
    result = judged(dates(FMC, RENEWED) + status(FMC, up("ftd-1", "192.0.2.11")))

    assert result.case.tunnels[0].state.value is TunnelState.CONNECTED  # type: ignore[union-attr]
    assert any("ftd-1" in one.text and "fmc-1" in one.text for one in result.plan.do_not)


BARE = (
    "SFTUNNEL Start Time: Sun Jul  5 19:30:00 2026 UTC\n\n\tManagement Interfaces: 1\n\t{interface} (control events) 192.0.2.11,\n\n"
    "***********************\n" + down("198.51.100.7", "198.51.100.7")
)


@pytest.mark.parametrize("interface", ["management0", "management1", "br1", "tap_nlp"])
def test_an_interface_that_only_an_ftd_has_tells_whose_output_it_is(interface: str) -> None:
    case = judged(BARE.format(interface=interface)).case

    assert [manager.label for manager in case.managers] == ["198.51.100.7"]
    assert [device.label for device in case.devices] == ["192.0.2.11"]


@pytest.mark.parametrize("turned", [True, False])
def test_a_name_that_looks_like_an_address_is_no_address(turned: bool) -> None:
    blocks = [up("192.0.2.12", "192.0.2.11"), down("kiel", "192.0.2.12")]
    result = judged(dates(FMC, ENDED) + status(FMC, *(blocks[::-1] if turned else blocks)))
    states = {
        device.address.value: tunnel.state.value
        for device in result.case.devices
        for tunnel in result.case.tunnels
        if tunnel.device == device.key
    }  # type: ignore[union-attr]

    assert states == {"192.0.2.11": TunnelState.CONNECTED, "192.0.2.12": TunnelState.DOWN}


def test_the_name_that_a_status_uses_today_comes_before_that_of_a_list() -> None:
    uuid, fmc = "6ee3ac00-1d4a-11e8-8302-00005e005302", FOLDER.rpartition("/")[2]
    row = f"{uuid} fw-a 192.0.2.12 /etc/sf/ca_root/cacert.pem /var/sf/peers/{fmc}/cacert.pem\n"
    listed = f"{FMC}cat /var/tmp/certs/1795341600/FAILED_PUSH\n{row}"
    result = judged(
        listed + dates(FMC, RENEWED) + status(FMC, up("fw-a", "192.0.2.11", "Sun Nov 22 11:00:00 2026"), down("fw-b", "192.0.2.12"))
    )

    assert {device.label for device in result.case.devices} == {"fw-a", "fw-b"}


def test_the_banner_of_the_appliance_that_a_session_goes_to_is_not_of_the_one_it_comes_from() -> None:
    banner = "Password:\nCisco Firepower Threat Defense for VMware v7.2.5 (build 208)\n\n> expert\n"
    hop = f"{FMC}ssh admin@192.0.2.11\n{banner}admin@ftd-1:~$ exit\nConnection to 192.0.2.11 closed.\n"
    case = judged(hop + dates(FMC, ENDED) + status(FMC, up("ftd-1", "192.0.2.11"))).case

    assert [manager.label for manager in case.managers] == ["fmc-1"]
    assert [device.label for device in case.devices] == ["ftd-1"]


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("root@fmc-1:~# cd /etc/sf/ca_root\nroot@fmc-1:ca_root# {}", True),
        ("[root@fmc-1 ~]# cd /etc/sf\n[root@fmc-1 sf]# cd ca_root\n[root@fmc-1 ca_root]# {}", True),
        ("root@fmc-1:~# cd /etc/sf/ca_root\nroot@fmc-1:pki# {}", False),
        ("root@fmc-1:~# cd /etc/pki/CA\nroot@fmc-1:CA# {}", False),
    ],
)
def test_an_earlier_cd_tells_the_folder_of_a_bare_file_name(typed: str, known: bool) -> None:
    result = judged(typed.format(f"openssl x509 -noout -dates -in cacert.pem\n{ENDED}") + status(FMC, up("ftd-1", "192.0.2.11")))
    end = result.case.managers[0].internal_ca_not_after

    assert (isinstance(end, Known) and not end.assumed) is known


def test_show_hostname_names_the_device() -> None:
    (device,) = judged("> show hostname\nftd-9\n" + BRIEF).case.devices

    assert device.label == "ftd-9"


@pytest.mark.parametrize("says", ["No managers configured.", "Managed locally."])
def test_a_device_that_its_fmc_lists_and_that_has_no_fmc_is_to_be_registered_again(says: str) -> None:
    there = f"> show hostname\nftd-1\n> show managers\n{says}\n"
    result = judged(dates(FMC, VALID) + status(FMC, down("ftd-1", "192.0.2.11")) + there)

    assert [plan.situation for plan in result.plan.devices] == [Situation.NOT_REGISTERED]


LOG = (
    "Nov 23 06:40:00 ftd-1 SF-IMS[9210]: [9233] sftunneld:sf_ssl [INFO] Initiating IPv4 connection to 192.0.2.10:8305/tcp\n"
    "Nov 23 06:40:01 ftd-1 SF-IMS[9210]: [9233] sftunneld:sf_ssl [ERROR] "
    "Connect to 192.0.2.10 failed on port 8305 socket 6 (Connection refused)\n"
)


def zoned(zone: str, name: str = "ftd-1") -> Result:
    """A status of 21:30 UTC that says up, and a log of 06:40 in a zone that nothing states."""
    facts = f"appliances:\n  - {{name: {name}, kind: ftd, time_zone: {zone}}}\n" if zone else ""
    return judged({"fmc.txt": dates(FMC, VALID) + status(FMC, up("ftd-1", "192.0.2.11")), "ftd-1/messages": LOG}, facts)


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("", "2026-11-23T06:40:01+00:00"),
        ("UTC", "2026-11-23T06:40:01+00:00"),
        ('"+09:00"', "2026-11-22T21:40:01+00:00"),
        ("Asia/Seoul", "2026-11-22T21:40:01+00:00"),
        ('"-0500"', "2026-11-23T11:40:01+00:00"),
    ],
)
def test_a_stated_time_zone_moves_the_log_lines_of_its_appliance_that_state_none(zone: str, at: str) -> None:
    result = zoned(zone)
    (tunnel,) = result.case.tunnels

    assert tunnel.attempts[-1].ended is not None
    assert tunnel.attempts[-1].ended.isoformat() == at
    assert any(f"time zone {zone.strip(chr(34))}" in notice.text for notice in result.case.notices) is bool(zone)


def test_a_stated_time_zone_of_another_appliance_moves_nothing() -> None:
    (tunnel,) = zoned('"+09:00"', "ftd-9").case.tunnels

    assert tunnel.attempts[-1].ended == zoned("").case.tunnels[0].attempts[-1].ended


@pytest.mark.parametrize("above", ["sftunnel-status output from our FTD:", "this is what sftunnel-status-brief gives us"])
def test_the_command_that_words_above_an_output_name_tells_whose_it_is(above: str) -> None:
    case = judged(f"{above}\n\n" + down("198.51.100.7", "198.51.100.7")).case

    assert [manager.label for manager in case.managers] == ["198.51.100.7"]


@pytest.mark.parametrize("name", ["FTD-Kiel.txt", "ftd-9.log"])
def test_a_file_that_is_named_after_an_ftd_is_no_fmc(name: str) -> None:
    head = "SFTUNNEL Start Time: Sun Jul  5 19:30:00 2026 UTC\n\n\tManagement Interfaces: 1\n\teth0 (control events) 192.0.2.11,\n\n"
    case = judged({name: head + down("198.51.100.7", "198.51.100.7")}).case

    assert "198.51.100.7" not in {device.label for device in case.devices}
    assert "192.0.2.11" not in {manager.label for manager in case.managers}
