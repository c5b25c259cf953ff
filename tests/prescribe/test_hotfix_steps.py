"""What the plan of a renewal does about generate_certs.pl, by the release of the FMC."""

from __future__ import annotations

import pytest

from analyzer.model.plan import Situation
from tests.builders.cases import known, missing
from tests.prescribe.builders_plans import DOWN, UP, expired_fmc, fleet, fmc, ids, plan_for, typed


@pytest.mark.parametrize(
    ("version", "step"),
    [
        ("7.2.5", "install-hotfix"),
        ("7.2.10", "find-script"),
        ("7.1.0.1", "ask-tac-for-script"),
        ("6.7.0", "ask-tac-for-script"),
        ("7.5.0", "ask-tac-for-script"),
        ("not a version", "find-release"),
    ],
)
def test_the_plan_follows_the_table(version: str, step: str) -> None:
    assert step in ids(plan_for(fleet(expired_fmc(version=version), UP)).managers[0])


def test_a_manager_that_has_the_script_needs_no_hotfix() -> None:
    steps = ids(plan_for(fleet(expired_fmc(version="7.1.0", has_renewal_script=True), UP)).managers[0])
    assert not {"install-hotfix", "find-script", "ask-tac-for-script"} & set(steps)
    assert "generate-certs" in steps


@pytest.mark.parametrize("version", ["6.6.5", "6.7.0", "7.5.0", "7.1.0"])
def test_without_a_hotfix_nothing_is_generated_copied_or_upgraded_while_a_tunnel_is_up(version: str) -> None:
    plan = plan_for(fleet(expired_fmc(version=version), UP, DOWN))

    assert ids(plan.managers[0]) == ["back-up-manager", "check-tunnels", "check-ca-date", "ask-tac-for-script"]
    assert not plan.managers[0].files
    assert not [line for box in plan.devices for line in typed(box) if "pmtool" in line or line.startswith((">", "vi ", "cat >"))]
    assert "Do not reboot or upgrade fmc-1" in plan.do_not[0].text


@pytest.mark.parametrize(
    ("states", "allowed"), [((DOWN, DOWN), True), ((DOWN, UP), False), ((DOWN, None), False), ((None,), False), ((), False)]
)
@pytest.mark.parametrize("version", ["7.1.0", "7.2.5"])
def test_the_fmc_may_be_upgraded_when_every_device_is_known_to_be_down(version: str, states: tuple[object, ...], allowed: bool) -> None:
    steps = ids(plan_for(fleet(expired_fmc(version=version), *states)).managers[0])  # type: ignore[arg-type]
    assert ("upgrade-allowed" in steps) is allowed


def test_an_fmc_whose_own_list_of_devices_is_not_in_evidence_may_have_tunnels_that_are_up() -> None:
    """The evidence of devices that are down says nothing of the others that the FMC has."""
    plan = plan_for(fleet(expired_fmc(devices_listed=missing()), DOWN, DOWN))

    assert "upgrade-allowed" not in ids(plan.managers[0])
    assert ids(plan.managers[0])[0] == "check-tunnels"
    assert "Do not reboot or upgrade fmc-1" in plan.do_not[0].text
    assert [one.situation for one in plan.devices] == [Situation.EXPIRED_DOWN] * 2


def test_a_release_without_a_hotfix_is_upgraded_while_its_ca_is_valid_and_nothing_forbids_it() -> None:
    plan = plan_for(fleet(fmc(version="7.1.0", ends="2027-01-10"), UP))

    assert "upgrade-then-renew" in ids(plan.managers[0])
    assert "generate-certs" not in ids(plan.managers[0])
    assert plan.managers[0].do_not == ()


@pytest.mark.parametrize(
    ("ends", "step"), [("2026-12-01", "upgrade-then-renew"), ("2026-11-29", "ask-tac-for-script"), ("2026-11-24", "ask-tac-for-script")]
)
def test_with_few_days_left_no_upgrade_is_ordered_and_none_is_allowed(ends: str, step: str) -> None:
    (of,) = plan_for(fleet(fmc(version="7.1.0", ends=ends), UP)).managers
    assert {"upgrade-then-renew", "ask-tac-for-script"} & set(ids(of)) == {step}
    assert any("reboot or an upgrade" in one.text for one in of.do_not) is (step == "ask-tac-for-script")


def test_a_release_that_cannot_be_read_names_no_hotfix() -> None:
    (of,) = plan_for(fleet(expired_fmc(version=known("99.x")), UP)).managers
    assert "install-hotfix" not in ids(of)
    assert not any("7.2.9.99" in f"{step.title} {step.why}" for step in of.steps)
