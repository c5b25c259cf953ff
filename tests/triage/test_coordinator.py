"""The coordinator: what it keeps in memory, what it does with a lost worker, and with bytes that only reading shows to be the same."""

from __future__ import annotations

import tracemalloc
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest

from analyzer.triage.coordinator import Work, run_cases
from analyzer.triage.record import Case, CaseRecord, CaseState, FindingLine, InputFile, Question
from analyzer.triage.settings import Job
from analyzer.triage.store import Store
from tests.triage.builders import settings
from tests.triage.test_index import fmc


class AtOnce(Executor):
    """Runs each job as it is handed in."""

    def submit(self, function, /, *arguments, **named):  # type: ignore[no-untyped-def]
        future: Future[CaseRecord] = Future()
        try:
            future.set_result(function(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def job(number: int, size: int | None = None) -> Job:
    inputs = (InputFile(f"in/case-{number}/bundle.tar.gz", size or 1000 + number, number),)
    case = Case(label=f"case-{number}", folder=f"case-{number}", paths=(inputs[0].path,), inputs=inputs, files=(inputs[0].path,))
    return Job(case=case, out="out", settings=settings())


def typical(job: Job) -> CaseRecord:
    """A record as a bundle gives it."""
    label, how = job.case.label, "on the FMC command line: expert\nsftunnel_status.pl\n" * 3
    asked = tuple(Question(f"Bring output {n} of {label}", how) for n in range(3))
    findings = tuple(
        FindingLine(f"rule-{n}", "high", f"ftd-{n} with {label}", f"Finding {n} of {label}", explained=False) for n in range(8)
    )
    managers = (fmc(label, 1, "healthy", up=9),)
    keys = {"digest": label, "facts_key": label, "result_key": label}
    return job.record(CaseState.DONE, managers=managers, findings=findings, asked=asked, **keys)


def test_the_memory_of_a_run_is_that_of_its_records_alone(tmp_path: Path) -> None:
    """Nothing of a job, a future or an answer stays: 5,000 cases take some tens of MB, whatever their size."""
    used = {}
    for count in (200, 1200):
        jobs = tuple(job(number) for number in range(count))
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        records = run_cases(Work(jobs, ()), Store(tmp_path), AtOnce(), 2, typical)
        used[count] = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
        assert len(records) == count

    assert (used[1200] - used[200]) / 1000 < 10_000


def test_a_lost_worker_loses_its_case_alone(tmp_path: Path) -> None:
    def runner(one: Job) -> CaseRecord:
        if one.case.label == "case-1":
            raise ConnectionError("the worker is gone, with secrets in this message")
        return typical(one)

    records = run_cases(Work(tuple(job(number) for number in range(3)), ()), Store(tmp_path), AtOnce(), 2, runner)

    assert [record.state for record in records] == [CaseState.DONE, CaseState.CRASHED, CaseState.DONE]
    assert "secrets" not in records[1].reason
    assert Store(tmp_path).record("case-1") is None


@pytest.mark.parametrize("kept", [True, False])
def test_bytes_that_reading_shows_to_be_the_same_are_counted_once(kept: bool, tmp_path: Path) -> None:
    def same(one: Job) -> CaseRecord:
        return one.record(CaseState.DONE, digest="the same", facts_key="f", result_key="r")

    first, second = job(0, 5000), job(1, 6000)
    work = Work((second,), (same(first),)) if kept else Work((first, second), ())

    records = run_cases(work, Store(tmp_path), AtOnce(), 1, same)

    assert [(record.state, record.duplicate_of) for record in records] == [(CaseState.DONE, ""), (CaseState.DUPLICATE, "case-0")]
    assert Store(tmp_path).record("case-1") == records[1]
