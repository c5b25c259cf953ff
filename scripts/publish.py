"""Write what was built into ``dist``, and its SHA-256 beside it, as ``sha256sum -c`` reads it."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path


def publish(target: Path, made: bytes) -> None:
    """Write both, and say where and how large. The folder is made where it is missing."""
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(made)
    digest = hashlib.sha256(made).hexdigest()
    target.with_name(f"{target.name}.sha256").write_text(f"{digest}  {target.name}\n", encoding="ascii")
    sys.stdout.write(f"{target} ({len(made) / 1e6:.1f} MB)\nSHA-256 {digest}\n")
