"""Bytes of text in whatever form an editor or a shell wrote them: UTF-16 with or without a mark, a mark of UTF-8, line ends of CR alone."""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Iterator

_CONTROLS = bytes(byte for byte in range(32) if byte < 9 or 13 < byte < 27 or byte > 27)
_HEAD = 4096
_SHORTEST = 16
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def utf16(head: bytes) -> str:
    """The name of the UTF-16 form that the head of a file is in, "" for anything else.

    Without a mark it is told by the zeros: in text that is mostly ASCII every second byte is one, and the others are none.
    """
    if head.startswith(_MARKS):
        return "utf-16"
    head = head[:_HEAD]
    if len(head) < _SHORTEST:
        return ""
    first, second = head[::2], head[1::2]
    for high, low, name in ((first, second, "utf-16-be"), (second, first, "utf-16-le")):
        if 10 * high.count(0) >= 7 * len(high) and 50 * low.count(0) <= len(low):
            return name
    return ""


def looks_binary(head: bytes) -> bool:
    """More than a few control bytes in the head, and no UTF-16: not text."""
    if head.startswith(codecs.BOM_UTF8) or utf16(head):
        return False
    head = head.lstrip(b"\0")  # a log that was cut while its writer held it open begins with zeros
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > max(2, len(head) // 20)


def as_utf8(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same text; UTF-16 as UTF-8, which offsets then count in."""
    first = next(blocks, b"")
    form = utf16(first)
    if not form:
        yield first
        yield from blocks
        return
    decoder = codecs.getincrementaldecoder(form)(errors="replace")
    for block in itertools.chain((first,), blocks):
        yield decoder.decode(block).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def whole_as_utf8(data: bytes) -> bytes:
    """Without byte order mark; UTF-16 as UTF-8, which offsets then count in. Where most lines end with CR alone, LF stands for each."""
    form = utf16(data)
    if form:
        data = data.decode(form, errors="replace").encode("utf-8", "replace")
    data = data.removeprefix(codecs.BOM_UTF8)
    returns = data.count(b"\r")
    if returns > 1 and returns - data.count(b"\r\n") > data.count(b"\n"):
        data = data.replace(b"\r\n", b" \n").replace(b"\r", b"\n")
    return data
