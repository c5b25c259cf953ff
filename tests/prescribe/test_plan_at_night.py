"""What a person could misread at three in the morning: the step says what it means for this very case."""

from __future__ import annotations

import pytest

from analyzer.model.case import IssuedBy, TunnelState
from analyzer.model.finding import SubjectKind
from analyzer.model.plan import AppliancePlan, Risk, Situation, Step
from tests.builders.cases import at, case, known, tunnel
from tests.prescribe.builders_plans import (
    DOWN,
    REMEDIES,
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
    with_tunnel,
)

OLD_SET = {"device_leaf_issued_by": IssuedBy.PREVIOUS_CA, "device_ca_is_current": False}


def step(box: AppliancePlan, step_id: str) -> Step:
    return next(one for one in box.steps if one.id == step_id)


def expected(one: Step) -> str:
    return " ".join(f"{command.expect} {command.then}" for command in one.commands)


def test_the_check_of_the_files_names_the_end_of_the_ca_in_force_and_not_a_round_number() -> None:
    """A CA that was made two years ago does not end in ten years."""
    check = step(plan_for(fleet(fmc(ends="2034-10-12"), DOWN, **OLD_SET)).devices[0], "check-files")

    assert "The notAfter of the current InternalCA: 2034-10-12." in expected(check)


def test_the_check_of_the_files_does_not_name_the_end_of_a_ca_that_is_about_to_be_replaced() -> None:
    check = step(plan_for(fleet(expired_fmc(), DOWN)).devices[0], "check-files")

    assert "2024-10-14" not in expected(check)
    assert "about ten years after the renewal" in expected(check)


def test_a_certificate_and_key_of_another_device_would_be_noticed_before_the_restart() -> None:
    """Together they verify, and belong to each other: only the fingerprint on the FMC tells whose they are."""
    to = plan_for(fleet(fmc(), DOWN, **OLD_SET)).devices[0]

    assert f"/var/sf/peers/{device_uuid(1)}/certs_pushed/sftunnel-cert.pem on fmc-1" in expected(step(to, "check-files"))
    assert "fingerprint" in expected(step(to, "print-files"))
    assert ids(to).index("check-files") < ids(to).index("restart-sftunnel")


def test_after_a_restart_nobody_is_told_to_put_the_expired_files_back() -> None:
    """The backups may be of long ago where only the restart was left."""
    due = with_tunnel(fleet(fmc(), DOWN, **good_set()), process_predates_leaf=True)
    to = plan_for(due).devices[0]

    assert to.situation is Situation.RESTART_DUE
    assert ".backup" not in step(to, "restart-sftunnel").undo_note


def test_what_to_see_after_a_restart_is_said_by_the_step_itself() -> None:
    """In the list of the manual way it is the last one: it cannot lean on a step behind it."""
    to = plan_for(fleet(fmc(), DOWN, **OLD_SET)).devices[0]

    check = "After a minute, sftunnel_status.pl on fmc-1 shows both channels of ftd-1 connected."
    assert step(to, "restart-sftunnel").check == check


def test_what_to_see_after_a_start_is_seen_on_the_device_itself() -> None:
    a_case = fleet(fmc(), DOWN, **good_set())
    to = plan_for(a_case, finding("sftunnel-not-running-on-device", a_case.devices[0].key, kind=SubjectKind.DEVICE)).devices[0]

    assert "sftunnel-status-brief on ftd-1 shows both channels to fmc-1 connected" in step(to, "start-device-process").check


@pytest.mark.parametrize(("state", "cautions"), [(UP, 1), (DOWN, 0)])
def test_a_device_that_lives_on_the_old_set_forbids_to_reboot_a_renewed_fmc(state: TunnelState, cautions: int) -> None:
    """The FMC itself is healthy, and ftd-2 would bear a reboot; ftd-1 would not come back."""
    of = fmc()
    first, second = ftd(1), ftd(2)
    a_case = case(
        managers=[of],
        devices=[first, second],
        tunnels=[tunnel(of, first, state=state, **OLD_SET), tunnel(of, second, state=UP, **good_set())],
    )
    plan = plan_for(a_case)

    assert plan.managers[0].situation is Situation.HEALTHY
    said = [one for one in plan.do_not if "Do not reboot or upgrade fmc-1" in one.text]
    assert len(said) == cautions
    assert all("ftd-1" in one.text and "ftd-2" not in one.text for one in said)


def test_nobody_waits_for_a_copy_whose_list_cannot_name_the_device() -> None:
    of, to = fmc(), ftd(name=known("$(reboot)", at("bundle.tar.gz", "ims.conf")))
    plan = plan_for(case(managers=[of], devices=[to], tunnels=[tunnel(of, to, state=DOWN, **OLD_SET)]))

    assert plan.managers[0].files == ()
    assert next(one for one in plan.managers[0].steps if one.id == "copy-from-manager").refused
    assert "await-copy" not in ids(plan.devices[0])
    assert not any(one.alternative for one in plan.devices[0].steps)


def test_the_clock_is_read_before_new_certificates_begin_at_it() -> None:
    of = plan_for(fleet(expired_fmc(), UP)).managers[0]

    assert "A new certificate is valid from the time of this clock" in expected(step(of, "check-ca-date"))
    assert ids(of).index("check-ca-date") < ids(of).index("generate-certs")


def test_each_step_says_what_to_check_and_what_to_do_when_that_fails() -> None:
    """Beside the files that are only to be brought: what to do with those is the check itself."""
    for one in REMEDIES.steps.values():
        assert one.prose["check"], one.id
        assert one.prose["if_check_fails"] or one.id.startswith("collect-") or one.id == "withheld", one.id
        assert one.sources, one.id


def test_each_step_that_can_cut_or_change_something_says_what_must_hold_before_and_how_to_undo_it() -> None:
    for one in REMEDIES.steps.values():
        if one.risk is not Risk.SAFE and one.commands:
            assert one.prose["precondition"], one.id
            assert one.undo or one.prose["undo_note"], one.id


@pytest.mark.parametrize(("version", "allowed"), [("7.2.5", True), ("7.1.0", False)])
def test_only_a_release_with_a_hotfix_is_told_that_the_hotfix_is_allowed(version: str, allowed: bool) -> None:
    cautions = plan_for(fleet(expired_fmc(version=version), UP)).managers[0].do_not

    assert cautions[0].text.startswith("Do not reboot or upgrade fmc-1")
    assert ("The only exception is the hotfix of this plan" in cautions[0].text) is allowed
