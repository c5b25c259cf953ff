"""Log lines without a year, of an appliance whose clock the evidence shows: they are of the year that this clock shows.

The reader of a log knows only when its file was written. ``date`` at the prompt of the same appliance says what the appliance itself took
for the present, and a clock that is years behind explains a certificate that is "not yet valid".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from msgspec.structs import replace

from analyzer.identify.names import identifies, normal
from analyzer.identify.placement import place
from analyzer.join.clocks import SLACK
from analyzer.model.facts import Fact
from analyzer.model.location import Evidence
from analyzer.model.log import LogEvent
from analyzer.model.passage import Passage
from analyzer.texts import N_, _

FROM_CLOCK = N_("the line has no year: {year} follows from the clock of the appliance, which showed {moment}")

_YEAR = re.compile(r"\d{4}")
_ONE_CLOCK = timedelta(days=300)
"""Two readings of one clock this far apart were taken at two times: which of them a line belongs to is not known."""

Clocks = dict[tuple[str, str], list[tuple[datetime, str]]]


def in_stated_years(facts: Iterable[Fact]) -> list[Fact]:
    """The facts, with such lines in the year of the clock. What names two hosts is of two appliances."""
    given = list(facts)
    clocks: Clocks = {}
    for fact in given:
        if isinstance(fact, Passage) and fact.at is not None:
            for key in _keys(fact.evidence, fact.host):
                clocks.setdefault(key, []).append((fact.at, normal(fact.host)))
    if not clocks:
        return given
    return [_dated(fact, clocks) if isinstance(fact, LogEvent) else fact for fact in given]


def _keys(evidence: Evidence, host: str) -> tuple[tuple[str, str], ...]:
    """Where a clock counts: in its text, in the tree it stands in, and for a host of that name."""
    placement = place(evidence.location)
    tree = () if placement.loose else (("tree", placement.root),)
    named = (("host", normal(host)),) if identifies(host) else ()
    return (*named, *tree, ("text", evidence.location.source))


def _dated(event: LogEvent, clocks: Clocks) -> LogEvent:
    if event.time is None or not event.time_assumed or _YEAR.search(event.time_text):
        return event
    host = normal(event.host)
    for key in _keys(event.evidence, event.host):
        shown = [at for at, named in clocks.get(key, ()) if not (host and named and host != named)]
        if shown:
            return _in_year_of(event, event.time, max(shown)) if max(shown) - min(shown) < _ONE_CLOCK else event
    return event


def _in_year_of(event: LogEvent, time: datetime, shown: datetime) -> LogEvent:
    """The newest such day that is not later than what the clock showed."""
    for year in (shown.year + 1, shown.year, shown.year - 1):
        try:
            moved = time.replace(year=year)
        except ValueError:  # 29 February
            continue
        if moved <= shown + SLACK:
            note = _(FROM_CLOCK).format(year=year, moment=f"{shown:%Y-%m-%d %H:%M} UTC")
            return event if moved == time else replace(event, time=moved, time_assumed=note)
    return event
