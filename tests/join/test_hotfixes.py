"""Which hotfix fits a release: compared number by number, with the limits of each train, by its full name and number."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.join.hotfixes import HotfixTable, hotfix_of, load_hotfixes
from analyzer.join.releases import release_of
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import Hotfix, HotfixKind
from analyzer.model.outputs import ApplianceIdentity
from analyzer.rulefiles.node import RuleError
from tests.builders.cases import at, known

TABLE: HotfixTable = load_hotfixes(Path(__file__).parents[2] / "rules" / "tables" / "hotfixes.yaml")
FK, FZ, AE = "Hotfix FK - 7.0.6.99-9", "Hotfix FZ - 7.2.9.99-4", "Hotfix AE - 7.3.1.99-4"
AO, B = "Hotfix AO - 7.4.2.99-5", "Hotfix B - 7.6.0.99-5"
UNTOLD = Missing("nothing tells", "ls -l generate_certs.pl")


def found(version: str, *patches: str, script: Answer[bool] = UNTOLD) -> Answer[Hotfix]:
    lines = [ApplianceIdentity("PATCH", text, at("patch_history", text=text)) for text in patches]
    return hotfix_of(known(version), script, lines, TABLE)


def kind(version: str, *patches: str, script: Answer[bool] = UNTOLD) -> str:
    answer = found(version, *patches, script=script)
    return answer.value.kind.value if isinstance(answer, Known) else "unknown"


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
    answer = found(version)
    assert isinstance(answer, Known)
    assert (answer.value.kind, answer.value.name) == (HotfixKind.INSTALL, name)


@pytest.mark.parametrize("version", ["7.0.7", "7.2.10", "7.2.11", "7.4.2.2", "7.4.3", "7.6.1", "7.7.0", "7.7.12", "10.0.0", "10.0.1"])
def test_a_release_after_the_last_affected_one_contains_the_script_by_inference(version: str) -> None:
    answer = found(version)
    assert isinstance(answer, Known)
    assert answer.value.kind is HotfixKind.CONTAINED
    assert "inferred" in answer.assumed


@pytest.mark.parametrize("version", ["6.2.3.18", "6.4.0.9", "6.6.7.2", "6.6.8", "7.1.0", "7.1.0.3", "7.1.9"])
def test_a_train_without_a_hotfix_has_none_whatever_the_release(version: str) -> None:
    assert kind(version) == "none"


@pytest.mark.parametrize("version", ["6.1.0", "6.3.0", "6.5.0", "6.7.0", "7.5.0", "5.4"])
def test_a_train_of_which_no_source_speaks_is_not_guessed(version: str) -> None:
    assert kind(version) == "not-listed"


@pytest.mark.parametrize("text", ["", "seven", "7", "7.2.x", "7.2.5; reboot", "7.2.5\nx", "7.2.99999", "v.7.2", "7.2.5build3", "123.1"])
def test_what_is_no_release_number_is_unknown(text: str) -> None:
    assert release_of(text) is None
    assert kind(text) == "unknown"


@pytest.mark.parametrize("text", ["7.2.5", "v7.2.5", "7.2.5-208", "7.2.5 (build 208)", " 7.2.5 "])
def test_a_release_number_is_read_with_and_without_its_build(text: str) -> None:
    assert release_of(text) == (7, 2, 5, 0, 0)


@pytest.mark.parametrize(
    ("version", "patch", "there"),
    [
        ("7.2.5", "Cisco_Firepower_Mgmt_Center_Hotfix_FZ-7.2.9.99-4", True),
        ("7.2.5", "Hotfix_FZ-7.2.9.99-4.sh.REL.tar", True),
        ("7.2.5", "hotfix fz - 7.2.9.99-4", True),
        ("7.2.5", "Hotfix_FZ-7.2.9.99-40", False),
        ("7.2.5", "Hotfix_FZ-7.2.5.1-2", False),
        ("7.2.5", "Hotfix_B-7.0.0.1-2", False),
        ("7.2.5", "Hotfix_AE-7.2.5.1-2", False),
        ("7.2.5", "Hotfix_FK-7.0.6.99-9", False),
        ("7.6.0", "Hotfix_B-7.6.0.99-5", True),
        ("7.6.0", "Hotfix_B-7.6.0.1-1", False),
        ("7.1.0", "Hotfix_FZ-7.2.9.99-4", False),
    ],
)
def test_the_full_name_and_number_of_this_release_decide_never_the_letter(version: str, patch: str, there: bool) -> None:
    assert (kind(version, patch) == "installed") is there


def test_a_script_that_is_there_needs_no_hotfix_and_one_that_is_not_contradicts_the_release() -> None:
    assert kind("7.1.0", script=known(True)) == "installed"
    assert kind("7.2.10", script=known(False)) == "not-listed"
    assert kind("7.2.5", script=known(False)) == "install"


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
        (
            "trains:\n  - releases: '7.2'\n    last_affected: '7.2.1'\n    document: a\n    source: b\n    hotfix: FZ\n{later}",
            6,
            "a letter and a number",
        ),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(tmp_path: Path, text: str, line: int, problem: str) -> None:
    path = tmp_path / "hotfixes.yaml"
    path.write_text(text.replace("{later}", "later: {first: '7.7.0', assumed: a, source: b}\n"))
    with pytest.raises(RuleError, match=problem) as refused:
        load_hotfixes(path)
    assert refused.value.line == line
