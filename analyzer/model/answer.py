"""An answer is a value with its evidence, or the reason why there is none."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from analyzer.model.location import Evidence

T = TypeVar("T")


class Known(Struct, Generic[T], frozen=True):
    """A value, and the evidence it was read from, the best first. ``assumed`` says so when it rests on an assumption."""

    value: T
    evidence: tuple[Evidence, ...]
    assumed: str = ""


class Missing(Struct, frozen=True):
    """No value. ``why`` completes "cannot tell, because ..."; ``obtain`` is the one command or file that would settle it.

    ``evidence`` holds what made it impossible, when something did: two inputs that contradict each other,
    or a file that was there and could not be read.
    """

    why: str
    obtain: str
    evidence: tuple[Evidence, ...] = ()


Answer = Known[T] | Missing
