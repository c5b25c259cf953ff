"""The caps of a run, as the command line prints them."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.limits import Limits
from analyzer.texts import N_, _


def described() -> Iterator[tuple[str, int, str, bool]]:
    """Name, value, meaning of every cap, and whether ``--limit`` can change it."""
    from analyzer.read.captures import flows, halves, records, reduced, tshark
    from analyzer.read.context import TSHARK_STARTS

    for name, value, meaning in Limits.described():
        yield name, value, _(meaning), True
    fixed = (
        ("packet_bytes", records.MAX_PACKET_BYTES, N_("bytes of one captured packet")),
        ("packets", records.MAX_PACKETS, N_("packets of one capture")),
        ("connections", flows.MAX_CONNECTIONS, N_("connections of one capture")),
        ("buffered_bytes", flows.MAX_BUFFERED_BYTES, N_("bytes of all connections of one capture held in memory")),
        ("head_bytes", halves.HEAD_BYTES, N_("bytes of each direction of a connection that are read")),
        ("reduced_bytes", reduced.MAX_BYTES, N_("bytes of the small capture written for tshark")),
        ("tshark_starts", TSHARK_STARTS, N_("captures of one run that tshark is started for")),
        ("tshark_seconds", int(tshark.TIME_LIMIT_SECONDS), N_("seconds of wall time of one tshark")),
        ("tshark_memory", tshark.MEMORY_BYTES, N_("bytes of address space of one tshark")),
    )
    for name, value, meaning in fixed:
        yield name, value, _(meaning), False
