"""Findings that a person accepts: until a day they do not count, and they come back by themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from analyzer.model.answer import Known
from analyzer.model.case import Device, Manager
from analyzer.model.finding import Finding, Severity
from analyzer.model.result import Result
from analyzer.model.statements import Accepted
from analyzer.triage.record import AcceptedLine


class Acceptance(Struct, frozen=True):
    """What of a result is accepted now. ``keys`` are the findings (`Finding.key`), those that an accepted one explains among them.

    ``counted`` is the result with these as mere information. ``lines`` has one for each thing that the person wrote."""

    keys: frozenset[str]
    counted: Result
    lines: tuple[AcceptedLine, ...]

    def covers(self, findings: Sequence[Finding]) -> bool:
        """Something of these is accepted, and nothing else of them that counts is worse than low."""
        rest = [one for one in findings if one.counts and one.key not in self.keys]
        return any(one.key in self.keys for one in findings) and all(one.severity < Severity.MEDIUM for one in rest)


def acceptance(result: Result, accepted: Sequence[Accepted]) -> Acceptance:
    """What of the result is accepted on its day (UTC)."""
    about = _appliances(result)
    keys: set[str] = set()
    lines = []
    for one in accepted:
        subjects = about.get(one.subject.casefold(), set()) | {one.subject}
        found = [
            finding
            for finding in result.findings
            if finding.counts and finding.rule == one.finding and _is_of(finding, one.subject, subjects)
        ]
        holds = result.as_of.date() < one.until
        lines.append(AcceptedLine(one.finding, one.subject, one.until, one.reason, one.owner, found=bool(found), holds=holds))
        if holds:
            keys |= {finding.key for finding in found}
    keys |= set(_explained(result.findings, keys))
    counted = tuple(replace(one, severity=Severity.INFO) if one.key in keys else one for one in result.findings)
    return Acceptance(frozenset(keys), replace(result, findings=counted), tuple(lines))


def _is_of(finding: Finding, wanted: str, subjects: set[str]) -> bool:
    return not wanted or finding.subject in subjects or finding.subject_label.casefold() == wanted.casefold()


def _appliances(result: Result) -> dict[str, set[str]]:
    """By name, address and UUID (lower case) of an appliance: its key, and those of its tunnels."""
    tunnels: dict[str, set[str]] = defaultdict(set)
    for tunnel in result.case.tunnels:
        tunnels[tunnel.manager].add(tunnel.key)
        tunnels[tunnel.device].add(tunnel.key)
    about: dict[str, set[str]] = defaultdict(set)
    appliances: tuple[Manager | Device, ...] = (*result.case.managers, *result.case.devices)
    for one in appliances:
        known = [answer.value for answer in (one.name, one.address, one.uuid) if isinstance(answer, Known)]
        for name in (one.label, *known):
            about[name.casefold()] |= {one.key} | tunnels[one.key]
    return about


def _explained(findings: Sequence[Finding], keys: set[str]) -> Iterator[str]:
    """What these explain, and what that explains."""
    of: dict[str, list[str]] = defaultdict(list)
    for one in findings:
        if one.caused_by:
            of[one.caused_by].append(one.key)
    waiting, seen = list(keys), set(keys)
    while waiting:
        for key in of[waiting.pop()]:
            if key not in seen:
                seen.add(key)
                waiting.append(key)
                yield key
