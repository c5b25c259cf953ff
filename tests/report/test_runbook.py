"""The plan as text files: what stands in them, what they are called, and that nothing but a command is anything but a comment."""

from __future__ import annotations

import re

from msgspec.structs import replace

from analyzer.model.plan import AppliancePlan, Argument, ArgumentKind, Command, GeneratedFile, Refused, Risk, Situation
from analyzer.prescribe.shell import render
from analyzer.report.runbook import PlanFile, plan_files
from tests.builders.cases import at
from tests.report.builders_report import box_plan, expired_mixed, plan, result, step, words


def written(*devices: AppliancePlan, managers: tuple[AppliancePlan, ...] = ()) -> tuple[PlanFile, ...]:
    return plan_files(result(a_plan=plan(devices=devices, managers=managers)))


def runbook(box: AppliancePlan) -> str:
    return written(box)[1].text


def test_there_is_one_runbook_per_box_in_the_order_of_work() -> None:
    made = expired_mixed()
    names = [file.path for file in plan_files(made) if "/" not in file.path]
    assert len(names) == 1 + len(made.plan.managers) + len(made.plan.devices)
    assert names == sorted(names)
    assert names[0] == "00-read-first.txt"
    assert all("-manager-" in name for name in names[1 : 1 + len(made.plan.managers)])


def test_every_command_stands_as_it_is_typed_and_every_other_line_is_a_comment() -> None:
    made = expired_mixed()
    runbooks = "".join(file.text for file in plan_files(made) if file.path.endswith(".txt"))
    boxes = (*made.plan.managers, *made.plan.devices)
    commands = [render(command) for box in boxes for one in box.steps for command in one.commands]
    commands += [render(command) for one in made.plan.collect for command in one.commands]
    typed = [line for line in runbooks.split("\n") if line and not line.startswith("#")]
    assert sorted(typed) == sorted(line for command in commands for line in command.split("\n"))


def test_a_step_says_where_how_risky_why_what_to_look_at_and_how_back() -> None:
    one = step(
        "Back it up",
        why="It may fail.",
        check="It is there.",
        if_check_fails="Stop.",
        undo_note="rm it",
        assumed="A disk.",
        sources=("a document",),
    )
    text = runbook(box_plan("device:d", "ftd-1", Situation.EXPIRED_DOWN, steps=(one,)))
    for said in ("# 1. Back it up", "It may fail.", "It is there.", "Stop.", "rm it", "A disk.", "Where:", "Risk:", "Source:"):
        assert said in text


def test_a_step_that_another_does_has_the_risk_of_that_one() -> None:
    copying = step("Copy to all", id="copy", risk=Risk.DISRUPTIVE)
    waiting = step("Copy to ftd-1", done_by="copy")
    of = box_plan("manager:fmc-paris", "fmc-paris", Situation.EXPIRED_DOWN, kind="manager", steps=(copying,))
    to = box_plan("device:d", "ftd-1", Situation.EXPIRED_DOWN, steps=(waiting,))
    text = plan_files(result(a_plan=plan(managers=(of,), devices=(to,))))[2].text

    assert "# 1. Copy to ftd-1" in text
    assert re.search(r"Risk: +Disruptive\n# +Done by: Copy to all\n", text)


def test_the_manual_way_is_numbered_apart() -> None:
    steps = (step("By script"), step("By hand", alternative=True))
    text = runbook(box_plan("device:d", "ftd-1", Situation.EXPIRED_DOWN, steps=steps))
    assert "# 1. By script" in text
    assert "# M1. By hand" in text
    assert text.index("By script") < text.index("Alternative procedure") < text.index("By hand")


def test_a_missing_value_is_named_with_the_way_to_it() -> None:
    refused = Refused("the UUID of ftd-1", "not in evidence", "show version", (at("status.txt", line=7),))
    text = runbook(box_plan("device:d", "ftd-1", Situation.UNKNOWN, steps=(step(commands=(), refused=(refused,)),)))
    assert "MISSING: the UUID of ftd-1: not in evidence" in text
    assert "show version" in text
    assert "status.txt:7" in text


def test_a_value_names_the_evidence_that_it_was_read_from() -> None:
    address = Argument(ArgumentKind.ADDRESS, "192.0.2.9", (at("status.txt", line=7, text="192.0.2.9"),))
    text = runbook(box_plan("device:d", "ftd-1", Situation.LOOK_ELSEWHERE, steps=(step(commands=(Command(words("ping", address)),)),)))
    assert "\nping 192.0.2.9\n" in text
    assert "Address 192.0.2.9 from status.txt:7" in text


def test_a_sentence_with_a_command_in_it_is_never_broken() -> None:
    undo = "On ftd-1, as root: " + "cp /var/sf/peers/a/cacert.pem.backup /var/sf/peers/a/cacert.pem; " * 5 + "end"
    text = runbook(box_plan("device:d", "ftd-1", Situation.EXPIRED_DOWN, steps=(step(undo_note=undo),)))
    assert undo in text


def test_boxes_of_one_name_get_files_of_their_own() -> None:
    paths = [file.path for file in written(*(box_plan(f"device:{key}", "ftd/1", Situation.HEALTHY) for key in "abc"))]
    assert paths == ["00-read-first.txt", "01-device-ftd-1.txt", "02-device-ftd-1.txt", "03-device-ftd-1.txt"]


def test_file_names_are_harmless_whatever_a_box_is_called() -> None:
    labels = ["../../etc/passwd", "$(reboot)", "a\nb", "\u202egpj.exe", "", "...", "서울", "x" * 500, "CON", "-rf", "a;b", "~"]
    for file in written(*(box_plan(label, label, Situation.UNKNOWN, kind="device") for label in labels)):
        assert re.fullmatch(r"[0-9]{2}-(read-first|device-[A-Za-z0-9_][A-Za-z0-9._-]{0,45})\.txt", file.path), file.path
        assert ".." not in file.path
        assert file.text.isascii() or "서울" in file.text


def test_a_name_from_evidence_cannot_end_a_comment() -> None:
    text = runbook(box_plan("device:d", "ftd\nreboot\r\u2028reboot\x1b[2J", Situation.UNKNOWN, summary="x\nreboot"))
    assert all(not line or line.startswith("#") for line in re.split(r"[\n\r\u2028]", text))
    assert "\x1b" not in text


def test_lists_for_the_copy_scripts_stand_below_their_manager_with_nothing_but_rows() -> None:
    rows = ("ftd-1,192.0.2.1,,", "ftd-2,192.0.2.2,,")
    listed = GeneratedFile(name="devices.csv", purpose="For the script.", lines=rows, origins=((),) * len(rows))
    empty = replace(
        listed, name="devices-jumpserver.csv", lines=(), origins=(), refused=(Refused("the name of fmc", "it is not plain", "ask"),)
    )
    manager = box_plan("m", "fmc-1", Situation.EXPIRED_DOWN, kind="manager", files=(listed, empty))
    files = {file.path: file.text for file in written(managers=(manager,))}
    assert files["01-manager-fmc-1/devices.csv"] == "ftd-1,192.0.2.1,,\nftd-2,192.0.2.2,,\n"
    assert not any("jumpserver" in path for path in files)
    assert "devices-jumpserver.csv: not written" in files["01-manager-fmc-1.txt"]


def test_a_box_that_needs_nothing_is_told_so() -> None:
    assert "Nothing to change on this appliance." in runbook(box_plan("device:d", "ftd-1", Situation.HEALTHY))


def test_an_fmc_with_work_left_is_not_called_healthy() -> None:
    of = box_plan("manager:m", "fmc-1", Situation.HEALTHY, kind="manager", steps=(step(),))
    files = plan_files(result(a_plan=plan(managers=(of,))))

    assert [file.path for file in files if "Healthy" in file.text] == []
    assert all("Certificate valid, work to finish" in file.text for file in files)
