"""The verdict of `analyzer.report.terminal` in colour, for a console that has it (a terminal, and no ``NO_COLOR``)."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from analyzer.model.result import Result
from analyzer.report.labels import Tone
from analyzer.report.terminal import terminal_lines

_STYLES = {Tone.CRITICAL: "bold red", Tone.WARNING: "yellow", Tone.UNKNOWN: "cyan", Tone.NEUTRAL: "", Tone.GOOD: "green"}


COLUMNS = 80
"""The widest that a line becomes: longer ones are hard to follow, whatever the terminal."""

_HANGING = 4


def print_terminal(result: Result, console: Console) -> None:
    """Print the verdict. rich itself honours ``NO_COLOR`` and leaves what is no terminal plain.

    On a terminal lines end between words, and what belongs to a line before stands further in.
    """
    width = min(console.width, COLUMNS)
    for line in terminal_lines(result, console.encoding or "ascii"):
        text = Text.assemble((line.head, _STYLES[line.tone]), " " if line.head and line.rest else "", line.rest)
        for number, piece in enumerate(_wrapped(text, console, width) if console.is_terminal else [text]):
            console.print(Text(" " * _HANGING) + piece if number else piece, soft_wrap=True, highlight=False)


def _wrapped(text: Text, console: Console, width: int) -> list[Text]:
    """The text in lines of this width; those after the first are narrower, as they stand further in."""
    if text.cell_len <= width:
        return [text]
    indent = len(text.plain) - len(text.plain.lstrip(" "))
    lines = text[indent:].wrap(console, max(width - indent - _HANGING, 20), no_wrap=False)
    for line in lines:
        line.rstrip()
        line.pad_left(indent)
    return list(lines)
