"""Every rule fires in a sample, and every situation of the table in samples/README.md is seen there by the user."""

from __future__ import annotations

import pytest

from analyzer.judge import builtin_rules_folder
from tests.lab.catalogue import BEGIN, END, ROWS, Row, table
from tests.samples.test_samples import NAMES, SAMPLES, result_of

RULES = sorted(path.stem for path in builtin_rules_folder().glob("*.yaml") if not path.stem.endswith(".tests"))


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_fires_in_at_least_one_sample(rule: str) -> None:
    assert [name for name in NAMES if any(f.rule == rule and f.counts for f in result_of(name).findings)], f"{rule} fires in no sample"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.situation)
def test_a_situation_is_seen_in_its_sample(row: Row) -> None:
    said = [f"{f.title} {f.explanation}" for f in result_of(row.sample).findings if f.rule == row.rule and f.counts]

    assert [text for text in said if row.says in text], said


def test_every_rule_has_a_row() -> None:
    assert sorted({row.rule for row in ROWS}) == RULES


def test_every_sample_has_a_row_or_is_about_something_else() -> None:
    about_something_else = {"01-healthy", "12-full-case", "28-hostile-names"}

    assert {row.sample for row in ROWS} | about_something_else == set(NAMES)


def test_the_table_of_the_readme_is_current() -> None:
    text = (SAMPLES / "README.md").read_text(encoding="utf-8")

    assert text.partition(BEGIN)[2].partition(END)[0].strip() == table().strip(), "run: python -m tests.lab.build_samples --keep-captures"
