"""The child process: takes jobs from standard input, runs each under the memory limit, answers on standard output, ends with its parent."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from analyzer.texts import _, made_of, remembering
from analyzer.triage.frames import receive, send
from analyzer.triage.record import CaseRecord
from analyzer.triage.settings import Job


class Answer(msgspec.Struct, frozen=True):
    """What became of a job: its record, or why there is none. ``problem`` is what a sentence is made of (`analyzer.texts.Made`).
    ``memory``: it needed more than the limit. ``usage``: the inputs or rules are wrong, which another try would not change."""

    record: CaseRecord | None = None
    problem: Any = ""
    memory: bool = False
    usage: bool = False


def main() -> None:
    """Serve until standard input ends."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)  # what a library prints or reads must not get into the talk
    os.dup2(nowhere, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the coordinator's to hear
    _end_with(os.getppid())
    while (data := receive(jobs)) is not None:
        job = msgspec.msgpack.decode(data, type=Job)
        send(answers, msgspec.msgpack.encode(_answer(job)))


def _answer(job: Job) -> Answer:
    try:
        _limit_memory(job.settings.limits.case_bytes)
        _forget_peak()
        from analyzer.triage.work import run_case

        return Answer(run_case(job, _peak))
    except MemoryError:
        return Answer(memory=True)
    except Exception as error:  # the boundary of a case: whatever it meets, the triage goes on
        from analyzer.collect import InputNotFound
        from analyzer.rulefiles.node import RuleError

        if isinstance(error, InputNotFound | RuleError):
            with remembering():
                hidden = _("An input no longer exists. Its name is hidden here: run without --redact to see it.")
            told = hidden if job.settings.names and isinstance(error, InputNotFound) else str(error)
            return Answer(problem=made_of(told), usage=True)
        frames = traceback.extract_tb(error.__traceback__)
        where = f"{Path(frames[-1].filename).name} line {frames[-1].lineno}" if frames else ""
        system = error.strerror or "" if isinstance(error, OSError) else ""
        return Answer(problem=f"{type(error).__name__} {system} in {where}".replace("  ", " "))


def _limit_memory(size: int) -> None:
    """No more address space than the limit beyond what the interpreter has by now (Linux). Elsewhere the supervisor watches."""
    if not sys.platform.startswith("linux"):
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    soft = pages * resource.getpagesize() + size
    _old, hard = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _forget_peak() -> None:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """The largest resident size since the job began, in bytes; 0 where the system does not tell."""
    with suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def _end_with(parent: int) -> None:
    """A child whose coordinator was killed ends too, whatever it does."""
    if sys.platform.startswith("linux"):
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: also while a C call holds on
    if os.getppid() != parent:
        os._exit(1)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        with suppress(OSError, AttributeError):
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
