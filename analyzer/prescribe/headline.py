"""The verdict in one sentence, with the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.model.plan import AppliancePlan, Situation
from analyzer.prescribe.fleet import URGENCY
from analyzer.prescribe.wording import listed
from analyzer.texts import N_, _, ngettext

_DEVICES = {
    Situation.PARTIAL_COPY: N_("{n} of {all} devices hold a set that was copied wrongly or only in part ({names})."),
    Situation.MISSED_RENEWAL: N_("{n} of {all} devices missed the renewal and still hold the old set ({names})."),
    Situation.RESTART_DUE: N_("{n} of {all} devices hold the new set and were not restarted since ({names})."),
    Situation.ANOTHER_MANAGER: N_("{n} of {all} devices belong to another manager ({names})."),
    Situation.NOT_REGISTERED: N_("{n} of {all} devices are not registered, or not yet ({names})."),
    Situation.LOOK_ELSEWHERE: N_("{n} of {all} devices have trouble for another reason than an expired CA ({names})."),
    Situation.UNKNOWN: N_("{n} of {all} devices cannot be judged yet ({names})."),
}
"""What is said of the devices of a situation, where the sentence about the manager does not say it already."""

CONTRADICTED = N_(
    "The evidence contradicts itself about {names}: until that is settled, take the InternalCA for expired and the tunnels for up."
)

_SAID_FIRST = tuple(one for one in URGENCY if one not in (Situation.HEALTHY, Situation.UNKNOWN))


def headline(
    managers: Sequence[AppliancePlan],
    devices: Sequence[AppliancePlan],
    others: Sequence[str],
    then: str = "",
    *,
    remarks: bool = False,
    contradicted: Sequence[str] = (),
) -> str:
    """The managers with something to do, the worst first, the devices that this does not explain, and what no plan stands on.

    ``remarks``: the evidence tells something, of appliances that it does not name. ``then`` is the day that the evidence about the tunnels
    is of, where it is too old to speak of today. ``contradicted`` are the labels of the FMCs and tunnels that the evidence contradicts
    itself about: they come first.
    """
    if not managers and not devices and (remarks or others):
        nobody = _(
            "Of which FMC or device the evidence speaks is not told: the remarks say what it tells. Name the appliances, or bring a "
            "troubleshoot bundle of the FMC, or its file /etc/sf/ca_root/cacert.pem and the output of sftunnel_status.pl."
        )
        return " ".join((*others, nobody))
    if not managers and not devices:
        return _(
            "Nothing in the evidence speaks of an FMC or of a device with a tunnel to one. Bring a troubleshoot bundle of the FMC, "
            "or its file /etc/sf/ca_root/cacert.pem and the output of sftunnel_status.pl."
        )
    said = [_(CONTRADICTED).format(names=listed(contradicted))] if contradicted else []
    said += [one.summary for situation in _SAID_FIRST for one in managers if one.situation is situation]
    for situation, sentence in _DEVICES.items():
        affected = [one for one in devices if one.situation is situation]
        if len(affected) == 1:
            said.append(affected[0].summary)
        elif affected:
            names = listed(one.label for one in affected)
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
    return whole or _("None of the devices in evidence has a tunnel to an FMC.")
