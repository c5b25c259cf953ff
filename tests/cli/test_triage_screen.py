"""What a triage shows while it runs."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from analyzer.cli.triage_screen import Progress, line_of, table_of
from analyzer.triage.coordinator import Work
from analyzer.triage.record import Case, CaseRecord, CaseState, InputFile
from analyzer.triage.settings import Job
from tests.triage.builders import settings


def job(label: str, size: int) -> Job:
    return Job(case=Case(label=label, folder=label, inputs=(InputFile(label, size, 0),)), out="out", settings=settings())


def ended(label: str, size: int, state: CaseState = CaseState.DONE) -> CaseRecord:
    return CaseRecord(label=label, folder=label, state=state, inputs=(InputFile(label, size, 0),), reason="why")


def shown(progress: Progress) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(table_of(progress))
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_the_time_left_is_told_by_bytes_and_not_by_cases() -> None:
    now = 100.0
    progress = Progress(lambda: now)
    progress.begin(Work((job("large", 9_000_000), job("small", 1_000_000)), ()))
    assert progress.left is None

    now = 118.0
    progress.end(ended("large", 9_000_000))

    assert (progress.rate, progress.left) == (500_000, 2)


def test_the_table_tells_what_is_done_what_failed_and_what_is_in_flight() -> None:
    progress = Progress()
    progress.begin(Work(tuple(job(f"c{n}", 10) for n in range(30)), (ended("kept", 1),)))
    progress.end(ended("c0", 10, CaseState.TIMEOUT))
    progress.flying = tuple(f"c{n}" for n in range(1, 12))

    text = shown(progress)

    assert "1 / 30" in text
    assert "c1, c2" in text
    assert "and 3 more" in text
    assert "c9" not in text


@pytest.mark.parametrize("label", ["[red]x[/red]", "\x1b[2Jx", "a\u202eb"])
def test_a_label_never_moves_the_terminal(label: str) -> None:
    progress = Progress()
    progress.flying = (label,)

    text = shown(progress)

    assert "\x1b[2J" not in text
    assert "\u202e" not in text
    assert "[red]x" in text or "[red]" not in label


def test_a_line_says_the_state_and_why() -> None:
    assert line_of(ended("a", 1, CaseState.MEMORY)) == "a: memory. why"
