"""Background that is the same for many boxes of a large fleet: told once, numbered, and linked from each of them.

What is typed, where, what it rests on, how it is checked and undone, and what to do when it fails stays with each box. Why a step is what
it is, and what its sources are, does not differ from one device to the next, and neither does where a missing file is to be had, or
what is assumed of a fact.
"""

from __future__ import annotations

from collections import Counter

from msgspec import Struct
from msgspec.structs import replace

from analyzer.model.answer import Missing
from analyzer.model.plan import Step
from analyzer.report.boxes import Fleet
from analyzer.texts import _

Lines = tuple[tuple[str, str], ...]
"""Titles and texts."""


class Note(Struct, frozen=True):
    """A numbered note of a report."""

    number: int
    lines: Lines


class Notes:
    """Hands out the note of a text while a report is drawn, and lists all of them behind the boxes.

    ``fleet``: the boxes, to know which texts several of them share; None where nothing is shared and every text stays where it belongs.
    """

    def __init__(self, fleet: Fleet | None) -> None:
        views = [view for box in (*fleet.managers, *fleet.devices) for view in (*box.steps, *box.manual)] if fleet is not None else []
        self._whys = Counter(view.step.why for view in views)
        self._sources = Counter(view.step.sources for view in views)
        self._sharing = fleet is not None
        self._known: dict[Lines, Note] = {}

    def of_step(self, step: Step) -> tuple[Step, Note | None]:
        """The step without what it shares with others, and the note that tells it."""
        why = step.why if self._whys[step.why] > 1 else ""
        sources = step.sources if self._sources[step.sources] > 1 else ()
        lines = tuple((title, text) for title, text in ((_("Why"), why), (_("Source"), "; ".join(sources))) if text)
        if not lines:
            return step, None
        return replace(step, why="" if why else step.why, sources=() if sources else step.sources), self._note(lines)

    def of_gap(self, gap: Missing) -> Note | None:
        """The note that tells why something is missing and how to get it. What rests on evidence is told where it is."""
        if not self._sharing or gap.evidence:
            return None
        return self._note(((_("Why"), gap.why), (_("To get it"), gap.obtain)))

    def of_assumption(self, text: str) -> Note | None:
        """The note that tells what a fact of a box rests on; None: told on the spot, as what a step assumes always is."""
        return self._note(((_("Assumed"), text),)) if self._sharing else None

    def all(self) -> tuple[Note, ...]:
        """Every note so far, in the order of their numbers."""
        return tuple(self._known.values())

    def _note(self, lines: Lines) -> Note:
        return self._known.setdefault(lines, Note(len(self._known) + 1, lines))
