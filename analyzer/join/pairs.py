"""FMCs that are a pair because a device is connected to both at once: a device has two FMCs only where these are the two of a pair.

The cloud-delivered FMC beside one on premises is no pair: each is renewed by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from analyzer.identify.scene import Scene
from analyzer.join.cloud import is_cloud
from analyzer.join.states import DerivedState
from analyzer.model.answer import Known
from analyzer.model.case import TunnelState

AT_ONCE = timedelta(days=1)
"""Two states that were seen further apart may be of a device that was moved from one FMC to another in between."""


def add_pairs(scene: Scene, told: Mapping[tuple[int, int], DerivedState]) -> None:
    """Make pairs of such FMCs in the scene. ``told`` holds the state of each tunnel by the ids of its manager and its device."""
    for device in scene.devices.all:
        living = []
        for manager in scene.managers_of(device):
            one = told[id(manager), id(device)]
            alive = isinstance(one.state, Known) and one.state.value is not TunnelState.DOWN
            if alive and isinstance(one.seen_at, Known):
                living.append((manager, one.seen_at.value))
        if len(living) != 2:
            continue
        (first, seen), (second, also_seen) = living
        if abs(seen - also_seen) >= AT_ONCE or scene.ha_peer(first) is not None or scene.ha_peer(second) is not None:
            continue
        if not any(isinstance(found := is_cloud(scene, one), Known) and found.value for one in (first, second)):
            scene.ha_pairs.append((first, second))
