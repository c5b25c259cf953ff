"""What tshark said, as TLS events of the connections that the survey found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from ipaddress import ip_address

from analyzer.model.capture import Sender
from analyzer.read.captures import embedded
from analyzer.read.captures.answer import SaidFrame, SaidMessage, SaidRecord, SaidSegment
from analyzer.read.captures.flows import FlowTable, Placed
from analyzer.read.captures.framing import HEADER_BYTES, whole_records
from analyzer.read.captures.network import Segment
from analyzer.read.captures.reduced import Frame
from analyzer.read.captures.tls_events import (
    ALERT,
    CERTIFICATE,
    CHANGE_CIPHER_SPEC,
    CLIENT_HELLO,
    HANDSHAKE,
    SERVER_HELLO,
    CertificateMessage,
    ChangeCipherSpec,
    ClientHello,
    Encrypted,
    OtherHandshake,
    PlainAlert,
    ServerHello,
    TlsEvent,
)

_PRE_SHARED_KEY = 41


def place_unclear(said: Iterable[SaidFrame], frames: list[Frame], table: FlowTable) -> dict[int, Placed]:
    """Put the segments that only tshark understood into their connections. Gives the place of each such frame of the reduced capture."""
    places: dict[int, Placed] = {}
    for frame in said:
        if frame.segment is None or not 0 < frame.frame <= len(frames):
            continue
        segment = _segment(frame.segment, frames[frame.frame - 1])
        placed = table.add(segment) if segment else None
        if placed is not None:
            places[frame.frame] = placed
    return places


def _segment(said: SaidSegment, frame: Frame) -> Segment | None:
    try:
        source, target, payload = ip_address(said.source).packed, ip_address(said.target).packed, bytes.fromhex(said.payload)
    except ValueError:
        return None
    cut = max(0, said.length - len(payload))
    return Segment(frame.number, frame.time, source, said.source_port, target, said.target_port, said.flags, said.sequence, payload, cut)


class Translation:
    """The events of each connection of one table, from what tshark said.

    tshark guesses on after a hole or in cut packets; only records that the survey holds whole count. A connection for which tshark
    gave fewer of those than there are is ``missing``, and one of which it took a record in plain for an encrypted one: it does so where
    the capture shows what one side said behind what the other said after it. What nobody can read, which tshark does not get, is told by
    its headers.
    """

    def __init__(self, table: FlowTable) -> None:
        self._flows = table.flows
        self._events: dict[int, list[TlsEvent]] = defaultdict(list)
        self._opaque: dict[int, list[TlsEvent]] = defaultdict(list)
        self._expected: dict[tuple[int, Sender, int], list[tuple[int, int]]] = defaultdict(list)
        for index, flow in enumerate(table):
            for sender, half in flow.halves.items():
                for record in whole_records(half):
                    kind, length = record.kind, record.end - record.start
                    if half.hides(record.start - HEADER_BYTES):
                        self._opaque[index].extend(_events(SaidRecord(kind, length), sender, record.frame))
                    else:
                        self._expected[index, sender, record.frame].append((kind, length))

    def add(self, records: Iterable[SaidRecord], flow: int, sender: Sender, frame: int) -> None:
        """Take in the records that tshark saw in one frame (its original number)."""
        expected = self._expected.get((flow, sender, frame))
        for record in records:
            if not expected or expected[0] != (record.kind, record.length):
                return
            del expected[0]
            self._events[flow].extend(_events(record, sender, frame))

    def speaking(self) -> int:
        """The number of connections that have whole records."""
        return len({flow for flow, _, _ in self._expected})

    def missing(self) -> frozenset[int]:
        """Connections of which tshark did not give every whole record, or not in plain what can be read."""
        fewer = {flow for (flow, _, _), left in self._expected.items() if left}
        return frozenset(
            fewer.union(flow for flow, events in self._events.items() if _in_plain(embedded.dissect(self._flows[flow])) - _in_plain(events))
        )

    def events(self, flow: int) -> list[TlsEvent]:
        """The events of one connection, in the order of their frames. In one frame what is opaque comes last."""
        return sorted([*self._events[flow], *self._opaque[flow]], key=lambda event: event.frame)


def _in_plain(events: Iterable[TlsEvent]) -> Counter[tuple[type, Sender]]:
    """How many messages there are of each kind that matters, by sender."""
    return Counter((type(event), event.sender) for event in events if isinstance(event, ClientHello | ServerHello | CertificateMessage))


def _events(record: SaidRecord, sender: Sender, frame: int) -> Iterator[TlsEvent]:
    if record.kind == HANDSHAKE and record.messages:
        for message in record.messages:
            yield _message(message, sender, frame)
    elif record.kind == ALERT and record.alert is not None:
        yield PlainAlert(sender, frame, record.alert[0], record.alert[1])
    elif record.kind == CHANGE_CIPHER_SPEC:
        yield ChangeCipherSpec(sender, frame)
    else:
        yield Encrypted(sender, frame, record.kind, record.length)


def _message(said: SaidMessage, sender: Sender, frame: int) -> TlsEvent:
    try:
        if said.kind == CLIENT_HELLO:
            return ClientHello(sender, frame, bytes.fromhex(said.session_id))
        if said.kind == SERVER_HELLO:
            version = said.supported[0] if said.supported else said.version
            session_id, resumes = bytes.fromhex(said.session_id), _PRE_SHARED_KEY in said.extensions
            return ServerHello(sender, frame, version, session_id, said.cipher, resumes)
        if said.kind == CERTIFICATE:
            return CertificateMessage(sender, frame, tuple(bytes.fromhex(der) for der in said.chain))
    except ValueError:  # hex that is none: tshark's dissection broke off within the message
        return OtherHandshake(sender, frame, said.kind)
    return OtherHandshake(sender, frame, said.kind)
