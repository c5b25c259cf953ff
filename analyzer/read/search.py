"""Finding a literal in blocks of a log, at the speed of memory: StringZilla where its wheel is there, `bytes` else.

Of the gigabytes of a bundle nearly all bytes are only searched. `bytes.find` and `bytes.count` do that four times slower, and they
hold the interpreter meanwhile, so that the thread that unpacks has to wait for them.
"""

from __future__ import annotations

try:
    from stringzilla import count, find

    HAVE_STRINGZILLA = True
except ImportError:  # no wheel for this machine: slower, the same answers
    HAVE_STRINGZILLA = False

    def find(haystack: bytes, needle: bytes, start: int, end: int, /) -> int:
        """As `bytes.find`."""
        return haystack.find(needle, start, end)

    def count(haystack: bytes, needle: bytes, start: int, end: int, /) -> int:
        """As `bytes.count`."""
        return haystack.count(needle, start, end)


__all__ = ["HAVE_STRINGZILLA", "count", "find"]
