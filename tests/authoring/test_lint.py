"""Each lint finds what it is for, and a rule that is right passes all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.authoring.lint import LINTS, Complaint, lint
from analyzer.authoring.mutation import survivors
from analyzer.authoring.rule_tests import load_rule_tests
from analyzer.authoring.scaffold import PLACEHOLDERS, new_rule
from analyzer.judge import load_rules


def all_of(*folders: Path) -> list[Complaint]:
    rules = load_rules(folders)
    return list(lint(rules, load_rule_tests(rules)))


def of_what_was_written(*folders: Path) -> list[Complaint]:
    """All but those about texts that `new_rule` put there and a test of another lint leaves as they are."""
    return [one for one in all_of(*folders) if one.lint != "placeholder"]


def complaints(folder: Path) -> set[str]:
    return {complaint.lint for complaint in of_what_was_written(folder)}


def changed(folder: Path, before: str, after: str, *, of_tests: bool = False) -> Path:
    path = new_rule("a-rule", folder)[1 if of_tests else 0]
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return folder


def written(folder: Path, rule_id: str = "a-rule") -> Path:
    """A new rule whose every text was written."""
    for path in new_rule(rule_id, folder)[:2]:
        text = path.read_text(encoding="utf-8")
        for number, words in enumerate(PLACEHOLDERS):
            text = text.replace(words, f"text {number}")
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_new_rule_lacks_nothing_but_texts_of_its_own(tmp_path: Path) -> None:
    new_rule("a-rule", tmp_path)

    assert {complaint.lint for complaint in all_of(tmp_path)} == {"placeholder"}


def test_a_new_rule_whose_texts_were_written_has_nothing_to_complain_of(tmp_path: Path) -> None:
    assert all_of(written(tmp_path)) == []


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("What this rule is for, and why it is told this way", 2),
        ("what is wrong, as a heading", 4),
        ("What it means, and what will happen", 16),
        ("What else shows the same signs, and how to tell it apart", 17),
        ("say from what, or name a Cisco document", 20),
        ("One line that says what this test shows", 6),
    ],
)
def test_a_text_that_was_left_as_it_was_begun_is_named_with_its_line(tmp_path: Path, words: str, line: int) -> None:
    written(tmp_path)
    for path in tmp_path.glob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace(f"text {PLACEHOLDERS.index(words)}", words)
        path.write_text(text, encoding="utf-8")

    (complaint,) = all_of(tmp_path)
    assert (complaint.lint, complaint.line) == ("placeholder", line)
    assert words in complaint.path.read_text(encoding="utf-8").splitlines()[line - 1]


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
    (complaint,) = of_what_was_written(tmp_path)

    assert str(complaint) == f"{tmp_path / 'a-rule.yaml'}:4: a title is a heading: it ends without a period [title-period]"


def test_only_the_rules_of_the_folder_that_was_asked_for_are_looked_over(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    changed(tmp_path / "one", "as a heading", "as a heading.")
    written(tmp_path / "other", "b-rule")
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
