"""``--plan-dir``: the files of a plan in a new folder, readable by their owner only. Nothing that is there is ever overwritten."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.texts import _

if TYPE_CHECKING:
    from analyzer.report.runbook import PlanFile


def cannot_use(folder: Path) -> str:
    """Why the plan cannot be written there; "" when it can: the folder is new or empty, and the one that it stands in exists."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        return _("{folder} is there and is no folder: name a new one for the plan").format(folder=folder)
    if folder.is_dir() and any(folder.iterdir()):
        return _("{folder} is not empty: a plan is never written over another, name a new folder").format(folder=folder)
    if not folder.absolute().parent.is_dir():
        return _("{folder} does not exist: make that folder first").format(folder=folder.absolute().parent)
    return ""


def write_plan(folder: Path, files: Iterable[PlanFile]) -> None:
    """Write every file with mode 0600, in folders with mode 0700. Raises `FileExistsError` where a file has come up meanwhile."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for file in files:
        path = folder / file.path
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as opened:
            opened.write(file.text)
