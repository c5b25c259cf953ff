"""What happened after the state of a tunnel was seen, so that it is no longer known.

One that was seen up does not count as up when its process ended since, or when the FMC no longer lists the device. One that was seen down
does not count as down when something since speaks of a tunnel that works: what is down is restarted, and that one would be cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from analyzer.identify.addresses import host_part
from analyzer.identify.appliance import Appliance
from analyzer.identify.scene import Scene
from analyzer.join import obtain
from analyzer.join.ages import Ages
from analyzer.join.states import WITHIN, Told, of_status
from analyzer.join.traffic import Traffic
from analyzer.model.answer import Age, Claim, Conflicting, Known, Missing
from analyzer.model.capture import ConnectionOutcome
from analyzer.model.case import TunnelState
from analyzer.model.location import Evidence
from analyzer.model.log import LogEvent, LogKind
from analyzer.model.observed import ApplianceRecord, DoneByHand, HandAction, HealthHint, HintKind
from analyzer.model.outputs import PeerStatus, ReachabilityNote
from analyzer.texts import N_, _

PROCESS_ENDED = N_(
    "sftunnel of {label} ended or was restarted at {moment}, after the tunnel was seen up, and nothing shows that it came up again"
)
CUT_BY_HAND = N_(
    "somebody restarted or stopped sftunnel on {label}, or rebooted it, at {moment}, after the tunnel was seen up, and nothing shows that "
    "it came up again"
)
NO_CHANNEL = N_(
    "a later status output of {speaker} lists the other end and no connected channel: the tunnel may be down, or the output was cut"
)
RESET = N_("a connection of the two on the sftunnel port was reset at {moment}, after the tunnel was seen up")
NOT_LISTED = N_("a later status output of {label} no longer lists {device}: its tunnel may be down, or it was removed from the FMC")

FILES = N_("the tunnel was seen down, and the FMC pushes files to the device at {moment}, which only a tunnel that works carries")
SOCKET = N_("the tunnel was seen down, and a TCP connection of the two on the sftunnel port is established at {moment}")
DATA = N_("the tunnel was seen down, and both ends send data on a connection on the sftunnel port at {moment}")
LISTED = N_("the tunnel was seen down, and a list of the FMC of {moment} says that the device is connected")
BACK = N_("the tunnel was seen down, and somebody says at {moment} that the device is connected again")

_CUTTING = (
    *(HandAction.RESTARTED_SFTUNNEL, HandAction.RESTARTED_CHANNEL, HandAction.STOPPED_SFTUNNEL, HandAction.REBOOTED),
    *(HandAction.BACKUP_RESTORED, HandAction.MANAGER_DELETED),
)

_WHOLE = re.compile(r"(?:sudo\s+)?(?:perl\s+)?(?:\S{0,100}[/-])?sftunnel_status\.pl\s*")
"""The command that lists every peer, or the name of its output in a bundle: without an argument, and without a filter behind it."""


class _List(Struct, frozen=True):
    """One whole status output of a manager: the ids of the devices in it, where it stands, and when it was taken (None: not said)."""

    source: str
    session: int
    line: int
    taken: datetime | None
    devices: frozenset[int]
    evidence: Evidence

    def later_than(self, other: _List) -> bool:
        """Proven by the order of one terminal session, or by the moments that both state."""
        if (self.source, self.session) == (other.source, other.session):
            return self.line > other.line
        return self.taken is not None and other.taken is not None and self.taken - other.taken > WITHIN


class Afterwards:
    """The ends of processes and the whole status outputs of a case."""

    def __init__(self, scene: Scene, traffic: Traffic, ages: Ages) -> None:
        self._ages = ages
        self._lives: dict[tuple[int, int], list[_Sign]] = {}
        for pair, life in _signs_of_life(scene, traffic, ages):
            self._lives.setdefault(pair, []).append(life)
        self._silent: dict[tuple[int, int], list[_Sign]] = {}
        self._cuts: dict[int, list[_Sign]] = {}
        for own, cut in _cuts(scene, ages):
            self._cuts.setdefault(id(own), []).append(cut)
        for pair, silent in _without_channels(scene, ages):
            self._silent.setdefault(pair, []).append(silent)
        self._resets: dict[tuple[int, int], list[_Sign]] = {}
        for (manager, device), connections in traffic.connections.items():
            for one, _serves in connections:
                if one.reset_by is not None and one.outcome is ConnectionOutcome.INCOMPLETE:
                    age = Age(one.started, stated=one.started is not None)
                    self._resets.setdefault((id(manager), id(device)), []).append(_Sign(_(RESET), age, one.summary))
        self._lists = _lists(scene)

    def look(self, manager: Appliance, device: Appliance, told: Told) -> Told:
        """The same, or with a state that is not known, where something happened after the tunnel was seen up."""
        if not isinstance(told.state, Known):
            return told
        if told.state.value is TunnelState.DOWN:
            lives = self._lives.get((id(manager), id(device)), ())
            alive = next((one for one in lives if _may_be_later(one.age, told)), None)
            return told if alive is None else _alive_after_all(told, told.state, alive)
        signs = [
            *self._cuts.get(id(manager), ()),
            *self._cuts.get(id(device), ()),
            *self._resets.get((id(manager), id(device)), ()),
            *self._silent.get((id(manager), id(device)), ()),
        ]
        cut = next((one for one in signs if self._is_later(one, told, told.state.evidence[0])), None)
        if cut is not None:
            return _unknown(told, told.state.evidence, cut.text.format(moment=_moment(cut.age)), cut.evidence)
        later = self._later_without(manager, device)
        if later is not None and not (isinstance(told.seen_at, Known) and later.taken is not None and told.seen_at.value >= later.taken):
            return _unknown(told, told.state.evidence, _(NOT_LISTED).format(label=manager.label, device=device.label), later.evidence)
        return told

    def _is_later(self, sign: _Sign, told: Told, seen: Evidence) -> bool:
        """Proven by the moments that both state, or by the order of one terminal session."""
        if sign.age.stated or not isinstance(told.seen_at, Known):
            return sign.age.at is not None and isinstance(told.seen_at, Known) and sign.age.at > told.seen_at.value
        here, there = sign.evidence.location, seen.location
        if here.source == there.source and self._ages.session(sign.evidence) == self._ages.session(seen):
            return (here.line or 0) > (there.last_line or there.line or 0)
        return sign.age.at is not None and sign.age.at > told.seen_at.value

    def _later_without(self, manager: Appliance, device: Appliance) -> _List | None:
        """A whole output without the device that is later than every one with it, of which there is one."""
        lists = self._lists.get(id(manager), [])
        having = [one for one in lists if id(device) in one.devices]
        lacking = (one for one in lists if id(device) not in one.devices)
        return next((one for one in lacking if having and all(one.later_than(other) for other in having)), None)


class _Sign(Struct, frozen=True):
    """Something that only a tunnel that works does, or that cuts one, and how old that is."""

    text: str
    age: Age
    evidence: Evidence


def _cuts(scene: Scene, ages: Ages) -> Iterator[tuple[Appliance, _Sign]]:
    """What cuts every tunnel of an appliance. A command has the age of its file's newest stamp where nothing else tells."""
    for event in scene.facts.of(LogEvent):
        own = scene.speaker(event) if event.kind is LogKind.PROCESS_ENDED and event.time is not None else None
        if own is not None:
            yield own, _Sign(_(PROCESS_ENDED).format(label=own.label, moment="{moment}"), Age(event.time, stated=True), event.evidence)
    for done in scene.facts.of(DoneByHand):
        own = scene.speaker(done) if done.action in _CUTTING else None
        if own is not None:
            age = ages.of(done.evidence)
            beside = age if age.stated else Age(ages.stamp_beside(done.evidence).at)
            yield own, _Sign(_(CUT_BY_HAND).format(label=own.label, moment="{moment}"), beside, done.evidence)


def _without_channels(scene: Scene, ages: Ages) -> Iterator[tuple[tuple[int, int], _Sign]]:
    """Status outputs that list the peer, and no channel of it: it is down (field notes 3.6), or the output was cut."""
    for manager, device, status in scene.statuses:
        if of_status(status) is None and status.registration:
            text = _(NO_CHANNEL).format(speaker=(manager if scene.speaker(status) is manager else device).label, moment="{moment}")
            yield (id(manager), id(device)), _Sign(text, ages.of(status.evidence, status.taken), status.evidence)


def _signs_of_life(scene: Scene, traffic: Traffic, ages: Ages) -> Iterator[tuple[tuple[int, int], _Sign]]:
    """By the ids of manager and device. None of them proves the state of a tunnel as its status does."""
    for event in scene.facts.of(LogEvent):
        if event.kind is LogKind.FILE_TRANSFER:
            yield from _of_pair(
                scene.speaker(event), scene.about(event), _(FILES), Age(event.time, stated=event.time is not None), event.evidence
            )
    for note in scene.facts.of(ReachabilityNote):
        own = scene.speaker(note)
        if own is not None and note.state == "ESTABLISHED":
            others = scene.devices if own.manager else scene.managers
            peer = others.find(address=host_part(note.peer_address))
            yield from _of_pair(own, peer, _(SOCKET), ages.of(note.evidence), note.evidence)
    for (manager, device), connections in traffic.connections.items():
        for connection, _serves in connections:
            if connection.under_way:
                age = Age(connection.started, stated=connection.started is not None)
                yield from _of_pair(manager, device, _(DATA), age, connection.summary)
    for record in scene.facts.of(ApplianceRecord):
        listed = scene.devices.find(uuid=record.uuid, name=record.name, address=record.address) if record.connected else None
        for manager in scene.managers_of(listed) if listed is not None else ():
            yield from _of_pair(manager, listed, _(LISTED), ages.of(record.evidence), record.evidence)
    for hint in scene.facts.of(HealthHint):
        named = scene.devices.find(name=hint.appliance, address=hint.appliance) if hint.kind is HintKind.RECONNECTED else None
        for manager in scene.managers_of(named) if named is not None else ():
            yield from _of_pair(manager, named, _(BACK), ages.of(hint.evidence, hint.at), hint.evidence)


def _of_pair(
    one: Appliance | None, other: Appliance | None, text: str, age: Age, evidence: Evidence
) -> Iterator[tuple[tuple[int, int], _Sign]]:
    if one is not None and other is not None and one.manager is not other.manager:
        manager, device = (one, other) if one.manager else (other, one)
        yield (id(manager), id(device)), _Sign(text, age, evidence)


def _may_be_later(age: Age, told: Told) -> bool:
    """Nothing proves that it is older than the state."""
    return age.at is None or not isinstance(told.seen_at, Known) or age.at > told.seen_at.value


def _alive_after_all(told: Told, down: Known[TunnelState], alive: _Sign) -> Told:
    """The two contradict each other; connected is the reading that governs what must not be done."""
    why = alive.text.format(moment=_moment(alive.age))
    places = (alive.evidence, *down.evidence[:2])
    claims = (
        Claim(TunnelState.CONNECTED, alive.evidence.location.source, alive.age, (alive.evidence,)),
        Claim(TunnelState.DOWN, down.speaker, down.age, down.evidence[:2]),
    )
    gap = Missing(why, _(obtain.TUNNEL_STATE), places)
    return Told(Conflicting(why, _(obtain.TUNNEL_STATE), places, claims), gap, gap, told.last_success)


def _moment(age: Age) -> str:
    return f"{age.at:%Y-%m-%d %H:%M} UTC" if age.at is not None else _("an unknown moment")


def _unknown(told: Told, seen: Sequence[Evidence], why: str, place: Evidence) -> Told:
    gap = Missing(why, _(obtain.TUNNEL_STATE), (place, *seen[:2]))
    return Told(gap, gap, gap, told.last_success)


def _lists(scene: Scene) -> dict[int, list[_List]]:
    """By manager, its whole status outputs."""
    outputs: dict[int, dict[tuple[str, int, int], list[tuple[Appliance, PeerStatus]]]] = {}
    for manager, device, status in scene.statuses:
        if scene.speaker(status) is manager and _WHOLE.fullmatch(status.command) is not None:
            location = status.evidence.location
            passage = scene.passage(location)
            begins = (passage.session, passage.evidence.location.line or 0) if passage is not None else (0, 0)
            outputs.setdefault(id(manager), {}).setdefault((location.source, *begins), []).append((device, status))
    return {manager: [_list(place, blocks) for place, blocks in found.items()] for manager, found in outputs.items()}


def _list(place: tuple[str, int, int], blocks: Sequence[tuple[Appliance, PeerStatus]]) -> _List:
    moments = [moment for _device, one in blocks for moment in (one.taken, one.heartbeat_received, one.attempted_at) if moment is not None]
    return _List(*place, max(moments, default=None), frozenset(id(device) for device, _status in blocks), blocks[0][1].evidence)
