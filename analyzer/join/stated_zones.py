"""Log lines that state no zone, of an appliance of which a person states one: their times move from UTC to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo

from msgspec.structs import replace

from analyzer.identify.scene import Scene
from analyzer.identify.sorted_facts import SortedFacts
from analyzer.model.facts import Fact
from analyzer.model.log import LogEvent
from analyzer.model.statements import ApplianceStated
from analyzer.model.time_zones import time_zone
from analyzer.texts import N_, _

STATED = N_("a person states the time zone {zone}")


def in_stated_zones(facts: Iterable[Fact], as_of: datetime) -> list[Fact]:
    """The facts, with the times of such lines in UTC. ``as_of`` is "today", aware UTC."""
    given = list(facts)
    stated = [fact for fact in given if isinstance(fact, ApplianceStated) and fact.time_zone]
    if not stated:
        return given
    scene = Scene(SortedFacts(given), as_of)
    zones: dict[int, tuple[tzinfo, str]] = {}
    for one in stated:
        registry = scene.managers if one.manager else scene.devices
        appliance, zone = registry.find(name=one.name), time_zone(one.time_zone)
        if appliance is not None and zone is not None:
            zones[id(appliance)] = zone, one.time_zone
    return [_moved(fact, zones.get(id(scene.speaker(fact)))) if isinstance(fact, LogEvent) else fact for fact in given]


def _moved(event: LogEvent, stated: tuple[tzinfo, str] | None) -> LogEvent:
    if stated is None or event.time is None or not event.no_zone:
        return event
    zone, name = stated
    said = "; ".join(filter(None, (event.time_assumed, _(STATED).format(zone=name))))
    return replace(event, time=event.time.replace(tzinfo=zone).astimezone(UTC), time_assumed=said, no_zone=False)
