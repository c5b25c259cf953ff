"""What time the evidence speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from analyzer.join import obtain
from analyzer.join.placement import place
from analyzer.join.sorted_facts import SortedFacts
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.capture import CapturedConnection
from analyzer.model.case import Clock
from analyzer.model.location import Evidence
from analyzer.model.log import LogEvent
from analyzer.model.outputs import CertificateCopy, GenerateCertsRun, PeerStatus

SLACK = timedelta(days=1)
"""A time stamp this much after "today" is still believed: zones differ."""


def _stamps(facts: SortedFacts) -> Iterator[tuple[datetime, str, Evidence]]:
    for event in facts.of(LogEvent):
        if event.time is not None:
            yield event.time, event.time_assumed, event.evidence
    for status in facts.of(PeerStatus):
        for moment in (status.taken, status.heartbeat_received, status.attempted_at):
            if moment is not None:
                yield moment, "", status.evidence
    for connection in facts.of(CapturedConnection):
        yield connection.started, "", connection.summary
    for run in facts.of(GenerateCertsRun):
        if run.started is not None:
            yield run.started, "", run.evidence
    for copy in facts.of(CertificateCopy):
        if copy.time is not None:
            yield copy.time, "local time of the box taken as UTC", copy.evidence


def clocks(facts: SortedFacts, as_of: datetime) -> tuple[Clock, ...]:
    """The newest time stamp of each box or loose file that has one."""
    newest: dict[str, tuple[datetime, str, Evidence]] = {}
    for stamp in _stamps(facts):
        source = place(stamp[2].location).root
        if stamp[0] <= as_of + SLACK and (source not in newest or stamp[0] > newest[source][0]):
            newest[source] = stamp
    return tuple(Clock(source=s, newest=t, assumed=a, evidence=e) for s, (t, a, e) in sorted(newest.items()))


def evidence_time(facts: SortedFacts, as_of: datetime) -> Answer[datetime]:
    """The newest believable time stamp of the whole case."""
    best: tuple[datetime, str, Evidence] | None = None
    for stamp in _stamps(facts):
        if stamp[0] <= as_of + SLACK and (best is None or stamp[0] > best[0]):
            best = stamp
    if best is None:
        return Missing("nothing in evidence carries a time of its own", obtain.LOGS)
    return Known(min(best[0], as_of), (best[2],), best[1])
