"""Where a run may write, found out before anything is read: a bundle takes minutes, and evidence is never overwritten."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from analyzer.cli.whole_file import in_the_way, is_ours
from analyzer.texts import _


def cannot_write(path: Path, inputs: Sequence[str]) -> str:
    """Why this file cannot be written there; "" when it can. ``inputs`` are the paths of the evidence, as given (``-`` is none)."""
    if str(path) == "-":
        return _("- is not a file: name one. With --format json, the result is printed on standard output")
    if not path.is_symlink() and path.is_file() and _is_evidence(path, inputs):
        return _("{path} is a file of the evidence and would be overwritten: choose another output path").format(path=path)
    return in_the_way(path) or cannot_stand(path)


def cannot_stand(path: Path) -> str:
    """Why nothing of this name can be made in its folder; "" when it can. A file is made there and removed: not every system says
    beforehand what it will refuse.
    """
    folder = path.absolute().parent
    if not folder.is_dir():
        return _("{folder} does not exist: create that folder first").format(folder=folder)
    try:
        descriptor, trial = tempfile.mkstemp(prefix=".sftunnel-analyzer-", suffix=".part", dir=folder)
    except OSError as error:
        told = _("{folder} is not writable ({problem}): choose another location for {path}, with -o, --json or --plan-dir")
        return told.format(folder=folder, problem=error.strerror or error, path=path.name)
    os.close(descriptor)
    with suppress(FileNotFoundError):
        Path(trial).unlink()
    return ""


def _is_evidence(path: Path, inputs: Sequence[str]) -> bool:
    """It is one of the inputs, or lies in one and is not an output of an earlier run."""
    file = Path(os.path.realpath(path))  # as the inputs are named: a link to itself is no failure of ours
    roots = [Path(os.path.realpath(given)) for given in inputs if given != "-"]
    if file in roots:
        return True
    return any(root in file.parents for root in roots) and not is_ours(path)
