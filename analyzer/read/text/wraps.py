"""Lines that a terminal or a mail program broke, and lines that lost their line ends.

A line goes on in the next one when it is as wide as the text gets (a terminal breaks at the margin, a mail program before the word that no
longer fits) and the next one cannot begin a record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from analyzer.read.patterns import later
from analyzer.read.text.line import Line
from analyzer.read.text.prompts import find_prompt
from analyzer.read.text.records import ANCHOR, FLAT, anchor, begins_record, begins_surely

_MARGINS = frozenset((80, 132))
"""Widths of terminals: one line of such a width may be broken there; another width must occur twice."""
_NARROWEST, _SHORT_OF_IT = 60, 20
_WIDEST = 400
_MOST_JOINED = 60
_LOG_HEAD = later(r"SF-IMS\s?\[|sftunneld?\s?:\w")
_HEAD_ALONE = later(r"(?:\bsftunneld?:\w*|\[(?:DEBUG|INFO|WARN|WARNING|ERROR)\])\s*$")
"""The head of a log line without its message: that stands below it."""
_TOKEN = later(r"\S+")
_BASE64 = later(r"\s*[A-Za-z0-9+/=]{40,}\s*")
_DIGITS = later(r"\d+")
_ENDS_A_SENTENCE = (".", ":", "!", "?")
_PRINTED = later(r"\S{1,200}: |error |[A-Z][a-z]+ [a-z]+ |OK\b|\S{1,200}: ?OK$")
"""How output begins below a command; a wrapped command goes on with the rest of a word."""
_SENTENCE_LABELS = 3
_RAGGED_LINES = 2
_LAST_WORD, _FIRST_WORD = re.compile(r"[A-Za-z]{1,20}$"), re.compile(r"[A-Za-z]{1,20}")
_WORDS = frozenset(
    """
    Initiating Initiate connection connect Connected Connect Connection Wait Error certificate depth issuer subject expired handshake
    failed Verification status renegotiate error InternalCA Intrusion Management System Systems Cisco Accepted Established Unable
    Successfully establishSSLConnection establishConnectionUtil resolved sftunneld sftunnel peer Peer verify routines
    """.split()  # noqa: SIM905 - a list of words is read more easily so
)
"""Words of sftunnel's lines, by which a break inside a word is told from one between two."""
_LONGEST_REST = 80
_PATH_REST = later(r"[A-Za-z0-9_./-]+")
_FILE = later(
    r"/(?:[a-z-]*cacert\.pem|sftunnel-(?:cert|key)\.pem|sftunnel\.(?:conf|json)|sftunnel_status\.pl|generate_certs\.pl|ims\.conf"
    r"|messages(?:\.\d+)?|FAILED_PUSH|index\.txt|PEERS_MAP\.JSON)$"
)
_WANTS_MORE = later(r"(?:\s(?:-in|-CAfile|-CApath|-untrusted|-connect|-e|-f)|\||&&|(?<!\\);)\s*$")
"""How a command ends that a mail program broke before its next word."""


class _Block(Struct, frozen=True):
    """A run of lines without a blank one, and how they were broken.

    ``margins`` are the widths at which a terminal broke them, counted with what was taken off before the line and without; 0 when they do
    not look broken so. ``widest`` is the widest head of a log line where several stand above the rest of theirs, else 0. ``ragged``: broken
    inside words, at whatever width, as where somebody replaced names in a wrapped text. ``even``: all at one width, so by a terminal.
    """

    lines: Sequence[Line]
    margins: tuple[int, int]
    widest: int
    ragged: bool
    even: bool


def joined(lines: Sequence[Line]) -> list[Line]:
    """The same lines, each wrapped one with its rest."""
    runs = _runs(lines)
    known = set(_MARGINS)
    for run in runs:
        known.update(_repeated(run, _width), _repeated(run, _shown))
    out: list[Line] = []
    for run in runs:
        margins = (_margin(run, _width, known), _margin(run, _shown, known))
        heads = [line for line, below in pairwise(run) if _LOG_HEAD.search(line.text) is not None and not begins_surely(below.text)]
        even = all(_is_at(margins, line, 0) or _is_at(margins, line, 1) for line in heads)
        block = _Block(run, margins, _widest(heads), _is_ragged(run), even)
        count = 0
        for at, line in enumerate(run):
            between = _goes_on(out[-1], run[at - 1], line, block) if count and count < _MOST_JOINED else None
            if between is not None:
                out[-1] = replace(out[-1], text=out[-1].text + between + line.text, last=line.end)
                count += 1
            else:
                out.append(line)
                count = 1
    return out


def _runs(lines: Sequence[Line]) -> list[Sequence[Line]]:
    """Runs of lines that are not blank; each blank one is a run of its own. A PEM block is not looked into."""
    blocks: list[Sequence[Line]] = []
    start = 0
    for at, line in enumerate(lines):
        if not line.text.strip() or "-----" in line.text or _BASE64.fullmatch(line.text):
            if start < at:
                blocks.append(lines[start:at])
            blocks.append(lines[at : at + 1])
            start = at + 1
    if start < len(lines):
        blocks.append(lines[start:])
    return blocks


def _width(line: Line) -> int:
    return len(line.taken) + len(line.text)


def _shown(line: Line) -> int:
    return len(line.text)


def _repeated(run: Sequence[Line], width: Callable[[Line], int]) -> set[int]:
    """The width of the widest lines of a run, where several that say different things have it."""
    widest = max(map(width, run), default=0)
    if not _NARROWEST <= widest <= _WIDEST:
        return set()
    return {widest} if len({_DIGITS.sub("0", line.text) for line in run if width(line) == widest}) > 1 else set()


def _margin(run: Sequence[Line], width: Callable[[Line], int], known: set[int]) -> int:
    widest = max(map(width, run), default=0)
    return widest if widest in known else 0


def _widest(heads: Sequence[Line]) -> int:
    """The widest of the log lines whose rests stand below them; 0 where that is one alone, which words of a person may follow."""
    widths = [_width(line) for line in heads]
    return max(widths) if len(widths) >= _RAGGED_LINES and max(widths) <= _WIDEST else 0


def _is_at(margins: tuple[int, int], line: Line, short: int) -> bool:
    return any(margin and width == margin - short for margin, width in zip(margins, (_width(line), _shown(line)), strict=True))


def _is_ragged(run: Sequence[Line]) -> bool:
    """Log lines were broken inside words that sftunnel writes: no mail program does that."""
    inside = 0
    for line, below in pairwise(run):
        if _LOG_HEAD.search(line.text) is not None and not begins_surely(below.text):
            end, rest = _LAST_WORD.search(line.text), _FIRST_WORD.match(below.text)
            inside += end is not None and rest is not None and end[0] + rest[0] in _WORDS and rest[0] not in _WORDS
    return inside >= _RAGGED_LINES


def _goes_on(above: Line, broken: Line, line: Line, block: _Block) -> str | None:
    """What was lost between a line (``above``, of which ``broken`` is the last part) and the next, None when that is a line of its own."""
    in_log = _LOG_HEAD.search(above.text) is not None
    if above.cut or (_width(broken) < _NARROWEST - _SHORT_OF_IT and not in_log):
        return None
    if _completes_a_path(above.text, line.text):
        return ""
    if (
        _WANTS_MORE.search(above.text) is not None
        and line.text.strip()
        and find_prompt(above.text) is not None
        and find_prompt(line.text) is None
    ):
        return " "
    if _width(broken) < _NARROWEST and not in_log:
        return None
    if _HEAD_ALONE.search(above.text) is not None and in_log and not begins_surely(line.text):
        return "" if line.text[:1].isspace() or above.text[-1:].isspace() else " "
    exact = _is_at(block.margins, broken, 0) and (block.even or not in_log)
    at_margin = exact or _is_at(block.margins, broken, 1) or (in_log and block.ragged and _LOG_HEAD.search(line.text) is None)
    first = _TOKEN.search(line.text)
    full = in_log and first is not None and 0 < block.widest < _width(broken) + 1 + len(first[0])
    begins = begins_surely if in_log else begins_record
    if not (at_margin or full) or begins(line.text) or _alike(above.text, line.text):
        return None
    if _PRINTED.match(line.text) is not None and find_prompt(above.text) is not None:
        return None
    if not (in_log and at_margin) and above.text.endswith(_ENDS_A_SENTENCE) and line.text[:1].isupper():
        return None
    return "" if exact or (in_log and block.ragged) or line.text[:1].isspace() else " "


def _completes_a_path(above: str, below: str) -> bool:
    """A command that ends within a path, and the rest of it: together they name a file as the appliances do."""
    rest = below.strip()
    if len(rest) > _LONGEST_REST or _PATH_REST.fullmatch(rest) is None or (prompt := find_prompt(above)) is None:
        return False
    last = prompt.command.rpartition(" ")[2]
    return "/" in last and _FILE.search(last) is None and _FILE.search(last + rest) is not None and _FILE.match("/" + rest) is None


def _alike(above: str, below: str) -> bool:
    """Two rows of one table: their first words look the same."""
    one, other = _TOKEN.search(above), _TOKEN.search(below)
    if one is None or other is None:
        return False
    return one[0] == other[0] or (
        len(one[0]) == len(other[0]) > 3 and re.sub(r"\w", "x", one[0]) == re.sub(r"\w", "x", other[0]) and any(map(str.isdigit, one[0]))
    )


def parted(line: Line) -> list[Line]:
    """The lines of one that holds several: a text that lost its line ends, or words before a prompt or a date."""
    text = line.text
    if anchor(text) <= 0 and "SF-IMS[" not in text:
        return [line]
    starts = {found.start() for found in FLAT.finditer(text)}
    labels = [found.start() for found in ANCHOR.finditer(text)]
    if len(labels) >= _SENTENCE_LABELS:
        starts.update(labels)
    cuts = sorted(starts - {0})
    if not cuts or (text.count("SF-IMS[") == 1 and len(cuts) == 1 and not labels):
        return [line]
    edges = [0, *cuts, len(text)]
    return [replace(line, text=text[a:b].rstrip()) for a, b in pairwise(edges) if text[a:b].strip()]
