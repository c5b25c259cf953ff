"""Each situation, from the case to what is typed on each box."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.model.case import FailureReason, IssuedBy, PushListRun, TunnelState
from analyzer.model.certificate import PrivateKey, UnreadableCertificate
from analyzer.model.finding import State
from analyzer.model.outputs import CertificateCopy, CopyOutcome, ListedFile
from analyzer.model.plan import Place, Situation
from analyzer.prescribe.shell import render
from tests.builders.cases import MANAGER_UUID, at, case, certificate, device, failure, known, manager, missing, tunnel, utc
from tests.prescribe.builders_plans import (
    DEGRADED,
    DOWN,
    RESTART,
    SECOND_UUID,
    UP,
    device_uuid,
    expired_fmc,
    finding,
    fleet,
    fmc,
    ftd,
    good_set,
    ids,
    plan_for,
    renewal,
    typed,
    with_tunnel,
)

FOLDER = f"/var/sf/peers/{MANAGER_UUID}"
RENEWAL_COMMANDS = [
    "sftunnel_status.pl",
    "openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem",
    "date -u",
    "generate_certs.pl",
    "openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem",
    "find /var/tmp -name FAILED_PUSH -mmin -240",
    "cat /etc/sf/ca_root/cacert.pem",
    "sftunnel_status.pl",
]


def by_hand(number: int = 1) -> list[str]:
    """The manual way of Cisco document 222464 for one device, with its checks before the restart."""
    pushed = f"/var/sf/peers/{device_uuid(number)}/certs_pushed"
    return [
        "cat /etc/sf/ca_root/cacert.pem",
        f"cat {pushed}/sftunnel-key.pem",
        f"cat {pushed}/sftunnel-cert.pem",
        f"openssl x509 -noout -fingerprint -sha256 -in {pushed}/sftunnel-cert.pem",
        "hostname",
        f"cp -n {FOLDER}/cacert.pem {FOLDER}/cacert.pem.backup",
        f"cp -n {FOLDER}/sftunnel-cert.pem {FOLDER}/sftunnel-cert.pem.backup",
        f"cp -n {FOLDER}/sftunnel-key.pem {FOLDER}/sftunnel-key.pem.backup",
        f"ls -hal {FOLDER}/",
        f"> {FOLDER}/cacert.pem",
        f"> {FOLDER}/sftunnel-cert.pem",
        f"> {FOLDER}/sftunnel-key.pem",
        f"vi {FOLDER}/cacert.pem",
        f"vi {FOLDER}/sftunnel-cert.pem",
        f"vi {FOLDER}/sftunnel-key.pem",
        f"openssl verify -CAfile {FOLDER}/cacert.pem {FOLDER}/sftunnel-cert.pem",
        f"openssl x509 -noout -modulus -in {FOLDER}/sftunnel-cert.pem",
        f"openssl rsa -noout -modulus -in {FOLDER}/sftunnel-key.pem",
        f"openssl x509 -noout -dates -in {FOLDER}/cacert.pem",
        f"openssl x509 -noout -fingerprint -sha256 -in {FOLDER}/sftunnel-cert.pem",
        "sftunnel-status-brief",
        RESTART,
        "sftunnel_status.pl",
    ]


def test_a_healthy_pair_has_nothing_to_type() -> None:
    plan = plan_for(fleet(fmc(), UP, UP, **good_set()))

    assert [box.situation for box in (*plan.managers, *plan.devices)] == [Situation.HEALTHY] * 3
    assert [box.steps for box in (*plan.managers, *plan.devices)] == [()] * 3
    assert plan.do_not == plan.collect == ()
    assert plan.headline == "The InternalCA of fmc-1 is valid until 2034-10-12. The tunnels of all 2 devices are up."


def test_a_ca_that_ends_soon_is_renewed_while_the_tunnels_are_up() -> None:
    of = fmc(ends="2027-01-22")
    plan = plan_for(fleet(of, UP), finding("internal-ca-expiring", of.key, State.AT_RISK))

    assert plan.managers[0].situation is plan.devices[0].situation is Situation.RENEW_IN_TIME
    assert typed(plan.managers[0]) == [*RENEWAL_COMMANDS, "sftunnel_status.pl"]
    assert typed(plan.devices[0]) == [
        f"openssl x509 -noout -dates -in {FOLDER}/cacert.pem",
        f"openssl verify -CAfile {FOLDER}/cacert.pem {FOLDER}/sftunnel-cert.pem",
        f"openssl x509 -noout -modulus -in {FOLDER}/sftunnel-cert.pem",
        f"openssl rsa -noout -modulus -in {FOLDER}/sftunnel-key.pem",
    ]
    assert "in 60 days" in plan.headline


def test_expired_and_connected_is_renewed_and_nothing_is_restarted() -> None:
    plan = plan_for(fleet(expired_fmc(), UP, DEGRADED))
    of = plan.managers[0]

    assert of.situation is Situation.EXPIRED_CONNECTED
    assert ids(of) == [
        "back-up-manager",
        "install-hotfix",
        "check-tunnels",
        "check-ca-date",
        "generate-certs",
        "find-failed-push",
        "collect-after-renewal",
        "verify-tunnels",
    ]
    assert [command.answers for step in of.steps for command in step.commands if step.id == "generate-certs"] == [("yes", "yes"), ()]
    assert [box.situation for box in plan.devices] == [Situation.EXPIRED_CONNECTED] * 2
    assert plan.headline == "The InternalCA of fmc-1 expired on 2024-10-14: 2 devices still connected."
    assert "Do not reboot or upgrade fmc-1" in plan.do_not[0].text
    assert "ftd-1, ftd-2" in plan.do_not[0].text
    assert "pmtool restartbyid sftunnel" in plan.do_not[1].text


def test_expired_and_down_is_renewed_then_copied_by_script_with_the_manual_way_behind_it() -> None:
    plan = plan_for(fleet(expired_fmc(), DOWN))
    of, to = plan.managers[0], plan.devices[0]

    assert of.situation is to.situation is Situation.EXPIRED_DOWN
    assert typed(of, alternatives=False) == [
        *RENEWAL_COMMANDS,
        "vi devices.csv",
        "copy_sftunnel_certs.py devices.csv",
        "rm devices.csv",
        "sftunnel_status.pl",
    ]
    assert typed(to) == by_hand()
    assert typed(to, alternatives=False) == ["sftunnel_status.pl"]
    assert of.do_not == to.do_not == ()


def test_a_mixed_fleet_is_judged_device_by_device() -> None:
    plan = plan_for(fleet(expired_fmc(), UP, DOWN, DOWN))

    assert plan.managers[0].situation is Situation.EXPIRED_MIXED
    assert plan.headline == "The InternalCA of fmc-1 expired on 2024-10-14: 1 device still connected, 2 down."
    assert [(box.label, box.situation) for box in plan.devices] == [
        ("ftd-2", Situation.EXPIRED_DOWN),
        ("ftd-3", Situation.EXPIRED_DOWN),
        ("ftd-1", Situation.EXPIRED_CONNECTED),
    ]
    assert typed(plan.devices[0]) == by_hand(2)
    assert plan.managers[0].files[0].lines == ("ftd-2,192.0.2.2,,", "ftd-3,192.0.2.3,,")


def test_expired_with_unknown_tunnels_looks_first_and_asks_for_the_one_command() -> None:
    plan = plan_for(fleet(expired_fmc(), None))

    assert plan.managers[0].situation is plan.devices[0].situation is Situation.EXPIRED_UNKNOWN
    assert typed(plan.managers[0])[0] == "sftunnel_status.pl"
    assert typed(plan.devices[0]) == ["sftunnel_status.pl"]
    assert [step.id for step in plan.collect] == ["collect-tunnels"]
    assert "The evidence does not show which tunnels are up" in plan.do_not[0].text


def test_one_device_down_and_the_rest_unknown_does_not_make_the_manager_expired_and_down() -> None:
    assert plan_for(fleet(expired_fmc(), DOWN, None)).managers[0].situation is Situation.EXPIRED_UNKNOWN


def test_a_device_with_the_old_set_under_a_renewed_manager_missed_the_renewal() -> None:
    a_case = fleet(fmc(renewal=renewal()), DOWN, device_leaf_issued_by=IssuedBy.PREVIOUS_CA, device_ca_is_current=False)
    plan = plan_for(a_case)

    assert plan.managers[0].situation is Situation.HEALTHY
    assert plan.devices[0].situation is Situation.MISSED_RENEWAL
    assert typed(plan.managers[0], alternatives=False) == [
        "sftunnel_status.pl",
        "cat /var/tmp/certs/1728915794/FAILED_PUSH",
        "vi devices.csv",
        "copy_sftunnel_certs.py devices.csv",
        "rm devices.csv",
        "sftunnel_status.pl",
    ]
    lines = typed(plan.devices[0])
    assert [line for line in lines if not line.startswith("cat >")] == [line for line in by_hand() if line != f"vi {FOLDER}/cacert.pem"]


def test_the_ca_of_the_manager_goes_by_here_document_when_it_is_in_evidence() -> None:
    plan = plan_for(fleet(fmc(), DOWN, device_leaf_issued_by=IssuedBy.PREVIOUS_CA))
    written = [line for line in typed(plan.devices[0]) if "EOF" in line]

    assert len(written) == 1
    assert written[0].startswith(f"cat > {FOLDER}/cacert.pem << 'EOF'\n-----BEGIN CERTIFICATE-----\n")
    assert written[0].endswith("\n-----END CERTIFICATE-----\nEOF")


def test_a_ca_that_is_only_assumed_to_be_in_force_is_pasted_by_hand() -> None:
    of = fmc()
    assumed = fmc(internal_ca=known(of.internal_ca.value, at("peers/cacert.pem"), assumed="the newest in evidence"))  # type: ignore[union-attr]
    lines = typed(plan_for(fleet(assumed, DOWN, device_leaf_issued_by=IssuedBy.PREVIOUS_CA)).devices[0])

    assert not any("EOF" in line for line in lines)
    assert f"vi {FOLDER}/cacert.pem" in lines


@pytest.mark.parametrize(
    "held",
    [
        {"device_ca_is_current": True, "device_leaf_issued_by": IssuedBy.PREVIOUS_CA},
        {"device_ca_is_current": True, "device_leaf_issued_by": IssuedBy.SAME_NAME_OTHER_KEY},
        {"device_ca_is_current": False, "device_leaf_issued_by": IssuedBy.CURRENT_CA},
        {"device_ca_is_current": True, "device_leaf_issued_by": IssuedBy.CURRENT_CA, "leaf_matches_key": False},
    ],
)
def test_half_of_a_set_is_a_partial_copy_and_all_three_files_are_copied_again(held: dict[str, object]) -> None:
    plan = plan_for(fleet(fmc(), DOWN, **held))

    assert plan.devices[0].situation is Situation.PARTIAL_COPY
    assert RESTART in typed(plan.devices[0])


@pytest.mark.parametrize(
    "held",
    [
        {"empty_files": (ListedFile("cacert.pem", "0", "-rw-r--r--", "root", "root", FOLDER, at("ls.txt")),)},
        {"damaged_files": (UnreadableCertificate("cut", at("cacert.pem")),)},
        {**good_set(), "leaf_of_other_device": "ftd-2"},
    ],
)
@pytest.mark.parametrize(("state", "restarted"), [(DOWN, True), (UP, False)])
def test_an_empty_a_damaged_and_another_devices_file_are_copied_again(held: dict[str, Any], state: TunnelState, restarted: bool) -> None:
    plan = plan_for(fleet(fmc(), state, **held))

    assert plan.devices[0].situation is Situation.PARTIAL_COPY
    assert (RESTART in typed(plan.devices[0])) is restarted
    assert ("leave-running" in ids(plan.devices[0])) is not restarted


def test_a_key_that_is_gone_from_the_evidence_changes_no_plan() -> None:
    plan = plan_for(fleet(fmc(), UP, damaged_keys=(PrivateKey("", "empty file", at("sftunnel-key.pem"), damaged=True),)))

    assert plan.devices[0].situation is Situation.HEALTHY


OF_TODAY = certificate(not_before="2026-11-01")


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ({"process_predates_leaf": True}, True),
        ({"process_predates_leaf": False, "since": utc("2026-10-01")}, False),
        ({"since": utc("2026-10-01")}, True),
        ({"since": utc("2026-11-02")}, False),
        ({}, False),
        ({"process_predates_leaf": True, "failure": failure(FailureReason.REFUSED)}, False),
        ({"process_predates_leaf": True, "failure": failure(FailureReason.EXPIRED)}, True),
        ({"process_predates_leaf": True, "failure": failure(FailureReason.EXPIRED, time=utc("2026-11-20"))}, True),
    ],
)
def test_a_whole_set_that_no_process_has_read_asks_for_the_restart_alone(told: dict[str, Any], due: bool) -> None:
    plan = plan_for(fleet(fmc(), DOWN, **good_set(), device_leaf=OF_TODAY, **told))
    to = plan.devices[0]

    assert to.situation is (Situation.RESTART_DUE if due else Situation.LOOK_ELSEWHERE)
    if due:
        assert ids(to) == ["check-files", "look-before-restart", "restart-sftunnel", "verify-device"]
    else:
        assert RESTART not in typed(to)


def test_a_restart_that_is_due_waits_while_a_tunnel_to_another_manager_lives() -> None:
    one, other, to = fmc(), fmc("fmc-2", uuid=SECOND_UUID), ftd()
    waiting = tunnel(one, to, state=DOWN, **good_set(), device_leaf=OF_TODAY, process_predates_leaf=True)
    plan = plan_for(case(managers=[one, other], devices=[to], tunnels=[waiting, tunnel(other, to, state=UP)]))

    assert plan.devices[0].situation is Situation.RESTART_DUE
    assert ids(plan.devices[0]) == ["check-files", "leave-running", "verify-device"]


def test_a_failed_push_alone_says_that_the_renewal_was_missed() -> None:
    plan = plan_for(fleet(fmc(renewal=renewal()), None, push_failed=True))

    assert plan.devices[0].situation is Situation.MISSED_RENEWAL
    assert ids(plan.devices[0])[-3:] == ["check-files", "leave-running", "verify-device"]
    assert plan.managers[0].files == ()
    assert "look-before-copy" in ids(plan.managers[0])


def test_a_failed_push_that_was_copied_afterwards_says_nothing_any_more() -> None:
    copied = CertificateCopy("ftd-1", CopyOutcome.COPIED, True, None, at())
    plan = plan_for(fleet(fmc(), UP, push_failed=True, certificates_copied=copied))

    assert plan.devices[0].situation is Situation.HEALTHY


def test_a_run_that_is_newer_than_the_ca_in_evidence_leaves_the_date_open_but_not_the_copy() -> None:
    of = expired_fmc(renewal=renewal(1795165940), push_list_run=PushListRun.LATER)
    plan = plan_for(fleet(of, DOWN, push_failed=True))

    assert plan.managers[0].situation is Situation.UNKNOWN
    assert plan.devices[0].situation is Situation.MISSED_RENEWAL
    assert typed(plan.managers[0])[0] == "openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem"
    assert "generate_certs.pl" not in typed(plan.managers[0])


def test_a_run_of_which_the_present_ca_is_not_leaves_it_to_the_manager_to_print_the_ca() -> None:
    of = fmc(renewal=renewal(), push_list_run=PushListRun.LATER)
    plan = plan_for(fleet(of, DOWN, push_failed=True))

    assert plan.managers[0].situation is Situation.UNKNOWN
    assert plan.devices[0].situation is Situation.MISSED_RENEWAL
    assert not any("EOF" in line for line in typed(plan.devices[0]))


def test_the_list_of_an_earlier_run_is_not_read_again() -> None:
    of = fmc(renewal=renewal(), push_list_run=PushListRun.EARLIER)
    plan = plan_for(fleet(of, DOWN, device_leaf_issued_by=IssuedBy.PREVIOUS_CA, device_ca_is_current=False))
    (reading,) = [step for step in plan.managers[0].steps if step.id == "read-failed-push"]

    assert plan.devices[0].situation is Situation.MISSED_RENEWAL
    assert reading.commands == ()
    assert [one.why for one in reading.refused] == [
        "the FAILED_PUSH in the evidence is from a run before the current InternalCA was created"
    ]


def test_after_a_run_that_is_still_to_come_no_older_list_is_read() -> None:
    of = expired_fmc(renewal=renewal(), push_list_run=PushListRun.THIS_CA)
    plan = plan_for(fleet(of, DOWN))
    (reading,) = [step for step in plan.managers[0].steps if step.id in ("read-failed-push", "find-failed-push")]

    assert "generate_certs.pl" in typed(plan.managers[0])
    assert [render(command) for command in reading.commands] == ["find /var/tmp -name FAILED_PUSH -mmin -240"]
    assert not reading.refused


def test_an_expired_certificate_met_after_the_renewal_is_a_missed_renewal_told_by_the_log_alone() -> None:
    after = failure(FailureReason.EXPIRED, time=utc("2024-10-20"))
    plan = plan_for(fleet(fmc(begins="2024-10-14"), DOWN, failure=after))

    assert plan.devices[0].situation is Situation.MISSED_RENEWAL
    assert "a certificate has expired, although the FMC's InternalCA is valid" in plan.devices[0].summary


def test_an_expired_certificate_met_before_the_renewal_settles_nothing() -> None:
    before = failure(FailureReason.EXPIRED, time=utc("2024-10-10"))
    plan = plan_for(fleet(fmc(begins="2024-10-14"), DOWN, failure=before))

    assert plan.devices[0].situation is Situation.UNKNOWN
    assert [step.id for step in plan.collect] == ["collect-tunnels", "collect-device-certificates"]


def test_a_connected_device_with_the_old_set_gets_its_files_without_a_restart() -> None:
    plan = plan_for(fleet(fmc(), UP, device_leaf_issued_by=IssuedBy.PREVIOUS_CA))
    to = plan.devices[0]

    assert to.situation is Situation.MISSED_RENEWAL
    assert "leave-running" in ids(to)
    assert RESTART not in typed(to)
    assert "might not be able to reconnect" in to.do_not[0].text
    assert plan.managers[0].files == ()


def test_a_device_of_another_manager_is_never_registered_anew_by_a_command() -> None:
    a_case = with_tunnel(fleet(fmc(), DOWN), device_leaf_issued_by=IssuedBy.ANOTHER_MANAGER)
    to = plan_for(a_case).devices[0]

    assert to.situation is Situation.ANOTHER_MANAGER
    assert typed(to) == ["show managers", "ls -l /var/sf/peers/"]
    assert to.steps[-1].id == "decide-registration"
    assert to.steps[-1].commands == ()


def test_a_tunnel_that_is_down_with_good_certificates_sends_elsewhere() -> None:
    to = plan_for(fleet(fmc(), DOWN, **good_set())).devices[0]

    assert to.situation is Situation.LOOK_ELSEWHERE
    assert typed(to) == [
        "netstat -ant",
        "ip route get 192.0.2.1",
        "sftunnel_status.pl",
        "sftunnel-status-brief",
        "show managers",
        "pmtool status",
        "/ngfw/usr/local/sf/bin/sftunnel_status.pl 198.51.100.7",
        "grep sf_ssl /ngfw/var/log/messages",
        "date -u",
        "date -u",
    ]


@pytest.mark.parametrize(
    ("reason", "first"),
    [
        (FailureReason.NOT_REACHED, "listening"),
        (FailureReason.REFUSED, "listening"),
        (FailureReason.NOT_YET_VALID, "device-clock"),  # it rejects: its clock first
        (FailureReason.WEAK, "newest-log"),
    ],
)
def test_the_reason_of_the_failure_decides_where_to_look_first(reason: FailureReason, first: str) -> None:
    to = plan_for(fleet(fmc(), DOWN, failure=failure(reason))).devices[0]

    assert to.situation is Situation.LOOK_ELSEWHERE
    assert ids(to)[0] == first


def test_a_capture_in_which_nothing_answers_sends_to_the_way_first_and_one_with_a_reset_to_what_listens() -> None:
    silent = plan_for(fleet(fmc(), DOWN, failure=failure(FailureReason.NOT_REACHED, source="capture"))).devices[0]
    reset = plan_for(fleet(fmc(), DOWN, failure=failure(FailureReason.REFUSED, source="capture"))).devices[0]

    assert ids(silent) == ["capture-on-manager", "route", "listening", "device-view", "process-runs", "newest-log"]
    assert ids(reset) == ["listening", "process-runs", "device-view", "newest-log", "route"]


def test_a_degraded_tunnel_under_a_valid_ca_is_not_healthy_and_not_restarted() -> None:
    to = plan_for(fleet(fmc(), DEGRADED, **good_set())).devices[0]

    assert to.situation is Situation.LOOK_ELSEWHERE
    assert RESTART not in typed(to)


def test_the_log_of_a_device_alone_cannot_tell_and_names_the_command_that_can() -> None:
    of = manager("198.51.100.7", address="198.51.100.7")
    plan = plan_for(fleet(of, DOWN, failure=failure(FailureReason.EXPIRED, verify_code=10)))

    assert plan.devices[0].situation is Situation.UNKNOWN
    assert typed(plan.devices[0]) == ["openssl x509 -dates -noout -in /etc/sf/ca_root/cacert.pem"]
    assert [step.id for step in plan.collect][:2] == ["collect-all-of-manager", "collect-ca-date"]
    assert [step.id for step in plan.collect].count("collect-ca-date") == 1
    assert "do not reboot" in plan.do_not[0].text


def test_a_tunnel_that_is_down_with_certificates_unseen_asks_for_them() -> None:
    plan = plan_for(fleet(fmc(), DOWN))

    assert plan.devices[0].situation is Situation.UNKNOWN
    assert typed(plan.devices[0]) == [f"cat {FOLDER}/cacert.pem", f"cat {FOLDER}/sftunnel-cert.pem"]


def test_a_locally_managed_device_is_not_concerned() -> None:
    plan = plan_for(case(devices=[device("ftd-1", managed_by="local")]))

    assert plan.devices[0].situation is Situation.NOT_APPLICABLE
    assert plan.headline == "No device in the evidence has a tunnel to an FMC."


@pytest.mark.parametrize(("state", "situation"), [(UP, Situation.HEALTHY), (DOWN, Situation.LOOK_ELSEWHERE), (None, Situation.UNKNOWN)])
def test_for_the_cloud_delivered_fmc_nothing_is_renewed_copied_or_typed_on_it(state: TunnelState | None, situation: Situation) -> None:
    plan = plan_for(fleet(expired_fmc(is_cloud=True), state, push_failed=True, device_leaf_issued_by=IssuedBy.PREVIOUS_CA))

    assert plan.managers[0].situation is Situation.NOT_APPLICABLE
    assert plan.devices[0].situation is situation
    assert typed(plan.managers[0]) == []
    assert {step.place for step in (*plan.devices[0].steps, *plan.collect)} <= {Place.FTD_CLISH, Place.FTD_EXPERT}
    assert RESTART not in typed(plan.devices[0])
    assert "Ask Cisco TAC" in plan.headline


def test_a_device_whose_manager_is_not_in_the_case_is_unknown_and_breaks_nothing() -> None:
    to = ftd()
    plan = plan_for(case(devices=[to], tunnels=[tunnel("manager:gone", to, state=DOWN)]))

    assert plan.devices[0].situation is Situation.UNKNOWN


def test_nothing_in_evidence_is_said_to_be_nothing_with_what_to_bring() -> None:
    plan = plan_for(case())

    assert plan.headline == (
        "The evidence mentions no FMC and no device with a tunnel to one. Provide a troubleshoot bundle of the FMC, "
        "or its file /etc/sf/ca_root/cacert.pem and the output of sftunnel_status.pl."
    )
    assert plan.managers == plan.devices == plan.collect == ()


_NO_DATE = dict.fromkeys(("internal_ca", "internal_ca_not_before", "internal_ca_not_after"), missing())


@pytest.mark.parametrize(("state", "restarts"), [(DOWN, True), (UP, False), (DEGRADED, False), (None, False)])
def test_while_the_date_is_unknown_a_restart_is_printed_only_for_the_device_that_the_do_not_excepts(
    state: TunnelState | None, restarts: bool
) -> None:
    of = fmc(**_NO_DATE, renewal=renewal())
    plan = plan_for(fleet(of, state, push_failed=True))
    printed = any("pmtool restartbyid" in line for box in plan.devices for line in typed(box))
    text = next(one.text for one in plan.managers[0].do_not if one.text.startswith("Until you know when the CA of"))

    assert printed is restarts
    assert ("ftd-1" in text) is restarts


def test_one_channel_down_while_the_date_of_the_ca_is_unknown_asks_for_the_date_first() -> None:
    plan = plan_for(fleet(fmc(**_NO_DATE), DEGRADED))

    assert plan.devices[0].situation is Situation.UNKNOWN
    assert "collect-ca-date" in ids(plan.devices[0])
