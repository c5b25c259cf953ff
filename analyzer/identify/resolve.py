"""Which mentions are one appliance: strong identifiers first, then names and addresses that fit one only.

Each pass takes the mentions that share a value, and joins them when nothing keeps any two of them apart. Where something does, the value
is shared: it identifies nobody. Passes run in the order of what they prove, and none depends on the order of the facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable

from analyzer.identify.groups import Group, Groups, Node, Role, Said, Sign, apart
from analyzer.identify.mentions import Mentions
from analyzer.identify.names import identifies, normal, short
from analyzer.identify.words import admitted
from analyzer.model.location import Evidence

ROUNDS = 3


class Resolved:
    """The groups, and which values fit several. ``shared`` are addresses that identify nobody, ``assumed`` says of which mentions the
    appliance is assumed, and why."""

    def __init__(self, mentions: Mentions) -> None:
        self.mentions = mentions
        self.shared: set[str] = set()
        self.shared_names: set[str] = set()
        self._of_managers: set[str] = set()
        nodes = mentions.nodes
        hosts = {n.number: {normal(s.value) for s in n.names.values() if s.own and identifies(s.value)} for n in nodes if n.names}
        own = {n.number: {s.value for s in n.addresses.values() if s.own} for n in nodes if n.addresses}
        self.groups = Groups(nodes, hosts, own)
        self._by_uuid()
        self._own_cas()
        self._sessions()
        self._copies_of_one_output()
        for turn in range(ROUNDS):
            self._roles()
            self._weak(strict=turn == 0)
        self._one_manager_of_a_device()
        self._roles()
        self._shown()
        self._weak(strict=False)
        self._hints()
        self._roles()
        self._weak(strict=False)
        self._only_manager()
        self._roles()

    def of(self, node: Node) -> Group:
        """The group of a mention."""
        return self.groups.of(node)

    def of_fmc(self, address: str) -> bool:
        """The address is one that an FMC states as its own: never a device's."""
        return address in self._of_managers

    # -- passes ------------------------------------------------------------------------------------------------

    def _bucket(self, kind: str, value: str, members: list[tuple[Node, Evidence]], *, strict: bool = False, weak: bool = True) -> bool:
        """Join the mentions that share a value, unless two of them are known to be distinct. False when they are. ``strict``: only those
        whose role is known."""
        found: dict[int, tuple[Group, list[Evidence]]] = {}
        for node, evidence in members:
            group = self.of(node)
            if strict and group.role is None:
                continue
            entry = found.setdefault(id(group), (group, []))
            if len(entry[1]) < 3:
                entry[1].append(evidence)
        groups = [group for group, _ in found.values()]
        if len(groups) < 2:
            return True
        if not together(groups, weak=weak):
            return False
        first, *rest = found.values()
        whole, places = first[0], list(first[1])
        for group, more in rest:
            whole = self.groups.join(whole, group, kind, value, [*places, *more])
            places = []
        return True

    def _by_uuid(self) -> None:
        sharing: dict[str, list[tuple[Node, Evidence]]] = defaultdict(list)
        for node in self.mentions.nodes:
            for uuid, evidence in node.uuids.items():
                sharing[uuid].append((node, evidence))
        for uuid, members in sharing.items():
            whole = self.of(members[0][0])
            places = [members[0][1]]
            for node, evidence in members[1:]:
                whole = self.groups.join(whole, self.of(node), "uuid", uuid, [*places, evidence])
                places = []

    def _own_cas(self) -> None:
        """The InternalCA at its own place in a tree names the FMC: it is its UUID, or (an FMC that was moved) another name of it."""
        claims: dict[str, list[tuple[Node, Evidence]]] = defaultdict(list)
        for node, uuid, evidence in self.mentions.own_cas:
            claims[uuid].append((node, evidence))
        owned = {uuid for node in self.mentions.nodes if node.root for uuid in node.uuids}
        for uuid, places in claims.items():
            groups = {id(self.of(node)): (node, evidence) for node, evidence in places}
            bare = self.mentions.bare.get(uuid)
            if len(groups) != 1 or bare is None:
                continue
            ((node, evidence),) = groups.values()
            group = self.of(node)
            if group is self.of(bare) or (group.uuids and (uuid in owned or any(n.root for n in self.of(bare).nodes))):
                continue
            self.groups.join(group, self.of(bare), "ca", uuid, [evidence])

    def _sessions(self) -> None:
        """Within one unbroken session, outputs at one prompt are of one appliance, a factory name included; a prompt without a name goes
        on with the one above. What the outputs themselves show (a device's, an FMC's) parts them again."""
        by_session: dict[tuple[str, int], list[Node]] = defaultdict(list)
        for node in self.mentions.nodes:
            if node.session is not None:
                by_session[node.session[:2]].append(node)
        for nodes in by_session.values():
            nodes.sort(key=lambda node: node.session[2] if node.session is not None else 0)
            latest: dict[str, list[Node]] = defaultdict(list)
            last_host = ""
            for node in nodes:
                own = next((normal(said.value) for said in node.names.values() if said.own), "")
                host = own or last_host
                last_host = host
                for earlier in reversed(latest[host]):
                    if not own and not host and self.mentions.speakers.output_of(earlier) != self.mentions.speakers.output_of(node):
                        continue
                    if not apart(self.of(earlier), self.of(node)):
                        self.groups.join(self.of(earlier), self.of(node), "session", own or host, [earlier.evidence, node.evidence])
                        node.anchored = node.anchored or earlier.anchored
                        break
                else:
                    latest[host].append(node)
                    del latest[host][:-8]

    def _copies_of_one_output(self) -> None:
        """The same text given twice is one output, unless the files bear the names of two appliances."""
        told: dict[Hashable, list[Node]] = defaultdict(list)
        for node in self.mentions.nodes:
            if node.speaker is None and node.place and not node.anchored:
                told[self.mentions.speakers.words_of(node)].append(node)
        for words, nodes in told.items():
            if words and len(nodes) > 1:
                hints = {normal(s.value) for node in nodes for s in node.names.values() if s.hint}
                if len(hints) <= 1:
                    self._bucket("copy", "", [(node, node.evidence) for node in nodes])

    def _roles(self) -> None:
        """What follows from whom an appliance talks to. Twice: what is concluded of a speaker tells of its peers."""
        for group in self.groups.all():
            group.derived = {}
        for _turn in range(2):
            peers: dict[int, tuple[Group, list[Role | None]]] = {}
            derived: Derived = {}
            for node in self.mentions.nodes:
                if node.speaker is None or not (node.backed or node.addresses):
                    continue
                speaker, peer = self.of(node.speaker), self.of(node)
                peers.setdefault(id(speaker), (speaker, []))[1].append(peer.role)
                if speaker.role is Role.DEVICE:
                    _derive(derived, peer, Role.MANAGER, Sign.FORM)
                elif speaker.role is Role.MANAGER:
                    _derive(derived, peer, Role.DEVICE, Sign.HINT)
                if peer.role is Role.DEVICE and Role.DEVICE in peer.signs:
                    _derive(derived, speaker, Role.MANAGER, Sign.FORM)
            for speaker, roles in peers.values():
                if all(role is Role.MANAGER for role in roles):
                    _derive(derived, speaker, Role.DEVICE, Sign.HINT if Sign.HINT < max(speaker.signs.values(), default=0) else Sign.FORM)
            for server, client, _fact in self.mentions.captured.values():
                self._ends(derived, self.of(server), self.of(client))
            for group, role, weight in derived.values():
                group.derived[role] = max(group.derived.get(role, Sign.NONE), weight)

    @staticmethod
    def _ends(derived: Derived, server: Group, client: Group) -> None:
        for one, other in ((server, client), (client, server)):
            if one.role is Role.DEVICE and one.signs:
                _derive(derived, other, Role.MANAGER, Sign.FORM)
            elif one.role is Role.MANAGER and one.signs:
                _derive(derived, other, Role.DEVICE, Sign.HINT)
        if not server.signs and not client.signs and server.role is None and client.role is None:
            _derive(derived, server, Role.MANAGER, Sign.HINT)
            _derive(derived, client, Role.DEVICE, Sign.HINT)

    def _weak(self, *, strict: bool) -> None:
        self._keys()
        self._values(self._pairs(), "pair", strict=strict)
        self.shared_names = self._values(self._names(normal), "name", strict=strict)
        self.shared = self._values(self._addresses(), "address", strict=strict)
        self._values(self._names(short), "short name", strict=strict)

    def _values(self, sharing: dict[str, list[tuple[Node, Evidence]]], kind: str, *, strict: bool) -> set[str]:
        """Join by each value; which of them fit several."""
        shared = set()
        for value, members in sorted(sharing.items()):
            if self._bucket(kind, value.rpartition("\0")[2], members, strict=strict):
                continue
            parted = False
            for role in Role:
                mine = [(node, evidence) for node, evidence in members if self.of(node).role is role]
                parted |= not self._bucket(kind, value.rpartition("\0")[2], mine)
            shared.add(value)
        return shared

    def _keys(self) -> None:
        """A leaf's key: kept on an FMC for a device, held by the device, shown in a capture. Two devices may hold each other's."""
        sharing: dict[str, list[tuple[Node, Evidence]]] = defaultdict(list)
        for node in self.mentions.nodes:
            for key, evidence in node.keys.items():
                sharing[key].append((node, evidence))
        for speaker, folder, key, evidence in self.mentions.kept:
            role = self.of(speaker).role
            if role is Role.DEVICE:
                sharing[key].append((speaker, evidence))
            elif role is Role.MANAGER:
                sharing[key].append((folder, evidence))
        for key, members in sorted(sharing.items()):
            self._bucket("key", key, members)

    def _names(self, form: Callable[[str], str]) -> dict[str, list[tuple[Node, Evidence]]]:
        sharing: dict[str, list[tuple[Node, Evidence]]] = defaultdict(list)
        for node, said in self._admitted("names"):
            if not said.hint and identifies(said.value):
                sharing[form(said.value)].append((node, said.evidence))
        return sharing

    def _pairs(self) -> dict[str, list[tuple[Node, Evidence]]]:
        sharing: dict[str, list[tuple[Node, Evidence]]] = defaultdict(list)
        addresses: dict[int, list[Said]] = defaultdict(list)
        for node, said in self._admitted("addresses"):
            addresses[node.number].append(said)
        for node, said in self._admitted("names"):
            for at in addresses.get(node.number, ()) if not said.hint and len(addresses) else ():
                sharing[f"{normal(said.value)}\0{at.value}"].append((node, at.evidence))
        return sharing

    def _addresses(self) -> dict[str, list[tuple[Node, Evidence]]]:
        sharing: dict[str, list[tuple[Node, Evidence]]] = defaultdict(list)
        self._of_managers = {
            said.value
            for node in self.mentions.nodes
            for said in node.addresses.values()
            if said.own and node.anchored and self.of(node).role is Role.MANAGER
        }
        for node, said in self._admitted("addresses"):
            if not (said.value in self._of_managers and self.of(node).role is Role.DEVICE):
                sharing[said.value].append((node, said.evidence))
        return sharing

    def _admitted(self, which: str) -> Iterable[tuple[Node, Said]]:
        """What is said of each appliance by those who may say it."""
        for group in self.groups.all():
            yield from admitted(group, which, self.of)

    # -- relations ---------------------------------------------------------------------------------------------

    def _one_manager_of_a_device(self) -> None:
        """A device that lists one manager, by each list that it has, has one: its UUID in PEERS_MAP.JSON, its address in show managers."""
        by_device: dict[int, list[dict[str, Node]]] = defaultdict(list)
        for number, runs in self.mentions.lists.items():
            group = self.of(self.mentions.nodes[number])
            if group.role is Role.DEVICE:
                by_device[id(group)].extend(runs.values())
        met: dict[int, list[Node]] = defaultdict(list)
        folders: dict[int, list[Node]] = defaultdict(list)
        for node in self.mentions.nodes:
            if node.speaker is not None and self.of(node.speaker).role is Role.DEVICE and self.of(node).role is Role.MANAGER:
                met[id(self.of(node.speaker))].append(node)
        for speaker, peer, _evidence in self.mentions.folders:
            if self.of(speaker).role is Role.DEVICE:
                folders[id(self.of(speaker))].append(peer)
        for device, nodes in met.items():
            runs = by_device.get(device, [])
            if any(len(run) > 1 for run in runs):
                continue
            listed = [next(iter(run.values())) for run in runs]
            in_folders = {id(self.of(node)) for node in folders.get(device, ())}
            named = listed or (folders.get(device, []) if len(in_folders) == 1 else [])
            self._bucket("one manager", "", [(node, node.evidence) for node in named])
            known = {id(self.of(node)): self.of(node) for node in named}
            if len(known) != 1:
                continue
            (group,) = known.values()
            former = set(in_folders) - set(known)
            others = {id(self.of(n)): n for n in nodes if id(self.of(n)) not in known and id(self.of(n)) not in former}
            if len(others) == 1:
                (other,) = others.values()
                mine, theirs = known_addresses(group, self.of), known_addresses(self.of(other), self.of)
                if not (mine and theirs) and not (group.uuids and self.of(other).uuids):
                    self._bucket("one manager", "", [(named[0], named[0].evidence), (other, other.evidence)])

    def _shown(self) -> None:
        """What a peer showed to a device, or in a capture, was issued by the FMC whose UUID the issuer bears."""
        sharing: dict[tuple[int, str], list[tuple[Node, Evidence]]] = defaultdict(list)
        for speaker, peer, uuid, evidence in self.mentions.shown:
            bare = self.mentions.bare.get(uuid)
            if self.of(speaker).role is Role.DEVICE:
                if bare is None:
                    bare = self.mentions.bare[uuid] = peer
                sharing[peer.number, uuid] += [(peer, evidence), (bare, evidence)]
        for server, client, fact in self.mentions.captured.values():
            end = server if self.of(server).role is Role.MANAGER else client if self.of(client).role is Role.MANAGER else None
            issuers = fact.internal_cas
            bare = self.mentions.bare.get(issuers[0].lower()) if len(issuers) == 1 else None
            if end is not None and bare is not None:
                sharing[end.number, issuers[0].lower()] += [(end, fact.summary), (bare, fact.summary)]
        per_peer: dict[int, set[str]] = defaultdict(set)
        for number, uuid in sharing:
            per_peer[number].add(uuid)
        for (number, uuid), members in sharing.items():
            if len(per_peer[number]) == 1:
                self._bucket("issuer", uuid, members, weak=False)

    def _hints(self) -> None:
        """A speaker without a name, in a file or folder that bears the name of one known appliance, is that one."""
        known: dict[str, dict[int, Group]] = defaultdict(dict)
        for node, said in self._admitted("names"):
            if not said.hint:
                for form in {normal(said.value), short(said.value)}:
                    known[form][id(self.of(node))] = self.of(node)
        for node in self.mentions.nodes:
            if node.speaker is not None or node.anchored and not node.root or any(s.own for s in node.names.values()):
                continue
            for said in node.names.values():
                groups = known.get(normal(said.value), {}) if said.hint else {}
                if len(groups) == 1 and identifies(said.value):
                    (group,) = groups.values()
                    if not apart(group, self.of(node)):
                        self.groups.join(group, self.of(node), "hint", said.value, [said.evidence])

    def _only_manager(self) -> None:
        """Pieces of FMCs that could all be one, and of which each tells what the others don't, are taken for one; said so as an assumption."""
        managers = [group for group in self.groups.all() if group.role is Role.MANAGER and any(node.used for node in group.nodes)]
        if len(managers) < 2 or not together(managers):
            return
        kinds = {
            "uuid": [group for group in managers if group.uuids],
            "name": [group for group in managers if own_names(group)],
            "address": [group for group in managers if known_addresses(group, self.of)],
            "tree": [group for group in managers if any(node.root for node in group.nodes)],
        }
        if any(len(groups) > 1 for groups in kinds.values()):
            return
        if not any(kinds.values()):
            return
        firm = max(managers, key=lambda group: (any(n.root for n in group.nodes), bool(group.uuids), bool(own_names(group)), len(group.nodes)))
        for group in managers:
            if group is not firm:
                for node in group.nodes:
                    node.anchored = False
                    node.assumed = "only manager"
                firm = self.groups.join(firm, group, "only manager", "", [group.nodes[0].evidence])


def together(groups: list[Group], *, weak: bool = True) -> bool:
    """Nothing keeps any two of these apart. Linear in what is known of them."""
    whole = Group([], set(), set(), set(), {}, {})
    for group in groups:
        role = group.role
        probe = Group(
            [], group.uuids, group.hosts, group.own_addresses, group.seats, {role: Sign.MODEL} if role is not None and weak else {}
        )
        if apart(whole, probe, weak=weak):
            return False
        whole.uuids |= probe.uuids
        whole.hosts |= probe.hosts
        whole.own_addresses |= probe.own_addresses
        whole.seats.update(probe.seats)
        whole.signs.update(probe.signs)
    return True


def own_names(group: Group) -> set[str]:
    """Names that identify it, hints left out."""
    return {normal(s.value) for node in group.nodes for s in node.names.values() if not s.hint and identifies(s.value)}


def known_addresses(group: Group, of: Callable[[Node], Group]) -> set[str]:
    """The addresses that those who may say so give it."""
    return {said.value for _node, said in admitted(group, "addresses", of)}


Derived = dict[tuple[int, Role], tuple[Group, Role, Sign]]


def _derive(derived: Derived, group: Group, role: Role, weight: Sign) -> None:
    known = derived.get((id(group), role))
    if known is None or weight > known[2]:
        derived[id(group), role] = (group, role, weight)
