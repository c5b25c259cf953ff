"""How an output is written: whole or not at all, readable by its owner only, never through a link, and only over an output of ours.

The folder of the outputs is often a folder of evidence, and evidence comes from anyone: an archive can hold a link, a pipe or a folder
that bears the name of a report.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from analyzer.read.own_output import looks_like_our_own
from analyzer.texts import _

OWNER_ONLY = 0o600
"""Reports quote logs and name appliances, plans hold addresses: nobody else on the computer may read them."""

_HEAD_BYTES = 4096
_REPARSE_POINT = 0x400
"""Windows: a junction or a link, whatever kind of file it looks like."""


def write_whole(path: Path, text: str | Iterable[str]) -> None:
    """Write the text (or its pieces, one after another) as UTF-8 into a temporary file beside its place, and move it there.

    The temporary name is new for each call, so runs with one output don't disturb each other: the last one stays, whole. Raises OSError
    that names ``path``, and then leaves nothing of its own behind.
    """
    problem = in_the_way(path)
    if problem:
        raise FileExistsError(errno.EEXIST, problem)
    with naming(path):
        descriptor, beside = tempfile.mkstemp(prefix=".sftunnel-analyzer-", suffix=".part", dir=path.parent)  # O_EXCL, mode 0600
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.writelines((text,) if isinstance(text, str) else text)
            Path(beside).replace(path)
        finally:
            with suppress(FileNotFoundError):  # it was moved
                Path(beside).unlink()


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Within it an OSError names this file: one of a full disk names none, one of a file beside it would name that."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def in_the_way(path: Path) -> str:
    """Why nothing is written under this name; "" where nothing stands there or only an output of an earlier run does."""
    try:
        state = path.lstat()
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"{path}: {error.strerror or error}"
    if stat.S_ISLNK(state.st_mode) or getattr(state, "st_file_attributes", 0) & _REPARSE_POINT:
        return _("{path} is a link, and the analyzer does not write through links: remove it, or choose another file").format(path=path)
    if stat.S_ISDIR(state.st_mode):
        return _("{path} is a folder: specify a file").format(path=path)
    if not stat.S_ISREG(state.st_mode):
        return _("{path} is a pipe, a socket or a device: specify a file").format(path=path)
    if state.st_size and not is_ours(path):
        return _("{path} exists and is not an output of sftunnel-analyzer: remove it, or choose another file").format(path=path)
    return ""


def is_ours(path: Path) -> bool:
    """This regular file is an output of an earlier run. One that cannot be read is nobody's to replace."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            return looks_like_our_own(file.read(_HEAD_BYTES))
    except OSError:
        return False
