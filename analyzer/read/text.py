"""Text members: one pass over the bytes, literals first, decoding only what matters.

A member up to ``text_bytes`` (`Limits`) is kept whole, so that pasted mixtures (a log below a status output below a certificate) are
all read.
Of a larger one only the lines that name sftunnel, and PEM blocks, are kept: a log of gigabytes costs what its few sftunnel lines
cost.
"""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.location import Evidence, Location
from analyzer.read.neighbours import around

QUOTE_CHARACTERS = 500
"""Characters of a line that evidence quotes."""

_PROCESS, _PEM_BEGIN, _PEM_END = b"sftunnel", b"-----BEGIN ", b"-----END "
_PEM_BLOCK_LINES = 2_000
_CONTROLS = bytes(byte for byte in range(32) if byte < 9 or 13 < byte < 27 or byte > 27)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number from 1, the byte offset of its start, and its text without line ending. ``cut``: longer than ``line_bytes``."""

    number: int
    offset: int
    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """The lines of one text member. ``whole``: all of them; else only those that name sftunnel, and PEM blocks.

    ``name`` is the file's name without compression suffix. ``modified`` is the member's time, aware UTC, or None.
    ``overflow`` is True when lines that matter were left out because there were more than the cap ``lines``. ``cut`` is the number of the
    first line that matters and of which only ``line_bytes`` were kept, None when there is none.
    """

    location: Location
    name: str
    modified: datetime | None
    lines: tuple[Line, ...]
    whole: bool
    overflow: bool = False
    cut: int | None = None

    def evidence(self, line: Line, last: Line | None = None, text: str | None = None, *, near: tuple[int, int] | None = None) -> Evidence:
        """The evidence for a line (or a run of lines), quoting ``text`` or the first line, cut to `QUOTE_CHARACTERS`.

        With ``near``, the indexes of the first and the last line, it keeps the lines around it.
        """
        before, after = around(self.lines, *near) if near is not None else ((), ())
        return Evidence(
            Location(
                self.location.artifact,
                self.location.member,
                line=line.number,
                last_line=last.number if last is not None and last.number != line.number else None,
                offset=line.offset,
            ),
            (line.text if text is None else text)[:QUOTE_CHARACTERS],
            before,
            after,
        )


def decode(raw: bytes) -> str:
    """UTF-8 where it is that, else Latin-1, which cannot fail. NUL bytes stay."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def looks_binary(head: bytes) -> bool:
    """More than a few control bytes in the head, and no UTF-16 mark: not text."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8)):
        return False
    head = head.lstrip(b"\0")  # a log that was cut while its writer held it open begins with zeros
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > max(2, len(head) // 20)


def read_text(chunks: Iterable[bytes], location: Location, name: str, modified: datetime | None, limits: Limits = DEFAULT_LIMITS) -> Text:
    """Read a text member to its end and keep the lines that matter."""
    kept: list[bytes] = []
    size = 0
    stream = iter(chunks)
    for chunk in stream:
        kept.append(chunk)
        size += len(chunk)
        if size > limits.text_bytes:
            break
    else:
        data = _whole_as_utf8(b"".join(kept))
        cut = _first_cut(data, limits.line_bytes)
        return Text(location, name, modified, tuple(_all_lines(data, limits.line_bytes)), whole=True, cut=cut)
    picked: list[Line] = []
    overflow = False
    picker = _Picker(limits.line_bytes)
    for line in picker.lines(_as_utf8(itertools.chain((b"".join(kept),), stream))):
        if len(picked) >= limits.lines:
            overflow = True
            break
        picked.append(line)
    if overflow:
        for _ in stream:
            pass
    return Text(location, name, modified, tuple(picked), whole=False, overflow=overflow, cut=picker.cut)


def _as_utf8(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same text; UTF-16 with its mark (pasted on Windows) as UTF-8, which offsets then count in."""
    first = next(blocks, b"")
    if not first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield first
        yield from blocks
        return
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    for block in itertools.chain((first,), blocks):
        yield decoder.decode(block).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _whole_as_utf8(data: bytes) -> bytes:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", errors="replace").encode()
    return data.removeprefix(codecs.BOM_UTF8)


def _first_cut(data: bytes, line_bytes: int) -> int | None:
    """The first line that matters and is longer than what is kept of a line."""
    for number, raw in enumerate(data.split(b"\n"), start=1):
        if len(raw) > line_bytes and (_PROCESS in raw or _PEM_BEGIN in raw):
            return number
    return None


def _all_lines(data: bytes, line_bytes: int) -> Iterator[Line]:
    offset = 0
    for number, raw in enumerate(data.split(b"\n"), start=1):
        if raw or offset < len(data):
            yield Line(number, offset, decode(raw[:line_bytes]).rstrip("\r"), cut=len(raw) > line_bytes)
        offset += len(raw) + 1


class _Picker:
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
        """The wanted lines that this block finishes."""
        data = self._rest + block
        end = data.rfind(b"\n") + 1
        if end == 0:
            self._rest = data[: self._line_bytes + 1]
            if self.cut is None and len(self._rest) < len(data) and (_PROCESS in data or _PEM_BEGIN in data):
                self.cut = self._number
            self._dropped += len(data) - len(self._rest)
            return
        yield from self._lines(data, end)
        self._base += end + self._dropped
        self._rest, self._dropped = data[end:], 0

    def end(self) -> Iterator[Line]:
        """The last line, when nothing ended it."""
        if self._rest:
            yield from self._lines(self._rest + b"\n", len(self._rest) + 1)

    def _lines(self, data: bytes, end: int) -> Iterator[Line]:
        at = 0
        process, pem = data.find(_PROCESS, 0, end), data.find(_PEM_BEGIN, 0, end)
        while self._pem_left or process >= 0 or pem >= 0:
            if not self._pem_left:
                hit = min(found for found in (process, pem) if found >= 0)
                start = data.rfind(b"\n", at, hit) + 1 or at
                self._number += data.count(b"\n", at, start)
                at = start
            stop = data.find(b"\n", at, end)
            if stop < 0:
                return
            yield self._line(data, at, stop)
            self._number += 1
            at = stop + 1
            if 0 <= process < at:
                process = data.find(_PROCESS, at, end)
            if 0 <= pem < at:
                pem = data.find(_PEM_BEGIN, at, end)
        self._number += data.count(b"\n", at, end)

    def _line(self, data: bytes, start: int, stop: int) -> Line:
        raw = data[start : min(stop, start + self._line_bytes)]
        offset = self._base + start + (self._dropped if start else 0)
        if _PEM_BEGIN in raw:
            self._pem_left = _PEM_BLOCK_LINES
        elif _PEM_END in raw:
            self._pem_left = 0
        else:
            self._pem_left = max(0, self._pem_left - 1)
        cut = stop - start > self._line_bytes
        if cut and self.cut is None:
            self.cut = self._number
        return Line(self._number, offset, decode(raw).rstrip("\r"), cut=cut)
