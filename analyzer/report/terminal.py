"""The verdict in a few lines for a terminal: what is wrong, a line for boxes of which the same is to be said, and at its end what counts.

The text is built line by line, each with a tone; `analyzer.report.coloured` gives the tones their colours on a terminal.
Whatever evidence holds, a line stays one line and no control or bidirectional character reaches the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from analyzer.model.answer import Conflicting, Known
from analyzer.model.case import Device, Manager
from analyzer.model.finding import Severity
from analyzer.model.plan import Situation
from analyzer.model.result import Result
from analyzer.report.appliances import ApplianceView, Fleet, fleet_of
from analyzer.report.front import counts_of
from analyzer.report.labels import EACH_FOR_ITSELF, PLACES, SIGNS, TUNNEL_STATES, Label, Tone
from analyzer.report.neutralise import neutralise
from analyzer.report.unknowns import gaps_of
from analyzer.report.verdict import verdict_of
from analyzer.report.wording import expiry, listed, moment
from analyzer.report.work import Slot, cut, filled, work_of
from analyzer.texts import N_, _, ngettext, speaking

LISTED = 40
"""Lines on boxes that need something. The report holds all of them."""

EACH = N_("each device")
"""Stands for the device's own name in what is said of several."""

NAMED = 5
"""Gaps and damaged inputs that are named; the report names all of them."""

_INDENT = "  "
_ASCII_SIGNS = {Tone.CRITICAL: "x", Tone.WARNING: "!", Tone.UNKNOWN: "?", Tone.NEUTRAL: "-", Tone.GOOD: "+"}


class Line(Struct, frozen=True):
    """One line of the verdict: an indented head that may be coloured, and the rest."""

    head: str
    rest: str = ""
    tone: Tone = Tone.NEUTRAL

    @property
    def text(self) -> str:
        """The line as it is read without colour."""
        return " ".join(part for part in (self.head, self.rest) if part)


def render_terminal(result: Result, encoding: str = "utf-8") -> str:
    """The verdict as plain text, ending with a line feed, in characters that this encoding of the terminal has."""
    return "".join(line.text + "\n" for line in terminal_lines(result, encoding))


def terminal_lines(result: Result, encoding: str = "utf-8") -> Iterator[Line]:
    """The lines of the verdict, each neutralised. A character that the encoding lacks is shown by its number, a sign in ASCII."""
    with speaking(result.language):
        lines = tuple(_lines(result, SIGNS if _has(encoding, "".join(SIGNS.values())) else _ASCII_SIGNS))
    for line in lines:
        yield Line(_safe(line.head, encoding), _safe(line.rest, encoding), line.tone)


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _safe(text: str, encoding: str) -> str:
    text = neutralise(text)
    if _has(encoding, text):
        return text
    try:
        return text.encode(encoding, "backslashreplace").decode(encoding)
    except LookupError:
        return text.encode("ascii", "backslashreplace").decode("ascii")


def _lines(result: Result, signs: dict[Tone, str]) -> Iterator[Line]:
    verdict = verdict_of(result)
    fleet = fleet_of(result)
    yield Line(f"{signs[verdict.tone]} {verdict.word}.", verdict.headline, verdict.tone)
    for caution in verdict.do_not:
        yield Line(_INDENT + _("Not now:"), caution.text, Tone.CRITICAL)
    for notice in verdict.grave:
        yield Line(_INDENT + _("Note:"), notice.text, Tone.WARNING)
    time = result.case.evidence_time
    if not isinstance(time, Known):
        yield Line("", _INDENT + _("The time of the evidence is unknown: {why}.").format(why=time.why))
    elif verdict.changed:
        told = _("At the time of the evidence ({moment}): {counts}.").format(moment=moment(time.value), counts=verdict.then)
        yield Line("", _INDENT + told)
    else:
        yield Line("", _INDENT + _("The newest evidence is from {moment}.").format(moment=moment(time.value)))
    told = _("Evaluated as of {moment} ({clock}): {counts}.").format(
        moment=moment(result.as_of), clock=result.as_of_source, counts=verdict.now
    )
    yield Line("", _INDENT + told)
    for heading, boxes in ((_("FMCs:"), fleet.managers), (_("Devices:"), fleet.devices)):
        if boxes:
            yield Line("")
            yield Line(heading)
            yield from _boxes(boxes, result, signs)
    yield from _also_found(result)
    if verdict.remarks:
        yield Line("")
        for notice in verdict.remarks:
            yield Line("", _("Remark: {remark}").format(remark=notice.text))
    foreign = sorted({finding.rule for finding in result.findings if finding.counts} & set(result.foreign_rules))
    if foreign:
        yield Line("", _("Found by rules from --rules, which are not part of the program: {rules}.").format(rules=listed(foreign)))
    yield from _gaps(result)
    yield from _incomplete(result)
    if fleet.managers or fleet.devices:
        yield from _last(result, fleet, signs)


def _also_found(result: Result) -> Iterator[Line]:
    """What was found beside what decides: each unexplained finding of medium severity or more that is not named above."""
    plans = (*result.plan.managers, *result.plan.devices)
    decide = {one.because[0] for one in plans if one.because}
    others: dict[str, list[str]] = {}
    for finding in result.findings:
        if not finding.unexplained or finding.severity < Severity.MEDIUM or finding.key in decide or finding.title in result.plan.headline:
            continue
        others.setdefault(finding.title, []).append(finding.subject_label)
    if not others:
        return
    yield Line("")
    for title, labels in others.items():
        names = (
            listed(labels)
            if len(labels) <= NAMED
            else _("{names} and {n} more").format(names=listed(labels[:NAMED]), n=len(labels) - NAMED)
        )
        yield Line("", _("Also found: {title} ({names}).").format(title=title, names=names))


def _gaps(result: Result) -> Iterator[Line]:
    gaps = gaps_of(result)
    if not gaps:
        return
    yield Line("")
    yield Line(_("Open questions ({number}):").format(number=len(gaps)), tone=Tone.UNKNOWN)
    for gap in gaps[:NAMED]:
        yield Line("", _INDENT + _("{what}: {why}. How to get it: {how}").format(what=gap.what, why=gap.why, how=gap.obtain))
    yield from _more(len(gaps) - NAMED)


def _incomplete(result: Result) -> Iterator[Line]:
    if not result.incomplete:
        return
    number = len(result.incomplete)
    told = ngettext("{n} input was not read or only read in part.", "{n} inputs were not read or only read in part.", number)
    yield Line("")
    yield Line(_("Incomplete:"), told.format(n=f"{number:,}"), Tone.WARNING)
    for damage in result.incomplete[:NAMED]:
        yield Line("", f"{_INDENT}{damage.location}: {damage.reason}")
    yield from _more(number - NAMED)


def _more(number: int) -> Iterator[Line]:
    if number > 0:
        yield Line("", _INDENT + _("and {number} more, in the report").format(number=number))


def _boxes(boxes: tuple[ApplianceView, ...], result: Result, signs: dict[Tone, str]) -> Iterator[Line]:
    """A line for each box that needs something, as the plan orders them; boxes of which the same is to be said share one.

    Those that need nothing share one line too, which is left out where others had to be.
    """
    groups: dict[object, list[ApplianceView]] = {}
    for box in boxes:
        if not box.needs_nothing:
            shape = cut(_about(box, result), {Slot.NAME: box.plan.label})
            groups.setdefault((box.label, shape) if box.kind == "device" else box.anchor, []).append(box)
    lines = list(groups.values())
    for group in lines[:LISTED]:
        label, about = group[0].label, _about(group[0], result)
        if len(group) > 1:
            about = filled(cut(about, {Slot.NAME: group[0].plan.label}), {Slot.NAME: _(EACH)})
        yield Line(f"{_INDENT}{signs[label.tone]} {_named(group)}: {label.text}.", about, label.tone)
    left = sum(map(len, lines[LISTED:]))
    idle: dict[Label, list[ApplianceView]] = {}
    for box in boxes:
        if box.needs_nothing:
            idle.setdefault(box.label, []).append(box)
    if left:
        told = ngettext(
            "and {n} more that needs action: the report lists all of them",
            "and {n} more that need action: the report lists all of them",
            left,
        )
        yield Line("", _INDENT + told.format(n=f"{left:,}"))
        return
    for label, group in idle.items():
        yield Line(f"{_INDENT}{signs[label.tone]} {_named(group)}: {label.text}.", _("Nothing to change."), label.tone)


def _named(boxes: list[ApplianceView]) -> str:
    """``ftd-a, ftd-b and 8 more``."""
    names = listed(box.plan.label for box in boxes[:NAMED])
    return _("{names} and {n} more").format(names=names, n=f"{len(boxes) - NAMED:,}") if len(boxes) > NAMED else names


def _last(result: Result, fleet: Fleet, signs: dict[Tone, str]) -> Iterator[Line]:
    """What counts, once more where the eye is when the text has run through: how it stands, and what comes first."""
    verdict = verdict_of(result)
    counts = listed(_("{n} {what}").format(n=f"{one.number:,}", what=one.words) for one in counts_of(fleet))
    yield Line("")
    yield Line(f"{signs[verdict.tone]} {verdict.word}.", _("Devices: {devices}").format(devices=counts) if counts else "", verdict.tone)
    first = work_of(fleet).first
    if first is not None:
        step = first.view.step
        place = PLACES[step.place].text
        yield Line(_INDENT + _("First:"), f"{step.title} ({place})")


def _about(box: ApplianceView, result: Result) -> str:
    text = "; ".join(_told(box, result))
    said = f"{text[:1].upper()}{text[1:]}." if text else ""
    if box.plan.situation in EACH_FOR_ITSELF and box.plan.summary not in result.plan.headline:
        return f"{box.plan.summary} {said}"
    return said


def _told(box: ApplianceView, result: Result) -> Iterator[str]:
    if isinstance(box.thing, Manager):
        until = box.thing.internal_ca_not_after
        if isinstance(until, Known):
            yield _("InternalCA {expires}").format(expires=expiry(until.value, result.as_of))
        elif isinstance(until, Conflicting):
            yield _("the evidence contradicts itself about its InternalCA")
        else:
            yield _("expiry date of its InternalCA unknown")
    elif isinstance(box.thing, Device) and box.plan.situation is not Situation.NOT_APPLICABLE:
        states = sorted({TUNNEL_STATES[one.state.value].inline for one in box.tunnels if isinstance(one.state, Known)})
        fmcs = {one.key: one.label for one in result.case.managers}
        if any(isinstance(one.state, Conflicting) for one in box.tunnels):
            yield _("the evidence contradicts itself about the tunnel state")
        elif len(states) > 1:
            for one in box.tunnels:
                if isinstance(one.state, Known):
                    said = _("tunnel to {fmc} {state}")
                    yield said.format(fmc=fmcs.get(one.manager, one.manager), state=TUNNEL_STATES[one.state.value].inline)
        else:
            yield _("tunnel {state}").format(state=states[0]) if states else _("tunnel state unknown")
    views = box.steps or box.manual
    if views:
        yield _("next: {step}").format(step=views[0].step.title)
