"""The order of work: who shares a part, and that no device is ever shown a text or a command that the plan does not hold for it."""

from __future__ import annotations

import random

import pytest

from analyzer.model.plan import AppliancePlan, Argument, ArgumentKind, Command, Risk, Situation, Step, Word
from analyzer.model.result import Result
from analyzer.report.appliances import fleet_of
from analyzer.report.front import MOST_EVENTS, front_of
from analyzer.report.html import render_html
from analyzer.report.steps import StepView
from analyzer.report.work import Part, Work, filled, work_digest, work_of
from tests.browser.conftest import SAMPLES, result_of
from tests.builders.cases import at, case, device, known
from tests.report.builders_report import box_plan, do_not, plan, result, step

NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/evidence"))


def copying(name: str, uuid: str, *, expect: str = "", place: str = "") -> AppliancePlan:
    path = Word(("/var/sf/peers/", Argument(ArgumentKind.UUID, uuid, (at("peers", line=len(name)),)), "/cacert.pem"))
    only = step(
        f"Print the file of {name}",
        id="print",
        risk=Risk.DISRUPTIVE,
        box_label=place or f"{name} (192.0.2.1)",
        commands=(Command((Word(("cat",)), path), expect=expect),),
        check=f"The file of {name} is there.",
    )
    return box_plan(f"device:{name}", name, Situation.EXPIRED_DOWN, steps=(only,))


def uuid_of(number: int) -> str:
    return f"{number:08d}-1d37-11e8-a323-00005e005323"


def fleet_with(*plans: AppliancePlan, uuids: dict[str, str] | None = None) -> Result:
    devices = [device(one.label, uuid=known((uuids or {})[one.label])) if uuids else device(one.label) for one in plans]
    return result(case(devices=devices), plan(devices=plans))


def shared(of: Result) -> list[list[str]]:
    return [[member.box.plan.label for member in part.members] for part in work_of(fleet_of(of)).parts]


def texts(view: StepView) -> list[str]:
    one: Step = view.step
    blocks = [text for block in view.blocks for text in (block.text, block.expect, *block.answers)]
    return [one.title, one.box_label, one.why, one.precondition, one.check, one.if_check_fails, one.undo_note, view.undo_text, *blocks]


def mistold(work: Work) -> list[str]:
    """Where a part, filled with the values of one of its devices, is not what the plan has for this device."""
    wrong: list[str] = []
    for part in work.parts:
        printed = [entry.view for entry in (*part.entries, *part.manual)]
        for member in part.members:
            own = [*member.box.steps, *member.box.manual]
            for shown, meant in zip(printed, own, strict=True):
                for text, true in zip(texts(shown), texts(meant), strict=True):
                    if _filled(part, text, member.own) != true:
                        wrong.append(f"{member.box.plan.label}: {text!r} for {true!r}")
            said = [_filled(part, text, member.own) for text in part.cautions]
            if said != [one.text for one in member.box.plan.do_not]:
                wrong.append(f"{member.box.plan.label}: do-nots")
    return wrong


def _filled(part: Part, text: str, own: dict) -> str:  # type: ignore[type-arg]
    return filled(part.cut(text), own)


def test_devices_that_need_the_same_steps_share_a_part_whatever_their_values() -> None:
    uuids = {"ftd-a": uuid_of(1), "ftd-b": uuid_of(2)}
    of = fleet_with(*(copying(name, uuid) for name, uuid in uuids.items()), uuids=uuids)

    (part,) = work_of(fleet_of(of)).parts

    assert [member.box.plan.label for member in part.members] == ["ftd-a", "ftd-b"]
    assert mistold(work_of(fleet_of(of))) == []
    assert [value.evidence[0].location.line for member in part.members for value in member.values] == [5, 5]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"expect": "OK"}, id="another thing to see"),
        pytest.param({"place": "fmc-2 (192.0.2.9)"}, id="another place"),
        pytest.param({"uuid": uuid_of(9)}, id="a UUID that is not its own"),
    ],
)
def test_devices_that_differ_in_anything_but_their_values_do_not_share(other: dict[str, str]) -> None:
    uuids = {"ftd-a": uuid_of(1), "ftd-b": uuid_of(2)}
    of = fleet_with(copying("ftd-a", uuid_of(1)), copying("ftd-b", **{"uuid": uuid_of(2)} | other), uuids=uuids)  # type: ignore[arg-type]

    assert shared(of) == [["ftd-a"], ["ftd-b"]]


def test_a_do_not_of_one_device_alone_keeps_it_apart() -> None:
    from msgspec.structs import replace

    of = fleet_with(copying("ftd-a", uuid_of(1)), replace(copying("ftd-b", uuid_of(1)), do_not=(do_not("Do not."),)))

    assert shared(of) == [["ftd-a"], ["ftd-b"]]


@pytest.mark.parametrize("seed", range(40))
def test_whatever_devices_are_called_each_is_told_its_own_commands(seed: int) -> None:
    """Names that are words of the commands, parts of one another, of the UUIDs and of the texts."""
    draw = random.Random(seed)  # noqa: S311 - cases for a test
    names = draw.sample(
        ["a", "cat", "file", "peers", "ftd", "ftd-1", "ftd-11", "1", "11", "var", "DEVICE", "of", "ftd-1 (192.0.2.1)", uuid_of(1)], 8
    )
    uuids = {name: uuid_of(draw.randrange(1, 12)) for name in names}
    of = fleet_with(*(copying(name, uuids[name]) for name in names), uuids=uuids)
    work = work_of(fleet_of(of))

    assert sorted(label for group in shared(of) for label in group) == sorted(names)
    assert mistold(work) == []


@pytest.mark.parametrize("sample", NAMES)
def test_every_device_of_a_sample_is_told_what_its_plan_holds(sample: str) -> None:
    fleet = fleet_of(result_of(sample, "en"))
    work = work_of(fleet)

    assert mistold(work) == []
    busy = {box.plan.box for box in (*fleet.managers, *fleet.devices) if box.plan.steps}
    assert set(work.part_of) == busy
    assert work.total == sum(len(box.steps) for box in (*fleet.managers, *fleet.devices))


def test_numbers_run_through_and_managers_never_share() -> None:
    work = work_of(fleet_of(result_of("08-ha-secondary-forgotten", "en")))
    numbers = [entry.view.number for part in work.parts for entry in part.entries]

    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert all(len(part.members) == 1 for part in work.parts if part.first.kind == "manager")


def test_a_step_that_another_does_leads_to_it_with_its_risk() -> None:
    of = result_of("04-expired-one-up-two-down", "en")
    work = work_of(fleet_of(of))
    waiting = next(entry for part in work.parts for entry in part.entries if entry.view.step.done_by)
    doing = work.doing(waiting.view.step)

    assert doing is not None
    assert (doing.view.step.id, doing.view.step.risk) == ("copy-from-manager", Risk.DISRUPTIVE)
    page = render_html(of)
    shown = page[page.index(f'id="{waiting.view.anchor}"') :].partition("</li>")[0]
    assert f'href="#{doing.view.anchor}"' in shown
    assert "Disruptive" in shown


def test_a_look_that_several_appliances_need_is_printed_once() -> None:
    work = work_of(fleet_of(result_of("09-tls13-capture-only", "en")))
    again = [entry for part in work.parts for entry in part.entries if entry.same is not None]

    assert again
    assert all(entry.same.view.blocks == entry.view.blocks for entry in again if entry.same is not None)
    assert all(entry.same.view.step.box_label == entry.view.step.box_label for entry in again if entry.same is not None)
    assert all(entry.view.step.risk is Risk.SAFE for entry in again)


def test_the_marks_are_kept_under_what_is_typed_and_not_under_words() -> None:
    english, korean = (work_of(fleet_of(result_of("04-expired-one-up-two-down", language))) for language in ("en", "ko"))
    other = work_of(fleet_of(result_of("05-renewed-two-missed", "en")))

    assert work_digest(english, ["x"]) == work_digest(korean, ["x"])
    assert len({work_digest(english, ["x"]), work_digest(english, ["y"]), work_digest(other, ["x"])}) == 3


@pytest.mark.parametrize("sample", NAMES)
def test_the_first_screen_counts_each_device_once_and_ends_the_list_of_moments_in_order(sample: str) -> None:
    of = result_of(sample, "en")
    front = front_of(of, fleet_of(of))
    concerned = [one for one in of.plan.devices if one.situation is not Situation.NOT_APPLICABLE]

    assert sum(one.number for one in front.counts) == len(concerned)
    moments = [event.moment for event in front.events]
    assert moments == sorted(moments)
    assert len(moments) <= MOST_EVENTS
    assert sum(event.today for event in front.events) == 1
