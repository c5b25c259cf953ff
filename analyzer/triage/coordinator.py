"""The run over all cases: what is known is kept, what changed is run, the same bytes are run once, and every end leaves a whole folder."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from datetime import datetime
from pathlib import Path
from threading import Event
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from analyzer import __version__
from analyzer.texts import _
from analyzer.triage.keys import content_digest, reading_key, result_key
from analyzer.triage.record import FAILED, TRANSIENT, Case, CaseRecord, CaseState, InputFile
from analyzer.triage.settings import NOTHING_STATED, Job, Settings, Stated
from analyzer.triage.store import FACTS, Store
from analyzer.triage.supervisor import run_job

_AHEAD = 2
"""Jobs that wait per slot, so that no slot is idle and nothing is handed out long before its time."""

_TELL_EVERY = 0.5
"""Seconds between two looks at what is in flight."""

_CHUNK = 1 << 20

Runner = Callable[[Job], CaseRecord]


class Work(Struct, frozen=True):
    """What a run has to do: jobs (the largest first), records that stay as they are, and the number of cases altogether."""

    jobs: tuple[Job, ...]
    kept: tuple[CaseRecord, ...]


class Run(Struct, frozen=True, kw_only=True):
    """What holds for all cases of a run. ``stated`` is what a person states, by the folder of the case. ``retry_failed``: failures too are
    run again. ``began`` is when it began (aware, UTC)."""

    settings: Settings
    rules_version: str
    stated: Mapping[str, Stated] = MappingProxyType({})
    retry_failed: bool = False
    began: datetime | None = None

    def job(self, case: Case, record: CaseRecord | None, out: Path, *, rejudge: bool) -> Job:
        """The job of a case of which this record is known."""
        return Job(
            case=case,
            out=str(out),
            settings=self.settings,
            stated=self.stated.get(case.folder, NOTHING_STATED),
            rejudge=rejudge,
            digest=record.digest if record is not None and record.inputs == case.inputs else "",
            first_seen=record.first_seen if record is not None else self.began,
        )

    def key(self, record: CaseRecord) -> str:
        """The key that the result of this case has when nothing of it is stale."""
        return result_key(record.facts_key, self.settings, self.rules_version, self.stated.get(record.folder, NOTHING_STATED))


def plan_work(cases: Sequence[Case], run: Run, store: Store) -> Work:
    """What is to be done for these cases."""
    jobs: list[Job] = []
    kept: list[CaseRecord] = []
    for case in cases:
        record = store.record(case.folder)
        step = _step(case, record, run, store)
        if step is None and record is not None:
            kept.append(_now(record, case, run, store))
        else:
            jobs.append(run.job(case, record, store.out, rejudge=step == "judge"))
    jobs.sort(key=_largest_first)
    return Work(tuple(jobs), tuple(kept))


def _now(record: CaseRecord, case: Case, run: Run, store: Store) -> CaseRecord:
    """The record, with what ``case.yaml`` says now, and a failure in the language of this run."""
    changed = replace(record.speaking(run.settings.language), about=case.about)
    if changed != record:
        store.finish(changed)
    return changed


def _largest_first(job: Job) -> tuple[int, str]:
    return -sum(one.size for one in job.case.inputs), job.case.label


def _step(case: Case, record: CaseRecord | None, run: Run, store: Store) -> str | None:
    """``read`` or ``judge`` a case, or None: what is known of it holds."""
    settings = run.settings
    if record is None or record.inputs != case.inputs or record.state in TRANSIENT:
        return "read"
    if record.state is CaseState.DUPLICATE:
        return "read"  # the other case may have changed or gone: `run_cases` looks at the digests again
    same_reading = record.reading == reading_key(settings) and record.tool_version == __version__
    if record.state in FAILED:
        return "read" if run.retry_failed or not same_reading else None
    same_day = record.as_of == settings.as_of
    holds = same_reading and (same_day or (record.newest_file is not None and record.newest_file <= settings.as_of))
    if not holds or not (store.place(case.folder) / FACTS).is_file():
        return "read"
    if record.result_key == run.key(record) or (not record.result_key and same_day and record.language == settings.language):
        return None
    return "judge"


def rejudged(run: Run, store: Store) -> tuple[Work, tuple[CaseRecord, ...]]:
    """The work of ``--rejudge``: every stored case whose facts hold, concluded again. Second: those whose facts do not hold."""
    jobs: list[Job] = []
    kept: list[CaseRecord] = []
    lost: list[CaseRecord] = []
    for record in store.records():
        case = Case(label=record.label, folder=record.folder, about=record.about, inputs=record.inputs)
        step = _step(case, record, run, store)
        if step == "judge":
            jobs.append(run.job(case, record, store.out, rejudge=True))
        elif step is None or record.state in (CaseState.DUPLICATE, *FAILED):
            kept.append(_now(record, case, run, store))
        else:
            lost.append(record)
    return Work(tuple(jobs), tuple(kept)), tuple(lost)


def run_cases(
    work: Work,
    store: Store,
    executor: Executor,
    slots: int,
    runner: Runner = run_job,
    done: Callable[[CaseRecord], None] = lambda _: None,
    flies: Callable[[Sequence[Job]], None] | None = None,
    stopped: Event | None = None,
) -> list[CaseRecord]:
    """Run the jobs and give the records of all cases, by label. ``done`` is told of each as it ends, ``flies`` now and then of those that
    run. ``stopped`` is set by Ctrl-C, which ends the run after what is in flight was given up: what did not end is SKIPPED."""
    records = {record.folder: record for record in work.kept}
    first, duplicates = _one_of_each(work.jobs, records.values())
    jobs = iter(first)
    waiting: dict[Future[CaseRecord], Job] = {}
    try:
        while True:
            for job in jobs:
                waiting[executor.submit(runner, job)] = job
                if len(waiting) >= slots * _AHEAD:
                    break
            if not waiting:
                break
            ended, _others = wait(waiting, timeout=_TELL_EVERY if flies is not None else None, return_when=FIRST_COMPLETED)
            for future in ended:
                job = waiting.pop(future)
                record = _outcome(future, job)
                records[job.case.folder] = record
                done(record)
            if flies is not None:
                flies([job for future, job in waiting.items() if future.running()])
    except KeyboardInterrupt:
        if stopped is not None:
            stopped.set()
        for future in waiting:
            future.cancel()
        for job in (*waiting.values(), *jobs):
            records[job.case.folder] = _skipped(job, _("The run was stopped before this case started. Run the same command again."))
    by_digest = {record.digest: record for record in records.values() if record.digest and record.state is not CaseState.DUPLICATE}
    for job, digest in duplicates:
        original = by_digest.get(digest)
        if original is None:
            record = _skipped(job, _("The case with the same bytes did not finish. Run the same command again."))
        else:
            record = _duplicate(job, original, digest)
            store.finish(record)
        records[job.case.folder] = record
        done(record)
    for record in _alike(records.values(), work):
        store.finish(record)
        records[record.folder] = record
    return sorted(records.values(), key=lambda record: (record.label.lower(), record.folder))


def _alike(records: Iterable[CaseRecord], work: Work) -> Iterator[CaseRecord]:
    """The duplicates that only reading showed: of a stream, the digest is known afterwards."""
    jobs = {job.case.folder: job for job in work.jobs}
    first: dict[str, CaseRecord] = {}
    for record in sorted(records, key=lambda one: (one.folder in jobs, one.label.lower(), one.folder)):
        if not record.digest or not record.result_key:
            continue
        original = first.setdefault(record.digest, record)
        if original is not record and record.folder in jobs and not jobs[record.folder].rejudge:
            yield _duplicate(jobs[record.folder], original, record.digest)


def _outcome(future: Future[CaseRecord], job: Job) -> CaseRecord:
    try:
        return future.result()
    except Exception as error:  # a worker of a cluster that was lost with what it had in hand, or a full disk: the next run tries again
        told = _("Its supervisor failed ({error}). The next run tries this case again.").format(error=type(error).__name__)
        return job.record(CaseState.CRASHED, told)


def _skipped(job: Job, reason: str) -> CaseRecord:
    return job.record(CaseState.SKIPPED, reason)


def _duplicate(job: Job, original: CaseRecord, digest: str) -> CaseRecord:
    told = _("The same bytes as {label}.").format(label=original.label)
    return job.record(CaseState.DUPLICATE, told, duplicate_of=original.folder, digest=digest, reading=original.reading)


def _one_of_each(jobs: Sequence[Job], kept: Iterable[CaseRecord]) -> tuple[list[Job], list[tuple[Job, str]]]:
    """The jobs to run, and those whose bytes another case has. Only cases of equal sizes are compared, by the digests of their files; the
    first by label is run."""
    sizes = Counter(_sizes(job.case.inputs) for job in jobs if not job.rejudge)
    sizes.update(_sizes(record.inputs) for record in kept)
    taken = {record.digest for record in kept if record.digest and record.state is not CaseState.DUPLICATE}
    twins: dict[str, list[Job]] = defaultdict(list)
    first: list[Job] = []
    for job in jobs:
        files = job.case.files
        alike = not job.rejudge and files and sizes[_sizes(job.case.inputs)] > 1
        digest = (job.digest or _digest(files)) if alike else ""
        if digest:
            twins[digest].append(job)
        else:
            first.append(job)
    duplicates: list[tuple[Job, str]] = []
    for digest, same in twins.items():
        same.sort(key=lambda job: (job.case.label.lower(), job.case.folder))
        if digest not in taken:
            first.append(same.pop(0))
        duplicates.extend((job, digest) for job in same)
    first.sort(key=_largest_first)
    return first, duplicates


def _sizes(inputs: Iterable[InputFile]) -> tuple[int, ...]:
    return tuple(sorted(one.size for one in inputs))


def _digest(files: Iterable[str]) -> str:
    """The digest of a case as `content_digest` makes it, "" where a file cannot be read: the run of the case says so."""
    digests = []
    for path in files:
        digest = hashlib.sha256()
        try:
            with Path(path).open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
        except OSError:
            return ""
        digests.append(digest.hexdigest())
    return content_digest(digests)


def shard(cases: Sequence[Case], number: int, count: int) -> list[Case]:
    """The part ``number`` (from 1) of ``count`` parts: the same for whoever asks, whatever the order and the other parts do."""
    return [case for case in cases if int(hashlib.sha256(case.folder.encode()).hexdigest(), 16) % count == number - 1]


def stale(records: Iterable[CaseRecord], run: Run) -> Iterator[CaseRecord]:
    """Cases whose result is of another version, other rules, other statements or another day."""
    for record in records:
        if record.result_key and record.result_key != run.key(record):
            yield record
