"""Captures (pcap, pcapng): what they show of the connections to the sftunnel port."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from analyzer.read.captures.find import find_tshark
from analyzer.read.captures.magic import looks_like_capture

if TYPE_CHECKING:
    from analyzer.model.capture import CapturedConnection, CaptureRead
    from analyzer.model.location import Location
    from analyzer.model.member import Damage
    from analyzer.read.context import ReadContext

__all__ = ["find_tshark", "looks_like_capture", "read"]


def read(chunks: Iterable[bytes], location: Location, context: ReadContext) -> Iterator[CapturedConnection | CaptureRead | Damage]:
    """What `reader.read` gives. It is imported when the first capture is met: most runs have none."""
    from analyzer.read.captures import reader

    return reader.read(chunks, location, context)
