"""The groups while they are being merged, and the one way in which mentions that share something are joined."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.identify.groups import Group, Groups, Node, Said, Sign, apart
from analyzer.identify.mentions import Mentions
from analyzer.identify.names import identifies, normal
from analyzer.identify.words import admitted
from analyzer.model.location import Evidence


class Merging:
    """All mentions, each a group of its own at first."""

    def __init__(self, mentions: Mentions) -> None:
        self.mentions = mentions
        nodes = mentions.nodes
        hosts = {n.number: {normal(s.value) for s in n.names.values() if s.own and identifies(s.value)} for n in nodes if n.names}
        own = {n.number: {s.value for s in n.addresses.values() if s.own} for n in nodes if n.addresses}
        self.unsure: set[int] = set()
        self.groups = Groups(nodes, hosts, own)

    def of(self, node: Node) -> Group:
        """The group of a mention."""
        return self.groups.of(node)

    def join(self, kind: str, value: str, members: list[tuple[Node, Evidence]], *, strict: bool = False, weak: bool = True) -> bool:
        """Join the mentions that share a value, unless two of them are known to be distinct. False when they are. ``strict``: join only
        those whose role is known; the others may still show that the value is shared."""
        found: dict[int, tuple[Group, list[Evidence]]] = {}
        for node, evidence in members:
            group = self.of(node)
            entry = found.setdefault(id(group), (group, []))
            if len(entry[1]) < 3:
                entry[1].append(evidence)
        groups = [group for group, _ in found.values()]
        if len(groups) < 2:
            return True
        if not together(groups, weak=weak):
            return False
        chosen = [entry for entry in found.values() if not strict or entry[0].firm_role is not None]
        if len(chosen) < 2:
            return True
        first, *rest = chosen
        whole, places = first[0], list(first[1])
        for group, more in rest:
            whole = self.groups.join(whole, group, kind, value, [*places, *more])
            places = []
        return True

    def said(self, which: str) -> Iterable[tuple[Node, Said]]:
        """What is said of each appliance by those who may say it."""
        for group in self.groups.all():
            yield from admitted(group, which, self.of)


def together(groups: list[Group], *, weak: bool = True) -> bool:
    """Nothing keeps any two of these apart. Linear in what is known of them."""
    whole = Group([], set(), set(), set(), {}, {})
    dialled = listed = False
    for group in groups:
        role = group.firm_role
        probe = Group(
            [],
            group.uuids,
            group.hosts,
            group.own_addresses,
            group.seats,
            {role: Sign.MODEL} if role is not None and weak else {},
            peers=group.peers,
        )
        if weak:
            dialled, listed = dialled or group.only_dialled, listed or group.listed
            if dialled and listed:
                return False
        if apart(whole, probe, weak=weak):
            return False
        whole.uuids |= probe.uuids
        whole.hosts |= probe.hosts
        whole.own_addresses |= probe.own_addresses
        whole.peers |= probe.peers
        whole.seats.update(probe.seats)
        whole.weigh(probe.signs, {})
    return True
