"""The plan as plain text files: one runbook per manager and device, and the lists for the copy scripts.

For a window beside the terminal, a printer, or a ticket. Commands stand exactly as they are typed. Every other line begins with ``#``,
so that a shell takes it for a comment wherever it is pasted, and text from evidence is made harmless (`analyzer.report.neutralise`).
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analyzer.model.location import Evidence
from analyzer.model.plan import BoxPlan, GeneratedFile, Refused
from analyzer.model.result import Result
from analyzer.report.boxes import QUIET
from analyzer.report.labels import ARGUMENTS, PLACES, RISKS, SITUATIONS
from analyzer.report.neutralise import neutralise
from analyzer.report.steps import StepView, step_views
from analyzer.report.wording import moment

WIDTH = 110
"""Columns of prose. Commands, and sentences that hold a command, are never wrapped."""

LONGEST_NAME = 40
"""Characters of a label that go into a file name."""

MOST_CITED = 3
"""Places named for each value; the report lists them all."""

_INDENT = "    "


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A file of the plan folder: its path in it (ASCII, ``/`` between folder and name) and its text."""

    path: str
    text: str


def plan_files(result: Result) -> tuple[PlanFile, ...]:
    """Every file, in the order of work. Names begin with a number of their own, so no two boxes share one whatever they are called."""
    boxes = (*result.plan.managers, *result.plan.devices)
    digits = max(2, len(str(len(boxes))))
    named = [(f"{number:0{digits}}-{box.kind}-{_plain(box.label)}", box) for number, box in enumerate(boxes, start=1)]
    files = [PlanFile(f"{0:0{digits}}-read-first.txt", _read_first(result, named))]
    for name, box in named:
        files.append(PlanFile(f"{name}.txt", _runbook(result, name, box)))
        files += [PlanFile(f"{name}/{one.name}", "".join(f"{line}\n" for line in one.lines)) for one in box.files if one.lines]
    return tuple(files)


def _plain(label: str) -> str:
    """What of a label can stand in a file name anywhere; never empty, and never with a dot or dash at its ends."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", label[: LONGEST_NAME * 4])[:LONGEST_NAME].strip("-.") or "unnamed"


def _read_first(result: Result, named: list[tuple[str, BoxPlan]]) -> str:
    lines = [*_prose("The plan", ""), *_prose(result.plan.headline), "", *_made(result)]
    lines += _do_not(result.plan.do_not)
    lines += ["", *_prose("In this order:", "")]
    for name, box in named:
        lines += [*_prose(f"{name}.txt"), *_prose(f"{SITUATIONS[box.situation].text}. {box.summary}", _INDENT * 2)]
    if result.plan.collect:
        lines += ["", *_prose("What to bring next:", "")]
        for step in step_views(result.plan.collect, "collect"):
            lines += _step(step)
    return _text(lines)


def _runbook(result: Result, name: str, box: BoxPlan) -> str:
    lines = [*_prose(f"{box.kind.capitalize()} {box.label}", ""), *_prose(f"{SITUATIONS[box.situation].text}. {box.summary}"), ""]
    lines += _made(result)
    lines += _do_not(box.do_not)
    if not box.steps:
        told = "There is nothing to do on this box." if box.situation in QUIET else "No steps of its own: see the plans of the managers."
        lines += ["", *_prose(told)]
    for step in step_views(tuple(step for step in box.steps if not step.alternative), name):
        lines += _step(step)
    manual = step_views(tuple(step for step in box.steps if step.alternative), name, "M")
    if manual:
        lines += ["", *_prose("The other way, where the steps above do not serve:", "")]
        for step in manual:
            lines += _step(step)
    for file in box.files:
        lines += _file(name, file)
    return _text(lines)


def _made(result: Result) -> list[str]:
    told = f"Made by sftunnel-analyzer {result.tool_version}, rules {result.rules_version}, as of {moment(result.as_of)}."
    return _prose(f"{told} Read the whole file before the first command. Every line that is not a command begins with #.")


def _do_not(cautions: Iterable[str]) -> list[str]:
    return [line for caution in cautions for line in ("", *_prose(f"DO NOT. {caution}"))]


def _step(view: StepView) -> Iterator[str]:
    step = view.step
    place = PLACES[step.place]
    yield ""
    yield from _prose(f"{view.number}. {step.title}", "")
    on = f" on {step.box_label}" if step.box_label else ""
    yield from _field("Where", f"{place.text}{on} - {place.how}")
    yield from _field("Risk", RISKS[step.risk].text)
    yield from _field("Why", step.why)
    yield from _field("Before", step.precondition)
    for refused in step.refused:
        yield from _refused(refused)
    for block in view.blocks:
        yield from ("", block.text, "")
        yield from _field("Answer", ", then ".join(block.answers))
        yield from _field("Expect", block.expect)
    yield from _field("Check", step.check)
    yield from _field("If not", step.if_check_fails)
    yield from _field("Undo", step.undo, wrap=False)
    yield from _field("Assumed", step.assumed)
    yield from _field("Source", "; ".join(step.sources))
    for value in view.values:
        yield from _field("Value", f"{ARGUMENTS[value.kind]} {value.value} from {_places(value.evidence)}", wrap=False)


def _file(name: str, file: GeneratedFile) -> Iterator[str]:
    yield ""
    yield from _prose(f"File {name}/{file.name}" if file.lines else f"File {file.name}: not written", "")
    yield from _prose(file.purpose)
    for refused in file.refused:
        yield from _refused(refused)


def _refused(refused: Refused) -> Iterator[str]:
    yield from _field("MISSING", f"{refused.what}: {refused.why}")
    yield from _field("Get it", refused.obtain, wrap=False)
    if refused.evidence:
        yield from _field("Seen in", _places(refused.evidence), wrap=False)


def _places(evidence: tuple[Evidence, ...]) -> str:
    named = ", ".join(str(one.location) for one in evidence[:MOST_CITED])
    return named + (f" and {len(evidence) - MOST_CITED} more" if len(evidence) > MOST_CITED else "")


def _field(name: str, text: str, *, wrap: bool = True) -> list[str]:
    """``Name:   text``, nothing for an empty text."""
    if not text:
        return []
    head = f"{_INDENT}{name + ':':<9}"
    if not wrap:
        return [f"# {head}{neutralise(text)}"]
    return _wrapped(text, head, " " * len(head))


def _prose(text: str, indent: str = _INDENT) -> list[str]:
    return _wrapped(text, indent, indent or _INDENT)


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        neutralise(text), WIDTH, initial_indent=f"# {first}", subsequent_indent=f"# {rest}", break_long_words=False, break_on_hyphens=False
    )


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
