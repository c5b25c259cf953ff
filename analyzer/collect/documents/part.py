"""What a document gives: its parts, or why it is not taken apart."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from analyzer.model.member import DamageKind


class Part(Struct, frozen=True):
    """A part under its path. ``modified`` is the day of the mail that it is part of, aware UTC: what it quotes is not younger.
    ``is_file``: it was attached under a name of its own; else it is text of the document."""

    path: str
    data: bytes
    modified: datetime | None
    is_file: bool = False


class Refused(Exception):
    """The document is not taken apart. ``reason`` is a sentence."""

    def __init__(self, kind: DamageKind, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
