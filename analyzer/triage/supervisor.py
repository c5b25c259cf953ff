"""One slot of a triage: a warm child process that runs case after case, watched, and killed whole when it must be.

`run_job` is what an executor calls: in a thread of this machine, or on a worker of a cluster.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
from msgspec.structs import replace

from analyzer.texts import Made, _, made_of, remembering, said
from analyzer.triage.child import Answer
from analyzer.triage.frames import receive, send
from analyzer.triage.keys import reading_key
from analyzer.triage.record import CaseRecord, CaseState, Took
from analyzer.triage.settings import Job
from analyzer.triage.store import Store
from analyzer.triage.windows_job import JobObject

CASES_PER_CHILD = 100
"""A child is renewed after so many cases: whatever a library keeps does not grow for ever."""

TRIES = 2
"""What ends by no fault of the case (its child was killed from outside) is tried once more."""

_LOOK_EVERY = 0.25
_slot = threading.local()


class Child:
    """A child process with a group of its own: tshark is its grandchild, and is killed with it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] = subprocess.Popen(
            [sys.executable, "-P", "-m", "analyzer.triage.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # a group of its own; Windows knows none
        )
        self._jobs, self._results = cast("BinaryIO", self._process.stdin), cast("BinaryIO", self._process.stdout)
        self._together = _job_object(self._process)
        self.cases = 0
        self.largest = 0
        """The largest address space that was seen of it, in bytes."""
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while (data := receive(self._results)) is not None:
            self._answers.put(data)
        self._answers.put(None)

    def run(self, job: Job) -> Answer | CaseState:
        """Run a job. A state where there is no answer: it took too long, needed too much, or the child ended."""
        self.cases += 1
        limits = job.settings.limits
        ends = time.monotonic() + limits.case_seconds
        try:
            if self._together is not None:
                self._together.limit(limits.case_bytes)
            send(self._jobs, msgspec.msgpack.encode(job))
        except OSError:
            return self._ended()
        while True:
            try:
                data = self._answers.get(timeout=_LOOK_EVERY)
            except queue.Empty:
                if time.monotonic() > ends:
                    self.kill()
                    return CaseState.TIMEOUT
                space, resident = memory_of(self._process.pid)
                self.largest = max(self.largest, space)
                if resident > limits.case_bytes:
                    self.kill()
                    return CaseState.MEMORY
                continue
            return self._ended() if data is None else msgspec.msgpack.decode(data, type=Answer)

    def _ended(self) -> CaseState:
        self.kill()
        return CaseState.CRASHED

    def _reap(self) -> None:
        """Wait for the process, and ask how much it took: what it took between two looks is seen by nobody else."""
        if sys.platform != "win32" and self._process.returncode is None:
            with suppress(ChildProcessError):
                _pid, status, used = os.wait4(self._process.pid, 0)
                self._process.returncode = os.waitstatus_to_exitcode(status)
                self.largest = max(self.largest, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024))

    @property
    def returncode(self) -> int | None:
        """How the process ended, None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """End the process and all that it started, at once."""
        with suppress(OSError):
            if self._together is not None:
                self._together.end()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(OSError):
            self._process.kill()
        self._reap()
        self._process.wait()
        for stream in (self._jobs, self._results):
            with suppress(OSError):
                stream.close()


def _job_object(process: subprocess.Popen[bytes]) -> JobObject | None:
    """What holds a child and its own children together on Windows; elsewhere their process group does."""
    if sys.platform == "win32":
        import ctypes

        return JobObject(ctypes.windll.kernel32, int(process._handle))
    return None


def memory_of(pid: int) -> tuple[int, int]:
    """Address space and resident size of a process in bytes, 0 where the system does not tell."""
    if not sys.platform.startswith("linux"):
        import psutil

        try:
            about = psutil.Process(pid).memory_info()
        except psutil.Error:
            return 0, 0
        return int(about.vms), int(about.rss)
    try:
        space, resident = Path(f"/proc/{pid}/statm").read_text().split()[:2]
        page = os.sysconf("SC_PAGE_SIZE")
        return int(space) * page, int(resident) * page
    except (OSError, ValueError):
        return 0, 0


def run_job(job: Job) -> CaseRecord:
    """Run one case in the child of this thread, write its record, and give it. Raises nothing of the case's."""
    with remembering():
        record = _run(job)
        store = Store(Path(job.out))
        before = store.record(job.case.folder)
        if record.state in (CaseState.TIMEOUT, CaseState.MEMORY, CaseState.CRASHED):
            record = replace(record, failures=1 + (before.failures if before is not None else 0))
        store.finish(record)
        return record


def _run(job: Job) -> CaseRecord:
    began = time.monotonic()
    for attempt in range(TRIES):
        child = _child()
        ended = child.run(job)
        if isinstance(ended, Answer):
            if ended.record is not None:
                if not ended.record.reading and not job.rejudge and attempt + 1 < TRIES:
                    continue  # the system could not read something: perhaps it can now
                return ended.record
            _renew()
            if ended.memory:
                return _failed(job, CaseState.MEMORY, made_of(_memory(job)), began)
            return _failed(job, CaseState.UNREADABLE if ended.usage else CaseState.CRASHED, ended.problem, began)
        code = child.returncode
        _renew()
        if ended is CaseState.TIMEOUT:
            told = _("It took more than {n:,} seconds (limit case_seconds).").format(n=job.settings.limits.case_seconds)
            return _failed(job, ended, made_of(told), began)
        if ended is CaseState.MEMORY or (
            code is not None and -code in (signal.SIGABRT, signal.SIGSEGV) and 2 * child.largest > job.settings.limits.case_bytes
        ):
            # A C library that gets no memory aborts instead of saying so.
            return _failed(job, CaseState.MEMORY, made_of(_memory(job)), began)
        if attempt + 1 < TRIES:
            continue
    told = _("Its process ended with {code}, twice. Try it again with --retry-failed.").format(code=code)
    return _failed(job, CaseState.CRASHED, made_of(told), began)


def _memory(job: Job) -> str:
    return _("It needed more than {n:,} bytes of memory (limit case_bytes).").format(n=job.settings.limits.case_bytes)


def _failed(job: Job, state: CaseState, reason: Made, began: float) -> CaseRecord:
    """The record of a case without a verdict. What its reason is made of stays with it: another run may speak another language."""
    return job.record(
        state,
        said(reason, job.settings.language),
        reason_made=reason,
        reading=reading_key(job.settings),
        took=Took(round(time.monotonic() - began, 2), 0, 0),
    )


_children: set[Child] = set()
_lock = threading.Lock()


def _child() -> Child:
    child: Child | None = getattr(_slot, "child", None)
    if child is not None and (child.cases >= CASES_PER_CHILD or child.returncode is not None):
        _renew()
        child = None
    if child is None:
        child = _slot.child = Child()
        with _lock:
            _children.add(child)
    return child


def _renew() -> None:
    child: Child | None = getattr(_slot, "child", None)
    if child is not None:
        child.kill()
        with _lock:
            _children.discard(child)
    _slot.child = None


def end_children() -> None:
    """End every child of this process."""
    with _lock:
        children = list(_children)
        _children.clear()
    for child in children:
        child.kill()
