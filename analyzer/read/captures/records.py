"""The packet records of a capture file: pcap (both byte orders, micro- and nanoseconds) and pcapng, walked forward once."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.read.captures import pcap, pcapng
from analyzer.read.captures.run import Record
from analyzer.read.captures.sieve import CaptureDamage, Sieve
from analyzer.read.captures.stream import ByteStream
from analyzer.texts import _

__all__ = ["CaptureDamage", "Record", "Sieve", "looks_like_capture", "walk"]


def looks_like_capture(head: bytes) -> bool:
    """The first bytes (12 are enough) are those of a pcap or pcapng file."""
    return pcap.is_pcap(head) or pcapng.is_pcapng(head)


def walk(stream: ByteStream, sieve: Sieve | None = None) -> Iterator[Record]:
    """The packet records that pass the sieve, all without one.

    Raises `CaptureDamage` after the last good one when the file is cut or corrupt.
    """
    sieve = Sieve(b"", everything=True) if sieve is None else sieve
    head = stream.window(12)
    if not looks_like_capture(head):
        raise CaptureDamage(_("It is no pcap or pcapng file."))
    return pcapng.walk(stream, sieve) if pcapng.is_pcapng(head) else pcap.walk(stream, sieve)
