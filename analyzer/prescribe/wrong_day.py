"""The plan where the day that the evidence is judged as of cannot be right: whoever is before a date may be behind it."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from analyzer.model.plan import Action, AppliancePlan, DoNot, Plan, Situation
from analyzer.texts import N_, _

HEADLINE = N_(
    "Nothing can be assessed as of {today}: the evidence is from {day}, which is later. Specify the correct date "
    "with --as-of, or set the clock of this computer. Until then there is no plan."
)
SUMMARY = N_("{label}: cannot be assessed as of {today}, because the evidence is from {day}, which is later")
DO_NOT = N_(
    "Until you specify the correct date, do not restart, reboot, upgrade or renew anything: an InternalCA that "
    "looks valid may have expired."
)


def without_steps(plan: Plan, taken: datetime, as_of: datetime) -> Plan:
    """The plan without steps and without situations. ``taken`` is the moment of the evidence. What must not be done stays, and more."""
    days = {"day": f"{taken:%Y-%m-%d}", "today": f"{as_of:%Y-%m-%d}"}

    def unknown(one: AppliancePlan) -> AppliancePlan:
        summary = _(SUMMARY).format(label=one.label, **days)
        return replace(one, situation=Situation.UNKNOWN, summary=summary, steps=(), files=())

    managers, devices = tuple(map(unknown, plan.managers)), tuple(map(unknown, plan.devices))
    careful = DoNot(action=Action.RESTART, on=tuple(one.label for one in (*managers, *devices)), text=_(DO_NOT))
    return replace(
        plan, headline=_(HEADLINE).format(**days), do_not=(careful, *plan.do_not), managers=managers, devices=devices, collect=(), also=()
    )
