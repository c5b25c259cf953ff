"""What is shown while and after evidence is read: a bar of bytes, and the verdict, in colour on a terminal.

Both are rich's, which is loaded only where there is a terminal to show them on: into a file or a pipe goes plain text.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from analyzer.model.result import Result
from analyzer.report.terminal import render_terminal
from analyzer.texts import _

_ASKED_OF_RICH = ("FORCE_COLOR", "TTY_COMPATIBLE")
"""Variables by which a user tells rich what a stream can show, whatever it is: then rich decides."""


def show_verdict(result: Result) -> None:
    """Print the verdict to standard output. Raises BrokenPipeError when whoever reads it went away."""
    if not _may_be_terminal(sys.stdout):
        sys.stdout.write(render_terminal(result, sys.stdout.encoding or "ascii"))
        return
    from rich.console import Console

    from analyzer.report.coloured import print_terminal

    class Terminal(Console):
        """A console that leaves it to `signals.printing` what a reader that went away means; its own way is to end the program."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    print_terminal(result, Terminal(soft_wrap=True))


@contextmanager
def progress(paths: tuple[str, ...]) -> Iterator[Callable[[int], None]]:
    """A bar of bytes read, on a terminal only. What it gives is told how many bytes were just consumed."""
    if not _may_be_terminal(sys.stderr):
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn, TransferSpeedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda count: None
        return
    total = sum(_size(Path(path)) for path in paths if path != "-") or None
    columns = (TextColumn(_("reading")), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(_("reading"), total=total)
        yield lambda count: bar.advance(task, count)


def _may_be_terminal(stream: TextIO) -> bool:
    return stream.isatty() or any(os.environ.get(name) for name in _ASKED_OF_RICH)


def _size(path: Path) -> int:
    """Bytes to read, for the bar. What cannot be looked at counts nothing here: the reading says so later."""
    if not path.is_dir():
        return path.stat().st_size if path.is_file() else 0
    return sum(_file_size(Path(folder, name)) for folder, _folders, names in os.walk(path) for name in names)


def _file_size(path: Path) -> int:
    try:
        state = path.lstat()
    except OSError:
        return 0
    return state.st_size if stat.S_ISREG(state.st_mode) else 0
