"""What an appliance says of itself: its files, the commands typed at its prompt, its own addresses and processes."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime

from analyzer.identify.addresses import host_part, identifying
from analyzer.identify.certificate_roles import INTERNAL_CA_TITLE, role_of
from analyzer.identify.encounters import CA_NAME, Encounters
from analyzer.identify.groups import Node, Role, Sign
from analyzer.identify.peers import uuid_of
from analyzer.identify.placement import UUID, place
from analyzer.identify.sorted_facts import SortedFacts
from analyzer.identify.speakers import asked_for_own_ca
from analyzer.model.case import CertificateRole
from analyzer.model.certificate import Certificate, CertificateDates, ChainVerdict
from analyzer.model.location import Evidence
from analyzer.model.observed import DoneByHand, HandAction
from analyzer.model.outputs import (
    AbsentFile,
    ApplianceIdentity,
    IssuedSerial,
    ListedFile,
    ReachabilityNote,
    TunnelProcess,
)

MANAGER_MODEL = re.compile(r"management cent|defense center|\bFMC", re.IGNORECASE)
DEVICE_MODEL = re.compile(r"threat defense|\bFTD|firepower \d|secure firewall \d|\bASA", re.IGNORECASE)
MANAGER_PATHS = ("/etc/sf/ca_root/", "/etc/sf/.versiondb/", "/etc/sf/keys/sftunnel", "/var/tmp/certs/", "/var/log/sf/sfca_generation")
OWN_CA = "/etc/sf/ca_root/cacert.pem"
_OWN_CONF = ("/etc/sf/ims.conf", "/command-outputs/")


class OwnWords(Encounters):
    """``folders`` are peer folders, ``kept`` the keys of leaves in them (the speaker's own on a device, the peer's on an FMC). ``own_cas``
    is the CN of the CA at its own place in a tree, ``own_ends`` when it ends."""

    def __init__(self, facts: SortedFacts) -> None:
        super().__init__(facts)
        self.folders: list[tuple[Node, Node, Evidence]] = []
        self.kept: list[tuple[Node, Node, str, Evidence]] = []
        self.own_ends: dict[int, set[datetime]] = defaultdict(set)
        self.own_cas: list[tuple[Node, str, Evidence]] = []

    def _identity(self, fact: ApplianceIdentity) -> None:
        speaker = self.speakers.of(fact)
        if speaker is None:
            return
        placement = place(fact.evidence.location)
        if speaker.root and not self.speakers.at_own_place(fact.evidence.location):
            return
        about = placement.peer_uuid if speaker.root else self.folder_of(fact)
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
        if speaker is not None and not speaker.root and certificate.path:
            bears = uuid if role is CertificateRole.INTERNAL_CA else ""
            self._asked(speaker, certificate.path, bears, certificate.evidence, certificate.not_after)
            if certificate.path == "/etc/sf/keys/sftunnel-cert.pem":
                speaker.keys[certificate.key_sha256] = certificate.evidence
        if speaker is None or not speaker.root or not self.speakers.at_own_place(location):
            return
        placement = place(location)
        speaker.used = True
        if placement.path == OWN_CA and role is CertificateRole.INTERNAL_CA and uuid:
            self.own_cas.append((speaker, uuid, certificate.evidence))
            self.own_ends[speaker.number].add(certificate.not_after)
        elif placement.path == "/etc/sf/keys/sftunnel-cert.pem":
            speaker.keys[certificate.key_sha256] = certificate.evidence
        elif placement.peer_uuid and placement.path.endswith("/sftunnel-cert.pem"):
            folder = self.peer(speaker, certificate.evidence, uuid=placement.peer_uuid)
            self.kept.append((speaker, folder, certificate.key_sha256, certificate.evidence))

    def _dates(self, fact: CertificateDates) -> None:
        speaker = self.speakers.of(fact)
        found = CA_NAME.search(fact.subject) if fact.of_internal_ca else None
        uuid = found[1].lower() if found is not None else ""
        if uuid:
            known = self.by_uuid(uuid, fact.evidence)
            if identifying(fact.presented_by):
                known.at(identifying(fact.presented_by), fact.evidence, seen=True)
        elif (issuer := CA_NAME.search(fact.issuer)) is not None:
            self.by_uuid(issuer[1].lower(), fact.evidence)  # who issued it is an FMC
        if speaker is not None and not fact.of_other_software:
            self._asked(speaker, fact.path, uuid, fact.evidence, fact.not_after)

    def _verdict(self, fact: ChainVerdict) -> None:
        speaker = self.speakers.of(fact)
        if speaker is not None:
            self._asked(speaker, fact.ca_path or fact.leaf_path, "", fact.evidence, None)

    def _asked(self, speaker: Node, path: str, uuid: str, evidence: Evidence, ends: datetime | None) -> None:
        """A command at the speaker's prompt told of this certificate file. ``uuid`` is that of the InternalCA's name, "" for another.

        A CA lies in the folder of a peer on a device only: an FMC keeps its own at ca_root.
        """
        if path.startswith("/ngfw/"):
            speaker.sign(Role.DEVICE, Sign.PLACE, "path", evidence)
            speaker.used = True
        path = path.removeprefix("/ngfw")
        if path.startswith("/etc/sf/ca_root/"):
            asked_for_own_ca(speaker, evidence)
            speaker.used = True
            if path == OWN_CA and ends is not None:
                self.own_ends[speaker.number].add(ends)
            if uuid and not speaker.uuids and not speaker.root:
                speaker.uuids[uuid] = evidence
        elif path == "cacert.pem" and ends is not None:
            self.own_ends[speaker.number].add(ends)  # without a folder: perhaps its own, which is enough to guess nothing against it
        elif path.startswith("/etc/sf/keys/sftunnel"):
            speaker.sign(Role.MANAGER, Sign.PLACE, "path", evidence)
            speaker.used = True
        _, inside, rest = path.partition("/var/sf/peers/")
        folder = UUID.match(rest) if inside else None
        if folder is None or "/certs_pushed/" in path:
            return
        if path.endswith("/cacert.pem"):
            speaker.sign(Role.DEVICE, Sign.HINT, "path", evidence)
        peer = self.peer(speaker, evidence, uuid=folder.group().lower())
        speaker.used = peer.backed = peer.used = True
        self.folders.append((speaker, peer, evidence))

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
        if folder.startswith("/etc/sf/ca_root/"):
            asked_for_own_ca(speaker, fact.evidence)
        elif "/certs_pushed/" in folder or folder.startswith("/var/tmp/certs/"):
            speaker.sign(Role.MANAGER, Sign.PLACE, "path", fact.evidence)
        elif folder.startswith("/ngfw/"):
            speaker.sign(Role.DEVICE, Sign.PLACE, "path", fact.evidence)
        _, inside, rest = f"{folder}{fact.name}".partition("/var/sf/peers/")  # a folder of a peer, or something in one
        uuid = UUID.match(rest) if inside else None
        if uuid is not None:
            speaker.used = True
            peer = self.peer(speaker, fact.evidence, uuid=uuid.group().lower())
            peer.backed = peer.used = True
            self.folders.append((speaker, peer, fact.evidence))

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
            speaker.at(identifying(host_part(fact.local_address)), fact.evidence, own=True)
