"""IP fragments below a layer that is not understood: the later ones do not show the port, and only tshark can put them together.

The first one shows it, right behind an IP header. The others of its packet carry the same addresses and the same identification.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from itertools import islice

from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.read.captures.runs import Record
from analyzer.read.captures.sieve import LOOK_BACK, PORT_WITHIN

WITHIN_FRAMES = 256
"""A later fragment is looked for among so many frames behind the first."""

_HEADERS_BYTES = PORT_WITHIN + 64
_IPV4_HEADER, _IPV6_HEADER, _FRAGMENT_HEADER = 20, 40, 8
_TCP, _IPV6_FRAGMENT = 6, 44
_MAX_HEADERS = 8
"""Places of one frame in which a header may begin: a real frame has one, hostile bytes may look like one at each."""

_LATER_FRAGMENT = re.compile(rb"(?s)(?=([\x45-\x4f]).{19}|([\x60-\x6f]).{5}\x2c.{41})")
"""Where the header of a later fragment may begin: IPv4, or IPv6 with a fragment header. A lookahead, since one may stand in another."""


class FragmentsBelow:
    """The packets whose first fragment was seen, and the frames that may hold later fragments of one that was not seen yet.

    Each frame is looked at once: what fragments it may hold is kept by their packet. ``given_up`` counts the packets of which no more is
    looked for because there were more than ``max_packets`` at one time.
    """

    def __init__(self, port: bytes, max_packets: int = DEFAULT_LIMITS.fragmented_packets) -> None:
        self._port = port
        self._max_packets = max_packets
        self._packets: dict[bytes, int] = {}  # the last frame that is looked at for it, by addresses and identification
        self._early: dict[bytes, list[Record]] = {}
        self._early_frames: deque[tuple[Record, tuple[bytes, ...]]] = deque()
        self._told: set[int] = set()
        self.given_up = 0

    @property
    def waiting(self) -> bool:
        """Later fragments of some packet are looked for."""
        return bool(self._packets)

    def opens(self, record: Record) -> tuple[Record, ...] | None:
        """Take in a frame that shows the port. The frames before it that look like later fragments of its packet, each told once, when it
        looks like a first fragment that was not seen before; else None."""
        found = next(self._first_fragments(record), None)
        if found is None or found in self._packets:
            return None
        self._packets[found] = record[0] + WITHIN_FRAMES
        if len(self._packets) > self._max_packets:
            del self._packets[next(iter(self._packets))]
            self.given_up += 1
        early = [one for one in self._early.pop(found, ()) if one[0] not in self._told]
        self._told.update(one[0] for one in early)
        return tuple(early)

    def holds(self, record: Record) -> bool:
        """This frame, which does not show the port, looks like a later fragment of a packet that is looked for. One that does not is
        remembered. Forgets the packets that are waited for too long."""
        while self._packets and record[0] > self._packets[oldest := next(iter(self._packets))]:
            del self._packets[oldest]
        keys = tuple(dict.fromkeys(islice(_later_fragments(record[4][:_HEADERS_BYTES]), _MAX_HEADERS)))
        if any(key in self._packets for key in keys):
            return True
        if keys:
            self._remember(record, keys)
        return False

    def _remember(self, record: Record, keys: tuple[bytes, ...]) -> None:
        if len(self._early_frames) >= LOOK_BACK:
            oldest, old_keys = self._early_frames.popleft()
            self._told.discard(oldest[0])
            for key in old_keys:
                waiting = self._early.get(key, [])
                if waiting and waiting[0] is oldest:
                    del waiting[0]
                if not waiting:
                    self._early.pop(key, None)
        self._early_frames.append((record, keys))
        for key in keys:
            self._early.setdefault(key, []).append(record)

    def _first_fragments(self, record: Record) -> Iterator[bytes]:
        """Addresses and identification of the packet whose first fragment the frame may be."""
        data = record[4]
        at = data.find(self._port, 0, PORT_WITHIN)
        while at >= 0:
            for tcp in (at, at - 2):  # the source port, or the target port
                ip = tcp - _IPV4_HEADER
                if ip >= 0 and data[ip] == 0x45 and data[ip + 9] == _TCP and (data[ip + 6] << 8 | data[ip + 7]) & 0x3FFF == 0x2000:
                    yield data[ip + 12 : tcp] + data[ip + 4 : ip + 6]
                fragment = tcp - _FRAGMENT_HEADER
                ip = fragment - _IPV6_HEADER
                if ip >= 0 and data[ip] >> 4 == 6 and data[ip + 6] == _IPV6_FRAGMENT and data[fragment] == _TCP and data[fragment + 3] == 1:
                    yield data[ip + 8 : fragment] + data[fragment + 4 : tcp]
            at = data.find(self._port, at + 1, PORT_WITHIN)


def _later_fragments(head: bytes) -> Iterator[bytes]:
    """Addresses and identification of each later fragment whose header may stand in these bytes."""
    for found in _LATER_FRAGMENT.finditer(head):
        at = found.start()
        if found[1] is not None:
            if (head[at + 6] << 8 | head[at + 7]) & 0x1FFF:
                yield head[at + 12 : at + 20] + head[at + 4 : at + 6]
        elif (head[at + 42] << 8 | head[at + 43]) & 0xFFF8:
            yield head[at + 8 : at + 40] + head[at + 44 : at + 48]
