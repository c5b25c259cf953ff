"""What is told of one tunnel, or of one manager: its situation, a sentence, and what to do about it where that is not the usual."""

from __future__ import annotations

from msgspec import Struct

from analyzer.model.plan import Situation


class Verdict(Struct, frozen=True):
    """The situation of one tunnel (or of a device without one), a sentence, and the ids of the ``collect-*`` steps that would settle it.

    ``steps`` are ids of steps that look at the very reason which was found; empty where the situation alone says what to do.
    """

    situation: Situation
    summary: str
    settle: tuple[str, ...] = ()
    assumed: str = ""
    steps: tuple[str, ...] = ()
