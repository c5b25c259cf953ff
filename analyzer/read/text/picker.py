"""Of a text too large to be kept whole, the lines that matter: one pass over the bytes, literals first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.read.search import count, find
from analyzer.read.text.line import Line, decode

PROCESS, PEM_BEGIN, _PEM_END = b"sftunnel", b"-----BEGIN ", b"-----END "
_PEM_BLOCK_LINES = 2_000


def first_cut(data: bytes, line_bytes: int) -> int | None:
    """The first line that matters and is longer than what is kept of a line."""
    if find(data, PROCESS, 0, len(data)) < 0 and find(data, PEM_BEGIN, 0, len(data)) < 0:
        return None
    for number, raw in enumerate(data.split(b"\n"), start=1):
        if len(raw) > line_bytes and (PROCESS in raw or PEM_BEGIN in raw):
            return number
    return None


class Picker:
    """Takes blocks, gives the lines that name sftunnel, and every line of a PEM block.

    Blocks are searched as they come, for two literals; lines are cut out only around what was found. Of a line that never ends its
    head is kept. ``cut``: the first line of which something that matters may have been left out. ``_number`` and ``_base`` are number
    and offset of the line that ``_rest`` begins.
    """

    def __init__(self, line_bytes: int) -> None:
        self.cut: int | None = None
        self._line_bytes = line_bytes
        self._number = 1
        self._base = 0
        self._rest = b""
        self._dropped = 0  # bytes of the unfinished line behind its kept head
        self._pem_left = 0

    def lines(self, blocks: Iterable[bytes]) -> Iterator[Line]:
        """The wanted lines of all blocks."""
        for block in blocks:
            yield from self.add(block)
        yield from self.end()

    def add(self, block: bytes) -> Iterator[Line]:
        """The wanted lines that this block finishes. The block itself is never copied, but for the parts of lines at its ends."""
        at = 0
        if self._rest:
            at = block.find(b"\n") + 1
            if not at:
                self._leave(self._rest + block)
                return
            first = self._rest + block[:at]
            yield from self._lines(first, 0, len(first), self._base)
            self._base += len(first) + self._dropped
            self._dropped = 0
        end = block.rfind(b"\n", at) + 1 or at
        yield from self._lines(block, at, end, self._base - at)
        self._base += end - at
        self._dropped = 0
        self._leave(block[end:])

    def _leave(self, unfinished: bytes) -> None:
        """Keep the head of the line that the next block goes on with."""
        self._rest = unfinished[: self._line_bytes + 1]
        if self.cut is None and len(self._rest) < len(unfinished) and (PROCESS in unfinished or PEM_BEGIN in unfinished):
            self.cut = self._number
        self._dropped += len(unfinished) - len(self._rest)

    def end(self) -> Iterator[Line]:
        """The last line, when nothing ended it."""
        if self._rest:
            yield from self._lines(self._rest + b"\n", 0, len(self._rest) + 1, self._base)

    def _lines(self, data: bytes, at: int, end: int, base: int) -> Iterator[Line]:
        """Of the whole lines ``data[at:end]`` those that are wanted. ``base`` is the offset of ``data[0]``."""
        process, pem = find(data, PROCESS, at, end), find(data, PEM_BEGIN, at, end)
        while self._pem_left or process >= 0 or pem >= 0:
            if not self._pem_left:
                hit = min(found for found in (process, pem) if found >= 0)
                start = data.rfind(b"\n", at, hit) + 1 or at
                self._number += count(data, b"\n", at, start)
                at = start
            stop = data.find(b"\n", at, end)
            if stop < 0:
                return
            yield self._line(data, at, stop, base + at)
            self._number += 1
            at = stop + 1
            if 0 <= process < at:
                process = find(data, PROCESS, at, end)
            if 0 <= pem < at:
                pem = find(data, PEM_BEGIN, at, end)
        self._number += count(data, b"\n", at, end)

    def _line(self, data: bytes, start: int, stop: int, offset: int) -> Line:
        raw = data[start : min(stop, start + self._line_bytes)]
        if PEM_BEGIN in raw:
            self._pem_left = _PEM_BLOCK_LINES
        elif _PEM_END in raw:
            self._pem_left = 0
        else:
            self._pem_left = max(0, self._pem_left - 1)
        cut = stop - start > self._line_bytes
        if cut and self.cut is None:
            self.cut = self._number
        return Line(self._number, offset, decode(raw).rstrip("\r"), cut=cut)
