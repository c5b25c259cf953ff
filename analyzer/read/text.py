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
from functools import cached_property

from msgspec import Struct

from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.location import Evidence, Location
from analyzer.read.neighbours import around
from analyzer.read.search import count, find

QUOTE_CHARACTERS = 500
"""Characters of a line that evidence quotes."""

_PROCESS, _PEM_BEGIN, _PEM_END = b"sftunnel", b"-----BEGIN ", b"-----END "
_PEM_BLOCK_LINES = 2_000
_CONTROLS = bytes(byte for byte in range(32) if byte < 9 or 13 < byte < 27 or byte > 27)


class Line(Struct, frozen=True):
    """One line: its number from 1, the byte offset of its start, and its text without line ending. ``cut``: longer than ``line_bytes``."""

    number: int
    offset: int
    text: str
    cut: bool = False


@dataclass(frozen=True)
class Text:
    """One text member. ``whole``: all of its lines are kept; else only those that name sftunnel, and PEM blocks.

    ``kept`` is the text (UTF-8 or Latin-1, no byte order mark) when it is whole, else the lines. Most texts hold nothing for any
    reader: their lines are cut only when somebody asks for them, and `has` tells whether it is worth asking.
    ``name`` is the file's name without compression suffix. ``modified`` is the member's time, aware UTC, or None.
    ``overflow`` is True when lines that matter were left out because there were more than the cap ``lines``. ``cut`` is the number of the
    first line that matters and of which only ``line_bytes`` were kept, None when there is none.
    """

    location: Location
    name: str
    modified: datetime | None
    kept: bytes | tuple[Line, ...]
    whole: bool
    overflow: bool = False
    cut: int | None = None
    line_bytes: int = DEFAULT_LIMITS.line_bytes

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines that are kept, in order."""
        return tuple(_all_lines(self.kept, self.line_bytes)) if isinstance(self.kept, bytes) else self.kept

    @cached_property
    def lowered(self) -> bytes:
        """What is kept, its ASCII letters in lower case."""
        return (self.kept if isinstance(self.kept, bytes) else b"\n".join(line.text.encode() for line in self.kept)).lower()

    def has(self, *literals: bytes) -> bool:
        """Any of the literals (lower case) stands somewhere in what is kept."""
        lowered = self.lowered
        return any(find(lowered, literal, 0, len(lowered)) >= 0 for literal in literals)

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
        return Text(location, name, modified, data, whole=True, cut=_first_cut(data, limits.line_bytes), line_bytes=limits.line_bytes)
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
    """Without byte order mark; UTF-16 (pasted on Windows) as UTF-8, which offsets then count in."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", errors="replace").encode()
    return data.removeprefix(codecs.BOM_UTF8)


def _first_cut(data: bytes, line_bytes: int) -> int | None:
    """The first line that matters and is longer than what is kept of a line."""
    if find(data, _PROCESS, 0, len(data)) < 0 and find(data, _PEM_BEGIN, 0, len(data)) < 0:
        return None
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
        if self.cut is None and len(self._rest) < len(unfinished) and (_PROCESS in unfinished or _PEM_BEGIN in unfinished):
            self.cut = self._number
        self._dropped += len(unfinished) - len(self._rest)

    def end(self) -> Iterator[Line]:
        """The last line, when nothing ended it."""
        if self._rest:
            yield from self._lines(self._rest + b"\n", 0, len(self._rest) + 1, self._base)

    def _lines(self, data: bytes, at: int, end: int, base: int) -> Iterator[Line]:
        """Of the whole lines ``data[at:end]`` those that are wanted. ``base`` is the offset of ``data[0]``."""
        process, pem = find(data, _PROCESS, at, end), find(data, _PEM_BEGIN, at, end)
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
                process = find(data, _PROCESS, at, end)
            if 0 <= pem < at:
                pem = find(data, _PEM_BEGIN, at, end)
        self._number += count(data, b"\n", at, end)

    def _line(self, data: bytes, start: int, stop: int, offset: int) -> Line:
        raw = data[start : min(stop, start + self._line_bytes)]
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
