"""What was made of our own files, kept in ``__pycache__`` beside them: as Python keeps its compiled modules, for the same reason, as safe.

Where that folder cannot be written (or Python is told to write no bytecode), every run makes it anew.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

from msgspec import MsgspecError, msgpack

T = TypeVar("T")

_CHECKSUM_BYTES = 4


def state_of(paths: Iterable[Path]) -> bytes:
    """What tells that none of these files changed: their times and sizes."""
    return ";".join(f"{state.st_mtime_ns},{state.st_size}" for state in (path.stat() for path in paths)).encode()


def digest_of(sources: Iterable[tuple[Path, bytes]], makers: Iterable[Path]) -> bytes:
    """What something is made of: the names and bytes of its sources, and the files that make it."""
    digest = hashlib.sha256(state_of(makers))
    for path, data in sources:
        digest.update(f"{path}\0{len(data)}\0".encode() + data)
    return digest.digest()


def load(path: Path, made_of: str) -> bytes | None:
    """What is kept for the file ``path``. None when nothing is, or it is damaged, of another Python or made of something else."""
    head = _head(made_of)
    with suppress(OSError):
        kept = _place(path).read_bytes()
        data = kept[len(head) + _CHECKSUM_BYTES :]
        if kept.startswith(head + _checksum(data)):
            return data
    return None


def keep(path: Path, made_of: str, data: bytes) -> None:
    """Keep it for the next run, whole or not at all: another run may be reading it. ``made_of`` is a digest, always of one length."""
    if sys.dont_write_bytecode:
        return
    place = _place(path)
    beside = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(_head(made_of) + _checksum(data) + data)
        beside.replace(place)
    except OSError:  # an installation that its user may not write to: nothing is kept, and nothing is wrong
        with suppress(OSError):
            beside.unlink()


def kept_or_made(path: Path, made_of: bytes, kind: type[T], make: Callable[[], T]) -> T:
    """What ``make`` gives, or gave when it was last made of the same (`digest_of`).

    It is kept for the file ``path``, as plain data of this type: reading it runs no code.
    """
    digest = made_of.hex()
    data = load(path, digest)
    if data is not None:
        with suppress(MsgspecError):  # of another form: it is made again
            return msgpack.decode(data, type=kind, dec_hook=_path)
    made = make()
    keep(path, digest, msgpack.encode(made, enc_hook=_text))
    return made


def _text(value: object) -> str:
    if not isinstance(value, Path):
        raise TypeError(f"{type(value).__name__} cannot be kept")
    return str(value)


def _path(kind: type, text: Any) -> Any:
    """The reverse of `_text`, for the one type of ours that MessagePack has no form for."""
    if kind is not Path:
        raise NotImplementedError(kind)
    return Path(text)


def _place(path: Path) -> Path:
    return Path(cache_from_source(str(path)))


def _head(made_of: str) -> bytes:
    return MAGIC_NUMBER + made_of.encode()


def _checksum(data: bytes) -> bytes:
    """A disk that was full or lost its power leaves zeros in a file of the right length: they would be read as text of a rule."""
    return crc32(data).to_bytes(_CHECKSUM_BYTES)
