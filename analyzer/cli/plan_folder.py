"""``--plan-dir``: the files of a plan in a new folder, readable by their owner only. Nothing that is there is ever overwritten."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.cli.outputs import cannot_stand
from analyzer.cli.whole_file import OWNER_ONLY, naming
from analyzer.texts import _

if TYPE_CHECKING:
    from analyzer.report.runbook import PlanFile


def cannot_use(folder: Path) -> str:
    """Why the plan cannot be written there; "" when it can: the folder is new or empty, and the one that it stands in takes it."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return _("{folder} exists but is not a folder. Choose a new folder for the plan").format(folder=folder)
    if folder.is_dir() and any(folder.iterdir()):
        return _("{folder} is not empty. A plan never overwrites another one: choose a new folder").format(folder=folder)
    return "" if folder.is_dir() else cannot_stand(folder)


def write_plan(folder: Path, files: Iterable[PlanFile]) -> None:
    """Write every file with mode 0600, in folders with mode 0700: all of them, or none that stays.

    Raises OSError, `FileExistsError` where a file has come up meanwhile; that one is kept.
    """
    made: list[Path] = []
    try:
        _make(folder, made)
        for file in files:
            path = folder / file.path
            _make(path.parent, made)
            with naming(path):
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
                made.append(path)
                with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as opened:
                    opened.write(file.text)
    except BaseException:  # Ctrl-C too: the first pages of a plan, without the last, are not one
        for path in reversed(made):
            with suppress(OSError):  # a folder into which somebody else has put a file stays, with that file
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def _make(folder: Path, made: list[Path]) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700)
        made.append(folder)
