"""Who speaks at a place: the tree a file stands in, the prompt above an output, the host of a log line, else an implicit appliance."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from analyzer.identify.groups import Node, Role, Sign
from analyzer.identify.names import file_of, hint_of_path, identifies, like_a_host, normal
from analyzer.identify.placement import UUID, Placement, place
from analyzer.identify.sorted_facts import SortedFacts, location_of
from analyzer.model.facts import Fact
from analyzer.model.location import NESTED, Evidence, Location
from analyzer.model.log import LogEvent, LogKind
from analyzer.model.passage import Passage, Shell

_ROTATED = re.compile(r"(?:\.\d{1,4})?(?:\.(?:gz|bz2|xz|zst))?$")
_OF_DEVICE = re.compile(r"/ngfw/|^/ngfw$|\bsftunnel-status\b|\bshow managers\b|\bconfigure (?:manager|network)\b|\bshow sftunnel\b")
_OF_MANAGER = re.compile(r"/certs_pushed|generate_certs\.pl|FAILED_PUSH|sfca_generation|copy_sftunnel_certs\.py")
_STATUS_SCRIPT = re.compile(r"\bsftunnel_status\.pl\b")
_LEAVES = re.compile(r"(?:exit|logout)\b")
_HOME_OF_DEVICE = re.compile(r"/home/admin(?:/|$)")
"""An FMC has its homes in /Volume/home."""
_PEER_FOLDER = re.compile(rf"/var/sf/peers/({UUID.pattern})", re.IGNORECASE)

_DIALS = {LogKind.INITIATING, LogKind.WAITING, LogKind.TCP_CONNECTED}
_DEVICE_LINES = {*_DIALS, LogKind.HANDSHAKE_FAILED}
_MANAGER_WORDS = ("establishSSLConnection", "establishConnectionUtil")

_NAMED_AFTER = {
    Role.MANAGER: re.compile(r"(?:^|[-_.])v?fmcv?\d*(?=[-_.]|$)", re.IGNORECASE),
    Role.DEVICE: re.compile(r"(?:^|[-_.])v?ftdv?\d*(?=[-_.]|$)", re.IGNORECASE),
}

Key = tuple[Any, ...]


Process = tuple[str, str, int | None]


def _process(event: LogEvent) -> Process:
    """Whose lines these are. Of a host that has a name of its own all lines are one appliance's; of a factory name only those of one
    process."""
    return (event.evidence.location.source, event.host, None if identifies(event.host) else event.pid)


def _sides(events: list[LogEvent]) -> dict[Process, Role]:
    """The side whose wording the lines have. Both ends dial (field notes 2.4), but establishSSLConnection is shown on the FMC only: beside
    it the wording of a device tells nothing. A handshake that failed is a device's where that device dialled: of one who accepted it tells
    nothing. Lines without host and process may be of several appliances: nothing, where they have both."""
    said: dict[Process, set[Role]] = defaultdict(set)
    called: set[Process] = set()
    kinds: dict[Process, set[LogKind]] = defaultdict(set)
    for event in events:
        kinds[_process(event)].add(event.kind)
        if event.message.startswith(_MANAGER_WORDS):
            said[_process(event)].add(Role.MANAGER)
        elif event.kind in _DEVICE_LINES:
            said[_process(event)].add(Role.DEVICE)
        elif event.kind is LogKind.VERIFY_CALLBACK:
            called.add(_process(event))
    for process, seen in kinds.items():
        if LogKind.ACCEPTED in seen and not seen & _DIALS and said[process] == {Role.DEVICE}:
            del said[process]
    found: dict[Process, Role] = {}
    for process, roles in said.items():
        if len(roles) == 1:
            found[process] = next(iter(roles))
        elif process[1] or process[2] is not None:
            found[process] = Role.MANAGER
    for process in called - set(said):  # shown on the FMC: by itself it is the only sign
        found[process] = Role.MANAGER
    return found


class Speakers:
    """One node for each tree, each output, each host of a log."""

    def __init__(self, facts: SortedFacts) -> None:
        self.nodes: list[Node] = []
        self.carried: dict[str, str] = {}
        self._facts = facts
        self._spoken: dict[int, tuple[Fact, Node | None]] = {}
        self._known: dict[Key, Node] = {}
        self._prompts: dict[int, tuple[str, int, str]] = {}
        self._words: dict[int, int] = {}
        self._passages: dict[str, tuple[list[tuple[int, int]], list[Passage]]] = {}
        self._hosts_above: dict[str, list[str]] = {}
        self._clish_of: dict[Key, str] = {}
        self._clish: dict[int, str] = {}
        self._sides = _sides(facts.of(LogEvent))
        self._trees: dict[str, str] = {}
        self._common = _common_folder(facts)
        by_source: dict[str, list[Passage]] = defaultdict(list)
        for passage in facts.of(Passage):
            by_source[passage.evidence.location.source].append(passage)
        for source, passages in by_source.items():
            places = sorted(((one.evidence.location.line or 0, one.evidence.location.offset or 0), at) for at, one in enumerate(passages))
            ordered = [passages[at] for _, at in places]
            self._passages[source] = ([place for place, _ in places], ordered)
            self._hosts_above[source] = list(_hosts_above(ordered))
            self._clish_of.update((_key_of(one), host) for one, host in _clish_hosts(ordered))

    # -- trees -------------------------------------------------------------------------------------------------

    def tree_of(self, location: Location) -> str:
        """The root of the tree that the file stands in, "" for a loose one. What a nested archive holds belongs to the tree that the
        archive lies in: it is something that this appliance keeps."""
        placement = place(location)
        root = "" if placement.loose else placement.root
        known = self._trees.get(placement.root)
        if known is None:
            known = self._trees[placement.root] = self._bearer(placement)
        return known or root

    def _bearer(self, placement: Placement) -> str:
        """The tree in whose archive, or in whose folder of an archive, the root of this placement lies, "" for none."""
        parts = placement.root.split(NESTED)
        for depth in range(1, len(parts)):
            inner = place(Location(NESTED.join(parts[: depth + 1])))
            if not inner.loose and inner.root in self._facts.roots and inner.root != placement.root:
                self.carried[placement.root] = inner.root
                return inner.root
            folder = NESTED.join(parts[:depth])
            for step in ("", *parts[depth].split("/")[:-1]):
                folder = folder if not step else f"{folder}{NESTED if folder == NESTED.join(parts[:depth]) else '/'}{step}"
                if folder != placement.root and _is_bundle(self._facts.roots.get(folder, {})):
                    self.carried[placement.root] = folder
                    return folder
        return ""

    def at_own_place(self, location: Location) -> bool:
        """The file stands in a tree, and not in an archive that merely lies in one."""
        return not place(location).loose and self.tree_of(location) == place(location).root

    # -- speakers ----------------------------------------------------------------------------------------------

    def tree(self, root: str, evidence: Evidence) -> Node:
        """The node of a tree."""
        node = self._node(("tree", root), evidence)
        node.anchored, node.root = True, root
        return node

    def of(self, fact: Fact) -> Node | None:
        """The node that speaks where the fact was read. None for packets: a capture is nobody's word."""
        known = self._spoken.get(id(fact))
        if known is not None and known[0] is fact:
            return known[1]
        node = self._of(fact)
        self._spoken[id(fact)] = (fact, node)
        return node

    def _of(self, fact: Fact) -> Node | None:
        location = location_of(fact)
        if location.packet is not None:
            return None
        root = self.tree_of(location)
        if root:
            return self.tree(root, Evidence(Location(location.artifact, location.member), ""))
        host = getattr(fact, "host", "") or ""
        if not isinstance(fact, LogEvent) and not _has_prompt_host(fact):
            host = ""
        passage = self.passage(location)
        if isinstance(fact, LogEvent):
            return self._of_log(fact, host, passage)
        if passage is not None:
            return self._of_passage(passage)
        return self._of_text(location, host, fact)

    def passage(self, location: Location) -> Passage | None:
        """The passage that covers a line."""
        lines, passages = self._passages.get(location.source, ((), ()))
        at = bisect_right(lines, (location.line or 0, location.offset or 0)) - 1
        if at < 0:
            return passages[0] if passages else None
        return passages[at]

    def _of_passage(self, passage: Passage) -> Node:
        location = passage.evidence.location
        node = self._node(("said", location.source, location.line, location.offset), passage.evidence)
        if node.session is None:
            node.session = (location.source, passage.session, location.line or 0)
            self._prompts[node.number] = (passage.host, passage.output, passage.label)
            self._clish[node.number] = self._clish_of.get(_key_of(passage), "")
            if passage.host:
                _call(node, passage.host, passage.evidence)
                node.anchored = identifies(passage.host)
            if passage.label:
                node.name(passage.label[:63], passage.evidence, hint=True)
            self._hint(node, location)
            _signs_of_prompt(node, passage)
        return node

    def prompt_of(self, node: Node) -> tuple[str, int, str]:
        """The host of its prompt, which of the appliances without a name of its text it is (`Passage.output`), and the label above it."""
        return self._prompts.get(node.number, ("", 0, ""))

    def host_above(self, node: Node) -> str:
        """The host of the nearest prompt above that has a name, in the same session; "" for none. Its output may have given nothing."""
        if node.session is None:
            return ""
        source, _session, line = node.session
        places, _passages = self._passages.get(source, ((), ()))
        at = bisect_right(places, (line, 0)) - 1
        return self._hosts_above[source][at] if at >= 0 else ""

    def clish_of(self, node: Node) -> str:
        """The host at whose CLISH it was typed, as the expert mode that was opened from there, or left to it, names it; else ""."""
        return self._clish.get(node.number, "")

    def heard(self, node: Node, text: str) -> None:
        """The node said this: what two copies of one output have in common."""
        self._words[node.number] = hash((self._words.get(node.number, 0), text))

    def words_of(self, node: Node) -> int:
        """What the node said, 0 for nothing."""
        return self._words.get(node.number, 0)

    def _of_text(self, location: Location, host: str, fact: Fact) -> Node:
        node = self._node(("text", location.source, host), Evidence(Location(location.artifact, location.member), ""))
        if host:
            _call(node, host, _evidence(fact))
            node.anchored = identifies(host)
        self._hint(node, location)
        return node

    def _of_log(self, event: LogEvent, host: str, passage: Passage | None) -> Node:
        location = event.evidence.location
        side = self._sides.get(_process(event))
        if passage is not None and passage.host and (not host or normal(host) == normal(passage.host)):
            node = self._of_passage(passage)
        else:
            source = _ROTATED.sub("", location.source)
            session = passage.evidence.location.line if passage is not None and not host else 0
            node = self._node(("log", source, host, side if not identifies(host) else None, session), event.evidence)
            if host and not node.names:
                _call(node, host, event.evidence)
                node.anchored = identifies(host)
            if not host and passage is not None and node.session is None:
                node.session = (location.source, passage.session, location.line or 0)
                self._prompts[node.number] = (passage.host, passage.output, passage.label)
            self._hint(node, location)
        if side is not None:
            node.sign(side, Sign.FORM if side is Role.MANAGER else Sign.WORDING, "log", event.evidence)
        return node

    def _node(self, key: Key, evidence: Evidence) -> Node:
        node = self._known.get(key)
        if node is None:
            node = self._known[key] = Node(len(self.nodes), evidence)
            self.nodes.append(node)
        return node

    def _hint(self, node: Node, location: Location) -> None:
        """What the names of the file and of its folder say of whose it is."""
        if node.place:
            return
        node.place = location.source
        path = file_of(location.source).removeprefix(self._common)
        parts = re.split(r"/|!/", path)
        for at, part in enumerate(reversed(parts[-2:])):
            hint = hint_of_path(part)
            if hint and (not at or like_a_host(hint)):
                there = Evidence(Location(location.artifact, location.member), "")
                node.name(hint, there, hint=True)
                for role, word in _NAMED_AFTER.items():
                    if word.search(hint):
                        node.sign(role, Sign.HINT, "name", there)
                return


def _key_of(passage: Passage) -> Key:
    location = passage.evidence.location
    return (location.source, location.line, location.offset)


def _clish_hosts(passages: list[Passage]) -> Iterator[tuple[Passage, str]]:
    """The outputs at a CLISH prompt, which has no name, whose appliance the expert mode names that was opened from it or left to it."""
    waiting: list[Passage] = []
    host, before = "", None
    for one in passages:
        if one.shell is Shell.CLISH:
            if before is None or before.shell is not Shell.CLISH or before.session != one.session:
                left = before is not None and before.session == one.session and _LEAVES.match(before.command) is not None
                host = before.host if before is not None and left and before.shell is Shell.EXPERT else ""
                waiting = []
            if host:
                yield one, host
            else:
                waiting.append(one)
        elif waiting and before is not None and before.session == one.session and one.host and before.command == "expert":
            yield from ((earlier, one.host) for earlier in waiting)
            waiting = []
        before = one


def _hosts_above(passages: list[Passage]) -> Iterator[str]:
    """For each output the host of its prompt, else that of the nearest above in its session."""
    host, session = "", None
    for one in passages:
        host = one.host or (host if one.session == session else "")
        session = one.session
        yield host


def _is_bundle(placements: dict[Placement, Location]) -> bool:
    """The tree is what a whole archive holds: files of an appliance stand in it under their paths, not only beside the archive."""
    return any(placement.path.startswith(("/etc/sf/", "/var/", "/command-outputs/", "/usr/local/sf/")) for placement in placements)


def _has_prompt_host(fact: Fact) -> bool:
    """The field ``host`` of the fact is that of the prompt (a ManagerEntry's is its manager's)."""
    return type(fact).__name__ in ("PeerStatus", "TunnelProcess", "GenerateCertsRun", "ListedFile", "CertificateDates")


def _evidence(fact: Fact) -> Evidence:
    return Evidence(location_of(fact), "")


def _call(node: Node, host: str, evidence: Evidence) -> None:
    """The host name of a prompt or a log. Many are named after what they are: a hint of the role."""
    node.name(host, evidence, own=True)
    for role, word in _NAMED_AFTER.items():
        if word.search(host):
            node.sign(role, Sign.HINT, "name", evidence)


def _signs_of_prompt(node: Node, passage: Passage) -> None:
    spoken = f"{passage.folder} {passage.command}"
    if _OF_DEVICE.search(f"{passage.folder}/ {passage.command}"):
        node.sign(Role.DEVICE, Sign.PLACE, "prompt", passage.evidence)
    if _OF_MANAGER.search(spoken):
        node.sign(Role.MANAGER, Sign.PLACE, "prompt", passage.evidence)
    if _HOME_OF_DEVICE.match(passage.folder):
        node.sign(Role.DEVICE, Sign.HINT, "prompt", passage.evidence)
    script = _STATUS_SCRIPT.search(passage.command) is not None and "ngfw" not in spoken
    if passage.folder.startswith("/Volume/") or (script and Role.DEVICE not in node.signs):
        # The script stands on both kinds, so its bare name says less than a device's home or name.
        node.sign(Role.MANAGER, Sign.HINT, "prompt", passage.evidence)


def asked_for_own_ca(node: Node, evidence: Evidence) -> None:
    """A command at its prompt named a file in ca_root. That is a command of the documents, which people type on a device too: it is as weak
    as what speaks beside it for a device, and strong where the name or the folder of the prompt says an FMC."""
    manager, device = Role.MANAGER in node.signs, Role.DEVICE in node.signs
    weight = Sign.NAMED if manager == device else Sign.PLACE if manager else Sign.HINT
    node.sign(Role.MANAGER, weight, "path", evidence)


def peer_folder(passage: Passage | None) -> str:
    """The UUID of the peer folder that a command was about, "" for none."""
    found = _PEER_FOLDER.search(f"{passage.command} {passage.folder}") if passage is not None else None
    return found[1].lower() if found is not None else ""


def _common_folder(facts: SortedFacts) -> str:
    """The folder that all artifacts lie in: it says nothing of one of them."""
    artifacts = sorted(facts.artifacts)
    if not artifacts:
        return ""
    first, last = artifacts[0], artifacts[-1]
    common = ""
    for part in first.split("/")[:-1]:
        if not last.startswith(f"{common}{part}/"):
            break
        common += f"{part}/"
    return common
