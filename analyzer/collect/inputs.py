"""From the given paths to the files to read, each under a name that is short, stable and its own."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from analyzer.collect.items import DEVICE, DIRECTORY, FIFO, SOCKET, SYMLINK, printable
from analyzer.texts import _

STDIN = "-"

_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}://|[\w.-]{1,64}@[\w.-]{1,253}:|\\\\[\w.-]")
"""A URL, a place of scp, a share of Windows."""

_JUNCTIONS = (getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", 0xA0000003), getattr(stat, "IO_REPARSE_TAG_SYMLINK", 0xA000000C))
"""Links of Windows, which look like folders: one that leads upwards has no end."""

_TOO_LONG = 260
"""Characters of a path that Windows does not open any more, where long paths are not switched on."""

_OTHER_KINDS = {stat.S_IFIFO: FIFO, stat.S_IFSOCK: SOCKET, stat.S_IFCHR: DEVICE, stat.S_IFBLK: DEVICE, stat.S_IFLNK: SYMLINK}


class InputNotFound(Exception):
    """A given path does not exist. ``path`` is as given."""

    def __init__(self, path: str) -> None:
        told = _("{path}: no such file or folder")
        if _ELSEWHERE.match(path):
            told = _("{path}: no such file or folder. The analyzer does not connect to anything: fetch the file first")
        super().__init__(told.format(path=printable(path) or '""'))
        self.path = path


class InputIsNoFile(InputNotFound):
    """A given path is a pipe (``<(zcat log.gz)``, a named one), a socket or a device. ``path`` is as given."""

    def __init__(self, path: str) -> None:
        told = _("{path} is a pipe or a device, which is not read by its name: feed it to standard input, and give -")
        Exception.__init__(self, told.format(path=printable(path)))
        self.path = path


class Streamed(Struct, frozen=True):
    """An input that is no file of this machine: its name, its time (aware, UTC; None where none is told), and what opens it as a stream
    that is read forward. Raises OSError when it is opened or read. ``depth`` counts the folders between what was given and the file; None:
    those of its name. ``size`` is None where it is not known beforehand."""

    name: str
    modified: datetime | None
    open: Callable[[], BinaryIO]
    depth: int | None = None
    size: int | None = None


class Root(Struct, frozen=True):
    """A given path and the name that it goes by. ``path`` None is standard input, or ``streamed``."""

    path: Path | None
    name: str
    streamed: Streamed | None = None


class Found(Struct, frozen=True):
    """A file to read (``kind`` empty), a name without bytes (``kind``, ``target``), or a place that cannot be looked into (``problem``).
    ``depth`` counts the folders between what was given and the file."""

    path: Path | None
    name: str
    kind: str = ""
    target: str = ""
    problem: str = ""
    depth: int = 0
    streamed: Streamed | None = None


def roots(paths: Sequence[Path | str | Streamed]) -> list[Root]:
    """The given paths under distinct names, one that is given twice taken once. Raises `InputNotFound`.

    A file goes by its path as given, a folder by its own last part. Where that would let two files share a name,
    both go by the path as given, and where even that does not tell them apart, by the full path.
    """
    ladders: dict[str, list[str]] = {}
    given: dict[str, Path | None] = {}
    streams: dict[str, Streamed] = {}
    for path in paths:
        if isinstance(path, Streamed):
            key = f"{STDIN}{path.name}"
            streams[key], given[key], ladders[key] = path, None, [printable(path.name)]
            continue
        if str(path) == STDIN:
            given[STDIN], ladders[STDIN] = None, [STDIN]
            continue
        full = os.path.realpath(path)
        if str(path) and Path(path).exists() and not Path(full).exists():
            raise InputIsNoFile(str(path))  # it can be opened and stands in no folder: a pipe between two programs
        if not str(path) or not Path(full).exists():  # an empty word is a variable of a shell that was not set, and no folder
            raise InputNotFound(str(path))
        if len(paths) == 1 and not (Path(full).is_file() or Path(full).is_dir()):
            raise InputIsNoFile(str(path))  # among other inputs, as a pattern names them, it is passed over
        if full in given:
            continue
        given[full] = Path(path)
        names = [Path(path).as_posix(), Path(full).as_posix()]
        if Path(full).is_dir():
            names.insert(0, Path(full).name or Path(full).as_posix())
        ladders[full] = [printable(name) for name in names]
    while clashing := _clashing({full: ladder[0] for full, ladder in ladders.items()}, ladders):
        for full in clashing:
            ladders[full].pop(0)
    return [Root(given[full], ladder[0], streams.get(full)) for full, ladder in ladders.items()]


def _clashing(names: dict[str, str], ladders: dict[str, list[str]]) -> set[str]:
    """The roots, of those that have a longer name left, whose name is another's, or lies below another's."""
    holders: dict[str, list[str]] = {}
    for full, name in names.items():
        holders.setdefault(name.rstrip("/"), []).append(full)
    clashing: set[str] = set()
    for full, name in names.items():
        parts = name.rstrip("/").split("/")
        for count in range(1, len(parts) + 1):
            others = [other for other in holders.get("/".join(parts[:count]), ()) if other != full and not _below(full, other)]
            if others:
                clashing.update([full, *others])
    return {full for full in clashing if len(ladders[full]) > 1}


def _below(full: str, folder: str) -> bool:
    """A file that really lies there may go by a name that says so: it is read once, under one name."""
    return full.startswith(folder.rstrip(os.sep) + os.sep)


def files(root: Root, seen: set[str]) -> Iterator[Found]:
    """The file itself, or everything below a folder in sorted order. No link is followed; what is in ``seen`` (full paths) is left out."""
    if root.path is None:
        given = root.streamed.depth if root.streamed else None
        yield Found(None, root.name, depth=root.name.count("/") if given is None else given, streamed=root.streamed)
        return
    full = os.path.realpath(root.path)
    if Path(full).is_dir():
        yield from _folder(full, root.name.rstrip("/"), seen)
    elif full not in seen:
        seen.add(full)
        yield _file(full, root.name)


def _folder(full: str, name: str, seen: set[str]) -> Iterator[Found]:
    waiting = [(full, name)]
    while waiting:
        path, shown = waiting.pop()
        try:
            found = sorted(entry.name for entry in Path(path).iterdir())
        except OSError as error:
            yield Found(Path(path), shown, problem=problem_of(error, path))
            continue
        below = []
        for entry in found:
            entry_path, entry_name = str(Path(path, entry)), printable(f"{shown}/{entry}")
            item = _file(entry_path, entry_name, entry_name.count("/") - name.count("/"))
            if item.kind == DIRECTORY:
                below.append((entry_path, entry_name))
            if entry_path not in seen:
                seen.add(entry_path)
                yield item
        waiting.extend(reversed(below))


def problem_of(error: OSError, path: str, *, windows: bool = sys.platform == "win32") -> str:
    """Why a place cannot be looked into. Windows says of a path that is too long for it that there is none."""
    if windows and len(path) >= _TOO_LONG:
        return _("the path has more than {count} characters: copy the folder nearer to the root of the drive").format(count=_TOO_LONG - 1)
    return error.strerror or str(error)


def _file(full: str, name: str, depth: int = 0) -> Found:
    try:
        state = os.lstat(full)
        mode = state.st_mode
        if getattr(state, "st_reparse_tag", 0) in _JUNCTIONS:
            return Found(Path(full), name, kind=SYMLINK)
        if stat.S_ISDIR(mode):
            return Found(Path(full), name, kind=DIRECTORY)
        if stat.S_ISREG(mode):
            return Found(Path(full), name, depth=depth)
        kind = _OTHER_KINDS.get(stat.S_IFMT(mode), DEVICE)
        return Found(Path(full), name, kind=kind, target=printable(str(Path(full).readlink())) if kind == SYMLINK else "")
    except OSError as error:
        return Found(Path(full), name, problem=problem_of(error, full))
