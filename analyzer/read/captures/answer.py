"""What tshark says of the frames of a reduced capture: JSON lines of `tshark_child`, decoded."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from analyzer.texts import _


class TsharkFailed(Exception):
    """tshark gave no answer, or none that is whole. The message is a phrase that completes "because"; ``limited``: it names a cap."""

    def __init__(self, why: str, *, limited: bool = False) -> None:
        super().__init__(why)
        self.limited = limited


class SaidMessage(Struct, frozen=True):
    """A handshake message in plain. What is not in it is empty; byte strings are hex."""

    kind: int
    session_id: str = ""
    version: int = 0
    cipher: int = 0
    extensions: tuple[int, ...] = ()
    supported: tuple[int, ...] = ()
    chain: tuple[str, ...] = ()


class SaidRecord(Struct, frozen=True):
    """A TLS record. ``alert`` is (level, number) of one in plain."""

    kind: int
    length: int
    messages: tuple[SaidMessage, ...] = ()
    alert: tuple[int, int] | None = None


class SaidSegment(Struct, frozen=True):
    """A TCP segment of a frame that only tshark understands. ``payload`` is hex, ``length`` its length on the wire."""

    source: str
    target: str
    source_port: int
    target_port: int
    flags: int
    sequence: int
    length: int
    payload: str


class SaidFrame(Struct, frozen=True):
    """What tshark says of one frame of the reduced capture. The last line has ``end`` and its ``version``."""

    frame: int = 0
    records: tuple[SaidRecord, ...] = ()
    segment: SaidSegment | None = None
    end: bool = False
    version: str = ""


class Answer(Struct, frozen=True):
    """``dissector`` is ``tshark 4.0.17 (pyshark 0.6)``. ``frames`` may raise `TsharkFailed` while they are taken."""

    dissector: str
    frames: Iterator[SaidFrame]


_decode = msgspec.json.Decoder(SaidFrame).decode
_LAST_LINE_BYTES = 200


def last_line(answer: bytes | bytearray) -> SaidFrame | None:
    """The line that says that the answer is whole, None when that is not what stands at its end."""
    line = answer[-_LAST_LINE_BYTES:].rstrip(b"\n").rpartition(b"\n")[2]
    try:
        last = _decode(line)
    except msgspec.MsgspecError:
        return None
    return last if last.end else None


def frames(answer: bytes | bytearray) -> Iterator[SaidFrame]:
    """Every frame of an answer. Raises `TsharkFailed` at a line that is not ours."""
    start = 0
    while (end := answer.find(b"\n", start)) >= 0:
        try:
            frame = _decode(answer[start:end])
        except msgspec.MsgspecError as error:
            raise TsharkFailed(_("the answer of tshark cannot be decoded")) from error
        if frame.end:
            return
        yield frame
        start = end + 1
