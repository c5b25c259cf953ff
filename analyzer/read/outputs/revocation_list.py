"""``openssl crl`` text: when the list was made, when it must be replaced, and which serial numbers it revokes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.certificate import RevocationList
from analyzer.read.outputs.name_text import slash_form
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.times import ctime
from analyzer.read.outputs.typed import Output, outputs

_UPDATE = re.compile(r"(lastUpdate|nextUpdate|Last Update|Next Update)[ \t]{0,3}[=:][ \t]{0,3}(.{1,60})", re.IGNORECASE)
_ISSUER = re.compile(r"issuer[ \t]{0,3}[=:][ \t]{0,3}(\S.{0,1000})", re.IGNORECASE)
_SERIAL = re.compile(r"Serial Number:[ \t]{0,3}([0-9A-F]{1,40})", re.IGNORECASE)
_MOST = 1_000


def wanted(page: Page) -> bool:
    """A label that only a revocation list has."""
    return page.has("nextupdate=", "next update:", "lastupdate=", "last update:")


def recognise(page: Page) -> Iterator[RevocationList]:
    """One fact per output that shows a list."""
    for output in outputs(page):
        updates = [(index, found) for index in range(output.first, output.end) if (found := _UPDATE.match(page.lines[index].text.strip()))]
        if updates:
            yield _list(page, output, updates)


def _list(page: Page, output: Output, updates: list[tuple[int, re.Match[str]]]) -> RevocationList:
    said = {found[1].lower().replace(" ", ""): ctime(found[2]) for _, found in updates}
    first, last = updates[0][0], updates[-1][0]
    around = range(max(output.first, first - 8), min(output.end, last + 3))
    issuer = next((name for index in around if (name := _issuer(page.lines[index].text.strip()))), "")
    below = (page.lines[index].text.strip() for index in range(last + 1, output.end))
    revoked = [int(found[1], 16) for text in below if (found := _SERIAL.fullmatch(text))]
    asked = next((command for command in output.ran("openssl") if command.arguments[:1] == ("crl",)), None)
    path = asked.path(asked.option("-in") or asked.reads) if asked is not None else ""
    quote = "\n".join(page.lines[index].text.strip() for index, _ in updates)
    return RevocationList(
        issuer, said.get("lastupdate"), said.get("nextupdate"), tuple(revoked[:_MOST]), path, page.evidence(first, last, quote)
    )


def _issuer(text: str) -> str:
    found = _ISSUER.match(text)
    return slash_form(found[1]) if found is not None else ""
