"""Which hotfix fits a release: compared number by number, with the limits of each train."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.prescribe.hotfixes import Contained, Hotfix, NoHotfix, NotListed, parse_version, read_hotfixes
from analyzer.rulefiles.node import RuleError
from tests.builders.cases import known
from tests.prescribe.builders_plans import TABLES, UP, expired_fmc, fleet, ids, plan_for

FK, FZ, AE = "Hotfix FK - 7.0.6.99-9", "Hotfix FZ - 7.2.9.99-4", "Hotfix AE - 7.3.1.99-4"
AO, B = "Hotfix AO - 7.4.2.99-5", "Hotfix B - 7.6.0.99-5"


def remedy(text: str) -> object:
    version = parse_version(text)
    assert version is not None
    return TABLES.hotfixes.remedy(version)


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("7.0.0", FK),
        ("7.0.6.3", FK),
        ("7.2.0", FZ),
        ("7.2.5-208", FZ),
        ("7.2.9", FZ),
        ("7.3.1.2", AE),
        ("7.4.0", AO),
        ("7.4.2.1", AO),
        ("7.6.0", B),
        ("7.6", B),
    ],
)
def test_an_affected_release_has_the_hotfix_of_its_train(version: str, name: str) -> None:
    found = remedy(version)
    assert isinstance(found, Hotfix)
    assert found.name == name


@pytest.mark.parametrize("version", ["7.0.7", "7.2.10", "7.2.11", "7.4.2.2", "7.4.3", "7.6.1", "7.7.0", "7.7.12", "10.0.0", "10.0.1"])
def test_a_release_after_the_last_affected_one_contains_the_script_by_inference(version: str) -> None:
    found = remedy(version)
    assert isinstance(found, Contained)
    assert "inferred" in found.assumed


@pytest.mark.parametrize("version", ["6.2.3.18", "6.4.0.9", "6.6.7.2", "6.6.8", "7.1.0", "7.1.0.3", "7.1.9"])
def test_a_train_without_a_hotfix_has_none_whatever_the_release(version: str) -> None:
    assert isinstance(remedy(version), NoHotfix)


@pytest.mark.parametrize("version", ["6.1.0", "6.7.0", "7.5.0", "5.4"])
def test_a_train_of_which_no_source_speaks_is_not_guessed(version: str) -> None:
    assert isinstance(remedy(version), NotListed)


@pytest.mark.parametrize("text", ["", "seven", "7", "7.2.x", "7.2.5; reboot", "7.2.5\nx", "7.2.99999", "v.7.2", "7.2.5 " + "x" * 200])
def test_what_is_no_release_number_is_no_version(text: str) -> None:
    assert parse_version(text) is None


@pytest.mark.parametrize("text", ["7.2.5", "v7.2.5", "7.2.5-208", "7.2.5 (build 208)", " 7.2.5 "])
def test_a_release_number_is_read_with_and_without_its_build(text: str) -> None:
    assert parse_version(text) == (7, 2, 5, 0, 0)


@pytest.mark.parametrize(
    ("given", "step"),
    [
        ({"version": "7.2.5"}, "install-hotfix"),
        ({"version": "7.2.10"}, "find-script"),
        ({"version": "7.1.0.1"}, "ask-tac-for-script"),
    ],
)
def test_the_plan_follows_the_table(given: dict[str, str], step: str) -> None:
    assert step in ids(plan_for(fleet(expired_fmc(**given), UP)).managers[0])


def test_a_manager_that_has_the_script_needs_no_hotfix() -> None:
    steps = ids(plan_for(fleet(expired_fmc(version="7.1.0", has_renewal_script=True), UP)).managers[0])
    assert not {"install-hotfix", "find-script", "ask-tac-for-script"} & set(steps)
    assert "generate-certs" in steps


def test_without_a_hotfix_nothing_is_generated_copied_or_upgraded() -> None:
    plan = plan_for(fleet(expired_fmc(version="6.6.5"), UP))

    assert ids(plan.managers[0]) == ["back-up-manager", "check-tunnels", "check-ca-date", "ask-tac-for-script"]
    assert plan.devices[0].steps == ()
    assert "Do not reboot or upgrade fmc-1" in plan.do_not[0]


@pytest.mark.parametrize("version", ["not a version", "7.5.0"])
def test_a_release_that_names_no_hotfix_is_refused_with_the_way_to_get_it(version: str) -> None:
    step = next(step for step in plan_for(fleet(expired_fmc(version=known(version)), UP)).managers[0].steps if step.id == "install-hotfix")
    assert len(step.refused) == 1
    assert step.refused[0].obtain


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("trains: []\n", 1, "'later' is missing"),
        (
            "trains:\n  - releases: '7.2'\n    last_affected: '7.3.1'\n    document: a\n    source: b\n{later}",
            3,
            "not a release of this train",
        ),
        ("trains:\n  - releases: seven\n    last_affected: '7.3.1'\n    document: a\n    source: b\n{later}", 2, "release number"),
        ("trains:\n  - releases: '7.2'\n    hotfixx: a\n{later}", 3, "unknown field 'hotfixx'"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    path = tmp_path / "hotfixes.yaml"
    path.write_text(text.replace("{later}", "later: {first: '7.7.0', assumed: a, source: b}\n"))
    with pytest.raises(RuleError, match=problem) as refused:
        read_hotfixes(path)
    assert refused.value.line == line
