"""What a run of lines has in common before what they say: quote marks, line numbers, the stamps of notes, chat names, bars of tables.

A prefix is learnt from a line in which something stands before a record that is sure (`records.ANCHOR`), and taken off where lines near it
begin in the same way. Quote marks, ascending numbers and stamps in brackets are known without one.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from msgspec.structs import replace

from analyzer.read.patterns import later
from analyzer.read.text.line import Line
from analyzer.read.text.markup import unescaped
from analyzer.read.text.prompts import find_prompt
from analyzer.read.text.records import FLAT, anchor, is_said

_ROUNDS = 3
"""Prefixes one before the other: a numbered line in a quoted mail."""
_LONGEST = 160
_FEWEST = 2
_LONGEST_OBJECT = 8_000
_MOST_SHAPES = 40
_REACH = 60
"""Lines between two lines of one run: a command may have printed a long output that nobody marked."""

_QUOTE = later(r"\s{0,4}(?:>[ \t]?){1,9}|\s{0,4}(?:> ){1,9}")
_CLISH_WORD = later(r"[a-z][a-z-]*(?: .*)?$")
_NUMBER = later(r"(?P<file>(?!\d+:)[^\s:]{1,160}:)?\s{0,10}(?P<number>\d{1,7})(?:[:|.)\u2192]\s?|\t|\s{1,2}|$)")
_FRAME = later(r"\d+\.\d{3,}\s|\d+\s+\d+\.\d+\.\d+\.\d+")
"""Behind a number: a packet in a list, whose number is its own."""
_ENCLOSED = later(r"\s{0,20}(?:\d{1,7},)?(?:\"(?P<double>(?:[^\"\\]|\\.|\"\")*)\"|'(?P<single>(?:[^'\\]|\\.)*)'|`(?P<back>[^`]*)`),?\s*$")
_BOLD = later(r"\s{0,8}(?:\*\*|__)(?P<text>[^*_].{0,400}?)(?:\*\*|__)\s*$")
_FEWEST_ENCLOSED = 3
_STAMP = later(
    r"[\[(]\s?(?:\w{3},? )?"
    r"(?:\d{4}[-/.]\d\d[-/.]\d\d|\d{1,2}[-/. ](?:\d\d|[A-Z][a-z]{2})[-/. ]\d{2,4}|[A-Z][a-z]{2} {1,2}\d{1,2}(?:,? \d{4})?)?"
    r"[T ,]{0,2}"
    r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?\s?[\])]\s{0,3}:?\s?"
)
_BAR = later(r"\s{0,4}\|(?: |$)(?![^|]*\|\s*$)")
_RULE = later(r"\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*:?-*:?\s*\|?\s*$")
_CELLS = later(r"(?<!\\)\|")
_MONTHS = later(r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)")
_SHAPE = later(
    r"(?P<digits>\d+)|(?P<blanks>\s+)|(?P<half>\b[AaPp]\.?[Mm]\b)|(?P<name>\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b)|(?P<sign>.)"
)


def without_prefixes(lines: list[Line]) -> list[Line]:
    """The same lines; what was taken off is in ``taken``."""
    for _ in range(_ROUNDS):
        changed = False
        for step in (_quoted, _of_records, _enclosed, _table_cells, _learnt, _numbered, _stamped, _barred, _continued):
            after = step(lines)
            if after is not None:
                lines, changed = after, True
        if not changed:
            break
    return lines


def _off(line: Line, width: int) -> Line:
    return replace(line, text=line.text[width:], taken=line.taken + line.text[:width])


def _runs(lines: Sequence[Line], holds: Callable[[str], bool], fewest: int) -> list[range]:
    """Runs of consecutive lines that hold something; empty lines inside a run count as of it."""
    runs: list[range] = []
    start: int | None = None
    count = last = 0
    for at, line in enumerate(lines):
        if holds(line.text):
            start, count, last = (at if start is None else start), count + 1, at
        elif start is not None and line.text.strip():
            if count >= fewest:
                runs.append(range(start, last + 1))
            start, count = None, 0
    if start is not None and count >= fewest:
        runs.append(range(start, last + 1))
    return runs


def _quoted(lines: list[Line]) -> list[Line] | None:
    """Quote marks of mails. A CLISH prompt looks like one: a run of nothing but commands is no quotation."""
    runs = _runs(lines, lambda text: text.lstrip()[:1] == ">", _FEWEST)
    out = list(lines)
    found = False
    for run in runs:
        rests = [rest for at in run if (rest := lines[at].text.lstrip("> \t"))]
        if not rests or all(_CLISH_WORD.match(rest) for rest in rests):
            continue
        depth = min(_depth(lines[at].text) for at in run if lines[at].text.strip(" >\t") and lines[at].text.lstrip()[:1] == ">")
        for at in run:
            width = _width_of_marks(lines[at].text, depth)
            if width:
                out[at] = _off(lines[at], width)
                found = True
    return out if found else None


def _depth(text: str) -> int:
    marks = _QUOTE.match(text)
    return 0 if marks is None else marks[0].count(">")


def _width_of_marks(text: str, depth: int) -> int:
    """How many characters the first ``depth`` quote marks take, with one blank behind the last."""
    found = re.match(rf"\s{{0,4}}(?:>[ \t]?){{0,{depth - 1}}}>(?: |$)?", text)
    return 0 if found is None else found.end()


def _numbered(lines: list[Line]) -> list[Line] | None:
    """Line numbers: they rise from line to line."""
    matches = [_NUMBER.match(line.text) for line in lines]
    out = list(lines)
    found = False
    for run in _runs(lines, lambda text: _NUMBER.match(text) is not None, 3):
        taken = [(at, m) for at in run if (m := matches[at]) is not None]
        numbers = [int(m["number"]) for _, m in taken]
        steps = [b - a for a, b in pairwise(numbers)]
        rests = [lines[at].text[m.end() :] for at, m in taken]
        if not steps or min(steps) < 1 or sum(step == 1 for step in steps) * 2 < len(steps) or any(_FRAME.match(rest) for rest in rests):
            continue
        for at, m in taken:
            out[at] = _off(lines[at], m.end())
        found = True
    return out if found else None


def _stamped(lines: list[Line]) -> list[Line] | None:
    """Stamps in brackets, as terminal programs and chats write them before each line."""
    out = list(lines)
    found = False
    for run in _runs(lines, lambda text: text[:1] in "[(" and _STAMP.match(text) is not None, 3):
        for at in run:
            stamp = _STAMP.match(lines[at].text)
            if stamp is not None:
                out[at] = _off(lines[at], stamp.end())
                found = True
    return out if found else None


def _barred(lines: list[Line]) -> list[Line] | None:
    """A bar before each line, with none at its end."""
    out = list(lines)
    found = False
    for run in _runs(lines, lambda text: _BAR.match(text) is not None, 3):
        if any(line.text.count("|") > 1 and line.text.rstrip().endswith("|") for line in (lines[at] for at in run)):
            continue
        for at in run:
            bar = _BAR.match(lines[at].text)
            if bar is not None:
                out[at] = _off(lines[at], bar.end())
                found = True
    return out if found else None


def _enclosed(lines: list[Line]) -> list[Line] | None:
    """Each line in quotes, as in a list of strings or in a column of a table; a command in bold, a line in backticks."""
    out = list(lines)
    found = False
    for run in _runs(lines, lambda text: _inside_quotes(text) is not None, _FEWEST_ENCLOSED):
        inside = {at: text for at in run if (text := _inside_quotes(lines[at].text)) is not None}
        if not any(is_said(text) for text in inside.values()):
            continue  # data, which its reader knows
        for at, text in inside.items():
            out[at] = replace(lines[at], text=text, taken=lines[at].taken + lines[at].text[:1])
            found = True
    for at, line in enumerate(out):
        first = line.text.lstrip()[:1]
        bold = _BOLD.match(line.text) if first in ("*", "_") else None
        text = bold["text"] if bold is not None else _inside_quotes(line.text) if first == "`" else None
        if text is not None and is_said(text):
            out[at] = replace(line, text=text)
            found = True
    return out if found else None


def _of_records(lines: list[Line]) -> list[Line] | None:
    """A JSON object in each line, as chats and log stores export messages: the member that holds the lines of the evidence."""
    out = list(lines)
    found = False
    for run in _runs(lines, lambda text: text[:1] == "{" and text.rstrip().endswith("}"), _FEWEST):
        objects = {at: strings for at in run if (strings := _strings(lines[at].text))}
        said: Counter[str] = Counter()
        for strings in objects.values():
            for key, value in strings.items():
                if not value[:1].isdigit() and is_said(value):  # else each stamp counts
                    said[key] += len(value)
        key = max(said, key=lambda one: (said[one], one), default="")
        if not said[key]:
            continue  # records, which their reader knows
        for at, strings in objects.items():
            out[at] = replace(lines[at], text=strings.get(key, "").split("\n", 1)[0], taken=lines[at].taken + lines[at].text[:1])
            found = True
    return out if found else None


def _strings(text: str) -> dict[str, str]:
    """The members of a JSON object that are strings of one line, {} for what is no such object."""
    if len(text) > _LONGEST_OBJECT:
        return {}
    try:
        members = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {key: value for key, value in members.items() if isinstance(value, str) and "\n" not in value.strip("\n")}


def _inside_quotes(text: str) -> str | None:
    """What stands between the quotes that a line begins and ends with, None where it does not."""
    if text.lstrip()[:1] not in ('"', "'", "`") and not text[:1].isdigit():
        return None
    found = _ENCLOSED.match(text)
    if found is None:
        return None
    if found["double"] is not None:
        return unescaped(found["double"].replace('""', '"'))
    return unescaped(found["single"]) if found["single"] is not None else found["back"]


def _continued(lines: list[Line]) -> list[Line] | None:
    """A backslash at the end of each line, as where a text was made one word of a shell."""
    out = list(lines)
    found = False
    for run in _runs(lines, lambda text: text.endswith("\\"), _FEWEST_ENCLOSED):
        if sum(find_prompt(lines[at].text) is not None for at in run) <= 1 and not any(anchor(lines[at].text) == 0 for at in run[1:]):
            continue  # one command over several lines
        for at in run:
            out[at] = replace(lines[at], text=lines[at].text.removesuffix("\\"))
            found = True
    return out if found else None


def _table_cells(lines: list[Line]) -> list[Line] | None:
    """A Markdown table with a line of evidence in each row: the cell that holds it. Tables of a database keep their bars."""
    out: list[Line] | None = None
    for run in _runs(lines, lambda text: text.lstrip()[:1] == "|" and text.count("|") > 1, _FEWEST):
        rows = {at: cells for at in run if len(cells := _CELLS.split(lines[at].text)) > 2}
        if not rows:
            continue
        width = Counter(len(cells) for cells in rows.values()).most_common(1)[0][0]
        alike = [cells for cells in rows.values() if len(cells) == width]
        columns = Counter(
            column for cells in alike for column, cell in enumerate(cells) if anchor(cell.strip()) == 0 or FLAT.match(cell.strip())
        )
        if not columns:
            continue
        column = columns.most_common(1)[0][0]
        out = list(lines) if out is None else out
        for at, cells in rows.items():
            if _RULE.match(lines[at].text):
                out[at] = replace(lines[at], text="", taken=lines[at].taken + lines[at].text)
            elif len(cells) == width:
                before = "|".join(cells[:column]) + "|"
                out[at] = replace(lines[at], text=cells[column].strip().replace("\\|", "|"), taken=lines[at].taken + before)
    return out


def _learnt(lines: list[Line]) -> list[Line] | None:
    """Prefixes of any kind, known by a sure record that stands behind one."""
    shapes: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        width = anchor(line.text[: _LONGEST + 400])
        if 0 < width <= _LONGEST and not line.text[:width].isspace() and len(shapes) < _MOST_SHAPES:
            shapes.setdefault(_shape(line.text[:width]), []).append(at)
    out: list[Line] | None = None
    for shape, anchors in sorted(shapes.items(), key=lambda item: -len(item[0])):
        pattern = re.compile(shape)
        current = lines if out is None else out
        matches = {at: m for at, line in enumerate(current) if (m := pattern.match(line.text)) is not None}
        near = _near(anchors, sorted(matches))
        if len(near) <= _FEWEST:
            continue
        out = list(current)
        sure = set(anchors)
        for at in near:
            if find_prompt(current[at].text) is None or at in sure:
                out[at] = _cell(_off(current[at], matches[at].end()))
    return out


def _cell(line: Line) -> Line:
    """The line; without the bar behind it where bars stand before it: it was the last cell of a row."""
    if "|" in line.taken and line.text.rstrip().endswith("|") and not line.text.rstrip().endswith("\\|"):
        return replace(line, text=line.text.rstrip()[:-1].rstrip().replace("\\|", "|"))
    return line


def _near(anchors: Sequence[int], matching: Sequence[int]) -> list[int]:
    """The matching lines that hang together with an anchor, with gaps of at most `_REACH` lines."""
    groups: list[list[int]] = []
    for at in matching:
        if groups and at - groups[-1][-1] <= _REACH:
            groups[-1].append(at)
        else:
            groups.append([at])
    sure = set(anchors)
    return [at for group in groups if sure.intersection(group) for at in group]


def _shape(prefix: str) -> str:
    """A pattern for prefixes like this one: other digits, other days, and no blank where the line ends."""
    parts: list[str] = []
    for token in _SHAPE.finditer(prefix):
        if token["digits"]:
            parts.append(r"\d{1,10}")
        elif token["blanks"] and token.end() < len(prefix):
            parts.append(r"\s{1,8}")
        elif token["blanks"]:
            parts.append(rf"(?:\s{{{len(token[0])}}}|\s{{0,{len(token[0])}}}$)")
        elif token["half"]:
            parts.append("[AaPp][.]?[Mm]")
        elif token["name"]:
            parts.append("[A-Z][a-z]{2}")
        else:
            parts.append(re.escape(token["sign"]))
    leading = r"\s{0,8}" if prefix[:1].isspace() else ""
    if leading:
        parts = parts[1:]
    return leading + "".join(parts)
