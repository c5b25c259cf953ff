"""``pmtool status``: the line of sftunnel (field notes 3.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.outputs import TunnelProcess
from analyzer.read.outputs.page import Page

_ENTRY = re.compile(r"\s{0,8}sftunneld? \(([^)]{0,60})\) - (\S.{0,120})")
_RUNNING = re.compile(r"Running(?: (\d{1,9}))?\b", re.IGNORECASE)


def wanted(page: Page) -> bool:
    """The entry's beginning."""
    return page.has("sftunnel (", "sftunneld (")


def recognise(page: Page) -> Iterator[TunnelProcess]:
    """Whether sftunnel runs. Any word but ``Running`` means that it does not."""
    for index, line in enumerate(page.lines):
        entry = _ENTRY.match(line.text)
        if entry is None:
            continue
        running = _RUNNING.match(entry[2])
        pid = int(running[1]) if running is not None and running[1] else None
        yield TunnelProcess(None, running is not None, pid, page.evidence(index), host=page.host(index))
