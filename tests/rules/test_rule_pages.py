"""docs/rules.md is what the rules say today; conditions read as plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.authoring.plain_words import condition_lines, words
from analyzer.cli.rule_pages import document, obtain
from analyzer.judge import builtin_rules_folder, load_rules
from analyzer.judge.rule import Rule
from analyzer.model.finding import SubjectKind

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"
RULES = load_rules([builtin_rules_folder()])


def test_the_committed_document_is_current() -> None:
    assert DOCS.read_text(encoding="utf-8") == document(RULES), "run: make docs"


JUDGED_WHEN_THERE = {SubjectKind.CERTIFICATE}
"""What is judged only once it is in the evidence has nothing to ask for."""


@pytest.mark.parametrize("rule", [one for one in RULES.rules if one.subject not in JUDGED_WHEN_THERE], ids=lambda rule: rule.id)
def test_what_a_rule_cannot_do_without_is_said_with_how_to_obtain_it(rule: Rule) -> None:
    assert [path for path in rule.needs if not obtain(rule, path)] == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("manager.internal_ca_not_after < now", "`manager.internal_ca_not_after` is before today"),
        ("manager.internal_ca_not_after >= now", "`manager.internal_ca_not_after` is not before today"),
        ("has(manager.vdb)", "`manager.vdb` is in the evidence"),
        ("!has(manager.vdb)", "`manager.vdb` is not in the evidence"),
        ("manager.vdb < 399", "`manager.vdb` is less than 399"),
        ("manager.tunnels_down.size() > 0", "`manager.tunnels_down` is not empty"),
        ("manager.tunnels_down.size() == 0", "`manager.tunnels_down` is empty"),
        ("manager.tunnels_down.size() >= 2", "the number of `manager.tunnels_down` is at least 2"),
        ("!manager.bundle_given", "`manager.bundle_given` is false"),
        ("manager.bundle_given", "`manager.bundle_given` is true"),
        ('manager.role in ["primary", "secondary"]', '`manager.role` is one of "primary", "secondary"'),
        ("manager.label in manager.tunnels_down", "`manager.label` is among `manager.tunnels_down`"),
        ('manager.internal_ca_not_after < now + duration("2160h")', "`manager.internal_ca_not_after` is before 90 days after today"),
        ('now - case.evidence_time > duration("36h")', "from `case.evidence_time` to today is more than 36 hours"),
        ("!(manager.vdb < 399)", "`!(manager.vdb < 399)`"),
        ('manager.tunnels_down.exists(one, one == "x")', 'for at least one `one` of `manager.tunnels_down`: `one == "x"`'),
    ],
)
def test_a_part_of_a_condition_in_plain_words(source: str, said: str) -> None:
    assert words(source, SubjectKind.MANAGER) == said


def test_parts_are_a_list_as_deep_as_the_condition() -> None:
    assert condition_lines("has(manager.vdb) && (manager.vdb < 399 || manager.bundle_given)", SubjectKind.MANAGER) == [
        "- `manager.vdb` is in the evidence",
        "- any of:",
        "  - `manager.vdb` is less than 399",
        "  - `manager.bundle_given` is true",
    ]
