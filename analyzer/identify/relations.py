"""Merges that follow from whom an appliance talks to: the one manager that a device lists, what a peer showed, one moment in two logs."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from analyzer.identify.groups import Group, Node, Role, apart
from analyzer.identify.merging import Merging, together
from analyzer.identify.names import identifies, normal, short
from analyzer.identify.words import admitted
from analyzer.model.location import Evidence

SAME_MOMENT = timedelta(seconds=3)
"""How far apart the two ends of one attempt may log it: the handshake and the whole seconds of a log."""

_MOMENTS = 200


class Relations(Merging):
    """The passes that look at speakers and their peers together. ``today`` tells what has ended, None: all has."""

    today: datetime | None = None

    def fits_several(self, group: Group) -> bool:
        """All that is known of the group is a name or an address that several appliances have."""
        raise NotImplementedError

    def _one_manager_of_a_device(self) -> None:
        """A device that lists one manager, by each list that it has, has one: its UUID in PEERS_MAP.JSON, its address in show managers."""
        by_device: dict[int, list[dict[str, Node]]] = defaultdict(list)
        for number, runs in self.mentions.lists.items():
            group = self.of(self.mentions.nodes[number])
            if group.role is Role.DEVICE:
                by_device[id(group)].extend(runs.values())
        met: dict[int, list[Node]] = defaultdict(list)
        folders: dict[int, list[Node]] = defaultdict(list)
        claimed: dict[int, list[Node]] = defaultdict(list)
        for node in self.mentions.nodes:
            if (
                node.speaker is not None
                and node.backed
                and self.of(node.speaker).role is Role.MANAGER
                and self.of(node).role is Role.DEVICE
            ):
                claimed[id(self.of(node))].append(node.speaker)
            if node.speaker is not None and self.of(node.speaker).role is Role.DEVICE and self.of(node).role is Role.MANAGER:
                met[id(self.of(node.speaker))].append(node)
        for speaker, peer, _evidence in self.mentions.folders:
            if self.of(speaker).role is Role.DEVICE:
                folders[id(self.of(speaker))].append(peer)
        for device, nodes in met.items():
            lists = by_device.get(device, [])
            if any(len(entries) > 1 for entries in lists):
                # It has several: an entry of show managers without a UUID is one of them, and does not say which.
                for entries in lists:
                    self.unsure |= {node.number for node in entries.values() if len(entries) == 1 and not self.of(node).uuids}
                continue
            listed = [next(iter(entries.values())) for entries in lists]
            in_folders = {id(self.of(node)) for node in folders.get(device, ())}
            named = listed or (folders.get(device, []) if len(in_folders) == 1 else [])
            fmcs = {id(self.of(node)): node for node in claimed.get(device, ())}
            if named and len(fmcs) == 1:
                # The device lists one manager, and one FMC lists the device: the same, where nothing speaks against it.
                (fmc,) = fmcs.values()
                if not (known_addresses(self.of(fmc), self.of) and known_addresses(self.of(named[0]), self.of)):
                    named = [*named, fmc]
            self.join("one manager", "", [(node, node.evidence) for node in named])
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
                    self.join("one manager", "", [(named[0], named[0].evidence), (other, other.evidence)])

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
                self.join("issuer", uuid, members, weak=False)

    def _hints(self) -> None:
        """A speaker without a name, in a file or folder that bears the name of one known appliance, is that one."""
        known: dict[str, dict[int, Group]] = defaultdict(dict)
        for node, said in self.said("names"):
            if not said.hint:
                for form in {normal(said.value), short(said.value)}:
                    known[form][id(self.of(node))] = self.of(node)
        for node in self.mentions.nodes:
            if node.speaker is not None or (node.anchored and not node.root) or any(s.own for s in node.names.values()):
                continue
            for said in node.names.values():
                groups = known.get(normal(said.value), {}) if said.hint else {}
                if len(groups) == 1 and identifies(said.value):
                    (group,) = groups.values()
                    if not apart(group, self.of(node)):
                        self.groups.join(group, self.of(node), "hint", said.value, [said.evidence])

    def _only_manager(self) -> None:
        """Pieces of FMCs that could all be one, and of which each tells what the others don't, are taken for one: an assumption."""
        managers = [
            group
            for group in self.groups.all()
            if group.role is Role.MANAGER and any(node.used for node in group.nodes) and not self.fits_several(group)
        ]
        if len(managers) < 2 or not together(managers) or len(self._own_dates(managers)) > 1:
            return
        kinds = {
            "uuid": [group for group in managers if group.uuids],
            "name": [group for group in managers if own_names(group)],
            "address": [group for group in managers if known_addresses(group, self.of)],
            "tree": [group for group in managers if any(node.root for node in group.nodes)],
        }
        speaking = [group for group in managers if any(node.anchored and node.speaker is None for node in group.nodes)]
        if any(len(groups) > 1 for groups in kinds.values()) or len(speaking) > 1:
            return  # two that speak for themselves, without a word that both share, may be two
        if not any(kinds.values()) or self._valid_without_devices(managers):
            return
        firm = max(
            managers, key=lambda group: (any(n.root for n in group.nodes), bool(group.uuids), bool(own_names(group)), len(group.nodes))
        )
        for group in [one for one in managers if one is not firm]:
            for node in group.nodes:
                node.anchored = False
                node.assumed = "only manager"
            firm = self.groups.join(firm, group, "only manager", "", [group.nodes[0].evidence])

    def _valid_without_devices(self, managers: list[Group]) -> bool:
        """An InternalCA that is still valid is that of a piece that has no device, and another piece has all of them: to take it for theirs
        would be a guess that calls tunnels safe. One that has ended is taken for theirs: then the guess is the careful reading."""
        having: set[int] = set()
        for node in self.mentions.nodes:
            if node.speaker is not None:
                speaker, peer = self.of(node.speaker), self.of(node)
                having |= {id(one) for one, other in ((speaker, peer), (peer, speaker)) if other.role is Role.DEVICE}
        valid = [group for group in managers if any(self.today is not None and ends > self.today for ends in self._own_dates([group]))]
        return any(id(group) not in having for group in valid) and any(id(group) in having for group in managers)

    def _same_devices(self) -> None:
        """FMCs at one host name (a factory name too) that have the same device, known by its UUID, are one. The two of a pair have names of
        their own."""
        sharing: dict[tuple[str, int], list[tuple[Node, Evidence]]] = defaultdict(list)
        for node in self.mentions.nodes:
            if node.speaker is None or not node.backed or not self.of(node).uuids or self.of(node).role is not Role.DEVICE:
                continue
            if self.of(node.speaker).role is Role.MANAGER:
                for said in node.speaker.names.values():
                    if said.own:
                        sharing[normal(said.value), id(self.of(node))].append((node.speaker, node.evidence))
        for (name, _device), members in sharing.items():
            self.join("same devices", name, members)

    def _own_dates(self, managers: list[Group]) -> set[datetime]:
        """When the InternalCAs end that these show at their own places. Two dates are two FMCs, or one before and after its renewal."""
        return {ends for group in managers for node in group.nodes for ends in self.mentions.own_ends.get(node.number, ())}

    def _one_moment(self) -> None:
        """Two ends that log their failures at the same moments log the same attempts: the device that dials an FMC is the one whose address
        that FMC's log names. Only where each fits one other alone."""
        times = self.mentions.failed_at
        devices: dict[int, list[tuple[Group, Node, list[datetime]]]] = defaultdict(list)
        met: dict[int, list[tuple[Group, Node, list[datetime]]]] = defaultdict(list)
        for (speaker, peer), moments in times.items():
            own, other = self.of(self.mentions.nodes[speaker]), self.of(self.mentions.nodes[peer])
            node = self.mentions.nodes[peer]
            if own.role is Role.DEVICE and other.role is Role.MANAGER and not known_addresses(own, self.of):
                devices[id(other)].append((own, self.mentions.nodes[speaker], sorted(moments)))
            elif own.role is Role.MANAGER and other.role is Role.DEVICE and not any(one.backed for one in other.nodes):
                met[id(own)].append((other, node, sorted(moments)))
        for manager, mine in devices.items():
            theirs = met.get(manager, [])
            for _own, speaker_node, moments in mine:
                fitting = [one for one in theirs if _fit(moments, one[2])]
                if len({id(one[0]) for one in fitting}) != 1:
                    continue
                if len({id(other[0]) for other in mine if _fit(other[2], fitting[0][2])}) == 1:
                    self.join("moment", "", [(speaker_node, speaker_node.evidence), (fitting[0][1], fitting[0][1].evidence)])

    def _left_over(self) -> None:
        """An FMC's own files hold a folder for each of its devices, and its status a block. Where one folder and one block are left that
        nothing has matched, they are of one device."""
        folders: dict[int, dict[int, Node]] = defaultdict(dict)
        blocks: dict[int, dict[int, Node]] = defaultdict(dict)
        for speaker, peer, _evidence in self.mentions.folders:
            if speaker.root and self.of(speaker).role is Role.MANAGER and self.of(peer).role is Role.DEVICE:
                folders[speaker.number][id(self.of(peer))] = peer
        for node in self.mentions.nodes:
            if node.speaker is not None and node.speaker.number in folders and any(seat.startswith("status ") for seat in node.seats):
                blocks[node.speaker.number][id(self.of(node))] = node
        for number, held in folders.items():
            listed = blocks[number]
            folder = [node for group, node in held.items() if group not in listed]
            block = [node for group, node in listed.items() if group not in held]
            if len(folder) == 1 and len(block) == 1:
                one, other = folder[0], block[0]
                if not own_names(self.of(one)) and not self.of(other).uuids:
                    self.join("left over", "", [(one, one.evidence), (other, other.evidence)])


def _fit(mine: list[datetime], theirs: list[datetime]) -> bool:
    """Nearly all moments of the shorter list lie beside one of the longer."""
    small, large = sorted((mine[-_MOMENTS:], theirs[-_MOMENTS:]), key=len)
    near = 0
    for moment in small:
        at = bisect_left(large, moment)
        near += any(abs(one - moment) <= SAME_MOMENT for one in large[max(0, at - 1) : at + 1])
    return bool(small) and near * 5 >= len(small) * 4


def own_names(group: Group) -> set[str]:
    """Names that identify it, hints left out."""
    return {normal(s.value) for node in group.nodes for s in node.names.values() if not s.hint and identifies(s.value)}


def known_addresses(group: Group, of: Callable[[Node], Group]) -> set[str]:
    """The addresses that those who may say so give it."""
    return {said.value for _node, said in admitted(group, "addresses", of)}
