"""Background that is the same for many boxes of a large fleet: told once, numbered, and linked from each of them.

Where a missing file is to be had, and what is assumed of a fact, does not differ from one device to the next. What the steps of many
devices share, `analyzer.report.work` puts together.
"""

from __future__ import annotations

from msgspec import Struct

from analyzer.model.answer import Missing
from analyzer.texts import _

Lines = tuple[tuple[str, str], ...]
"""Titles and texts."""


class Note(Struct, frozen=True):
    """A numbered note of a report."""

    number: int
    lines: Lines


class Notes:
    """Hands out the note of a text while a report is drawn, and lists all of them behind the boxes.

    ``sharing``: the fleet is large. In another one nothing is shared, and every text stays where it belongs.
    """

    def __init__(self, *, sharing: bool) -> None:
        self._sharing = sharing
        self._known: dict[Lines, Note] = {}

    def of_gap(self, gap: Missing) -> Note | None:
        """The note that tells why something is missing and how to get it. What rests on evidence is told where it is."""
        if not self._sharing or gap.evidence:
            return None
        return self._note(((_("Why"), gap.why), (_("How to get it"), gap.obtain)))

    def of_assumption(self, text: str) -> Note | None:
        """The note that tells what a fact of a box rests on; None: told on the spot, as what a step assumes always is."""
        return self._note(((_("Assumed"), text),)) if self._sharing else None

    def all(self) -> tuple[Note, ...]:
        """Every note so far, in the order of their numbers."""
        return tuple(self._known.values())

    def _note(self, lines: Lines) -> Note:
        return self._known.setdefault(lines, Note(len(self._known) + 1, lines))
