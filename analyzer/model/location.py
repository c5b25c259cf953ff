"""Where a fact was read, and the text that stood there."""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

_END_OF_LINE = 1 << 62

NESTED = "!/"
"""Joins the member path of a nested archive to the path of its own member: ``a.zip!/b.tar.gz!/c``."""


@lru_cache(maxsize=65536)
def _source(artifact: str, member: str) -> str:
    return f"{artifact}{NESTED}{member}"


class Location(Struct, frozen=True):
    """The place of a fact: an input, a member of it, and where inside that member.

    ``artifact`` is the path of an input file, as given or as found below a given folder, with ``/``.
    ``member`` is the path inside the archive, ``""`` when the artifact is no archive; nested archives are
    joined by ``!/``. ``line`` and ``last_line`` count from 1 (lines end with LF). ``offset`` counts bytes from 0
    of the decompressed member, ``length`` is in bytes. ``packet`` is the frame number that Wireshark shows, from 1.
    """

    artifact: str
    member: str = ""
    line: int | None = None
    last_line: int | None = None
    offset: int | None = None
    length: int | None = None
    packet: int | None = None

    @property
    def source(self) -> str:
        """The artifact and member in one string: the same for all facts of one member."""
        return _source(self.artifact, self.member) if self.member else self.artifact

    @property
    def spot(self) -> tuple[int, int]:
        """Line and offset: what tells two places of one member apart where a text that lost its line ends is one line. Without an offset
        the end of the line."""
        return (self.line or 0, _END_OF_LINE if self.offset is None else self.offset)

    def order(self) -> tuple[str, str, int, int, int]:
        """What locations are ordered by."""
        return (self.artifact, self.member, self.packet or 0, self.line or 0, self.offset or 0)

    def __lt__(self, other: Location) -> bool:
        return self.order() < other.order()

    def __str__(self) -> str:
        if self.packet is not None:
            return f"{self.source} packet {self.packet}"
        if self.line is not None:
            last = f"-{self.last_line}" if self.last_line not in (None, self.line) else ""
            return f"{self.source}:{self.line}{last}"
        if self.offset is not None:
            return f"{self.source} byte {self.offset}"
        return self.source


class Evidence(Struct, frozen=True):
    """A location and what stands there.

    ``text`` is the original line or a short decoded form, at most 500 characters, never a secret. It may hold
    control characters: whoever prints it neutralises them. ``before`` and ``after`` are the few lines around it, in their order, where
    the reader kept them; they are no part of what the evidence is, and of most of it nobody asks for them (`Result.surroundings`).
    """

    location: Location
    text: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Evidence) and (self.text, self.location) == (other.text, other.location)

    def __hash__(self) -> int:
        return hash((self.location, self.text))

    def __lt__(self, other: Evidence) -> bool:
        return self.order() < other.order()

    def order(self) -> tuple[tuple[str, str, int, int, int], str]:
        """What evidence is ordered by: a key for long lists, which are slow to sort by comparing."""
        return (self.location.order(), self.text)


class Surroundings(Struct, frozen=True):
    """The lines before and after a quoted place, in their order, as read. One that looks like a secret is replaced by a sentence."""

    location: Location
    before: tuple[str, ...]
    after: tuple[str, ...]
