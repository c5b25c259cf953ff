"""``sftunnel-analyzer rules ...`` as a person uses it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from analyzer.authoring.scaffold import new_rule
from analyzer.cli.app import app
from analyzer.cli.exit_codes import ExitCode
from analyzer.judge import builtin_rules_folder, load_rules
from analyzer.pipeline import Options, analyze
from analyzer.report.html import render_html
from analyzer.report.terminal import render_terminal
from tests.judge.builders_rules import write_rule

RULE_IDS = [rule.id for rule in load_rules([builtin_rules_folder()]).rules]


def rules(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["rules", *map(str, arguments)])


def begun(folder: Path, rule_id: str = "my-rule") -> Path:
    assert rules("new", rule_id, "--dir", folder).exit_code == ExitCode.CLEAR
    return folder / f"{rule_id}.yaml"


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_list_names_every_rule() -> None:
    done = rules("list")

    assert done.exit_code == ExitCode.CLEAR
    assert [line.split()[0] for line in done.stdout.splitlines()] == RULE_IDS


def test_list_and_show_see_the_rules_of_a_team(tmp_path: Path) -> None:
    begun(tmp_path)

    assert "my-rule" in rules("list", "--rules", tmp_path).stdout
    assert rules("show", "my-rule", "--rules", tmp_path).stdout.startswith("# my-rule\n")


@pytest.mark.parametrize("rule_id", RULE_IDS)
def test_show_has_every_part_of_a_page(rule_id: str) -> None:
    done = rules("show", rule_id)

    assert done.exit_code == ExitCode.CLEAR
    parts = (
        "## What it means",
        "## How it decides",
        "## What evidence it needs",
        "## What else looks like it",
        "## Sources",
    )
    assert [part for part in parts if part not in done.stdout] == []


def test_show_says_how_to_obtain_what_a_rule_needs() -> None:
    assert "`manager.internal_ca_not_after`: on the FMC, expert mode as root: openssl x509" in rules("show", "internal-ca-expired").stdout


def test_show_of_no_rule_names_the_nearest() -> None:
    done = rules("show", "internal-ca-expird")

    assert done.exit_code == ExitCode.USAGE
    assert "did you mean 'internal-ca-expired'?" in done.stderr


def test_a_rule_that_was_begun_passes_its_tests_but_not_the_lint_before_it_is_written(tmp_path: Path) -> None:
    begun(tmp_path)
    lint = rules("lint", tmp_path)

    assert (rules("test", tmp_path).exit_code, lint.exit_code) == (ExitCode.CLEAR, ExitCode.RULES_WRONG)
    assert (
        "my-rule.yaml:4: 'what is wrong, as a heading' is what 'rules new' wrote, and not yet a text of this rule [placeholder]"
        in lint.stdout
    )


def test_new_never_writes_over_a_rule(tmp_path: Path) -> None:
    path = begun(tmp_path)
    path.write_text("mine", encoding="utf-8")
    done = rules("new", "my-rule", "--dir", tmp_path)

    assert done.exit_code == ExitCode.USAGE
    assert "already there" in done.stderr
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("rule_id", ["../my-rule", "My Rule", "my_rule", "", "internal-ca-expired"])
def test_new_refuses_an_id_that_cannot_be(tmp_path: Path, rule_id: str) -> None:
    done = rules("new", rule_id, "--dir", tmp_path / "rules")

    assert done.exit_code == ExitCode.USAGE
    assert list(tmp_path.rglob("*.yaml")) == []


def test_a_rule_without_tests_fails_lint_and_test(tmp_path: Path) -> None:
    write_rule(tmp_path, "a-rule")
    lint, test = rules("lint", tmp_path), rules("test", tmp_path)

    assert (lint.exit_code, test.exit_code) == (ExitCode.RULES_WRONG, ExitCode.RULES_WRONG)
    assert lint.stdout.count("[missing-test-kind]") == 3
    assert f"{tmp_path / 'a-rule.yaml'}:1: this rule has no tests" in test.stdout


def test_a_test_that_fails_says_where_and_what(tmp_path: Path) -> None:
    path = begun(tmp_path)
    change(path.with_name("my-rule.tests.yaml"), "state: clear", "state: affected")
    done = rules("test", tmp_path)

    assert done.exit_code == ExitCode.RULES_WRONG
    assert f"{path.with_name('my-rule.tests.yaml')}:21: " in done.stdout
    assert "state is 'clear', not 'affected'" in done.stdout


@pytest.mark.parametrize("command", ["lint", "test"])
def test_a_rule_file_that_is_wrong_is_a_usage_error_with_file_line_and_nearest_name(tmp_path: Path, command: str) -> None:
    path = begun(tmp_path)
    change(path, "when: manager.internal_ca_not_after < now", "when: manager.internal_ca_not_aftr < now")
    done = rules(command, tmp_path)

    assert done.exit_code == ExitCode.USAGE
    assert f"{path}:9: " in done.stderr
    assert "did you mean 'internal_ca_not_after'?" in done.stderr


def test_a_folder_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert rules("lint", tmp_path / "nowhere").exit_code == ExitCode.USAGE


def test_the_built_in_rules_pass_lint_and_test() -> None:
    lint, test = rules("lint"), rules("test")

    assert (lint.exit_code, lint.stdout.splitlines()[-1]) == (ExitCode.CLEAR, f"{len(RULE_IDS)} rules checked, 0 problems")
    assert (test.exit_code, test.stdout.splitlines()[-1].endswith(" 0 failed")) == (ExitCode.CLEAR, True)


def test_what_a_strangers_rule_says_does_not_reach_the_terminal_raw(tmp_path: Path) -> None:
    change(begun(tmp_path), "what is wrong, as a heading", r"\e[2J\u202e")
    done = rules("list", "--rules", tmp_path)

    assert "\x1b" not in done.stdout
    assert "[U+001B]" in done.stdout
    assert "[U+202E]" in done.stdout


@pytest.mark.parametrize("command", ["list", "show", "lint", "test", "new", "docs", "schema"])
def test_help_tells_the_exit_codes(command: str) -> None:
    done = rules(command, "--help")

    assert done.exit_code == 0
    assert "rules lint found a problem" in done.stdout


def test_schemas_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    assert rules("schema", tmp_path).exit_code == ExitCode.CLEAR
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rule-tests.schema.json", "rule.schema.json"]
    assert rules("schema", tmp_path / "nowhere").exit_code == ExitCode.USAGE


def test_nothing_heavy_is_loaded_before_a_command_is_called() -> None:
    heavy = ("cel", "cryptography", "jinja2", "msgspec", "yaml", "rich.progress", "socket")
    code = f"import sys, analyzer.cli.app; print([name for name in {heavy} if name in sys.modules])"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_what_a_rule_of_somebody_finds_is_marked_as_such(tmp_path: Path) -> None:
    """A critical finding with any text may come from the rules of a stranger."""
    new_rule("my-own-rule", tmp_path)
    rule = tmp_path / "my-own-rule.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("severity: low", "severity: critical"), encoding="utf-8")
    expired = Path(__file__).parents[2] / "samples/03-expired-all-connected/evidence"
    options = Options(datetime(2026, 11, 23, tzinfo=UTC), "--as-of", rules=(tmp_path,))

    result = analyze([expired], options)

    assert result.foreign_rules == ("my-own-rule",)
    assert "(from --rules, not part of the program)" in render_html(result)
    assert "which are not part of the program: my-own-rule." in render_terminal(result)
    assert "from --rules" not in render_html(analyze([expired], replace(options, rules=())))
