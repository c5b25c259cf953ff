"""``python -m page``: build ``dist/sftunnel-analyzer.html``, and its SHA-256 beside it."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from page.building import build
from page.inputs import CannotBeHad, inputs

TARGET = Path(__file__).parents[1] / "dist" / "sftunnel-analyzer.html"


def main() -> int:
    """Build it, and say where it is."""
    try:
        page = build(inputs())
    except CannotBeHad as error:
        sys.stderr.write(f"page: {error}\n")
        return 2
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(page)
    digest = hashlib.sha256(page).hexdigest()
    TARGET.with_name(f"{TARGET.name}.sha256").write_text(f"{digest}  {TARGET.name}\n", encoding="ascii")
    sys.stdout.write(f"{TARGET} ({len(page) / 1e6:.1f} MB)\nSHA-256 {digest}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
