"""What to bring next: each thing once, the most decisive first, and nothing that would change no plan."""

from __future__ import annotations

from analyzer.model.answer import Missing
from analyzer.model.finding import State, SubjectKind
from tests.builders.cases import case, manager, tunnel
from tests.prescribe.builders_plans import DOWN, UP, expired_fmc, finding, fleet, fmc, ftd, good_set, plan_for


def test_many_devices_with_one_question_ask_it_once() -> None:
    plan = plan_for(fleet(expired_fmc(), None, None, None))
    assert [step.id for step in plan.collect] == ["collect-tunnels"]


def test_the_date_of_the_ca_comes_before_everything_else() -> None:
    plan = plan_for(fleet(manager("198.51.100.7"), None))
    assert [step.id for step in plan.collect][:4] == ["collect-all-of-manager", "collect-ca-date", "collect-tunnels", "collect-identity"]
    assert [step.alternative for step in plan.collect][:4] == [False, True, True, True]


def test_a_step_whose_path_is_not_known_says_what_is_missing() -> None:
    plan = plan_for(fleet(fmc(uuid=Missing("no file names it", "grep APPLIANCE_UUID /etc/sf/ims.conf")), DOWN))
    step = next(step for step in plan.collect if step.id == "collect-device-certificates")

    assert step.commands == ()
    assert step.refused[0].obtain == "grep APPLIANCE_UUID /etc/sf/ims.conf"


def test_an_unknown_finding_of_a_manager_asks_for_what_it_lacks() -> None:
    of = manager("198.51.100.7", version="7.2.5")
    missed = ("manager.internal_ca", Missing("no certificate", "the file"))
    unknown = finding("internal-ca-expired", of.key, State.UNKNOWN, primary=None, missing=(missed,))

    collect = plan_for(case(managers=[of]), unknown).collect

    assert {step.id for step in collect} >= {"collect-all-of-manager", "collect-ca-date", "collect-tunnels", "collect-ca"}


def test_an_unknown_finding_of_a_healthy_tunnel_asks_for_nothing() -> None:
    of, to = fmc(), ftd()
    held = tunnel(of, to, state=UP, **good_set())
    missed = ("tunnel.device_leaf", Missing("no certificate", "the file"))
    unknown = finding("leaf-not-issued-by-current-ca", held.key, State.UNKNOWN, SubjectKind.TUNNEL, primary=None, missing=(missed,))

    assert plan_for(case(managers=[of], devices=[to], tunnels=[held]), unknown).collect == ()


def test_a_release_that_is_not_known_is_asked_for_where_it_decides_the_hotfix() -> None:
    plan = plan_for(fleet(expired_fmc(version=Missing("no ims.conf", "ims.conf")), UP))
    assert [step.id for step in plan.collect] == ["collect-identity"]
