"""``devices.csv`` of copy_sftunnel_certs.py: that it was seen, and for which devices; nothing of what it holds (field notes 3.3)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.outputs import CredentialFile
from analyzer.read.outputs.page import Page


def wanted(page: Page) -> bool:
    """Rows or records of a text that may hold passwords were found: looked for once, because every recogniser must not see them."""
    return bool(page.credentials)


def recognise(page: Page) -> Iterator[CredentialFile]:
    """One fact for all rows of a text. Its evidence shows the name and address of the first row, nothing else."""
    rows = [row for row in page.credentials if row.certain]
    if not rows:
        return
    names = tuple(dict.fromkeys(row.name for row in rows if row.name))
    first = rows[0]
    shown = ",".join(filter(None, (first.name, first.address, "(user and password withheld)")))
    yield CredentialFile(names, page.text.evidence(page.text.lines[first.index], page.text.lines[rows[-1].index], shown))
