"""Tests of the sftunnel port by hand: ``telnet``, ``nc``, ``curl``, ``/dev/tcp``, ``s_client``, ``nmap``, ``Test-NetConnection``, and
``ping tcp`` of the data plane. A plain ``ping`` proves no port; that its target has no address is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from analyzer.model.location import Evidence
from analyzer.model.observed import PortProbe, Reached
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.typed import Output, outputs
from analyzer.read.outputs.wordings import wordings

_HOST = r"\[?([A-Za-z0-9_.:-]{1,253}?)\]?"
_PORT = r"(\d{1,5})"
_TYPED = re.compile(
    r"(?:^|[\s;|&(`$#>])(?:"
    r"(telnet|nc|ncat|netcat)(?:[ \t]{1,4}-[A-Za-z46]{1,8}(?:[ \t]{1,4}\d{1,4}(?=[ \t]))?){0,6}"
    rf"[ \t]{{1,4}}{_HOST}[ \t]{{1,4}}{_PORT}(?=[\s;|&)`'\"]|$)"
    rf"|(curl)\b.{{0,120}}?(?:https?|telnet)://{_HOST}:{_PORT}\b"
    rf"|.{{0,200}}?/dev/(tcp)/{_HOST}/{_PORT}\b"
    rf"|openssl[ \t]{{1,4}}(s_client)\b.{{0,120}}?{_HOST}:{_PORT}\b"
    rf"|(nmap)\b.{{0,120}}?[ \t]-p[ \t]{{0,2}}(){_PORT}\b"
    rf"|(Test-NetConnection|tnc)\b.{{0,60}}?[ \t]{_HOST}[ \t].{{0,60}}?-Port[ \t]{{1,4}}{_PORT}\b"
    rf"|(ping[ \t]{{1,4}}tcp)[ \t]{{1,4}}(?:\S{{1,40}}[ \t]{{1,4}})?{_HOST}[ \t]{{1,4}}{_PORT}\b)"
)
_SAID = (
    re.compile(rf"(nc|curl|ncat|telnet)?:? ?\(?connect(?:ion)? to {_HOST} (?:port (\d{{1,5}})|(\d{{1,5}}) port)", re.IGNORECASE),
    re.compile(rf"()(?:Failed to connect to|Connected to) {_HOST} (?:\([^)]{{1,100}}\) )?port (\d{{1,5}})()", re.IGNORECASE),
    re.compile(r"()(?:\(UNKNOWN\)|[A-Za-z0-9_.-]{1,253}) \[([0-9A-Fa-f.:]{3,45})\] (\d{1,5}) \(.{1,20}\)()"),
    re.compile(rf"()Ncat: Connected to {_HOST}:(\d{{1,5}})\.()"),
)
_NAMED_BY_PING = re.compile(
    rf"ping: {_HOST}: (?:Name or service not known|Temporary failure in name resolution|Unknown host)"
    rf"|ping: (?:unknown host|cannot resolve) {_HOST}(?::|\s|$)"
)
_SCANNED = re.compile(r"Nmap scan report for (?:[\w.-]{1,253} \()?([\w.:-]{1,253}?)\)?$")
_PING_TCP = re.compile(r"[!?RUu.]{2,40}")
_EXIT = re.compile(r"\d{1,3}")
_TIMED_OUT = frozenset(("124", "28"))


_TOOLS = (
    *("telnet", "nc -", "nc:", " nc ", "ncat", "netcat", "curl", "/dev/tcp/", "s_client", "nmap", "test-netconnection", "tnc ", "ping tcp"),
    *("connect to ", "connection to ", "connected to ", "(unknown) ["),
)
"""Words of the tools, in lower case: the digits of the port alone stand in many texts."""

_ANSWERS_WITHIN = 24
"""Lines below a command within which its answer stands."""


class _Test(Struct):
    tool: str
    target: str
    port: int


def wanted(page: Page) -> bool:
    """The port and a tool that tries it, or a name that ping does not find."""
    return (page.has(*_TOOLS) and page.has(str(page.port))) or page.has("ping: ")


def recognise(page: Page) -> Iterator[PortProbe]:
    """One fact per test of the port."""
    for output in outputs(page):
        yield from _of_output(page, output)


def _of_output(page: Page, output: Output) -> Iterator[PortProbe]:
    test = _typed(page, page.prompts[output.at].command if output.at is not None else "")
    typed_on = output.first if output.at is None else output.at
    decided: set[tuple[str, Reached]] = set()
    for index in range(output.first, output.end):
        if test is not None and index - typed_on > _ANSWERS_WITHIN:
            test = None
        text = page.lines[index].text[:600].strip()
        if not text or (test is None and str(page.port) not in text and not text.startswith("ping: ")):
            continue
        if output.at is None and (typed := _typed(page, text)) is not None and _outcome(text) is None:
            test, typed_on = typed, index
            continue
        if (unknown := _NAMED_BY_PING.match(text)) is not None:
            yield PortProbe(unknown[1] or unknown[2], None, Reached.UNRESOLVED, "ping", page.evidence(index))
            continue
        if (scanned := _SCANNED.match(text)) is not None and test is not None and test.tool == "nmap":
            test = _Test("nmap", scanned[1], test.port)
            continue
        outcome = _outcome(text) or _by_number(test, page, output, text)
        if outcome is None:
            continue
        told = _told(text) or test
        if told is None or told.port != page.port or not told.target or (told.target, outcome) in decided:
            continue
        decided.add((told.target, outcome))
        tool = told.tool or (test.tool if test is not None else "")
        yield PortProbe(told.target, told.port, outcome, tool, _evidence(page, typed_on if test is not None else index, index))


def _evidence(page: Page, first: int, last: int) -> Evidence:
    """The test from its command to what decides it."""
    quote = [page.lines[at].text.strip()[:200] for at in (first, last)]
    return page.evidence(first, last, "\n".join(dict.fromkeys(quote)))


def _typed(page: Page, text: str) -> _Test | None:
    if str(page.port) not in text:
        return None
    found = _TYPED.search(text[:600])
    if found is None:
        return None
    tool, target, port = [part for part in found.groups() if part is not None][:3]
    return _Test("/dev/tcp" if tool == "tcp" else " ".join(tool.split()), target, int(port))


def _told(text: str) -> _Test | None:
    """What a line itself says of the target."""
    for pattern in _SAID:
        found = pattern.search(text)
        if found is not None:
            tool, target, port = found[1] or "", found[2], found[3] or found[4]
            return _Test(tool.lower(), target, int(port))
    return None


def _outcome(text: str) -> Reached | None:
    return next((Reached(row.means) for row in wordings("probes") if row.pattern.search(text) is not None), None)


def _by_number(test: _Test | None, page: Page, output: Output, text: str) -> Reached | None:
    """What an exit code or a row of signs says, for the tools that say no more."""
    if test is None:
        return None
    if test.tool == "ping tcp" and _PING_TCP.fullmatch(text):
        return Reached.CONNECTED if "!" in text else Reached.REFUSED if "R" in text else Reached.TIMED_OUT
    asked = page.prompts[output.at].command if output.at is not None else ""
    if "$?" in asked and _EXIT.fullmatch(text):
        if text == "0":
            return Reached.CONNECTED
        return Reached.TIMED_OUT if text in _TIMED_OUT else None
    return None
