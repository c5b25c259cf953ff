"""What is wrong with a command line is said in the language of the reader, whichever part of the library says it."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.cli.exit_codes import ExitCode

WRONG: dict[str, str] = {
    "analyze": "Missing argument 'case'.",
    "compare a": "Missing argument 'after'.",
    "analyze x --prot 3": "No such option: --prot (Possible options: --port)",
    "analyze x --zzzz": "No such option: --zzzz",
    "analyze x --port 8305/tcp": "Invalid value for --port: '8305/tcp' is not a whole number.",
    "analyze x --port 99999": "Invalid value for --port: 99999 is not in the range 1<=x<=65535.",
    "analyze x --port": "Option '--port' requires an argument.",
    "analyze x --redact=3": "Option '--redact' does not take a value.",
    "analyze x --format yaml": "Invalid value for --format: Unknown format 'yaml': choose text, json or csv",
    "analyze x --lang de": "Invalid value for --lang: Unsupported language 'de'. Choose one of: en, ko",
    "analyze x --as-of tomorrow": "Invalid value for --as-of: 'tomorrow'",
    "analyse": "No such command 'analyse'. Did you mean 'analyze'?",
    "nothing": "No such command 'nothing'.",
    "rules nothing": "No such command 'nothing'.",
    "limits a b": "Got unexpected extra arguments (a b)",
}
HANGUL = re.compile("[가-힣]")


@pytest.mark.parametrize("line", WRONG)
def test_in_english(line: str) -> None:
    done = CliRunner().invoke(app, line.split(), env={"LANGUAGE": "en"})

    assert done.exit_code == ExitCode.USAGE
    assert f"Error: {WRONG[line]}" in done.stderr


@pytest.mark.parametrize("line", WRONG)
def test_in_korean(line: str) -> None:
    done = CliRunner().invoke(app, line.split(), env={"LANGUAGE": "ko"})

    assert done.exit_code == ExitCode.USAGE
    told = [one for one in done.stderr.splitlines() if one and "COMMAND" not in one and "OPTIONS" not in one]
    assert told
    assert all(HANGUL.search(one) for one in told)
    assert not re.search(r"Error|Missing|Invalid|No such|Try |is not a|unexpected", done.stderr)
