"""Each lint finds what it is for, and a rule that is right passes all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.judge import load_rules
from analyzer.judge.lint import LINTS, lint
from analyzer.judge.mutation import survivors
from analyzer.judge.rule_tests import load_rule_tests
from analyzer.judge.scaffold import new_rule


def complaints(folder: Path) -> set[str]:
    rules = load_rules([folder])
    return {complaint.lint for complaint in lint(rules, load_rule_tests(rules))}


def changed(folder: Path, before: str, after: str, *, of_tests: bool = False) -> Path:
    path = new_rule("a-rule", folder)[1 if of_tests else 0]
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return folder


def test_a_new_rule_has_nothing_to_complain_of(tmp_path: Path) -> None:
    new_rule("a-rule", tmp_path)

    assert complaints(tmp_path) == set()


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("title-period", "as a heading", "as a heading."),
        ("sentence-end", "{manager.internal_ca_not_after|days}.", "{manager.internal_ca_not_after|days}"),
        ("sentence-end", "to tell it apart.", "to tell it apart"),
        ("no-references", '  - "inferred: say from what, or name a Cisco document, field notice, bug or CVE"', "  []"),
        ("unclear-reference", "inferred: say from what, or name a Cisco document, field notice, bug or CVE", "a colleague"),
        ("no-look-alike", "looks_like: What else shows the same signs, and how to tell it apart.\n", ""),
        ("nothing-to-do", "severity: low", "severity: high"),
        ("open-end", '  - when: "true"\n', "  - when: manager.internal_ca_not_after >= now\n"),
        ("unreachable-verdict", "verdicts:\n", 'verdicts:\n  - {when: "true", state: clear}\n'),
    ],
)
def test_a_lint_finds_what_it_is_for(tmp_path: Path, name: str, before: str, after: str) -> None:
    changed(tmp_path, before, after)

    assert name in complaints(tmp_path)


@pytest.mark.parametrize(
    "reference", ["Cisco cdFMC guide, Troubleshoot Management Connectivity", "Cisco field notice FN74214", "assumed: the domain"]
)
def test_a_source_that_can_be_looked_up_or_says_that_it_is_none_is_clear(tmp_path: Path, reference: str) -> None:
    changed(tmp_path, "inferred: say from what, or name a Cisco document, field notice, bug or CVE", reference)

    assert complaints(tmp_path) == set()


@pytest.mark.parametrize("kind", ["positive", "negative", "not-enough-evidence"])
def test_each_kind_of_test_is_missed_when_it_is_not_there(tmp_path: Path, kind: str) -> None:
    changed(tmp_path, f"kind: {kind}\n", "kind: boundary\n", of_tests=True)
    rules = load_rules([tmp_path])
    found = [one for one in lint(rules, load_rule_tests(rules)) if one.lint == "missing-test-kind"]

    assert [kind in one.text for one in found] == [True]


def test_a_complaint_names_file_line_and_lint(tmp_path: Path) -> None:
    changed(tmp_path, "as a heading", "as a heading.")
    rules = load_rules([tmp_path])
    (complaint,) = lint(rules, load_rule_tests(rules))

    assert str(complaint) == f"{tmp_path / 'a-rule.yaml'}:4: a title is a heading: it ends without a period [title-period]"


def test_only_the_rules_of_the_folder_that_was_asked_for_are_looked_over(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    changed(tmp_path / "one", "as a heading", "as a heading.")
    new_rule("b-rule", tmp_path / "other")
    rules = load_rules([tmp_path / "one", tmp_path / "other"])

    assert lint(rules, load_rule_tests(rules), [tmp_path / "other"]) == ()


def test_every_lint_has_a_name_of_its_own_and_says_what_to_do() -> None:
    assert len({one.name for one in LINTS}) == len(LINTS)
    assert [one.name for one in LINTS if not (one.asks and one.advice.endswith("."))] == []


def test_an_untested_condition_is_a_complaint(tmp_path: Path) -> None:
    changed(tmp_path, "says: [valid until 2034-10-12]", "says: []", of_tests=True)

    assert complaints(tmp_path) == {"untested-condition"}


def test_a_condition_that_no_test_holds_in_place_survives_being_turned_round(tmp_path: Path) -> None:
    changed(tmp_path, "says: [valid until 2034-10-12]", "says: []", of_tests=True)
    rules = load_rules([tmp_path])

    assert [one.place for one in survivors(rules.rules[0], rules, load_rule_tests(rules))] == ["verdict 2"]


def test_every_condition_of_a_new_rule_is_held_in_place(tmp_path: Path) -> None:
    new_rule("a-rule", tmp_path)
    rules = load_rules([tmp_path])

    assert list(survivors(rules.rules[0], rules, load_rule_tests(rules))) == []
