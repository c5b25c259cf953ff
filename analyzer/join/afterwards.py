"""What happened after a tunnel was seen up, so that it is no longer known to be: its process ended, or the FMC no longer lists the device.

Neither proves that the tunnel is down. Both keep it from counting as up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from analyzer.identify.appliance import Appliance
from analyzer.identify.scene import Scene
from analyzer.join import obtain
from analyzer.join.states import WITHIN, Told
from analyzer.model.answer import Known, Missing
from analyzer.model.case import TunnelState
from analyzer.model.location import Evidence
from analyzer.model.log import LogEvent, LogKind
from analyzer.model.outputs import PeerStatus
from analyzer.texts import N_, _

PROCESS_ENDED = N_(
    "the sftunnel process of {label} ended at {moment}, after the tunnel was seen up, and nothing shows that it came up again"
)
NOT_LISTED = N_("a later status output of {label} no longer lists {device}: its tunnel may be down, or it was removed from the FMC")

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

    def __init__(self, scene: Scene) -> None:
        self._ended: dict[int, tuple[datetime, LogEvent]] = {}
        for event in scene.facts.of(LogEvent):
            if event.kind is LogKind.PROCESS_ENDED and event.time is not None:
                own = scene.speaker(event)
                if own is not None and (id(own) not in self._ended or event.time > self._ended[id(own)][0]):
                    self._ended[id(own)] = (event.time, event)
        self._lists = _lists(scene)

    def look(self, manager: Appliance, device: Appliance, told: Told) -> Told:
        """The same, or with a state that is not known, where something happened after the tunnel was seen up."""
        if not isinstance(told.state, Known) or told.state.value is TunnelState.DOWN:
            return told
        for own in (manager, device):
            ended = self._ended.get(id(own))
            if ended is not None and isinstance(told.seen_at, Known) and ended[0] > told.seen_at.value:
                why = _(PROCESS_ENDED).format(label=own.label, moment=f"{ended[0]:%Y-%m-%d %H:%M:%S} UTC")
                return _unknown(told, told.state.evidence, why, ended[1].evidence)
        later = self._later_without(manager, device)
        if later is not None and not (isinstance(told.seen_at, Known) and later.taken is not None and told.seen_at.value >= later.taken):
            return _unknown(told, told.state.evidence, _(NOT_LISTED).format(label=manager.label, device=device.label), later.evidence)
        return told

    def _later_without(self, manager: Appliance, device: Appliance) -> _List | None:
        """A whole output without the device that is later than every one with it, of which there is one."""
        lists = self._lists.get(id(manager), [])
        having = [one for one in lists if id(device) in one.devices]
        lacking = (one for one in lists if id(device) not in one.devices)
        return next((one for one in lacking if having and all(one.later_than(other) for other in having)), None)


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
