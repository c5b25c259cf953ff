"""Compiled templates, kept in ``__pycache__`` beside them: as Python keeps its compiled modules, for the same reason and as safe.

Compiling them takes half of a small run. Where that folder cannot be written (or Python is told to write no bytecode), every run compiles.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path

import jinja2.compiler
from jinja2.bccache import Bucket, BytecodeCache


class BesideTemplates(BytecodeCache):
    """What was compiled of the templates in ``folder``. It holds while the template, jinja2's compiler and the ``makers`` are the same.

    ``makers``: the files whose change may change what a template compiles to (the settings of the environment).
    """

    def __init__(self, folder: Path, makers: Iterable[Path]) -> None:
        self._folder = folder
        states = [path.stat() for path in (Path(jinja2.compiler.__file__), *makers)]
        self._made_by = ";".join(f"{state.st_mtime_ns},{state.st_size}" for state in states).encode()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The name of the template."""
        return name

    def get_source_checksum(self, source: str) -> str:
        """Of the template and of what made its code."""
        return hashlib.sha256(self._made_by + source.encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket from its file. One that is not there, is of another Python or template, or is damaged leaves it empty."""
        head = _head(bucket)
        with suppress(OSError, EOFError, ValueError, TypeError):  # not there, not readable, or damaged: it is compiled again
            data = self._path(bucket).read_bytes()
            if data.startswith(head):
                bucket.code = marshal.loads(data[len(head) :])  # noqa: S302 - as safe as the modules beside it

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write the bucket, whole or not at all: another run may be reading it."""
        if sys.dont_write_bytecode:
            return
        path = self._path(bucket)
        beside = path.with_name(f"{path.name}.{os.getpid()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(_head(bucket) + marshal.dumps(bucket.code))
            beside.replace(path)
        except OSError:  # an installation that its user may not write to: nothing is kept, and nothing is wrong
            with suppress(OSError):
                beside.unlink()

    def _path(self, bucket: Bucket) -> Path:
        return Path(cache_from_source(str(self._folder / bucket.key)))


def _head(bucket: Bucket) -> bytes:
    """What the file of a bucket begins with: the Python and the template that it is for."""
    return MAGIC_NUMBER + bucket.checksum.encode()
