"""What happened after the state of a tunnel was seen, so that it is no longer known.

One that was seen up does not count as up when its process ended since, or when the FMC no longer lists the device. One that was seen down
does not count as down when something since speaks of a tunnel that works: what is down is restarted, and that one would be cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Struct

from analyzer.identify.addresses import host_part
from analyzer.identify.appliance import Appliance
from analyzer.identify.scene import Scene
from analyzer.join import obtain
from analyzer.join.ages import Ages
from analyzer.join.states import WITHIN, DerivedState, of_status
from analyzer.join.traffic import Traffic
from analyzer.model.answer import Age, Claim, Conflicting, Known, Missing
from analyzer.model.capture import CapturedConnection, ConnectionOutcome
from analyzer.model.case import TunnelState
from analyzer.model.location import Evidence
from analyzer.model.log import LogEvent, LogKind
from analyzer.model.observed import ENDS_TUNNELS, ApplianceRecord, DoneByHand, HealthHint, HintKind
from analyzer.model.outputs import PeerStatus, ReachabilityNote
from analyzer.texts import N_, _

PROCESS_ENDED = N_(
    "sftunnel of {label} ended or was restarted at {moment}, after the tunnel was seen up, and nothing shows that it came up again"
)
CLOSED_BY_HAND = N_(
    "a command on {label} closed its tunnels at {moment}, after the tunnel was seen up, and nothing shows that it came up again"
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

Key = TypeVar("Key", int, tuple[int, int])
_Pair = tuple[int, int]
"""The ids of a manager and of a device."""

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
    """What a case holds that a tunnel state may not outlive, by the ids of appliances."""

    def __init__(self, scene: Scene, traffic: Traffic, ages: Ages) -> None:
        self._ages = ages
        self._lives = _gathered(_signs_of_life(scene, traffic, ages))
        self._cuts = _gathered(_cuts(scene, ages))
        self._against = _gathered((*_without_channels(scene, ages), *_resets(traffic)))
        self._lists = _lists(scene)

    def look(self, manager: Appliance, device: Appliance, told: DerivedState) -> DerivedState:
        """The same, or with a state that is not known, where something happened after the tunnel was seen up."""
        if not isinstance(told.state, Known):
            return told
        if told.state.value is TunnelState.DOWN:
            lives = self._lives.get((id(manager), id(device)), ())
            alive = next((one for one in lives if _may_be_later(one.age, told)), None)
            return told if alive is None else _up_after_all(told, told.state, alive)
        signs = [
            *self._cuts.get(id(manager), ()),
            *self._cuts.get(id(device), ()),
            *self._against.get((id(manager), id(device)), ()),
        ]
        cut = next((one for one in signs if self._is_later(one, told, told.state.evidence[0])), None)
        if cut is not None:
            return _unknown(told, told.state.evidence, cut.text, cut.evidence)
        later = self._later_without(manager, device)
        if later is not None and not (isinstance(told.seen_at, Known) and later.taken is not None and told.seen_at.value >= later.taken):
            return _unknown(told, told.state.evidence, _(NOT_LISTED).format(label=manager.label, device=device.label), later.evidence)
        return told

    def _is_later(self, sign: _Sign, told: DerivedState, seen: Evidence) -> bool:
        """Decided by the moments that both state, by the order of one terminal session, else by the newest moment of the sign's file."""
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


def _gathered(signs: Iterable[tuple[Key, _Sign]]) -> dict[Key, list[_Sign]]:
    found: dict[Key, list[_Sign]] = {}
    for key, sign in signs:
        found.setdefault(key, []).append(sign)
    return found


def _cuts(scene: Scene, ages: Ages) -> Iterator[tuple[int, _Sign]]:
    """What closes every tunnel of an appliance, by its id. A command has the age of its file's newest stamp where nothing else tells."""
    for event in scene.facts.of(LogEvent):
        own = scene.speaker(event) if event.kind is LogKind.PROCESS_ENDED and event.time is not None else None
        if own is not None:
            age = Age(event.time, stated=True)
            yield id(own), _Sign(_(PROCESS_ENDED).format(label=own.label, moment=_moment(age)), age, event.evidence)
    for done in scene.facts.of(DoneByHand):
        own = scene.speaker(done) if done.action in ENDS_TUNNELS else None
        if own is not None:
            age = ages.of(done.evidence)
            age = age if age.stated else Age(ages.stamp_beside(done.evidence).at)
            yield id(own), _Sign(_(CLOSED_BY_HAND).format(label=own.label, moment=_moment(age)), age, done.evidence)


def _without_channels(scene: Scene, ages: Ages) -> Iterator[tuple[_Pair, _Sign]]:
    """Status outputs that list the peer, and no channel of it: it is down (field notes 3.6), or the output was cut."""
    for manager, device, status in scene.statuses:
        if of_status(status) is None and status.registration:
            text = _(NO_CHANNEL).format(speaker=(manager if scene.speaker(status) is manager else device).label)
            yield (id(manager), id(device)), _Sign(text, ages.of(status.evidence, status.taken), status.evidence)


def _resets(traffic: Traffic) -> Iterator[tuple[_Pair, _Sign]]:
    """Connections that the capture shows to be reset, and not to begin."""
    for manager, device, one in _captured(traffic):
        if one.reset_by is not None and one.outcome is ConnectionOutcome.INCOMPLETE:
            age = _age_of(one.started)
            yield (id(manager), id(device)), _Sign(_(RESET).format(moment=_moment(age)), age, one.summary)


def _captured(traffic: Traffic) -> Iterator[tuple[Appliance, Appliance, CapturedConnection]]:
    for (manager, device), connections in traffic.connections.items():
        for connection, _manager_serves in connections:
            yield manager, device, connection


def _age_of(moment: datetime | None) -> Age:
    return Age(moment, stated=moment is not None)


def _signs_of_life(scene: Scene, traffic: Traffic, ages: Ages) -> Iterator[tuple[_Pair, _Sign]]:
    """By the ids of manager and device. None of them proves the state of a tunnel as its status does."""
    for event in scene.facts.of(LogEvent):
        if event.kind is LogKind.FILE_TRANSFER:
            yield from _of_pair(scene.speaker(event), scene.about(event), FILES, _age_of(event.time), event.evidence)
    for note in scene.facts.of(ReachabilityNote):
        own = scene.speaker(note)
        if own is not None and note.state == "ESTABLISHED":
            others = scene.devices if own.manager else scene.managers
            peer = others.find(address=host_part(note.peer_address))
            yield from _of_pair(own, peer, SOCKET, ages.of(note.evidence), note.evidence)
    for manager, device, connection in _captured(traffic):
        if connection.under_way:
            yield from _of_pair(manager, device, DATA, _age_of(connection.started), connection.summary)
    for record in scene.facts.of(ApplianceRecord):
        listed = scene.devices.find(uuid=record.uuid, name=record.name, address=record.address) if record.connected else None
        for manager in scene.managers_of(listed) if listed is not None else ():
            yield from _of_pair(manager, listed, LISTED, ages.of(record.evidence), record.evidence)
    for hint in scene.facts.of(HealthHint):
        named = scene.devices.find(name=hint.appliance, address=hint.appliance) if hint.kind is HintKind.RECONNECTED else None
        for manager in scene.managers_of(named) if named is not None else ():
            yield from _of_pair(manager, named, BACK, ages.of(hint.evidence, hint.at), hint.evidence)


def _of_pair(one: Appliance | None, other: Appliance | None, sentence: str, age: Age, evidence: Evidence) -> Iterator[tuple[_Pair, _Sign]]:
    if one is not None and other is not None and one.manager is not other.manager:
        manager, device = (one, other) if one.manager else (other, one)
        yield (id(manager), id(device)), _Sign(_(sentence).format(moment=_moment(age)), age, evidence)


def _may_be_later(age: Age, told: DerivedState) -> bool:
    """Nothing proves that it is older than the state."""
    return age.at is None or not isinstance(told.seen_at, Known) or age.at > told.seen_at.value


def _up_after_all(told: DerivedState, down: Known[TunnelState], alive: _Sign) -> DerivedState:
    """The two contradict each other; connected is the reading that governs what must not be done."""
    places = (alive.evidence, *down.evidence[:2])
    claims = (
        Claim(TunnelState.CONNECTED, alive.evidence.location.source, alive.age, (alive.evidence,)),
        Claim(TunnelState.DOWN, down.speaker, down.age, down.evidence[:2]),
    )
    gap = Missing(alive.text, _(obtain.TUNNEL_STATE), places)
    return DerivedState(Conflicting(alive.text, _(obtain.TUNNEL_STATE), places, claims), gap, gap, told.last_success)


def _moment(age: Age) -> str:
    return f"{age.at:%Y-%m-%d %H:%M} UTC" if age.at is not None else _("an unknown moment")


def _unknown(told: DerivedState, seen: Sequence[Evidence], why: str, place: Evidence) -> DerivedState:
    gap = Missing(why, _(obtain.TUNNEL_STATE), (place, *seen[:2]))
    return DerivedState(gap, gap, gap, told.last_success)


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
