"""``show managers`` of a device: the older form, the newer one with an identifier, and its two sentences (field notes 3.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.outputs import Management, ManagerEntry
from analyzer.read.outputs.page import Page
from analyzer.read.patterns import UUID

_SENTENCE = re.compile(r"\s*(managed locally|no managers? configured)\s*[.!]?\s*", re.IGNORECASE)
_ROW = re.compile(r"\s{0,40}(Type|Host|Display name|Identifier|Registration|Version|Management type)\s{0,40}:\s{0,40}(.*)", re.IGNORECASE)
_APART = 12
"""Lines within which the rows of one manager stand."""


def wanted(page: Page) -> bool:
    """One of the sentences, or the rows that every form has."""
    return page.has("managed locally", "managers configured", "manager configured") or (
        page.has("registration") and page.has("host") and ("manager" in page.name or page.has("manager"))
    )


def recognise(page: Page) -> Iterator[ManagerEntry]:
    """The managers, in order."""
    rows: dict[str, tuple[int, str]] = {}
    for index, line in enumerate(page.lines):
        text = line.text[:500]
        if index in page.prompts:
            yield from _entry(page, rows)
            rows = {}
        elif ":" not in text:
            sentence = _SENTENCE.fullmatch(text)
            if sentence is not None:
                management = Management.LOCAL if sentence[1].lower().startswith("managed") else Management.NONE
                yield ManagerEntry(management, "", "", "", "", page.evidence(index))
        elif (row := _ROW.fullmatch(text)) is not None:
            key = row[1].lower()
            if key in rows or (rows and index - max(at for at, _ in rows.values()) > _APART):
                yield from _entry(page, rows)
                rows = {}
            rows[key] = (index, row[2].strip()[:200])
    yield from _entry(page, rows)


def _entry(page: Page, rows: dict[str, tuple[int, str]]) -> Iterator[ManagerEntry]:
    """The manager that rows describe. Without ``Type: Manager`` they count only in the output of that very command."""
    if "host" not in rows or "registration" not in rows:
        return
    first, last = min(at for at, _ in rows.values()), max(at for at, _ in rows.values())
    value = {key: said for key, (_, said) in rows.items()}
    if value.get("type", "").lower() != "manager":
        prompt = page.prompt(first)
        asked = prompt.command if prompt is not None else page.name
        if "type" in value or "show managers" not in asked:
            return
    identifier = value.get("identifier", "")
    quoted = "\n".join(page.lines[at].text.strip() for at, _ in sorted(rows.values()))
    yield ManagerEntry(
        Management.MANAGER,
        host=value["host"],
        registration=value["registration"].rstrip(". "),
        identifier=identifier.lower() if re.fullmatch(UUID, identifier) else identifier,
        display_name=value.get("display name", ""),
        evidence=page.evidence(first, last, quoted),
    )
