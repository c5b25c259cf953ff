"""Text in a picture: SVG does not wrap, so what is longer than its place is cut here, with a sign that it was."""

from __future__ import annotations

import unicodedata

from analyzer.report.neutralise import neutralise

CUT = "…"


def fit(text: str, columns: int) -> str:
    """``text``, harmless, in at most ``columns`` columns; wide letters (Korean) take two. The table behind a picture has it whole."""
    harmless = neutralise(text[: 4 * columns])
    cut = len(text) > 4 * columns
    taken, room = "", columns
    for at, letter in enumerate(harmless):
        wide = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        last = at == len(harmless) - 1 and not cut
        if wide > room or (not last and wide == room):
            return taken.rstrip() + CUT
        taken, room = taken + letter, room - wide
    return taken + CUT if cut else taken
