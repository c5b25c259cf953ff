"""Mentions of appliances, and the groups of those that are one: union-find that keeps distinct what is known to be distinct."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from enum import IntEnum, StrEnum

from msgspec import Struct, field

from analyzer.identify.names import may_be_one
from analyzer.model.location import Evidence

STATED = "stated"
"""The place of what a person states: such a name is what the appliance shall be called."""

PLACES = 20
"""Places that are kept of one value."""


class Role(StrEnum):
    """What an appliance is."""

    MANAGER = "manager"
    DEVICE = "device"


class Sign(IntEnum):
    """How much a sign of a role weighs. The heaviest decides; where the heaviest of both roles weigh the same, the role is unknown."""

    NONE = 0
    HINT = 1  # a habit: a home folder, the bare name of a command, whom it talks to
    WORDING = 2  # a log tells of attempts as the documents show it on one side: both ends dial, and both fail
    NAMED = 3  # a path that somebody named in a command: it may stand on the other kind as well
    FORM = 4  # a wording or an output that the documents show on one side only
    PLACE = 5  # files and programs that stand on one kind only
    MODEL = 6  # the appliance's own tree or output names its model


class Word(IntEnum):
    """Who says it, the weightiest first."""

    FMC = 0  # an FMC of its devices
    OWN = 1  # an appliance of itself: its tree, its prompt
    DEVICE = 2  # a device of its FMC
    SEEN = 3  # the other end of a connection, in a log or a capture
    ANONYMOUS = 4  # a text that does not say who speaks


class Said(Struct, eq=False):
    """A value, who says it, and the places. ``own``: the appliance's own interface or host name. ``seen``: met in a log or a capture.
    ``hint``: the name of a file or folder, or a heading."""

    value: str
    speaker: Node | None
    evidence: Evidence
    own: bool = False
    seen: bool = False
    hint: bool = False


class Node(Struct, eq=False):
    """One mention of an appliance: a tree, the prompt of an output, a peer that an output names.

    ``speaker`` is the mention whose output it stands in, None for a speaker itself. ``anchored``: a tree, or an output whose prompt names
    the appliance: what it says counts more than a text that does not say who speaks. ``seats`` says which item of which list it is: two
    items of one list are never one appliance. ``backed``: more than a line of a log or a capture speaks of it. ``used``: something that
    bears on a tunnel was said by it or of it. ``unfit`` are places that give it an address which no appliance can have. ``dialled``: a
    status output has it, with the address at which the speaker holds or tries a connection.
    """

    number: int
    evidence: Evidence
    speaker: Node | None = None
    anchored: bool = False
    backed: bool = False
    used: bool = False
    assumed: str = ""
    label: str = ""
    root: str = ""
    place: str = ""
    uuids: dict[str, Evidence] = field(default_factory=dict)
    keys: dict[str, Evidence] = field(default_factory=dict)
    names: dict[tuple[str, bool, bool], Said] = field(default_factory=dict)
    addresses: dict[tuple[str, bool], Said] = field(default_factory=dict)
    unfit: list[Evidence] = field(default_factory=list)
    dialled: bool = False
    signs: dict[Role, tuple[Sign, str, Evidence]] = field(default_factory=dict)
    seats: dict[str, str] = field(default_factory=dict)
    session: tuple[str, int, int] | None = None

    def sign(self, role: Role, weight: Sign, why: str, evidence: Evidence) -> None:
        """A sign of a role; the heaviest of each role is kept."""
        known = self.signs.get(role)
        if known is None or weight > known[0]:
            self.signs[role] = (weight, why, evidence)

    def name(self, name: str, evidence: Evidence, *, own: bool = False, hint: bool = False) -> None:
        """It is called so: by itself (its host name), or by the speaker."""
        if name:
            self.names.setdefault((name, own, hint), Said(name, self if own else self.speaker, evidence, own=own, hint=hint))

    def at(self, address: str, evidence: Evidence, *, own: bool = False, seen: bool = False) -> None:
        """It has this address: it says so itself, or the speaker does."""
        if address:
            self.addresses.setdefault((address, own), Said(address, self if own else self.speaker, evidence, own=own, seen=seen))


class Merge(Struct, eq=False):
    """Why mentions are one appliance: a kind of reason, the value they share, and where it stands."""

    kind: str
    value: str
    evidence: list[Evidence]


class Group(Struct, eq=False):
    """Mentions that are one appliance, and what is known of it: what keeps it apart from others (``uuids``, ``hosts``, ``own_addresses``,
    ``seats``, ``signs``, ``peers``: the addresses of others that its logs name), and why it is one (``merges``). ``listed``: an FMC has it
    among its peers."""

    nodes: list[Node]
    uuids: set[str]
    hosts: set[str]
    own_addresses: set[str]
    seats: dict[str, str]
    signs: dict[Role, Sign]
    derived: dict[Role, Sign] = field(default_factory=dict)
    peers: set[str] = field(default_factory=set)
    listed: bool = False
    merges: dict[tuple[str, str], Merge] = field(default_factory=dict)
    _weighed: tuple[int, int] | None = None

    def weigh(self, signs: Mapping[Role, Sign], derived: Mapping[Role, Sign]) -> None:
        """Further signs of its roles: of each role the heaviest is kept."""
        for known, more in ((self.signs, signs), (self.derived, derived)):
            for role, weight in more.items():
                known[role] = max(known.get(role, Sign.NONE), weight)
        self._weighed = None

    def forget_derived(self) -> None:
        """Nothing is derived of its role any more."""
        self.derived = {}
        self._weighed = None

    def _weights(self) -> tuple[int, int]:
        """The heaviest sign for a manager and for a device: asked a hundred times for each that changes it."""
        if self._weighed is None:
            signs, derived = self.signs, self.derived
            self._weighed = (
                max(signs.get(Role.MANAGER, 0), derived.get(Role.MANAGER, 0)),
                max(signs.get(Role.DEVICE, 0), derived.get(Role.DEVICE, 0)),
            )
        return self._weighed

    @property
    def role(self) -> Role | None:
        """What the heaviest sign says, None without a sign or where two of one weight contradict each other."""
        manager, device = self._weighed or self._weights()
        return None if manager == device else Role.MANAGER if manager > device else Role.DEVICE

    @property
    def firm_role(self) -> Role | None:
        """The role as far as more than hints tell it: what keeps two mentions apart."""
        manager, device = self._weights()
        if manager == device or max(manager, device) < Sign.NAMED:
            return None
        return Role.MANAGER if manager > device else Role.DEVICE

    @property
    def only_dialled(self) -> bool:
        """Nothing says that it is a manager but that a device dials it."""
        return self.derived.get(Role.MANAGER, Sign.NONE) >= Sign.FORM > self.signs.get(Role.MANAGER, Sign.NONE)

    @property
    def only_called(self) -> bool:
        """Its name is that of an FMC, and nothing else says what it is."""
        return self.signs.get(Role.MANAGER) == Sign.HINT and Role.DEVICE not in self.signs and not self.hosts

    @property
    def torn(self) -> bool:
        """Signs of one weight speak for both roles."""
        manager, device = self._weights()
        return manager == device > 0


def apart(first: Group, second: Group, *, weak: bool = True) -> str:
    """Why the two cannot be one appliance, "" when nothing keeps them apart. ``weak``: by a name or an address; then two host names and two
    sets of own addresses keep apart as well, which a shared UUID or key outweighs (an appliance was renamed, or moved)."""
    if first.uuids and second.uuids and not first.uuids & second.uuids:
        return "uuid"
    small, large = (first.seats, second.seats) if len(first.seats) <= len(second.seats) else (second.seats, first.seats)
    if any(large.get(seats, item) != item for seats, item in small.items()):
        return "list"
    if not weak:
        return ""
    one, other = first.firm_role, second.firm_role
    if one is not None and other is not None and one is not other:
        return "role"
    if (first.listed and second.only_dialled) or (second.listed and first.only_dialled):
        return "role"  # a peer of an FMC is no FMC for being dialled
    if first.hosts and second.hosts and not any(may_be_one(a, b) for a in first.hosts for b in second.hosts):
        return "name"
    if first.own_addresses and second.own_addresses and not first.own_addresses & second.own_addresses:
        return "address"
    if not first.peers.isdisjoint(second.own_addresses) or not second.peers.isdisjoint(first.own_addresses):
        return "peer"  # nobody's log names its own address as that of another
    return ""


class Groups:
    """Union-find over nodes. ``joined`` counts the merges. The larger group takes in the smaller, so that all merges together stay near
    linear."""

    def __init__(self, nodes: list[Node], hosts: dict[int, set[str]], own_addresses: dict[int, set[str]]) -> None:
        self.joined = 0
        met: dict[int, set[str]] = defaultdict(set)
        for node in nodes:
            if node.speaker is not None:
                met[node.speaker.number] |= {said.value for said in node.addresses.values() if said.seen}
        self._group: dict[int, Group] = {}
        for node in nodes:
            self._group[node.number] = Group(
                nodes=[node],
                uuids=set(node.uuids),
                hosts=set(hosts.get(node.number, ())),
                own_addresses=set(own_addresses.get(node.number, ())),
                seats=dict(node.seats),
                peers=met.get(node.number, set()),
                signs={role: sign[0] for role, sign in node.signs.items()},
            )

    def of(self, node: Node) -> Group:
        """The group of a mention."""
        return self._group[node.number]

    def find(self, node: Node) -> Group | None:
        """The group of a mention, None for one that is not among them."""
        return self._group.get(node.number)

    def all(self) -> list[Group]:
        """Every group once, in the order of their first mention."""
        return list({id(group): group for group in self._group.values()}.values())

    def join(self, first: Group, second: Group, kind: str, value: str, evidence: list[Evidence]) -> Group:
        """Make one of two, and keep why."""
        if first is second:
            self._keep(first, kind, value, evidence)
            return first
        self.joined += 1
        large, small = (first, second) if len(first.nodes) >= len(second.nodes) else (second, first)
        large.nodes.extend(small.nodes)
        large.uuids |= small.uuids
        large.hosts |= small.hosts
        large.listed = large.listed or small.listed
        large.own_addresses |= small.own_addresses
        large.peers |= small.peers
        large.seats.update(small.seats)
        large.weigh(small.signs, small.derived)
        for merge in small.merges.values():
            self._keep(large, merge.kind, merge.value, merge.evidence)
        for node in small.nodes:
            self._group[node.number] = large
        self._keep(large, kind, value, evidence)
        return large

    @staticmethod
    def _keep(group: Group, kind: str, value: str, evidence: list[Evidence]) -> None:
        merge = group.merges.setdefault((kind, value), Merge(kind, value, []))
        for one in evidence:
            if len(merge.evidence) < PLACES and one not in merge.evidence:
                merge.evidence.append(one)
