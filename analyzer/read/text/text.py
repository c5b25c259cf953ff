"""One text member as readers see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.model.location import Evidence, Location
from analyzer.read.neighbours import Shown, around
from analyzer.read.patterns import OWN_FILE
from analyzer.read.search import find
from analyzer.read.secrets import masked
from analyzer.read.text.line import Line, lines_of
from analyzer.read.text.worth import may_be_changed

QUOTE_CHARACTERS = 500
"""Characters of a line that evidence quotes."""


@dataclass(frozen=True)
class Text:
    """One text member. ``whole``: all of its lines are kept; else only those that name sftunnel, and PEM blocks.

    ``kept`` is the text (UTF-8 or Latin-1, no byte order mark) when it is whole, else the lines. Most texts hold nothing for any
    reader: their lines are cut only when somebody asks for them, and `has` tells whether it is worth asking.
    ``name`` is the file's name without compression suffix. ``modified`` is the member's time, aware UTC, or None.
    ``overflow`` is True when lines that matter were left out because there were more than the cap ``lines``. ``cut`` is the number of the
    first line that matters and of which only ``line_bytes`` were kept, None when there is none.
    """

    location: Location
    name: str
    modified: datetime | None
    kept: bytes | tuple[Line, ...]
    whole: bool
    overflow: bool = False
    cut: int | None = None
    line_bytes: int = DEFAULT_LIMITS.line_bytes

    @cached_property
    def _segments(self) -> tuple[Line, ...] | None:
        """The lines of a text that is not as its program wrote it (quoted, numbered, wrapped, marked up); None for one
        that is, as every file of an appliance's own tree."""
        if not isinstance(self.kept, bytes) or OWN_FILE.search(self.location.member or self.location.artifact) is not None:
            return None
        if not may_be_changed(self.kept):
            return None
        from analyzer.read.text.segments import segments  # a certificate file needs none of it

        return segments(self.kept, self.line_bytes)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines as their program wrote them, in order: what a mail, a terminal or a page did to them is undone (`segments`)."""
        if not isinstance(self.kept, bytes):
            return self.kept
        return tuple(lines_of(self.kept, self.line_bytes)) if self._segments is None else self._segments

    @cached_property
    def _shown(self) -> Shown:
        return {}

    @cached_property
    def lowered(self) -> bytes:
        """What is kept, its ASCII letters in lower case."""
        if isinstance(self.kept, bytes) and self._segments is None:
            return self.kept.lower()
        return b"\n".join([line.text.encode("utf-8", "replace") for line in self.lines]).lower()

    def has(self, *literals: bytes) -> bool:
        """Any of the literals (lower case) stands somewhere in what is kept."""
        lowered = self.lowered
        size = len(lowered)
        for literal in literals:  # noqa: SIM110 - asked some hundred thousand times: a generator takes as long as the search
            if find(lowered, literal, 0, size) >= 0:
                return True
        return False

    def evidence(self, line: Line, last: Line | None = None, text: str | None = None, *, near: tuple[int, int] | None = None) -> Evidence:
        """The evidence for a line (or a run of lines), quoting ``text`` or the first line, cut to `QUOTE_CHARACTERS`.

        With ``near``, the indexes of the first and the last line, it keeps the lines around it.
        """
        before, after = around(self.lines, *near, gaps=not self.whole, shown=self._shown) if near is not None else ((), ())
        end = (last or line).end
        return Evidence(
            Location(
                self.location.artifact,
                self.location.member,
                line=line.number,
                last_line=end if end != line.number else None,
                offset=line.offset + line.behind,
            ),
            masked(line.text if text is None else text)[:QUOTE_CHARACTERS],
            before,
            after,
        )
