"""The fleet as CSV: one row per box in the order of the plan, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest

from analyzer.report.table import COLUMNS, csv_text, render_csv
from tests.report.builders_report import expired_mixed

ROWS = list(csv.DictReader(io.StringIO(render_csv(expired_mixed()))))


def test_every_box_has_a_row_in_the_order_of_the_plan() -> None:
    plan = expired_mixed().plan

    assert [row["label"] for row in ROWS] == [box.label for box in (*plan.managers, *plan.devices)]


def test_a_row_tells_situation_and_next_step() -> None:
    manager = expired_mixed().plan.managers[0]

    assert (ROWS[0]["kind"], ROWS[0]["situation"], ROWS[0]["next_step"]) == ("manager", manager.situation.value, manager.steps[0].title)


@pytest.mark.parametrize(
    "cell",
    ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1", "＋1", "－1", "＠SUM(A1)", ";=1+1", " ; =1", "|=1", ",-1", "\n=1"],
)
def test_no_cell_is_a_formula(cell: str) -> None:
    text = csv_text(["name"], [[cell]])

    assert next(csv.reader(io.StringIO(text.split("\n", 1)[1])))[0][0] in "'["


def test_a_line_break_in_a_name_does_not_make_a_row() -> None:
    assert csv_text(["name"], [["ftd\nroot\r"]]) == "name\nftd[U+000A]root[U+000D]\n"


def test_the_header_names_each_column_once() -> None:
    assert len(set(COLUMNS)) == len(COLUMNS)


@pytest.mark.parametrize("cell", ["ftd-1", "192.0.2.1", "2026-11-23", "a=b", "a;=b", ""])
def test_a_cell_that_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert next(csv.reader(io.StringIO(csv_text(["name"], [[cell, ""]]).split("\n", 1)[1])))[0] == cell


def test_excel_is_told_of_other_letters_than_ascii() -> None:
    assert csv_text(["name"], [["터널"]]).encode().startswith(b"\xef\xbb\xbfname")
    assert csv_text(["name"], [["tunnel"]]).startswith("name")
