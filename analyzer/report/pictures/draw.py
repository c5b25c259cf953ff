"""All pictures of a result, by what they are of."""

from __future__ import annotations

from msgspec import Struct

from analyzer.model.result import Result
from analyzer.report.pictures.attempts import AttemptsPicture, attempts_picture
from analyzer.report.pictures.fleet_map import FleetMap, fleet_map
from analyzer.report.pictures.ladder import Ladder, ladder_of

DRAWN_DEVICES = 24
"""Devices whose attempts and handshakes are drawn, the most urgent. A picture per device would be most of the report of a large fleet."""


class Pictures(Struct, frozen=True):
    """The pictures, those of a tunnel by its key. ``left_out`` counts tunnels of further devices with something to draw."""

    fleet: FleetMap | None
    attempts: dict[str, AttemptsPicture]
    ladders: dict[str, Ladder]
    left_out: int


def pictures_of(result: Result) -> Pictures:
    """The pictures of a result."""
    case = result.case
    managers, devices = {one.key: one for one in case.managers}, {one.key: one for one in case.devices}
    order = {box.box: place for place, box in enumerate(result.plan.devices)}
    attempts: dict[str, AttemptsPicture] = {}
    ladders: dict[str, Ladder] = {}
    drawn: set[str] = set()
    left_out = 0
    for tunnel in sorted(case.tunnels, key=lambda one: order.get(one.device, len(order))):
        if not tunnel.attempts and not tunnel.connections:
            continue
        if len(drawn | {tunnel.device}) > DRAWN_DEVICES:
            left_out += 1
            continue
        manager, device = managers.get(tunnel.manager), devices.get(tunnel.device)
        picture = attempts_picture(tunnel, manager, device)
        ladder = ladder_of(tunnel, [box for box in (manager, device) if box is not None])
        if picture is not None:
            attempts[tunnel.key] = picture
        if ladder is not None:
            ladders[tunnel.key] = ladder
        if picture is not None or ladder is not None:
            drawn.add(tunnel.device)
    return Pictures(fleet_map(case), attempts, ladders, left_out)
