"""FMCs that were installed anew: an older UUID and a newer one at one name and address.

One appliance stands there now. What the older evidence says of its InternalCA is true of an FMC that is probably gone: nothing is renewed
by it, and until somebody reads the UUID there, its end still governs what must not be done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from analyzer.identify.appliance import Appliance
from analyzer.identify.names import normal
from analyzer.join import obtain
from analyzer.join.ages import Ages
from analyzer.join.current_ca import CurrentCa
from analyzer.model.answer import Claim, Conflicting, Known
from analyzer.texts import N_, _

APART = timedelta(days=1)
"""How far apart the evidence of the two must be. An installation and the registration of its devices take hours; two FMCs of two networks
that merely look alike are often read on one day."""

_LAST = datetime.max.replace(tzinfo=UTC)

REPLACED = N_(
    "two FMCs are named {name} at {address}: evidence from {older} shows the UUID {old}, evidence from {newer} "
    "the UUID {new}. The FMC was probably reinstalled, and the one with the older UUID may no longer exist"
)


def with_replaced(managers: Sequence[Appliance], found: Mapping[int, CurrentCa], ages: Ages) -> dict[int, CurrentCa]:
    """The answers about each manager's InternalCA by its id, with those of a manager that was probably replaced turned into conflicts.

    Where the age of one of them is not known, nothing tells which stands there now, and both contradict each other.
    """
    sharing: dict[tuple[str, str], list[Appliance]] = {}
    for manager in managers:
        if manager.uuid.seen and isinstance(found[id(manager)].ends, Known):
            for name in {normal(name) for name in manager.name.seen}:
                for address in manager.address.seen:
                    sharing.setdefault((name, address), []).append(manager)
    changed = dict(found)
    for (name, address), same in sharing.items():
        told = {id(one): _told_at(found[id(one)], ages) for one in same}
        for manager in same if len(same) > 1 else ():
            newest = max((one for one in same if one is not manager), key=lambda one: (told[id(one)] or _LAST, one.uuid.first()))
            if not newest.uuid.seen.keys() & manager.uuid.seen.keys() and _may_be_older(told[id(manager)], told[id(newest)]):
                why = _(REPLACED).format(
                    name=name,
                    address=address,
                    older=_day(told[id(manager)]),
                    old=manager.uuid.first(),
                    newer=_day(told[id(newest)]),
                    new=newest.uuid.first(),
                )
                changed[id(manager)] = _conflict(why, [(manager, found[id(manager)]), (newest, found[id(newest)])])
    return changed


def _told_at(found: CurrentCa, ages: Ages) -> datetime | None:
    """The age of the evidence that tells of the InternalCA, None where it has none."""
    if not isinstance(found.ends, Known):
        return None
    return found.ends.age.at or (ages.stamp_beside(found.ends.evidence[0]).at if found.ends.evidence else None)


def _may_be_older(one: datetime | None, newest: datetime | None) -> bool:
    return one is None or newest is None or newest - one > APART


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment is not None else _("an unknown day")


def _conflict(why: str, sides: Sequence[tuple[Appliance, CurrentCa]]) -> CurrentCa:
    """The one that ends first governs what must not be done."""
    ordered = sorted(sides, key=lambda side: side[1].ends.value if isinstance(side[1].ends, Known) else _LAST)

    def among(field: str) -> Conflicting:
        told = [(manager, getattr(found, field)) for manager, found in ordered]
        claims = tuple(Claim(it.value, manager.label, it.age, it.evidence) for manager, it in told if isinstance(it, Known))
        places = tuple(dict.fromkeys(place for claim in claims for place in claim.evidence[:2]))
        return Conflicting(why, _(obtain.MANAGER_UUID), places, claims)

    return CurrentCa(among("certificate"), among("begins"), among("ends"))
