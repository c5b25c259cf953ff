"""What a plan must never print, whatever the fleet and however hostile its names."""

from __future__ import annotations

import shlex
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from analyzer.model.answer import Known
from analyzer.model.case import Case, FailureReason, IssuedBy, TunnelState
from analyzer.model.plan import Argument, Plan, Step
from analyzer.prescribe.filling import fill, values_of
from analyzer.prescribe.fleet import fleet_of
from analyzer.prescribe.remedies import TEXTS
from analyzer.prescribe.shell import render
from tests.builders.cases import MANAGER_UUID, at, case, failure, known, tunnel
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

maybe = st.none()
states = maybe | st.sampled_from(list(TunnelState))
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
    versions = st.sampled_from(["7.2.5", "7.1.0", "7.7.0", "?"])
    ran = renewal() if draw(st.booleans()) else None
    more: dict[str, Any] = {"renewal": ran} if ran else {}
    managers = [draw(make)(version=draw(versions), **more)]
    if draw(st.booleans()):
        managers.append(draw(make)("fmc-2", uuid=SECOND_UUID, role="secondary", ha_peer=managers[0].key, version=draw(versions)))
    devices = [ftd(number) for number in range(1, draw(st.integers(1, 4)) + 1)]
    tunnels = []
    for of in managers:
        for to in devices:
            state = draw(states)
            tunnels.append(tunnel(of, to, **({"state": state} if state else {}), **draw(facts)))
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
