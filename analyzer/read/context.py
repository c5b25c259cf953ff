"""What every reader may know beside the member: the options of the call, nothing of other members."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from msgspec import Struct, field

from analyzer.model.limits import DEFAULT_LIMITS, Limits

SFTUNNEL_PORT = 8305


class Starts(Struct):
    """How often tshark was started in this run, which takes about a second each time.

    ``chosen`` counts the captures of which the embedded reader would have found the same, ``needed`` those with packets that only
    tshark understands. ``waited`` are the seconds of wall time that its answers took.
    """

    chosen: int = 0
    needed: int = 0
    waited: float = 0


class ReadContext(Struct, frozen=True):
    """Options of one call.

    ``as_of`` is "today" (aware, UTC): the last resort for the year of a log without one, and nothing is dated after it by inference.
    ``port`` is the sftunnel port in captures. ``tshark`` is the program to dissect with, None when there is none (the embedded reader
    serves).
    ``temp_dir`` is where a filtered capture may be written for it. ``starts`` counts what starting it has
    cost so far. ``limits`` are the caps of the run.
    """

    as_of: datetime
    port: int = SFTUNNEL_PORT
    tshark: Path | None = None
    temp_dir: Path | None = None
    starts: Starts = field(default_factory=Starts)
    limits: Limits = DEFAULT_LIMITS
