"""How a supervisor and its child talk: a length of four bytes, then one MessagePack document."""

from __future__ import annotations

from typing import BinaryIO

LARGEST = 64 << 20


def send(stream: BinaryIO, data: bytes) -> None:
    """Write one document. Raises OSError where the other end is gone."""
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """The next document, None at the end of the stream or of a document that is cut."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    length = int.from_bytes(head, "big")
    if length > LARGEST:
        return None
    data = stream.read(length)
    return data if len(data) == length else None
