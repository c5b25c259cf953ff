"""How a run ends when somebody ends it: what was asked from outside is heard as Ctrl-C is, and a reader that goes away is no failure."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from analyzer.texts import _

_AS_BY_HAND = ("SIGTERM", "SIGHUP", "SIGBREAK")
"""Signals that end a process at once, so that nothing would be tidied up: each system has some of them."""


def hear_signals() -> None:
    """From now on these signals do what Ctrl-C does. One that is ignored (``nohup``) stays so."""
    for name in _AS_BY_HAND:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


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
