"""Sample 28: whatever stands in names, paths and log lines stays text, in every form of the report and in every command."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

import pytest

from analyzer.prescribe.shell import render
from analyzer.report.document import render_json
from analyzer.report.runbook import plan_files
from analyzer.report.table import render_csv
from analyzer.report.terminal import render_terminal
from tests.samples.test_samples import boxes, html_of, result_of

NAME = "28-hostile-names"
WELL = "01-healthy"
HOSTILE = re.compile(r"<script|onerror|javascript:|\$\(|`|\u202e", re.IGNORECASE)


class Elements(HTMLParser):
    """The elements of a page and what could run or leave it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "formaction", "srcdoc", "style")]


def invisible(text: str) -> set[str]:
    """Characters that steer a terminal or turn the direction of reading."""
    return {sign for sign in text if sign not in "\n\t" and unicodedata.category(sign) in ("Cc", "Cf")}


def test_the_names_are_really_in_the_case() -> None:
    """Four name appliances. The fifth is the name of the FMC in its bundle, where its prompt gives another: it stands in what is quoted."""
    result = result_of(NAME)
    labels = " ".join(box.label for box in boxes(result))

    assert {found.lower() for found in HOSTILE.findall(labels)} == {"onerror", "javascript:", "$(", "\u202e"}
    assert "<script" in render_json(result).replace("\\u003c", "<")


def test_the_html_report_holds_no_element_that_a_name_brought() -> None:
    page, plain = Elements(html_of(NAME)), Elements(html_of(WELL))

    assert page.tags.count("script") == plain.tags.count("script")
    assert set(page.tags) & {"img", "iframe", "object", "embed", "base"} == set()
    assert page.handlers == []
    assert [link for link in page.links if not link.startswith("#")] == [link for link in plain.links if not link.startswith("#")]


def test_the_html_report_shows_the_names_for_what_they_are() -> None:
    page = html_of(NAME)

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "[U+202E]" in page
    assert invisible(page) == set()


def test_the_terminal_gets_no_sign_that_steers_it() -> None:
    text = render_terminal(result_of(NAME))

    assert invisible(text) == set()
    assert "[U+202E]" in text


def test_runbooks_and_table_hold_no_such_sign() -> None:
    result = result_of(NAME)
    texts = [*(one.path + one.text for one in plan_files(result)), render_csv(result)]

    assert [invisible(text) for text in texts if invisible(text)] == []


def test_the_json_escapes_what_does_not_show() -> None:
    assert invisible(render_json(result_of(NAME))) == set()


@pytest.mark.parametrize("part", ["commands", "files"])
def test_no_name_reaches_a_command_or_a_file_to_be_made(part: str) -> None:
    plans = list(boxes(result_of(NAME)))
    if part == "commands":
        texts = [render(command) for box in plans for step in box.steps for command in step.commands]
    else:
        texts = [line for box in plans for file in box.files for line in file.lines]

    assert [text for text in texts if HOSTILE.search(text)] == []
