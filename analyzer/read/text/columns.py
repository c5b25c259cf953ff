"""Screens with two panes side by side (tmux, screen): each line holds the lines of two terminals, parted by one bar at one column.

Which line belongs to whom is plain, and yet a run through such lines mixes two appliances: they are told of, and not taken apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

BARS = "\u2502\u2503\u2551"
_NARROWEST = 20
"""Columns of a pane: a bar further left begins the row of a table."""
_FEWEST = 4
_SHARE = 0.7


def in_columns(texts: Sequence[str]) -> int | None:
    """The index of the first line with such a bar, None where the text is no screen of panes. Tables begin with a bar, or have several."""
    at: Counter[int] = Counter()
    lines = 0
    first: dict[int, int] = {}
    for index, text in enumerate(texts):
        if not text.strip():
            continue
        lines += 1
        bars = [column for column, letter in enumerate(text) if letter in BARS]
        if len(bars) == 1 and bars[0] >= _NARROWEST:
            at[bars[0]] += 1
            first.setdefault(bars[0], index)
    column, count = max(at.items(), key=lambda one: one[1], default=(0, 0))
    return first[column] if count >= _FEWEST and count >= _SHARE * lines else None
