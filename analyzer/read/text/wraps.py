"""Lines that a terminal or a mail program broke, and lines that lost their line ends.

A line goes on in the next one when it is as wide as the text gets (a terminal breaks at the margin, a mail program before the word that no
longer fits) and the next one cannot begin a record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from analyzer.read.text.line import Line
from analyzer.read.text.prompts import find_prompt
from analyzer.read.text.records import ANCHOR, FLAT, anchor, begins_record

_MARGINS = frozenset((80, 132))
"""Widths of terminals: one line of such a width may be broken there; another width must occur twice."""
_NARROWEST = 60
_WIDEST = 400
_MOST_JOINED = 60
_LOG_HEAD = re.compile(r"SF-IMS\s?\[|sftunneld?\s?:\w")
_TOKEN = re.compile(r"\S+")
_BASE64 = re.compile(r"\s*[A-Za-z0-9+/=]{40,}\s*")
_DIGITS = re.compile(r"\d+")
_ENDS_A_SENTENCE = (".", ":", "!", "?")
_PRINTED = re.compile(r"\S{1,200}: |error |[A-Z][a-z]+ [a-z]+ |OK\b|\S{1,200}: ?OK$")
"""How output begins below a command; a wrapped command goes on with the rest of a word."""
_SENTENCE_LABELS = 3


def joined(lines: Sequence[Line]) -> list[Line]:
    """The same lines, each wrapped one with its rest."""
    out: list[Line] = []
    count = last_width = 0
    for block in _blocks(lines):
        widths = [_width(line) for line in block]
        margin = _margin(block, widths)
        widest = max(widths, default=0)
        for line, width in zip(block, widths, strict=True):
            if count and (between := _goes_on(out[-1], last_width, line, margin, widest)) is not None and count < _MOST_JOINED:
                out[-1] = replace(out[-1], text=out[-1].text + between + line.text, last=line.end)
                count += 1
            else:
                out.append(line)
                count = 1
            last_width = width
        count = 0
    return out


def _blocks(lines: Sequence[Line]) -> list[Sequence[Line]]:
    """Runs of lines that are not blank; each blank one is a run of its own. A PEM block is not looked into."""
    blocks: list[Sequence[Line]] = []
    start = 0
    for at, line in enumerate(lines):
        if not line.text.strip() or "-----" in line.text or _BASE64.fullmatch(line.text):
            if start < at:
                blocks.append(lines[start:at])
            blocks.append(lines[at : at + 1])
            start = at + 1
    if start < len(lines):
        blocks.append(lines[start:])
    return blocks


def _width(line: Line) -> int:
    return len(line.taken) + len(line.text)


def _margin(block: Sequence[Line], widths: Sequence[int]) -> int:
    """The width at which a terminal broke the lines of a block, 0 when they do not look broken."""
    widest = max(widths, default=0)
    if not _NARROWEST <= widest <= _WIDEST:
        return 0
    if widest in _MARGINS:
        return widest
    distinct = {_DIGITS.sub("0", line.text) for line, width in zip(block, widths, strict=True) if width == widest}
    return widest if len(distinct) > 1 else 0


def _goes_on(above: Line, width: int, line: Line, margin: int, widest: int) -> str | None:
    """What was lost between a line and the next ("" or a blank), None when the next is a line of its own."""
    if above.cut or width < _NARROWEST:
        return None
    at_margin = margin and width in (margin, margin - 1)
    first = _TOKEN.search(line.text)
    full = first is not None and width + 1 + len(first[0]) > widest and widest <= _WIDEST and _LOG_HEAD.search(above.text) is not None
    if not (at_margin or full) or begins_record(line.text) or _alike(above.text, line.text):
        return None
    if _PRINTED.match(line.text) is not None and find_prompt(above.text) is not None:
        return None
    if above.text.endswith(_ENDS_A_SENTENCE) and line.text[:1].isupper():
        return None
    return "" if (at_margin and width == margin) or line.text[:1].isspace() else " "


def _alike(above: str, below: str) -> bool:
    """Two rows of one table: their first words look the same."""
    one, other = _TOKEN.search(above), _TOKEN.search(below)
    if one is None or other is None:
        return False
    return one[0] == other[0] or (
        len(one[0]) == len(other[0]) > 3 and re.sub(r"\w", "x", one[0]) == re.sub(r"\w", "x", other[0]) and any(map(str.isdigit, one[0]))
    )


def parted(line: Line) -> list[Line]:
    """The lines of one that holds several: a text that lost its line ends, or words before a prompt or a date."""
    text = line.text
    if anchor(text) <= 0 and "SF-IMS[" not in text:
        return [line]
    starts = {found.start() for found in FLAT.finditer(text)}
    labels = [found.start() for found in ANCHOR.finditer(text)]
    if len(labels) >= _SENTENCE_LABELS:
        starts.update(labels)
    cuts = sorted(starts - {0})
    if not cuts or (text.count("SF-IMS[") == 1 and len(cuts) == 1 and not labels):
        return [line]
    edges = [0, *cuts, len(text)]
    return [replace(line, text=text[a:b].rstrip()) for a, b in pairwise(edges) if text[a:b].strip()]
