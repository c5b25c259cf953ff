"""A chat in which several people type at several appliances: each name has a terminal of its own.

An output belongs to the last prompt of the person who pasted it. The lines of each name are put together; they keep their places.
"""

from __future__ import annotations

import re
from collections import defaultdict

from msgspec.structs import replace

from analyzer.read.text.line import Line
from analyzer.read.text.prompts import find_prompt

_NAME = r"(?P<name>[A-Za-z][\w.'()-]{0,30}(?: [\w.'()-]{1,30}){0,3})"
_TAKEN = re.compile(rf"(?:^|[\s\])|-]){_NAME}\s{{0,3}}[:>]\s{{0,3}}$")
_BEFORE = re.compile(rf"{_NAME}\s{{0,3}}:\s{{1,3}}(?=\S)")
_ALONE = re.compile(
    rf"(?:[\[(]?[\d./-]{{0,10}},?\s?\d\d?:\d\d(?::\d\d)?[\])]?\s{{1,4}})?{_NAME}"
    rf"(?:,?\s{{1,8}}[\[(]?(?:[\d./-]{{6,10}},?\s{{1,3}})?\d\d?:\d\d(?::\d\d)?(?: ?[AaPp][Mm])?[\])]?)?\s{{0,4}}:?\s{{0,4}}"
)
_TIME = re.compile(r"\d:\d\d")
_LONGEST = 120


def untangled(lines: list[Line]) -> list[Line]:
    """The lines of each name together, where people under different names type at different appliances in turns; else the same lines."""
    typists = _typists(lines)
    if len({host for hosts in typists.values() for host in hosts}) < 2 or len(typists) < 2:
        return lines
    groups: dict[str, list[Line]] = defaultdict(list)
    speaker = ""
    turns: list[str] = []
    for line in lines:
        name, width = _named(line, typists)
        if name is not None:
            speaker = name
        if not turns or turns[-1] != speaker:
            turns.append(speaker)
        groups[speaker].append(replace(line, text=line.text[width:], taken=line.taken + line.text[:width]) if width else line)
    if len(turns) == len(groups):
        return lines
    return [line for group in groups.values() for line in group]


def _typists(lines: list[Line]) -> dict[str, set[str]]:
    """By name, the hosts at whose prompts somebody typed."""
    found: dict[str, set[str]] = defaultdict(set)
    alone = ""
    for line in lines:
        text = line.text
        if "@" not in text:
            if len(text) < _LONGEST and _TIME.search(line.taken + text) and (head := _ALONE.fullmatch(text)) is not None:
                alone = head["name"]
            continue
        before = _BEFORE.match(text)
        taken = _TAKEN.search(line.taken) if line.taken else None
        prompt = find_prompt(text[before.end() :] if before is not None else text)
        name = before["name"] if before is not None else taken["name"] if taken is not None else alone
        if prompt is not None and prompt.host and name:
            found[name].add(prompt.host.lower())
    return found


def _named(line: Line, typists: dict[str, set[str]]) -> tuple[str | None, int]:
    """Whose line it is, None where it bears no name, and the width of the name in its text. Of others than those who type: ""."""
    if line.taken and (taken := _TAKEN.search(line.taken)) is not None:
        return (taken["name"] if taken["name"] in typists else ""), 0
    before = _BEFORE.match(line.text)
    if before is not None and before["name"] in typists:
        return before["name"], before.end()
    if len(line.text) < _LONGEST and _TIME.search(line.taken + line.text) and (head := _ALONE.fullmatch(line.text)) is not None:
        return (head["name"] if head["name"] in typists else ""), len(line.text)
    return None, 0
