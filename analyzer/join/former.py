"""Former registrations: a device that only FAILED_PUSH knows, by a UUID, while one of the same name and address is up under another.

An FTD that was installed anew has a new UUID and keeps its name and address. Its old entry is no device: nothing is copied to it, least of
all the old UUID's key to the living one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from msgspec import Struct

from analyzer.identify.appliance import Appliance
from analyzer.identify.scene import Scene
from analyzer.join.repairs import up_since
from analyzer.join.states import DerivedState
from analyzer.model.answer import Known
from analyzer.model.location import Evidence
from analyzer.model.outputs import PushFailure
from analyzer.texts import N_, _

FORMER = N_(
    "FAILED_PUSH names {name} by the UUID {old}. The device with this name and address is registered as {new} "
    "and up since {since}: the entry is from a former registration, and nothing is copied for it."
)


class Former(Struct, frozen=True):
    """A registration that was replaced, and the sentence that says by what."""

    appliance: Appliance
    text: str
    evidence: tuple[Evidence, ...]


def former_registrations(scene: Scene, told: Mapping[tuple[int, int], DerivedState]) -> list[Former]:
    """The devices of FAILED_PUSH that nothing else in evidence knows, each with the living device that took its place."""
    named = {failure.device_uuid.lower() for failure in scene.facts.of(PushFailure)}
    places = {failure.evidence.location.source for failure in scene.facts.of(PushFailure)}
    suspects = [device for device in scene.devices.all if named & device.uuid.seen.keys() and _only_listed(device, places)]
    if not suspects:
        return []
    living: dict[tuple[str, str], list[tuple[Appliance, Known[datetime]]]] = {}
    for manager, device in scene.links:
        seen = told.get((id(manager), id(device)))
        since = up_since(seen) if seen is not None else None
        if since is not None and device.uuid.seen:
            for key in _keys(device):
                living.setdefault(key, []).append((device, since))
    return list(_replaced(suspects, living))


def _replaced(suspects: Iterable[Appliance], living: Mapping[tuple[str, str], list[tuple[Appliance, Known[datetime]]]]) -> Iterable[Former]:
    for device in suspects:
        found = {id(other): (other, since) for key in _keys(device) for other, since in living.get(key, ())}
        others = [pair for pair in found.values() if not pair[0].uuid.seen.keys() & device.uuid.seen.keys()]
        if len(others) != 1:
            continue
        other, since = others[0]
        listed = [place for places in device.uuid.seen.values() for place in places]
        text = _(FORMER).format(
            name=device.label, old=device.uuid.first(), new=other.uuid.first(), since=f"{since.value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        )
        yield Former(device, text, (*listed[:2], *since.evidence[:1]))


def _keys(device: Appliance) -> list[tuple[str, str]]:
    return [(name.lower(), address) for name in device.name.seen for address in device.address.seen]


def _only_listed(device: Appliance, lists: set[str]) -> bool:
    """No file, status or log of this device is in evidence: whatever is known of it stands in a FAILED_PUSH."""
    known = [place for values in (device.uuid, device.name, device.address) for one in values.seen.values() for place in one]
    return not device.roots and all(place.location.source in lists for place in known)
