"""The one forward pass over everything that was given."""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from analyzer.collect.budget import Budget
from analyzer.collect.inputs import Found, Root, Streamed, files, roots
from analyzer.collect.items import utc
from analyzer.collect.raw import RawFile
from analyzer.collect.stream import Broken, Failure, Stream
from analyzer.collect.walk import Closed, Place, Walker
from analyzer.model.limits import Limits
from analyzer.model.location import Location
from analyzer.model.member import Artifact, Damage, DamageKind, Entry, Member
from analyzer.texts import _

Collected = Member | Entry | Damage | Artifact

_OF_A_PERSON = 2
"""Folders deep in which people order what they collect; below that begins the tree of an appliance."""

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def _silent(_: int) -> None:
    """No progress wanted."""


def _opens(_: bytes) -> bool:
    """Everything may be taken apart."""
    return False


def collect(
    paths: Sequence[Path | str | Streamed],
    limits: Limits,
    progress: Callable[[int], None] = _silent,
    stdin: BinaryIO | None = None,
    closed: Closed = _opens,
    leave_out: Iterable[str] = (),
) -> Generator[Collected, None, None]:
    """Every member of every input, in the order of ``paths``, folders sorted; after an input's members, its `Artifact`.

    ``progress`` is called with the bytes newly consumed of an input as it lies on disk. ``-`` is ``stdin`` (default: the process's own).
    What begins as ``closed`` says (4 KiB) is handed on whole and never taken apart. Files of ``leave_out`` (full paths) are not read.
    Raises `InputNotFound` at once, before anything is read.
    """
    return _collect(roots(paths), limits, progress, stdin, closed, set(leave_out))


def _collect(
    given: list[Root], limits: Limits, progress: Callable[[int], None], stdin: BinaryIO | None, closed: Closed, seen: set[str]
) -> Generator[Collected, None, None]:
    artifacts = 0
    for root in given:
        for found in files(root, seen):
            if found.problem:
                yield Damage(
                    Location(found.name),
                    DamageKind.ERROR,
                    _("It cannot be looked into ({problem}): check its permissions.").format(problem=found.problem),
                )
            elif found.kind:
                yield Entry(Location(found.name), found.kind, found.target)
            elif artifacts >= limits.artifacts:
                reason = _("This and all later inputs were not read: there are more than {artifacts:,} (limit artifacts).").format(
                    artifacts=limits.artifacts
                )
                yield Damage(Location(found.name), DamageKind.LIMIT, reason)
                return
            else:
                artifacts += 1
                yield from read_input(found, limits, progress, stdin, closed)


def read_input(
    found: Found,
    limits: Limits,
    progress: Callable[[int], None] = _silent,
    stdin: BinaryIO | None = None,
    closed: Closed = _opens,
) -> Generator[Collected, None, None]:
    """One input: its members, what was not read of it, and its `Artifact` when its bytes were read to the end."""
    if found.streamed is not None:
        yield from _read_stream(found.streamed, Location(found.name), found.depth, limits, progress, closed)
        return
    if found.path is None:
        if stdin is None and sys.stdin is None:
            yield Damage(Location(found.name), DamageKind.ERROR, _("Standard input is closed: nothing could be read from it."))
            return
        handle = stdin if stdin is not None else sys.stdin.buffer
        yield from _read(handle, Place(Location(found.name), found.name, None, None), None, limits, progress, closed)
        return
    location = Location(found.name)
    try:
        descriptor = os.open(found.path, _OPEN_FLAGS)
    except OSError as error:
        yield _unopened(location, error)
        return
    with io.FileIO(descriptor) as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            yield Damage(location, DamageKind.ERROR, _("While the folder was read, something that is not a file replaced it."))
            return
        place = Place(location, found.path.name, status.st_size, utc(status.st_mtime), given=found.depth <= _OF_A_PERSON)
        yield from _read(file, place, status.st_size, limits, progress, closed)


def _unopened(location: Location, error: OSError) -> Damage:
    reason = _("It cannot be opened ({strerror}): check its permissions.").format(strerror=error.strerror or error)
    return Damage(location, DamageKind.ERROR, reason)


def _read_stream(
    streamed: Streamed, location: Location, depth: int, limits: Limits, progress: Callable[[int], None], closed: Closed
) -> Iterator[Collected]:
    try:
        handle = streamed.open()
    except OSError as error:
        yield _unopened(location, error)
        return
    with closing(handle):
        place = Place(location, streamed.name.rpartition("/")[2], streamed.size, streamed.modified, given=depth <= _OF_A_PERSON)
        yield from _read(handle, place, None, limits, progress, closed)


def _read(
    handle: BinaryIO, place: Place, size: int | None, limits: Limits, progress: Callable[[int], None], closed: Closed
) -> Iterator[Collected]:
    with closing(RawFile(handle)) as raw:
        yield from _walk(raw, place, size, Budget(limits, raw, progress), closed)


def _walk(raw: RawFile, place: Place, size: int | None, budget: Budget, closed: Closed) -> Iterator[Collected]:
    stream = Stream(raw.pull)
    walker = Walker(budget, raw if size is not None else None, size or 0, closed)
    whole = True
    try:
        yield from walker.walk(stream, place)
    except Broken as broken:
        whole = broken.layer is not stream
        rest = " " + _("The rest of this input was not read.") if broken.layer is budget else ""
        damage = walker.damage(place.location, broken)
        yield Damage(damage.location, damage.kind, damage.reason + rest)
    if whole:
        try:
            raw.drain()
        except Failure as failure:
            yield Damage(place.location, failure.kind, _("It could not be read to its end: {reason}.").format(reason=failure.reason))
            return
        budget.report()
        yield Artifact(place.location.artifact, raw.size, raw.sha256())
