"""Text members: one pass over the bytes, literals first, decoding only what matters.

A member up to `WHOLE_TEXT_BYTES` is kept whole, so that pasted mixtures (a log below a status output below a certificate) are all read.
Of a larger one only the lines that hold one of `LITERALS`, and PEM blocks, are kept: a log of gigabytes costs what its few sftunnel lines
cost.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from analyzer.model.location import Evidence, Location

WHOLE_TEXT_BYTES = 4 << 20
"""Bytes up to which a text member is kept whole."""

LINE_BYTES = 16 << 10
"""Bytes of one line that are kept; the rest of it is passed over."""

QUOTE_CHARACTERS = 500
"""Characters of a line that evidence quotes."""

MAX_KEPT_LINES = 500_000
"""Lines kept of one member larger than `WHOLE_TEXT_BYTES`."""

LITERALS = (b"sftunnel", b"SF-IMS[", b"-----BEGIN ", b"-----END ")
_PEM_BLOCK_LINES = 2_000
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number from 1, the byte offset of its start, and its text without line ending. ``cut``: longer than `LINE_BYTES`."""

    number: int
    offset: int
    text: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """The lines of one text member. ``whole``: all of them; else only those that hold a literal, and PEM blocks.

    ``name`` is the file's name without compression suffix. ``modified`` is the member's time, aware UTC, or None.
    ``overflow`` is True when lines that matter were left out because there were more than `MAX_KEPT_LINES`.
    """

    location: Location
    name: str
    modified: datetime | None
    lines: tuple[Line, ...]
    whole: bool
    overflow: bool = False

    def evidence(self, line: Line, last: Line | None = None, text: str | None = None) -> Evidence:
        """The evidence for a line (or a run of lines), quoting ``text`` or the first line, cut to `QUOTE_CHARACTERS`."""
        return Evidence(
            Location(
                self.location.artifact,
                self.location.member,
                line=line.number,
                last_line=last.number if last is not None and last.number != line.number else None,
                offset=line.offset,
            ),
            (line.text if text is None else text)[:QUOTE_CHARACTERS],
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
    controls = sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
    return controls > max(2, len(head) // 20)


def read_text(chunks: Iterable[bytes], location: Location, name: str, modified: datetime | None) -> Text:
    """Read a text member to its end and keep the lines that matter."""
    kept: list[bytes] = []
    size = 0
    stream = iter(chunks)
    for chunk in stream:
        kept.append(chunk)
        size += len(chunk)
        if size > WHOLE_TEXT_BYTES:
            break
    else:
        lines = tuple(_all_lines(b"".join(kept)))
        return Text(location, name, modified, lines, whole=True)
    picked: list[Line] = []
    overflow = False
    for line in _literal_lines(_joined(kept, stream)):
        if len(picked) >= MAX_KEPT_LINES:
            overflow = True
            break
        picked.append(line)
    if overflow:
        for _ in stream:
            pass
    return Text(location, name, modified, tuple(picked), whole=False, overflow=overflow)


def _joined(first: list[bytes], rest: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks already taken, then the rest, in blocks large enough to scan at speed."""
    yield b"".join(first)
    block = bytearray()
    for chunk in rest:
        block += chunk
        if len(block) >= _BLOCK:
            yield bytes(block)
            block.clear()
    yield bytes(block)


def _all_lines(data: bytes) -> Iterator[Line]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        data = data.decode("utf-16", errors="replace").encode()
    data = data.removeprefix(codecs.BOM_UTF8)
    offset = 0
    for number, raw in enumerate(data.split(b"\n"), start=1):
        if raw or offset < len(data):
            yield Line(number, offset, decode(raw[:LINE_BYTES]).rstrip("\r"), cut=len(raw) > LINE_BYTES)
        offset += len(raw) + 1


def _literal_lines(blocks: Iterable[bytes]) -> Iterator[Line]:
    """The lines that hold a literal, and every line of a PEM block."""
    number, base, rest, pem_left = 1, 0, b"", 0
    for block in blocks:
        data = rest + block
        end = data.rfind(b"\n") + 1
        if end == 0:
            # A line that never ends costs bounded memory: keep its head only.
            base += max(0, len(data) - LINE_BYTES * 2)
            rest = data[-LINE_BYTES * 2 :] if len(data) > LINE_BYTES * 2 else data
            continue
        rest, data = data[end:], data[:end]
        if pem_left or any(literal in data for literal in LITERALS):
            at = number
            offset = base
            for raw in data.split(b"\n")[:-1]:
                if pem_left or any(literal in raw for literal in LITERALS):
                    yield Line(at, offset, decode(raw[:LINE_BYTES]).rstrip("\r"), cut=len(raw) > LINE_BYTES)
                    if b"-----BEGIN " in raw:
                        pem_left = _PEM_BLOCK_LINES
                    elif b"-----END " in raw:
                        pem_left = 0
                    else:
                        pem_left = max(0, pem_left - 1)
                at += 1
                offset += len(raw) + 1
        number += data.count(b"\n")
        base += len(data)
    if rest and (pem_left or any(literal in rest for literal in LITERALS)):
        yield Line(number, base, decode(rest[:LINE_BYTES]).rstrip("\r"), cut=len(rest) > LINE_BYTES)
