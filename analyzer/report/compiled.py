"""Compiled templates, kept (`analyzer.cache`): compiling them takes as long as all the rest of a small run."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import jinja2.compiler
from jinja2.bccache import Bucket, BytecodeCache

from analyzer import cache


class BesideTemplates(BytecodeCache):
    """What was compiled of the templates in ``folder``. It holds while the template, jinja2's compiler and the ``makers`` are the same.

    ``makers``: the files whose change may change what a template compiles to (the settings of the environment).
    """

    def __init__(self, folder: Path, makers: Iterable[Path]) -> None:
        self._folder = folder
        self._made_by = cache.state_of((Path(jinja2.compiler.__file__), *makers))

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The name of the template."""
        return name

    def get_source_checksum(self, source: str) -> str:
        """Of the template and of what made its code."""
        return hashlib.sha256(self._made_by + source.encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket from its file. One that is not there, is of another Python or template, or is damaged leaves it empty."""
        code = cache.load(self._folder / bucket.key, bucket.checksum)
        if code is not None:
            with suppress(EOFError, ValueError, TypeError):  # damaged: it is compiled again
                bucket.code = marshal.loads(code)  # noqa: S302 - as safe as the modules beside it

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write the bucket."""
        cache.keep(self._folder / bucket.key, bucket.checksum, marshal.dumps(bucket.code))
