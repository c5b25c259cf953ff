"""Which period each log covers, per appliance that wrote it, and where it is silent."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from analyzer.model.answer import Known
from analyzer.model.case import Manager, Notice
from analyzer.model.location import Evidence
from analyzer.model.log import Coverage, LogEvent, Silence
from analyzer.texts import _

SILENT = timedelta(days=1)
"""A log that says nothing of sftunnel for longer than this has a gap: a tunnel that is down is dialled about every minute, and one that
is up writes its transfers every few hours (field notes 2.2)."""

_MOST = 20
_ROTATION = re.compile(r"\.\d{1,4}(?:\.(?:gz|bz2|xz|zst))?$")


def coverage(events: Iterable[LogEvent]) -> tuple[Coverage, ...]:
    """Per file and appliance, in the order of the files. Rotated files are one log: between two of them there may be a gap too."""
    files: dict[tuple[str, str], list[LogEvent]] = defaultdict(list)
    for event in events:
        if event.time is not None:
            files[event.evidence.location.source, event.host].append(event)
    logs: dict[tuple[str, str], list[LogEvent]] = defaultdict(list)
    for (source, host), found in files.items():
        logs[_ROTATION.sub("", source), host].extend(found)
    silences = {log: _silences(found) for log, found in logs.items()}
    return tuple(
        Coverage(
            source=source,
            host=host,
            first=min(_time(event) for event in found),
            last=max(_time(event) for event in found),
            lines=len(found),
            silences=tuple(one for one in silences[_ROTATION.sub("", source), host] if one.evidence.location.source == source),
        )
        for (source, host), found in sorted(files.items())
    )


def _time(event: LogEvent) -> datetime:
    assert event.time is not None  # noqa: S101 - only such events are gathered
    return event.time


def _silences(events: Sequence[LogEvent]) -> tuple[Silence, ...]:
    """The longest silences, in order. The evidence is the line after which the log is silent."""
    ordered = sorted(events, key=_time)
    found = [Silence(_time(a), _time(b), a.evidence) for a, b in pairwise(ordered) if _time(b) - _time(a) > SILENT]
    longest = sorted(found, key=lambda one: one.begins - one.ends)[:_MOST]
    return tuple(sorted(longest, key=lambda one: one.begins))


def notices(covered: Sequence[Coverage], managers: Sequence[Manager]) -> Iterator[Notice]:
    """A silence over the moment at which an InternalCA ended: how the tunnels fared then is not in evidence."""
    for manager in managers:
        ends = manager.internal_ca_not_after
        if not isinstance(ends, Known):
            continue
        silent: list[tuple[Coverage, Silence]] = [
            (log, one) for log in covered for one in log.silences if one.begins < ends.value < one.ends
        ]
        for log, one in silent[:_MOST]:
            text = _(
                "The log {source} of {host} has no sftunnel lines from {begins} to {until} (UTC). The end of the InternalCA "
                "of {manager}, {day}, is in that gap, and it is unknown what happened then."
            ).format(
                source=log.source,
                host=log.host or _("an appliance without a name"),
                begins=f"{one.begins:%Y-%m-%d %H:%M}",
                until=f"{one.ends:%Y-%m-%d %H:%M}",
                manager=manager.label,
                day=f"{ends.value:%Y-%m-%d}",
            )
            evidence: tuple[Evidence, ...] = (one.evidence, *ends.evidence[:1])
            yield Notice(text=text, grave=False, evidence=evidence)
