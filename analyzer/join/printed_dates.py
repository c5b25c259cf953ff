"""Ends of certificates that a command printed at the appliance's own prompt, where the certificate itself is not in evidence.

The appliance's word about its own file, as good as the file on the day it was asked: the leaf of an FMC at its place, and the leaf and the
copy of the InternalCA that a device keeps in the folder of an FMC.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from analyzer.identify.appliance import Appliance
from analyzer.identify.scene import Scene
from analyzer.join import obtain
from analyzer.join.ages import Ages
from analyzer.join.current_ca import CurrentCa
from analyzer.join.set_checks import folder_of
from analyzer.model.answer import UNDATED, Age, Answer, Known, Missing
from analyzer.model.certificate import Certificate, CertificateDates
from analyzer.texts import _

MANAGER_LEAF = "/etc/sf/keys/sftunnel-cert.pem"
_LEAF, _CA = "/sftunnel-cert.pem", "/cacert.pem"
_NEVER = datetime.min.replace(tzinfo=UTC)
_PLACES = 3


class PrintedDates:
    """The dates by appliance, and on a device by the UUID of the FMC whose folder was asked about."""

    def __init__(self, scene: Scene, ages: Ages) -> None:
        self._ages = ages
        self._managers: dict[int, list[CertificateDates]] = defaultdict(list)
        self._devices: dict[tuple[int, str, str], list[CertificateDates]] = defaultdict(list)
        for dates in scene.facts.of(CertificateDates):
            own = scene.speaker(dates)
            if dates.not_after is None or dates.of_other_software or own is None or scene.assumed(dates):
                continue
            path = dates.path.removeprefix("/ngfw")
            uuid = folder_of(path)
            if own.manager and path == MANAGER_LEAF and not dates.of_internal_ca:
                self._managers[id(own)].append(dates)
            elif not own.manager and uuid and path.endswith((_LEAF, _CA)):
                self._devices[id(own), uuid, path[path.rindex("/") :]].append(dates)

    def manager_leaf(self, manager: Appliance, leaf: Answer[Certificate]) -> Answer[datetime]:
        """When the FMC's own tunnel certificate ends. ``leaf`` is the certificate itself: where that is known, no text is asked."""
        if isinstance(leaf, Known):
            return _in_evidence()
        found = self._newest(self._managers.get(id(manager), ()))
        return self._end(found) if found else Missing(_("the FMC's own tunnel certificate is not in the evidence"), _(obtain.MANAGER_LEAF))

    def device_leaf(self, manager: Appliance, device: Appliance, leaf: Answer[Certificate]) -> Answer[datetime]:
        """When the certificate that the device holds for this FMC ends."""
        if isinstance(leaf, Known):
            return _in_evidence()
        found = self._of(manager, device, _LEAF)
        return self._end(found) if found else Missing(_("the leaf certificate on the device is not in the evidence"), _(obtain.DEVICE_LEAF))

    def device_ca(self, manager: Appliance, device: Appliance, copy: Answer[Certificate]) -> Answer[datetime]:
        """When the InternalCA that the device holds for this FMC ends."""
        if isinstance(copy, Known):
            return _in_evidence()
        found = self._of(manager, device, _CA)
        return self._end(found) if found else Missing(_("the device's copy of the CA is not in the evidence"), _(obtain.DEVICE_CA))

    def is_current(self, manager: Appliance, device: Appliance, copy: Missing, in_force: CurrentCa) -> Answer[bool]:
        """Whether the device's copy is the InternalCA in force, by its dates: two InternalCAs of one FMC never have the same."""
        begins, ends, found = in_force.begins, in_force.ends, self._of(manager, device, _CA)
        if not found:
            return copy
        if isinstance(ends, Missing):
            return ends
        same = found[0].not_after == ends.value
        if same and found[0].not_before is not None and isinstance(begins, Known):
            same = found[0].not_before == begins.value
        return Known(same, (found[0].evidence, *ends.evidence[:2]), ends.assumed)

    def age_of_device_ca(self, manager: Appliance, device: Appliance) -> Age:
        """How old it is that the device holds that InternalCA."""
        found = self._of(manager, device, _CA)
        return self._ages.of(found[0].evidence) if found else UNDATED

    def _of(self, manager: Appliance, device: Appliance, name: str) -> list[CertificateDates]:
        return self._newest(one for uuid in manager.uuid.seen for one in self._devices.get((id(device), uuid.lower(), name), ()))

    def _newest(self, dates: Iterable[CertificateDates]) -> list[CertificateDates]:
        """Of one terminal session the last counts; of several that nothing orders, the one that ends first: the careful reading."""
        last: dict[tuple[str, int], CertificateDates] = {}
        for one in sorted(dates, key=lambda one: one.evidence.location.order()):
            last[one.evidence.location.source, self._ages.session(one.evidence)] = one
        aged = [(self._ages.of(one.evidence), one) for one in last.values()]
        stated = [(age.at, one) for age, one in aged if age.stated and age.at is not None]
        if len(stated) == len(aged):
            return [one for _at, one in sorted(stated, key=lambda pair: pair[0], reverse=True)]
        return sorted(last.values(), key=lambda one: one.not_after or _NEVER)

    def _end(self, found: list[CertificateDates]) -> Answer[datetime]:
        first = found[0]
        places = tuple(one.evidence for one in found if one.not_after == first.not_after)[:_PLACES]
        return Known(first.not_after or _NEVER, places, age=self._ages.of(first.evidence))


def by_dates(copy: Known[Certificate], in_force: CurrentCa, gap: Missing) -> Answer[bool]:
    """Whether a device's copy is the InternalCA in force, of which commands printed the dates only. Other dates prove another certificate;
    the same dates do not prove the same one: then it is ``gap``."""
    begins, ends = in_force.begins, in_force.ends
    other = isinstance(ends, Known) and copy.value.not_after != ends.value
    other = other or (isinstance(begins, Known) and copy.value.not_before != begins.value)
    if not other or not isinstance(ends, Known) or copy.assumed:
        return gap
    return Known(False, (*copy.evidence[:2], *ends.evidence[:2]), ends.assumed)


def _in_evidence() -> Missing:
    return Missing(_("the certificate itself is in the evidence"), "")
