"""Whether sftunnel runs: ``pmtool status`` (field notes 3.8), ``ps``, ``pgrep``, ``pidof`` and ``lsof``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.model.outputs import TunnelProcess
from analyzer.read.outputs.page import Page
from analyzer.read.outputs.typed import Output, outputs

_ENTRY = re.compile(r"\s{0,8}sftunneld? \(([^)]{0,60})\) - (\S.{0,120})")
_RUNNING = re.compile(r"Running(?: (\d{1,9}))?\b", re.IGNORECASE)
_COMMAND = re.compile(r"\s{0,8}Command: (/\S{1,200}/sftunneld?)\b")
_PS = re.compile(r"\s{0,20}(?:[A-Za-z_][\w.+-]{0,31} {1,20})?(\d{1,9})\b[^|]{0,200}?[ \[](/\S{0,200}/sftunneld?)(?= |$|\])")
_GREP = re.compile(r"\b(?:e|f)?grep\b.{0,60}sftunnel|\bp(?:grep|s)\b.{0,20}sftunnel")
_LSOF = re.compile(r"\s{0,8}sftunneld? {1,20}(\d{1,9}) {1,20}\S{1,32} {1,20}\d{1,9}[a-z]{0,2} {1,20}(?:IPv[46]|unix|REG)\b")
_PIDS = re.compile(r"\d{1,9}(?: \d{1,9}){0,20}")
_COMMAND_BELOW = 4


def wanted(page: Page) -> bool:
    """The name, and a word of a program that lists processes."""
    return page.has("sftunnel") and page.has("sftunnel (", "sftunneld (", "/bin/sftunnel", "pidof", "pgrep", "ps ", "lsof")


def recognise(page: Page) -> Iterator[TunnelProcess]:
    """Whether sftunnel runs. Any word of ``pmtool`` but ``Running`` means that it does not, and so does a ``ps | grep`` that finds itself
    alone."""
    for output in outputs(page):
        yield from _of_output(page, output)


def _of_output(page: Page, output: Output) -> Iterator[TunnelProcess]:
    listed: dict[str, int] = {}
    found_itself: int | None = None
    asked = page.prompts[output.at].command if output.at is not None else ""
    for index in range(output.first, output.end):
        text = page.lines[index].text[:600]
        if (entry := _ENTRY.match(text)) is not None:
            running = _RUNNING.match(entry[2])
            pid = int(running[1]) if running is not None and running[1] else None
            program = _program_below(page, index, output.end)
            yield TunnelProcess(None, running is not None, pid, page.evidence(index), host=page.host(index), program=program)
        elif "sftunnel" in text and _GREP.search(text):
            found_itself = index
        elif (row := _PS.match(text)) is not None:
            if row[2] not in listed:
                listed[row[2]] = index
                yield TunnelProcess(None, True, int(row[1]), page.evidence(index), host=page.host(index), program=row[2])
        elif (row := _LSOF.match(text)) is not None and "lsof" not in listed:
            listed["lsof"] = index
            yield TunnelProcess(None, True, int(row[1]), page.evidence(index), host=page.host(index))
        elif "pidof" in asked and "sftunnel" in asked and _PIDS.fullmatch(text.strip()):
            yield TunnelProcess(None, True, int(text.split()[0]), page.evidence(index), host=page.host(index))
    if found_itself is not None and not listed and asked.lstrip().startswith(("ps", "sudo ps")):
        yield TunnelProcess(None, False, None, page.evidence(found_itself), host=page.host(found_itself))


def _program_below(page: Page, index: int, end: int) -> str:
    """The path in the ``Command:`` line of the same entry."""
    for below in range(index + 1, min(end, index + 1 + _COMMAND_BELOW)):
        command = _COMMAND.match(page.lines[below].text[:400])
        if command is not None:
            return command[1]
    return ""
