"""What stands beside the verdict on the first screen: the devices in numbers, what it costs, what happened when, and who hangs on whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from analyzer.model.answer import Known
from analyzer.model.case import Case, Manager, Tunnel, TunnelState
from analyzer.model.plan import Action, Situation
from analyzer.model.result import Result
from analyzer.report.appliances import ApplianceView, Fleet
from analyzer.report.labels import Tone
from analyzer.report.pictures.fleet_map import Line, line_of, line_words
from analyzer.report.urgency import EXPIRED
from analyzer.texts import N_, _, ngettext

MOST_EVENTS = 9
"""Moments of the case that the first screen shows."""

MOST_NAMED = 3
"""Tunnels that drop in the list of moments each for itself; more are put together."""

MOST_ROOTS = 3
"""FMCs whose devices the first screen draws; the rest is in the table of appliances."""

SINGLY = 5
"""Devices of an FMC that are drawn one by one; more are drawn by their state."""


class Count(Struct, frozen=True):
    """So many devices, in words."""

    number: int
    words: str
    tone: Tone


class Event(Struct, frozen=True):
    """A moment of the case. ``today`` marks the moment that everything is judged for."""

    moment: datetime
    words: str
    tone: Tone
    today: bool = False


class Twig(Struct, frozen=True):
    """A device, or several in one state, at its FMC."""

    line: Line
    boxes: tuple[ApplianceView, ...]
    words: str
    since: datetime | None


class Root(Struct, frozen=True):
    """An FMC with what hangs on it. ``box`` is None for one that has no section of its own."""

    label: str
    box: ApplianceView | None
    ends: datetime | None
    twigs: tuple[Twig, ...]


class Front(Struct, frozen=True):
    """The first screen beside verdict, first step and do-nots. ``meanwhile`` is "" where nothing is lost or at stake."""

    counts: tuple[Count, ...]
    meanwhile: str
    events: tuple[Event, ...]
    roots: tuple[Root, ...]
    more_roots: int


def front_of(result: Result, fleet: Fleet) -> Front:
    """The first screen of a result."""
    roots = tuple(_roots(result.case, fleet))
    return Front(counts_of(fleet), meanwhile_of(fleet), events_of(result), roots[:MOST_ROOTS], max(len(roots) - MOST_ROOTS, 0))


class Standing(StrEnum):
    """A way in which a device stands towards its FMCs, the worst first."""

    DOWN = "down"
    PARTLY = "partly"
    WILL_NOT = "will-not"
    MAY_NOT = "may-not"
    UNKNOWN = "unknown"
    UP = "up"


AT_STAKE = frozenset({Standing.WILL_NOT, Standing.MAY_NOT})
"""Connected, and the next drop of the tunnel can last."""


class _Words(Struct, frozen=True):
    """What a standing is called (a message id), and its tone."""

    english: str
    tone: Tone


_STANDINGS = {
    Standing.DOWN: _Words(N_("down"), Tone.CRITICAL),
    Standing.PARTLY: _Words(N_("down to one FMC but connected to another"), Tone.CRITICAL),
    Standing.WILL_NOT: _Words(N_("connected but unable to reconnect after a drop"), Tone.WARNING),
    Standing.MAY_NOT: _Words(N_("connected but maybe unable to reconnect after a drop"), Tone.WARNING),
    Standing.UNKNOWN: _Words(N_("unknown"), Tone.UNKNOWN),
    Standing.UP: _Words(N_("connected"), Tone.GOOD),
}
"""The words of each, the worst first."""


def counts_of(fleet: Fleet) -> tuple[Count, ...]:
    """Each device once, the worst first: down, up but not to come back, unknown, connected."""
    return tuple(Count(len(labels), _(_STANDINGS[name].english), _STANDINGS[name].tone) for name, labels in _by_standing(fleet))


def standing_words(fleet: Fleet) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """How devices stand, in words, and the labels of those that do: the worst first."""
    return tuple((_(_STANDINGS[name].english), labels) for name, labels in _by_standing(fleet))


def _by_standing(fleet: Fleet) -> list[tuple[Standing, tuple[str, ...]]]:
    situations = {box.plan.box: box.plan.situation for box in fleet.managers}
    found: dict[Standing, list[str]] = defaultdict(list)
    for box in fleet.devices:
        if box.plan.situation is not Situation.NOT_APPLICABLE:
            found[_standing(box, situations)].append(box.plan.label)
    return [(name, tuple(found[name])) for name in _STANDINGS if found[name]]


def _standing(box: ApplianceView, managers: dict[str, Situation]) -> Standing:
    """The word for one device. A tunnel that evidence contradicts itself about is unknown."""
    states = [tunnel.state.value if isinstance(tunnel.state, Known) else None for tunnel in box.tunnels]
    up = [tunnel for tunnel, state in zip(box.tunnels, states, strict=True) if state in (TunnelState.CONNECTED, TunnelState.DEGRADED)]
    if up and TunnelState.DOWN in states:
        return Standing.PARTLY
    if up:
        if any(managers.get(tunnel.manager) in EXPIRED for tunnel in up):
            return Standing.WILL_NOT
        kept = any(caution.action is Action.RESTART for caution in box.plan.do_not)
        return Standing.MAY_NOT if kept else Standing.UP if None not in states else Standing.UNKNOWN
    return Standing.DOWN if states and None not in states else Standing.UNKNOWN


def standings_of(fleet: Fleet) -> frozenset[Standing]:
    """The ways in which the devices of this fleet stand."""
    return frozenset(name for name, _labels in _by_standing(fleet))


def meanwhile_of(fleet: Fleet) -> str:
    """What the trouble costs until it is repaired (field notes 6.3, Cisco document 222464); "" where no device is down or at stake."""
    there = standings_of(fleet)
    if Standing.DOWN in there:
        return _(
            "Meanwhile, a device that is down gets no policy deployment and sends no connection events. Malware lookups "
            "and identity rules fail on it. The evidence does not show whether traffic passes."
        )
    if Standing.PARTLY in there:
        return _(
            "Meanwhile, a device that does not reach its active FMC gets no policy deployment and sends no connection events. The evidence "
            "does not show which FMC is active."
        )
    if Standing.UNKNOWN in there:
        return _(
            "The state of a tunnel is unknown. If it is down, its device gets no policy deployment and sends no connection events until it "
            "is repaired by hand."
        )
    if there & AT_STAKE:
        return _(
            "No tunnel is known to be down. Once a tunnel drops, its device gets no policy deployment and sends no connection events until "
            "it is repaired by hand."
        )
    return ""


def events_of(result: Result) -> tuple[Event, ...]:
    """What happened when, the oldest first, today and the evidence included; of too many, those nearest to today."""
    events = [*_of_managers(result), *_drops(result)]
    evidence = result.case.evidence_time
    if isinstance(evidence, Known):
        events.append(Event(evidence.value, _("newest evidence"), Tone.NEUTRAL))
    events.sort(key=lambda event: (abs(event.moment - result.as_of), event.words))
    kept = [*events[: MOST_EVENTS - 1], Event(result.as_of, _("today"), Tone.NEUTRAL, today=True)]
    return tuple(sorted(kept, key=lambda event: (event.moment, event.today)))


def _of_managers(result: Result) -> Iterator[Event]:
    for one in result.case.managers:
        begins, ends, renewal = one.internal_ca_not_before, one.internal_ca_not_after, one.renewal
        if isinstance(begins, Known):
            yield Event(begins.value, _("InternalCA of {fmc} begins").format(fmc=one.label), Tone.NEUTRAL)
        if isinstance(ends, Known):
            expired = ends.value < result.as_of
            text = _("InternalCA of {fmc} expired") if expired else _("InternalCA of {fmc} expires")
            yield Event(ends.value, text.format(fmc=one.label), Tone.CRITICAL if expired else Tone.NEUTRAL)
        if isinstance(renewal, Known) and renewal.value.started is not None:
            yield Event(renewal.value.started, _("generate_certs.pl ran on {fmc}").format(fmc=one.label), Tone.NEUTRAL)
        if isinstance(one.process_started, Known):
            yield Event(one.process_started.value, _("sftunnel started on {fmc}").format(fmc=one.label), Tone.NEUTRAL)


def _drops(result: Result) -> Iterator[Event]:
    labels = {one.key: one.label for one in result.case.devices}
    dropped = [
        (tunnel.since.value, labels.get(tunnel.device, tunnel.label))
        for tunnel in result.case.tunnels
        if isinstance(tunnel.state, Known) and tunnel.state.value is TunnelState.DOWN and isinstance(tunnel.since, Known)
    ]
    dropped.sort()
    if len(dropped) <= MOST_NAMED:
        for moment, label in dropped:
            yield Event(moment, _("tunnel of {device} dropped").format(device=label), Tone.CRITICAL)
        return
    first, last = dropped[0], dropped[-1]
    yield Event(first[0], _("the first tunnel dropped ({device})").format(device=first[1]), Tone.CRITICAL)
    told = ngettext("the last of {n} tunnels dropped ({device})", "the last of {n} tunnels dropped ({device})", len(dropped))
    yield Event(last[0], told.format(n=f"{len(dropped):,}", device=last[1]), Tone.CRITICAL)


_ORDER = (Line.DOWN, Line.ONE_CHANNEL, Line.UNTOLD, Line.UP)


def _roots(case: Case, fleet: Fleet) -> Iterator[Root]:
    """The FMCs in the order of the plan, each with its devices, the worst first."""
    devices = {box.plan.box: box for box in fleet.devices}
    tunnels: defaultdict[str, list[Tunnel]] = defaultdict(list)
    for tunnel in case.tunnels:
        tunnels[tunnel.manager].append(tunnel)
    known = {box.plan.box for box in fleet.managers}
    for box in fleet.managers:
        ends = box.thing.internal_ca_not_after if isinstance(box.thing, Manager) else None
        yield Root(box.plan.label, box, ends.value if isinstance(ends, Known) else None, tuple(_twigs(tunnels[box.plan.box], devices)))
    for key in tunnels:
        if key not in known:
            yield Root(fleet.labels.get(key, key), None, None, tuple(_twigs(tunnels[key], devices)))


def _twigs(tunnels: list[Tunnel], devices: dict[str, ApplianceView]) -> Iterator[Twig]:
    groups: defaultdict[Line, list[Tunnel]] = defaultdict(list)
    for tunnel in tunnels:
        if tunnel.device in devices:
            groups[line_of(tunnel)].append(tunnel)
    singly = sum(len(group) for group in groups.values()) <= SINGLY
    for line in _ORDER:
        group = groups[line]
        if singly:
            for tunnel in group:
                since = tunnel.since.value if isinstance(tunnel.since, Known) and line is not Line.UNTOLD else None
                yield Twig(line, (devices[tunnel.device],), line_words(line), since)
        elif group:
            yield Twig(line, tuple(devices[tunnel.device] for tunnel in group), line_words(line), None)
