"""Records of a capture that follow on one another in its bytes: where each starts is known, none is unpacked yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Self

from msgspec import Struct

Record = tuple[int, int, int, int, bytes]
"""Frame number as Wireshark counts (from 1), nanoseconds since 1970 UTC, link type, length on the wire, captured bytes."""


class Run(Struct, frozen=True):
    """``starts`` are offsets in ``data``, the last one where the run ends. ``before`` counts the frames in front of it.

    ``unpack`` takes the data, a record's start and end, and its frame number.
    """

    data: bytes
    starts: Sequence[int]
    before: int
    unpack: Callable[[bytes, int, int, int], Record]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of_one(cls, record: Record) -> Self:
        """A record that was unpacked already."""
        return cls(record[4], (0, 0), record[0] - 1, lambda data, start, end, number: record)

    def record(self, index: int) -> Record:
        """One record, unpacked. Raises what ``unpack`` raises."""
        return self.unpack(self.data, self.starts[index], self.starts[index + 1], self.before + index + 1)
