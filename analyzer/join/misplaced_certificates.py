"""Whose certificate a device really holds: two devices' files are easily mixed up while pasting (field notes 6.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from analyzer.identify.appliance import Appliance
from analyzer.join import obtain
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.certificate import Certificate
from analyzer.texts import N_, _

NOT_KEPT = N_("the FMC keeps no such certificate for any device in the evidence: it is assumed to be the device's own")


class MisplacedCertificates:
    """The leaves that a manager keeps for its devices and those that the devices hold, found by public key.

    ``rows`` are (manager, device, leaf that the manager keeps for it, leaf that the device holds).
    """

    def __init__(self, rows: Iterable[tuple[Appliance, Appliance, Answer[Certificate], Answer[Certificate]]]) -> None:
        self._kept: dict[tuple[int, str], list[tuple[Appliance, Certificate]]] = defaultdict(list)
        self._holders: dict[tuple[int, str], list[tuple[Appliance, Certificate]]] = defaultdict(list)
        self._held: dict[tuple[int, int], Certificate] = {}
        self._kept_for: dict[tuple[int, int], Certificate] = {}
        for manager, device, kept, held in rows:
            if isinstance(kept, Known):
                self._kept[id(manager), kept.value.key_sha256].append((device, kept.value))
                self._kept_for[id(manager), id(device)] = kept.value
            if isinstance(held, Known):
                self._holders[id(manager), held.value.key_sha256].append((device, held.value))
                self._held[id(manager), id(device)] = held.value

    def other_device(self, manager: Appliance, device: Appliance) -> Answer[str]:
        """The label of the device whose leaf this one holds, "" for its own."""
        held = self._held.get((id(manager), id(device)))
        if held is None:
            return Missing(_("the leaf certificate on the device is not in the evidence"), _(obtain.DEVICE_LEAF))
        keepers = self._kept.get((id(manager), held.key_sha256), [])
        own = next((kept for box, kept in keepers if box is device), None)
        if own is not None:
            return Known("", (held.evidence, own.evidence))
        for box, kept in keepers:
            return Known(box.label, (held.evidence, kept.evidence))
        for box, same in self._holders[id(manager), held.key_sha256]:
            if box is not device:
                return Known(
                    box.label,
                    (held.evidence, same.evidence),
                    _("the two devices have the same certificate; the evidence does not show which of them it belongs to"),
                )
        if (id(manager), id(device)) in self._kept_for:
            return Known("", (held.evidence,), _(NOT_KEPT))
        return Missing(_("the leaf certificate that the FMC keeps for this device is not in the evidence"), _(obtain.LEAF_TO_PUSH))

    def swapped(self, manager: Appliance, device: Appliance) -> Answer[bool]:
        """That other device holds this one's leaf in turn."""
        mine, held = self._kept_for.get((id(manager), id(device))), self._held.get((id(manager), id(device)))
        if mine is None or held is None:
            return Missing(_("needs the certificates that the FMC keeps and those on the devices"), _(obtain.LEAF_TO_PUSH))
        others = [box for box, _ in self._kept.get((id(manager), held.key_sha256), ()) if box is not device]
        for box in others:
            theirs = self._held.get((id(manager), id(box)))
            if theirs is not None and theirs.key_sha256 == mine.key_sha256 != held.key_sha256:
                return Known(True, (held.evidence, theirs.evidence, mine.evidence))
        return Known(False, (held.evidence, mine.evidence))
