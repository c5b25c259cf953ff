"""Which of its devices an FMC's own files know: a device that is in none of them is registered there no more (or not yet)."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.identify.appliance import Appliance
from analyzer.identify.placement import place
from analyzer.identify.scene import Scene
from analyzer.join import obtain
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.location import Evidence
from analyzer.texts import _


class KnownDevices:
    """By manager: the devices of which its own tree has a peer folder, and those of which its own status has a block."""

    def __init__(self, scene: Scene) -> None:
        self._folders: dict[int, dict[int, Evidence]] = {}
        self._blocks: dict[int, dict[int, Evidence]] = {}
        for (manager, device), places in scene.links.items():
            own = next((one for one in places if place(one.location).peer_uuid and scene.owner(one.location) is manager), None)
            if own is not None:
                self._folders.setdefault(id(manager), {})[id(device)] = own
        for manager, device, status in scene.statuses:
            if scene.speaker(status) is manager:
                self._blocks.setdefault(id(manager), {}).setdefault(id(device), status.evidence)

    def listed(self, manager: Appliance) -> Answer[bool]:
        """True where the manager's own status or its own peer folders are in evidence: they name every device that it has.

        What a device, a person or a log says of a manager names some of its devices, and never says that there are no others.
        """
        for own in (self._blocks.get(id(manager), {}), self._folders.get(id(manager), {})):
            if own:
                return Known(True, (next(iter(own.values())),))
        return Missing(_("no output of this FMC lists its devices: it may have others"), _(obtain.TUNNEL_STATE))

    def knows(self, manager: Appliance, device: Appliance) -> Answer[bool]:
        """False only where both the folders and the status of the manager tell of other devices, and neither of this one."""
        folders, blocks = self._folders.get(id(manager), {}), self._blocks.get(id(manager), {})
        mine = _of(folders, device) + _of(blocks, device)
        if mine:
            return Known(True, mine)
        if folders and blocks:
            return Known(False, (next(iter(folders.values())), next(iter(blocks.values()))))
        return Missing(_("the FMC's own files and status do not show which devices it knows"), _(obtain.TUNNEL_STATE))


def _of(places: Mapping[int, Evidence], device: Appliance) -> tuple[Evidence, ...]:
    return (places[id(device)],) if id(device) in places else ()
