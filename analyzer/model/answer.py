"""An answer is a value with its evidence, the reason why there is none, or the claims that contradict each other."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from msgspec import Struct

from analyzer.model.location import Evidence

T = TypeVar("T")


class Age(Struct, frozen=True):
    """How old a claim is. ``at`` is a moment, aware, UTC, or None when nothing dates the claim.

    ``stated``: the evidence itself states the moment. Otherwise ``at`` is an upper bound (the time of the file, of the archive member, of
    the newest stamp in the same output): the claim is of that moment or older. A bound proves that a claim is older than something; it
    never proves that it is newer.
    """

    at: datetime | None = None
    stated: bool = False

    def is_before(self, moment: datetime) -> bool:
        """The claim is provably older than the moment."""
        return self.at is not None and self.at < moment

    def is_after(self, moment: datetime) -> bool:
        """The claim is provably newer than the moment."""
        return self.stated and self.at is not None and self.at > moment


UNDATED = Age()

YOUNG = timedelta(days=7)
"""How old the word about a tunnel's state may be to speak of today. An older one is told as of its day, and promises nothing."""


class Known(Struct, Generic[T], frozen=True):
    """A value, and the evidence it was read from, the best first. ``assumed`` says so when it rests on an assumption.

    ``speaker`` names whose output or file states it (the label of an appliance, else the file), "" when several do or nobody was asked.
    """

    value: T
    evidence: tuple[Evidence, ...]
    assumed: str = ""
    speaker: str = ""
    age: Age = UNDATED


class Missing(Struct, frozen=True):
    """No value. ``why`` completes "cannot tell, because ..."; ``obtain`` is the one command or file that would settle it.

    ``evidence`` holds what made it impossible, when something did: a file that was there and could not be read.
    """

    why: str
    obtain: str
    evidence: tuple[Evidence, ...] = ()


class Claim(Struct, frozen=True):
    """What one speaker states: the value (as the field's own type), who states it, how old that is, and where it stands."""

    value: Any
    speaker: str
    age: Age
    evidence: tuple[Evidence, ...]


class Conflicting(Missing, frozen=True):
    """No value, because claims contradict each other. ``why`` says so in a sentence that names both; ``obtain`` settles it.

    Whoever asks for a value meets what is missing, so no command can depend on one of the claims. ``claims`` are ordered: the more
    dangerous reading first (expired before valid, connected before down): it governs what must not be done.
    """

    claims: tuple[Claim, ...] = ()


Answer = Known[T] | Missing
