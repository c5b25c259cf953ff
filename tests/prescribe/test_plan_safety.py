"""What a plan must never print, whatever the fleet and however hostile its names."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from analyzer.model.answer import Conflicting, Known
from analyzer.model.case import Case, FailureReason, IssuedBy, Notice, TunnelState
from analyzer.model.outputs import ListedFile
from analyzer.model.plan import Action, Argument, Plan, Situation, Step
from analyzer.prescribe.filling import fill, values_of
from analyzer.prescribe.fleet import EXPIRED, fleet_of
from analyzer.prescribe.remedies import TEXTS
from analyzer.prescribe.shell import render
from tests.builders.cases import MANAGER_UUID, at, case, certificate, failure, known, missing, tunnel, utc
from tests.prescribe.builders_plans import (
    DOWN,
    REMEDIES,
    RESTART,
    SECOND_UUID,
    TODAY,
    UP,
    expired_fmc,
    fleet,
    fmc,
    ftd,
    plan_for,
    renewal,
    typed,
)

NOT_TOLD = missing("it is not in evidence", "look")
maybe = st.none()
CONTRADICTED = Conflicting("the two ends disagree", "ask both at one time")
states = maybe | st.sampled_from([*TunnelState, "both"])
facts = st.fixed_dictionaries(
    {},
    optional={
        "device_leaf_issued_by": st.sampled_from(list(IssuedBy)),
        "device_ca_is_current": st.booleans(),
        "leaf_matches_key": st.booleans(),
        "push_failed": st.booleans(),
        "failure": st.sampled_from([failure(reason) for reason in FailureReason]),
        "pair_mismatch": st.just("the map lacks it"),
    },
)


@st.composite
def fleets(draw: st.DrawFn) -> Case:
    """One or two managers, expired or not, of any release, and some devices with tunnels to each."""
    make = st.sampled_from([fmc, expired_fmc])
    versions = st.sampled_from(["7.2.5", "7.1.0", "7.7.0", "6.7.0", "?"])
    ran = renewal() if draw(st.booleans()) else None
    more: dict[str, Any] = {"renewal": ran} if ran else {}
    managers = [draw(make)(version=draw(versions), **more)]
    if draw(st.booleans()):
        roles = draw(st.sampled_from([("primary", "secondary"), (None, None)]))
        first, second = ({"role": role} if role else {} for role in roles)
        managers = [replace(managers[0], ha_peer="manager:fmc-2", **{name: known(value) for name, value in first.items()})]
        managers.append(draw(make)("fmc-2", uuid=SECOND_UUID, ha_peer=managers[0].key, version=draw(versions), **second))
    devices = [ftd(number) for number in range(1, draw(st.integers(1, 4)) + 1)]
    tunnels = []
    for of in managers:
        for to in devices:
            state = draw(states)
            tunnels.append(tunnel(of, to, **({"state": CONTRADICTED if state == "both" else state} if state else {}), **draw(facts)))
    return case(managers=managers, devices=devices, tunnels=tunnels)


def all_steps(plan: Plan) -> list[Step]:
    return [step for box in (*plan.managers, *plan.devices) for step in box.steps] + list(plan.collect)


@given(fleets())
@settings(max_examples=120, deadline=None)
def test_sftunnel_is_never_restarted_on_a_device_with_a_living_tunnel(a_case: Case) -> None:
    plan = plan_for(a_case)
    alive = {one.device for one in a_case.tunnels if isinstance(one.state, Known) and one.state.value is not TunnelState.DOWN}
    names = {to.label for to in a_case.devices if to.key in alive}

    assert not any(RESTART in typed(box) for box in plan.managers)
    for box in plan.devices:
        if box.box in alive:
            assert RESTART not in typed(box)
    for of in plan.managers:
        for file in of.files:  # the script restarts sftunnel on each row's device
            assert not names & {line.split(",")[0] for line in file.lines}


@given(fleets())
@settings(max_examples=60, deadline=None)
def test_every_command_parses_back_and_every_argument_has_evidence(a_case: Case) -> None:
    for step in all_steps(plan_for(a_case)):
        assert not (step.commands and step.refused)
        for command in step.commands:
            head = render(command).split("\n")[0]
            assert len(shlex.split(head)) >= len(command.words)
            for word in command.words:
                assert all(part.evidence for part in word.parts if isinstance(part, Argument))


@given(fleets())
@settings(max_examples=40, deadline=None)
def test_the_same_case_gives_the_same_plan_with_ids_that_differ_within_a_box(a_case: Case) -> None:
    plan = plan_for(a_case)

    assert plan == plan_for(a_case)
    for box in (*plan.managers, *plan.devices):
        assert len({step.id for step in box.steps}) == len(box.steps)


@given(fleets())
@settings(max_examples=60, deadline=None)
def test_a_living_tunnel_under_an_expired_ca_always_forbids_reboot_and_upgrade(a_case: Case) -> None:
    plan = plan_for(a_case)
    for box in plan.managers:
        if box.situation.value in ("expired-connected", "expired-mixed", "expired-unknown"):
            assert any("Do not reboot or upgrade" in caution.text for caution in plan.do_not)


HOSTILE = ["$(reboot)", "a;reboot", "`id`", "x\nreboot", "\u202egnp", "=cmd|' /C calc'!A0", "@SUM(1)", "+1x", "-rfx", 'a"b', "a,b", ""]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("field", ["uuid", "name", "address"])
def test_a_hostile_value_of_a_device_reaches_no_command_and_no_file(field: str, value: str) -> None:
    of, to = expired_fmc(), ftd(**{field: known(value, at("bundle.tar.gz", "ims.conf"))})
    plan = plan_for(case(managers=[of], devices=[to], tunnels=[tunnel(of, to, state=DOWN)]))
    texts = [render(command) for step in all_steps(plan) for command in step.commands]
    rows = [line for box in plan.managers for file in box.files for line in file.lines if not line.startswith("fmc-1,")]
    refused = [one for step in all_steps(plan) for one in step.refused] + [
        one for box in plan.managers for file in box.files for one in file.refused
    ]

    if value:
        assert not any(value in text for text in texts)
    if field in ("name", "address"):
        assert rows == []
    assert any(one.evidence == (at("bundle.tar.gz", "ims.conf"),) for one in refused)


@pytest.mark.parametrize("value", [value for value in HOSTILE if value])
def test_no_step_of_any_remedy_prints_a_hostile_value(value: str) -> None:
    """Whatever a plan may be made of one day: the manager and the device are both called, addressed and identified by it."""
    strange = {"name": known(value), "uuid": known(value), "address": known(value)}
    of, to = fmc(**strange), ftd(**strange)
    a_case = case(managers=[of], devices=[to], tunnels=[tunnel(of, to, state=DOWN)])
    values = values_of(fleet_of(a_case, (), TODAY), of, to).saying(**dict.fromkeys(TEXTS, value))
    for one in REMEDIES.steps.values():
        step = fill(REMEDIES, one.id, replace(values, blocks={"manager_ca": ("PEM",)}))
        assert not any(value in render(command) for command in step.commands), one.id
        assert bool(step.refused) is bool(set(one.arguments)), one.id


@pytest.mark.parametrize("value", [value for value in HOSTILE if value])
def test_a_hostile_uuid_of_a_manager_stops_every_command_that_would_need_it(value: str) -> None:
    of, to = expired_fmc(uuid=value), ftd()
    plan = plan_for(case(managers=[of], devices=[to], tunnels=[tunnel(of, to, state=DOWN)]))

    assert not any(value in line for box in (*plan.managers, *plan.devices) for line in typed(box))
    assert not any("/var/sf/peers//" in line for box in plan.devices for line in typed(box))


def test_the_first_evidence_of_an_argument_is_the_place_that_shows_the_value() -> None:
    vague, exact = at("ims.conf", text="the peer"), at("FAILED_PUSH", line=3, text=f"x {MANAGER_UUID} y")
    of, to = expired_fmc(uuid=known(MANAGER_UUID, vague, exact)), ftd()
    plan = plan_for(case(managers=[of], devices=[to], tunnels=[tunnel(of, to, state=UP)]))
    command = plan.devices[0].steps[0].commands[0]

    assert [part.evidence[0] for word in command.words for part in word.parts if isinstance(part, Argument)] == [exact]


def test_no_password_and_no_key_is_in_any_generated_file() -> None:
    for file in plan_for(fleet(expired_fmc(), DOWN, DOWN)).managers[0].files:
        assert all(line.endswith(",,") and line.count(",") == 3 for line in file.lines)


def not_known_to_be_down(a_case: Case) -> set[str]:
    """The keys of the devices of which a tunnel is up, or not known to be down, to whatever manager."""
    down = {one.key for one in a_case.tunnels if isinstance(one.state, Known) and one.state.value is TunnelState.DOWN}
    return {one.device for one in a_case.tunnels if one.key not in down}


@given(fleets())
@settings(max_examples=120, deadline=None)
def test_a_list_holds_only_devices_of_which_every_tunnel_is_down_and_never_none(a_case: Case) -> None:
    plan = plan_for(a_case)
    kept = {to.label for to in a_case.devices if to.key in not_known_to_be_down(a_case)}
    devices = {to.label for to in a_case.devices}

    for of in plan.managers:
        for file in of.files:
            names = {line.split(",")[0] for line in file.lines}
            assert not names & kept
            assert names & devices, "a list without a device"
            assert len(file.origins) == len(file.lines)
            assert all(file.origins)
    for to in plan.devices:
        if to.label in kept:
            assert RESTART not in typed(to)


@given(fleets())
@settings(max_examples=80, deadline=None)
def test_under_an_expired_ca_each_device_that_is_not_known_to_be_down_is_protected_by_name(a_case: Case) -> None:
    plan = plan_for(a_case)
    labels = {to.key: to.label for to in a_case.devices}
    for of in plan.managers:
        if of.situation in EXPIRED:
            own = {one.device for one in a_case.tunnels if one.manager == of.box}
            kept = {labels[key] for key in own & not_known_to_be_down(a_case)}
            said = {name for caution in (*plan.do_not, *(c for box in plan.devices for c in box.do_not)) for name in caution.on}
            belong = {to.label for to in plan.devices if to.situation in (Situation.ANOTHER_MANAGER, Situation.NOT_APPLICABLE)}
            assert kept - belong <= said


@given(fleets())
@settings(max_examples=80, deadline=None)
def test_in_a_pair_it_is_known_or_asked_which_is_the_primary_before_anything_is_generated(a_case: Case) -> None:
    plan = plan_for(a_case)
    for of in plan.managers:
        steps = [step.id for step in of.steps]
        if "generate-certs" in steps and any(one.key == of.box and one.ha_peer for one in a_case.managers):
            before = steps[: steps.index("generate-certs")]
            manager = next(one for one in a_case.managers if one.key == of.box)
            other = next(one for one in plan.managers if one.box == manager.ha_peer)
            if other.situation is Situation.HEALTHY and "primary-first" not in steps and "then-secondary" not in steps:
                spared = [one for one in of.do_not if other.label in one.on and one.action is Action.GENERATE]
                assert spared
                assert "which-is-primary" not in steps
            elif not isinstance(manager.role, Known):
                assert "which-is-primary" in before
                assert "then-secondary" in steps
            elif manager.role.value == "primary":
                assert "then-secondary" in steps


@given(fleets())
@settings(max_examples=60, deadline=None)
def test_generate_certs_is_ordered_only_where_it_may_be_there(a_case: Case) -> None:
    releases = {one.key: one.version.value if isinstance(one.version, Known) else "" for one in a_case.managers}
    for of in plan_for(a_case).managers:
        ran = any(one.key == of.box and isinstance(one.renewal, Known) for one in a_case.managers)
        if releases[of.box] in ("7.1.0", "6.7.0") and not ran:
            assert "generate_certs.pl" not in typed(of)


@pytest.mark.parametrize("role", ["primary", None])
@pytest.mark.parametrize(
    ("ends", "state", "listed"), [("2034-10-12", DOWN, True), (None, DOWN, False), ("2034-10-12", UP, False), ("2034-10-12", None, False)]
)
def test_the_secondary_is_a_row_only_when_its_date_is_known_and_none_of_its_tunnels_is_up(
    role: str | None, ends: str | None, state: TunnelState | None, listed: bool
) -> None:
    first = expired_fmc(**({"role": role} if role else {}), ha_peer="manager:fmc-2")
    dates: dict[str, Any] = {} if ends else {"internal_ca": NOT_TOLD, "internal_ca_not_before": NOT_TOLD, "internal_ca_not_after": NOT_TOLD}
    second = fmc("fmc-2", uuid=SECOND_UUID, address="198.51.100.8", ha_peer=first.key, **({"role": "secondary"} if role else {}), **dates)
    one, other = ftd(1), ftd(2)
    tunnels = [tunnel(first, one, state=DOWN), tunnel(second, other, **({"state": state} if state else {}))]
    files = plan_for(case(managers=[first, second], devices=[one, other], tunnels=tunnels)).managers[0].files
    remote = next(file for file in files if file.name == "devices-jumpserver.csv")

    assert ("fmc-2,198.51.100.8,," in remote.lines) is (listed and role == "primary")
    assert ("The document also lists the secondary" in remote.purpose) is (role == "primary" and not listed)


def test_what_follows_a_refused_step_is_withheld() -> None:
    """Without the UUID of the device nothing can be printed on the FMC, so nothing is emptied on the device."""
    of, to = fmc(), ftd(uuid=NOT_TOLD)
    plan = plan_for(case(managers=[of], devices=[to], tunnels=[tunnel(of, to, state=DOWN, device_leaf_issued_by=IssuedBy.PREVIOUS_CA)]))
    ids = [step.id for step in plan.devices[0].steps]

    assert ids[ids.index("print-files") + 1] == "withheld"
    assert not {"empty-files", "write-files", "paste-files", "restart-sftunnel"} & set(ids)


@pytest.mark.parametrize("field", ["uuid", "address"])
def test_a_value_about_which_the_evidence_contradicts_itself_enters_no_command(field: str) -> None:
    claims = Conflicting("192.0.2.12 by FAILED_PUSH, 192.0.2.99 by the device itself", "on the device: show network")
    of, to = expired_fmc(), ftd(**{field: claims})
    plan = plan_for(case(managers=[of], devices=[to], tunnels=[tunnel(of, to, state=DOWN)]))
    refused = [one for box in (*plan.managers, *plan.devices) for step in box.steps for one in step.refused]

    assert claims.why in {one.why for one in refused}
    assert not any("192.0.2." in line for box in (*plan.managers, *plan.devices) for line in typed(box))
    assert field == "uuid" or plan.managers[0].files == ()


@pytest.mark.parametrize(("given", "named"), [("leaf", {"ftd-1"}), ("manager", {"ftd-1", "fmc-1"}), ("file", {"ftd-1"})])
def test_a_tunnel_that_is_up_and_cannot_be_set_up_again_is_kept_up_by_name(given: str, named: set[str]) -> None:
    ended = certificate(not_after=utc("2026-11-01"))
    held: dict[str, Any] = {"device_leaf": ended, "device_leaf_issued_by": IssuedBy.CURRENT_CA} if given == "leaf" else {}
    if given == "file":
        held = {"empty_files": (ListedFile("cacert.pem", "0", "-rw-r--r--", "root", "root", "", at()),)}
    of = fmc(**({"leaf": ended, "leaf_issued_by": IssuedBy.CURRENT_CA} if given == "manager" else {}))
    plan = plan_for(fleet(of, UP, **held))

    assert named <= {name for caution in plan.do_not for name in caution.on if caution.action is Action.RESTART}


def test_a_device_that_is_down_before_the_end_of_the_ca_is_prepared_for() -> None:
    """It misses the push, so its copy is in the plan and its row in the list; what keeps it down is looked at all the same."""
    of, up, down = fmc(ends="2026-12-20"), ftd(1), ftd(2)
    lost = tunnel(of, down, state=DOWN, failure=failure(FailureReason.NOT_REACHED))
    plan = plan_for(case(managers=[of], devices=[up, down], tunnels=[tunnel(of, up, state=UP), lost]))
    to = next(box for box in plan.devices if box.label == "ftd-2")

    assert plan.managers[0].files[0].lines == ("ftd-2,192.0.2.2,,",)
    assert to.situation is Situation.LOOK_ELSEWHERE
    assert {"listening", "await-copy", "print-files"} <= {step.id for step in to.steps}


def test_the_ca_that_a_run_is_about_to_replace_is_never_written_to_a_device() -> None:
    of, down = fmc(ends="2026-12-20"), ftd()
    plan = plan_for(case(managers=[of], devices=[down], tunnels=[tunnel(of, down, state=DOWN)]))

    assert "generate_certs.pl" in typed(plan.managers[0])
    assert any(line.startswith("vi ") for line in typed(plan.devices[0]))
    assert not any("EOF" in line for line in typed(plan.devices[0]))


def test_nothing_is_copied_while_the_evidence_contradicts_itself_about_the_ca() -> None:
    claims = Conflicting("one ends in 2026 and one in 2036", "read the dates at their place")
    of = fmc(internal_ca=claims, internal_ca_not_before=claims, internal_ca_not_after=claims, renewal=renewal())
    plan = plan_for(fleet(of, DOWN, push_failed=True))

    assert plan.managers[0].files == ()
    assert not [line for box in (*plan.managers, *plan.devices) for line in typed(box) if line.startswith((">", "vi ")) or RESTART in line]


@pytest.mark.parametrize("second", [DOWN, UP, None])
@pytest.mark.parametrize("named", [{}, {"name": "ftd-1"}])
def test_two_records_of_one_address_are_in_no_list_and_nothing_is_typed_there(named: dict[str, str], second: TunnelState | None) -> None:
    of, first, other, third = expired_fmc(), ftd(1), ftd(2, address="192.0.2.1", **named), ftd(3)
    states = [{"state": DOWN}, {"state": second} if second else {}, {"state": DOWN}]
    tunnels = [tunnel(of, to, **state) for to, state in zip((first, other, third), states, strict=True)]
    plan = plan_for(case(managers=[of], devices=[first, other, third], tunnels=tunnels))
    rows = [line for box in plan.managers for file in box.files for line in file.lines]
    assert rows
    assert not any("192.0.2.1," in row for row in rows)
    for box in plan.devices:
        if box.box != third.key:
            assert not any(word in typed(box) for word in (RESTART, "> /var", "tee ", "truncate"))
            assert "sftunnel-key.pem" not in typed(box)


@pytest.mark.parametrize(("grave", "kept"), [(True, True), (False, False)])
def test_a_date_of_nobody_that_has_ended_keeps_the_tunnels_up(grave: bool, kept: bool) -> None:
    said = Notice(text="a certificate has ended", grave=grave, evidence=(at(),), doubts=grave)
    plan = plan_for(replace(case(managers=[], devices=[], tunnels=[]), notices=(said,)))
    assert any("do not reboot" in one.text for one in plan.do_not) is kept
