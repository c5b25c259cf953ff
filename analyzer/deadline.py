"""A limit of time for work that asks no clock: conclusions, plans and reports.

Reading has its own limit (`analyzer.collect`). Beyond it a small input can name so much that drawing conclusions takes hours.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeIsUp(BaseException):
    """The work took longer than it may. No failure of the work: nothing that catches those may catch it."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raises `TimeIsUp` in it when it takes longer. Only in the main thread, and where the system has such a timer: not on Windows."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeIsUp(seconds)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
