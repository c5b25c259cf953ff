"""An answer is a value with its evidence, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from analyzer.model.location import Evidence

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """A value, and the evidence it was read from, the best first. ``assumed`` says so when it rests on an assumption."""

    value: T
    evidence: tuple[Evidence, ...]
    assumed: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """No value. ``why`` completes "cannot tell, because ..."; ``obtain`` is the one command or file that would settle it.

    ``evidence`` holds what made it impossible, when something did: two inputs that contradict each other,
    or a file that was there and could not be read.
    """

    why: str
    obtain: str
    evidence: tuple[Evidence, ...] = ()


Answer = Known[T] | Missing
