"""The scene: which managers and devices there are, which files are whose, and which pairs are linked."""

from __future__ import annotations

import ipaddress
import re

from analyzer.join.placement import UUID, place
from analyzer.join.registry import Appliance, Registry
from analyzer.join.roles import role_of
from analyzer.join.sorted_facts import SortedFacts
from analyzer.model.case import CertificateRole
from analyzer.model.certificate import Certificate
from analyzer.model.location import Evidence, Location
from analyzer.model.outputs import (
    ApplianceIdentity,
    CertificateCopy,
    CopyOutcome,
    GenerateCertsRun,
    Management,
    ManagerEntry,
    PeersMapEntry,
    PeerStatus,
    PushFailure,
)
from analyzer.model.statements import ApplianceStated
from analyzer.texts import _

_MANAGER_MODEL = re.compile(r"management cent|defense center|\bFMC", re.IGNORECASE)
_DEVICE_MODEL = re.compile(r"threat defense|\bFTD|firepower \d|secure firewall \d|\bASA", re.IGNORECASE)
_MANAGER_PATHS = ("/etc/sf/ca_root/", "/etc/sf/.versiondb/", "/etc/sf/keys/sftunnel", "/var/tmp/certs/", "/var/log/sf/sfca_generation")
_DEVICE_PATHS = ("/var/sf/peers/PEERS_MAP", "/command-outputs/usr-local-sf-bin-sfcli.pl show")
_NAMED_FILE = re.compile(r"[-_. ](?:sftunnel|cacert|messages|comms|status)\b.*", re.IGNORECASE)
"""What people put behind a device's name when they copy a file off it: ``ftd-1-sftunnel-cert.pem``."""


def is_address(text: str) -> bool:
    """An IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class Scene:
    """Appliances, the trees that are theirs, and the linked pairs with the evidence for each link."""

    def __init__(self, facts: SortedFacts) -> None:
        self.facts = facts
        self.managers = Registry(managers=True)
        self.devices = Registry(managers=False)
        self.links: dict[tuple[Appliance, Appliance], list[Evidence]] = {}
        self.ha_pairs: list[tuple[Appliance, Appliance]] = []
        self._owners: dict[str, Appliance] = {}
        self._loose_addresses: dict[str, list[ApplianceIdentity]] = {}
        self._managers_of: dict[int, list[Appliance]] = {}
        self._devices_of: dict[int, list[Appliance]] = {}
        self._claims: dict[int, list[Appliance]] = {}
        self._read_statements(of_uuids=True)
        self._read_push_failures()
        self._read_internal_cas()
        self._read_roots()
        self._read_statements(of_uuids=False)
        self._read_own_addresses()
        self._read_peer_folders()
        self._read_show_managers()
        self._read_copies()
        self.statuses: list[tuple[Appliance, Appliance, PeerStatus]] = []
        self._read_statuses()
        self._read_values()
        self._pair_high_availability()

    # -- lookups ---------------------------------------------------------------------------------------------

    def owner(self, location: Location) -> Appliance | None:
        """Whose file this is: by the tree it stands in, else by a folder or file name that is an appliance's own name or UUID."""
        placement = place(location)
        if not placement.loose:
            return self._owners.get(placement.root)
        for part in reversed(re.split(r"[/]|!/", placement.root)):
            for word in (part, part.partition(".")[0], _NAMED_FILE.sub("", part)):
                uuid = UUID.fullmatch(word)
                for registry in (self.devices, self.managers):
                    found = registry.find(uuid=word) if uuid else registry.find(name=word) if word else None
                    if found is not None:
                        return found
        return None

    def link(self, manager: Appliance, device: Appliance, evidence: Evidence) -> None:
        """The two belong together, or one of them says so."""
        places = self.links.setdefault((manager, device), [])
        if not places:
            self._managers_of.setdefault(id(device), []).append(manager)
            self._devices_of.setdefault(id(manager), []).append(device)
        if len(places) < 20 and evidence not in places:
            places.append(evidence)

    def managers_of(self, device: Appliance) -> list[Appliance]:
        """The managers that this device is linked to."""
        return self._managers_of.get(id(device), [])

    def devices_of(self, manager: Appliance) -> list[Appliance]:
        """The devices that this manager is linked to."""
        return self._devices_of.get(id(manager), [])

    def claims(self, device: Appliance) -> list[Appliance]:
        """The managers that the device itself names (its peer folders, PEERS_MAP.JSON, show managers)."""
        return self._claims.get(id(device), [])

    def _claim(self, device: Appliance, manager: Appliance) -> None:
        claimed = self._claims.setdefault(id(device), [])
        if manager not in claimed:
            claimed.append(manager)

    # -- reading ---------------------------------------------------------------------------------------------

    def _read_statements(self, *, of_uuids: bool) -> None:
        """The strongest first, as all evidence: those with a UUID, then those with names and addresses only."""
        for stated in self.facts.of(ApplianceStated):
            registry = self.managers if stated.manager else self.devices
            uuids = [word for word in stated.same_as if UUID.fullmatch(word)]
            if bool(uuids) is not of_uuids:
                continue
            appliance = registry.see(stated.evidence, uuid=uuids[0] if uuids else "", name=stated.name)
            for word in stated.same_as:
                if is_address(word):
                    registry.note(appliance, stated.evidence, address=word)
                elif word not in uuids:
                    registry.note(appliance, stated.evidence, name=word)

    def _read_push_failures(self) -> None:
        for failure in self.facts.of(PushFailure):
            device = self.devices.see(failure.evidence, failure.device_uuid, failure.device_name, failure.device_address)
            if failure.manager_uuid:
                self.link(self.managers.see(failure.evidence, failure.manager_uuid), device, failure.evidence)

    def _read_internal_cas(self) -> None:
        for certificate in self.facts.of(Certificate):
            role = role_of(certificate)
            name = certificate.subject if role is CertificateRole.INTERNAL_CA else certificate.issuer
            if name.title == "InternalCA" and UUID.fullmatch(name.common_name):
                self.managers.see(certificate.evidence, uuid=name.common_name)

    def _read_roots(self) -> None:
        identity: dict[str, dict[str, ApplianceIdentity]] = {}
        for fact in self.facts.of(ApplianceIdentity):
            placement = place(fact.evidence.location)
            if not placement.peer_uuid:
                identity.setdefault(placement.root, {}).setdefault(fact.key, fact)
        roots = set(self.facts.roots) | {root for root, values in identity.items() if "APPLIANCE_UUID" in values}
        for root in sorted(roots):
            values = identity.get(root, {})
            manager = self._is_manager(root, values)
            if manager is None:
                continue
            uuid, name = values.get("APPLIANCE_UUID"), values.get("HOSTNAME")
            registry = self.managers if manager else self.devices
            if uuid is not None:
                appliance = registry.see(uuid.evidence, uuid=uuid.value)
            elif name is not None:
                appliance = registry.see(name.evidence, name=name.value)
            else:
                appliance = Appliance(manager, len(registry.all), fallback=root.rsplit("/", 1)[-1])
                registry.all.append(appliance)
            if name is not None:
                registry.note(appliance, name.evidence, name=name.value)
            appliance.roots.add(root)
            self._owners[root] = appliance

    def _is_manager(self, root: str, values: dict[str, ApplianceIdentity]) -> bool | None:
        model = values["MODEL"].value if "MODEL" in values else ""
        if _MANAGER_MODEL.search(model):
            return True
        if _DEVICE_MODEL.search(model):
            return False
        placements = self.facts.roots.get(root, {})
        if any(p.path.startswith(_MANAGER_PATHS) or "/certs_pushed/" in p.path for p in placements):
            return True
        if any(p.ngfw or p.path.startswith(_DEVICE_PATHS) or p.path.upper().endswith("/PEERS_MAP.JSON") for p in placements):
            return False
        uuid = values["APPLIANCE_UUID"].value if "APPLIANCE_UUID" in values else ""
        if uuid and self.managers.find(uuid=uuid):
            return True
        if uuid and self.devices.find(uuid=uuid):
            return False
        # A tree with peer folders but no CA is a device: the manager keeps certs_pushed beside them.
        return False if any(p.peer_uuid for p in placements) else None

    def _read_own_addresses(self) -> None:
        """A status output lists the management interfaces of the box that it ran on."""
        for fact in self.facts.of(ApplianceIdentity):
            if fact.key == "ADDRESS" and not ipaddress.ip_address(fact.value).is_link_local:
                own = self.owner(fact.evidence.location)
                if own is not None:
                    self._registry_of(own).note(own, fact.evidence, address=fact.value)
                else:
                    self._loose_addresses.setdefault(fact.evidence.location.source, []).append(fact)

    def _registry_of(self, own: Appliance) -> Registry:
        return self.managers if own.manager else self.devices

    def _read_peer_folders(self) -> None:
        for root, placements in self.facts.roots.items():
            own = self._owners.get(root)
            if own is None:
                continue
            for placement, location in placements.items():
                if placement.peer_uuid:
                    self._peer_of(own, placement.peer_uuid, Evidence(Location(location.artifact, location.member), placement.path))
        for entry in self.facts.of(PeersMapEntry):
            own = self.owner(entry.evidence.location)
            if own is not None and not own.manager:
                manager = self._peer_of(own, entry.manager_uuid, entry.evidence)
                if manager is not None and entry.label:
                    is_ip = is_address(entry.label)
                    self.managers.note(manager, entry.evidence, name="" if is_ip else entry.label, address=entry.label if is_ip else "")

    def _peer_of(self, own: Appliance, uuid: str, evidence: Evidence) -> Appliance | None:
        """Own holds a folder (or map entry) for this UUID: link the two, or pair two managers."""
        if own.manager:
            other = self.managers.find(uuid=uuid)
            if other is not None:
                if other is not own:
                    self.ha_pairs.append((own, other))
                return None
            self.link(own, self.devices.see(evidence, uuid=uuid), evidence)
            return None
        manager = self.managers.see(evidence, uuid=uuid)
        self.link(manager, own, evidence)
        self._claim(own, manager)
        return manager

    def _read_show_managers(self) -> None:
        for entry in self.facts.of(ManagerEntry):
            if entry.management is not Management.MANAGER:
                continue
            own = self.owner(entry.evidence.location)
            name, address = (entry.display_name, entry.host) if is_address(entry.host) else (entry.display_name or entry.host, "")
            uuid = entry.identifier if UUID.fullmatch(entry.identifier) else ""
            manager = self.managers.find(uuid, name, address)
            if manager is None and own is not None and not uuid:
                claimed = self.claims(own)
                if len(claimed) > 1:
                    continue  # one of those it claims; the entry does not say which
                manager = claimed[0] if claimed else None
            if manager is None:
                if not (uuid or name or address):
                    continue
                manager = self.managers.see(entry.evidence, uuid, name, address)
            self.managers.note(manager, entry.evidence, uuid, name, address)
            if own is not None and not own.manager:
                self.link(manager, own, entry.evidence)
                self._claim(own, manager)

    def _read_copies(self) -> None:
        for run in self.facts.of(GenerateCertsRun):
            manager = self._manager_of(run.evidence.location, run.host)
            for name, path, evidence in run.failed:
                device = self.devices.see(evidence, name=name)
                uuid = UUID.search(path)
                named = self.managers.see(evidence, uuid=uuid.group()) if uuid else manager
                if named is not None:
                    self.link(named, device, evidence)
        for copy in self.facts.of(CertificateCopy):
            if copy.outcome is CopyOutcome.NOT_HA_PEER or self.managers.find(name=copy.device_name):
                continue
            device = self.devices.see(copy.evidence, name=copy.device_name)
            manager = self._manager_of(copy.evidence.location, "")
            if manager is not None and not self.managers_of(device):
                self.link(manager, device, copy.evidence)

    def _manager_of(self, location: Location, host: str) -> Appliance | None:
        """The manager whose output this is: by its tree or prompt, else the only one there is."""
        own = self.owner(location)
        if own is not None and own.manager:
            return own
        found = self.managers.find(name=host) if host else None
        if found is not None:
            return found
        return self.managers.all[0] if len(self.managers.all) == 1 else None

    def _read_statuses(self) -> None:
        by_output: dict[str, list[PeerStatus]] = {}
        for status in self.facts.of(PeerStatus):
            by_output.setdefault(f"{status.evidence.location.source}\0{status.host}", []).append(status)
        sources: dict[str, set[str]] = {}
        for statuses in by_output.values():
            sources.setdefault(statuses[0].evidence.location.source, set()).add(statuses[0].host)
        for statuses in by_output.values():
            own = self._runner(statuses)
            if own is not None and len(sources[statuses[0].evidence.location.source]) == 1:
                for fact in self._loose_addresses.get(statuses[0].evidence.location.source, ()):
                    self._registry_of(own).note(own, fact.evidence, address=fact.value)
            for status in statuses:
                if not (status.peer_uuid or status.peer_name or status.peer_address):
                    self._only_peer(own, status)
                elif own is None or own.manager:
                    self._seen_by_manager(own, status)
                else:
                    self._seen_by_device(own, status)

    def _runner(self, statuses: list[PeerStatus]) -> Appliance | None:
        """Which box ran the command: by tree, prompt, its own addresses, or by whom it talks to. None: unknown, taken for a manager."""
        first = statuses[0]
        own = self.owner(first.evidence.location)
        if own is not None:
            return own
        for registry in (self.managers, self.devices):
            found = registry.find(name=first.host) if first.host else None
            for address in first.local_addresses:
                found = found or registry.find(address=address)
            if found is not None:
                return found
        device_like = "ngfw" in first.command or "sftunnel-status" in first.command
        for status in statuses:
            manager = self.managers.find(status.peer_uuid, status.peer_name, status.peer_address)
            device = self.devices.find(status.peer_uuid, status.peer_name, status.peer_address)
            device_like = device_like or (manager is not None and device is None)
        if device_like:
            name = first.host
            address = first.local_addresses[0] if first.local_addresses else ""
            if name or address:
                return self.devices.see(first.evidence, name=name, address=address)
            if len(self.devices.all) == 1:
                return self.devices.all[0]
            nameless = Appliance(
                False, len(self.devices.all), fallback=_("device of {source}").format(source=first.evidence.location.source)
            )
            self.devices.all.append(nameless)
            return nameless
        if len(self.managers.all) == 1:
            return self.managers.all[0]
        if first.host:
            return self.managers.see(first.evidence, name=first.host)
        if self.managers.all:
            return None
        nameless = Appliance(True, 0, fallback=_("FMC of {source}").format(source=first.evidence.location.source))
        self.managers.all.append(nameless)
        return nameless

    def _seen_by_manager(self, own: Appliance | None, status: PeerStatus) -> None:
        other = self.managers.find(status.peer_uuid, status.peer_name, status.peer_address)
        if other is not None and self.devices.find(status.peer_uuid, status.peer_name, status.peer_address) is None:
            if own is not None and other is not own:
                self.ha_pairs.append((own, other))
            return
        device = self.devices.see(status.evidence, status.peer_uuid, status.peer_name, status.peer_address)
        linked = self.managers_of(device)
        manager = own or (linked[0] if len(linked) == 1 else None)
        if manager is not None:
            self.link(manager, device, status.evidence)
            self.statuses.append((manager, device, status))

    def _seen_by_device(self, own: Appliance, status: PeerStatus) -> None:
        manager = self.managers.find(status.peer_uuid, status.peer_name, status.peer_address)
        if manager is None:
            linked = self.managers_of(own)
            if len(linked) == 1 and not status.peer_uuid and not (linked[0].address.seen and status.peer_address):
                manager = linked[0]
                self.managers.note(manager, status.evidence, name=status.peer_name, address=status.peer_address)
            else:
                manager = self.managers.see(status.evidence, status.peer_uuid, status.peer_name, status.peer_address)
        else:
            self.managers.note(manager, status.evidence, name=status.peer_name, address=status.peer_address)
        self.link(manager, own, status.evidence)
        self.statuses.append((manager, own, status))

    def _only_peer(self, own: Appliance | None, status: PeerStatus) -> None:
        """A block that lost its peer line (field notes 3.6): only a single link can own it."""
        if own is None:
            return
        pairs = [pair for pair in self.links if own in pair]
        if len(pairs) == 1:
            self.statuses.append((*pairs[0], status))

    def _read_values(self) -> None:
        for fact in self.facts.of(ApplianceIdentity):
            placement = place(fact.evidence.location)
            own = self._owners.get(placement.root)
            if placement.peer_uuid:
                registry = self.devices if own is not None and own.manager else self.managers
                own = registry.find(uuid=placement.peer_uuid)
            if own is None:
                continue
            if fact.key in ("SWVERSION", "PEER_SW_VERSION", "SF_VERSION"):
                own.version.add(fact.value, fact.evidence)
            elif fact.key == "SWBUILD":
                own.build.add(fact.value, fact.evidence)
            elif fact.key == "MODEL":
                own.model.add(fact.value, fact.evidence)
        for manager, device, status in self.statuses:
            runner = self.owner(status.evidence.location)
            about = manager if runner is not None and not runner.manager else device
            about.version.add(status.sw_version, status.evidence)
            about.build.add(status.sw_build, status.evidence)

    def _pair_high_availability(self) -> None:
        for managers in self._claims.values():
            if len(managers) == 2:
                self.ha_pairs.append((managers[0], managers[1]))

    def ha_peer(self, manager: Appliance) -> Appliance | None:
        """The other manager of an HA pair: a device holds a folder for both, or one manager lists the other as its peer."""
        for first, second in self.ha_pairs:
            if manager is first:
                return second
            if manager is second:
                return first
        return None
