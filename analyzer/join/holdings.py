"""Which certificate stands where: the CA in force of each manager, and what each device holds."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from msgspec import Struct

from analyzer.identify.appliance import Appliance
from analyzer.identify.certificate_roles import role_of
from analyzer.identify.placement import Placement, place
from analyzer.identify.scene import Scene
from analyzer.join import obtain
from analyzer.join.traffic import Traffic
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import CertificateRole
from analyzer.model.certificate import Certificate, PrivateKey
from analyzer.texts import _

_LEAF_ROLES = (CertificateRole.MANAGER_LEAF, CertificateRole.DEVICE_LEAF, CertificateRole.TUNNEL_LEAF)


def _file_name(certificate: Certificate | PrivateKey) -> str:
    location = certificate.evidence.location
    return (location.member or location.artifact).rsplit("/", 1)[-1]


class Held(Struct, frozen=True):
    """A certificate, where it stood, and whose box that is (None: a loose file)."""

    certificate: Certificate
    role: CertificateRole
    placement: Placement
    owner: Appliance | None


class Holdings:
    """The certificates of a case, found by owner and path without a search over all of them."""

    def __init__(self, scene: Scene, traffic: Traffic) -> None:
        self._scene = scene
        self._traffic = traffic
        self.held: list[Held] = []
        self._by_path: dict[tuple[int, str], Certificate] = {}
        self._device_folders: dict[int, dict[str, dict[str, Certificate]]] = defaultdict(lambda: defaultdict(dict))
        self._loose_of: dict[int, list[Held]] = defaultdict(list)
        self._keys: dict[str, PrivateKey] = {}
        self._cas: dict[str, list[Held]] = defaultdict(list)
        self._misnamed: dict[int, list[Held]] = defaultdict(list)
        for certificate in scene.facts.of(Certificate):
            if certificate.evidence.location.packet is None:
                self._add(certificate)
        for key in scene.facts.of(PrivateKey):
            self._keys[_folder_of(place(key.evidence.location)) + _file_name(key)] = key

    def _add(self, certificate: Certificate) -> None:
        placement = place(certificate.evidence.location)
        owner = self._scene.owner(certificate.evidence.location)
        if placement.loose and certificate.path:  # a command at a prompt printed it
            speaker = self._scene.speaker(certificate)
            if speaker is not None:
                owner, placement = speaker, Placement(placement.root, certificate.path.removeprefix("/ngfw"))
        held = Held(certificate, role_of(certificate), placement, owner)
        self.held.append(held)
        if not (placement.loose or certificate.path) and not self._scene.at_own_place(certificate.evidence.location):
            return  # it lies in an archive that the appliance keeps: no file of its own set
        if held.role is CertificateRole.INTERNAL_CA:
            name = certificate.subject.common_name.lower()
            self._cas[name].append(held)
            at_its_place = owner is not None and owner.manager and placement.path == "/etc/sf/ca_root/cacert.pem"
            if owner is not None and at_its_place and name != (owner.uuid.first() or owner.name.first().lower()):
                self._misnamed[id(owner)].append(held)
        if owner is None:
            return
        if placement.loose:
            self._loose_of[id(owner)].append(held)
            return
        self._by_path.setdefault((id(owner), placement.path), certificate)
        if not owner.manager and placement.peer_uuid:
            self._device_folders[id(owner)][placement.peer_uuid].setdefault(placement.path.rsplit("/", 1)[-1], certificate)

    # -- managers --------------------------------------------------------------------------------------------

    def cas_for(self, manager: Appliance) -> list[Held]:
        """Every InternalCA certificate in evidence that names this manager, and the one at its ca_root whatever name that bears."""
        return [*self._cas.get(manager.uuid.first() or manager.name.first().lower(), []), *self._misnamed.get(id(manager), [])]

    def sent_by(self, manager: Appliance) -> list[tuple[Certificate, datetime | None]]:
        """The InternalCA certificates that the manager sent in captured handshakes, and when."""
        sent: list[tuple[Certificate, datetime | None]] = []
        for device in self._scene.devices_of(manager):
            for connection, manager_serves in self._traffic.connections.get((manager, device), ()):
                chain = connection.server_chain if manager_serves else connection.client_chain
                sent += [(c, connection.started) for c in chain[1:] if role_of(c) is CertificateRole.INTERNAL_CA]
        return sent

    def previous_cas(self, manager: Appliance, current: Answer[Certificate]) -> tuple[Certificate, ...]:
        """The other InternalCA certificates with this manager's name, newest first."""
        taken = {current.value.sha256} if isinstance(current, Known) else set()
        found: list[Certificate] = []
        for held in sorted(self.cas_for(manager), key=_age, reverse=True):
            if held.certificate.sha256 not in taken:
                taken.add(held.certificate.sha256)
                found.append(held.certificate)
        return tuple(found)

    def manager_leaf(self, manager: Appliance) -> Answer[Certificate]:
        """The manager's own tunnel certificate: its file, else what it last presented in a capture."""
        own = self._by_path.get((id(manager), "/etc/sf/keys/sftunnel-cert.pem"))
        if own is not None:
            return Known(own, (own.evidence,))
        for held in self._loose_of.get(id(manager), ()):
            if held.role in _LEAF_ROLES and "certs_pushed" not in held.placement.root:
                return Known(held.certificate, (held.certificate.evidence,))
        presented: list[Certificate] = []
        for device in self._scene.devices_of(manager):
            for connection, manager_serves in self._traffic.connections.get((manager, device), ()):
                presented += (connection.server_chain if manager_serves else connection.client_chain)[:1]
        if presented:
            return Known(presented[-1], (presented[-1].evidence,))
        return Missing(_("the FMC's own tunnel certificate is not in the evidence"), _(obtain.MANAGER_LEAF))

    # -- devices ---------------------------------------------------------------------------------------------

    def leaf_to_push(self, manager: Appliance, device: Appliance) -> Answer[Certificate]:
        """The leaf that the manager keeps for this device (field notes 4.2)."""
        for uuid in device.uuid.seen:
            for path in (f"/var/sf/peers/{uuid}/certs_pushed/sftunnel-cert.pem", f"/var/sf/peers/{uuid}/sftunnel-cert.pem"):
                found = self._by_path.get((id(manager), path))
                if found is not None:
                    return Known(found, (found.evidence,))
        return Missing(_("the leaf certificate that the FMC keeps for this device is not in the evidence"), _(obtain.LEAF_TO_PUSH))

    def on_device(self, manager: Appliance, device: Appliance, name: str) -> Answer[Certificate]:
        """``cacert.pem`` or ``sftunnel-cert.pem`` of the device for this manager: its folder, else what it last presented."""
        folders = self._device_folders.get(id(device), {})
        mine = next((folders[uuid] for uuid in manager.uuid.seen if uuid in folders), None)
        if mine is not None:
            if name in mine:
                return Known(mine[name], (mine[name].evidence,))
        elif folders:
            # The device holds a set, and none of it is for this manager.
            for folder in folders.values():
                if name in folder:
                    return Known(
                        folder[name],
                        (folder[name].evidence,),
                        _("the device has no folder for this FMC, but the certificate set of another"),
                    )
        for held in self._loose_of.get(id(device), ()):
            right = held.role is CertificateRole.INTERNAL_CA if name == "cacert.pem" else held.role in _LEAF_ROLES
            if right:
                return Known(held.certificate, (held.certificate.evidence,))
        if name == "sftunnel-cert.pem":
            for connection, manager_serves in reversed(self._traffic.connections.get((manager, device), [])):
                chain = connection.client_chain if manager_serves else connection.server_chain
                if chain:
                    return Known(chain[0], (chain[0].evidence,))
            return Missing(_("the leaf certificate on the device is not in the evidence"), _(obtain.DEVICE_LEAF))
        return Missing(_("the device's copy of the CA is not in the evidence"), _(obtain.DEVICE_CA))

    def key_matches(self, leaf: Answer[Certificate]) -> Answer[bool]:
        """Whether the key file beside a leaf belongs to it, told by the public key."""
        if isinstance(leaf, Missing):
            return leaf
        folder = _folder_of(place(leaf.value.evidence.location))
        key = self._keys.get(f"{folder}sftunnel-key.pem")
        if key is None:
            return Missing(_("the key file of the device's leaf certificate is not in the evidence"), _(obtain.KEY_PAIR))
        if not key.key_sha256:
            return Missing(_("the key file cannot be compared: {reason}").format(reason=key.reason), _(obtain.KEY_PAIR), (key.evidence,))
        return Known(key.key_sha256 == leaf.value.key_sha256, (leaf.value.evidence, key.evidence))


def _folder_of(placement: Placement) -> str:
    path = placement.path or placement.root
    root = placement.root if placement.path else ""
    return f"{root}\0{path.rpartition('/')[0]}/"


def _age(held: Held) -> float:
    return held.certificate.not_before.timestamp()


def dates_of(leaf: Answer[Certificate]) -> tuple[Answer[datetime], Answer[datetime]]:
    """When a certificate begins and ends."""
    if isinstance(leaf, Missing):
        return leaf, leaf
    return Known(leaf.value.not_before, leaf.evidence, leaf.assumed), Known(leaf.value.not_after, leaf.evidence, leaf.assumed)
