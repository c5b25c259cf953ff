"""CONTRIBUTING.md's "A rule in ten minutes", followed to the letter."""

from __future__ import annotations

import re
import shlex
import textwrap
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analyzer.cli.app import app
from analyzer.cli.exit_codes import ExitCode

ROOT = Path(__file__).parents[2]
PROGRAM = ".venv/bin/sftunnel-analyzer"
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## A rule in ten minutes")[1].split("\n## ")[0]
BLOCKS = [(kind, textwrap.dedent(text)) for kind, text in re.findall(r"^ *```(\w+)\n(.*?)^ *```$", GUIDE, re.DOTALL | re.MULTILINE)]
FOLDER = Path("my-rules")


def written_to(block: str) -> Path:
    """The file that a block of YAML belongs into: the rule, its tests, or its remedy."""
    if block.startswith("title: "):
        return FOLDER / "remedies/change-board.yaml"
    name = re.search(r"^(id|rule): (\S+)$", block, re.MULTILINE)
    assert name is not None
    return FOLDER / (f"{name[2]}.yaml" if name[1] == "id" else f"{name[2]}.tests.yaml")


def test_every_step_of_the_guide_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    monkeypatch.chdir(tmp_path)
    said: dict[str, str] = {}
    for kind, block in BLOCKS:
        if kind == "yaml":
            path = written_to(block)
            assert path.is_file() or path.parent.name == "remedies", f"'rules new' did not begin {path}"
            path.parent.mkdir(exist_ok=True)
            assert f"`{path}`" in GUIDE
            path.write_text(block, encoding="utf-8")
            continue
        for line in block.strip().splitlines():
            program, *arguments = shlex.split(line)
            assert (kind, program) == ("sh", PROGRAM)
            done = CliRunner().invoke(app, arguments)
            assert done.exit_code == ExitCode.CLEAR or arguments[0] == "analyze", f"{line}\n{done.output}"
            said[" ".join(arguments[:2])] = said.get(" ".join(arguments[:2]), "") + done.stdout

    assert said["rules test"].splitlines()[-1] == "4 tests, 0 failed"
    assert said["rules lint"].splitlines()[-1] == "1 rule checked, 0 problems"
    assert "internal-ca-half-a-year on FMC fmc-1.example" in said["analyze samples/02-expiring-in-60-days/evidence"]
    (runbook,) = (path.read_text(encoding="utf-8") for path in Path("my-plan").glob("*manager*.txt"))
    assert "and enter the renewal in the calendar" in runbook
    assert "rules of my-rules" in runbook
    assert "\nopenssl x509 -enddate -noout -in /etc/sf/ca_root/cacert.pem\n" in runbook


def test_the_guide_shows_a_rule_and_its_tests_and_the_commands() -> None:
    assert [kind for kind, _ in BLOCKS] == ["sh", "yaml", "yaml", "yaml", "sh"]
