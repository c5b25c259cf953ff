"""Which language a command line is answered in: what ``--lang`` says, wherever it stands, else what the environment says."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.cli.help import asked_language
from analyzer.texts import language_of
from tests.builders.marking import CLOSE, OPEN, marked, marking

LANGUAGE_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that asks for no language."""
    for variable in LANGUAGE_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    "arguments", [["--lang", "ko", "limits"], ["analyze", "case", "--lang=ko"], ["analyze", "--lang", "en", "--lang", "ko", "case"]]
)
def test_the_option_decides_wherever_it_stands_and_the_last_one_counts(arguments: list[str], environment: pytest.MonkeyPatch) -> None:
    assert asked_language(arguments) == "ko"


def test_what_stands_behind_two_dashes_is_no_option(environment: pytest.MonkeyPatch) -> None:
    assert asked_language(["analyze", "--", "--lang", "ko"]) == "en"


@pytest.mark.parametrize("arguments", [["limits"], ["--lang"], ["--lang", "fr", "limits"]])
def test_without_a_language_that_is_spoken_the_environment_decides(arguments: list[str], environment: pytest.MonkeyPatch) -> None:
    environment.setenv("LANG", "ko_KR.UTF-8")
    assert asked_language(arguments) == "ko"


@pytest.mark.parametrize("arguments", [["--lang", "fr", "limits"], ["analyze", ".", "--lang", "fr"]])
def test_a_language_that_is_not_spoken_is_refused(arguments: list[str]) -> None:
    shown = CliRunner().invoke(app, arguments)

    assert shown.exit_code == 2
    assert "Unsupported language 'fr'. Choose one of: en, ko" in " ".join(shown.output.split())


def test_help_is_translated_before_it_is_wrapped_and_lists_the_translated_commands(environment: pytest.MonkeyPatch) -> None:
    with marking():
        shown = " ".join(CliRunner().invoke(app, ["--help"]).output.split())

    assert shown.startswith(marked("Usage:"))
    assert f"limits {OPEN}List all input limits." in shown
    assert f"--version {marked('Print the version.')}" in shown
    assert marked("Show this message and exit.") in shown


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["analyze", "case", "--as-of", "soon"], " is not a date: write it like 2026-11-23 or 2026-11-23T10:00:00Z"),
        (["analyze", "case", "--as-of", "9999-12-31"], " is not a date: write it like 2026-11-23 or 2026-11-23T10:00:00Z"),
        (["analyze", "case", "--as-of", "0001-01-01T00:00:00+14:00"], " is not a date: write it like 2026-11-23 or 2026-11-23T10:00:00Z"),
        (["analyze", "case", "--limit", "depth=0"], ": the value must be a whole number above 0"),
        (["analyze", "case", "--explain", "no-such-rule"], "--explain: there is no rule '"),
        (["analyze", "no-such-case"], ": no such file or folder"),
        (["analyze", "case", "--output", "."], " is a folder: specify a file"),
        (["rules", "show", "no-such-rule"], "there is no rule '"),
    ],
)
def test_what_is_wrong_with_a_command_line_is_said_in_the_language_asked_for(arguments: list[str], sentence: str) -> None:
    with marking():
        shown = CliRunner().invoke(app, arguments)

    assert shown.exit_code == 2
    assert f"{OPEN}{sentence}{CLOSE}" in " ".join(shown.output.split())


def test_help_loads_no_catalogue_and_nothing_of_the_house() -> None:
    told = (
        "import sys; from analyzer.cli.app import app; app(['--help'], standalone_mode=False); print(sorted(sys.modules), file=sys.stderr)"
    )
    shown = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])

    assert "Usage:" in shown.stdout
    assert "analyzer.pipeline" not in shown.stderr
    assert "jinja2" not in shown.stderr


def test_a_terminal_of_another_code_page_gets_every_line_and_no_error() -> None:
    told = (
        "from analyzer.cli.app import main; import sys; from tests.builders.marking import marking\n"
        "sys.argv = ['sftunnel-analyzer', 'limits']\n"
        "with marking(): main()"
    )
    shown = subprocess.run(
        [sys.executable, "-c", told],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
    )

    assert "bytes of one captured packet\\u27e7" in shown.stdout
    assert shown.stderr == ""


@pytest.mark.parametrize(("langid", "spoken"), [(0x0412, "ko"), (0x0409, "en"), (0x0407, "en")])
def test_windows_is_asked_where_no_variable_names_a_language(langid: int, spoken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = SimpleNamespace(GetUserDefaultUILanguage=lambda: langid)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")

    assert language_of({}) == spoken
    assert language_of({"LANG": "en_US.UTF-8"}) == "en"
    assert language_of({"LANG": "ko_KR.UTF-8"}) == "ko"
