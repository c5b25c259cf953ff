"""Substitutes that follow from the value and a secret: the same in every case of a triage, whoever makes them and in whatever order.

Without the secret nobody can try whether a substitute is that of a name (BLAKE2b with a key, RFC 7693). Two names share one by chance only:
of a million names, with odds of 1 in 500.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

SECRET_BYTES = 64

_CODE_BYTES = 6


def digest(secret: bytes, value: str, size: int = 32) -> bytes:
    """``size`` bytes that follow from the value and the secret."""
    return hashlib.blake2b(value.encode("utf-8", "surrogatepass"), key=secret, digest_size=size).digest()


def code(secret: bytes, value: str) -> str:
    """Ten letters and digits for the value, whatever its case: what stands behind the kind in a substitute."""
    return base64.b32encode(digest(secret, value.lower(), _CODE_BYTES)).decode("ascii").lower().rstrip("=")


@lru_cache(maxsize=65536)
def shuffled(secret: bytes, prefix: str, count: int) -> tuple[int, ...]:
    """The numbers from 0 to ``count`` - 1 in an order that follows from prefix and secret."""
    stream = hashlib.shake_256(digest(secret, prefix)).digest(8 * count)
    return tuple(sorted(range(count), key=lambda at: stream[8 * at : 8 * at + 8]))
