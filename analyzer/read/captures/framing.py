"""TLS records in the head of one direction: where each starts, how long it is, and which frame completed it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from analyzer.read.captures.halves import Half
from analyzer.read.captures.tls_events import ALERT, APPLICATION_DATA, CHANGE_CIPHER_SPEC, HEARTBEAT

HEADER_BYTES = 5
MAX_RECORD_BYTES = (1 << 14) + 2048
"""The longest record of TLS 1.2 (RFC 5246, 6.2.3)."""


class TlsRecord(Struct, frozen=True):
    """A whole record: its type, its content's place in the head, and the frame that completed it."""

    kind: int
    start: int
    end: int
    frame: int


def is_record_header(data: bytes | bytearray, at: int = 0) -> bool:
    """The five bytes at ``at`` can be the header of a TLS record."""
    if len(data) < at + HEADER_BYTES:
        return False
    kind, major, minor = data[at], data[at + 1], data[at + 2]
    length = data[at + 3] << 8 | data[at + 4]
    return CHANGE_CIPHER_SPEC <= kind <= HEARTBEAT and major == 3 and minor <= 4 and length <= MAX_RECORD_BYTES


def whole_records(half: Half) -> Iterator[TlsRecord]:
    """The records that are wholly captured, up to the first hole or the first bytes that are no TLS."""
    data, at = half.data, 0
    while is_record_header(data, at):
        end = at + HEADER_BYTES + (data[at + 3] << 8 | data[at + 4])
        if end > len(data):
            return
        yield TlsRecord(data[at], at + HEADER_BYTES, end, half.frame_of(end))
        at = end


def goes_on_as_tls(half: Half) -> bool:
    """As far as it can be told the data is one TLS record behind another, wherever the capture began to see it.

    Looks at each header once, and counts it. What is left of less than a header counts as one.
    """
    data = half.data
    while len(data) >= half.records_to + HEADER_BYTES:
        if not is_record_header(data, half.records_to):
            return False
        half.records += 1
        if data[half.records_to] == APPLICATION_DATA and half.opaque_from is None:
            half.opaque_from = half.records_to
        half.records_to += HEADER_BYTES + (data[half.records_to + 3] << 8 | data[half.records_to + 4])
    return True


def lone_alerts(half: Half) -> Iterator[tuple[int, int, int]]:
    """Frame, level and number of alerts in plain that stand behind a hole, each alone in its segment.

    An alert is the last thing that is said, in seven bytes: a capture that lost or cut the certificates before it often still holds
    it. Seven bytes that look like this by chance are one in 2**40.
    """
    for _, frame, payload in half.waiting:
        if len(payload) == 7 and payload[0] == ALERT and is_record_header(payload) and payload[3:5] == b"\0\2" and payload[5] in (1, 2):
            yield frame, payload[5], payload[6]


def is_not_tls(half: Half) -> bool:
    """The direction was seen from its start, and starts with something else than a TLS record."""
    return half.from_start and len(half.data) >= HEADER_BYTES and not is_record_header(half.data)
