"""Which mentions are one appliance: strong identifiers first, then names and addresses that fit one only.

Each pass takes the mentions that share a value, and joins them when nothing keeps any two of them apart. Where something does, the value
is shared: it identifies nobody. Passes run in the order of what they prove, and none depends on the order of the facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise, zip_longest

from analyzer.identify.groups import Group, Node, Role, Said, Sign, apart
from analyzer.identify.mentions import Mentions
from analyzer.identify.names import identifies, like_a_host, normal, short
from analyzer.identify.relations import Relations
from analyzer.identify.words import admitted
from analyzer.model.location import Evidence

ROUNDS = 3

LINES_OF_ONE_LOG = 3
"""Two appliances of one factory name may write one line at one second with equal numbers of process and thread; hardly three of them."""


class Resolved(Relations):
    """The groups, and which values fit several. ``shared`` are addresses that identify nobody, ``assumed`` says of which mentions the
    appliance is assumed, and why."""

    def __init__(self, mentions: Mentions, today: datetime | None = None) -> None:
        super().__init__(mentions)
        self.today = today
        self.shared: set[str] = set()
        self.shared_names: set[str] = set()
        self.shared_in_lists: set[str] = set()
        self._of_managers: set[str] = set()
        self._by_uuid()
        self._stated_files()
        self._own_cas()
        self._sessions()
        self._copies_of_one_output()
        self._parts_of_one_log()
        for turn in range(ROUNDS):
            before = self.groups.joined
            self._roles()
            self._networks()
            self._weak(strict=turn == 0)
            if turn and self.groups.joined == before:
                break
        for relate in (self._same_devices, self._one_manager_of_a_device, self._shown, self._hints, self._left_over, self._one_moment):
            self._after(relate)
        self._roles(settle=True)
        for last in (self._shown, self._only_manager, self._one_moment):
            before = self.groups.joined
            last()
            if self.groups.joined != before:
                self._roles(settle=True)

    def _after(self, relate: Callable[[], None]) -> None:
        """A pass, and what follows from what it joined."""
        before = self.groups.joined
        relate()
        if self.groups.joined != before:
            self._roles()
            self._weak(strict=False)

    def find(self, node: Node) -> Group | None:
        """The group of a mention, None for one that was met after all were read."""
        return self.groups.find(node)

    def fits_several(self, group: Group) -> bool:
        """All that is known of it is a name or an address that several appliances have."""
        if group.nodes and all(node.number in self.unsure for node in group.nodes):
            return True
        if any(seat.startswith("status ") for node in group.nodes for seat in node.seats):
            return False  # a row of a list is an appliance of its own, whoever else has its name
        if group.uuids or any(node.keys or (node.speaker is None and not node.label) for node in group.nodes):
            return False
        names, addresses = [], []
        for node, said in admitted(group, "names", self.of):
            speaker = self.of(node.speaker).nodes[0].number if node.speaker is not None else ""
            listed = f"{normal(said.value)} of {speaker}\0{said.value}" in self.shared_in_lists
            names.append(listed or normal(said.value) in self.shared_names)
        for _node, said in admitted(group, "addresses", self.of):
            addresses.append(said.value in self.shared)
        return bool(names or addresses) and all(names) and all(addresses)

    def of_fmc(self, address: str) -> bool:
        """The address is one that an FMC states as its own: never a device's."""
        return address in self._of_managers

    # -- passes ------------------------------------------------------------------------------------------------

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

    def _stated_files(self) -> None:
        """What a person states: a file that does not name its appliance was written on this one. What names itself there stays itself."""
        if not self.mentions.stated_files:
            return
        by_source: dict[str, list[Node]] = defaultdict(list)
        for node in self.mentions.nodes:
            if node.speaker is None and not node.anchored and not node.root:
                by_source[f"/{node.evidence.location.source}"].append(node)
        for source, nodes in by_source.items():
            for end, of, evidence in self.mentions.stated_files:
                for node in nodes if source.endswith(end) else ():
                    if not apart(self.of(node), self.of(of), weak=False):
                        self.groups.join(self.of(of), self.of(node), "stated", end.lstrip("/"), [evidence, node.evidence])
                        node.assumed = ""

    def _own_cas(self) -> None:
        """The InternalCA at its own place in a tree names the FMC: it is its UUID, or (an FMC that was moved) another name of it."""
        claims: dict[str, list[tuple[Node, Evidence]]] = defaultdict(list)
        for node, uuid, evidence in self.mentions.own_cas:
            claims[uuid].append((node, evidence))
        for uuid, places in sorted(claims.items()):
            bare = self.mentions.bare.get(uuid)
            if bare is None:
                continue
            moved: dict[int, tuple[Node, Evidence]] = {}
            for node, evidence in places:
                if uuid in self.of(node).uuids:
                    continue
                if self.of(node).uuids:
                    moved[id(self.of(node))] = (node, evidence)
                else:
                    self.groups.join(self.of(bare), self.of(node), "ca", uuid, [evidence])
            if len(moved) == 1 and not any(node.root for node in self.of(bare).nodes):
                ((node, evidence),) = moved.values()
                self.groups.join(self.of(node), self.of(bare), "ca", uuid, [evidence])

    def _sessions(self) -> None:
        """Within one unbroken session, outputs at one prompt are of one appliance, a factory name included; a prompt without a name goes
        on with the one above. Where no prompt names anybody, a text is of one appliance until a command is repeated or a heading names the
        next one. What the outputs themselves show (a device's, an FMC's) parts them again."""
        speakers = self.mentions.speakers
        by_session: dict[tuple[str, int], list[Node]] = defaultdict(list)
        for node in self.mentions.nodes:
            if node.session is not None:
                by_session[node.session[:2]].append(node)
        runs: dict[tuple[str, ...], list[Node]] = defaultdict(list)
        for (source, session), nodes in by_session.items():
            named = any(speakers.prompt_of(one)[0] or speakers.host_above(one) for one in nodes)
            for node in nodes:
                if named:
                    runs[source, str(session)].append(node)
                else:
                    _host, output, label = speakers.prompt_of(node)
                    runs[source, str(output), label, "nameless"].append(node)
        for nodes in runs.values():
            nodes.sort(key=lambda node: node.session[2] if node.session is not None else 0)
            latest: dict[str, list[Node]] = defaultdict(list)
            host = ""
            for node in nodes:
                at_clish = speakers.clish_of(node)
                host = normal(speakers.prompt_of(node)[0] or at_clish or speakers.host_above(node)) or host
                for earlier in reversed(latest[host]):
                    other_mode = speakers.clish_of(earlier) != at_clish  # to leave one mode for the other tells more than a role
                    if not apart(self.of(earlier), self.of(node), weak=not other_mode):
                        self.groups.join(self.of(earlier), self.of(node), "session", host, [earlier.evidence, node.evidence])
                        node.anchored = node.anchored or earlier.anchored
                        break
                else:
                    latest[host].append(node)
                    del latest[host][:-8]

    def _networks(self) -> None:
        """Two FMCs of one address, each with a UUID of its own, are of two networks, or of two times: there, one name or private address of
        a device means two devices, as two rows of one list do."""
        at: dict[str, dict[int, Group]] = defaultdict(dict)
        for group in self.groups.all():
            if group.role is Role.MANAGER and group.uuids:
                for address in group.own_addresses:
                    at[address][id(group)] = group
        network = {
            number: (address, min(group.uuids)) for address, groups in at.items() if len(groups) > 1 for number, group in groups.items()
        }
        in_networks: dict[int, set[tuple[str, str]]] = defaultdict(set)
        for node in self.mentions.nodes if network else ():
            if node.speaker is not None and id(self.of(node.speaker)) in network:
                in_networks[id(self.of(node))].add(network[id(self.of(node.speaker))])
        for group in self.groups.all() if network else ():
            found = sorted(in_networks.get(id(group), ()))
            if len(found) == 1 or (found and not group.uuids):  # one UUID in both is one device, which was moved
                group.seats.setdefault(f"network of {found[0][0]}", found[0][1])

    def _copies_of_one_output(self) -> None:
        """The same text given twice is one output, unless the files bear the names of two appliances."""
        told: dict[int, dict[str, list[Node]]] = defaultdict(lambda: defaultdict(list))
        for node in self.mentions.nodes:
            words = self.mentions.speakers.words_of(node)
            if words and node.speaker is None and node.place:
                hints = sorted(normal(said.value) for said in node.names.values() if said.hint)
                told[words][" ".join(hints)].append(node)
        for by_hint in told.values():
            unnamed = by_hint.pop("", []) if len(by_hint) == 2 else []  # one name, and a copy that bears none
            for nodes in by_hint.values():
                places: dict[str, list[Node]] = defaultdict(list)
                for node in sorted([*nodes, *unnamed], key=lambda node: node.evidence.order()):
                    places[node.place].append(node)
                # Two outputs of one text are two appliances, however alike: the first is a copy of another text's first.
                for copies in zip_longest(*places.values()):
                    self.join("copy", "", [(node, node.evidence) for node in copies if node is not None])

    def _parts_of_one_log(self) -> None:
        """Logs without a name of their own that have lines of one process at one time in common are parts of one log, unless the files bear
        the names of two appliances."""
        shared: dict[tuple[int, int], int] = defaultdict(int)
        for writers in self.mentions.lines.values():
            for one, other in pairwise(writers):
                shared[min(one.number, other.number), max(one.number, other.number)] += 1
        for (first, second), lines in sorted(shared.items()):
            one, other = self.mentions.nodes[first], self.mentions.nodes[second]
            hints = {normal(said.value) for node in (one, other) for said in node.names.values() if said.hint}
            if first != second and lines >= LINES_OF_ONE_LOG and len(hints) < 2:
                self.join("copy", "", [(one, one.evidence), (other, other.evidence)])

    def _roles(self, *, settle: bool = False) -> None:
        """What follows from whom an appliance talks to. Twice: what is concluded of a speaker tells of its peers. Where roles are settled,
        an assumption is made after all that is concluded, and what follows from it comes after it."""
        for group in self.groups.all():
            group.forget_derived()
            group.listed = False
        for turn in range(3 if settle else 2):
            peers: dict[int, tuple[Group, list[Role | None]]] = {}
            derived: Derived = {}
            for node in self.mentions.nodes:
                if node.speaker is None or not (node.backed or node.addresses):
                    continue
                speaker, peer = self.of(node.speaker), self.of(node)
                called = peer.only_called
                peers.setdefault(id(speaker), (speaker, []))[1].append(None if called else peer.role)
                if speaker.role is Role.DEVICE:
                    _derive(derived, peer, Role.MANAGER, Sign.FORM)
                elif speaker.role is Role.MANAGER and not called:  # else: the other FMC of a pair
                    # To have typed a command with a path of an FMC is no more than to be in the list of one.
                    tied = node.backed and peer.signs.get(Role.MANAGER, Sign.NONE) == Sign.NAMED
                    lowered = node.backed and peer.signs.get(Role.MANAGER) == peer.signs.get(Role.DEVICE) == Sign.HINT
                    _derive(derived, peer, Role.DEVICE, Sign.NAMED if tied or lowered else Sign.HINT)
                    peer.listed = peer.listed or (node.backed and speaker.firm_role is Role.MANAGER)
                if peer.role is Role.DEVICE and Role.DEVICE in peer.signs:
                    _derive(derived, speaker, Role.MANAGER, Sign.FORM)
            for speaker, roles in peers.values():
                if all(role is Role.MANAGER for role in roles):
                    _derive(derived, speaker, Role.DEVICE, Sign.HINT if max(speaker.signs.values(), default=0) > Sign.HINT else Sign.FORM)
            for server, client, _fact in self.mentions.captured.values():
                self._ends(derived, self.of(server), self.of(client), settle=settle and turn > 0)
            for group, role, weight in derived.values():
                group.weigh({}, {role: weight})

    @staticmethod
    def _ends(derived: Derived, server: Group, client: Group, *, settle: bool) -> None:
        """What one end tells of the other. Where nothing else tells in the end, the one that listens is taken for the manager."""
        for one, other in ((server, client), (client, server)):
            if one.role is Role.DEVICE and (one.signs or one.listed):
                _derive(derived, other, Role.MANAGER, Sign.FORM)
            elif one.role is Role.MANAGER and (one.signs or one.only_dialled):
                _derive(derived, other, Role.DEVICE, Sign.HINT)
        if settle and not server.signs and not client.signs and server.role is None and client.role is None:
            _derive(derived, server, Role.MANAGER, Sign.HINT)
            _derive(derived, client, Role.DEVICE, Sign.HINT)

    def _weak(self, *, strict: bool) -> None:
        self._keys()
        named = [(node, said) for node, said in self.said("names") if not said.hint]
        self._values(self._pairs(named), "pair", strict=strict)
        self.shared_in_lists = self._values(self._listed_names(), "name", strict=strict)
        full: dict[str, set[str]] = defaultdict(set)
        for _node, said in named:
            if "." in normal(said.value):
                full[short(said.value)].add(normal(said.value))
        for node in self.mentions.nodes:
            for said in node.names.values():
                # A folder or file named after a host with its domain: that host is in evidence, whichever prompt is its.
                if said.hint and said.value.count(".") > 1 and like_a_host(said.value):
                    full[short(said.value)].add(normal(said.value))
        several = {name for name, names in full.items() if len(names) > 1}  # two full names with one short name are two appliances
        known = {name: members for name, members in self._names(named, normal).items() if name not in several}
        self.shared_names = self._values(known, "name", strict=strict) | several
        self.shared = self._values(self._addresses(), "address", strict=strict)
        shortened = {name: members for name, members in self._names(named, short).items() if name not in several}
        self._values(shortened, "short name", strict=strict)

    def _values(self, sharing: dict[str, list[tuple[Node, Evidence]]], kind: str, *, strict: bool) -> set[str]:
        """Join by each value; which of them fit several."""
        shared = set()
        for value, members in sorted(sharing.items()):
            if self.join(kind, value.rpartition("\0")[2], members, strict=strict):
                continue
            named = [(node, evidence) for node, evidence in members if node.speaker is None or node.speaker.anchored]
            if "name" in kind and len(named) < len(members) and self.join(kind, value.rpartition("\0")[2], named, strict=strict):
                continue  # a text that does not say who speaks contradicts the others: it gives way
            parted = False
            for role in Role:
                mine = [(node, evidence) for node, evidence in members if self.of(node).role is role]
                parted |= not self.join(kind, value.rpartition("\0")[2], mine)
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
            self.join("key", key, members)

    def _names(self, named: list[tuple[Node, Said]], form: Callable[[str], str]) -> dict[str, list[tuple[Node, Evidence]]]:
        sharing: dict[str, list[tuple[Node, Evidence]]] = defaultdict(list)
        for node, said in named:
            if identifies(said.value):
                sharing[form(said.value)].append((node, said.evidence))
        return sharing

    def _listed_names(self) -> dict[str, list[tuple[Node, Evidence]]]:
        """Names in the lists of one FMC (its outputs, its folders): there even a factory name may be one device's."""
        sharing: dict[str, list[tuple[Node, Evidence]]] = defaultdict(list)
        for node in self.mentions.nodes:
            if node.speaker is None or not node.backed or self.of(node).role is not Role.DEVICE:
                continue
            speaker = self.of(node.speaker)
            if speaker.role is Role.MANAGER:
                for said in node.names.values():
                    if not said.hint:
                        sharing[f"{normal(said.value)} of {speaker.nodes[0].number}\0{said.value}"].append((node, said.evidence))
        return sharing

    def _pairs(self, named: list[tuple[Node, Said]]) -> dict[str, list[tuple[Node, Evidence]]]:
        sharing: dict[str, list[tuple[Node, Evidence]]] = defaultdict(list)
        addresses: dict[int, list[Said]] = defaultdict(list)
        for node, said in self.said("addresses"):
            addresses[node.number].append(said)
        for node, said in named:
            for at in addresses.get(node.number, ()):
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
        for node, said in self.said("addresses"):
            if not (said.value in self._of_managers and self.of(node).role is Role.DEVICE):
                sharing[said.value].append((node, said.evidence))
        return sharing


Derived = dict[tuple[int, Role], tuple[Group, Role, Sign]]


def _derive(derived: Derived, group: Group, role: Role, weight: Sign) -> None:
    known = derived.get((id(group), role))
    if known is None or weight > known[2]:
        derived[id(group), role] = (group, role, weight)
