"""Every mention of an appliance in the facts: who speaks, whom it speaks of, and what is said that may identify them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from analyzer.identify.addresses import identifying, is_address
from analyzer.identify.groups import STATED, Node, Role, Sign
from analyzer.identify.names import called_like_a_manager, hint_of_path, normal
from analyzer.identify.own_words import DEVICE_MODEL, MANAGER_MODEL, MANAGER_PATHS, OwnWords
from analyzer.identify.peers import uuid_of
from analyzer.identify.placement import UUID, Placement, place
from analyzer.identify.sorted_facts import SortedFacts, evidence_of
from analyzer.model.capture import CapturedConnection
from analyzer.model.certificate import Certificate, CertificateDates, ChainVerdict, EndCheck, KeyDigest, RevocationList
from analyzer.model.cloud import CLOUD_DOMAINS
from analyzer.model.facts import Fact
from analyzer.model.location import Evidence, Location
from analyzer.model.log import LogEvent
from analyzer.model.observed import ApplianceRecord, DoneByHand, HealthHint, PeerSerial, PortProbe, RecordSource
from analyzer.model.outputs import (
    AbsentFile,
    ApplianceIdentity,
    CertificateCopy,
    CopyOutcome,
    FileDigest,
    GenerateCertsRun,
    IssuedSerial,
    ListedFile,
    ManagerEntry,
    PeersMapEntry,
    PeerStatus,
    PushFailure,
    ReachabilityNote,
    TunnelProcess,
)
from analyzer.model.statements import ApplianceStated, FileStated

_DEVICE_PATHS = ("/command-outputs/usr-local-sf-bin-sfcli.pl show",)
_INTERFACES_OF_DEVICES = ("management", "br1")
"""The management interfaces of an FTD; an FMC has eth0, eth1, bond0 (Cisco document 225502)."""
_DATA_INTERFACE = "tap_nlp"
"""The inner end of a data interface that carries the tunnel: devices have it, FMCs don't (field notes 3.5)."""


_SAID_ONLY: tuple[type, ...] = (KeyDigest, FileDigest, EndCheck, RevocationList, PortProbe, PeerSerial)
"""Facts that identify nobody, but have a speaker."""


class Mentions(OwnWords):
    """All nodes, and the relations between them.

    ``lists`` holds, by speaker and list, the managers that it names.
    """

    def __init__(self, facts: SortedFacts) -> None:
        super().__init__(facts)
        self.facts = facts
        self.lists: dict[int, dict[str, dict[str, Node]]] = defaultdict(dict)
        self.stated_files: list[tuple[str, Node, Evidence]] = []
        self._read_statements()
        self._read_trees()
        for kind, read in self._readers().items():
            for fact in sorted_by_place(facts.of(kind)):
                read(fact)
                self._hear(fact)
        for said in _SAID_ONLY:
            for fact in sorted_by_place(facts.of(said)):
                self._hear(fact)

    def _read_statements(self) -> None:
        """What a person states: one appliance with all of these names, addresses and UUIDs. Two UUIDs in it are known to be two: the first
        counts."""
        stated_as: dict[str, Node] = {}
        for stated in sorted_by_place(self.facts.of(ApplianceStated)):
            node = Node(len(self.nodes), stated.evidence, anchored=True, backed=True, place=STATED)
            self.nodes.append(node)
            role = Role.MANAGER if stated.manager else Role.DEVICE
            node.sign(role, Sign.MODEL, "stated", stated.evidence)
            node.name(stated.name, stated.evidence, own=True)
            for word in stated.same_as:
                if uuid_of(word):
                    if not node.uuids:
                        node.uuids[uuid_of(word)] = stated.evidence
                elif is_address(word):
                    node.at(identifying(word), stated.evidence, own=True)
                else:
                    node.name(word, stated.evidence, own=True)
            stated_as[stated.name.lower()] = node
        for file in sorted_by_place(self.facts.of(FileStated)):
            if not file.internal_ca and file.of.lower() in stated_as:
                self.stated_files.append((f"/{file.file.removeprefix('./').lstrip('/')}", stated_as[file.of.lower()], file.evidence))

    def _hear(self, fact: Fact) -> None:
        if isinstance(fact, CapturedConnection):
            return
        speaker = self.speakers.of(fact)
        if speaker is not None:
            self.speakers.heard(speaker, evidence_of(fact).text)

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
            ChainVerdict: self._verdict,
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
        if placement.path.startswith(MANAGER_PATHS) or "/certs_pushed/" in placement.path:
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

    # -- what an FMC says of its devices -------------------------------------------------------------------------

    def _fmc_is_speaker(self, fact: Fact, evidence: Evidence, weight: Sign) -> Node | None:
        """The speaker of something that an FMC alone can say; None where a device's own tree holds it: nobody's word on a third."""
        speaker = self.speakers.of(fact)
        if speaker is None:
            return None
        if speaker.root:
            weights = {role: sign[0] for role, sign in speaker.signs.items()}
            if weights.get(Role.DEVICE, Sign.NONE) > weights.get(Role.MANAGER, Sign.NONE):
                return None
            if not place(evidence.location).path.startswith(MANAGER_PATHS):
                return speaker
        speaker.sign(Role.MANAGER, weight, "output", evidence)
        return speaker

    def _push_failure(self, fact: PushFailure) -> None:
        speaker = self._fmc_is_speaker(fact, fact.evidence, Sign.FORM)
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
        speaker = self._fmc_is_speaker(fact, fact.evidence, Sign.PLACE)
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

    def _copy(self, fact: CertificateCopy) -> None:
        passage = self.speakers.passage(fact.evidence.location)
        if passage is not None and "copy_sftunnel_certs.py" in passage.command:  # the other script of the pair runs on a jump server
            speaker = self._fmc_is_speaker(fact, fact.evidence, Sign.FORM)
            if speaker is not None:
                speaker.used = True
        device = self.about(fact)
        if device is not None and fact.outcome is not CopyOutcome.NOT_HA_PEER:
            device.sign(Role.DEVICE, Sign.HINT, "output", fact.evidence)
            device.backed = device.used = True

    def _record(self, fact: ApplianceRecord) -> None:
        of_a_folder = fact.source is RecordSource.TUNNEL_JSON
        speaker = self.speakers.of(fact) if of_a_folder else self._fmc_is_speaker(fact, fact.evidence, Sign.FORM)
        other = self.about(fact)
        if speaker is None or other is None:
            return
        speaker.used = other.used = other.backed = True
        called = fact.manager is None and self._called_as_it_is(other, fact.name, fact.evidence)
        if (fact.manager is not None or fact.source is not RecordSource.TUNNEL_JSON) and not called:
            other.sign(Role.MANAGER if fact.manager else Role.DEVICE, Sign.FORM if fact.manager else Sign.HINT, "output", fact.evidence)
        if MANAGER_MODEL.search(fact.model):
            other.sign(Role.MANAGER, Sign.PLACE, "model", fact.evidence)
        elif DEVICE_MODEL.search(fact.model):
            other.sign(Role.DEVICE, Sign.PLACE, "model", fact.evidence)

    @staticmethod
    def _called_as_it_is(peer: Node, name: str, evidence: Evidence) -> bool:
        """The name of a peer is one that an FMC has (fmc-b): a list of an FMC has the other one of its pair as well."""
        if not called_like_a_manager(name):
            return False
        peer.sign(Role.MANAGER, Sign.HINT, "name", evidence)
        return True

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
        elif fact.interface.lower().startswith(_INTERFACES_OF_DEVICES):
            speaker.sign(Role.DEVICE, Sign.FORM, "output", fact.evidence)
        elif "/etc/sf/ca_root/" in said or "/etc/sf/keys/" in said:
            speaker.sign(Role.MANAGER, Sign.PLACE, "output", fact.evidence)
        elif fact.evidence.text.startswith("PEER:"):
            speaker.sign(Role.DEVICE, Sign.FORM, "output", fact.evidence)  # the brief form: a command of the device's CLI
        elif Role.DEVICE not in speaker.signs and ("sftunnel_status.pl" in fact.command or "RUN STATUS" in fact.evidence.text[:80]):
            speaker.sign(Role.MANAGER, Sign.HINT, "command", fact.evidence)
        if peer is None:
            return
        peer.backed = peer.used = peer.dialled = True
        self._called_as_it_is(peer, fact.peer_name, fact.evidence)
        passage = self.speakers.passage(fact.evidence.location)
        line = passage.evidence.location.line if passage is not None else 0
        run = f"status {fact.evidence.location.source} {line}"
        self._seat(peer, run, str(peer.number))
        self._seat(speaker, run, "speaker")
        self.lists[speaker.number].setdefault(run, {}).setdefault(str(peer.number), peer)
        items = self.rows[str(speaker.number), "status"]
        items.setdefault((peer.number, ""), len(items))
        if len(items) > 2:
            speaker.sign(Role.MANAGER, Sign.FORM, "output", fact.evidence)


def sorted_by_place(facts: Iterable[Any]) -> list[Any]:
    """Facts in the order of their places, so that the order of the inputs does not matter. Most come sorted."""
    return sorted(facts, key=lambda fact: (fact.summary if isinstance(fact, CapturedConnection) else fact.evidence).location.order())
