"""By device, the alerts that say at which moment it was not connected, and that no later one takes back."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

from analyzer.identify.scene import Scene
from analyzer.join.states import Report
from analyzer.model.observed import HealthHint, HintKind
from analyzer.texts import _

_AGAINST = (HintKind.NO_HEARTBEAT, HintKind.NOT_CONNECTED)
_NEVER = datetime.min.replace(tzinfo=UTC)


def reports_of(scene: Scene) -> dict[int, list[Report]]:
    """The reports about each device (by its identity in the scene). An alert without a moment orders nothing and is left out."""
    back: dict[str, datetime] = {}
    for hint in scene.facts.of(HealthHint):
        if hint.kind is HintKind.RECONNECTED and hint.at is not None:
            back[hint.appliance.lower()] = max(hint.at, back.get(hint.appliance.lower(), _NEVER))
    everybody = back.get("", _NEVER)  # "all appliances send heartbeats" names none
    found: dict[int, list[Report]] = defaultdict(list)
    for hint in scene.facts.of(HealthHint):
        if hint.kind not in _AGAINST or hint.at is None or hint.at <= max(everybody, back.get(hint.appliance.lower(), _NEVER)):
            continue
        device = scene.about(hint)
        if device is not None and not device.manager:
            found[id(device)].append(Report(hint.at, hint.reporter or _("an alert"), hint.evidence))
    return found
