"""Lines of ``netstat``, ``ss`` and ``lsof`` about the sftunnel port (field notes 3.9)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.outputs import ReachabilityNote
from analyzer.read.outputs.page import Page

_STATE = (
    r"(LISTEN|ESTAB(?:LISHED)?|SYN[-_]SENT|SYN[-_]RECV|TIME[-_]WAIT|CLOSE[-_]WAIT|FIN[-_]WAIT[-_]?[12]|LAST[-_]ACK|CLOSING|CLOSED?|UNCONN)"
)
_END = r"(\S{1,80}:(?:\d{1,5}|\*|[a-z]{1,16}))"
_NETSTAT = re.compile(rf"\s{{0,8}}tcp[46]?\s{{1,20}}\d{{1,10}}\s{{1,20}}\d{{1,10}}\s{{1,20}}{_END}\s{{1,40}}{_END}\s{{1,40}}{_STATE}\b")
_SS = re.compile(rf"\s{{0,8}}(?:tcp\s{{1,20}})?{_STATE}\s{{1,20}}\d{{1,10}}\s{{1,20}}\d{{1,10}}\s{{1,20}}{_END}\s{{1,40}}{_END}(?:\s|$)")
_OPEN = r"([^\s>]{1,80}:(?:\d{1,5}|\*|[a-z]{1,16}))"
_LSOF = re.compile(rf"\S{{1,32}} {{1,20}}\d{{1,9}} .{{1,100}}? TCP {_OPEN}(?:->{_OPEN})? \(([A-Z_]{{3,14}})\)")


def wanted(page: Page) -> bool:
    """The port behind a colon."""
    return page.has(f":{page.port}")


def recognise(page: Page) -> Iterator[ReachabilityNote]:
    """One note per socket, states in the words of ``netstat``."""
    sign = f":{page.port}"
    for index, line in enumerate(page.lines):
        if sign not in line.text:
            continue
        text = line.text[:500]
        if (found := _NETSTAT.match(text)) is not None:
            local, peer, state = found.groups()
        elif (found := _SS.match(text)) is not None:
            state, local, peer = found.groups()
        elif (found := _LSOF.match(text)) is not None:
            local, peer, state = found[1], found[2] or "*:*", found[3]
        else:
            continue
        if local.endswith(sign) or peer.endswith(sign):
            state = state.replace("-", "_")
            yield ReachabilityNote("ESTABLISHED" if state == "ESTAB" else state, local, peer, page.evidence(index))
