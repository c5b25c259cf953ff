"""By what a capture file is known: its first bytes, which also tell how to read the rest."""

from __future__ import annotations

PCAP = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000, 16),
    b"\xa1\xb2\xc3\xd4": (">", 1000, 16),
    b"\x4d\x3c\xb2\xa1": ("<", 1, 16),
    b"\xa1\xb2\x3c\x4d": (">", 1, 16),
    b"\x34\xcd\xb2\xa1": ("<", 1000, 24),  # Kuznetsov's variant: eight more bytes in every record header
    b"\xa1\xb2\xcd\x34": (">", 1000, 24),
}
"""Byte order, nanoseconds of a tick, bytes of a record's header, by the first four bytes of a pcap file."""

PCAPNG = b"\x0a\x0d\x0d\x0a"
"""The first four bytes of each section of a pcapng file."""

PCAPNG_ORDER = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
"""The byte order of a section, by its ninth to twelfth byte."""


def is_pcap(head: bytes) -> bool:
    """The first four bytes are those of a pcap file."""
    return head[:4] in PCAP


def is_pcapng(head: bytes) -> bool:
    """The first twelve bytes are those of a pcapng file."""
    return head[:4] == PCAPNG and head[8:12] in PCAPNG_ORDER


def looks_like_capture(head: bytes) -> bool:
    """The first bytes (12 are enough) are those of a pcap or pcapng file."""
    return is_pcap(head) or is_pcapng(head)
