"""What a triage shows while it runs: a live table on a terminal, else a line per case, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from analyzer.report.neutralise import neutralise
from analyzer.report.wording import size
from analyzer.texts import _, ngettext
from analyzer.triage.record import NOT_READ, CaseRecord
from analyzer.triage.run import Events

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from analyzer.triage.coordinator import Work
    from analyzer.triage.settings import Job

_SHOWN = 8
"""Cases in flight that are named."""


class Progress:
    """How far a run is. ``clock`` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self.total = self.kept = self.done = self.failed = 0
        self.bytes = self.read = 0
        self.flying: tuple[str, ...] = ()
        self.last = ""

    def begin(self, work: Work) -> None:
        """A run of so many cases begins."""
        self._began = self._clock()
        self.total, self.kept, self.done, self.failed = len(work.jobs), len(work.kept), 0, 0
        self.bytes, self.read = sum(one.size for job in work.jobs for one in job.case.inputs), 0

    def end(self, record: CaseRecord) -> None:
        """A case ended."""
        self.done += 1
        self.failed += record.state in NOT_READ
        self.read += record.size
        self.last = line_of(record)

    @property
    def rate(self) -> float:
        """Bytes a second since the beginning."""
        return self.read / max(self._clock() - self._began, 0.001)

    @property
    def left(self) -> int | None:
        """Seconds until the end, by bytes; None where nothing was read yet."""
        return round((self.bytes - self.read) / self.rate) if self.read else None


def line_of(record: CaseRecord) -> str:
    """One case on a line."""
    what = record.headline or record.reason
    return f"{record.label}: {record.state.value}{f', {record.severity}' if record.severity else ''}. {what}"


@contextmanager
def shown() -> Iterator[Events]:
    """Within it the run is shown."""
    from rich.console import Console

    console = Console(stderr=True)
    if console.is_terminal:
        with _live(console) as events:
            yield events
    else:
        yield _lines()


def _lines() -> Events:
    progress = Progress()

    def began(work: Work) -> None:
        progress.begin(work)
        told = _("{n} cases to run, {kept} unchanged.").format(n=progress.total, kept=progress.kept)
        sys.stderr.write(f"{told}\n")

    def ended(record: CaseRecord) -> None:
        progress.end(record)
        sys.stderr.write(f"{neutralise(f'[{progress.done}/{max(progress.total, progress.done)}] {progress.last}')}\n")

    return Events(began, ended, lambda text: sys.stderr.write(f"{neutralise(text)}\n"))


@contextmanager
def _live(console: Console) -> Iterator[Events]:
    from rich.live import Live

    progress = Progress()
    with Live(table_of(progress), console=console, refresh_per_second=4, transient=True) as live:

        def began(work: Work) -> None:
            progress.begin(work)
            live.update(table_of(progress))

        def ended(record: CaseRecord) -> None:
            progress.end(record)
            if record.state in NOT_READ or record.severity == "critical":
                console.print(neutralise(progress.last), markup=False, highlight=False)
            live.update(table_of(progress))

        def flies(jobs: Sequence[Job]) -> None:
            progress.flying = tuple(job.case.label for job in jobs)
            live.update(table_of(progress))

        yield Events(began, ended, lambda text: console.print(neutralise(text), markup=False, highlight=False), flies)


def table_of(progress: Progress) -> Table:
    """The table: done, failed, bytes a second, time left, and what is in flight."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    left = _("not known yet") if progress.left is None else f"{progress.left // 60}:{progress.left % 60:02d}"
    flying = [neutralise(label) for label in progress.flying[:_SHOWN]]
    if len(progress.flying) > _SHOWN:
        left_out = len(progress.flying) - _SHOWN
        flying.append(ngettext("and {n} more", "and {n} more", left_out).format(n=left_out))
    for name, value in (
        (_("done"), f"{progress.done} / {progress.total}"),
        (_("without a verdict"), str(progress.failed)),
        (_("unchanged"), str(progress.kept)),
        (_("read"), f"{size(progress.read)} / {size(progress.bytes)}, {size(round(progress.rate))}/s"),
        (_("time left"), left),
        (_("in flight"), ", ".join(flying)),
    ):
        table.add_row(Text(name, style="bold"), Text(value))
    return table
