"""Finding PEM blocks in text as people send it: several in a file, indented, quoted in a mail, pasted after a prompt, cut off.

Only where a block is and which base64 it holds; what it means is for `certificates` and `private_keys`.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence

from msgspec import Struct

from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.read.patterns import later
from analyzer.read.text import Line
from analyzer.texts import _

_MARK = later(r"-----(BEGIN|END) ([A-Z0-9][A-Z0-9 #]{0,40}?)-----")
_BASE64 = later(r"[A-Za-z0-9+/]+={0,2}|={1,2}")
_HEADER = later(r"[A-Za-z][A-Za-z0-9-]{1,40}: ")
_LINE_NUMBER = later(r"\s{0,12}\d{1,9}[:|\t-]?\s{0,4}")
_PEM_ALONE = later(
    rb"(?:-----BEGIN [A-Z0-9 #]{1,41}+-----\r?+\n(?:[A-Za-z0-9+/=]{1,76}+\r?+\n)++-----END [A-Z0-9 #]{1,41}+-----(?:\r?+\n|\Z)\s*+)++"
)
_SENTENCE = 40  # a line with blanks inside that is shorter than this is prose behind a block that was cut, not damaged base64
_QUOTING = " \t>|*\"',;\\\ufeff\u200b\u200c\u200d\xa0"


class Block(Struct, frozen=True):
    """One PEM block. ``label`` is between BEGIN and the dashes. ``ended`` is False when its END line is missing (``why`` says how it
    stopped).
    ``oversized``: it held more than may be kept of one.

    ``base64`` never shows in a repr: it may be a private key.
    """

    label: str
    first: Line
    last: Line
    headers: tuple[str, ...]
    base64: str
    ended: bool
    why: str = ""
    oversized: bool = False

    def __repr__(self) -> str:
        return f"Block({self.label!r}, {self.first!r}, {self.last!r})"

    def decode(self) -> bytes:
        """The bytes, as far as whole ones are there. Text behind padding is passed over."""
        text = self.base64.split("=", 1)[0]
        text = text[: len(text) - 1] if len(text) % 4 == 1 else text
        return base64.b64decode(text + "=" * (-len(text) % 4))


class _Open:
    """A block that is being read."""

    def __init__(self, label: str, line: Line, before: str, room: int) -> None:
        self._room = room  # base64 characters that may be kept
        self.label = label
        self.first = self.last = line
        self.seen = line.number
        self.quote = before.strip("\ufeff")
        self.numbered = bool(before.strip()) and _LINE_NUMBER.fullmatch(before) is not None
        self.headers: list[str] = []
        self.pieces: list[str] = []
        self.size = 0

    def take(self, line: Line, piece: str, marked: bool) -> bool:
        """Add what stands on a line; False when the line cannot belong to the block.

        Blanks may part the base64 of a long line, or of one that is ``marked``: it holds the BEGIN or END mark too (a block on one line).
        """
        self.seen = line.number
        if not self.quote and not self.numbered and _BASE64.fullmatch(piece):  # most lines, of most blocks
            self._keep(line, (piece,), len(piece))
            return True
        if self.quote and piece.startswith(self.quote):
            piece = piece[len(self.quote) :]
        elif self.numbered:
            piece = _LINE_NUMBER.sub("", piece, count=1)
        piece = piece.strip(_QUOTING)
        if "KEY" in self.label and _HEADER.match(piece):
            self.headers.append(piece)
            self.last = line
            return True
        words = piece.split()
        if len(words) > 1 and not marked and len(piece) < _SENTENCE:
            return False
        if not all(_BASE64.fullmatch(word) for word in words):
            return marked
        if words:
            self._keep(line, words, sum(map(len, words)))
        return True

    def _keep(self, line: Line, words: Sequence[str], size: int) -> None:
        self.last = line
        self.size += size
        if self.size <= self._room:
            self.pieces.extend(words)

    def close(self, line: Line | None, why: str = "") -> Block:
        """The block, ended by ``line`` (its END mark) or stopped for a reason."""
        return Block(
            self.label,
            self.first,
            self.last if line is None else line,
            tuple(self.headers),
            "".join(self.pieces),
            ended=line is not None and not why,
            why=why,
            oversized=self.size > self._room,
        )


def nothing_but_pem(data: bytes) -> bool:
    """Whether a text is PEM blocks as every tool writes them, and nothing beside them. Takes one look at each byte."""
    return _PEM_ALONE.fullmatch(data) is not None


def blocks(lines: Sequence[Line], limit: int = DEFAULT_LIMITS.der_bytes) -> Iterator[Block]:
    """Every PEM block of a text, in order. Of one that holds more than ``limit`` bytes not all is kept."""
    room = -(-limit // 3) * 4
    current: _Open | None = None
    for line in lines:
        if current is None and "-----BEGIN " not in line.text:
            continue
        if current is not None and line.number > current.seen + 1:
            yield current.close(None, _("the lines after it were not kept"))
            current = None
        # A block inside a JSON or shell string keeps its line ends as two characters, and perhaps a backslash before "/".
        text = line.text.replace("\\r", "").replace("\\n", " ").replace("\\/", "/") if "-----" in line.text else line.text
        at = 0
        marks = list(_MARK.finditer(text)) if "-----" in text else []
        for mark in marks:
            if current is not None:
                current.take(line, text[at : mark.start()], marked=True)
            if mark[1] == "BEGIN":
                if current is not None:
                    yield current.close(None, _("another block begins before its END line"))
                current = _Open(mark[2], line, text[at : mark.start()], room)
            elif current is not None:
                mismatch = "" if mark[2] == current.label else _("its END line is of another kind ({label})").format(label=mark[2])
                yield current.close(line, mismatch)
                current = None
            at = mark.end()
        if current is not None and not current.take(line, text[at:], marked=bool(marks)):
            yield current.close(None, _("it is cut, or stops being base64 at line {number}").format(number=line.number))
            current = None
    if current is not None:
        yield current.close(None, _("it is cut before its END line"))
