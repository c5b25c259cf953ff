"""Reasons beside an expired CA and a missed renewal: what the rules found decides what is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from analyzer.model.case import Case, FailureReason, IssuedBy, TunnelState
from analyzer.model.certificate import UnreadableCertificate
from analyzer.model.finding import State
from analyzer.model.plan import Action, AppliancePlan, Plan, Situation
from tests.builders.cases import MANAGER_UUID, at, case, certificate, failure, known, tunnel, utc
from tests.prescribe.builders_plans import SECOND_UUID, finding, fleet, fmc, ftd, good_set, ids, plan_for, typed, with_tunnel

CONNECTED, DOWN = TunnelState.CONNECTED, TunnelState.DOWN
RESTART = "pmtool restartbyid sftunnel"
DAMAGED = UnreadableCertificate("cut", at("fmc.tar.gz", "dir-archives/etc/sf/keys/sftunnel-cert.pem"))
COPY = ["print-files", "back-up-files", "empty-files"]


def down(**given: Any) -> Case:
    """One device with the present set, whose tunnel is down."""
    return fleet(fmc(), DOWN, **(good_set() | given))


def first_device(plan: Plan) -> AppliancePlan:
    return plan.devices[0]


@pytest.mark.parametrize(("swapped", "says"), [(True, "are swapped"), (False, "has the certificate of another device")])
def test_a_good_certificate_of_another_device_is_copied_over(swapped: bool, says: str) -> None:
    to = first_device(plan_for(down(leaf_of_other_device=known("ftd-2"), files_swapped=known(swapped))))

    assert to.situation is Situation.PARTIAL_COPY
    assert says in to.summary
    assert [one for one in ids(to) if one in COPY] == COPY


def test_an_empty_or_damaged_file_is_copied_again() -> None:
    broken = UnreadableCertificate("cut", at("ftd.tar.gz", f"dir-archives/var-sf-peers/{MANAGER_UUID}/sftunnel-cert.pem"))
    to = first_device(plan_for(down(damaged_files=(broken,))))

    assert to.situation is Situation.PARTIAL_COPY
    assert "is empty or damaged" in to.summary
    assert [one for one in ids(to) if one in COPY] == COPY


def test_an_expired_certificate_is_replaced_by_the_newer_one_that_the_fmc_keeps() -> None:
    ended, kept = certificate(not_after=utc("2026-10-07")), certificate(not_after=utc("2034-10-07"))
    to = first_device(plan_for(down(device_leaf=known(ended), leaf_to_push=known(kept))))

    assert to.situation is Situation.MISSED_RENEWAL
    assert "certificate has expired" in to.summary


@pytest.mark.parametrize("kept", [None, "2026-10-07"])
def test_an_expired_certificate_is_never_copied_again(kept: str | None) -> None:
    given = {"leaf_to_push": known(certificate(not_after=utc(kept)))} if kept else {}
    a_case = down(device_leaf=known(certificate(not_after=utc("2026-10-07"))), **given)
    plan = plan_for(a_case)
    to = first_device(plan)

    assert to.situation is Situation.LOOK_ELSEWHERE
    assert ids(to) == ["manager-clock", "device-clock", "kept-certificate"]
    assert ids(plan.managers[0]) == []


def test_right_files_under_an_old_process_are_restarted_and_not_copied() -> None:
    a_case = with_tunnel(down(failure=failure(FailureReason.EXPIRED)), process_predates_leaf=True)
    plan = plan_for(a_case)
    to = first_device(plan)

    assert to.situation is Situation.RESTART_DUE
    assert ids(to) == ["check-files", "look-before-restart", "restart-sftunnel", "verify-device"]
    assert typed(to).count(RESTART) == 1
    assert ids(plan.managers[0]) == []


def test_right_files_are_not_told_by_a_log_to_be_old() -> None:
    """The log of a process that is older than the files; when it started is not in evidence."""
    to = first_device(plan_for(down(failure=failure(FailureReason.EXPIRED, time=utc("2026-11-22")))))

    assert to.situation is Situation.LOOK_ELSEWHERE


def test_a_process_of_the_fmc_that_does_not_run_explains_every_device() -> None:
    a_case = fleet(fmc(listening=False), DOWN, DOWN, **good_set())
    plan = plan_for(a_case)

    assert plan.managers[0].situation is Situation.LOOK_ELSEWHERE
    assert ids(plan.managers[0]) == ["manager-process", "listening"], "what does not listen may still dial"
    assert "Nothing seems to listen on the sftunnel port of the FMC" in plan.headline
    assert {one.situation for one in plan.devices} == {Situation.LOOK_ELSEWHERE}


def test_a_process_of_the_device_that_does_not_run_comes_first() -> None:
    a_case = down()
    to = first_device(plan_for(replace(a_case, devices=(ftd(process_running=False),))))

    assert ids(to) == ["device-process-stopped", "newest-log", "start-device-process", "verify-device"]
    assert typed(to)[-4:] == ["pmtool enablebyid sftunnel", RESTART, "pmtool status", "sftunnel_status.pl"]
    assert to.summary == "ftd-1: The sftunnel process of the device is not running."


def test_a_process_of_the_device_is_not_started_where_a_tunnel_to_another_fmc_lives() -> None:
    """Then what pmtool said is older than that tunnel, and a start would cut it."""
    first, second, box = fmc(), fmc("fmc-2", uuid=SECOND_UUID), ftd(process_running=False)
    a_case = case(
        managers=[first, second],
        devices=[box],
        tunnels=[tunnel(first, box, state=DOWN, **good_set()), tunnel(second, box, state=CONNECTED, **good_set())],
    )
    to = first_device(plan_for(a_case))

    assert set(ids(to)) == {"process-runs", "process-runs-2", "newest-log", "newest-log-2"}
    assert RESTART not in typed(to)


@pytest.mark.parametrize(
    ("given", "states", "rules", "started"),
    [
        ({}, (DOWN, DOWN), (), True),
        ({}, (DOWN, CONNECTED), (), False),
        ({}, (DOWN, DOWN), ("manager-leaf-not-current",), False),
        ({"process_running": known(True)}, (DOWN, DOWN), (), False),
        ({"damaged_files": (DAMAGED,)}, (DOWN, DOWN), (), False),
    ],
    ids=["stopped", "a tunnel lives", "a stale certificate", "running", "a damaged file"],
)
def test_the_process_of_the_fmc_is_started_only_where_that_can_cut_nothing(
    given: dict[str, Any], states: tuple[TunnelState, ...], rules: tuple[str, ...], started: bool
) -> None:
    a_case = fleet(fmc(**({"process_running": known(False)} | given)), *states, **good_set())
    key = a_case.managers[0].key
    of = plan_for(a_case, finding("sftunnel-not-running", key), *(finding(rule, key) for rule in rules)).managers[0]
    others = ["manager-certificate"] if rules or "damaged_files" in given else []

    assert sorted(ids(of)) == sorted(
        ["manager-process-stopped", "start-manager-process", "listening", "verify-tunnels"]
        if started
        else [*others, "manager-process", "listening"]
    )
    assert not started or ids(of)[:2] == ["manager-process-stopped", "start-manager-process"]


@pytest.mark.parametrize(
    ("given", "rules", "warned"),
    [
        ({}, (), True),
        ({}, ("manager-leaf-not-current",), False),
        ({"damaged_files": (DAMAGED,)}, (), False),
        ({"process_running": known(True)}, (), False),
    ],
    ids=["stopped", "a stale certificate", "a damaged file", "running"],
)
def test_a_run_is_called_needless_only_where_nothing_speaks_of_certificates(
    given: dict[str, Any], rules: tuple[str, ...], warned: bool
) -> None:
    """A new InternalCA might be the repair of what is wrong with the certificates of the FMC."""
    a_case = fleet(fmc(**({"process_running": known(False)} | given)), DOWN, DOWN, **good_set())
    key = a_case.managers[0].key
    of = plan_for(a_case, finding("sftunnel-not-running", key), *(finding(rule, key) for rule in rules)).managers[0]

    assert any(one.action is Action.GENERATE for one in of.do_not) is warned


@pytest.mark.parametrize("skew", [timedelta(days=5), timedelta(days=-5)])
def test_a_clock_that_could_turn_the_verdict_comes_before_the_path(skew: timedelta) -> None:
    a_case = with_tunnel(down(failure=failure(FailureReason.NOT_YET_VALID)), clock_skew=skew, skew_could_flip=True)
    to = first_device(plan_for(a_case))

    assert ids(to)[:2] == ["manager-clock", "device-clock"]
    assert ids(to)[-1] == "verify-device"
    late, early = ("ftd-1", "fmc-1") if skew > timedelta(0) else ("fmc-1", "ftd-1")
    assert f"the clock of {late} is 5 days behind that of {early}" in to.steps[0].why
    assert "The clocks of the two" in to.summary


def test_a_skew_that_turns_nothing_is_not_the_reason() -> None:
    a_case = with_tunnel(down(), clock_skew=timedelta(minutes=20), skew_could_flip=False)
    to = first_device(plan_for(a_case))

    assert "its certificates are healthy" in to.summary


def test_a_weak_certificate_is_not_called_in_order() -> None:
    to = first_device(plan_for(down(failure=failure(FailureReason.WEAK))))

    assert ids(to) == ["newest-log", "weak-certificate"]
    assert "in order" not in to.summary


def test_a_stale_certificate_of_the_fmc_is_for_the_fmc_and_nothing_is_restarted() -> None:
    stale = {"leaf": certificate(), "leaf_issued_by": IssuedBy.PREVIOUS_CA}
    plan = plan_for(fleet(fmc(**stale), DOWN, CONNECTED, **good_set()))

    assert ids(plan.managers[0]) == ["manager-certificate"]
    assert any("restartbyid" in caution.text and "ftd-2" in caution.text for caution in plan.do_not)
    assert all(RESTART not in typed(box) for box in plan.devices)
    assert next(box for box in plan.devices if box.label == "ftd-1").situation is Situation.LOOK_ELSEWHERE


@pytest.mark.parametrize(("file", "damaged"), [("sftunnel-cert.pem", True), ("cacert.pem", True), ("sftunnel-key.pem", False)])
def test_a_damaged_certificate_of_the_fmc_comes_first_and_a_key_that_was_left_out_does_not(file: str, damaged: bool) -> None:
    broken = UnreadableCertificate("cut", at("fmc.tar.gz", f"dir-archives/etc/sf/keys/{file}"))
    field = "damaged_files" if damaged else "damaged_keys"
    plan = plan_for(fleet(fmc(**{field: (broken,)}), DOWN, **good_set()))

    assert ids(plan.managers[0]) == ["manager-certificate"]
    assert (plan.managers[0].situation is Situation.LOOK_ELSEWHERE) is damaged
    assert ("certificates are healthy" in first_device(plan).summary) is not damaged


@pytest.mark.parametrize("reason", [FailureReason.NOT_REACHED, FailureReason.REFUSED])
def test_a_tunnel_that_tcp_does_not_reach_is_not_laid_at_the_certificate_of_the_fmc(reason: FailureReason) -> None:
    a_case = fleet(fmc(), DOWN, **good_set(), failure=failure(reason))
    plan = plan_for(a_case, finding("manager-leaf-not-current", a_case.managers[0].key))

    assert "TCP" in first_device(plan).summary


def test_calls_that_fail_over_a_living_tunnel_are_not_health() -> None:
    to = first_device(plan_for(fleet(fmc(), CONNECTED, rpc_failed=True)))

    assert to.situation is Situation.LOOK_ELSEWHERE
    assert ids(to)[0] == "rpc"
    assert RESTART not in typed(to)


@pytest.mark.parametrize("ends", ["2034-10-12", "2026-09-22"])
def test_a_device_that_was_never_registered_gets_no_certificates(ends: str) -> None:
    to = first_device(plan_for(fleet(fmc(ends=ends), None, registration=known("Pending"))))

    assert to.situation is Situation.NOT_REGISTERED
    assert ids(to)[0] == "registration"


def test_calls_that_fail_do_not_hide_that_the_ca_ends_soon() -> None:
    to = first_device(plan_for(fleet(fmc(ends="2026-12-20"), CONNECTED, rpc_failed=True)))

    assert to.situation is Situation.RENEW_IN_TIME


@pytest.mark.parametrize(
    ("reason", "of", "warned"),
    [
        (FailureReason.NOT_REACHED, {}, True),
        (FailureReason.WEAK, {}, False),
        (FailureReason.EXPIRED, {}, False),
        (FailureReason.NOT_REACHED, {"ends": "2024-10-14"}, False),
        (FailureReason.NOT_REACHED, {"ends": "2027-01-22"}, False),
        (FailureReason.NOT_REACHED, {"leaf": certificate(), "leaf_issued_by": IssuedBy.PREVIOUS_CA}, False),
    ],
    ids=["nothing answers", "a weak certificate", "an expired certificate", "an expired CA", "a CA that ends soon", "a stale certificate"],
)
def test_renewing_is_called_useless_only_where_the_path_alone_is_at_fault(reason: FailureReason, of: dict[str, Any], warned: bool) -> None:
    a_case = fleet(fmc(**of), DOWN, failure=failure(reason, source="capture"))
    key = a_case.managers[0].key
    soon = [finding("internal-ca-expiring", key, State.AT_RISK)] if of.get("ends") == "2027-01-22" else []
    cautions = plan_for(a_case, *soon).managers[0].do_not

    assert any("do not copy certificates" in one.text for one in cautions) is warned


@pytest.mark.parametrize("tells", [True, False], ids=["set up with the old files", "set up with the new ones"])
def test_a_device_whose_new_files_are_not_checked_yet_is_left_running_while_others_are_repaired(tells: bool) -> None:
    a_case = fleet(fmc(), CONNECTED, DOWN, device_leaf_issued_by=IssuedBy.CURRENT_CA)
    old = {"device_leaf_issued_by": known(IssuedBy.PREVIOUS_CA), "device_ca_is_current": known(False)}
    up = replace(a_case.tunnels[0], connection_predates_ca=known(tells))
    plan = plan_for(replace(a_case, tunnels=(up, replace(a_case.tunnels[1], **old))))

    assert any(one.action is Action.RESTART and "ftd-1" in one.text and "new files" in one.text for one in plan.do_not) is tells
    assert any("generate_certs.pl again" in one.text for one in plan.do_not)
