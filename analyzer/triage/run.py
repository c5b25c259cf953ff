"""A whole triage: find the cases, run what must be run, write the index. What the command line calls."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from analyzer.judge import builtin_rules_folder, load_rules
from analyzer.texts import _
from analyzer.triage.coordinator import Ways, Work, plan_work, rejudged, run_cases, shard, stale
from analyzer.triage.database import write_database
from analyzer.triage.index import Index, index_of
from analyzer.triage.page import PAGE, render_page
from analyzer.triage.record import NOT_READ, CaseRecord, CaseState
from analyzer.triage.settings import Settings
from analyzer.triage.sources import Case, find_cases
from analyzer.triage.store import Store, write_whole
from analyzer.triage.supervisor import end_children

STILL_FOR = 10.0
"""Seconds for which the files of a case must not have changed before ``--watch`` takes it: an upload in progress is left alone."""

_POLL = 2.0


class Request(Struct, frozen=True, kw_only=True):
    """What one call asks for. ``scheduler`` is the address of a Dask scheduler, "" for threads of this machine. ``part`` is ``(I, N)``."""

    sources: tuple[str, ...]
    out: Path
    settings: Settings
    slots: int = 1
    scheduler: str = ""
    expression: str = ""
    listed: tuple[str, ...] | None = None
    part: tuple[int, int] | None = None
    rejudge: bool = False
    retry_failed: bool = False
    watch: bool = False
    command: tuple[str, ...] = ()


class Busy(Exception):
    """Another triage writes into this folder."""


class Events(Struct, frozen=True):
    """What a run tells while it goes on: how much there is to do, each case as it ends, and a sentence."""

    began: Callable[[Work], None]
    ended: Callable[[CaseRecord], None]
    said: Callable[[str], None]


def triage(request: Request, events: Events) -> Index:
    """Run it and give the index that was written. Raises `SourceError`, `RuleError`, `Busy` and OSError."""
    store = Store(request.out)
    store.cases.mkdir(mode=0o700, parents=True, exist_ok=True)
    rules_version = load_rules([builtin_rules_folder(), *(Path(one) for one in request.settings.rules)]).version
    known = {record.folder for record in store.records()}
    with _alone(request.out, shared=request.part is not None), _executor(request) as (executor, slots):
        while True:
            cases, work = _work(request, store, rules_version)
            if work.jobs or not request.watch:
                events.began(work)
                records = run_cases(work, store, executor, slots, done=events.ended)
                index = write_index(request, store, records, rules_version, known)
            if not request.watch:
                return index
            _wait_for(request, cases, events)


def _work(request: Request, store: Store, rules_version: str) -> tuple[list[Case], Work]:
    if request.rejudge:
        return [], rejudged(store, request.settings, rules_version)[0]
    cases = find_cases(request.sources, expression=request.expression, listed=request.listed)
    if request.part is not None:
        cases = shard(cases, *request.part)
    if request.watch:
        cases = [case for case in cases if _is_still(case)]
    return cases, plan_work(cases, request.settings, store, rules_version, Ways(retry_failed=request.retry_failed))


def _is_still(case: Case) -> bool:
    newest = max((one.modified for one in case.inputs), default=0)
    return time.time() - newest / 1e9 >= STILL_FOR


def _wait_for(request: Request, before: Sequence[Case], events: Events) -> None:
    """Until something in the sources is another than before, and lies still."""
    events.said(_("Waiting for new cases in {places}. Ctrl-C ends.").format(places=", ".join(request.sources)))
    while True:
        time.sleep(_POLL)
        now = [case for case in find_cases(request.sources, expression=request.expression, listed=request.listed) if _is_still(case)]
        if now != list(before):
            return


def write_index(request: Request, store: Store, records: Sequence[CaseRecord], rules_version: str, known: set[str]) -> Index:
    """The page and the database, of every case in the folder. A run of one part leaves them to ``triage index``."""
    stored = {record.folder: record for record in store.records()}
    stored |= {record.folder: record for record in records}
    settings = request.settings
    index = index_of(stored.values(), settings.as_of, [one.folder for one in stale(stored.values(), settings, rules_version)])
    if request.part is None:
        fresh = [folder for folder in stored if folder not in known] if known else []
        retry = shlex.join([*request.command, "--retry-failed"]) if request.command else ""
        page = render_page(index, settings.language, rules_version, fresh, retry)
        write_whole(store.out / PAGE, page.encode("utf-8", "surrogatepass"))
        write_database(index, store.out)
    return index


def read_index(out: Path) -> tuple[Index, str, str]:
    """The index of a folder as it stands, with the language and the rules of its newest case. Raises `FileNotFoundError`."""
    records = list(Store(out).records())
    if not records:
        raise FileNotFoundError(2, _("there is no case of a triage here"), str(out))
    newest = max(records, key=lambda record: (record.as_of is not None, record.as_of.timestamp() if record.as_of else 0.0))
    as_of = newest.as_of
    if as_of is None:
        raise FileNotFoundError(2, _("no case of this triage has ended yet"), str(out))
    others = [
        record.folder for record in records if record.result_key and (record.as_of != as_of or record.rules_version != newest.rules_version)
    ]
    return index_of(records, as_of, others), newest.language, newest.rules_version


def worst_code(records: Sequence[CaseRecord]) -> int:
    """The exit code of a triage: a case without a verdict is never hidden behind findings, and findings are the worst of all cases."""
    if any(record.state in NOT_READ and record.state is not CaseState.NOTHING for record in records):
        return 4
    codes = [record.exit_code for record in records if record.exit_code is not None]
    found = [code for code in codes if code >= 10]
    if found:
        return max(found)
    return next((code for code in (4, 5, 3) if code in codes), 0)


@contextmanager
def _executor(request: Request) -> Iterator[tuple[Executor, int]]:
    """Threads that supervise children on this machine, or the workers of a Dask cluster."""
    if not request.scheduler:
        with ThreadPoolExecutor(request.slots, thread_name_prefix="case") as threads:
            try:
                yield threads, request.slots
            finally:
                threads.shutdown(wait=False, cancel_futures=True)
                end_children()
        return
    from distributed import Client

    with Client(request.scheduler, timeout=20, set_as_default=False) as client:
        slots = max(1, sum(client.nthreads().values()))
        yield client.get_executor(retries=0, pure=False), slots


@contextmanager
def _alone(out: Path, *, shared: bool) -> Iterator[None]:
    """Only one triage writes into a folder; parts of one (``--shard``) may be several."""
    place = out / ".lock"
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        with suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            except OSError:
                raise Busy(_("another triage writes into {folder}: wait for it, or name another --out").format(folder=out)) from None
        yield
    finally:
        os.close(descriptor)
