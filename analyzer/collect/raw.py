"""The bytes of an input file as they lie on disk (or arrive on standard input)."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from analyzer.collect.stream import Failure
from analyzer.model.member import DamageKind

_BLOCK_BYTES = 1 << 20


class RawFile:
    """Reads an input forward and digests it on the way.

    ``consumed`` counts the bytes read from it, for progress and limits; ``size`` the bytes digested.
    ``handle`` may be sought by a reader that needs it (zip): `view` opens no second file, but keeps the place.
    """

    def __init__(self, handle: BinaryIO) -> None:
        self.handle = handle
        self.consumed = 0
        self.size = 0
        self._digest = hashlib.sha256()

    def pull(self) -> bytes:
        """The next block, ``b""`` at the end. Raises `Failure` when the system cannot read on."""
        try:
            block = self.handle.read(_BLOCK_BYTES)
        except OSError as error:
            raise Failure(DamageKind.ERROR, f"the system cannot read it ({error.strerror or error})") from error
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
