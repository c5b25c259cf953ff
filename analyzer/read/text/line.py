"""A line of a text, at its place, and the lines of bytes."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct


class Line(Struct, frozen=True):
    """One line as readers see it: its number from 1, the byte offset of its start, and its text without line ending.

    ``cut``: longer than ``line_bytes``. Where a text was pasted, a line may be made of several of the file (a wrapped line is joined): then
    ``last`` is the number of the last of them, else 0. Several may be of one line of the file (a mail in one JSON string): then they have
    one number and offset, and ``behind`` counts the bytes of those before them, so that each has a place of its own. ``taken`` is what
    stood before the text and is none of it: a quote mark, a line number, the stamp of a note, a chat name.
    """

    number: int
    offset: int
    text: str
    cut: bool = False
    last: int = 0
    taken: str = ""
    behind: int = 0

    @property
    def end(self) -> int:
        """The number of the last line of the file that this one is made of."""
        return self.last or self.number


def decode(raw: bytes) -> str:
    """UTF-8 where it is that, else Latin-1, which cannot fail. NUL bytes stay."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def lines_of(data: bytes, line_bytes: int) -> Iterator[Line]:
    """The lines of bytes, in order. Of one longer than ``line_bytes`` its head."""
    offset, end = 0, len(data)
    if data.isascii():  # nearly every text: decoded in one piece
        for number, text in enumerate(data.decode("ascii").split("\n"), start=1):
            size = len(text)
            if text or offset < end:
                yield Line(number, offset, text[:line_bytes].rstrip("\r"), size > line_bytes)
            offset += size + 1
        return
    for number, raw in enumerate(data.split(b"\n"), start=1):
        if raw or offset < end:
            yield Line(number, offset, decode(raw[:line_bytes]).rstrip("\r"), cut=len(raw) > line_bytes)
        offset += len(raw) + 1
