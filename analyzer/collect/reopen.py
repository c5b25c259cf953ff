"""Back from a location to the bytes that stood there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from analyzer.collect.collect import read_input
from analyzer.collect.inputs import files, roots
from analyzer.model.limits import Limits
from analyzer.model.location import Location
from analyzer.model.member import Member


class NotThere(Exception):
    """No member stands at this location in these inputs."""


def open_at(location: Location, paths: Sequence[Path | str], limits: Limits | None = None, stdin: BinaryIO | None = None) -> bytes:
    """All bytes of the member that a location names (of the first, where a name occurs twice), decompressed.

    ``paths`` are the inputs of the run that gave the location. Raises `NotThere`, or `InputNotFound` for a path that is gone.
    """
    for member in open_each(location, paths, limits, stdin):
        return b"".join(member.chunks())
    raise NotThere(location.source)


def open_each(
    location: Location, paths: Sequence[Path | str], limits: Limits | None = None, stdin: BinaryIO | None = None
) -> Iterator[Member]:
    """Every member at a location: more than one when an archive holds a name twice. Other inputs are not opened."""
    seen: set[str] = set()
    for root in roots(paths):
        for found in files(root, seen):
            if found.name != location.artifact or found.kind or found.problem:
                continue
            for item in read_input(found, limits or Limits(), stdin=stdin):
                if isinstance(item, Member) and item.location.member == location.member:
                    yield item
