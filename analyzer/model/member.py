"""What `collect` hands to `read`: one file, wherever it was packed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from analyzer.model.location import Location


class Member(Struct, frozen=True):
    """One file of the evidence: a plain file, or a member of an archive, decompressed.

    ``chunks`` yields its bytes once, in pieces of at most 1 MiB, and must be read (or left) before the next member is asked for:
    archives are walked forward only. It raises nothing: when the input turns out damaged or a limit is hit,
    it ends early and the collector reports a `Damage`.
    ``size`` is the stored size in bytes when the container states it, else None. ``modified`` is aware, UTC; None
    when the container has no time. ``name`` is the last part of the path with a compression suffix removed
    (``messages.1`` for ``messages.1.gz``); the location keeps the full path.
    """

    location: Location
    name: str
    size: int | None
    modified: datetime | None
    chunks: Callable[[], Iterator[bytes]]


class DamageKind(StrEnum):
    """Why something was not, or not wholly, read."""

    DAMAGED = "damaged"
    LIMIT = "limit"
    UNSUPPORTED = "unsupported"
    ENCRYPTED = "encrypted"
    ERROR = "error"


class Damage(Struct, frozen=True):
    """Something that was not, or not wholly, read: it makes the result incomplete.

    ``reason`` is a sentence for the user: what was wrong, what was still read, what to do.
    """

    location: Location
    kind: DamageKind
    reason: str


class Entry(Struct, frozen=True):
    """The name of an archive member or file that has no content to read (directory, link, device, FIFO, socket)."""

    location: Location
    kind: str
    target: str = ""


class Artifact(Struct, frozen=True):
    """One input file as given: its path, its size in bytes and the SHA-256 of its bytes (hex)."""

    path: str
    size: int
    sha256: str
