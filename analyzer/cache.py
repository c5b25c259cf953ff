"""What was made of our own files, kept in the cache folder of the user: nothing is left in an installation that somebody removes.

Code of templates is among it, so the folder is used only where it belongs to who runs the program and nobody else may write to it. Where
there is no such folder (or Python is told to write no bytecode), every run makes it anew.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.util import MAGIC_NUMBER
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
    place = _place(path)
    if place is None:
        return None
    with suppress(OSError):
        kept = place.read_bytes()
        data = kept[len(head) + _CHECKSUM_BYTES :]
        if kept.startswith(head + _checksum(data)):
            return data
    return None


def keep(path: Path, made_of: str, data: bytes) -> None:
    """Keep it for the next run, whole or not at all: another run may be reading it. ``made_of`` is a digest, always of one length."""
    if sys.dont_write_bytecode:
        return
    place = _place(path)
    if place is None:
        return
    beside = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        beside.write_bytes(_head(made_of) + _checksum(data) + data)
        beside.replace(place)
    except OSError:  # a full disk: nothing is kept, and nothing is wrong
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


def _place(path: Path) -> Path | None:
    """Where it is kept for this file; None where nothing can be."""
    folder = _folder()
    if folder is None:
        return None
    return folder / f"{path.name}-{hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:16]}.kept"


def _folder() -> Path | None:
    """The folder, made when it is not there; None where it is not its user's alone."""
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA", "")
    elif sys.platform == "darwin":
        root = str(Path("~/Library/Caches").expanduser()) if os.environ.get("HOME") else ""
    else:
        root = os.environ.get("XDG_CACHE_HOME") or (f"{os.environ['HOME']}/.cache" if os.environ.get("HOME") else "")
    folder = Path(root, "sftunnel-analyzer")
    if not root or not folder.is_absolute():
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.lstat()
    except OSError:
        return None
    is_own = not hasattr(os, "geteuid") or (state.st_uid == os.geteuid() and not state.st_mode & 0o022)
    return folder if stat.S_ISDIR(state.st_mode) and is_own else None


def _head(made_of: str) -> bytes:
    return MAGIC_NUMBER + made_of.encode()


def _checksum(data: bytes) -> bytes:
    """A disk that was full or lost its power leaves zeros in a file of the right length: they would be read as text of a rule."""
    return crc32(data).to_bytes(_CHECKSUM_BYTES)
