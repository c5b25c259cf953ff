"""The form of statements: what a person knows is judged as ``--facts`` judges it, and no file of the evidence is taken for it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from analyzer import Options, analyze, render_json
from analyzer.stated.case_file import parse_stated
from tests.page.looking import enter
from tests.page.opened import LONG, Opened

ROOT = Path(__file__).parents[2]
PAIR = ROOT / "samples" / "08-ha-secondary-forgotten" / "evidence"
STATED = "appliances:\n  - {name: the-named-one, kind: ftd, same_as: [192.0.2.250]}\n"
DROP = """([where, name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name));
  document.querySelector(where).dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}"""


def natively(folder: Path, stated: bytes = b"") -> object:
    """The result of the program with ``--facts case.yaml``."""
    statements = parse_stated(Path("case.yaml"), stated)[0] if stated else ()
    as_of = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)
    return json.loads(render_json(analyze([folder], Options(as_of=as_of, as_of_source="--as-of", statements=statements))))


def open_form(page: Opened) -> None:
    expect(page.page.locator("#statements")).to_be_visible()
    if not page.page.locator("#stated").is_visible():
        page.page.click("#questions-told")
    expect(page.page.locator("#stated")).to_be_visible()


def test_what_the_form_states_is_judged_and_saved(page: Opened) -> None:
    """With the keyboard alone, an error on the way, and what is saved gives the same on the command line."""
    assert page.run(PAIR) == "done"
    enter(page.page, "#questions-told")
    first = page.page.locator(".entry").first
    zone = first.locator("[data-field=time_zone]")
    expect(page.page.locator("#questions li").first).to_be_visible()
    expect(first.locator("[data-tick]")).not_to_be_checked()

    enter(page.page, "#again")
    expect(page.page.locator("#stated-problem")).to_have_text("Nothing is stated yet: tick an appliance, or add a file.")

    zone.focus()
    page.page.keyboard.type("Mars/Base")
    expect(first.locator("[data-tick]")).to_be_checked()
    enter(page.page, "#again")
    expect(page.page.locator("#stated-problem")).to_contain_text("a time zone is needed here")
    expect(zone).to_be_focused()
    expect(zone).to_have_attribute("aria-invalid", "true")

    zone.fill("+09:00")
    enter(page.page, "#again")
    expect(page.page.locator("#stated-problem")).to_be_hidden()
    expect(page.page.locator("#stated-name")).to_contain_text("case.yaml")
    expect(page.page.frame_locator("#report iframe").locator("body")).to_contain_text("Stated by a person (case.yaml:", timeout=LONG)
    expect(first.locator("[data-tick]")).to_be_checked()
    expect(zone).to_have_value("+09:00")

    saved = page.saved("#save-stated")
    assert b"+09:00" in saved
    assert page.document() == natively(PAIR, saved)
    assert page.complaints == []


def test_a_file_is_said_to_be_of_an_appliance(page: Opened) -> None:
    """The appliance that is named is stated with it: a file of statements names no other."""
    assert page.run(PAIR) == "done"
    open_form(page)
    name = page.page.locator(".entry [data-field=name]").first.input_value()
    page.page.click("#add-file")
    added = page.page.locator('.entry[data-list="files"]')
    expect(added.locator("[data-field=file]")).to_be_focused()
    added.locator("[data-field=file]").fill("notes.txt")
    page.page.click("#again")
    expect(page.page.locator("#stated-problem")).to_contain_text("say one of the two")
    added.locator("[data-field=written_on]").fill(name)
    page.page.click("#again")
    expect(page.page.locator("#stated-problem")).to_be_hidden()
    expect(page.page.frame_locator("#report iframe").locator("body")).to_contain_text("notes.txt: written_on", timeout=LONG)

    added.locator("button").click()
    expect(page.page.locator('.entry[data-list="files"]')).to_have_count(0)


@pytest.mark.parametrize("how", ["chosen", "dropped"])
def test_a_case_file_is_taken_where_a_person_says_so(page: Opened, how: str, tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(STATED)
    page.give(PAIR)
    if how == "chosen":
        page.page.set_input_files("#case-file", str(tmp_path / "case.yaml"))
    else:
        page.page.evaluate(DROP, ["#stated-file", "case.yaml", STATED])
    expect(page.page.locator("#stated-name")).to_have_text("The statements of case.yaml are used.")

    page.start()
    assert page.document() == natively(PAIR, STATED.encode())
    page.page.click("#unstate")
    expect(page.page.locator("#stated-name")).to_have_text("")


def test_a_case_file_among_the_evidence_is_evidence(page: Opened) -> None:
    page.give(PAIR)
    page.page.evaluate(DROP, ["#drop", "case.yaml", STATED])
    expect(page.page.locator("#chosen")).to_contain_text("files")
    page.start()

    assert "the-named-one" not in json.dumps(page.document()["case"])
    expect(page.page.locator("#stated-name")).to_have_text("")


def test_a_wrong_case_file_is_named_with_its_line(page: Opened) -> None:
    page.give(PAIR)
    page.page.evaluate(DROP, ["#stated-file", "case.yaml", "appliances:\n  - {name: a, kind: router}\n"])
    expect(page.page.locator("#stated-name")).to_contain_text("case.yaml")
    page.start("problem")

    expect(page.page.locator("#problem")).to_have_text("case.yaml:2: one of fmc, ftd is needed here")


def test_statements_are_of_one_case(page: Opened) -> None:
    """Who removes the files begins another case: what was stated of the last one is not carried over."""
    page.give(PAIR)
    page.page.evaluate(DROP, ["#stated-file", "case.yaml", STATED])
    expect(page.page.locator("#stated-name")).to_contain_text("case.yaml")
    page.page.click("#clear")

    expect(page.page.locator("#stated-name")).to_have_text("")
    assert page.run(PAIR) == "done"
    assert page.document() == natively(PAIR)
