"""Appliances met in logs and captures: an address that was dialled, what it showed, when it failed."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime

from analyzer.identify.addresses import identifying, is_address
from analyzer.identify.groups import Node, Role, Sign
from analyzer.identify.names import identifies
from analyzer.identify.peers import Peers
from analyzer.identify.placement import UUID
from analyzer.identify.sorted_facts import SortedFacts
from analyzer.model.capture import CapturedConnection, Software
from analyzer.model.location import Evidence
from analyzer.model.log import LogEvent, LogKind

CA_NAME = re.compile(rf"/title=InternalCA/.{{0,200}}?CN ?= ?({UUID.pattern})", re.IGNORECASE)
_FAILURES = (LogKind.HANDSHAKE_FAILED, LogKind.CONNECTION_FAILED)


class Encounters(Peers):
    """``captured`` are the two ends of each connection. ``shown`` are UUIDs of FMCs by the issuer of what a peer showed to a speaker.
    ``failed_at`` are the moments of failures that a speaker logs of a peer. ``lines`` holds, by the time, process and words of a line of a
    log that names nobody, who wrote it."""

    def __init__(self, facts: SortedFacts) -> None:
        super().__init__(facts)
        self.captured: dict[int, tuple[Node, Node, CapturedConnection]] = {}
        self.shown: list[tuple[Node, Node, str, Evidence]] = []
        self.failed_at: dict[tuple[int, int], list[datetime]] = defaultdict(list)
        self.lines: dict[tuple[str, int | None, int | None, str], list[Node]] = defaultdict(list)
        self._last_peer: dict[tuple[int, int | None, int | None], Node] = {}

    def _seat(self, node: Node, seats: str, item: str) -> None:
        node.seats.setdefault(seats, item)

    def _event(self, fact: LogEvent) -> None:
        speaker = self.speakers.of(fact)
        if speaker is None:
            return
        if fact.kind is LogKind.PROCESS_ENDED:
            return  # any Linux writes such lines: they make no appliance
        speaker.used = True
        if fact.pid is not None and fact.time_text and not identifies(fact.host):
            writers = self.lines[fact.time_text, fact.pid, fact.tid, fact.message]
            if speaker not in writers[-1:]:
                writers.append(speaker)
        thread = (speaker.number, fact.pid, fact.tid)
        if fact.peer:
            peer = self.about(fact)
            if peer is not None:
                self._last_peer[thread] = peer
                if fact.kind in _FAILURES and fact.time is not None:
                    self.failed_at[speaker.number, peer.number].append(fact.time)
                if fact.kind is LogKind.FILE_TRANSFER:
                    speaker.sign(Role.MANAGER, Sign.HINT, "log", fact.evidence)
                    peer.backed = True
        elif fact.kind in _FAILURES and thread in self._last_peer and fact.time is not None:
            moments = self.failed_at[speaker.number, self._last_peer[thread].number]
            if not moments or moments[-1] != fact.time:
                moments.append(fact.time)
        elif fact.kind in (LogKind.ISSUER, LogKind.SUBJECT) and thread in self._last_peer:
            found = CA_NAME.search(fact.name)
            if found is not None:
                self.shown.append((speaker, self._last_peer[thread], found[1].lower(), fact.evidence))

    def _connection(self, fact: CapturedConnection) -> None:
        if fact.software is Software.OTHER:
            return
        source = fact.summary.location.source
        server, client = (self._end(source, fact, end) for end in (fact.server, fact.client))
        if server is client:
            return
        seats = f"ends {source} {fact.server} {fact.client}"
        self._seat(server, seats, "server")
        self._seat(client, seats, "client")
        for chain, end in ((fact.server_chain, server), (fact.client_chain, client)):
            if chain:
                end.keys.setdefault(chain[0].key_sha256, fact.summary)
        self.captured[id(fact)] = (server, client, fact)

    def _end(self, source: str, fact: CapturedConnection, address: str) -> Node:
        key = ("end", source, address)
        node = self.known.get(key)
        if node is None:
            node = self.known[key] = Node(len(self.nodes), fact.summary)
            self.nodes.append(node)
            node.used = True
            node.label = address
            node.at(identifying(address), fact.summary, seen=True)
            if fact.summary.location.packet is None and not is_address(address):
                node.name(address, fact.summary)  # packets that were printed with names
        return node
