"""The verdict in one sentence, with the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.model.plan import AppliancePlan, Situation
from analyzer.prescribe.fleet import URGENCY
from analyzer.prescribe.wording import listed
from analyzer.texts import N_, _, ngettext

_DEVICES = {
    Situation.PARTIAL_COPY: N_("{n} of {all} devices have certificate files that were copied incorrectly or only in part ({names})."),
    Situation.MISSED_RENEWAL: N_("{n} of {all} devices did not receive the renewed certificates and still have the old ones ({names})."),
    Situation.RESTART_DUE: N_("{n} of {all} devices have the new certificates, but sftunnel was not restarted since ({names})."),
    Situation.ANOTHER_MANAGER: N_("{n} of {all} devices belong to another FMC ({names})."),
    Situation.NOT_REGISTERED: N_("{n} of {all} devices are not registered, or their registration is not completed ({names})."),
    Situation.LOOK_ELSEWHERE: N_("{n} of {all} devices have a problem that an expired CA does not cause ({names})."),
    Situation.UNKNOWN: N_("{n} of {all} devices cannot be assessed yet ({names})."),
}
"""What is said of the devices of a situation, where the sentence about the manager does not say it already."""

CONTRADICTED = N_(
    "The evidence contradicts itself about {questions}. Until that is resolved, assume that the InternalCA has "
    "expired and that the tunnels are up."
)

STATES_CONTRADICTED = N_("The evidence contradicts itself about {questions}. Until that is resolved, assume that the tunnels are up.")
"""Where the end of every InternalCA is told by evidence that agrees."""

NAMED = 3
"""Devices that the verdict names before it counts the rest."""


def _both(questions: Sequence[str]) -> str:
    """Two questions with "and", more with commas."""
    return _(" and ").join(questions) if len(questions) == 2 else listed(questions)


_SAID_FIRST = tuple(one for one in URGENCY if one not in (Situation.HEALTHY, Situation.UNKNOWN))


def headline(
    managers: Sequence[AppliancePlan],
    devices: Sequence[AppliancePlan],
    others: Sequence[str],
    then: str = "",
    *,
    remarks: bool = False,
    contradicted: Sequence[str] = (),
    about_a_ca: bool = True,
) -> str:
    """The managers with something to do, the worst first, the devices that this does not explain, and what no plan stands on.

    ``remarks``: the evidence tells something, of appliances that it does not name. ``then`` is the day that the evidence about the tunnels
    is of, where it is too old to speak of today. ``contradicted`` are the questions that the evidence answers in two ways: they come
    first. ``about_a_ca``: one of them is when an InternalCA expires.
    """
    if not managers and not devices and (remarks or others):
        nobody = _(
            "The evidence does not show which FMC or device it is from. The remarks list what it shows. Name the "
            "appliances, or provide a troubleshoot bundle of the FMC, or its file /etc/sf/ca_root/cacert.pem and the "
            "output of sftunnel_status.pl."
        )
        return " ".join((*others, nobody))
    if not managers and not devices:
        return _(
            "The evidence mentions no FMC and no device with a tunnel to one. Provide a troubleshoot bundle of the FMC, "
            "or its file /etc/sf/ca_root/cacert.pem and the output of sftunnel_status.pl."
        )
    opening = _(CONTRADICTED) if about_a_ca else _(STATES_CONTRADICTED)
    said = [opening.format(questions=_both(contradicted))] if contradicted else []
    said += [one.summary for situation in _SAID_FIRST for one in managers if one.situation is situation]
    for situation, sentence in _DEVICES.items():
        affected = [one for one in devices if one.situation is situation]
        if len(affected) == 1:
            said.append(affected[0].summary)
        elif affected:
            names = listed((one.label for one in affected), NAMED)
            said.append(_(sentence).format(n=len(affected), all=len(devices), names=names))
    if not any(one.situation is Situation.UNKNOWN for one in devices):
        said += [one.summary for one in managers if one.situation is Situation.UNKNOWN]
    said += others
    if said:
        return " ".join(said)
    whole = " ".join(one.summary for one in managers)
    if devices and all(one.situation is Situation.HEALTHY for one in devices):
        if then:
            tunnels = ngettext(
                "The tunnel of its one device was up on {then}.", "The tunnels of all {n} devices were up on {then}.", len(devices)
            )
            return f"{whole} {tunnels.format(n=len(devices), then=then)}".strip()
        tunnels = ngettext("The tunnel of its one device is up.", "The tunnels of all {n} devices are up.", len(devices))
        return f"{whole} {tunnels.format(n=len(devices))}".strip()
    return whole or _("No device in the evidence has a tunnel to an FMC.")
