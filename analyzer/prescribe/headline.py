"""The verdict in one sentence, with the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.model.plan import BoxPlan, Situation
from analyzer.prescribe.situations import URGENCY
from analyzer.prescribe.wording import listed

_DEVICES = {
    Situation.PARTIAL_COPY: "hold a half-copied set",
    Situation.MISSED_RENEWAL: "missed the renewal and still hold the old set",
    Situation.ANOTHER_MANAGER: "belong to another manager",
    Situation.LOOK_ELSEWHERE: "have a tunnel that fails for another reason than an expired CA",
    Situation.UNKNOWN: "cannot be judged yet",
}
"""What is said of the devices of a situation, where the sentence about the manager does not say it already."""

_SAID_FIRST = tuple(one for one in URGENCY if one not in (Situation.HEALTHY, Situation.UNKNOWN))


def headline(managers: Sequence[BoxPlan], devices: Sequence[BoxPlan]) -> str:
    """The managers with something to do, the worst first, and the devices that this does not explain."""
    if not managers and not devices:
        return "Nothing in the evidence speaks of an FMC or of a device with a tunnel to one."
    said = [one.summary for situation in _SAID_FIRST for one in managers if one.situation is situation]
    for situation, words in _DEVICES.items():
        affected = [one for one in devices if one.situation is situation]
        if len(affected) == 1:
            said.append(affected[0].summary)
        elif affected:
            names = listed(one.label for one in affected)
            said.append(f"{len(affected)} of {len(devices)} devices {words} ({names}).")
    if not any(one.situation is Situation.UNKNOWN for one in devices):
        said += [one.summary for one in managers if one.situation is Situation.UNKNOWN]
    if said:
        return " ".join(said)
    whole = " ".join(one.summary for one in managers)
    if devices and all(one.situation is Situation.HEALTHY for one in devices):
        tunnels = "The tunnel of its one device is up" if len(devices) == 1 else f"The tunnels of all {len(devices)} devices are up"
        return f"{whole} {tunnels}.".strip()
    return whole or "None of the devices in evidence has a tunnel to an FMC."
