"""What listings and damaged files say of a device's set for one manager (field notes 4.2 and 9)."""

from __future__ import annotations

import unicodedata
from collections import defaultdict

from msgspec import Struct, field

from analyzer.join.placement import UUID, place
from analyzer.join.registry import Appliance
from analyzer.join.scene import Scene
from analyzer.model.certificate import PrivateKey, UnreadableCertificate
from analyzer.model.outputs import ListedFile

SET = ("cacert.pem", "sftunnel-cert.pem", "sftunnel-key.pem")
"""The files of one device for one manager."""

_NOT_SHOWN = {"Cc", "Cf", "Co", "Cn", "Zl", "Zp"}
_MAX_ROWS = 100


def has_hidden_characters(name: str) -> bool:
    """A name with characters that do not show: control and format characters, odd blanks, or the ``?`` that ``ls`` writes for them."""
    if name != name.strip() or "?" in name:
        return True
    return any(unicodedata.category(sign) in _NOT_SHOWN or (unicodedata.category(sign) == "Zs" and sign != " ") for sign in name)


class DeviceFiles(Struct):
    """The rows of the device's folder for one manager. The lists hold those that stand out."""

    listed: list[ListedFile] = field(default_factory=list)
    empty: list[ListedFile] = field(default_factory=list)
    odd_owners: list[ListedFile] = field(default_factory=list)
    odd_names: list[ListedFile] = field(default_factory=list)
    damaged: list[UnreadableCertificate] = field(default_factory=list)
    damaged_keys: list[PrivateKey] = field(default_factory=list)

    def add(self, row: ListedFile) -> None:
        """Sort a row into the lists. Folders, and files beyond the first hundred that stand out, are left out."""
        if has_hidden_characters(row.name):
            if len(self.odd_names) < _MAX_ROWS:
                self.odd_names.append(row)
        elif row.name in SET and len(self.listed) < _MAX_ROWS:
            self.listed.append(row)
            if row.size == "0":
                self.empty.append(row)
            if row.owner not in ("root", "0") or row.mode[1:2] != "r":
                self.odd_owners.append(row)


def device_files(scene: Scene) -> dict[tuple[int, int], DeviceFiles]:
    """By the identity of manager and device. A listing that names nobody belongs to the appliance of its text."""
    found: dict[tuple[int, int], DeviceFiles] = defaultdict(DeviceFiles)
    for row in scene.facts.of(ListedFile):
        pair = _pair(scene, scene.speaker(row), row.folder)
        if pair is not None:
            found[pair].add(row)
    damaged: list[UnreadableCertificate | PrivateKey] = [*scene.facts.of(UnreadableCertificate)]
    damaged += [key for key in scene.facts.of(PrivateKey) if key.damaged]
    for broken in damaged:
        path = place(broken.evidence.location).path
        if path.rsplit("/", 1)[-1] not in SET:
            continue
        pair = _pair(scene, scene.owner(broken.evidence.location), path.rpartition("/")[0])
        if pair is None or len(found[pair].damaged) + len(found[pair].damaged_keys) >= _MAX_ROWS:
            continue
        if isinstance(broken, PrivateKey):
            found[pair].damaged_keys.append(broken)
        else:
            found[pair].damaged.append(broken)
    return dict(found)


def _pair(scene: Scene, device: Appliance | None, folder: str) -> tuple[int, int] | None:
    """The manager and the device whose folder ``/var/sf/peers/<UUID of the manager>`` this is."""
    _, inside, rest = folder.partition("/var/sf/peers/")
    uuid = UUID.match(rest) if inside else None
    manager = scene.managers.find(uuid=uuid.group()) if uuid is not None else None
    if manager is None or device is None or device.manager:
        return None
    return (id(manager), id(device))
