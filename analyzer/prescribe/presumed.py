"""Appliances of which only packets tell: the end that listens is assumed to be the FMC, and either end may be.

Both ends of an sftunnel dial. Steps that only look are right on either end once a person knows which is which; a step that changes
something would be typed on the wrong one.
"""

from __future__ import annotations

from msgspec.structs import replace

from analyzer.model.case import Manager
from analyzer.model.plan import AppliancePlan, Risk
from analyzer.prescribe.filling import fill, values_of
from analyzer.prescribe.fleet import Fleet
from analyzer.prescribe.remedies import Remedies
from analyzer.prescribe.wording import listed
from analyzer.texts import N_, _

WHY = N_(
    "Only packets mention these appliances, and both ends of a tunnel initiate connections. The end that listens on the sftunnel port is "
    "assumed to be the FMC."
)
BEFORE = N_("A command that changes something is printed only when it is known which end is the FMC.")


def presumed(manager: Manager) -> bool:
    """Nothing says that this is an FMC but that it listens."""
    return bool(manager.role_signs) and all(sign.weight == "hint" and not sign.evidence for sign in manager.role_signs)


def asked_first(plan: AppliancePlan, manager: Manager, fleet: Fleet, remedies: Remedies) -> AppliancePlan:
    """The plan of a presumed FMC, or of a device of one: it begins with the question which of the two is the FMC, and ends before the
    first step that changes something."""
    others = [fleet.devices[tunnel.device].label for tunnel in fleet.by_manager.get(manager.key, ())]
    values = values_of(fleet, manager).saying(device=listed(others) or _("the other end"), why=_(WHY))
    safe = next((at for at, step in enumerate(plan.steps) if step.risk is not Risk.SAFE), len(plan.steps))
    steps = [fill(remedies, "which-is-manager", values), *plan.steps[:safe]]
    if safe < len(plan.steps):
        steps.append(fill(remedies, "withheld", values.saying(why=_(BEFORE))))
    return replace(plan, steps=tuple(steps), files=() if safe < len(plan.steps) else plan.files)
