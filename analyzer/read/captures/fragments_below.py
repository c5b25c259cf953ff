"""IP fragments below a layer that is not understood: the later ones do not show the port, and only tshark can put them together.

The first one shows it, right behind an IP header. The others of its packet carry the same addresses and the same identification.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.read.captures.runs import Record
from analyzer.read.captures.sieve import LOOK_BACK, PORT_WITHIN

WITHIN_FRAMES = 256
"""A later fragment is looked for among so many frames behind the first."""

_HEADERS_BYTES = PORT_WITHIN + 64
_IPV4_HEADER, _IPV6_HEADER, _FRAGMENT_HEADER = 20, 40, 8
_TCP, _IPV6_FRAGMENT = 6, 44


class _Packet(Struct, frozen=True):
    """``distance`` is from the first byte of the addresses to the identification, ``until`` the last frame that is looked at for it."""

    addresses: bytes
    identification: bytes
    distance: int
    until: int

    def is_of(self, head: bytes) -> bool:
        at = head.find(self.addresses)
        return at + self.distance >= 0 <= at and head.startswith(self.identification, at + self.distance)


class FragmentsBelow:
    """The packets whose first fragment was seen.

    ``given_up`` counts those of which no more is looked for because there were more than ``max_packets`` at one time.
    """

    def __init__(self, port: bytes, max_packets: int = DEFAULT_LIMITS.fragmented_packets) -> None:
        self._port = port
        self._max_packets = max_packets
        self._packets: dict[bytes, _Packet] = {}
        self._held: dict[int, None] = {}
        self.given_up = 0

    @property
    def waiting(self) -> bool:
        """Later fragments of some packet are looked for."""
        return bool(self._packets)

    def opens(self, record: Record) -> bool:
        """Take in a frame that shows the port. True when it looks like a first fragment that was not seen before."""
        found = next(self._first_fragments(record), None)
        if found is None or found.addresses + found.identification in self._packets:
            return False
        self._packets[found.addresses + found.identification] = found
        if len(self._packets) > self._max_packets:
            del self._packets[next(iter(self._packets))]
            self.given_up += 1
        return True

    def holds(self, record: Record) -> bool:
        """This frame, which does not show the port, looks like a later fragment. Forgets the packets that are waited for too long."""
        while self._packets and record[0] > self._packets[oldest := next(iter(self._packets))].until:
            del self._packets[oldest]
        head = record[4][:_HEADERS_BYTES]
        return any(packet.is_of(head) for packet in self._packets.values()) and self._hold(record[0])

    def held(self, record: Record) -> bool:
        """The same for a frame before the first fragment of the packet that was opened last. False for one that was told of already."""
        if record[0] in self._held or not self._packets:
            return False
        newest = next(reversed(self._packets.values()))
        return newest.is_of(record[4][:_HEADERS_BYTES]) and self._hold(record[0])

    def _hold(self, number: int) -> bool:
        self._held[number] = None
        if len(self._held) > 2 * LOOK_BACK:
            del self._held[next(iter(self._held))]
        return True

    def _first_fragments(self, record: Record) -> Iterator[_Packet]:
        number, data = record[0], record[4]
        at = data.find(self._port, 0, PORT_WITHIN)
        while at >= 0:
            for tcp in (at, at - 2):  # the source port, or the target port
                ip = tcp - _IPV4_HEADER
                if ip >= 0 and data[ip] == 0x45 and data[ip + 9] == _TCP and (data[ip + 6] << 8 | data[ip + 7]) & 0x3FFF == 0x2000:
                    yield _Packet(data[ip + 12 : tcp], data[ip + 4 : ip + 6], -8, number + WITHIN_FRAMES)
                fragment = tcp - _FRAGMENT_HEADER
                ip = fragment - _IPV6_HEADER
                if ip >= 0 and data[ip] >> 4 == 6 and data[ip + 6] == _IPV6_FRAGMENT and data[fragment] == _TCP and data[fragment + 3] == 1:
                    yield _Packet(data[ip + 8 : fragment], data[fragment + 4 : tcp], 36, number + WITHIN_FRAMES)
            at = data.find(self._port, at + 1, PORT_WITHIN)
