"""Each form of evidence that the program says it can read is read, and gives what it says it gives."""

from __future__ import annotations

import inspect
import typing
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.cli.exit_codes import ExitCode
from analyzer.model.facts import NO_EVIDENCE, Fact
from analyzer.model.location import Location
from analyzer.model.member import Damage, Member
from analyzer.read.context import ReadContext
from analyzer.read.formats import Format, formats
from analyzer.read.members import read_member
from analyzer.read.outputs.wordings import literals, wordings

PAD = "Hello all,\n\nplease see below what we got this morning.\nAny idea?\n\n"
"""Lines before an example: of two lines alone nobody can tell that their beginnings are no part of them."""

SHAPES = {
    "as it is": lambda text: text,
    "quoted in a mail": lambda text: "".join(f"> {line}\n" for line in (PAD + text).splitlines()),
    "with line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "numbered": lambda text: "".join(f"{number:>6}\t{line}\n" for number, line in enumerate((PAD + text).splitlines(), start=1)),
    "indented": lambda text: "".join(f"    {line}\n" for line in text.splitlines()),
    "below prose": lambda text: f"Hello all,\n\nplease see below what we got this morning:\n\n{text}\nThanks, K.\n",
}
WHOLE_FILES = {"peers-map", "credentials"}
"""Forms that are known by the name of their file."""


def facts_of(text: str, name: str) -> list[Fact]:
    member = Member(Location(name), name, len(text), None, lambda: iter([text.encode()]))
    return list(read_member(member, ReadContext(datetime(2026, 11, 23, tzinfo=UTC))))


@pytest.mark.parametrize(
    ("form", "shape"),
    [(form, shape) for form in formats() for shape in SHAPES if shape == "as it is" or form.id not in WHOLE_FILES],
    ids=lambda one: one.id if isinstance(one, Format) else one,
)
def test_the_example_is_read_in_every_shape(form: Format, shape: str) -> None:
    found = {type(fact).__name__ for fact in facts_of(SHAPES[shape](form.example), form.file or "notes.txt")}

    assert set(form.gives) <= found, f"{form.id} {shape}: {sorted(found)}"


def test_every_kind_of_fact_of_a_text_has_its_form() -> None:
    shown = {name for form in formats() for name in form.gives}
    of_texts = {kind.__name__ for kind in typing.get_args(Fact) if kind not in (*NO_EVIDENCE, Damage)}
    elsewhere = {"Certificate", "UnreadableCertificate", "PrivateKey", "CaptureRead", "PeerSerial"}

    assert of_texts - shown <= elsewhere | {name for name in of_texts if name.startswith("Not")}
    assert shown <= of_texts


def test_ids_are_unique() -> None:
    ids = [form.id for form in formats()]

    assert len(ids) == len(set(ids))


def test_the_list_and_one_form_are_printed() -> None:
    listed = CliRunner().invoke(app, ["formats", "list"])
    shown = CliRunner().invoke(app, ["formats", "show", "alerts"])

    assert listed.exit_code == 0
    assert all(form.id in listed.stdout for form in formats())
    assert "is not sending heartbeats" in shown.stdout


def test_an_unknown_form_is_an_error_that_says_what_to_do() -> None:
    result = CliRunner().invoke(app, ["formats", "show", "telepathy"])

    assert result.exit_code == ExitCode.USAGE
    assert "formats list" in result.output


@pytest.mark.parametrize("name", ["hints", "probes", "firewalls"])
def test_wordings_are_well_formed_and_each_says_where_it_was_seen(name: str) -> None:
    for row in wordings(name):
        assert row.source
        assert row.pattern.search(row.says.replace("{", "").replace("}", "").replace("...", "x")) or "{" in row.says
    assert all(len(literal) >= 4 for literal in literals(name))
    assert inspect.isfunction(wordings.__wrapped__)
