"""Unpacking in a second thread, a few blocks ahead of the reader."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextvars import copy_context

_JOIN_BELOW_BYTES = 256 << 10
_BLOCKS = 8


class Ahead:
    """Runs a generator of blocks in a thread and hands its blocks on, small ones joined; at most eight wait, of 1 MiB each as decoders
    give them.

    The thread speaks the language of whoever started it. What the generator raises is raised by `pull`.
    `close` must be called, also when not everything was pulled: it stops the thread.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._queue: queue.Queue[bytes | BaseException] = queue.Queue(_BLOCKS)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=copy_context().run, args=(self._run, blocks), name="collect-ahead", daemon=True)
        self._thread.start()

    def pull(self) -> bytes:
        """The next block, ``b""`` at the end."""
        item = self._queue.get()
        if isinstance(item, BaseException):
            raise item
        return item

    def close(self) -> None:
        """Stop the thread and wait for it. The generator's own source is at rest afterwards."""
        self._stop.set()
        while self._thread.is_alive():
            try:
                self._queue.get(timeout=0.01)
            except queue.Empty:
                continue
        self._thread.join()

    def _run(self, blocks: Iterator[bytes]) -> None:
        waiting: list[bytes] = []
        size = 0
        last: bytes | BaseException = b""
        try:
            for block in blocks:
                waiting.append(block)
                size += len(block)
                if size >= _JOIN_BELOW_BYTES:
                    if not self._put(b"".join(waiting)):  # a large block by itself is not copied
                        return
                    waiting, size = [], 0
        except BaseException as error:  # whatever it is, the reader's thread gets it
            last = error
        if waiting and not self._put(b"".join(waiting)):
            return
        self._put(last)

    def _put(self, item: bytes | BaseException) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(item, timeout=0.05)
            except queue.Full:
                continue
            return True
        return False
