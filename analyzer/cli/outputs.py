"""Where a run may write, found out before anything is read: a bundle takes minutes, and evidence is never overwritten."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from analyzer.read.own_output import looks_like_our_own
from analyzer.texts import _

_HEAD_BYTES = 4096


def cannot_write(path: Path, inputs: Sequence[str]) -> str:
    """Why this file cannot be written there; "" when it can. ``inputs`` are the paths of the evidence, as given (``-`` is none)."""
    if path.is_dir():
        return _("{path} is a folder: name a file to write to").format(path=path)
    if path.exists() and not path.is_file():
        return ""  # a pipe or a device: it is written to, and nothing is made beside it
    problem = cannot_stand(path)
    if problem:
        return problem
    if path.is_file() and _is_evidence(path, inputs):
        return _("{path} is a file of the evidence and would be overwritten: name another place to write to").format(path=path)
    return ""


def cannot_stand(path: Path) -> str:
    """Why nothing of this name can be made in its folder; "" when it can."""
    folder = path.absolute().parent
    if not folder.is_dir():
        return _("{folder} does not exist: make that folder first").format(folder=folder)
    if not os.access(folder, os.W_OK):
        return _("{folder} takes no files: name a place elsewhere for {path}").format(folder=folder, path=path.name)
    return ""


def _is_evidence(path: Path, inputs: Sequence[str]) -> bool:
    """It is one of the inputs, or lies in one and is not a report or document of an earlier run."""
    file = Path(os.path.realpath(path))  # as the inputs are named: a link to itself is no failure of ours
    roots = [Path(os.path.realpath(given)) for given in inputs if given != "-"]
    if file in roots:
        return True
    return any(root in file.parents for root in roots) and not _ours(file)


def _ours(file: Path) -> bool:
    with file.open("rb") as opened:
        return looks_like_our_own(opened.read(_HEAD_BYTES))
