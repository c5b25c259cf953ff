"""All facts of a call, sorted once: by type, and by the tree they stand in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any, TypeVar, cast

from analyzer.identify.placement import Placement, place
from analyzer.model.capture import CapturedConnection
from analyzer.model.facts import Fact
from analyzer.model.location import Evidence, Location
from analyzer.model.member import Damage

F = TypeVar("F")
M = TypeVar("M")


def evidence_of(fact: Fact) -> Evidence:
    """The evidence of any fact."""
    if isinstance(fact, CapturedConnection):
        return fact.summary
    if isinstance(fact, Damage):
        return Evidence(fact.location, fact.reason)
    return fact.evidence


def location_of(fact: Fact) -> Location:
    """The location of any fact."""
    return evidence_of(fact).location


class SortedFacts:
    """Facts by type in the order read. ``roots`` holds, for the tree of each appliance, the files that gave facts and where each was read;
    ``artifacts`` names the inputs that gave any."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._by_type: dict[type, list[Fact]] = defaultdict(list)
        self.roots: dict[str, dict[Placement, Location]] = defaultdict(dict)
        self.artifacts: set[str] = set()
        self._made: dict[Hashable, Any] = {}
        for fact in facts:
            self._by_type[type(fact)].append(fact)
            location = location_of(fact)
            self.artifacts.add(location.artifact)
            placement = place(location)
            if not placement.loose:
                self.roots[placement.root].setdefault(placement, location)

    def of(self, kind: type[F]) -> list[F]:
        """The facts of one type."""
        return cast("list[F]", self._by_type.get(kind, []))

    def once(self, key: Hashable, make: Callable[[], M]) -> M:
        """What is made of these facts once, and asked for again and again. ``key`` names it."""
        if key not in self._made:
            self._made[key] = make()
        return cast("M", self._made[key])

    def all(self) -> Iterator[Fact]:
        """Every fact, by type."""
        for facts in self._by_type.values():
            yield from facts
