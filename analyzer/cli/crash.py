"""What is told of a failure of the program itself: where it was, and of which kind."""

from __future__ import annotations

import traceback


def crash_report(error: BaseException) -> str:
    """The traceback without the messages of the exceptions: they may quote evidence, which may hold a key or a password."""
    told: list[str] = []
    current: BaseException | None = error
    while current is not None and len(told) < 10:
        frames = "".join(traceback.format_list(traceback.extract_tb(current.__traceback__)))
        told.append(
            f"Traceback (most recent call last):\n{frames}{type(current).__name__} (its message is left out: it may quote evidence)\n"
        )
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\n".join(reversed(told))
