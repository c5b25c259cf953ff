"""A rule file that is wrong stops the run, and the message says where, what, and what was probably meant."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from analyzer.judge import RuleError, builtin_rules_folder, load_rules
from analyzer.judge import load as load_module
from analyzer.model.finding import Severity, State
from tests.judge.builders_rules import write_rule


def refusal(folder: Path) -> str:
    with pytest.raises(RuleError) as caught:
        load_rules([folder])
    return str(caught.value)


def test_when_is_short_for_one_affected_verdict(tmp_path: Path) -> None:
    write_rule(tmp_path)

    (rule,) = load_rules([tmp_path]).rules

    assert [(verdict.state, verdict.severity) for verdict in rule.verdicts] == [(State.AFFECTED, Severity.HIGH)]


def test_a_misspelt_field_is_named_with_its_line(tmp_path: Path) -> None:
    path = write_rule(tmp_path, explanatoin="x")

    assert refusal(tmp_path) == f"{path}:10: unknown field of a rule 'explanatoin'; did you mean 'explanation'?"


def test_a_misspelt_path_in_a_condition_is_found_at_load(tmp_path: Path) -> None:
    path = write_rule(tmp_path, when="manager.internal_caa.not_after < now")

    assert refusal(tmp_path).startswith(
        f"{path}:9: 'manager' has no 'internal_caa', in 'manager.internal_caa.not_after'; did you mean 'internal_ca'?"
    )


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("needs", "[manager.internal_ca_not_aftr]", "did you mean 'internal_ca_not_after'?"),
        ("evidence", "[manager.intrnal_ca]", "did you mean 'internal_ca'?"),
        ("evidence", "[]", "at least one path of evidence"),
        ("date", "manager.label", "'manager.label' is a text; a time is needed"),
        ("date", "manager.internal_ca_not_aftr", "did you mean 'internal_ca_not_after'?"),
        ("affects", "manager.bundle_given", "a list or text is needed"),
        ("explanation", '"{manager.lable}"', "did you mean 'label'?"),
        ("explanation", '"{manager.label|upper}"', "there is no formatter 'upper'"),
        ("explanation", '"{manager.label|days}"', "'manager.label' is a text, which 'days' cannot show"),
        ("explanation", '"{manager.internal_ca}"', "so it cannot be shown as a whole"),
        ("explanation", '"{tunnel.state}"', "a manager rule does not see 'tunnel'"),
        ("explanation", '"a { brace"', "a brace without its partner"),
        ("looks_like", '"{manager.lable}"', "did you mean 'label'?"),
        ("title", '"{manager.lable}"', "did you mean 'label'?"),
        ("severity", "hihg", "unknown severity 'hihg'; did you mean 'high'?"),
        ("subject", "managr", "did you mean 'manager'?"),
        ("remedy", "renew", "unknown remedy 'renew'"),
        ("id", "another", "the id must be the name of the file: 'a-rule', not 'another'"),
        ("id", "A_Rule", "lower-case words joined by '-'"),
        ("when", "manager.internal_ca_not_after <", "does not compile"),
        ("when", "manager.has_renewal_script", "'manager.has_renewal_script' may be missing"),
        ("when", "", "either 'when' (one condition) or 'verdicts'"),
        ("verdicts", "[]", "either 'when' (one condition) or 'verdicts'"),
        ("applies", "has(manager.name)", ""),
        ("caused_by", "[a-rul]", "there is no rule 'a-rul'; did you mean 'a-rule'?"),
        ("caused_by", "[a-rule]", "in a circle: a-rule -> a-rule"),
        ("references", "text", "a list is needed here, not a text"),
        ("explanation", "", "the field of a rule 'explanation' is missing"),
    ],
)
def test_what_is_wrong_is_said_with_the_nearest_known_name(tmp_path: Path, field: str, value: str, says: str) -> None:
    path = write_rule(tmp_path, **{field: value})
    if not says:
        assert load_rules([tmp_path]).rules
        return

    message = refusal(tmp_path)

    assert says in message
    assert message.startswith(f"{path}:")


def test_an_empty_list_of_verdicts_is_refused(tmp_path: Path) -> None:
    write_rule(tmp_path, when="", verdicts="[]")

    assert "at least one verdict" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        ("{when: 'true', state: afected}", "unknown state 'afected'; did you mean 'affected'?"),
        ("{when: 'true', state: unknown}", "unknown state 'unknown'"),
        ("{when: 'true', state: clear, severty: low}", "did you mean 'severity'?"),
        ("{when: 'true'}", "the field of a verdict 'state' is missing"),
        ("{when: manager.has_renewal_script, state: clear}", "may be missing"),
        ("{when: 'true', state: clear, needs: [manager.nam]}", "did you mean 'name'?"),
    ],
)
def test_a_verdict_is_checked_as_strictly(tmp_path: Path, verdict: str, says: str) -> None:
    write_rule(tmp_path, when="", verdicts=f"[{verdict}]")

    assert says in refusal(tmp_path)


def test_what_a_verdict_needs_covers_its_own_condition(tmp_path: Path) -> None:
    write_rule(tmp_path, when="", verdicts="[{when: manager.has_renewal_script, state: affected, needs: [manager.has_renewal_script]}]")

    assert load_rules([tmp_path]).rules[0].verdicts[0].needs == ("manager.has_renewal_script",)


def test_needing_a_field_below_covers_the_answer_above_it(tmp_path: Path) -> None:
    write_rule(tmp_path, needs="[manager.internal_ca.not_after]", when="manager.internal_ca.not_after < now")

    assert load_rules([tmp_path]).rules[0].needs == ("manager.internal_ca.not_after",)


def test_a_condition_of_applies_may_not_rest_on_what_may_be_missing(tmp_path: Path) -> None:
    write_rule(tmp_path, applies="manager.has_renewal_script")

    assert "'manager.has_renewal_script' may be missing: name it in 'needs', or ask for it first with has(" in refusal(tmp_path)


def test_a_second_rule_of_one_id_names_the_first(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    first = write_rule(one)
    write_rule(two)

    with pytest.raises(RuleError, match="a rule 'a-rule' is already in") as caught:
        load_rules([one, two])

    assert str(first) in str(caught.value)


def test_rules_that_explain_each_other_are_refused(tmp_path: Path) -> None:
    write_rule(tmp_path, "one", caused_by="[two]")
    write_rule(tmp_path, "two", caused_by="[{rule: one, when: 'true'}]")

    assert "in a circle: one -> two -> one" in refusal(tmp_path)


def test_two_ways_to_one_cause_are_no_circle(tmp_path: Path) -> None:
    write_rule(tmp_path, "end")
    write_rule(tmp_path, "left", caused_by="[end]")
    write_rule(tmp_path, "right", caused_by="[left, end]")

    assert len(load_rules([tmp_path]).rules) == 3


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert "there is no such folder of rules" in refusal(tmp_path / "none")


def test_tests_and_folders_below_are_no_rules(tmp_path: Path) -> None:
    write_rule(tmp_path)
    (tmp_path / "a-rule.tests.yaml").write_text("rule: a-rule\ntests: []\n")
    (tmp_path / "remedies").mkdir()
    (tmp_path / "remedies" / "x.yaml").write_text("not: a rule\n")

    assert [rule.id for rule in load_rules([tmp_path]).rules] == ["a-rule"]


def test_the_version_changes_with_a_byte_and_only_with_that(tmp_path: Path) -> None:
    write_rule(tmp_path)
    first = load_rules([tmp_path]).version

    copied = tmp_path / "copy"
    shutil.copytree(tmp_path, copied)
    same = load_rules([copied]).version
    write_rule(tmp_path, title="Another title")
    other = load_rules([tmp_path]).version

    assert (first == same, first == other) == (True, False)


def test_builtin_rules_are_those_of_the_checkout() -> None:
    assert builtin_rules_folder() == Path(__file__).resolve().parents[2] / "rules"


def test_builtin_rules_of_an_installed_package_lie_inside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "analyzer"
    (package / "builtin_rules").mkdir(parents=True)
    (package / "judge").mkdir()
    monkeypatch.setattr(load_module, "__file__", str(package / "judge" / "load.py"))

    assert builtin_rules_folder() == package / "builtin_rules"


def test_a_file_in_place_of_a_folder_is_said(tmp_path: Path) -> None:
    write_rule(tmp_path)

    assert (
        refusal(tmp_path / "a-rule.yaml") == f"{tmp_path / 'a-rule.yaml'}: is a file: give the folder of rules that it is in ({tmp_path})"
    )


def test_a_folder_without_rules_is_not_rules_that_find_nothing(tmp_path: Path) -> None:
    (tmp_path / "a-rule.tests.yaml").write_text("rule: a-rule\ntests: []\n")

    assert refusal(tmp_path) == f"{tmp_path}: holds no rule file (name.yaml)"


@pytest.mark.skipif(sys.platform == "win32", reason="links of Unix")
def test_a_link_among_somebodys_rules_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("root:*:20228: canary\n")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/x.yaml").symlink_to("../secret")

    assert refusal(tmp_path / "rules") == f"{tmp_path / 'rules/x.yaml'}: is a link, which is not followed: put the file itself here"


@pytest.mark.parametrize("text", ["root:*:20228: canary\n", "password=canary: 1\n", "-----BEGIN canary-----: 1\n"])
def test_a_message_quotes_nothing_that_is_no_name(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(text)

    assert "canary" not in refusal(tmp_path)
