"""A pair of FMCs: the primary completely first, each device with the folder of the right FMC, and the copy lists of each."""

from __future__ import annotations

import pytest

from analyzer.model.case import Case, IssuedBy, TunnelState
from analyzer.model.plan import Action, Situation
from tests.builders.cases import MANAGER_UUID, case, tunnel
from tests.prescribe.builders_plans import DOWN, RESTART, SECOND_UUID, UP, expired_fmc, fmc, ftd, ids, plan_for, typed


def pair(first: TunnelState, second: TunnelState, *, first_expired: bool = True, second_expired: bool = True) -> Case:
    """A pair with one device. The secondary sorts before the primary, so that order is no accident."""
    make = {True: expired_fmc, False: fmc}
    primary = make[first_expired]("fmc-pri", role="primary", ha_peer="manager:fmc-back")
    secondary = make[second_expired]("fmc-back", uuid=SECOND_UUID, role="secondary", ha_peer="manager:fmc-pri", address="198.51.100.8")
    to = ftd()
    tunnels = [tunnel(secondary, to, state=second), tunnel(primary, to, state=first)]
    return case(managers=[secondary, primary], devices=[to], tunnels=tunnels)


def test_the_primary_comes_first_and_the_secondary_waits_for_it() -> None:
    plan = plan_for(pair(DOWN, DOWN))

    assert [box.label for box in plan.managers] == ["fmc-pri", "fmc-back"]
    assert "primary-first" not in ids(plan.managers[0])
    assert plan.managers[1].steps[0].title == "Finish all steps for fmc-pri first"


def test_a_secondary_whose_primary_is_done_waits_for_nothing() -> None:
    plan = plan_for(pair(UP, DOWN, first_expired=False))

    assert [box.situation for box in plan.managers] == [Situation.HEALTHY, Situation.EXPIRED_DOWN]
    assert plan.managers[0].steps == ()
    assert "primary-first" not in ids(plan.managers[1])


@pytest.mark.parametrize("roles", [("primary", "secondary"), ("secondary", "primary"), ("", "")])
def test_nobody_is_sent_to_the_other_fmc_of_a_pair_whose_ca_is_valid(roles: tuple[str, str]) -> None:
    """It was renewed already: generate_certs.pl there would make another CA, and is forbidden in the plans of both."""
    known_roles = [{"role": one} if one else {} for one in roles]
    due = expired_fmc("fmc-due", ha_peer="manager:fmc-done", **known_roles[0])
    done = fmc("fmc-done", uuid=SECOND_UUID, ha_peer="manager:fmc-due", address="198.51.100.8", **known_roles[1])
    to = ftd()
    plan = plan_for(case(managers=[due, done], devices=[to], tunnels=[tunnel(due, to, state=DOWN), tunnel(done, to, state=UP)]))
    of = {one.label: one for one in plan.managers}

    assert not {"primary-first", "which-is-primary", "then-secondary"} & set(ids(of["fmc-due"]))
    assert of["fmc-done"].steps == ()
    for box in of.values():
        assert [one.on[0] for one in box.do_not if one.action is Action.GENERATE] == ["fmc-done"]
    assert any("ftd-1" in one.on and one.action is Action.RESTART for one in of["fmc-due"].do_not)
    assert any("fmc-done is up" in one.text for one in plan.devices[0].do_not)


def test_a_secondary_whose_primary_is_not_in_evidence_says_so_first() -> None:
    plan = plan_for(case(managers=[expired_fmc("fmc-back", role="secondary")]))
    assert plan.managers[0].steps[0].title == "Finish all steps for the primary FMC first"


def test_a_device_gets_the_folder_of_each_manager_in_that_order() -> None:
    lines = typed(plan_for(pair(DOWN, DOWN)).devices[0])
    folders = [line for line in lines if line.startswith("ls -hal")]

    assert folders == [f"ls -hal /var/sf/peers/{MANAGER_UUID}/", f"ls -hal /var/sf/peers/{SECOND_UUID}/"]


def test_the_worst_tunnel_decides() -> None:
    assert plan_for(pair(UP, DOWN, first_expired=False)).devices[0].situation is Situation.EXPIRED_DOWN
    assert plan_for(pair(UP, UP, first_expired=False)).devices[0].situation is Situation.EXPIRED_CONNECTED


def test_a_tunnel_to_the_other_manager_forbids_the_restart() -> None:
    plan = plan_for(pair(UP, DOWN))
    to = plan.devices[0]

    assert RESTART not in typed(to)
    assert "leave-running" in ids(to)
    assert "It is connected to fmc-pri" in to.do_not[0].text
    assert plan.managers[1].files == ()


def test_the_primary_lists_the_secondary_last_and_the_secondary_lists_devices_only() -> None:
    first, second = plan_for(pair(DOWN, DOWN)).managers

    assert [(file.name, file.lines) for file in first.files] == [
        ("devices.csv", ("ftd-1,192.0.2.1,,",)),
        ("devices-jumpserver.csv", ("fmc-pri,198.51.100.7,,", "ftd-1,192.0.2.1,,", "fmc-back,198.51.100.8,,")),
    ]
    assert [(file.name, file.lines) for file in second.files] == [
        ("devices.csv", ("ftd-1,192.0.2.1,,",)),
        ("devices-jumpserver.csv", ("fmc-back,198.51.100.8,,", "ftd-1,192.0.2.1,,")),
    ]


def test_a_jump_server_list_without_its_first_row_is_refused_with_its_step() -> None:
    nameless = fmc(name="=cmd")
    to = ftd()
    held = tunnel(nameless, to, state=DOWN, device_leaf_issued_by=IssuedBy.PREVIOUS_CA)
    box = plan_for(case(managers=[nameless], devices=[to], tunnels=[held])).managers[0]
    step = next(step for step in box.steps if step.id == "copy-from-jump-server")

    assert [file.name for file in box.files] == ["devices.csv"]
    assert step.commands == ()
    assert [one.what for one in step.refused] == ["the name of fmc-1"]
