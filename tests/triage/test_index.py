"""The page, the database and the other forms of the index."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from pyarrow import parquet

from analyzer.triage.database import write_database
from analyzer.triage.index import days_until, index_of
from analyzer.triage.page import render_page
from analyzer.triage.record import About, CaseRecord, CaseState, FindingLine, InputFile, ManagerLine, Question, Took
from analyzer.triage.run import worst_code
from analyzer.triage.summary import NoParquet, calendar_of, csv_of, json_of, parquet_of, text_of
from tests.triage.builders import DAY


def fmc(label: str, days: float | None, situation: str, up: int = 0, down: int = 0, uuid: str = "") -> ManagerLine:
    ends = DAY + timedelta(days=days) if days is not None else None
    return ManagerLine(label, uuid, "7.2.5", True, ends, situation, up + down, up, down, 0)


def case(label: str, *managers: ManagerLine, state: CaseState = CaseState.DONE, severity: str = "", **more: object) -> CaseRecord:
    given: dict[str, object] = {"exit_code": 0, "result_key": "k", "headline": f"about {label}", "as_of": DAY} | more
    return CaseRecord(label=label, folder=label, state=state, severity=severity, managers=managers, **given)  # type: ignore[arg-type]


UP = case("up", fmc("fmc-up", -3, "expired-connected", up=4), severity="critical", exit_code=14)
DOWN = case("down", fmc("fmc-down", -90, "expired-down", down=2), severity="critical", exit_code=14)
SOON = case("soon", fmc("fmc-soon", 20.5, "renew-in-time", up=9, uuid="u-1"), severity="medium", exit_code=12)
FINE = case("fine", fmc("fmc-fine", 2000, "healthy", up=1, uuid="u-2"))
LOST = case("lost", state=CaseState.TIMEOUT, exit_code=None, result_key="", headline="", reason="It took too long.")
ALL = (FINE, LOST, SOON, DOWN, UP)


def test_expired_and_still_connected_comes_first_then_expired_and_down_then_by_days() -> None:
    index = index_of(ALL, DAY)

    assert [action.case.label for action in index.actions] == ["up", "down", "soon"]
    assert [action.days for action in index.actions] == [-3, -90, 20]
    assert [record.label for record in index.not_read] == ["lost"]


def test_the_calendar_counts_each_internal_ca_once() -> None:
    again = case("soon again", fmc("fmc-soon", 20.5, "renew-in-time", up=7, uuid="u-1"))

    index = index_of((*ALL, again), DAY)

    assert index.horizons == ((30, 1, 9), (90, 1, 9), (180, 1, 9), (365, 1, 9))
    assert index.expired == (2, 6)
    assert [one.label for one in index.shared] == ["fmc-soon"]


def test_the_order_of_the_records_changes_nothing() -> None:
    assert json_of(index_of(ALL, DAY)) == json_of(index_of(reversed(ALL), DAY))
    assert render_page(index_of(ALL, DAY), "en", "r") == render_page(index_of(reversed(ALL), DAY), "en", "r")


OPEN = case("open", exit_code=5)
NOTHING = case("nothing", exit_code=3, state=CaseState.NOTHING)


@pytest.mark.parametrize(
    ("records", "code"),
    [((FINE,), 0), ((FINE, SOON), 12), ((SOON, UP), 14), ((UP, LOST), 4), ((OPEN,), 5), ((NOTHING,), 3)],
)
def test_a_failure_is_never_hidden_behind_findings(records: tuple[CaseRecord, ...], code: int) -> None:
    assert worst_code(records) == code


@pytest.mark.parametrize("record", [OPEN, replace(FINE, state=CaseState.INCOMPLETE, exit_code=4), replace(OPEN, severity="info")])
def test_a_case_that_leaves_a_question_open_never_looks_clear(record: CaseRecord) -> None:
    index = index_of((FINE, record), DAY)
    page = render_page(index, "en", "r")

    assert [one.folder for one in index.undecided] == [record.folder]
    assert "1 case leaves a question open." in page
    assert "1 case leaves a question open." in text_of(index)
    assert "Nothing urgent" not in page
    assert page.count("Question open") == 1
    assert "Nothing urgent" in render_page(index_of((FINE,), DAY), "en", "r")


def test_a_moment_within_the_day_is_no_whole_day_away() -> None:
    assert [days_until(DAY + timedelta(hours=hours), DAY) for hours in (-30, -23, -1, 0, 23, 25)] == [-1, 0, 0, 0, 0, 1]


HOSTILE = '"><script>alert(1)</script>\n=cmd|x\u202e'


def test_the_page_is_complete_without_network_and_harmless() -> None:
    bad = case(HOSTILE, fmc(HOSTILE, -1, "expired-connected", up=1), severity="critical", about=About(customer=HOSTILE), reason=HOSTILE)

    page = render_page(index_of((bad, *ALL), DAY, fresh=["up"]), "en", "rules", "sftunnel-analyzer triage x --retry-failed")

    assert "default-src &#39;none&#39;" in page
    assert "<script>alert" not in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "\u202e" not in page
    assert 'href="cases/up/report.html"' in page
    assert 'href="cases/lost/report.html"' not in page
    assert "It took too long." in page
    assert 'data-fresh="yes"' in page


def test_the_database_has_every_case_and_is_made_anew(tmp_path: Path) -> None:
    record = case(
        "one", fmc("f", 1, "renew-in-time"), findings=(FindingLine("r", "high", "s", "t", explained=False),), asked=(Question("q", "t"),)
    )
    place = write_database(index_of((*ALL, record), DAY), tmp_path)
    write_database(index_of((*ALL, record), DAY), tmp_path)

    with closing(sqlite3.connect(place)) as database:
        assert database.execute("SELECT count(*) FROM cases").fetchone() == (6,)
        assert database.execute("SELECT rule FROM findings").fetchall() == [("r",)]
        assert database.execute("SELECT title FROM questions").fetchall() == [("q",)]
        assert database.execute("SELECT label FROM managers WHERE ca_ends < '2026-11-24' ORDER BY ca_ends").fetchall() == [
            ("fmc-down",),
            ("fmc-up",),
        ]
    assert place.stat().st_mode & 0o077 == 0


def test_a_spreadsheet_calculates_no_cell() -> None:
    text = csv_of(index_of((case("=HYPERLINK(1)", headline="+1"),), DAY))

    assert text.startswith("\ufeff")
    (row,) = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert (row["case"], row["headline"]) == ("'=HYPERLINK(1)", "'+1")


def test_a_parquet_file_has_the_rows_of_the_csv_with_dates_and_numbers() -> None:
    index = index_of(ALL, DAY, fresh=["up"])
    table = parquet.read_table(io.BytesIO(parquet_of(index)))
    rows = list(csv.DictReader(io.StringIO(csv_of(index).removeprefix("\ufeff"))))

    assert [{name: "" if cell is None else str(cell) for name, cell in row.items()} for row in table.to_pylist()] == rows
    assert [row["ca_ends"] for row in table.to_pylist() if row["case"] == "soon"] == [date(2026, 12, 14)]
    assert table.schema.metadata[b"schema_version"] == b"2"
    assert parquet.read_table(io.BytesIO(parquet_of(index_of((), DAY)))).num_rows == 0


def test_without_its_library_parquet_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(NoParquet, match=r"sftunnel-analyzer\[parquet\]"):
        parquet_of(index_of(ALL, DAY))


def test_the_calendar_file_has_an_event_per_end_to_come() -> None:
    text = calendar_of(index_of(ALL, DAY))

    assert text.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20261214" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_the_text_ends_with_what_counts() -> None:
    lines = text_of(index_of(ALL, DAY)).splitlines()

    assert lines[0].startswith("! up: about up [fmc-up, 4 up, 0 down")
    assert lines[3] == "? lost: timeout: It took too long."
    assert lines[-2] == "4 done, 1 timeout"
    assert json.loads(json_of(index_of(ALL, DAY)))["critical"] == 2


def test_five_thousand_cases_make_one_page() -> None:
    situation = {True: "expired-connected", False: "renew-in-time"}
    records = [
        case(f"c{n}", fmc(f"fmc-{n}", n - 500, situation[n < 500], up=n % 7), inputs=(InputFile("x", n, 0),), took=Took(n, n, n))
        for n in range(5000)
    ]

    page = render_page(index_of(records, DAY), "en", "r")

    assert page.count("<tr data-state") == 5000
    assert len(page) < 12_000_000
