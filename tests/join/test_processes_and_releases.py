"""Processes, releases, clouds, mixed-up files and the list of another run: facts that rules name by one word."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analyzer.join.build import build_case
from analyzer.join.releases import release_number
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import Case, Manager, Tunnel
from analyzer.model.certificate import Certificate
from analyzer.model.facts import Fact
from analyzer.model.location import Evidence
from analyzer.model.outputs import CertificateCopy, CopyOutcome, Management, ManagerEntry, ReachabilityNote, TunnelProcess
from analyzer.read.decoding import certificate_from_der
from tests.builders.cases import utc
from tests.join.builders_facts import FMC_UUID, FTD2_UUID, FTD_UUID, fmc_box, ftd_box, here, peer_status, peers_map, push_failure
from tests.lab.certificates import Credential
from tests.lab.pki import InternalCA

NEW = InternalCA.ending(FMC_UUID, utc("2026-09-22")).renewed(utc("2026-11-01"))
ON_FMC = here("fmc.tar.gz", "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output")
ON_FTD = here("ftd.tar.gz", "command-outputs/usr-local-sf-bin-sftunnel_status.pl.output")


def case(*facts: Fact) -> Case:
    return build_case([*fmc_box(), *ftd_box(), peers_map("ftd.tar.gz", FMC_UUID), *facts], utc("2026-11-23"))


def only(found: Case) -> tuple[Manager, Tunnel]:
    (manager,), (tunnel,) = found.managers, found.tunnels
    return manager, tunnel


def value(answer: Answer) -> object:  # type: ignore[type-arg]
    return answer.value if isinstance(answer, Known) else None


def held(bundle: str, member: str, credential: Credential) -> Certificate:
    certificate = certificate_from_der(credential.der, here(bundle, f"dir-archives/{member}"))
    assert isinstance(certificate, Certificate)
    return certificate


def leaf(owner: str, serial: int) -> Credential:
    return NEW.issue(owner, serial=serial, at=NEW.not_before + timedelta(minutes=1))


# -- releases ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7.2.9", 7020900),
        ("v7.2.10", 7021000),
        ("10.0.1-55", 10000100),
        ("7.3.1.2", 7030102),
        ("7.1", 7010000),
        ("6.2.3.18 (build 4)", 6020318),
    ],
)
def test_a_release_as_a_number(text: str, number: int) -> None:
    assert release_number(text) == number


@pytest.mark.parametrize("text", ["", "seven", "7", "7.123.1", "7.2.100"])
def test_what_is_no_release_has_no_number(text: str) -> None:
    assert release_number(text) is None


def test_releases_compare_as_numbers_and_not_as_text() -> None:
    ordered = ["7.2.9", "7.2.10", "7.7.0", "10.0.0"]

    assert sorted(ordered, key=lambda text: release_number(text) or 0) == ordered


# -- processes -----------------------------------------------------------------------------------------------


def test_the_newest_start_of_each_box() -> None:
    found = case(
        TunnelProcess(utc("2026-01-01"), None, None, ON_FMC),
        TunnelProcess(utc("2026-02-01"), None, None, ON_FMC),
        TunnelProcess(utc("2026-03-01"), None, None, ON_FTD),
    )

    assert (value(found.managers[0].process_started), value(found.devices[0].process_started)) == (utc("2026-02-01"), utc("2026-03-01"))


def test_a_pasted_output_is_told_by_its_prompt() -> None:
    manager, _ = only(case(TunnelProcess(None, False, None, here("pasted.txt"), host="fmc-1")))

    assert value(manager.process_running) is False


@pytest.mark.parametrize(("started", "predates"), [("2026-10-31", True), ("2026-11-02", False)])
def test_a_process_from_before_the_renewal(started: str, predates: bool) -> None:
    manager, _ = only(case(TunnelProcess(utc(started), None, None, ON_FMC), held("fmc.tar.gz", "etc/sf/ca_root/cacert.pem", NEW.root)))

    assert value(manager.process_predates_ca) is predates


@pytest.mark.parametrize(("since", "predates"), [("2026-10-31", True), ("2026-11-02", False)])
def test_a_connection_from_before_the_renewal(since: str, predates: bool) -> None:
    up = peer_status(ON_FMC, peer_uuid=FTD_UUID, control=True, event=True, connected_since=utc(since), taken=utc("2026-11-20"))
    _, tunnel = only(case(up, held("fmc.tar.gz", "etc/sf/ca_root/cacert.pem", NEW.root)))

    assert value(tunnel.connection_predates_ca) is predates


def test_a_tunnel_that_is_down_has_no_connection() -> None:
    down = peer_status(ON_FMC, peer_uuid=FTD_UUID, control=False, event=False, last_disconnect=utc("2026-10-31"), taken=utc("2026-11-20"))
    _, tunnel = only(case(down, held("fmc.tar.gz", "etc/sf/ca_root/cacert.pem", NEW.root)))

    assert value(tunnel.connection_predates_ca) is None


@pytest.mark.parametrize(("states", "listens"), [(["ESTABLISHED", "LISTEN"], True), (["SYN_SENT"], False), ([], None)])
def test_whether_anything_listens(states: list[str], listens: bool | None) -> None:
    output = here("fmc.tar.gz", "command-outputs/netstat.output")
    manager, _ = only(case(*(ReachabilityNote(state, "198.51.100.7:8305", "0.0.0.0:*", output) for state in states)))

    assert value(manager.listening) is listens


def test_rpc_that_failed() -> None:
    failed = peer_status(ON_FMC, peer_uuid=FTD_UUID, rpc_failed=True)

    assert value(only(case(failed))[1].rpc_failed) is True
    assert value(only(case())[1].rpc_failed) is None


UP = {"control": True, "event": True, "connected_since": utc("2026-11-22 18:00"), "taken": utc("2026-11-22 19:00")}


def test_rpc_that_failed_before_the_tunnel_came_up_again_is_past() -> None:
    before = peer_status(ON_FMC, peer_uuid=FTD_UUID, rpc_failed=True, control=False, event=False, taken=utc("2026-11-22 16:00"))
    after = peer_status(ON_FMC, peer_uuid=FTD_UUID, **UP)

    assert value(only(case(before, after))[1].rpc_failed) is None


def test_rpc_that_fails_over_the_present_connection_is_told() -> None:
    status = peer_status(
        ON_FMC,
        peer_uuid=FTD_UUID,
        rpc_failed=True,
        control=True,
        event=True,
        connected_since=utc("2026-11-22 18:00"),
        taken=utc("2026-11-22 19:00"),
    )

    assert value(only(case(status))[1].rpc_failed) is True


# -- mixed-up files ------------------------------------------------------------------------------------------


def two_devices(on_first: Credential, on_second: Credential) -> list[tuple[object, object]]:
    facts: list[Fact] = [
        *fmc_box(),
        *ftd_box(),
        *ftd_box("ftd2.tar.gz", FTD2_UUID, "ftd-2"),
        peers_map("ftd.tar.gz", FMC_UUID),
        peers_map("ftd2.tar.gz", FMC_UUID),
        held("fmc.tar.gz", f"var/sf/peers/{FTD_UUID}/certs_pushed/sftunnel-cert.pem", FIRST),
        held("fmc.tar.gz", f"var/sf/peers/{FTD2_UUID}/certs_pushed/sftunnel-cert.pem", SECOND),
        held("ftd.tar.gz", f"var-sf-peers/{FMC_UUID}/sftunnel-cert.pem", on_first),
        held("ftd2.tar.gz", f"var-sf-peers/{FMC_UUID}/sftunnel-cert.pem", on_second),
    ]
    found = build_case(facts, utc("2026-11-23"))
    return [(value(tunnel.leaf_of_other_device), value(tunnel.files_swapped)) for tunnel in found.tunnels]


FIRST, SECOND = leaf("192.0.2.11", 15), leaf("192.0.2.12", 16)


def test_each_device_has_its_own() -> None:
    assert two_devices(FIRST, SECOND) == [("", False), ("", False)]


def test_one_device_has_its_neighbours() -> None:
    assert two_devices(SECOND, SECOND) == [("ftd-2", False), ("", False)]


def test_two_devices_swapped() -> None:
    assert two_devices(SECOND, FIRST) == [("ftd-2", True), ("ftd-1", True)]


def test_a_leaf_that_nobody_keeps_is_its_own() -> None:
    old = InternalCA.ending(FMC_UUID, utc("2026-09-22"))
    stale = old.issue("192.0.2.11", serial=3, at=old.not_before)

    assert two_devices(stale, SECOND) == [("", False), ("", False)]


# -- renewals ------------------------------------------------------------------------------------------------

EPOCH = 1793491200  # 2026-11-01 00:00:00 UTC


@pytest.mark.parametrize(
    ("run", "of", "failed"),
    [
        (EPOCH - 54, "run-of-this-ca", True),
        (EPOCH - 3600, "run-of-this-ca", True),
        (EPOCH - 3601, "earlier-run", None),
        (EPOCH + 600, "run-of-this-ca", True),
        (EPOCH + 601, "later-run", True),
    ],
)
def test_a_list_is_held_against_the_run_that_made_the_ca(run: int, of: str, failed: bool | None) -> None:
    manager, tunnel = only(case(push_failure(epoch=run), held("fmc.tar.gz", "etc/sf/ca_root/cacert.pem", NEW.root)))

    assert NEW.not_before == utc("2026-11-01")
    assert value(manager.push_list_run) == of
    assert (tunnel.push_failed.value if isinstance(tunnel.push_failed, Known) else None) is failed


def test_a_list_of_an_earlier_run_asks_for_the_newest_and_shows_itself() -> None:
    _, tunnel = only(case(push_failure(epoch=EPOCH - 86400), held("fmc.tar.gz", "etc/sf/ca_root/cacert.pem", NEW.root)))

    assert isinstance(tunnel.push_failed, Missing)
    assert "before the current InternalCA" in tunnel.push_failed.why
    assert "FAILED_PUSH" in tunnel.push_failed.obtain
    assert tunnel.push_failed.evidence


def copy(outcome: CopyOutcome, when: str) -> CertificateCopy:
    return CertificateCopy("ftd-1", outcome, False, utc(when), here("copy.txt", line=int(when[-2:])))


def outcome_of(*copies: CertificateCopy) -> object:
    _, tunnel = only(case(push_failure(epoch=EPOCH), *copies))
    return tunnel.certificates_copied.value.outcome if isinstance(tunnel.certificates_copied, Known) else None


def test_a_copy_that_could_not_connect_is_told() -> None:
    assert outcome_of(copy(CopyOutcome.NOT_CONNECTED, "2026-11-02")) is CopyOutcome.NOT_CONNECTED


def test_a_success_outlives_a_later_failure_to_connect() -> None:
    copies = [copy(CopyOutcome.COPIED, "2026-11-02"), copy(CopyOutcome.NOT_CONNECTED, "2026-11-03")]

    assert outcome_of(*copies) is CopyOutcome.COPIED


def test_a_copy_from_before_the_renewal_is_none() -> None:
    assert outcome_of(copy(CopyOutcome.COPIED, "2026-10-02")) is None


# -- the cloud -----------------------------------------------------------------------------------------------


def entry(host: str, name: str, evidence: Evidence) -> ManagerEntry:
    return ManagerEntry(Management.MANAGER, host, "Completed", "", name, evidence)


def test_a_manager_in_the_cloud_is_told_by_its_host() -> None:
    output = here("ftd.tar.gz", "command-outputs/usr-local-sf-bin-sfcli.pl show managers.output")
    found = build_case([*ftd_box(), entry("acme.app.us.cdo.cisco.com", "our-cdfmc", output)], utc("2026-11-23"))

    assert [(manager.label, value(manager.is_cloud)) for manager in found.managers] == [("our-cdfmc", True)]


def test_a_manager_whose_bundle_is_there_is_not_in_the_cloud() -> None:
    assert value(only(case())[0].is_cloud) is False
