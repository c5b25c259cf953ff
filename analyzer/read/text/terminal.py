"""What a terminal shows of what was sent to it: colours and titles gone, backspaces and overwritten characters done.

A whole terminal (pyte) keeps a screen of 80 columns and forgets which line of the file a line came from; here only what happens inside one
line is followed.
"""

from __future__ import annotations

import re

from analyzer.read.patterns import later

_TOKEN = later(
    r"\x1b\[(?P<numbers>[0-?]{0,32})[ -/]{0,4}(?P<final>[@-~])"
    r"|\x1b\][^\x07\x1b\n]{0,2000}(?:\x07|\x1b\\)?"
    r"|\x1b[PX^_][^\x1b\n]{0,2000}(?:\x1b\\)?"
    r"|\x1b[ -/]{0,3}[0-~]"
    r"|(?P<back>\x08)"
    r"|[\x00-\x07\x0e-\x1f\x7f]"
    r"|(?P<text>[^\x00-\x08\x0e-\x1f\x7f]+)"
)
_LOST_ESCAPES = later(r"\^\[\[[0-9;?]{0,20}[A-Za-z]|(?<![\w\]])\[(?:\d{1,2}(?:;\d{1,2}){0,4})?m|\[\??20(?:04[hl]|[01]~)|\[K$")
_MOST_MOVES = 200
_WIDEST = 500
_FARTHEST = 4_000


def shown(text: str) -> str:
    """What one line shows. It has no LF."""
    if not text.isprintable():
        text = _followed(text)
    if "[" in text:
        text = _LOST_ESCAPES.sub("", text)
    return text


def _followed(text: str) -> str:
    out: list[str] = []
    at = moves = 0
    for token in _TOKEN.finditer(text):
        if (piece := token["text"]) is not None:
            out[at : at + len(piece)] = piece
            at += len(piece)
        elif token["back"] is not None:
            at = max(0, at - 1)
        elif (final := token["final"]) is not None and moves < _MOST_MOVES:
            moves += final in "PX@"
            at = _moved(out, at, final, token["numbers"])
    return "".join(out)


def _moved(out: list[str], at: int, final: str, numbers: str) -> int:
    """Do one control sequence to a line; where the cursor then is."""
    count = min(int(digits[0]), _WIDEST) if (digits := re.match(r"\d{1,4}", numbers)) is not None else 0
    if final == "K":
        if count == 0:
            del out[at:]
        elif count == 1:
            out[:at] = " " * at
        else:
            out.clear()
            out.extend(" " * at)
    elif final == "D":
        return max(0, at - max(1, count))
    elif final == "C":
        at = min(at + max(1, count), max(at, _FARTHEST))
        out.extend(" " * (at - len(out)))
    elif final == "G":
        at = max(0, count - 1)
        out.extend(" " * (at - len(out)))
    elif final == "P":
        del out[at : at + max(1, count)]
    elif final == "@":
        out[at:at] = " " * max(1, count)
    return at


_REDRAWN = 5
_NARROWEST = 60


def pieces(text: str) -> list[str]:
    """A line with CR inside, as the lines that a reader of the terminal saw.

    A shell that wraps a long command writes a blank and CR at the margin: one line. What is written over from the first column by the
    same beginning (a prompt drawn again) is gone; anything else that CR parts are lines of their own, for nothing may be lost.
    """
    found: list[str] = []
    joins = False
    for piece in text.split("\r"):
        if found and joins:
            found[-1] += piece
        elif found and len(found[-1]) >= _REDRAWN and piece[:_REDRAWN] == found[-1][:_REDRAWN]:
            found[-1] = piece + found[-1][len(piece) :] if found[-1].startswith(piece) else piece
        else:
            found.append(piece)
        joins = piece.endswith(" ") and len(found[-1]) > _NARROWEST
        if joins:
            found[-1] = found[-1][:-1]
    return found
