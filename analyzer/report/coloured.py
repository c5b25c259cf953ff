"""The verdict of `analyzer.report.terminal` in colour, for a console that has it (a terminal, and no ``NO_COLOR``)."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from analyzer.model.result import Result
from analyzer.report.labels import Tone
from analyzer.report.terminal import terminal_lines

_STYLES = {Tone.CRITICAL: "bold red", Tone.WARNING: "yellow", Tone.UNKNOWN: "cyan", Tone.NEUTRAL: "", Tone.GOOD: "green"}


def print_terminal(result: Result, console: Console) -> None:
    """Print the verdict. rich itself honours ``NO_COLOR`` and leaves what is no terminal plain."""
    for line in terminal_lines(result, console.encoding or "ascii"):
        text = Text.assemble((line.head, _STYLES[line.tone]), " " if line.head and line.rest else "", line.rest)
        console.print(text, soft_wrap=True, highlight=False)
