"""Signal handling and broken pipes: SIGTERM and SIGHUP act like Ctrl-C, and a closed output pipe is not an error.

Python runs its handlers between two steps of its own: a call into a library that does not come back holds them off for ever. So a child
process keeps watch: the system itself tells it of a signal (`signal.set_wakeup_fd`), and when Python has not answered after two seconds,
it ends the run.
"""

from __future__ import annotations

import errno
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from analyzer.texts import _

_AS_BY_HAND = ("SIGTERM", "SIGHUP", "SIGBREAK")
"""Signals that end a process at once, so that nothing would be tidied up: each system has some of them."""


_ANSWER = 0
"""What Python writes to the watcher when it has heard a signal: no number of a signal."""

SECONDS_TO_ANSWER = 2.0


def hear_signals() -> None:
    """From now on these signals do what Ctrl-C does, and end the run where Python does not hear them. One that is ignored (``nohup``)
    stays so.
    """
    tell = _watched()

    def heard(_number: int, _frame: FrameType | None) -> None:
        if tell is not None:
            with suppress(OSError):  # nobody watches any more
                os.write(tell, bytes([_ANSWER]))
        raise KeyboardInterrupt

    for name in ("SIGINT", *_AS_BY_HAND):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, heard)


def _watched() -> int | None:
    """Start the watcher. What Python writes its answers to; None where a system has no such processes."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return None
    heard, tell = os.pipe()
    run = os.getpid()
    try:
        is_watcher = os.fork() == 0
    except OSError:  # no more processes: the run goes on without
        os.close(heard)
        os.close(tell)
        return None
    if is_watcher:
        try:
            os.close(tell)
            _watch(heard, run)
        finally:
            os._exit(0)
    os.close(heard)
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    return tell


def _watch(heard: int, run: int) -> None:
    """Wait for signals of the run, until it ends and so closes its end. The watcher itself hears none that ends the run."""
    for name in ("SIGINT", *_AS_BY_HAND):
        signal.signal(getattr(signal, name, signal.SIGINT), signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):  # whoever reads the output of the run does not wait for the watcher
        os.dup2(nowhere, stream)
    ends = {getattr(signal, name) for name in ("SIGINT", *_AS_BY_HAND) if hasattr(signal, name)}
    due: float | None = None  # when Python must have answered: a second Ctrl-C does not put it off
    while True:
        if due is not None and not select.select([heard], [], [], max(0.0, due - time.monotonic()))[0]:
            with suppress(OSError):
                os.write(2, b"sftunnel-analyzer: stopped: the work did not answer\n")
                os.kill(run, signal.SIGKILL)
            return
        told = os.read(heard, 64)
        if not told:
            return
        for number in told:
            if number == _ANSWER:
                due = None
            elif number in ends and due is None:
                due = time.monotonic() + SECONDS_TO_ANSWER


@contextmanager
def printing() -> Iterator[None]:
    """Whoever reads the output may stop reading (``| head``): that ends the printing, not the run.

    Raises an OSError that names standard output where it takes no more (``> file`` on a full disk).
    """
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        gone = isinstance(error, BrokenPipeError) or (sys.platform == "win32" and error.errno == errno.EINVAL)  # Windows says it so
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else the interpreter complains when it flushes at its end
        if not gone:
            raise OSError(error.errno, error.strerror or str(error), _("standard output")) from error
