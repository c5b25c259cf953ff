"""How many management interfaces a manager has: one with two may dial by the wrong one (Cisco bug CSCwc69263)."""

from __future__ import annotations

import ipaddress

from analyzer.identify.appliance import Appliance
from analyzer.identify.scene import Scene
from analyzer.join import obtain
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.location import Evidence
from analyzer.model.outputs import ApplianceIdentity
from analyzer.texts import N_, _

ONE_EACH = N_("each IPv4 address in the status output is assumed to be a separate interface")


def management_interfaces(scene: Scene, manager: Appliance) -> Answer[int]:
    """The IPv4 addresses of its own that a status output of this manager lists; addresses inside the box (link-local) do not count."""
    found: dict[str, Evidence] = {}
    for fact in scene.facts.of(ApplianceIdentity):
        if fact.key != "ADDRESS":
            continue
        if scene.speaker(fact) is not manager:
            continue
        address = ipaddress.ip_address(fact.value)
        if address.version == 4 and not address.is_link_local and not address.is_loopback:
            found.setdefault(fact.value, fact.evidence)
    if not found:
        return Missing(_("the management interfaces of this FMC are not in the evidence"), _(obtain.TUNNEL_STATE))
    return Known(len(found), tuple(found.values())[:5], _(ONE_EACH))
