"""The lines around the places that findings point to: for those that call for action, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.model.finding import Finding
from analyzer.model.location import Location, Surroundings

MOST = 200
"""Places whose surroundings a result holds: a finding of each device of a large fleet would be the most of it."""


def surroundings_of(findings: Iterable[Finding]) -> tuple[Surroundings, ...]:
    """The surroundings of the primary evidence of findings that count, each place once, in the order of the places."""
    counting = sorted((one for one in findings if one.counts and one.primary is not None), key=lambda one: -one.severity)
    found: dict[Location, Surroundings] = {}
    for finding in counting:
        primary = finding.primary
        if primary is not None and (primary.before or primary.after) and len(found) < MOST:
            found.setdefault(primary.location, Surroundings(primary.location, primary.before, primary.after))
    return tuple(sorted(found.values(), key=lambda one: one.location))
