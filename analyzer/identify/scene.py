"""The scene: which managers and devices there are, what is whose, and which pairs are linked."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from analyzer.identify.addresses import is_address
from analyzer.identify.appliance import Appliance, Registry
from analyzer.identify.building import appliance_of, label_of, role_signs
from analyzer.identify.distinguishing import distinguish_labels
from analyzer.identify.groups import Group, Node, Role, Word
from analyzer.identify.mentions import Mentions, sorted_by_place
from analyzer.identify.names import words_of_path
from analyzer.identify.placement import UUID, place
from analyzer.identify.resolve import Resolved
from analyzer.identify.sorted_facts import SortedFacts
from analyzer.identify.words import admitted
from analyzer.model.capture import CapturedConnection
from analyzer.model.facts import Fact
from analyzer.model.identity import Unassigned, UnassignedKind
from analyzer.model.location import Evidence, Location
from analyzer.model.log import LogEvent, LogKind
from analyzer.model.outputs import ApplianceIdentity, CertificateCopy, GenerateCertsRun, ManagerEntry, PeerStatus
from analyzer.model.passage import Passage
from analyzer.texts import N_, _

ONLY_MANAGER = N_("the text does not name its appliance: {label} is the only FMC in the evidence, and the text is assumed to be from it")
_PLACES = 20
_FIRST = 3

__all__ = ["Scene", "is_address"]


class Scene:
    """Appliances, the trees that are theirs, and the linked pairs with the evidence for each link.

    ``speaker(fact)`` is whose output or file a fact is, ``about(fact)`` the other appliance that it speaks of. ``unassigned`` is what could
    be given to none. ``today`` (aware, UTC) tells which InternalCA has ended; without it all count as ended.
    """

    def __init__(self, facts: SortedFacts, today: datetime | None = None) -> None:
        self.facts = facts
        self.managers = Registry()
        self.devices = Registry()
        self.links: dict[tuple[Appliance, Appliance], list[Evidence]] = {}
        self.ha_pairs: list[tuple[Appliance, Appliance]] = []
        self.statuses: list[tuple[Appliance, Appliance, PeerStatus]] = []
        self.unassigned: list[Unassigned] = []
        with collector_at_rest():
            self._mentions = Mentions(facts)
            self._resolved = Resolved(self._mentions, today)
        self._owners: dict[str, Appliance] = {}
        self._managers_of: dict[int, list[Appliance]] = {}
        self._devices_of: dict[int, list[Appliance]] = {}
        self._claims: dict[int, list[Appliance]] = {}
        self._appliances: dict[int, Appliance] = {}
        self._strangers: dict[int, Node] = {}
        self._beside_captures: set[int] = set()
        self._make_appliances()
        self._read_claims()
        self._read_links()
        self._read_statuses()
        self._read_versions()
        self._read_unassigned()
        self.managers.settle()
        self.devices.settle()

    # -- whose and of whom ---------------------------------------------------------------------------------------

    def speaker(self, fact: Fact) -> Appliance | None:
        """The appliance whose output or file this is. None where nothing tells what it is, and for packets."""
        node = self._mentions.speakers.of(fact)
        return self._of(node) if node is not None else None

    def about(self, fact: Fact) -> Appliance | None:
        """The other appliance that a fact speaks of. None where it names nobody, or what it names fits several."""
        node = self._mentions.about(fact)
        return self._of(node) if node is not None else None

    def passage(self, location: Location) -> Passage | None:
        """The output or the text that a line stands in."""
        return self._mentions.speakers.passage(location)

    def pushed(self, run: GenerateCertsRun, name: str) -> Appliance | None:
        """The device that a run of generate_certs.pl names so."""
        node = self._mentions.pushed(run, name)
        found = self._of(node) if node is not None else None
        own = self.speaker(run)
        if found is None and own is not None:
            named = [device for device in self.devices_of(own) if name in device.name.seen]
            found = named[0] if len(named) == 1 else None
        return found

    def ends(self, connection: CapturedConnection) -> tuple[Appliance | None, Appliance | None]:
        """The appliances at the server's and the client's end of a captured connection."""
        found = self._mentions.captured.get(id(connection))
        return (self._of(found[0]), self._of(found[1])) if found is not None else (None, None)

    def assumed(self, fact: Fact) -> str:
        """Why the speaker of a fact is only assumed, "" where evidence names it."""
        node = self._mentions.speakers.of(fact)
        if node is None or not node.assumed:
            return ""
        own = self._of(node)
        return _(ONLY_MANAGER).format(label=own.label) if own is not None else ""

    def at_own_place(self, location: Location) -> bool:
        """The file stands in the tree of an appliance under its own path, and not in an archive that merely lies in it."""
        return self._mentions.speakers.at_own_place(location)

    def known_beside_captures(self, appliance: Appliance) -> bool:
        """More than captures speak of the appliance."""
        return id(appliance) in self._beside_captures

    def _of(self, node: Node) -> Appliance | None:
        group = self._resolved.find(node)
        return self._appliances.get(id(group)) if group is not None else None

    def owner(self, location: Location) -> Appliance | None:
        """Whose file this is: by the tree it stands in, else by a folder or file name that is an appliance's own name or UUID."""
        root = self._mentions.speakers.tree_of(location)
        if root:
            return self._owners.get(root)
        placement = place(location)
        for part in reversed(re.split(r"[/]|!/", placement.root)):
            for word in words_of_path(part):
                uuid = UUID.fullmatch(word)
                for registry in (self.devices, self.managers):
                    found = registry.find(uuid=word) if uuid else registry.find(name=word)
                    if found is not None:
                        return found
        return None

    # -- links -------------------------------------------------------------------------------------------------

    def link(self, manager: Appliance, device: Appliance, evidence: Evidence) -> None:
        """The two belong together, or one of them says so."""
        places = self.links.setdefault((manager, device), [])
        if not places:
            self._managers_of.setdefault(id(device), []).append(manager)
            self._devices_of.setdefault(id(manager), []).append(device)
        if len(places) < _PLACES and evidence not in places:
            places.append(evidence)

    def managers_of(self, device: Appliance) -> list[Appliance]:
        """The managers that this device is linked to."""
        return self._managers_of.get(id(device), [])

    def devices_of(self, manager: Appliance) -> list[Appliance]:
        """The devices that this manager is linked to."""
        return self._devices_of.get(id(manager), [])

    def claims(self, device: Appliance) -> list[Appliance]:
        """The managers that the device itself names: in PEERS_MAP.JSON and show managers, else by the folders that it holds."""
        return self._claims.get(id(device), [])

    def ha_peer(self, manager: Appliance) -> Appliance | None:
        """The other manager of an HA pair: a device lists both, or one manager lists the other as its peer."""
        for first, second in self.ha_pairs:
            if manager is first:
                return second
            if manager is second:
                return first
        return None

    def nameless_manager(self, device: Appliance) -> Appliance:
        """The FMC of a device of which nothing names it."""
        made = Appliance(True, len(self.managers.all), fallback=_("the FMC of {own}").format(own=device.label))
        self.managers.add(made)
        self.managers.settle()
        return made

    # -- making ------------------------------------------------------------------------------------------------

    def _make_appliances(self) -> None:
        everyone = [group for group in self._resolved.groups.all() if any(node.used for node in group.nodes)]
        for group in everyone:
            if group.torn:
                self._tear(group)
        groups = [group for group in everyone if group.role is not None]
        groups.sort(key=lambda group: min(node.evidence.order() for node in group.nodes))
        made: list[tuple[Group, Appliance]] = []
        for group in groups:
            if self._resolved.fits_several(group):
                self._leave(group)
                continue
            stranger = self._stranger(group)
            if stranger is not None:
                self._strangers[id(group)] = stranger
                continue
            registry = self.managers if group.role is Role.MANAGER else self.devices
            appliance = appliance_of(group, len(registry.all), self._resolved)
            registry.add(appliance)
            self._appliances[id(group)] = appliance
            made.append((group, appliance))
            if any(not node.label for node in group.nodes):
                self._beside_captures.add(id(appliance))
            for root in appliance.roots:
                self._owners[root] = appliance
        distinguish_labels([(appliance, min(node.evidence for node in group.nodes)) for group, appliance in made])

    def _tear(self, group: Group) -> None:
        """Signs contradict each other: it may be an FMC or a device, and is judged as neither."""
        signs = role_signs(group)
        heaviest = [sign for sign in signs if sign.weight == signs[0].weight]
        said = {sign.role: sign.text for sign in reversed(heaviest)}
        label = label_of(group)
        text = _(
            "Signs contradict each other about what {label} is: {manager} indicates an FMC, {device} a device. It is "
            "assessed as neither. To resolve this, run show version on the appliance."
        ).format(label=label, manager=said.get("manager", ""), device=said.get("device", ""))
        places = tuple(place for sign in heaviest for place in sign.evidence)
        self.unassigned.append(Unassigned(UnassignedKind.TORN_ROLE, len(group.nodes), label, text, places[:_FIRST]))

    def _leave(self, group: Group) -> None:
        """Count a mention that fits several appliances, and say so. Lines of logs are counted by whoever joins them to attempts."""
        backed = [node for node in group.nodes if node.backed]
        values = sorted({said.value for node in backed for said in (*node.names.values(), *node.addresses.values())})
        if backed:
            text = _("{value} matches several appliances in the evidence: information about it was assigned to none of them.").format(
                value=", ".join(values)
            )
            places = tuple(sorted(node.evidence for node in backed)[:_FIRST])
            self.unassigned.append(Unassigned(UnassignedKind.SHARED_NAME, len(backed), values[0] if values else "", text, places))

    def _stranger(self, group: Group) -> Node | None:
        """An address that only the logs or captures of FMCs know, whose devices are all known by address: none of these devices."""
        if group.role is not Role.DEVICE or any(node.backed or (node.speaker is None and not node.label) for node in group.nodes):
            return None
        for node in group.nodes:
            managers = [node.speaker] if node.speaker is not None else []
            for server, client, _fact in self._ends_of(node):
                managers.append(client if server is node else server)
            for one in managers:
                if not self._knows_all_addresses(self._resolved.of(one)):
                    return None
        return group.nodes[0]

    def _ends_of(self, node: Node) -> list[tuple[Node, Node, CapturedConnection]]:
        if not hasattr(self, "_captured_by"):
            self._captured_by: dict[int, list[tuple[Node, Node, CapturedConnection]]] = {}
            for triple in self._mentions.captured.values():
                for end in triple[:2]:
                    self._captured_by.setdefault(end.number, []).append(triple)
        return self._captured_by.get(node.number, [])

    def _knows_all_addresses(self, manager: Group) -> bool:
        if not hasattr(self, "_listing"):
            self._listing: dict[int, dict[int, Group]] = {}
            for node in self._mentions.nodes:
                if node.speaker is not None and node.backed and self._resolved.of(node).role is Role.DEVICE:
                    peers = self._listing.setdefault(id(self._resolved.of(node.speaker)), {})
                    peers[id(self._resolved.of(node))] = self._resolved.of(node)
            self._complete = {
                number: all(any(True for _ in admitted(peer, "addresses", self._resolved.of)) for peer in peers.values())
                for number, peers in self._listing.items()
            }
        return self._complete.get(id(manager), False)

    def _read_claims(self) -> None:
        listed: dict[int, list[Appliance]] = {}
        for number, runs in sorted(self._mentions.lists.items()):
            own = self._of(self._mentions.nodes[number])
            if own is None or own.manager:
                continue
            for run, entries in runs.items():
                if run.startswith("status "):
                    continue  # what a status lists is linked; it says nothing of folders
                managers = [one for node in entries.values() if (one := self._of(node)) is not None and one.manager]
                for manager in managers:
                    _append(listed.setdefault(id(own), []), manager)
                if len(managers) == 2:
                    self.ha_pairs.append((managers[0], managers[1]))
        held: dict[int, list[Appliance]] = {}
        for speaker, peer, _evidence in self._mentions.folders:
            own, other = self._of(speaker), self._of(peer)
            if own is None or other is None or own is other:
                continue
            if own.manager and other.manager:
                self.ha_pairs.append((own, other))
            elif other.manager:
                _append(held.setdefault(id(own), []), other)
        self._claims = {**held, **listed}

    def _read_links(self) -> None:
        in_folders = {peer.number for _speaker, peer, _evidence in self._mentions.folders}
        said: dict[int, bool] = {}
        for node in self._mentions.nodes:
            if node.speaker is None or not node.backed:
                continue
            own, other = self._of(node.speaker), self._of(node)
            if own is not None and other is not None and own is not other and own.manager and other.manager and node.signs:
                self.ha_pairs.append((own, other))
            if own is None or other is None or own.manager is other.manager:
                continue
            manager, device = (own, other) if own.manager else (other, own)
            if not own.manager and node.number in in_folders and manager not in self.claims(own):
                continue  # the folder of a former manager
            said[node.number] = True
            self.link(manager, device, node.evidence)
        for copy in self.facts.of(CertificateCopy):
            # copy_sftunnel_certs.py is given the devices of the FMC on which it runs.
            own, device_ = self.speaker(copy), self.about(copy)
            if own is not None and device_ is not None and own.manager and not device_.manager:
                self.link(own, device_, copy.evidence)
        for event in self.facts.of(LogEvent):
            # That a push was begun links the two; that it arrived, the line does not say.
            if event.kind is LogKind.FILE_TRANSFER:
                own, device_ = self.speaker(event), self.about(event)
                if own is not None and device_ is not None and own.manager and not device_.manager:
                    self.link(own, device_, event.evidence)

    def _read_statuses(self) -> None:
        unknown: dict[str, list[Evidence]] = {}
        for status in sorted_by_place(self.facts.of(PeerStatus)):
            own, other = self.speaker(status), self.about(status)
            if own is None:
                unknown.setdefault(status.evidence.location.source, []).append(status.evidence)
            elif other is None:
                self._without_peer(own, status)
            elif own.manager and other.manager:
                self.ha_pairs.append((own, other))
            elif own.manager is not other.manager:
                manager, device = (own, other) if own.manager else (other, own)
                self.link(manager, device, status.evidence)
                self.statuses.append((manager, device, status))
        for source, places in sorted(unknown.items()):
            text = _(
                "{source} lists {n} peers of an appliance, and nothing shows whether that is an FMC or a device: they were "
                "assigned to none. The prompt above the output, or show version on the appliance, shows it."
            ).format(source=source, n=len(places))
            self.unassigned.append(Unassigned(UnassignedKind.NO_ROLE, len(places), source, text, tuple(places[:_FIRST])))

    def _without_peer(self, own: Appliance, status: PeerStatus) -> None:
        """A block that lost its peer line (field notes 3.6): only a single link can own it."""
        others = self.devices_of(own) if own.manager else self.managers_of(own)
        if not others and not own.manager:
            others = [self.nameless_manager(own)]
        if len(others) != 1:
            text = _("A status block of {label} names no peer, and several are known: it was assigned to none of them.").format(
                label=own.label
            )
            self.unassigned.append(Unassigned(UnassignedKind.NO_PEER, 1, own.label, text, (status.evidence,)))
            return
        manager, device = (own, others[0]) if own.manager else (others[0], own)
        self.link(manager, device, status.evidence)
        self.statuses.append((manager, device, status))

    def _read_versions(self) -> None:
        told: list[tuple[int, tuple[str, str, int, int, int], Appliance, str, str, Evidence]] = []
        for fact in self.facts.of(ApplianceIdentity):
            location = fact.evidence.location
            speaker = self._mentions.speakers.of(fact)
            if speaker is None or (speaker.root and not self.at_own_place(location)):
                continue
            uuid = place(location).peer_uuid if speaker.root else self._mentions.folder_of(fact)
            node = self._mentions.peer(speaker, fact.evidence, uuid=uuid) if uuid else speaker
            about = self._of(node)
            field = _FIELDS.get(fact.key)
            if about is not None and field is not None:
                told.append((bool(uuid), location.order(), about, field, fact.value, fact.evidence))
        for manager, device, status in self.statuses:
            own = self.speaker(status)
            about = device if own is manager else manager
            told.append((1, status.evidence.location.order(), about, "version", status.sw_version, status.evidence))
            told.append((1, status.evidence.location.order(), about, "build", status.sw_build, status.evidence))
        for entry in self.facts.of(ManagerEntry):
            about = self.about(entry)
            if about is not None:
                told.append((1, entry.evidence.location.order(), about, "version", entry.version, entry.evidence))
                told.append((1, entry.evidence.location.order(), about, "build", entry.build, entry.evidence))
        for second, _order, about, field, value, evidence in sorted(told, key=lambda one: one[:2]):
            word = Word.OWN if not second else Word.DEVICE if about.manager else Word.FMC
            getattr(about, field).add(value, evidence, word=word)

    def _read_unassigned(self) -> None:
        for root, bearer in sorted(self._mentions.speakers.carried.items()):
            own = self._owners.get(bearer)
            places = self.facts.roots.get(root)
            if own is None or not places:
                continue
            text = _(
                "{root} is inside the bundle of {label}: its content counts as something that {label} keeps, not as evidence "
                "from another appliance. If it is a separate bundle, provide it separately."
            ).format(root=root, label=own.label)
            first = next(iter(places.values()))
            self.unassigned.append(
                Unassigned(UnassignedKind.NESTED, len(places), root, text, (Evidence(Location(first.artifact, first.member), ""),))
            )

    def stranger(self, fact: Fact) -> bool:
        """The address that a log line names is none of the devices of this FMC, whose addresses are all known."""
        node = self._mentions.about(fact)
        return node is not None and id(self._resolved.of(node)) in self._strangers

    def strange_end(self, connection: CapturedConnection) -> bool:
        """One end of the connection is a stranger."""
        found = self._mentions.captured.get(id(connection))
        return found is not None and any(id(self._resolved.of(node)) in self._strangers for node in found[:2])


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Mentions are made by the ten thousand, and all stay: a collector that walks them again and again takes half the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


_FIELDS = {"SWVERSION": "version", "PEER_SW_VERSION": "version", "SF_VERSION": "version", "SWBUILD": "build", "MODEL": "model"}


def _append(found: list[Appliance], appliance: Appliance) -> None:
    if appliance not in found:
        found.append(appliance)
