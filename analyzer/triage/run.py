"""A whole triage: find the cases, run what must be run, write the index. What the command line calls."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Event
from types import MappingProxyType
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from analyzer import __version__
from analyzer.judge import builtin_rules_folder, load_rules
from analyzer.texts import _, ngettext
from analyzer.triage.coordinator import Run, Work, plan_work, rejudged, run_cases, shard, stale
from analyzer.triage.database import DATABASE, write_database
from analyzer.triage.index import Index, index_of
from analyzer.triage.names import Names, names_of
from analyzer.triage.page import PAGE, render_page
from analyzer.triage.record import NOT_READ, Case, CaseRecord, CaseState
from analyzer.triage.remote import is_address
from analyzer.triage.settings import Job, Settings, Stated
from analyzer.triage.sources import SourceError, find_cases
from analyzer.triage.store import LastRun, Store, folder_of, tidy, write_whole
from analyzer.triage.supervisor import end_children

STILL_FOR = 10.0
"""Seconds for which the files of a case must not have changed before ``--watch`` takes it: an upload in progress is left alone."""

_POLL = 2.0
_PATIENCE = 20
"""Seconds to wait for a scheduler, and for its first worker."""


class Request(Struct, frozen=True, kw_only=True):
    """What one call asks for. ``scheduler`` is the address of a Dask scheduler, "" for threads of this machine. ``part`` is ``(I, N)``.
    ``began`` is now (aware, UTC). ``stated`` is what a person states, by the label of the case. ``redact``: under substitutes."""

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
    began: datetime | None = None
    stated: Mapping[str, Stated] = MappingProxyType({})
    redact: bool = False


class Busy(Exception):
    """Another triage writes into this folder."""


class ClusterError(Exception):
    """The scheduler or its workers cannot be used. The message says why and what to do."""


class Events(Struct, frozen=True):
    """What a run tells while it goes on: how much there is to do, each case as it ends, a sentence, and now and then what is in flight."""

    began: Callable[[Work], None]
    ended: Callable[[CaseRecord], None]
    said: Callable[[str], object]
    flies: Callable[[Sequence[Job]], None] | None = None


def triage(request: Request, events: Events) -> Index:
    """Run it and give the index that was written. Raises `SourceError`, `RuleError`, `Busy`, `KeyLost`, `ClusterError` and OSError."""
    store = Store(request.out.absolute() if request.scheduler else request.out)
    store.cases.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(request.out, shared=request.part is not None):
        names = _begin(request, store)
        run = _run_of(request, names)
        stopped = Event()
        index = index_of((), run.settings.as_of)
        with _executor(request) as (executor, slots):
            while True:
                cases, work = _work(request, run, store, names, events)
                if work.jobs or not request.watch:
                    events.began(work)
                    records = run_cases(work, store, executor, slots, done=events.ended, flies=events.flies, stopped=stopped)
                    index = write_index(request, run, store, records)
                    if names is not None:
                        names.gather()
                if not request.watch or stopped.is_set():
                    return index
                try:
                    _wait_for(request, cases, events)
                except KeyboardInterrupt:  # how a watch ends
                    return index


def _begin(request: Request, store: Store) -> Names | None:
    """Note that a run begins. The map of a redacted triage, None for one that is not. One folder is either, never both."""
    before = store.last_run()
    has_cases = next(store.records(), None) is not None
    if has_cases and (before is not None and before.redacted) != request.redact:
        told = _("the cases in {folder} are redacted: specify --redact, or choose another --out")
        if request.redact:
            told = _("the cases in {folder} are not redacted: choose another --out for a redacted triage")
        raise SourceError(told.format(folder=request.out))
    if request.part is None:  # nobody else writes here
        tidy(request.out)
        tidy(names_of(request.out))
    as_of = request.settings.as_of
    goes_on = request.part is not None and before is not None and before.as_of == as_of  # another part of the same run began it
    if not (request.rejudge or goes_on):
        store.begin_run(LastRun(began=request.began, first=not has_cases, redacted=request.redact, as_of=as_of, command=request.command))
    if not request.redact:
        return None
    names = Names(names_of(store.out))
    names.make()
    return names


def _run_of(request: Request, names: Names | None) -> Run:
    settings = request.settings
    if names is not None:
        settings = replace(settings, names=str(names.folder))
    stated = {folder_of(names.of("case", label) if names is not None else label): said for label, said in request.stated.items()}
    return Run(
        settings=settings,
        rules_version=load_rules([builtin_rules_folder(), *(Path(one) for one in settings.rules)]).version,
        stated=stated,
        retry_failed=request.retry_failed,
        began=request.began,
    )


def _work(request: Request, run: Run, store: Store, names: Names | None, events: Events) -> tuple[list[Case], Work]:
    if request.rejudge:
        work, lost = rejudged(run, store)
        if lost:
            told = ngettext(
                "{n} case must be read again: run without --rejudge.", "{n} cases must be read again: run without --rejudge.", len(lost)
            )
            events.said(told.format(n=len(lost)))
        return [], work
    found = find_cases(request.sources, expression=request.expression, listed=request.listed)
    for label in sorted(request.stated.keys() - {name for case in found for name in (case.label, case.folder)}):
        events.said(_("--facts: there is no case {label}").format(label=repr(label)))
    cases = [case for case in found if not request.watch or _is_still(case)]
    shown = [names.case(case) for case in cases] if names is not None else cases
    if request.scheduler:  # a worker stands in another folder
        shown = [replace(case, paths=_absolute(case.paths), files=_absolute(case.files)) for case in shown]
    if request.part is not None:
        shown = shard(shown, *request.part)
    return cases, plan_work(shown, run, store)


def _absolute(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(path if is_address(path) else os.path.abspath(path) for path in paths)  # noqa: PTH100 - texts


def _is_still(case: Case) -> bool:
    newest = max((one.modified for one in case.inputs), default=0)
    return time.time() - newest / 1e9 >= STILL_FOR


def _wait_for(request: Request, before: Sequence[Case], events: Events) -> None:
    """Until something in the sources is another than before, and lies still."""
    events.said(_("Waiting for new cases in {places}. Press Ctrl-C to stop.").format(places=", ".join(request.sources)))
    while True:
        time.sleep(_POLL)
        now = [case for case in find_cases(request.sources, expression=request.expression, listed=request.listed) if _is_still(case)]
        if now != list(before):
            return


def write_index(request: Request, run: Run, store: Store, records: Sequence[CaseRecord]) -> Index:
    """The page and the database, of every case in the folder. A run of one part leaves them to ``triage index``."""
    stored = {record.folder: record for record in store.records()}
    stored |= {record.folder: record for record in records}
    settings = run.settings
    index = index_of(stored.values(), settings.as_of, [one.folder for one in stale(stored.values(), run)], _fresh(store, stored.values()))
    if request.part is None:
        put_index(store, index, settings.language, run.rules_version)
    return index


def put_index(store: Store, index: Index, language: str, rules_version: str) -> None:
    """Write the page and the database."""
    run = store.last_run()
    retry = shlex.join([*run.command, "--retry-failed"]) if run is not None and run.command else ""
    page = render_page(index, language, rules_version, retry)
    write_whole(store.out / PAGE, page.encode("utf-8", "surrogatepass"))
    write_database(index, store.out)


def forget(out: Path, label: str) -> bool:
    """Remove a case with all that is known of it, the map of its redaction among it, and write the index anew. False where there is no
    such case. Raises `Busy` while a triage writes there."""
    store = Store(out)
    with _alone(out, shared=False):
        folder = folder_of(label)
        if not store.delete(folder):
            return False
        names = names_of(out)
        if names.is_dir():
            Names(names).forget([folder])
        try:
            index, language, rules = read_index(out)
        except FileNotFoundError:  # it was the last one
            for name in (PAGE, DATABASE):
                (out / name).unlink(missing_ok=True)
        else:
            put_index(store, index, language, rules)
    return True


def _fresh(store: Store, records: Iterable[CaseRecord]) -> frozenset[str]:
    """The folders of the cases that the last run saw first; none where it was the first run."""
    run = store.last_run()
    if run is None or run.first or run.began is None:
        return frozenset()
    return frozenset(record.folder for record in records if record.first_seen is not None and record.first_seen >= run.began)


def read_index(out: Path) -> tuple[Index, str, str]:
    """The index of a folder as it stands, with the language and the rules of its newest case. Raises `FileNotFoundError`."""
    store = Store(out)
    records = list(store.records())
    if not records:
        raise FileNotFoundError(2, _("there is no case of a triage here"), str(out))
    newest = max(records, key=lambda record: (record.as_of is not None, record.as_of.timestamp() if record.as_of else 0.0))
    as_of = newest.as_of
    if as_of is None:
        raise FileNotFoundError(2, _("no case of this triage is finished yet"), str(out))
    others = [
        record.folder for record in records if record.result_key and (record.as_of != as_of or record.rules_version != newest.rules_version)
    ]
    return index_of(records, as_of, others, _fresh(store, records)), newest.language, newest.rules_version


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
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(_("--scheduler needs the extra cluster: pip install 'sftunnel-analyzer[cluster]'")) from None
    try:
        client = Client(request.scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        told = _("{address}: no scheduler answers ({error})")
        raise ClusterError(told.format(address=request.scheduler, error=error)) from None
    with client:
        _look_at_workers(client, request)
        yield client.get_executor(retries=0, pure=False), sum(client.nthreads().values())


def _look_at_workers(client: Any, request: Request) -> None:
    """Raises `ClusterError` where none comes, or one is of another version or does not see the folder of the triage."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise ClusterError(_("{address}: no worker has come").format(address=request.scheduler)) from None
    for worker, (version, sees) in sorted(client.run(_seen_by_worker, str(request.out.absolute())).items()):
        if version != __version__:
            told = _("the worker {worker} has version {theirs}, this is {ours}: install one version on all of them")
            raise ClusterError(told.format(worker=worker, theirs=version, ours=__version__))
        if not sees:
            told = _("the worker {worker} does not see {folder}: --out must be a folder that all machines share, under one path")
            raise ClusterError(told.format(worker=worker, folder=request.out.absolute()))


def _seen_by_worker(out: str) -> tuple[str, bool]:
    """What a worker says of itself: its version, and whether it sees the folder of the triage."""
    return __version__, Path(out).is_dir()


@contextmanager
def _alone(out: Path, *, shared: bool) -> Iterator[None]:
    """Only one triage writes into a folder; parts of one (``--shard``) may be several."""
    place = out / ".lock"
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _lock(descriptor, shared=shared)
        except OSError:
            raise Busy(_("another triage writes to {folder}: wait for it, or choose another --out").format(folder=out)) from None
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, shared: bool) -> None:
    """Lock a file until it is closed. Raises OSError where another holds it. Windows has no shared lock: parts of a run take none there."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    elif not shared:
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
