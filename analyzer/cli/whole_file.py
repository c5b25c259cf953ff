"""How a file of ours is written: whole or not at all. Half a report must not be mistaken for one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EVERYONE = 0o666
OWNER_ONLY = 0o600


def write_whole(path: Path, text: str, mode: int = EVERYONE) -> None:
    """Write the text as UTF-8 beside its place and move it there: it has its mode (less the umask) from the first byte, and replaces
    what was there. For everyone's eyes a pipe, a device or a link is written through, never replaced (``-o /dev/null``).

    Raises OSError that names ``path``, and then leaves nothing of its own behind.
    """
    with naming(path):
        if mode == EVERYONE and (path.is_symlink() or (path.exists() and not path.is_file())):
            path.write_text(text, encoding="utf-8", newline="")
        else:
            _beside(path, text, mode)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Within it an OSError names this file: one of a full disk names none, one of a file beside it would name that."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error


def _beside(path: Path, text: str, mode: int) -> None:
    beside = path.with_name(f".{path.name}.part")
    beside.unlink(missing_ok=True)  # of a run that was killed
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8", newline="") as file:
            file.write(text)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
