"""A folder tree in memory: path on the box, bytes, time of last change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """One file."""

    path: str
    data: bytes
    mtime: datetime


@dataclass
class Tree:
    """The files of one box. Paths are absolute on the box, written without the leading slash: ``etc/sf/ims.conf``."""

    entries: dict[str, Entry] = field(default_factory=dict)

    def add(self, path: str, data: bytes | str, mtime: datetime) -> None:
        """Put a file there; a path is used once."""
        if path in self.entries:
            raise ValueError(f"{path} is there already")
        self.entries[path] = Entry(path, data.encode() if isinstance(data, str) else data, mtime)

    def replace(self, path: str, data: bytes, mtime: datetime) -> None:
        """Write over a file that is there: what a copy by hand does."""
        if path not in self.entries:
            raise KeyError(path)
        self.entries[path] = Entry(path, data, mtime)

    def __getitem__(self, path: str) -> bytes:
        return self.entries[path].data

    def __iter__(self) -> Iterator[Entry]:
        return iter(sorted(self.entries.values(), key=lambda e: e.path))
