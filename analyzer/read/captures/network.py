"""From frames to the TCP segments of the sftunnel port: IPv4, IPv6, IP in IP, GRE, ERSPAN, VXLAN, Geneve, and fragments put together.

What this does not understand and may still hold the port is said to be `Unclear`; tshark may know it.
"""

from __future__ import annotations

import struct

from msgspec import Struct

from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.read.captures.fragments import Fragment, Fragments
from analyzer.read.captures.fragments_below import FragmentsBelow
from analyzer.read.captures.links import IPV4, IPV6, NOT_IP, UNKNOWN, ethernet, ethertype_payload, network
from analyzer.read.captures.runs import Record
from analyzer.read.captures.sieve import PORT_WITHIN

FIN, SYN, RST, ACK = 1, 2, 4, 16

_MAX_NESTING = 4
_TCP, _UDP, _IP_IN_IP, _IPV6_IN_IP, _GRE = 6, 17, 4, 41, 47
_EXTENSIONS = frozenset((0, 43, 60, 135))
_VXLAN_PORT, _GENEVE_PORT, _GTP_PORT = 4789, 6081, 2152
_TUNNEL_PORTS = frozenset((_VXLAN_PORT, _GENEVE_PORT, _GTP_PORT))
_TUNNELS = frozenset((_UDP, _IP_IN_IP, _IPV6_IN_IP, _GRE))


class Segment(Struct, frozen=True):
    """One TCP segment. Addresses are packed bytes; ``number`` is the frame that completed it, ``time`` nanoseconds since 1970 UTC.

    ``cut`` counts the payload bytes that were on the wire and that the snap length left out.
    """

    number: int
    time: int
    source: bytes
    source_port: int
    target: bytes
    target_port: int
    flags: int
    sequence: int
    payload: bytes
    cut: int


class Unclear(Struct, frozen=True):
    """A frame that may hold the port below a layer that is not understood here. ``number`` is its frame number. ``first``: it looks
    like the first fragment of a packet, others of which may have come before."""

    number: int
    first: bool = False


class Piece(Struct, frozen=True):
    """A fragment of an IP packet that is not complete yet. ``first``: fragments of it may have come before, and were not looked at."""

    number: int
    first: bool = False


class NetworkReader:
    """Finds the segments of one TCP port. Remembers the fragments of ``max_packets`` packets.

    ``records`` are the frames of what was read last, in their order: several for a packet that came in fragments.
    """

    def __init__(self, port: int, max_packets: int = DEFAULT_LIMITS.fragmented_packets) -> None:
        self._port = port
        self._port_bytes = port.to_bytes(2)
        self._fragments = Fragments(max_packets)
        self._below = FragmentsBelow(self._port_bytes, max_packets)
        self._earlier = False
        self.records: tuple[Record, ...] = ()

    @property
    def collecting(self) -> bool:
        """Fragments wait for others, which need not show the port."""
        return self._fragments.waiting or self._below.waiting

    @property
    def given_up(self) -> int:
        """Packets in fragments of which the rest was not waited for because too many waited."""
        return self._fragments.given_up + self._below.given_up

    def read(self, record: Record) -> Segment | Unclear | Piece | None:
        """What one frame means for the port; None when it does not concern it."""
        data = record[4]
        self._fragments.forget(record[1])
        shows_port = data.find(self._port_bytes, 0, PORT_WITHIN) >= 0
        if not shows_port and not self.collecting:
            return None
        self.records = (record,)
        found = self._network(network(record[2], data), record, data, _MAX_NESTING)
        if not isinstance(found, Unclear):
            return found
        if shows_port:
            opened = self._below.opens(record)
            if opened is not None:
                self.records = (record, *opened)
            return Unclear(found.number, first=opened is not None)
        return found if len(self.records) > 1 or self._below.holds(record) else None

    def read_earlier(self, record: Record) -> Segment | Unclear | Piece | None:
        """The same for a frame that was passed over, now that the first fragment of a packet is known: only what belongs to such a one."""
        if record[4].find(self._port_bytes, 0, PORT_WITHIN) >= 0:
            return None
        self._earlier = True
        found = self.read(record)
        self._earlier = False
        return found if isinstance(found, Piece | Unclear) or len(self.records) > 1 else None

    def _network(self, where: tuple[int, int], record: Record, data: bytes, nesting: int) -> Segment | Unclear | Piece | None:
        kind, at = where
        if kind == NOT_IP:
            return None
        if kind == UNKNOWN or nesting == 0:
            return Unclear(record[0])
        return self._ipv4(record, data, at, nesting) if kind == IPV4 else self._ipv6(record, data, at, nesting)

    def _ipv4(self, record: Record, data: bytes, at: int, nesting: int) -> Segment | Unclear | Piece | None:
        if len(data) < at + 20:
            return None
        header = (data[at] & 0xF) * 4
        if data[at] >> 4 != 4 or header < 20:
            return Unclear(record[0])
        total = data[at + 2] << 8 | data[at + 3]
        fragment = data[at + 6] << 8 | data[at + 7]
        protocol = data[at + 9]
        source, target = data[at + 12 : at + 16], data[at + 16 : at + 20]
        start = at + header
        # A length of 0 is what a capture before segmentation offload shows: the packet then goes to the end of the frame.
        end = at + total if total >= header else at + (record[3] - at)
        if fragment & 0x3FFF:
            key = (source, target, protocol, bytes(data[at + 4 : at + 6]))
            part = Fragment((fragment & 0x1FFF) * 8, bool(fragment & 0x2000), data[start:end], end - start)
            return self._fragment(record, key, part, protocol, (source, target), nesting)
        return self._transport(record, data, start, end, protocol, (source, target), nesting)

    def _ipv6(self, record: Record, data: bytes, at: int, nesting: int) -> Segment | Unclear | Piece | None:
        if len(data) < at + 40:
            return None
        if data[at] >> 4 != 6:
            return Unclear(record[0])
        length = data[at + 4] << 8 | data[at + 5]
        protocol = data[at + 6]
        source, target = data[at + 8 : at + 24], data[at + 24 : at + 40]
        start = at + 40
        end = start + length if length else record[3]
        for _ in range(8):
            if protocol == 44:
                if len(data) < start + 8:
                    return None
                offset = data[start + 2] << 8 | data[start + 3]
                key = (source, target, 44, bytes(data[start + 4 : start + 8]))
                part = Fragment(offset & 0xFFF8, bool(offset & 1), data[start + 8 : end], end - start - 8)
                return self._fragment(record, key, part, data[start], (source, target), nesting)
            if protocol not in _EXTENSIONS and protocol != 51:
                break
            if len(data) < start + 8:
                return None
            words = data[start + 1]
            protocol, start = data[start], start + ((words + 2) * 4 if protocol == 51 else (words + 1) * 8)
        return self._transport(record, data, start, end, protocol, (source, target), nesting)

    def _fragment(
        self,
        record: Record,
        key: tuple[bytes, bytes, int, bytes],
        part: Fragment,
        protocol: int,
        ends: tuple[bytes, bytes],
        nesting: int,
    ) -> Segment | Unclear | Piece | None:
        """Collect fragments of packets that may be ours; the one that completes a packet gives its segment."""
        expected = self._fragments.expects(key)
        if part.offset:
            if not expected:
                self._fragments.remember(key, part, self.records)
                return None
            whole = self._fragments.add(key, part, self.records)
        elif self._earlier or not self._may_hold_port(protocol, part.data):
            return None
        else:
            whole = self._fragments.add(key, part, self.records) if expected else self._fragments.open(key, part, self.records)
        if whole is None:
            return Piece(record[0], first=not expected)
        self.records = whole.records
        return self._transport(whole.records[-1], whole.data, 0, whole.length, protocol, ends, nesting)

    def _may_hold_port(self, protocol: int, data: bytes) -> bool:
        """Whether what begins with these bytes may be a packet of the port, or a tunnel that holds one. Other packets in fragments, of
        which a VPN sends thousands, are not waited for."""
        if protocol == _TCP:
            return self._port_bytes in data[:4]
        if protocol == _UDP and (len(data) < 4 or data[2] << 8 | data[3] not in _TUNNEL_PORTS):
            return False
        return protocol in _TUNNELS and data.find(self._port_bytes, 0, PORT_WITHIN) >= 0

    def _transport(
        self, record: Record, data: bytes, at: int, end: int, protocol: int, ends: tuple[bytes, bytes], nesting: int
    ) -> Segment | Unclear | Piece | None:
        if protocol == _TCP:
            return self._tcp(record, data, at, end, ends)
        if protocol in (_IP_IN_IP, _IPV6_IN_IP):
            return self._network((IPV4 if protocol == _IP_IN_IP else IPV6, at), record, data, nesting - 1)
        if protocol == _GRE:
            return self._network(_below_gre(data, at), record, data, nesting - 1)
        if protocol == _UDP and len(data) >= at + 8:
            port = data[at + 2] << 8 | data[at + 3]
            if port == _VXLAN_PORT:
                return self._network(ethernet(data, at + 16), record, data, nesting - 1)
            if port == _GENEVE_PORT and len(data) >= at + 16:
                header = (data[at + 8] & 0x3F) * 4
                return self._network(_by_gre_type(data[at + 10] << 8 | data[at + 11], data, at + 16 + header), record, data, nesting - 1)
            if port == _GTP_PORT:
                return Unclear(record[0])
        return None

    def _tcp(self, record: Record, data: bytes, at: int, end: int, ends: tuple[bytes, bytes]) -> Segment | None:
        if len(data) < at + 14:
            return None
        source_port, target_port, sequence, _, offset, flags = struct.unpack_from("!HHIIBB", data, at)
        if self._port not in (source_port, target_port):
            return None
        start = at + (offset >> 4) * 4
        payload = data[start:end]  # the end by the IP header: what follows is Ethernet padding
        return Segment(
            record[0],
            record[1],
            ends[0],
            source_port,
            ends[1],
            target_port,
            flags,
            sequence,
            payload,
            max(0, end - start - len(payload)),
        )


def _below_gre(data: bytes, at: int) -> tuple[int, int]:
    """What a GRE header (RFC 2784, 2890) carries."""
    if len(data) < at + 4:
        return NOT_IP, at
    flags, kind = data[at], data[at + 2] << 8 | data[at + 3]
    if data[at + 1] & 7 or flags & 0x40:  # another version (PPTP), or source routing
        return UNKNOWN, at
    at += 4 + (4 if flags & 0x80 else 0) + (4 if flags & 0x20 else 0)
    if kind == 0x88BE:  # ERSPAN I has neither sequence number nor header, II has both
        return ethernet(data, at + 12 if flags & 0x10 else at)
    at += 4 if flags & 0x10 else 0
    if kind == 0x22EB:  # ERSPAN III; its last bit announces eight more bytes
        return ethernet(data, at + (20 if len(data) >= at + 12 and data[at + 11] & 1 else 12))
    return _by_gre_type(kind, data, at)


def _by_gre_type(kind: int, data: bytes, at: int) -> tuple[int, int]:
    return ethernet(data, at) if kind == 0x6558 else ethertype_payload(kind, data, at)
