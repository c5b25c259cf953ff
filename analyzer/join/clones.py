"""Devices that were cloned: two bundles of one day with one UUID, two host names and two addresses.

A UUID is taken for one appliance, whatever it is called: it may have been renamed and moved since. Within one day it hardly was, and what
is said of its tunnel is then said of two.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from analyzer.identify.appliance import Appliance, Values
from analyzer.identify.groups import Word
from analyzer.identify.placement import place
from analyzer.identify.scene import Scene
from analyzer.join import obtain
from analyzer.join.ages import Ages
from analyzer.join.states import DerivedState
from analyzer.model.answer import UNDATED, Claim, Conflicting, Missing
from analyzer.model.case import TunnelState
from analyzer.model.location import Evidence
from analyzer.texts import N_, _

CLONED = N_(
    "two bundles of one day have the UUID {uuid}, and are from {one} and {other}: one is a clone of the other, or the bundles are mixed up"
    ". It is unknown which of the two a tunnel state belongs to"
)
_ONE_DAY = timedelta(days=1)
_MOST_ROOTS = 20


def clones(scene: Scene, ages: Ages) -> dict[int, Conflicting]:
    """By the id of the device, why the state of its tunnels is not known."""
    found = {}
    for device in scene.devices.all:
        for one, other in combinations(sorted(device.roots)[:_MOST_ROOTS], 2):
            both = _two(device, one, other, ages)
            if both is not None:
                found[id(device)] = both
                break
    return found


def of_clone(told: DerivedState, why: Conflicting | None) -> DerivedState:
    """The same, or with a state that is not known for a device that is two."""
    if why is None:
        return told
    gap = Missing(why.why, why.obtain, why.evidence)
    return DerivedState(why, gap, gap, told.last_success)


def _two(device: Appliance, one: str, other: str, ages: Ages) -> Conflicting | None:
    names = [dict(_own(device.name, root)) for root in (one, other)]
    addresses = [dict(_own(device.address, root)) for root in (one, other)]
    if not all((*names, *addresses)) or names[0].keys() & names[1].keys() or addresses[0].keys() & addresses[1].keys():
        return None
    places = [next(iter(found.values())) for found in names]
    taken = [ages.of_place(place.location).at for place in places]
    if taken[0] is not None and taken[1] is not None and abs(taken[0] - taken[1]) > _ONE_DAY:
        return None
    said = [f"{next(iter(name))} ({next(iter(at))})" for name, at in zip(names, addresses, strict=True)]
    why = _(CLONED).format(uuid=device.uuid.first(), one=said[0], other=said[1])
    states = (TunnelState.CONNECTED, TunnelState.DOWN)
    claims = tuple(Claim(state, who, UNDATED, (at,)) for state, who, at in zip(states, said, places, strict=True))
    return Conflicting(why, _(obtain.BOTH_STATES), tuple(places), claims)


def _own(values: Values, root: str) -> Iterator[tuple[str, Evidence]]:
    """What the tree of this root says of itself."""
    for value, evidence in values.seen.items():
        if Word.OWN in values.words.get(value, ()):
            for at in evidence:
                if place(at.location).root == root:
                    yield value, at
                    break
