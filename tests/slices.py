"""How much of a matrix is run: a fixed slice by `make test`, all of it by `make test-all`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

FULL = os.environ.get("TESTS") == "full"
"""Whether all is asked for: every cell of each matrix, and new examples in every run."""


def sliced(cells: Iterable[T], every: int) -> list[T]:
    """Every so many cells, the first among them; all of them in a full run."""
    return list(cells)[:: 1 if FULL else every]
