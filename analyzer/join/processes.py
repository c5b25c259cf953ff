"""The sftunnel process of each box: since when it runs, whether it runs, whether it listens."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from analyzer.identify.appliance import Appliance
from analyzer.identify.scene import Scene
from analyzer.join import obtain
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.outputs import ReachabilityNote, TunnelProcess
from analyzer.texts import N_, _

ONLY_GIVEN_SOCKETS = N_("the list of sockets is assumed to be complete: it contains lines with the port, and none of them listens")


class Processes:
    """What outputs say of the process, by the box that they were taken on."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._processes: dict[int, list[TunnelProcess]] = defaultdict(list)
        self._sockets: dict[int, list[ReachabilityNote]] = defaultdict(list)
        for process in scene.facts.of(TunnelProcess):
            owner = scene.speaker(process)
            if owner is not None:
                self._processes[id(owner)].append(process)
        for note in scene.facts.of(ReachabilityNote):
            address = note.local_address.rpartition(":")[0].strip("[]").removeprefix("::ffff:")
            owner = scene.speaker(note) or scene.managers.find(address=address) or scene.devices.find(address=address)
            if owner is not None:
                self._sockets[id(owner)].append(note)

    def started(self, box: Appliance) -> Answer[datetime]:
        """The newest start of the process that an output names."""
        known = [(p.started, p.evidence) for p in self._processes.get(id(box), ()) if p.started is not None]
        if not known:
            return Missing(_("when the sftunnel process started is not in the evidence"), _(obtain.TUNNEL_STATE))
        newest = max(known, key=lambda one: one[0])
        return Known(newest[0], (newest[1],))

    def running(self, box: Appliance) -> Answer[bool]:
        """Whether it runs: pmtool says so, or an output states its start. The last output given counts."""
        said = [p for p in self._processes.get(id(box), ()) if p.running is not None]
        if said:
            return Known(bool(said[-1].running), (said[-1].evidence,))
        return Missing(_("whether the sftunnel process runs is not in the evidence"), _(obtain.PROCESS))

    def listening(self, box: Appliance) -> Answer[bool]:
        """Whether it listens on the port of the sftunnel. No line of the port at all is no answer: the list may not have been taken."""
        notes = self._sockets.get(id(box), [])
        listens = [note.evidence for note in notes if note.state == "LISTEN"]
        if listens:
            return Known(True, tuple(listens[:3]))
        if notes:
            return Known(False, tuple(note.evidence for note in notes[:3]), _(ONLY_GIVEN_SOCKETS))
        return Missing(_("whether anything listens on the port of the sftunnel is not in the evidence"), _(obtain.SOCKETS))
