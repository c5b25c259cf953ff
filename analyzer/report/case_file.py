"""``--write-facts``: what is known of the appliances as a file of statements, half filled, with the open questions as remarks.

What it states is what the result knows already; what is open stands in remarks, to be filled in by somebody who knows.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from analyzer.model.answer import Answer, Conflicting, Known
from analyzer.model.case import Device, Manager
from analyzer.model.result import Result
from analyzer.report.neutralise import neutralise
from analyzer.texts import _

_QUESTIONS = 40


def case_file_text(result: Result) -> str:
    """The file. The same result gives the same text."""
    return "".join(f"{line}\n" for line in _lines(result))


def _lines(result: Result) -> Iterator[str]:
    yield "# yaml-language-server: $schema=case.schema.json"
    yield from _remarks(_("Your statements here are separate evidence: the report quotes them, and other evidence can contradict them."))
    yield from _remarks(_("Pass it to --facts. Remove what you do not know."))
    appliances: tuple[Manager | Device, ...] = (*result.case.managers, *result.case.devices)
    yield "appliances:" if appliances else "appliances: []"
    names = _names(appliances)
    logging = {covered.host.lower() for covered in result.case.coverage if covered.host}
    for one in appliances:
        yield from _appliance(one, names[one.key])
        if _names_of(one) & logging:
            yield "    time_zone:"
            yield from _remarks(_("of its log lines, if it is not UTC: +09:00, Asia/Seoul"), "    ")
    yield from _remarks(
        _("Where a file is from, if neither its name nor its text shows it. Remove the # before the lines that you fill in.")
    )
    yield "files:"
    yield "#  - file: folder/file.txt"
    yield "#    written_on: ftd-1"
    yield "#  - file: folder/cacert.pem"
    yield "#    internal_ca_of: fmc-1"
    asked = _open_questions(result)
    if asked:
        yield from _remarks(_("Open questions:"))
        for question in asked:
            yield from _remarks(f"- {question}")


def _names(appliances: tuple[Manager | Device, ...]) -> dict[str, str]:
    """A name for each that no other has: two appliances may share the label."""
    times = Counter(one.label.lower() for one in appliances)
    named: dict[str, str] = {}
    for number, one in enumerate(appliances, 1):
        shared = times[one.label.lower()] > 1
        own = next((answer.value for answer in (one.uuid, one.address) if isinstance(answer, Known)), str(number))
        named[one.key] = f"{one.label} {own}" if shared else one.label
    return named


def _appliance(one: Manager | Device, name: str) -> Iterator[str]:
    yield f"  - name: {_scalar(name)}"
    yield f"    kind: {'fmc' if isinstance(one, Manager) else 'ftd'}"
    same = [answer.value for answer in (one.name, one.address, one.uuid) if isinstance(answer, Known) and answer.value != name]
    yield f"    same_as: [{', '.join(_scalar(word) for word in same)}]"
    for answer in (one.name, one.address, one.uuid):
        yield from _contradiction(answer)
    if isinstance(one, Manager):
        if isinstance(one.role, Known):
            yield f"    role: {one.role.value}"
        elif one.ha_peer or isinstance(one.role, Conflicting):
            yield "    role:"
            yield from _remarks(f"{one.role.why}: primary, secondary, standalone", "    ")


def _names_of(one: Manager | Device) -> set[str]:
    return {answer.value.lower() for answer in (one.name, one.address) if isinstance(answer, Known)}


def _contradiction(answer: Answer[str]) -> Iterator[str]:
    if isinstance(answer, Conflicting):
        yield from _remarks(answer.why, "    ")


def _open_questions(result: Result) -> list[str]:
    """What is missing of the appliances themselves, and what contradicts itself, each once."""
    gaps: list[Answer[Any]] = []
    for one in result.case.managers:
        gaps += [one.uuid, one.name, one.address, one.role, one.internal_ca_not_after]
    gaps += [answer for device in result.case.devices for answer in (device.uuid, device.name, device.address)]
    gaps += [tunnel.state for tunnel in result.case.tunnels]
    return list(dict.fromkeys(answer.why for answer in gaps if not isinstance(answer, Known)))[:_QUESTIONS]


def _remarks(text: str, indent: str = "") -> Iterator[str]:
    for line in neutralise(text).splitlines():
        yield f"{indent}# {line}"


def _scalar(text: str) -> str:
    """A quoted scalar of YAML: that of JSON is one."""
    return json.dumps(text, ensure_ascii=True)
