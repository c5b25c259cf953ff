"""Tables that programs print: columns between ``|`` under a rule of ``+---+``, rows of ``key: value`` (MySQL's ``\\G``), and columns
between tabs under a header."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from analyzer.read.outputs.page import Page

_RULE = re.compile(r"[ \t]{0,8}\+[-=+]{3,1000}\+?[ \t]{0,8}")
_STARRED = re.compile(r"\*{5,60} \d{1,9}\. row \*{5,60}")
_PAIR = re.compile(r"[ \t]{0,40}([A-Za-z_][A-Za-z0-9_]{0,60}): ?(.{0,500})")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_. ]{0,60}")
_MOST_COLUMNS = 40


class Row(Struct, frozen=True):
    """One row: its first and last line (indexes), and its values by column name in lower case."""

    first: int
    last: int
    values: dict[str, str]


def rows(page: Page) -> Iterator[Row]:
    """Every row of every table of a text, in order of their lines within each kind."""
    if page.has("+--", "+=="):
        yield from _ruled(page)
    if page.has(". row *"):
        yield from _starred(page)
    if page.has("\t"):
        yield from _tabbed(page)


def _ruled(page: Page) -> Iterator[Row]:
    header: list[str] | None = None
    inside = False
    for index, line in enumerate(page.lines):
        text = line.text[:2_000]
        if _RULE.fullmatch(text):
            inside = True
            continue
        stripped = text.strip()
        if not inside or not stripped.startswith("|"):
            header, inside = None, False
            continue
        cells = [cell.strip() for cell in stripped.strip("|").split("|")][:_MOST_COLUMNS]
        if header is None:
            header = [cell.lower() for cell in cells]
        elif len(cells) == len(header):
            yield Row(index, index, dict(zip(header, cells, strict=True)))


def _starred(page: Page) -> Iterator[Row]:
    values: dict[str, str] | None = None
    first = last = 0
    for index, line in enumerate(page.lines):
        text = line.text[:2_000].strip()
        if _STARRED.fullmatch(text):
            if values:
                yield Row(first, last, values)
            values, first = {}, index
            continue
        pair = _PAIR.fullmatch(text) if values is not None and index not in page.prompts else None
        if pair is None or values is None:
            if values:
                yield Row(first, last, values)
            values = None
        elif len(values) < _MOST_COLUMNS:
            values[pair[1].lower()], last = pair[2].strip(), index
    if values:
        yield Row(first, last, values)


def _tabbed(page: Page) -> Iterator[Row]:
    header: list[str] | None = None
    for index, line in enumerate(page.lines):
        if "\t" not in line.text:
            header = None
            continue
        cells = [cell.strip() for cell in line.text[:2_000].split("\t")][:_MOST_COLUMNS]
        if header is not None and len(cells) == len(header):
            yield Row(index, index, dict(zip(header, cells, strict=True)))
        elif all(_NAME.fullmatch(cell) for cell in cells):
            header = [cell.lower() for cell in cells]
        else:
            header = None
