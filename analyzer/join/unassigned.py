"""What speaks of a tunnel and could be given to no appliance: counted, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.identify.scene import Scene
from analyzer.join.traffic import Traffic
from analyzer.model.answer import Missing
from analyzer.model.case import Device, Notice
from analyzer.model.identity import Unassigned, UnassignedKind
from analyzer.texts import _, ngettext

_SHOWN = 12
"""Notices of one reason; the rest is counted in one sentence."""

_GRAVE = (UnassignedKind.NO_ROLE, UnassignedKind.TORN_ROLE)
"""An appliance of which nothing can be judged: its tunnels may be down."""


_DOUBTFUL = (UnassignedKind.STRANGER, UnassignedKind.SHARED_ADDRESS)
"""Attempts that failed, of an end that may be a device of which nothing else is known: its tunnel may be down."""


def unassigned(scene: Scene, traffic: Traffic) -> tuple[Unassigned, ...]:
    """One for each reason and address."""
    counted = [
        Unassigned(kind, count, value, _counted(kind, value, count), places)
        for (kind, value), (count, places) in sorted(traffic.counted.items())
    ]
    return (*scene.unassigned, *counted)


def _counted(kind: UnassignedKind, value: str, count: int) -> str:
    if kind is UnassignedKind.STRANGER:
        return ngettext(
            (
                "{n} connection or attempt of {address} does not belong to any device of this FMC, whose addresses are "
                "known. It was assigned to none."
            ),
            (
                "{n} connections or attempts of {address} do not belong to any device of this FMC, whose addresses are "
                "known. They were assigned to none."
            ),
            count,
        ).format(n=count, address=value)
    return ngettext(
        ("{n} connection or attempt names {address}, which matches several appliances or none with certainty: it was assigned to none."),
        (
            "{n} connections or attempts name {address}, which matches several appliances or none with certainty: they "
            "were assigned to none."
        ),
        count,
    ).format(n=count, address=value)


def of_unassigned(left: Iterable[Unassigned]) -> Iterator[Notice]:
    """The sentences for the report. Of one reason the first are shown, and how many more there are."""
    shown: dict[UnassignedKind, int] = {}
    more: dict[UnassignedKind, list[Unassigned]] = {}
    for one in left:
        shown[one.kind] = shown.get(one.kind, 0) + 1
        if shown[one.kind] > _SHOWN:
            more.setdefault(one.kind, []).append(one)
        else:
            yield Notice(text=one.text, grave=one.kind in _GRAVE, evidence=one.evidence, doubts=one.kind in _DOUBTFUL)
    for kind, rest in more.items():
        text = ngettext("{n} more of the same kind was assigned to none.", "{n} more of the same kind were assigned to none.", len(rest))
        yield Notice(text=text.format(n=len(rest)), grave=kind in _GRAVE, evidence=rest[0].evidence)


def of_addresses(devices: Iterable[Device]) -> Iterator[Notice]:
    """Devices whose address is told in two ways, or as one that no appliance has: a password would go to the wrong one."""
    for device in devices:
        if isinstance(device.address, Missing) and device.address.evidence:
            text = _(
                "The address of {device} is not certain: {why}. No list for a copy script contains it until that is resolved: {obtain}."
            ).format(device=device.label, why=device.address.why, obtain=device.address.obtain)
            yield Notice(text=text, grave=False, evidence=device.address.evidence)
