"""The packet records of a capture file: pcap (both byte orders, micro- and nanoseconds) and pcapng, walked forward once."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.read.captures import pcap, pcapng
from analyzer.read.captures.magic import is_pcapng, looks_like_capture
from analyzer.read.captures.runs import Record
from analyzer.read.captures.sieve import CaptureDamage, Sieve
from analyzer.read.captures.stream import ByteStream
from analyzer.texts import _

__all__ = ["CaptureDamage", "Record", "Sieve", "walk"]


def walk(stream: ByteStream, sieve: Sieve | None = None) -> Iterator[Record]:
    """The packet records that pass the sieve, all without one.

    Raises `CaptureDamage` after the last good one when the file is cut or corrupt.
    """
    sieve = Sieve(b"", everything=True) if sieve is None else sieve
    head = stream.window(12)
    if not looks_like_capture(head):
        raise CaptureDamage(_("It is not a pcap or pcapng file."))
    return pcapng.walk(stream, sieve) if is_pcapng(head) else pcap.walk(stream, sieve)
