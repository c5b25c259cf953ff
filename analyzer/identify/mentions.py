"""Every mention of an appliance in the facts: who speaks, whom it speaks of, and what is said that may identify them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from analyzer.identify.addresses import identifying, is_address
from analyzer.identify.certificate_roles import INTERNAL_CA_TITLE, role_of
from analyzer.identify.groups import Node, Role, Sign
from analyzer.identify.names import hint_of_path, normal
from analyzer.identify.placement import UUID, Placement, place
from analyzer.identify.sorted_facts import SortedFacts, evidence_of
from analyzer.identify.speakers import Speakers, peer_folder
from analyzer.model.capture import CapturedConnection, Software
from analyzer.model.case import CertificateRole
from analyzer.model.certificate import Certificate, CertificateDates
from analyzer.model.cloud import CLOUD_DOMAINS
from analyzer.model.facts import Fact
from analyzer.model.location import Evidence, Location
from analyzer.model.log import LogEvent, LogKind
from analyzer.model.observed import ApplianceRecord, DoneByHand, HandAction, HealthHint, RecordSource
from analyzer.model.outputs import (
    AbsentFile,
    ApplianceIdentity,
    CertificateCopy,
    CopyOutcome,
    GenerateCertsRun,
    IssuedSerial,
    ListedFile,
    Management,
    ManagerEntry,
    PeersMapEntry,
    PeerStatus,
    PushFailure,
    ReachabilityNote,
    TunnelProcess,
)

MANAGER_MODEL = re.compile(r"management cent|defense center|\bFMC", re.IGNORECASE)
DEVICE_MODEL = re.compile(r"threat defense|\bFTD|firepower \d|secure firewall \d|\bASA", re.IGNORECASE)
_MANAGER_PATHS = ("/etc/sf/ca_root/", "/etc/sf/.versiondb/", "/etc/sf/keys/sftunnel", "/var/tmp/certs/", "/var/log/sf/sfca_generation")
_DEVICE_PATHS = ("/command-outputs/usr-local-sf-bin-sfcli.pl show",)
OWN_CA = "/etc/sf/ca_root/cacert.pem"
_OWN_CONF = ("/etc/sf/ims.conf", "/command-outputs/")
_CA_NAME = re.compile(rf"/title=InternalCA/.{{0,200}}?CN ?= ?({UUID.pattern})", re.IGNORECASE)
_DATA_INTERFACE = "tap_nlp"
"""The inner end of a data interface that carries the tunnel: devices have it, FMCs don't (field notes 3.5)."""


def uuid_of(text: str) -> str:
    """The text as a UUID in lower case, "" when it is none."""
    return text.lower() if UUID.fullmatch(text) else ""


class Mentions:
    """All nodes, and the relations between them.

    ``peers`` finds the node of a peer again; ``lists`` holds, by list, what authoritative lists of managers name; ``kept`` are the keys of
    leaves in peer folders (the speaker's own on a device, the peer's on an FMC); ``captured`` are the two ends of each connection.
    ``shown`` are UUIDs of FMCs by the issuer of what a peer showed to a speaker. ``own_cas``: the CN of the CA at its own place in a tree.
    """

    def __init__(self, facts: SortedFacts) -> None:
        self.facts = facts
        self.speakers = Speakers(facts)
        self.peers: dict[tuple[Any, ...], Node] = {}
        self.lists: dict[int, dict[str, dict[str, Node]]] = defaultdict(dict)
        self.folders: list[tuple[Node, Node, Evidence]] = []
        self.kept: list[tuple[Node, Node, str, Evidence]] = []
        self.captured: dict[int, tuple[Node, Node, CapturedConnection]] = {}
        self.shown: list[tuple[Node, Node, str, Evidence]] = []
        self.own_cas: list[tuple[Node, str, Evidence]] = []
        self.bare: dict[str, Node] = {}
        self._last_peer: dict[tuple[int, int | None, int | None], Node] = {}
        self._rows: dict[tuple[str, str], dict[tuple[int, str], int]] = defaultdict(dict)
        self._read_trees()
        for kind, read in self._readers().items():
            for fact in sorted_by_place(facts.of(kind)):
                read(fact)
                self._hear(fact)

    def _hear(self, fact: Fact) -> None:
        if isinstance(fact, CapturedConnection) or (isinstance(fact, LogEvent) and fact.host):
            return
        speaker = self.speakers.of(fact)
        if speaker is not None and not speaker.anchored:
            self.speakers.heard(speaker, evidence_of(fact).text)

    @property
    def nodes(self) -> list[Node]:
        """All mentions."""
        return self.speakers.nodes

    def _readers(self) -> dict[type, Callable[[Any], None]]:
        return {
            ApplianceIdentity: self._identity,
            Certificate: self._certificate,
            PushFailure: self._push_failure,
            ManagerEntry: self._manager_entry,
            PeersMapEntry: self._peers_map,
            PeerStatus: self._status,
            GenerateCertsRun: self._run,
            CertificateCopy: self._copy,
            CertificateDates: self._dates,
            TunnelProcess: self._process,
            ListedFile: self._listed,
            AbsentFile: self._absent,
            IssuedSerial: self._serial,
            ApplianceRecord: self._record,
            HealthHint: self._health,
            DoneByHand: self._by_hand,
            ReachabilityNote: self._socket,
            LogEvent: self._event,
            CapturedConnection: self._connection,
        }

    # -- nodes -------------------------------------------------------------------------------------------------

    def peer(self, speaker: Node | None, evidence: Evidence, *, uuid: str = "", name: str = "", address: str = "", item: str = "") -> Node:
        """The node of an appliance that a speaker names by these; the same words of the same speaker are one node."""
        key = (speaker.number if speaker is not None else -1, uuid, name, address, item)
        node = self.peers.get(key)
        if node is None:
            node = self.peers[key] = Node(len(self.nodes), evidence, speaker)
            self.nodes.append(node)
            if uuid:
                node.uuids[uuid] = evidence
            node.name(name, evidence)
            if identifying(address):
                node.at(identifying(address), evidence)
            if speaker is not None:
                seats = f"peer of {speaker.number}"
                node.seats[seats], speaker.seats[seats] = "peer", "speaker"
        return node

    def by_uuid(self, uuid: str, evidence: Evidence) -> Node:
        """The FMC whose UUID a certificate bears: nobody in particular says so."""
        node = self.bare.get(uuid)
        if node is None:
            node = self.bare[uuid] = self.peer(None, evidence, uuid=uuid)
            node.sign(Role.MANAGER, Sign.FORM, "certificate", evidence)
            node.backed = node.used = True
        return node

    def _seat(self, node: Node, seats: str, item: str) -> None:
        node.seats.setdefault(seats, item)

    @staticmethod
    def _split(text: str) -> tuple[str, str]:
        """Name and address of what is one of both."""
        return ("", text) if is_address(text) else (text, "")

    # -- trees -------------------------------------------------------------------------------------------------

    def _read_trees(self) -> None:
        for root in sorted(self.facts.roots):
            placements = self.facts.roots[root]
            first = next(iter(placements.values()))
            if self.speakers.tree_of(first) != root:
                continue
            node = self.speakers.tree(root, Evidence(Location(first.artifact, first.member), ""))
            node.backed = True
            hint = hint_of_path(root)
            if hint:
                node.name(hint, node.evidence, hint=True)
            for placement, location in placements.items():
                self._tree_file(node, placement, Evidence(Location(location.artifact, location.member), placement.path))

    def _tree_file(self, node: Node, placement: Placement, evidence: Evidence) -> None:
        if placement.path.startswith(_MANAGER_PATHS) or "/certs_pushed/" in placement.path:
            node.sign(Role.MANAGER, Sign.PLACE, "path", evidence)
            node.used = True
        if placement.ngfw or placement.path.startswith(_DEVICE_PATHS) or placement.path.upper().endswith("/PEERS_MAP.JSON"):
            node.sign(Role.DEVICE, Sign.PLACE, "path", evidence)
        if placement.peer_uuid:
            node.used = True
            # The manager keeps certs_pushed beside the folder's files: a tree with peer folders and no CA is rather a device's.
            node.sign(Role.DEVICE, Sign.HINT, "path", evidence)
            peer = self.peer(node, evidence, uuid=placement.peer_uuid)
            peer.backed = peer.used = True
            self.folders.append((node, peer, evidence))

    # -- what an appliance says of itself ------------------------------------------------------------------------

    def _identity(self, fact: ApplianceIdentity) -> None:
        speaker = self.speakers.of(fact)
        if speaker is None:
            return
        placement = place(fact.evidence.location)
        if speaker.root and not self.speakers.at_own_place(fact.evidence.location):
            return
        about = placement.peer_uuid if speaker.root else peer_folder(self.speakers.passage(fact.evidence.location))
        node = self.peer(speaker, fact.evidence, uuid=about) if about else speaker
        own = not about
        if fact.key == "APPLIANCE_UUID" and own and uuid_of(fact.value) and (not speaker.root or placement.path.startswith(_OWN_CONF)):
            if not node.uuids:
                node.uuids[uuid_of(fact.value)] = fact.evidence
            node.backed = node.used = node.anchored = True
        elif fact.key == "HOSTNAME":
            node.name(fact.value, fact.evidence, own=own)
            node.anchored = node.anchored or own
        elif fact.key == "ADDRESS" and own:
            node.at(identifying(fact.value), fact.evidence, own=True)
        elif fact.key == "MODEL":
            weight = Sign.MODEL if own else Sign.PLACE
            if MANAGER_MODEL.search(fact.value):
                node.sign(Role.MANAGER, weight, "model", fact.evidence)
            elif DEVICE_MODEL.search(fact.value):
                node.sign(Role.DEVICE, weight, "model", fact.evidence)
            node.used = node.used or own
        elif fact.key in ("SWVERSION", "SF_VERSION") and own:
            node.used = True

    def folder_of(self, fact: ApplianceIdentity) -> str:
        """The UUID of the peer folder that a file printed at a prompt stands in, "" for none."""
        return peer_folder(self.speakers.passage(fact.evidence.location))

    def _certificate(self, certificate: Certificate) -> None:
        if certificate.evidence.location.packet is not None:
            return
        role = role_of(certificate)
        name = certificate.subject if role is CertificateRole.INTERNAL_CA else certificate.issuer
        uuid = uuid_of(name.common_name)
        if name.title == INTERNAL_CA_TITLE and uuid:
            self.by_uuid(uuid, certificate.evidence)
        location = certificate.evidence.location
        speaker = self.speakers.of(certificate)
        if speaker is None or not speaker.root or not self.speakers.at_own_place(location):
            return
        placement = place(location)
        speaker.used = True
        if placement.path == OWN_CA and role is CertificateRole.INTERNAL_CA and uuid:
            self.own_cas.append((speaker, uuid, certificate.evidence))
        elif placement.path == "/etc/sf/keys/sftunnel-cert.pem":
            speaker.keys[certificate.key_sha256] = certificate.evidence
        elif placement.peer_uuid and placement.path.endswith("/sftunnel-cert.pem"):
            folder = self.peer(speaker, certificate.evidence, uuid=placement.peer_uuid)
            self.kept.append((speaker, folder, certificate.key_sha256, certificate.evidence))

    def _dates(self, fact: CertificateDates) -> None:
        speaker = self.speakers.of(fact)
        found = _CA_NAME.search(fact.subject) if fact.of_internal_ca else None
        uuid = found[1].lower() if found is not None else ""
        if uuid:
            known = self.by_uuid(uuid, fact.evidence)
            if identifying(fact.presented_by):
                known.at(identifying(fact.presented_by), fact.evidence, seen=True)
        if speaker is None or fact.of_other_software:
            return
        path = fact.path.removeprefix("/ngfw")
        if path.startswith("/etc/sf/ca_root/"):
            speaker.sign(Role.MANAGER, Sign.PLACE, "path", fact.evidence)
            speaker.used = True
            if uuid and not speaker.uuids and not speaker.root:
                speaker.uuids[uuid] = fact.evidence
        if fact.path.startswith("/ngfw/"):
            speaker.sign(Role.DEVICE, Sign.PLACE, "path", fact.evidence)
            speaker.used = True

    def _process(self, fact: TunnelProcess) -> None:
        speaker = self.speakers.of(fact)
        if speaker is None:
            return
        speaker.used = True
        if fact.program.startswith("/ngfw"):
            speaker.sign(Role.DEVICE, Sign.PLACE, "path", fact.evidence)
        elif fact.program.startswith("/usr/local/sf"):
            speaker.sign(Role.MANAGER, Sign.HINT, "path", fact.evidence)

    def _listed(self, fact: ListedFile) -> None:
        speaker = self.speakers.of(fact)
        if speaker is None:
            return
        folder = f"{fact.folder}/"
        if folder.startswith("/etc/sf/ca_root/") or "/certs_pushed/" in folder or folder.startswith("/var/tmp/certs/"):
            speaker.sign(Role.MANAGER, Sign.PLACE, "path", fact.evidence)
        elif folder.startswith("/ngfw/"):
            speaker.sign(Role.DEVICE, Sign.PLACE, "path", fact.evidence)
        _, inside, rest = fact.folder.partition("/var/sf/peers/")
        uuid = UUID.match(rest) if inside else None
        if uuid is not None:
            speaker.used = True
            self.folders.append((speaker, self.peer(speaker, fact.evidence, uuid=uuid.group().lower()), fact.evidence))

    def _absent(self, fact: AbsentFile) -> None:
        speaker = self.speakers.of(fact)
        if speaker is not None and fact.path.startswith("/ngfw/"):
            speaker.sign(Role.DEVICE, Sign.PLACE, "path", fact.evidence)

    def _serial(self, fact: IssuedSerial) -> None:
        speaker = self.speakers.of(fact)
        if speaker is not None:
            speaker.sign(Role.MANAGER, Sign.PLACE, "path", fact.evidence)
            speaker.used = True

    def _by_hand(self, fact: DoneByHand) -> None:
        speaker = self.speakers.of(fact)
        if speaker is not None:
            speaker.used = True
            if fact.action in (HandAction.MANAGER_ADDED, HandAction.MANAGER_DELETED, HandAction.MANAGER_EDITED):
                speaker.sign(Role.DEVICE, Sign.FORM, "command", fact.evidence)

    def _socket(self, fact: ReachabilityNote) -> None:
        speaker = self.speakers.of(fact)
        if speaker is not None:
            local = fact.local_address.rpartition(":")[0].strip("[]").removeprefix("::ffff:")
            speaker.at(identifying(local), fact.evidence, own=True)

    # -- what an FMC says of its devices -------------------------------------------------------------------------

    def _fmc_speaks(self, fact: Fact, evidence: Evidence, weight: Sign) -> Node | None:
        """The speaker of something that an FMC alone can say; None where a device's own tree holds it: nobody's word on a third."""
        speaker = self.speakers.of(fact)
        if speaker is None:
            return None
        if speaker.root:
            weights = {role: sign[0] for role, sign in speaker.signs.items()}
            if weights.get(Role.DEVICE, Sign.NONE) > weights.get(Role.MANAGER, Sign.NONE):
                return None
            if not place(evidence.location).path.startswith(_MANAGER_PATHS):
                return speaker
        speaker.sign(Role.MANAGER, weight, "output", evidence)
        return speaker

    def _push_failure(self, fact: PushFailure) -> None:
        speaker = self._fmc_speaks(fact, fact.evidence, Sign.FORM)
        if speaker is None:
            return
        speaker.used = True
        if uuid_of(fact.manager_uuid) and not speaker.uuids:
            speaker.uuids[uuid_of(fact.manager_uuid)] = fact.evidence
        device = self.about(fact)
        if device is not None:
            device.sign(Role.DEVICE, Sign.FORM, "output", fact.evidence)
            device.backed = device.used = True
            seats = f"push {speaker.number} {fact.epoch}"
            self._seat(device, seats, uuid_of(fact.device_uuid) or normal(fact.device_name))

    def _run(self, fact: GenerateCertsRun) -> None:
        speaker = self._fmc_speaks(fact, fact.evidence, Sign.PLACE)
        if speaker is None:
            return
        speaker.used = True
        for name, path, evidence in fact.failed:
            device = self.pushed(fact, name)
            if device is not None:
                device.sign(Role.DEVICE, Sign.FORM, "output", evidence)
                device.backed = device.used = True
            uuid = UUID.search(path)
            if uuid is not None and not speaker.uuids:
                speaker.uuids[uuid.group().lower()] = evidence

    def pushed(self, run: GenerateCertsRun, name: str) -> Node | None:
        """The node of a device that a run names."""
        speaker = self.speakers.of(run)
        return self.peer(speaker, run.evidence, name=name) if speaker is not None else None

    def _copy(self, fact: CertificateCopy) -> None:
        device = self.about(fact)
        if device is not None and fact.outcome is not CopyOutcome.NOT_HA_PEER:
            device.sign(Role.DEVICE, Sign.HINT, "output", fact.evidence)
            device.backed = device.used = True

    def _record(self, fact: ApplianceRecord) -> None:
        if fact.source is RecordSource.TUNNEL_JSON:
            speaker = self.speakers.of(fact)
        else:
            speaker = self._fmc_speaks(fact, fact.evidence, Sign.FORM)
        other = self.about(fact)
        if speaker is None or other is None:
            return
        speaker.used = other.used = other.backed = True
        if fact.manager is not None or fact.source is not RecordSource.TUNNEL_JSON:
            other.sign(Role.MANAGER if fact.manager else Role.DEVICE, Sign.FORM if fact.manager else Sign.HINT, "output", fact.evidence)
        if MANAGER_MODEL.search(fact.model):
            other.sign(Role.MANAGER, Sign.PLACE, "model", fact.evidence)
        elif DEVICE_MODEL.search(fact.model):
            other.sign(Role.DEVICE, Sign.PLACE, "model", fact.evidence)

    def _health(self, fact: HealthHint) -> None:
        other = self.about(fact)
        if other is not None:
            other.sign(Role.DEVICE, Sign.HINT, "output", fact.evidence)

    # -- what a device says of its managers ----------------------------------------------------------------------

    def _manager_entry(self, fact: ManagerEntry) -> None:
        speaker = self.speakers.of(fact)
        if speaker is None:
            return
        speaker.sign(Role.DEVICE, Sign.PLACE, "output", fact.evidence)
        speaker.used = True
        manager = self.about(fact)
        if manager is None:
            return
        if uuid_of(fact.identifier) and not manager.uuids:
            manager.uuids[uuid_of(fact.identifier)] = fact.evidence
        manager.sign(Role.MANAGER, Sign.FORM, "output", fact.evidence)
        manager.backed = manager.used = True
        if fact.host.lower().rstrip(".").endswith(CLOUD_DOMAINS):
            manager.sign(Role.MANAGER, Sign.PLACE, "name", fact.evidence)
        passage = self.speakers.passage(fact.evidence.location)
        run = f"show managers {fact.evidence.location.source} {passage.evidence.location.line if passage is not None else 0}"
        self._listed_manager(speaker, manager, run)

    def _peers_map(self, fact: PeersMapEntry) -> None:
        speaker = self.speakers.of(fact)
        manager = self.about(fact)
        if speaker is None or manager is None or not self._speaks_of_itself(speaker, fact.evidence.location):
            return
        speaker.sign(Role.DEVICE, Sign.PLACE, "output", fact.evidence)
        manager.sign(Role.MANAGER, Sign.FORM, "output", fact.evidence)
        speaker.used = manager.backed = manager.used = True
        self._listed_manager(speaker, manager, f"PEERS_MAP {fact.evidence.location.source}")

    def _speaks_of_itself(self, speaker: Node, location: Location) -> bool:
        return not speaker.root or self.speakers.at_own_place(location)

    def _listed_manager(self, speaker: Node, manager: Node, run: str) -> None:
        entries = self.lists[speaker.number].setdefault(run, {})
        entries.setdefault(str(manager.number), manager)
        self._seat(manager, run, str(manager.number))

    # -- status outputs ------------------------------------------------------------------------------------------

    def _status(self, fact: PeerStatus) -> None:
        speaker = self.speakers.of(fact)
        peer = self.about(fact)
        if speaker is None:
            return
        speaker.used = True
        for address in fact.local_addresses:
            speaker.at(identifying(address), fact.evidence, own=True)
        said = " ".join((fact.command, *fact.paths))
        if fact.interface.startswith(_DATA_INTERFACE) or "/ngfw/" in said or "/var/sf/peers/" in said:
            speaker.sign(Role.DEVICE, Sign.PLACE, "output", fact.evidence)
        elif "sftunnel-status" in fact.command:
            speaker.sign(Role.DEVICE, Sign.FORM, "command", fact.evidence)
        elif "/etc/sf/ca_root/" in said or "/etc/sf/keys/" in said:
            speaker.sign(Role.MANAGER, Sign.PLACE, "output", fact.evidence)
        elif "sftunnel_status.pl" in fact.command:
            speaker.sign(Role.MANAGER, Sign.HINT, "command", fact.evidence)
        if peer is None:
            return
        peer.backed = peer.used = True
        passage = self.speakers.passage(fact.evidence.location)
        line = passage.evidence.location.line if passage is not None else 0
        run = f"status {fact.evidence.location.source} {line}"
        self._seat(peer, run, str(peer.number))
        self._seat(speaker, run, "speaker")
        items = self._rows[str(speaker.number), "status"]
        items.setdefault((peer.number, ""), len(items))
        if len(items) > 2:
            speaker.sign(Role.MANAGER, Sign.FORM, "output", fact.evidence)

    # -- logs and captures ---------------------------------------------------------------------------------------

    def _event(self, fact: LogEvent) -> None:
        speaker = self.speakers.of(fact)
        if speaker is None:
            return
        speaker.used = True
        thread = (speaker.number, fact.pid, fact.tid)
        if fact.peer:
            peer = self.about(fact)
            if peer is not None:
                self._last_peer[thread] = peer
                if fact.kind is LogKind.FILE_TRANSFER:
                    speaker.sign(Role.MANAGER, Sign.HINT, "log", fact.evidence)
                    peer.backed = True
        elif fact.kind in (LogKind.ISSUER, LogKind.SUBJECT) and thread in self._last_peer:
            found = _CA_NAME.search(fact.name)
            if found is not None:
                self.shown.append((speaker, self._last_peer[thread], found[1].lower(), fact.evidence))

    def _connection(self, fact: CapturedConnection) -> None:
        if fact.software is Software.OTHER:
            return
        source = fact.summary.location.source
        server, client = (self._end(source, fact, end) for end in (fact.server, fact.client))
        if server is client:
            return
        seats = f"ends {source} {fact.server} {fact.client}"
        self._seat(server, seats, "server")
        self._seat(client, seats, "client")
        for chain, end in ((fact.server_chain, server), (fact.client_chain, client)):
            if chain:
                end.keys.setdefault(chain[0].key_sha256, fact.summary)
        self.captured[id(fact)] = (server, client, fact)

    def _end(self, source: str, fact: CapturedConnection, address: str) -> Node:
        key = ("end", source, address)
        node = self.peers.get(key)
        if node is None:
            node = self.peers[key] = Node(len(self.nodes), fact.summary)
            self.nodes.append(node)
            node.used = True
            node.label = address
            node.at(identifying(address), fact.summary, seen=True)
        return node

    # -- whom a fact speaks of -----------------------------------------------------------------------------------

    def about(self, fact: Fact) -> Node | None:
        """The node of the other appliance that a fact speaks of: the peer of a status block, the device of a record, the manager of an
        entry, the peer of a log line. None where it names nobody."""
        speaker = self.speakers.of(fact)
        if speaker is None:
            return None
        if isinstance(fact, PeerStatus):
            name, address = self._split(fact.peer_name)
            address = fact.peer_address or address
            if not (fact.peer_uuid or name or address):
                return None
            return self.peer(speaker, fact.evidence, uuid=uuid_of(fact.peer_uuid), name=name, address=address, item=self._item(fact))
        if isinstance(fact, PushFailure):
            uuid = uuid_of(fact.device_uuid)
            if not (uuid or fact.device_name):
                return None
            return self.peer(speaker, fact.evidence, uuid=uuid, name=fact.device_name, address=_plain(fact.device_address))
        if isinstance(fact, CertificateCopy):
            return self.peer(speaker, fact.evidence, name=fact.device_name)
        if isinstance(fact, ManagerEntry):
            if fact.management is not Management.MANAGER:
                return None
            name, address = self._split(fact.host)
            shown, shown_address = self._split(fact.display_name)
            if not (name or address or shown or shown_address or uuid_of(fact.identifier)):
                return None
            return self.peer(
                speaker, fact.evidence, uuid=uuid_of(fact.identifier), name=shown or name, address=address or shown_address
            )
        if isinstance(fact, PeersMapEntry):
            name, address = self._split(fact.label)
            return self.peer(speaker, fact.evidence, uuid=uuid_of(fact.manager_uuid), name=name, address=address)
        if isinstance(fact, ApplianceRecord):
            if not (fact.uuid or fact.name or fact.address):
                return None
            return self.peer(speaker, fact.evidence, uuid=uuid_of(fact.uuid), name=fact.name, address=_plain(fact.address))
        if isinstance(fact, HealthHint):
            name, address = self._split(fact.appliance)
            return self.peer(speaker, fact.evidence, name=name, address=address) if fact.appliance else None
        if isinstance(fact, LogEvent):
            return self._met(speaker, fact) if fact.peer else None
        return None

    def _met(self, speaker: Node, fact: LogEvent) -> Node | None:
        uuid, address = uuid_of(fact.peer), identifying(fact.peer)
        if not (uuid or address):
            return None
        key = (speaker.number, "met", uuid or address)
        node = self.peers.get(key)
        if node is None:
            node = self.peer(speaker, fact.evidence, uuid=uuid, item=f"met {address}" if address else "")
            node.used = True
            node.at(address, fact.evidence, seen=True)
            self.peers[key] = node
        return node

    def _item(self, fact: PeerStatus) -> str:
        """Two blocks of one output that name their peers alike and not by UUID or address are two peers, told apart by their place."""
        if fact.peer_uuid or fact.peer_address or is_address(fact.peer_name):
            return ""
        location = fact.evidence.location
        passage = self.speakers.passage(location)
        rows = self._rows[f"{location.source} {passage.evidence.location.line if passage is not None else 0}", normal(fact.peer_name)]
        at = rows.setdefault((location.line or 0, ""), len(rows))
        return f"row {at}" if at else ""


def _plain(address: str) -> str:
    return address if is_address(address) else ""


def sorted_by_place(facts: Iterable[Any]) -> list[Any]:
    """Facts in the order of their places, so that the order of the inputs does not matter. Most come sorted."""
    return sorted(facts, key=lambda fact: (fact.summary if isinstance(fact, CapturedConnection) else fact.evidence).location.order())
