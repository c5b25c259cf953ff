"""Numbers and anchors for evidence: each distinct piece is listed once, however many commands and findings rest on it.

Numbers follow the order of the report (``E1`` is the first that a reader meets). Anchors depend on the evidence alone, so a link to one
still works in the next report on the same files.
"""

from __future__ import annotations

import hashlib
import re
from itertools import groupby

from msgspec import Struct

from analyzer.model.location import Evidence

_ANCHOR_DIGITS = 24
"""96 bits: with 48, two names of devices with one anchor were found within minutes, and a link of one led to the commands of the other."""


class Citation(Struct, frozen=True):
    """A piece of evidence with its number in this report and the anchor that it is listed under."""

    number: int
    anchor: str
    evidence: Evidence

    @property
    def place(self) -> str:
        """File, member and line, packet or byte."""
        return str(self.evidence.location)


class Source(Struct, frozen=True):
    """The cited evidence of one file."""

    name: str
    citations: tuple[Citation, ...]


class Citations:
    """Hands out a citation per piece of evidence while a report is drawn, and lists them at its end."""

    def __init__(self) -> None:
        self._known: dict[Evidence, Citation] = {}

    def __call__(self, evidence: Evidence) -> Citation:
        """The citation of this evidence, numbered when first asked for."""
        known = self._known.get(evidence)
        if known is None:
            known = Citation(len(self._known) + 1, evidence_anchor(evidence), evidence)
            self._known[evidence] = known
        return known

    def by_source(self) -> tuple[Source, ...]:
        """Every citation so far, in the order of the files and of the lines in them."""
        ordered = sorted(self._known.values(), key=lambda one: one.evidence.order())
        return tuple(Source(name, tuple(group)) for name, group in groupby(ordered, key=lambda one: one.evidence.location.source))


def evidence_anchor(evidence: Evidence) -> str:
    """``e-`` and hex digits told by the location and the text."""
    place = evidence.location
    parts = (place.artifact, place.member, place.line, place.last_line, place.offset, place.length, place.packet, evidence.text)
    return "e-" + _digest(repr(parts))


def thing_anchor(kind: str, key: str, label: str) -> str:
    """An anchor that a person can read (``device-ftd-paris-3fa2b1c09d1e``), unique by the key."""
    readable = re.sub(r"[^a-z0-9]+", "-", label[:40].lower()).strip("-")
    return "-".join(part for part in (kind, readable, _digest(key)) if part)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_ANCHOR_DIGITS]
