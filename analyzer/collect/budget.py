"""What one input may still cost, and how far it has been read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from analyzer.collect.raw import RawFile
from analyzer.collect.stream import Broken, Failure, Stream
from analyzer.model.limits import Limits
from analyzer.model.member import DamageKind
from analyzer.texts import _


class Budget:
    """Counts one input's bytes, members and seconds. Past a cap it raises `Broken` with itself as the layer: the input ends there."""

    def __init__(self, limits: Limits, raw: RawFile, progress: Callable[[int], None]) -> None:
        self.limits = limits
        self.members = 0
        self.unpacked = 0
        self.spooled = 0
        self._raw = raw
        self._progress = progress
        self._reported = 0
        self._until = time.monotonic() + limits.seconds

    def tick(self) -> None:
        """Report progress and look at the caps. Called between blocks, from the reader's thread."""
        self.report()
        consumed = self._raw.consumed
        limits = self.limits
        if consumed + self.unpacked > limits.input_bytes:
            self._stop(
                _("more than {input_bytes:,} bytes were read and unpacked from it (limit input_bytes)").format(
                    input_bytes=limits.input_bytes
                )
            )
        if self.unpacked > 4 * limits.ratio_from_bytes and self.unpacked > limits.ratio * max(consumed, 1):
            self._stop(
                _("it unpacks to more than {ratio:,} times its size (limit ratio), which indicates a decompression bomb").format(
                    ratio=limits.ratio
                )
            )
        self.check_time()

    def check_time(self) -> None:
        """Look at the clock alone. May be called from any thread."""
        if time.monotonic() > self._until:
            self._stop(_("it took longer than {seconds:,} seconds (limit seconds)").format(seconds=self.limits.seconds))

    def report(self) -> None:
        """Report progress, whatever the caps say."""
        consumed = self._raw.consumed
        if consumed > self._reported:
            self._progress(consumed - self._reported)
            self._reported = consumed

    def count(self) -> None:
        """One more member."""
        if self.members >= self.limits.members:
            self._stop(_("it holds more than {members:,} members (limit members)").format(members=self.limits.members))
        self.members += 1
        self.tick()

    def metered(self, blocks: Callable[[], bytes] | Iterator[bytes], source: Stream) -> Stream:
        """The stream of what is unpacked from ``source``: its bytes are counted, and it fails when it swells beyond the ratio."""
        pull = blocks if callable(blocks) else lambda: next(blocks, b"")
        limits = self.limits
        start, given = source.position, 0

        def counted() -> bytes:
            nonlocal given
            block = pull()
            given += len(block)
            self.unpacked += len(block)
            self.tick()
            if given > limits.ratio_from_bytes and given > limits.ratio * max(source.position - start, 1):
                raise Failure(
                    DamageKind.LIMIT,
                    _("it unpacks to more than {ratio:,} times its size (limit ratio), which indicates a decompression bomb").format(
                        ratio=limits.ratio
                    ),
                )
            return block

        return Stream(counted)

    def counted(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        """The same blocks, counted: for bytes that no packed ones stand behind (holes of sparse files)."""
        for block in blocks:
            self.unpacked += len(block)
            self.tick()
            yield block

    def _stop(self, reason: str) -> None:
        raise Broken(self, DamageKind.LIMIT, reason)
