"""Every sentence of a report, a terminal, a runbook and a help page comes out of a catalogue.

The samples are analyzed and drawn with a catalogue that marks what it translates. What then stands unmarked and is no value from the
evidence (nor a command, a name or a number) is a sentence that no translator will ever see.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.cli.rule_pages import document
from analyzer.comparing import compare
from analyzer.join.failures import VERIFY_NAMES
from analyzer.judge import builtin_rules_folder, load_rules
from analyzer.judge.explain import explained
from analyzer.model.capture import ALERT_NAMES
from analyzer.model.certificate import DistinguishedName
from analyzer.model.location import Location
from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from analyzer.prescribe.shell import render
from analyzer.report.comparison import comparison_text
from analyzer.report.html import render_html
from analyzer.report.labels import MISSING_THINGS
from analyzer.report.runbook import plan_files
from analyzer.report.steps import CA_LINES
from analyzer.report.terminal import render_terminal
from analyzer.texts import _
from tests.builders.cases import utc
from tests.builders.marking import Unmarked, marked, marking, words_outside

ALL_SAMPLES = sorted(path for path in (Path(__file__).parents[2] / "samples").iterdir() if path.is_dir())
SAMPLES = [path for path in ALL_SAMPLES if path.name != "28-hostile-names"]  # its names hold marks, and are shown by other signs

DATA_FIELDS = frozenset(
    {
        *("address", "box", "box_label", "build", "device", "key", "label", "managed_by", "manager", "model", "name", "subject_label"),
        *("uuid", "value", "vdb", "version", "role"),  # boxes
        *("client", "dissector", "failing_subject", "host", "peer", "registration", "server", "tls_version", "verify_text"),  # facts
        *("references", "rule", "sources"),  # documents of others, by their own titles
        *("as_of_source", "path", "rules_version", "sha256", "source", "tool_version"),  # this run
        *("answers", "affects", "lines"),
    }
)
"""Fields of the model that hold values and names, never a sentence."""

NOT_YET: frozenset[str] = frozenset()
"""Fields whose sentences do not all come from a catalogue yet: those that readers fill."""

ALLOWED = frozenset(
    {
        *("sftunnel-analyzer", "UTC", "GMT", "kB", "MB", "Hotfix FZ", "certificate expired", "ClientHello", "ServerHello"),
        *("DEVICE", "ADDRESS-OF-DEVICE", "UUID-OF-DEVICE"),
        *ALERT_NAMES.values(),
        *VERIFY_NAMES.values(),
    }
)
"""The name of the program, units, what stands in a command for the values of a device,
what Cisco calls a file, what TLS calls an alert and its messages, and OpenSSL a verify code."""

CONDITION = re.compile(r" *\[(?:true|false|-)\] (?!\u27e6)")
"""A line that shows a part of a condition as it is written in the rule."""

UNTRANSLATED_ELEMENTS = frozenset({"code", "kbd", "pre", "script", "style", "time"})
SPOKEN_ATTRIBUTES = frozenset(
    {
        "alt",
        "aria-label",
        "data-copied",
        "data-done",
        "data-label",
        "data-none",
        "data-selected",
        "data-shown",
        "data-shown-in-list",
        "data-some",
        "placeholder",
        "title",
    }
)


@cache
def analyzed(sample: Path) -> Result:
    """The result of a sample, with marks in its sentences."""
    with marking():
        return analyze([sample], Options(as_of=utc("2026-11-23"), as_of_source="--as-of"))


def data_of(value: Any) -> Iterator[str]:
    """The values and names in a result, however deep."""
    if isinstance(value, tuple):
        for one in value:
            yield from data_of(one)
    elif isinstance(value, Location):
        yield from (str(value), value.source)
    elif isinstance(value, DistinguishedName):
        yield from (value.text, value.common_name)
    elif isinstance(value, Struct):
        for field in value.__struct_fields__:
            found = getattr(value, field)
            yield from strings(found) if field in DATA_FIELDS | NOT_YET else data_of(found)


def strings(value: Any) -> Iterator[str]:
    """Every string below a field of data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from strings(one)
    elif isinstance(value, Struct):
        yield from data_of(value)
        for field in value.__struct_fields__:
            if field == "value":
                yield from strings(getattr(value, field))


class Page(HTMLParser):
    """The unmarked pieces of a page: of its text and of the attributes that are read to a person."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0
        self.unmarked = Unmarked()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in UNTRANSLATED_ELEMENTS
        for name, value in attrs:
            if name in SPOKEN_ATTRIBUTES and value:
                self.found += Unmarked().pieces(re.sub(r"\{\w+\}", "", value))

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in UNTRANSLATED_ELEMENTS

    def handle_data(self, data: str) -> None:
        pieces = self.unmarked.pieces(data)
        if not self.silent:
            self.found += pieces


def untranslated(pieces: list[str], result: Result) -> set[str]:
    """What of the pieces is neither data of the result nor allowed. A picture cuts a long name and ends it with an ellipsis."""
    data = {*data_of(result), *(one.words for one in result.case.not_understood)}
    cut = {piece for piece in pieces if piece.endswith("…") and any(one.startswith(piece[:-1]) for one in data)}
    return words_outside(pieces, {*data, *cut, *ALLOWED})


def test_a_sentence_without_marks_is_found_also_as_a_value_in_one_with_marks_and_in_an_attribute() -> None:
    with marking():
        sentence = _("unknown: {why}").format(why="Nobody looked.")
    page = Page(f'<p title="Hover here">{sentence} <code>ls</code> <b>{marked("Fine.")}</b></p>')

    assert [piece.strip() for piece in page.found] == ["Hover here", "Nobody looked."]


def phrases(pieces: set[str]) -> set[str]:
    """Those of the pieces in which words follow one another, quoted text and names in backticks left out."""
    return {piece for piece in pieces if re.search(r"[A-Za-z]{2,} +[a-z]{2,}", re.sub(r"`[^`]*`|\"[^\"]*\"", "", piece))}


def test_what_a_rule_of_the_program_needs_has_a_name_for_people() -> None:
    needed = {path for rule in load_rules([builtin_rules_folder()]).rules for path in rule.needs}

    assert sorted(needed - MISSING_THINGS.keys()) == []


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_every_sentence_of_the_report_of_a_sample_is_translated(sample: Path) -> None:
    with marking():
        page = Page(render_html(analyzed(sample)))

    assert page.unmarked.depth == 0
    assert untranslated(page.found, analyzed(sample)) == set()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_every_sentence_on_the_terminal_is_translated(sample: Path) -> None:
    with marking():
        shown = render_terminal(analyzed(sample))

    assert untranslated(Unmarked().pieces(shown), analyzed(sample)) == set()


def commands_of(result: Result) -> list[str]:
    """Every command of the plan as it is typed, the longest first: with its here-document, which may hold comments, and those that undo."""
    steps = [step for box in (*result.plan.managers, *result.plan.devices) for step in box.steps] + list(result.plan.collect)
    typed = {render(command) for step in steps for command in (*step.commands, *step.undo_commands)}
    return sorted(typed, key=len, reverse=True)


def without_commands(text: str, commands: Iterable[str]) -> str:
    """A runbook without the commands that fill whole lines of it or stand behind a name (``Undo``)."""
    for command in commands:
        text = re.sub(rf"(?m)(^|: +){re.escape(command)}$", r"\1", text)
    return text


def test_of_a_runbook_only_whole_commands_are_passed_over() -> None:
    text = "# Why: cp is run.\n\nsh << 'EOF'\n# Reads.\nEOF\n\n#     Undo:    cp a b\n# cp a b comes last.\n"
    left = "# Why: cp is run.\n\n\n\n#     Undo:    \n# cp a b comes last.\n"

    assert without_commands(text, ["sh << 'EOF'\n# Reads.\nEOF", "cp a b"]) == left


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_every_sentence_of_the_runbooks_is_translated(sample: Path) -> None:
    with marking():
        files = plan_files(analyzed(sample))
    commands = commands_of(analyzed(sample))
    texts = [without_commands(file.text, commands) for file in files]
    prose = re.sub(r"\n# +", " ", "\n".join(line for text in texts for line in text.splitlines() if line.startswith("#")))
    names = {CA_LINES, *(name for file in files for name in (file.path, file.path.removesuffix(".txt")))}

    assert words_outside(Unmarked().pieces(prose), {*data_of(analyzed(sample)), *ALLOWED, *names}) == set()


def test_every_sentence_of_a_comparison_is_translated() -> None:
    before, after = analyzed(SAMPLES[2]), analyzed(SAMPLES[4])
    with marking():
        shown = comparison_text(compare(before, after))
    data = {*data_of(before), *data_of(after)}
    months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
    digests = {one[:16] for one in data if re.fullmatch("[0-9a-f]{64}", one)}

    assert words_outside(Unmarked().pieces(shown), {*data, *ALLOWED, *months, *digests}) == set()


def test_every_sentence_of_an_explanation_is_translated() -> None:
    """Conditions as they are written, names of facts and values of the rules' vocabulary are the same in any language."""
    sample = analyzed(SAMPLES[3])
    with marking():
        rules = load_rules([builtin_rules_folder()]).rules
        lines = [line for rule in rules for line in explained(sample.case, rule, "", sample.as_of) or ()]
    told = Unmarked()
    pieces = [piece for line in lines if not CONDITION.match(line) for piece in told.pieces(line)]

    assert told.depth == 0
    assert phrases(words_outside(pieces, data_of(sample))) == set()


def test_every_sentence_of_the_pages_of_rules_is_translated() -> None:
    with marking():
        rules = load_rules([builtin_rules_folder()])
        shown = document(rules)
    sources = {source for one in rules.rules for source in one.references}

    assert phrases(words_outside(Unmarked().pieces(re.sub(r"<!--.*?-->", "", shown)), sources)) == set()


def test_no_sentence_stands_within_an_f_string_where_no_catalogue_is_gathered_from() -> None:
    names = {"_", "N_", "ngettext", "pgettext"}
    lost = [
        f"{path.name}: {ast.unparse(call)}"
        for path in sorted((SAMPLES[0].parents[1] / "analyzer").rglob("*.py"))
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in names and isinstance(call.args[0], ast.Constant)
    ]

    assert lost == []


COMMANDS = (
    "",
    "analyze",
    "compare",
    "limits",
    "rules",
    *(f"rules {name}" for name in ("list", "show", "lint", "test", "new", "docs", "schema")),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_sentence_of_a_help_page_is_translated(command: str) -> None:
    with marking():
        shown = CliRunner().invoke(app, [*command.split(), "--help"]).output
    syntax = re.compile(
        r"(?<!\w)--?[a-z-]+|<[^>]*>|\[(?:OPTIONS|ARGS|DIR)\]|\{\w+\}|\b[A-Z][A-Z=\[\]:]+\b\]?|\btext\|json\|csv\b|\ben\|ko\b"
    )
    names = {"root", "sftunnel-analyzer", *" ".join(COMMANDS).split(), "case..."}

    pieces = [syntax.sub("", piece) for piece in Unmarked().pieces(shown)]
    assert words_outside(pieces, {*names, "before", "after", "rule", "folder", "report.html", "text"}) == set()
