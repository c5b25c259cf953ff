"""The verdict in a few lines for a terminal: what is wrong, what comes first, one line per box.

The text is built first, line by line with a tone; colour is added only by a console that has it (a terminal, and no ``NO_COLOR``).
Whatever evidence holds, a line stays one line and no control or bidirectional character reaches the terminal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from analyzer.model.answer import Known
from analyzer.model.case import Device, Manager
from analyzer.model.plan import Situation
from analyzer.model.result import Result
from analyzer.report.boxes import BoxView, fleet_of
from analyzer.report.labels import SIGNS, SITUATIONS, TUNNEL_STATES, Tone
from analyzer.report.neutralise import neutralise
from analyzer.report.unknowns import gaps_of
from analyzer.report.verdict import verdict_of
from analyzer.report.wording import count, expiry, moment

LISTED = 40
"""Boxes that need something and get a line each; and as many that do not. The report holds all of them."""

_STYLES = {Tone.CRITICAL: "bold red", Tone.WARNING: "yellow", Tone.UNKNOWN: "cyan", Tone.NEUTRAL: "", Tone.GOOD: "green"}
_ASCII_SIGNS = {Tone.CRITICAL: "x", Tone.WARNING: "!", Tone.UNKNOWN: "?", Tone.NEUTRAL: "-", Tone.GOOD: "+"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the verdict: an indented head that may be coloured, and the rest."""

    head: str
    rest: str = ""
    tone: Tone = Tone.NEUTRAL

    @property
    def text(self) -> str:
        """The line as it is read without colour."""
        return " ".join(part for part in (self.head, self.rest) if part)


def render_terminal(result: Result, *, ascii_only: bool = False) -> str:
    """The verdict as plain text, ending with a line feed. ``ascii_only`` leaves the signs to ASCII, for terminals that have no others."""
    return "".join(line.text + "\n" for line in terminal_lines(result, ascii_only=ascii_only))


def print_terminal(result: Result, console: Console) -> None:
    """The same through a console, in colour where it has it. rich itself honours ``NO_COLOR`` and leaves piped output plain."""
    ascii_only = not (console.encoding or "").lower().startswith("utf")
    for line in terminal_lines(result, ascii_only=ascii_only):
        text = Text.assemble((line.head, _STYLES[line.tone]), " " if line.head and line.rest else "", line.rest)
        console.print(text, soft_wrap=True, highlight=False)


def terminal_lines(result: Result, *, ascii_only: bool = False) -> Iterator[Line]:
    """The lines of the verdict, each neutralised (and with ``ascii_only`` reduced to ASCII)."""
    for line in _lines(result, _ASCII_SIGNS if ascii_only else SIGNS):
        yield Line(_safe(line.head, ascii_only), _safe(line.rest, ascii_only), line.tone)


def _safe(text: str, ascii_only: bool) -> str:
    text = neutralise(text)
    return text.encode("ascii", "backslashreplace").decode("ascii") if ascii_only else text


def _lines(result: Result, signs: dict[Tone, str]) -> Iterator[Line]:
    verdict = verdict_of(result)
    fleet = fleet_of(result)
    yield Line(f"{signs[verdict.tone]} {verdict.word}.", verdict.headline, verdict.tone)
    for text in verdict.do_not:
        yield Line("  Not now:", text, Tone.CRITICAL)
    for notice in verdict.grave:
        yield Line("  Note:", notice.text, Tone.WARNING)
    time = result.case.evidence_time
    if isinstance(time, Known):
        yield Line("", f"  As of the evidence ({moment(time.value)}): {verdict.then}.")
    else:
        yield Line("", f"  As of the evidence: its time is not known, {time.why}.")
    yield Line("", f"  As of today ({moment(result.as_of)}, {result.as_of_source}): {verdict.now}.")
    for kind, boxes in (("Managers", fleet.managers), ("Devices", fleet.devices)):
        if boxes:
            yield Line("")
            yield Line(f"{kind}:")
            yield from _boxes(boxes, result, signs)
    if verdict.remarks:
        yield Line("")
        for notice in verdict.remarks:
            yield Line("", f"Remark: {notice.text}")
    gaps = gaps_of(result)
    if gaps:
        yield Line("")
        yield Line(f"Could not tell ({len(gaps)}):", tone=Tone.UNKNOWN)
        for gap in gaps[:5]:
            yield Line("", f"  {gap.what}: {gap.why}. To get it: {gap.obtain}")
        if len(gaps) > 5:
            yield Line("", f"  and {len(gaps) - 5} more, in the report")
    if result.incomplete:
        yield Line("")
        yield Line("Incomplete:", f"{count(len(result.incomplete), 'input was', 'inputs were')} not, or not wholly, read.", Tone.WARNING)
        for damage in result.incomplete[:5]:
            yield Line("", f"  {damage.location}: {damage.reason}")
        if len(result.incomplete) > 5:
            yield Line("", f"  and {len(result.incomplete) - 5} more, in the report")


def _boxes(boxes: tuple[BoxView, ...], result: Result, signs: dict[Tone, str]) -> Iterator[Line]:
    """One line per box: those that need something first, as the plan orders them."""
    busy = [box for box in boxes if not box.needs_nothing]
    idle = [box for box in boxes if box.needs_nothing]
    for box in (*busy[:LISTED], *idle[:LISTED]):
        label = SITUATIONS[box.plan.situation]
        yield Line(f"  {signs[label.tone]} {box.plan.label}: {label.text}.", _about(box, result), label.tone)
    left = max(len(busy) - LISTED, 0), max(len(idle) - LISTED, 0)
    if any(left):
        yield Line("", f"  and {left[0]} more that need something, {left[1]} more that need nothing: all are in the report")


def _about(box: BoxView, result: Result) -> str:
    parts = []
    if isinstance(box.thing, Manager):
        until = box.thing.internal_ca_not_after
        if isinstance(until, Known):
            parts.append(f"InternalCA {expiry(until.value, result.as_of)}")
        else:
            parts.append("end of its InternalCA not in evidence")
    elif isinstance(box.thing, Device) and box.plan.situation is not Situation.NOT_APPLICABLE:
        states = sorted({TUNNEL_STATES[one.state.value].text.lower() for one in box.tunnels if isinstance(one.state, Known)})
        parts.append("tunnel " + (" and ".join(states) if states else "state not in evidence"))
    views = box.steps or box.manual
    if views:
        parts.append(f"next: {views[0].step.title}")
    elif box.needs_nothing:
        parts.append("nothing to do")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""
