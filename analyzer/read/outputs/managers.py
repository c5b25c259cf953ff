"""``show managers`` of a device, in every form: two to eight rows per manager, and its two sentences (field notes 3.7, 12)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.outputs import Management, ManagerEntry
from analyzer.read.outputs.page import Page
from analyzer.read.patterns import UUID

_SENTENCE = re.compile(r"\s*(managed locally|no managers? configured)\s*[.!]?\s*", re.IGNORECASE)
_ROW = re.compile(
    r"(?:\s{0,40}RPC Status\s{0,40}:)?\s{0,40}"
    r"(Type|Host|Display name|Identifier|Registration|Version|Management type|Registration Key|NAT ID|RPC Status)\s{0,40}:\s{0,40}(.*)",
    re.IGNORECASE,
)
_RELEASE = re.compile(r"(\d{1,2}(?:\.\d{1,5}){1,4}|20\d{6})(?:[ -]\(?(?:build )?(\d{1,6})\)?)?", re.IGNORECASE)
_APART = 12
"""Lines within which the rows of one manager stand."""

_STATES = frozenset(("completed", "pending", "in progress", "failed", "not registered", "unregistered"))


def wanted(page: Page) -> bool:
    """One of the sentences, or the rows that every form has."""
    return page.has("managed locally", "managers configured", "manager configured") or (page.has("registration") and page.has("host"))


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
            if key in ("registration key", "nat id", "rpc status"):
                continue
            if key in rows or (rows and index - max(at for at, _ in rows.values()) > _APART):
                yield from _entry(page, rows)
                rows = {}
            rows[key] = (index, row[2].strip()[:200])
    yield from _entry(page, rows)


def _entry(page: Page, rows: dict[str, tuple[int, str]]) -> Iterator[ManagerEntry]:
    """The manager that rows describe. Without ``Type: Manager`` they count only in the output of that very command, or where the
    registration is a word that it prints."""
    if "host" not in rows or "registration" not in rows:
        return
    first, last = min(at for at, _ in rows.values()), max(at for at, _ in rows.values())
    value = {key: said for key, (_, said) in rows.items()}
    registration = value["registration"].rstrip(". ")
    if value.get("type", "").lower() != "manager":
        prompt = page.prompt(first)
        asked = prompt.command if prompt is not None else page.name
        by_form = "type" not in value and "identifier" in value and registration.lower() in _STATES
        if not by_form and ("type" in value or "show managers" not in asked):
            return
    identifier = value.get("identifier", "")
    release = _RELEASE.match(value.get("version", ""))
    quoted = "\n".join(page.lines[at].text.strip() for at, _ in sorted(rows.values()))
    yield ManagerEntry(
        Management.MANAGER,
        host=value["host"],
        registration=registration,
        identifier=identifier.lower() if re.fullmatch(UUID, identifier) else identifier,
        display_name=value.get("display name", ""),
        evidence=page.evidence(first, last, quoted),
        version=release[1] if release is not None else "",
        build=(release[2] or "") if release is not None else "",
        management_type=value.get("management type", ""),
    )
