"""The bytes of an input file as they lie on disk (or arrive on standard input)."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from collections import deque
from typing import TYPE_CHECKING, BinaryIO

from analyzer import backend
from analyzer.collect.stream import Failure
from analyzer.model.member import DamageKind
from analyzer.texts import _

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_BLOCK_BYTES = 1 << 20

_APART_FROM_BYTES = 8 << 20
"""Bytes of an input from which it is digested in a thread of its own: SHA-256 takes a quarter of the time that unpacking takes."""


_WAITING_BLOCKS = 4
"""With one block waiting the thread and the reader take turns: the thread gets the interpreter only when the reader next reads."""


class _Digest:
    """The SHA-256 of blocks, in order. A few of them wait for the thread."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._size = 0
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: deque[Future[None]] = deque()

    def update(self, block: bytes) -> None:
        self._size += len(block)
        if self._size < _APART_FROM_BYTES or not backend.HAS_THREADS:
            self._sha256.update(block)
            return
        if self._thread is None:
            from concurrent.futures import ThreadPoolExecutor

            self._thread = ThreadPoolExecutor(1, "collect-digest")
        if len(self._waiting) >= _WAITING_BLOCKS:
            self._waiting.popleft().result()
        self._waiting.append(self._thread.submit(self._sha256.update, block))

    def hexdigest(self) -> str:
        while self._waiting:
            self._waiting.popleft().result()
        return self._sha256.hexdigest()

    def close(self) -> None:
        """End the thread, whatever was digested."""
        if self._thread is not None:
            self._thread.shutdown()


class RawFile:
    """Reads an input forward and digests it on the way.

    ``consumed`` counts the bytes read from it, for progress and limits; ``size`` the bytes digested.
    A reader that must seek (zip) takes a `View` and calls `rewind` when it is done, before anything is pulled again.
    """

    def __init__(self, handle: BinaryIO) -> None:
        self.handle = handle
        self.consumed = 0
        self.size = 0
        self._digest = _Digest()

    def pull(self) -> bytes:
        """The next block, ``b""`` at the end. Raises `Failure` when the system cannot read on."""
        try:
            block = self.handle.read(_BLOCK_BYTES)
        except OSError as error:
            raise Failure(DamageKind.ERROR, _("the system cannot read it ({error})").format(error=error.strerror or error)) from error
        if block is None:  # a file that has nothing to give just now (/proc/kmsg)
            raise Failure(DamageKind.ERROR, _("the system cannot read it ({error})").format(error=os.strerror(errno.EAGAIN)))
        self._digest.update(block)
        self.size += len(block)
        self.consumed = max(self.consumed, self.size)
        return block

    def drain(self) -> None:
        """Read on to the end, for the digest."""
        while self.pull():
            pass

    def sha256(self) -> str:
        """Of the bytes pulled so far, in hex."""
        return self._digest.hexdigest()

    def close(self) -> None:
        """Nothing more is read. (The handle belongs to whoever opened it.)"""
        self._digest.close()

    def rewind(self) -> None:
        """Put the handle back to where pulling stopped."""
        self.handle.seek(self.size)


class View(io.RawIOBase):
    """The same file for a reader that seeks. Its reads count as consumed; one larger than ``largest_read`` bytes is refused."""

    def __init__(self, raw: RawFile, size: int, largest_read: int) -> None:
        super().__init__()
        self._raw = raw
        self._size = size
        self._largest_read = largest_read

    def read(self, size: int = -1) -> bytes:
        if size > self._largest_read:
            raise OversizedRead
        data = self._raw.handle.read(size if size >= 0 else self._largest_read + 1)
        if len(data) > self._largest_read:
            raise OversizedRead
        self._raw.consumed = min(self._size, self._raw.consumed + len(data))
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._raw.handle.seek(offset, whence)

    def tell(self) -> int:
        return self._raw.handle.tell()

    def seekable(self) -> bool:
        return True


class OversizedRead(Exception):
    """A reader wanted more in one piece than it may have."""
