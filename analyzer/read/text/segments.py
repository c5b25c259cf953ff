"""From the bytes of a text to the lines that its program wrote.

A text that nothing was done to costs a few looks at its bytes: most members of a bundle are such. Of another, in order: escape codes and
overwritten characters are followed, signs made plain, tags and escaped strings opened, prefixes taken off, wrapped lines joined, and lines
that hold several parted.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from analyzer.read.patterns import later
from analyzer.read.text import markup, wraps
from analyzer.read.text.characters import is_listed, plain
from analyzer.read.text.chats import untangled
from analyzer.read.text.line import Line, decode
from analyzer.read.text.prefixes import without_prefixes
from analyzer.read.text.terminal import pieces, shown
from analyzer.read.text.worth import CONTROLS

_ESCAPE_LOST = later(rb"\^\[\[|\[0?m|\[\?2004|\[200~")


def segments(data: bytes, line_bytes: int) -> tuple[Line, ...] | None:
    """The lines of a text that is not as its program wrote it; None for one that is. Whoever asks has looked whether it is worth it
    (`analyzer.read.text.worth`)."""
    before = [Line(number, offset, text) for number, offset, text in _physical(data)]
    lines = _opened(before, data)
    lines = untangled(without_prefixes(lines))
    lines = wraps.joined(lines)
    lines = [part for line in lines for part in wraps.parted(line)]
    kept = [replace(line, text=line.text[:line_bytes], cut=True) if len(line.text) > line_bytes else line for line in lines]
    return None if kept == before else tuple(_apart(kept))


def _apart(lines: list[Line]) -> Iterator[Line]:
    """The same lines; of several that stood in one line of the file, each knows how much is before it."""
    last: Line | None = None
    for line in lines:
        if last is not None and line.number == last.number:
            line = replace(line, behind=last.behind + max(1, len(last.text.encode("utf-8", "replace"))))
        last = line
        yield line


def _physical(data: bytes) -> list[tuple[int, int, str]]:
    lines = []
    offset = 0
    for number, raw in enumerate(data.split(b"\n"), start=1):
        if raw or offset < len(data):
            lines.append((number, offset, decode(raw).rstrip("\r")))
        offset += len(raw) + 1
    return lines


def _opened(lines: list[Line], data: bytes) -> list[Line]:
    """Control characters, signs, tags and strings."""
    terminal = CONTROLS.search(data) is not None or _ESCAPE_LOST.search(data) is not None
    signs = not data.isascii()
    marked = b"<" in data or b"&" in data
    marking = None
    if marked and markup.is_markup(text := data.decode("utf-8", "replace")):
        marking = markup.Markup(text)
    escaped = b"\\" in data
    lists = b'["' in data or b"['" in data
    if not (terminal or signs or marking is not None or escaped or lists):
        return lines
    signs = signs or marking is not None or escaped
    out: list[Line] = []
    for line in lines:
        texts = [line.text]
        if marking is not None:
            texts = [one for text in texts for one in marking.lines(text)]
        if lists:
            texts = [one for text in texts for one in (markup.list_lines(text) or (text,))]
        if escaped:
            texts = [one for text in texts for one in (markup.unescaped_lines(text) or (text,))]
        if terminal:
            texts = [piece for text in texts for piece in _shown(text)]
        if signs:
            texts = [one for text in texts for one in plain(text).split("\n")]
        out.extend(replace(line, text=text) if text != line.text else line for text in texts)
    return out


def _shown(text: str) -> list[str]:
    if "\x1b" not in text and is_listed(text):
        return [text]
    return [shown(piece) for piece in (pieces(text) if "\r" in text else (text,))]
