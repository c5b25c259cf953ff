"""How old each claim is: the moment that its line states, else an upper bound, else nothing.

A bound comes from the file: no undated fact of it is younger than the file. What stands at its place in the tree of an appliance (a
certificate at ca_root) is as old as the taking of the tree, not as the file, which may lie there for years: only what is written when a
bundle is taken (outputs of commands, logs) and stamps inside tell when that was. A bound proves "older than" and never makes a claim newer.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime

from analyzer.identify.placement import place
from analyzer.identify.sorted_facts import SortedFacts
from analyzer.join.clocks import SLACK, newest
from analyzer.model.answer import UNDATED, Age
from analyzer.model.location import Evidence, Location
from analyzer.model.passage import FileSeen, Passage

_EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)
"""A file of before this is of no firewall that is meant here: its container keeps no times, or its clock was never set."""

_WRITTEN_WHEN_TAKEN = ("/command-outputs/", "/var/log/")


class Ages:
    """The age of any fact of a case. ``today`` bounds what nothing else does.

    ``as_of`` is "today", aware UTC: a file that is younger has a wrong time, or was copied since, and bounds nothing.
    """

    def __init__(self, facts: SortedFacts, as_of: datetime) -> None:
        self._files: dict[str, datetime] = {}
        self._taken: dict[str, datetime] = {}
        self._stamped: dict[str, datetime] = {}
        self._passages: dict[str, tuple[list[tuple[int, int]], list[Passage]]] = {}
        self.today = Age(as_of)
        latest = as_of + SLACK
        for file in facts.of(FileSeen):
            moment = file.modified
            if moment is None or not _EARLIEST <= moment <= latest:
                continue
            location = file.evidence.location
            self._files[location.source] = moment
            placement = place(location)
            if placement.path.startswith(_WRITTEN_WHEN_TAKEN):
                _keep_newest(self._taken, placement.root, moment)
        for moment, _assumed, evidence in newest(facts, as_of).believed:
            _keep_newest(self._stamped, evidence.location.source, moment)
            placement = place(evidence.location)
            if not placement.loose:
                _keep_newest(self._taken, placement.root, moment)
        by_source: dict[str, list[Passage]] = {}
        sessions: dict[str, list[tuple[tuple[int, int], int]]] = {}
        for passage in facts.of(Passage):
            sessions.setdefault(passage.evidence.location.source, []).append((passage.evidence.location.spot, passage.session))
            if passage.at is not None and passage.at <= latest:
                by_source.setdefault(passage.evidence.location.source, []).append(passage)
                _keep_newest(self._stamped, passage.evidence.location.source, passage.at)
        self._sessions = {source: sorted(found) for source, found in sessions.items()}
        for source, passages in by_source.items():
            passages.sort(key=lambda one: one.evidence.location.spot)
            self._passages[source] = [one.evidence.location.spot for one in passages], passages

    def of(self, evidence: Evidence, stated: datetime | None = None) -> Age:
        """The age of what stands here. ``stated`` is the moment that the fact itself states, if it does."""
        if stated is not None:
            return Age(stated, stated=True)
        passage = self._passage(evidence.location)
        if passage is not None and passage.at is not None:
            return Age(passage.at, stated=True)
        return self._bound(evidence.location)

    def session(self, evidence: Evidence) -> int:
        """The unbroken terminal session that this stands in, of its member: only within one the order of lines is that of time."""
        found = self._sessions.get(evidence.location.source, [])
        at = bisect_right(found, evidence.location.spot, key=lambda one: one[0]) - 1
        return found[at][1] if at >= 0 else 0

    def of_place(self, location: Location) -> Age:
        """How old it is that a file stands at its place: as old as the tree, else as the file."""
        placement = place(location)
        if placement.loose:
            return self._bound(location)
        taken = self._taken.get(placement.root)
        return UNDATED if taken is None else Age(taken)

    def stamp_beside(self, evidence: Evidence) -> Age:
        """The newest moment that the same file states anywhere: when a terminal session was, roughly. UNDATED where it states none."""
        moment = self._stamped.get(evidence.location.source)
        return UNDATED if moment is None else Age(moment, stated=True)

    def _bound(self, location: Location) -> Age:
        placement = place(location)
        moment = self._files.get(location.source)
        stamped = self._stamped.get(location.source)
        if moment is not None and stamped is not None and stamped > moment:
            moment = stamped  # the file's time is wrong: it speaks of a later moment
        if moment is None and not placement.loose:
            moment = self._taken.get(placement.root)
        return UNDATED if moment is None else Age(moment)

    def _passage(self, location: Location) -> Passage | None:
        found = self._passages.get(location.source)
        if found is None or location.line is None:
            return None
        starts, passages = found
        at = bisect_right(starts, location.spot) - 1
        if at < 0:
            return None
        last = passages[at].evidence.location.last_line
        return passages[at] if last is None or location.line <= last else None


def _keep_newest(newest: dict[str, datetime], key: str, moment: datetime) -> None:
    if key not in newest or moment > newest[key]:
        newest[key] = moment
