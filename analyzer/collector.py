"""Python's garbage collector, kept from walking the facts again and again while they are read."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_TIDY_EVERY = 256
"""Members between two looks at what was made since the last one."""


def _tidy(members: int) -> None:
    if members % _TIDY_EVERY == 0:
        gc.collect(0)


@contextmanager
def collector_at_rest() -> Iterator[Callable[[int], None]]:
    """Reading makes facts by the hundred thousand that all stay: a collector that walks them again and again takes half the time.

    It rests meanwhile; what is yielded is called with the number of members, and now and then looks at the newest objects once.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield _tidy
    finally:
        if was_enabled:
            gc.enable()
