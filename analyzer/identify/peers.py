"""Whom a fact speaks of: the mention of the other appliance that it names."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from analyzer.identify.addresses import identifying, is_address
from analyzer.identify.groups import Node, Role, Sign
from analyzer.identify.names import normal
from analyzer.identify.placement import UUID
from analyzer.identify.sorted_facts import SortedFacts
from analyzer.identify.speakers import Speakers, peer_folder
from analyzer.model.facts import Fact
from analyzer.model.location import Evidence
from analyzer.model.log import LogEvent
from analyzer.model.observed import ApplianceRecord, HealthHint
from analyzer.model.outputs import (
    ApplianceIdentity,
    CertificateCopy,
    GenerateCertsRun,
    Management,
    ManagerEntry,
    PeersMapEntry,
    PeerStatus,
    PushFailure,
)


def uuid_of(text: str) -> str:
    """The text as a UUID in lower case, "" when it is none."""
    return text.lower() if UUID.fullmatch(text) else ""


class Peers:
    """The mentions of appliances that speakers name. ``known`` finds the node of a peer again, ``bare`` holds the FMCs that certificates
    name by their UUID."""

    def __init__(self, facts: SortedFacts) -> None:
        self.speakers = Speakers(facts)
        self.known: dict[tuple[Any, ...], Node] = {}
        self.bare: dict[str, Node] = {}
        self.rows: dict[tuple[str, str], dict[tuple[int, str], int]] = defaultdict(dict)

    @property
    def nodes(self) -> list[Node]:
        """All mentions."""
        return self.speakers.nodes

    def peer(self, speaker: Node | None, evidence: Evidence, *, uuid: str = "", name: str = "", address: str = "", item: str = "") -> Node:
        """The node of an appliance that a speaker names by these; the same words of the same speaker are one node."""
        key = (speaker.number if speaker is not None else -1, uuid, name, address, item)
        node = self.known.get(key)
        if node is None:
            node = self.known[key] = Node(len(self.nodes), evidence, speaker)
            self.nodes.append(node)
            if uuid:
                node.uuids[uuid] = evidence
            node.name(name, evidence)
            if identifying(address):
                node.at(identifying(address), evidence)
            elif address:
                node.unfit.append(evidence)
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

    @staticmethod
    def _split(text: str) -> tuple[str, str]:
        """Name and address of what is one of both."""
        return ("", text) if is_address(text) else (text, "")

    def folder_of(self, fact: ApplianceIdentity) -> str:
        """The UUID of the peer folder that a file printed at a prompt stands in, "" for none."""
        return peer_folder(self.speakers.passage(fact.evidence.location))

    def pushed(self, run: GenerateCertsRun, name: str) -> Node | None:
        """The node of a device that a run names."""
        speaker = self.speakers.of(run)
        return self.peer(speaker, run.evidence, name=name) if speaker is not None else None

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
            return self.peer(speaker, fact.evidence, uuid=uuid, name=fact.device_name, address=fact.device_address)
        if isinstance(fact, CertificateCopy):
            return self.peer(speaker, fact.evidence, name=fact.device_name)
        if isinstance(fact, ManagerEntry):
            if fact.management is not Management.MANAGER:
                return None
            name, address = self._split(fact.host)
            shown, shown_address = self._split(fact.display_name)
            if not (name or address or shown or shown_address or uuid_of(fact.identifier)):
                return None
            return self.peer(speaker, fact.evidence, uuid=uuid_of(fact.identifier), name=shown or name, address=address or shown_address)
        if isinstance(fact, PeersMapEntry):
            name, address = self._split(fact.label)
            return self.peer(speaker, fact.evidence, uuid=uuid_of(fact.manager_uuid), name=name, address=address)
        if isinstance(fact, ApplianceRecord):
            if not (fact.uuid or fact.name or fact.address):
                return None
            return self.peer(speaker, fact.evidence, uuid=uuid_of(fact.uuid), name=fact.name, address=fact.address)
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
        node = self.known.get(key)
        if node is None:
            node = self.peer(speaker, fact.evidence, uuid=uuid, item=f"met {address}" if address else "")
            node.used = True
            node.at(address, fact.evidence, seen=True)
            self.known[key] = node
        return node

    def _item(self, fact: PeerStatus) -> str:
        """Two blocks of one output that name their peers alike and not by UUID or address are two peers, told apart by their place."""
        if fact.peer_uuid or fact.peer_address or is_address(fact.peer_name):
            return ""
        location = fact.evidence.location
        passage = self.speakers.passage(location)
        rows = self.rows[f"{location.source} {passage.evidence.location.line if passage is not None else 0}", normal(fact.peer_name)]
        at = rows.setdefault((location.line or 0, ""), len(rows))
        return f"row {at}" if at else ""
