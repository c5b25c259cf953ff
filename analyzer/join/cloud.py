"""Whether a manager is Cisco's cloud-delivered one: who renews its CA is not documented, and its command line is not the user's."""

from __future__ import annotations

from analyzer.identify.appliance import Appliance
from analyzer.identify.scene import Scene
from analyzer.join import obtain
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.cloud import CLOUD_DOMAINS
from analyzer.model.outputs import ManagerEntry
from analyzer.texts import _


def is_cloud(scene: Scene, manager: Appliance) -> Answer[bool]:
    """Decided by the host in ``show managers`` of its devices, or by its name."""
    for entry in scene.facts.of(ManagerEntry):
        host = entry.host.lower().rstrip(".")
        if host.endswith(CLOUD_DOMAINS) and manager is _named(scene, entry):
            return Known(True, (entry.evidence,), _("derived from the domain of its host name"))
    for name, places in manager.name.seen.items():
        if name.lower().rstrip(".").endswith(CLOUD_DOMAINS):
            return Known(True, tuple(places[:3]), _("derived from the domain of its host name"))
    if manager.roots:
        evidence = (*(place for places in manager.uuid.seen.values() for place in places[:1]), *(p[0] for p in manager.name.seen.values()))
        return Known(False, evidence) if evidence else Missing(_("nothing names this FMC"), _(obtain.SHOW_MANAGERS))
    return Missing(_("the host name of this FMC is not in the evidence"), _(obtain.SHOW_MANAGERS))


def _named(scene: Scene, entry: ManagerEntry) -> Appliance | None:
    """The manager that an entry is about: by UUID, name, or because the device knows one manager only."""
    found = scene.managers.find(entry.identifier) if entry.identifier else None
    found = found or (scene.managers.find(name=entry.display_name) if entry.display_name else None)
    found = found or scene.managers.find(name=entry.host)
    own = scene.owner(entry.evidence.location)
    if found is None and own is not None:
        linked = scene.managers_of(own)
        return linked[0] if len(linked) == 1 else None
    return found
