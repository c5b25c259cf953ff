"""Remedies are data: read strictly, complete, and named as the rules name them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyzer.prescribe.filling import fill, pem_lines, values_of
from analyzer.prescribe.fleet import fleet_of
from analyzer.prescribe.remedies import TEXTS, read_remedies
from analyzer.prescribe.shell import render
from analyzer.rulefiles.node import RuleError
from tests.builders.cases import at, case, internal_ca, known
from tests.prescribe.builders_plans import REMEDIES, TODAY, fmc, ftd, renewal

RULES = Path(__file__).parents[2] / "rules"
STEP = """\
title: A remedy
steps:
  - id: look
    place: fmc-expert
    on: manager
    risk: safe
    title: Look at {manager}
    why: Because.
    sources: [field notes 6]
    commands:
      - words: [cat, "/var/sf/peers/{device_uuid}/x"]
"""


def load(folder: Path, text: str) -> None:
    (folder / "one.yaml").write_text(text)
    read_remedies(folder)


def test_the_small_file_that_the_errors_start_from_is_right(tmp_path: Path) -> None:
    load(tmp_path, STEP)


@pytest.mark.parametrize(
    ("wrong", "line", "problem"),
    [
        (STEP.replace("{device_uuid}", "{device_uid}"), 11, r"unknown placeholder '\{device_uid\}'; did you mean 'device_uuid'"),
        (STEP.replace("{device_uuid}", "{manager}"), 11, "unknown placeholder"),
        (STEP.replace("{manager}", "{nobody}"), 7, "unknown placeholder"),
        (STEP.replace("{device_uuid}", "{device_uuid"), 11, "a brace"),
        (STEP.replace("cat", "c\u00e4t"), 11, "plain ASCII"),
        (STEP.replace("risk: safe", "risk: harmless"), 6, "unknown value 'harmless'"),
        (STEP.replace("place: fmc-expert", "place: fmc"), 4, "unknown value 'fmc'"),
        (STEP.replace("place: fmc-expert", "place: fmc-web"), 11, "no commands"),
        (STEP.replace("on: manager", "on: nobody"), 5, "'on' is"),
        (STEP.replace("why:", "wy:"), 8, "unknown field of a step 'wy'; did you mean 'why'"),
        (STEP.replace("    why: Because.\n", ""), 3, "'why' is missing"),
        (STEP.replace("[field notes 6]", "[]"), 9, "at least one source"),
        (STEP.replace("words:", "word:"), 11, "unknown field of a command"),
        (STEP + STEP[STEP.index("  - id") :], 12, "there twice"),
        (STEP + "        here_document: private_key\n", 12, "unknown block"),
        ("title: a\n@b: c\n", 2, "not YAML"),
        ("", 1, "empty"),
    ],
)
def test_a_wrong_remedy_file_is_refused_with_its_line(tmp_path: Path, wrong: str, line: int, problem: str) -> None:
    with pytest.raises(RuleError, match=problem) as refused:
        load(tmp_path, wrong)
    assert refused.value.line == line


def test_a_folder_without_remedies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no remedy files"):
        read_remedies(tmp_path)


@pytest.mark.parametrize("step_id", sorted(REMEDIES.steps))
def test_each_step_can_be_filled_and_printed(step_id: str) -> None:
    of, to = fmc(renewal=renewal()), ftd()
    values = values_of(fleet_of(case(managers=[of], devices=[to]), (), TODAY), of, to)
    values = values.saying(**{name: f"<{name}>" for name in TEXTS if name not in values.texts})
    values = values.with_block("manager_ca", pem_lines(internal_ca().der), (at(),))
    step = fill(REMEDIES, step_id, values)

    assert step.refused == ()
    assert len(step.commands) == len(REMEDIES.steps[step_id].commands)
    for command in step.commands:
        assert all(line == line.rstrip() and line.isascii() for line in render(command).split("\n"))


@pytest.mark.parametrize("step_id", sorted(REMEDIES.steps))
def test_each_step_says_why_how_to_check_and_where_it_is_from(step_id: str) -> None:
    template = REMEDIES.steps[step_id]
    assert template.prose["title"]
    assert template.prose["why"]
    assert template.prose["check"]
    assert template.sources


def test_a_step_that_changes_a_file_says_how_to_undo_it() -> None:
    for step_id in ("empty-files", "paste-files", "write-files", "restart-sftunnel", "generate-certs", "install-hotfix"):
        assert REMEDIES.steps[step_id].undo or REMEDIES.steps[step_id].prose["undo_note"], step_id


def test_what_is_said_of_an_undo_is_prose_and_nothing_to_type() -> None:
    """Values of evidence stand in prose. A command must be a structure, whose every word is checked."""
    programs = "rm|cp|mv|cat|sh|curl|openssl|pmtool|chown|chmod|tar|systemctl"
    typed = re.compile(rf"as root|https?:|[|;`$&<>]|(?:^|\s)(?:{programs})\s+[-/\w]+[/.-]")
    for step_id, step in REMEDIES.steps.items():
        assert not [one for one in (*step.prose["undo_note"],) if typed.search(str(one))], step_id


def test_each_remedy_that_a_rule_names_is_there() -> None:
    named = {
        found for path in RULES.glob("*.yaml") if ".tests." not in path.name for found in re.findall(r"remedy: (\S+)", path.read_text())
    }
    assert named - {"none"} == {path.stem for path in (RULES / "remedies").glob("*.yaml")}


def test_no_command_of_any_remedy_upgrades_reboots_or_removes_a_manager() -> None:
    words = {
        part
        for step in REMEDIES.steps.values()
        for command in step.commands
        for word in command.words
        for part in word
        if isinstance(part, str)
    }
    assert not words & {"reboot", "shutdown", "delete", "configure", "manager"}


def test_a_step_whose_value_is_hostile_holds_no_command() -> None:
    of, to = fmc(uuid="$(reboot)"), ftd()
    values = values_of(fleet_of(case(managers=[of], devices=[to]), (), TODAY), of, to).saying(connected="")
    step = fill(REMEDIES, "empty-files", values)

    assert step.commands == ()
    assert step.undo_commands == ()
    assert [one.what for one in step.refused] == ["the UUID of fmc-1"]


def test_an_address_without_evidence_of_a_value_is_named_and_not_invented() -> None:
    of = fmc()
    to = ftd(address=known("ftd.example.com"))
    step = fill(REMEDIES, "route", values_of(fleet_of(case(managers=[of], devices=[to]), (), TODAY), of, to))

    assert step.commands == ()
    assert step.refused[0].what == "the address of ftd-1"
