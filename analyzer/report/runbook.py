"""The plan as plain text files: one runbook per manager and device, and the lists for the copy scripts.

For a window beside the terminal, a printer, or a ticket. Commands stand exactly as they are typed. Every other line begins with ``#``,
so that a shell takes it for a comment wherever it is pasted, and text from evidence is made harmless (`analyzer.report.neutralise`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct
from rich.cells import cell_len

from analyzer.model.answer import Known
from analyzer.model.case import Device, Manager
from analyzer.model.location import Evidence
from analyzer.model.plan import AppliancePlan, DoNot, GeneratedFile, Refused, Situation, Step
from analyzer.model.result import Result
from analyzer.report.appliances import QUIET
from analyzer.report.labels import ARGUMENTS, PLACES, RISKS, SITUATIONS, WORK_TO_FINISH
from analyzer.report.neutralise import neutralise
from analyzer.report.steps import StepView, step_views
from analyzer.report.wording import listed, moment
from analyzer.texts import _, speaking

WIDTH = 110
"""Columns of prose. Commands, and sentences that hold a command, are never wrapped."""

LONGEST_NAME = 40
"""Characters of a label that go into a file name."""

MOST_CITED = 3
"""Places named for each value; the report lists them all."""

_INDENT = "    "
_WORDS = re.compile(r"( *)([^ ]+)")


class PlanFile(Struct, frozen=True):
    """A file of the plan folder: its path in it (ASCII, ``/`` between folder and name) and its text."""

    path: str
    text: str


def plan_files(result: Result) -> tuple[PlanFile, ...]:
    """Every file, in the order of work and the language of the result; the names of the files are the same in any language.

    Names begin with a number of their own, so no two boxes share one whatever they are called.
    """
    with speaking(result.language):
        return _plan_files(result)


def _plan_files(result: Result) -> tuple[PlanFile, ...]:
    boxes = (*result.plan.managers, *result.plan.devices)
    digits = max(2, len(str(len(boxes))))
    named = [(f"{number:0{digits}}-{box.kind}-{plain_name(box.label)}", box) for number, box in enumerate(boxes, start=1)]
    files = [PlanFile(f"{0:0{digits}}-read-first.txt", _read_first(result, named))]
    for name, box in named:
        files.append(PlanFile(f"{name}.txt", _runbook(result, name, box)))
        files += [PlanFile(f"{name}/{one.name}", "".join(f"{line}\n" for line in one.lines)) for one in box.files if one.lines]
    return tuple(files)


def plan_of(result: Result, wanted: str) -> tuple[str, ...]:
    """The runbooks of the appliances that are called so, by label, name, address or UUID in any case; none where nobody is.

    Two appliances can bear one name: then there are two, and each says whose it is.
    """
    with speaking(result.language):
        things: dict[str, Manager | Device] = {one.key: one for one in result.case.managers}
        things |= {one.key: one for one in result.case.devices}
        found: list[str] = []
        for box in (*result.plan.managers, *result.plan.devices):
            thing = things.get(box.box)
            answers = (thing.name, thing.address, thing.uuid) if thing is not None else ()
            called = {box.label, *(one.value for one in answers if isinstance(one, Known))}
            if wanted.lower() in {one.lower() for one in called}:
                found.append(_runbook(result, plain_name(box.label), box))
        return tuple(found)


def plain_name(label: str) -> str:
    """What of a label can stand in a file name anywhere; never empty, and never with a dot or dash at its ends."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", label[: LONGEST_NAME * 4])[:LONGEST_NAME].strip("-.") or "unnamed"


def _read_first(result: Result, named: list[tuple[str, AppliancePlan]]) -> str:
    lines = [*_prose(_("The plan"), ""), *_prose(" ".join((result.plan.headline, *result.plan.also))), "", *_made(result)]
    lines += _do_not(result.plan.do_not)
    lines += ["", *_prose(_("In this order:"), "")]
    for name, box in named:
        lines += [*_prose(f"{name}.txt"), *_prose(_situation(box), _INDENT * 2)]
    if result.plan.collect:
        lines += ["", *_prose(_("Collect next:"), "")]
        for step in step_views(result.plan.collect, "collect"):
            lines += _step(step)
    return _text(lines)


def _runbook(result: Result, name: str, box: AppliancePlan) -> str:
    heading = _("FMC {box}") if box.kind == "manager" else _("Device {box}")
    lines = [*_prose(heading.format(box=box.label), ""), *_prose(_situation(box)), *_because(result, box), ""]
    lines += _made(result)
    lines += _do_not(box.do_not)
    if not box.steps:
        quiet = box.situation in QUIET
        told = _("Nothing to change on this appliance.") if quiet else _("It has no steps of its own. See the plans of the FMCs.")
        lines += ["", *_prose(told)]
    doing = {(step.box, step.id): step for plan in result.plan.managers for step in plan.steps}
    for step in step_views(tuple(step for step in box.steps if not step.alternative), name):
        lines += _step(step, doing.get((step.step.box, step.step.done_by)))
    manual = step_views(tuple(step for step in box.steps if step.alternative), name, "M")
    if manual:
        lines += ["", *_prose(_("Alternative procedure, if you cannot use the steps above:"), "")]
        for step in manual:
            lines += _step(step)
    for file in box.files:
        lines += _file(name, file)
    return _text(lines)


def _made(result: Result) -> list[str]:
    told = _(
        "Created by sftunnel-analyzer {version}, rules {rules}, as of {moment}. Read the whole file before you type "
        "the first command. Every line that is not a command begins with #."
    )
    return _prose(told.format(version=result.tool_version, rules=result.rules_version, moment=moment(result.as_of)))


def _situation(box: AppliancePlan) -> str:
    unfinished = box.kind == "manager" and box.situation is Situation.HEALTHY and box.steps
    label = WORK_TO_FINISH if unfinished else SITUATIONS[box.situation]
    return _("{situation}. {summary}").format(situation=label.text, summary=box.summary)


def _because(result: Result, box: AppliancePlan) -> list[str]:
    """The findings that the plan stands on, each with the place that it points to."""
    by_key = {finding.key: finding for finding in result.findings}
    lines: list[str] = []
    for key in box.because:
        if (finding := by_key.get(key)) is not None:
            place = f" ({finding.primary.location})" if finding.primary is not None else ""
            lines += _prose(_("Because: {title}").format(title=f"{finding.title}{place}"))
    return lines


def _do_not(cautions: Iterable[DoNot]) -> list[str]:
    return [line for caution in cautions for line in ("", *_prose(_("DO NOT. {caution}").format(caution=caution.text)))]


def _step(view: StepView, done_by: Step | None = None) -> Iterator[str]:
    """A step. One that another step does has the risk of that one."""
    step = view.step
    place = PLACES[step.place]
    yield ""
    yield from _prose(f"{view.number}. {step.title}", "")
    where = _("{place} on {box} - {how}") if step.box_label else _("{place} - {how}")
    yield from _field(_("Where"), where.format(place=place.text, box=step.box_label, how=place.how))
    yield from _field(_("Risk"), RISKS[(done_by or step).risk].text)
    if done_by is not None:
        yield from _field(_("Done by"), done_by.title)
    yield from _field(_("Why"), step.why)
    yield from _field(_("Before"), step.precondition)
    for refused in step.refused:
        yield from _refused(refused)
    for block in view.blocks:
        yield from ("", block.text, "")
        yield from _field(_("Do"), block.then)
        yield from _field(_("Answer"), "" if block.then else _(", then ").join(block.answers))
        yield from _field(_("Expect"), block.expect)
    yield from _field(_("Check"), step.check)
    yield from _field(_("If not"), step.if_check_fails)
    yield from _field(_("Undo"), step.undo_note, wrap=False)
    for line in view.undo_text.splitlines():
        yield from _field(_("Undo"), line, wrap=False)
    yield from _field(_("Assumed"), step.assumed)
    yield from _field(_("Source"), "; ".join(step.sources))
    for value in view.values:
        told = _("{kind} {value} from {places}").format(kind=_(ARGUMENTS[value.kind]), value=value.value, places=_places(value.evidence))
        yield from _field(_("Value"), told, wrap=False)


def _file(name: str, file: GeneratedFile) -> Iterator[str]:
    yield ""
    written = _("File {path}").format(path=f"{name}/{file.name}")
    yield from _prose(written if file.lines else _("File {path}: not written").format(path=file.name), "")
    yield from _prose(file.purpose)
    for line, origin in zip(file.lines, file.origins, strict=True):
        yield from _field(_("Row"), _("{row} from {places}").format(row=line, places=_places(origin)), wrap=False)
    for refused in file.refused:
        yield from _refused(refused)


def _refused(refused: Refused) -> Iterator[str]:
    yield from _field(_("MISSING"), f"{refused.what}: {refused.why}")
    yield from _field(_("How to get it"), refused.obtain, wrap=False)
    if refused.evidence:
        yield from _field(_("Last status"), _places(refused.evidence), wrap=False)


def _places(evidence: tuple[Evidence, ...]) -> str:
    named, left = listed(str(one.location) for one in evidence[:MOST_CITED]), len(evidence) - MOST_CITED
    return _("{places} and {number} more").format(places=named, number=left) if left > 0 else named


def _field(name: str, text: str, *, wrap: bool = True) -> list[str]:
    """``Name:   text``, nothing for an empty text."""
    if not text:
        return []
    head = f"{_INDENT}{name}:"
    head += " " * max(len(_INDENT) + 9 - cell_len(head), 1)
    if not wrap:
        return [f"# {head}{neutralise(text)}"]
    return _wrapped(text, head, " " * cell_len(head))


def _prose(text: str, indent: str = _INDENT) -> list[str]:
    return _wrapped(text, indent, indent or _INDENT)


def _wrapped(text: str, first: str, rest: str) -> list[str]:
    """The text as comment lines of at most `WIDTH` columns, of which a Korean letter takes two. A longer word has a line to itself."""
    lines: list[str] = []
    line, begun = f"# {first}", False
    width = cell_len(line)
    for gap, word in _WORDS.findall(neutralise(text)):
        if begun and width + len(gap) + cell_len(word) > WIDTH:
            lines.append(line)
            line, begun = f"# {rest}", False
            width = cell_len(line)
        added = f"{gap}{word}" if begun else word
        line, begun, width = line + added, True, width + cell_len(added)
    return [*lines, line] if begun else lines


def _text(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
