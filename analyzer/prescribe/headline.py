"""The verdict in one sentence, with the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.model.plan import BoxPlan, Situation
from analyzer.prescribe.situations import URGENCY
from analyzer.prescribe.wording import count, listed

_DEVICES = {
    Situation.PARTIAL_COPY: "holds a half-copied set",
    Situation.MISSED_RENEWAL: "missed the renewal and still holds the old set",
    Situation.ANOTHER_MANAGER: "belongs to another manager",
    Situation.LOOK_ELSEWHERE: "has a tunnel that fails for another reason than its certificates",
    Situation.UNKNOWN: "cannot be judged yet",
}
"""What is said of the devices of a situation, where the sentence about the manager does not say it already."""

_SAID_BY_DEVICES = (Situation.HEALTHY, Situation.MISSED_RENEWAL)
"""Situations of a manager that its devices tell better, by name."""


def headline(managers: Sequence[BoxPlan], devices: Sequence[BoxPlan]) -> str:
    """The worst of the managers, then the devices that it does not explain."""
    if not managers and not devices:
        return "Nothing in the evidence speaks of an FMC or of a device with a tunnel to one."
    troubled = sorted((one for one in managers if one.situation not in _SAID_BY_DEVICES), key=lambda one: URGENCY.index(one.situation))
    said = [one.summary.rstrip(".") for one in troubled]
    for situation, words in _DEVICES.items():
        labels = [one.label for one in devices if one.situation is situation]
        if labels:
            verb = words if len(labels) == 1 else words.replace("has ", "have ", 1).replace("holds", "hold").replace("belongs", "belong")
            said.append(f"{count(len(labels), 'device')} of {len(devices)} {verb} ({listed(labels)})")
    if said:
        return "; ".join(said) + "."
    whole = " ".join(one.summary for one in managers)
    if devices and all(one.situation is Situation.HEALTHY for one in devices):
        tunnels = "The tunnel of its one device is up" if len(devices) == 1 else f"The tunnels of all {len(devices)} devices are up"
        return f"{whole} {tunnels}.".strip()
    return whole or "None of the devices in evidence has a tunnel to an FMC."
