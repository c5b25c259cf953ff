"""``python -m page``: build ``dist/sftunnel-analyzer.html``, and its SHA-256 beside it."""

from __future__ import annotations

import sys
from pathlib import Path

from page.building import build
from page.inputs import CannotBeHad, inputs
from scripts.publish import publish

TARGET = Path(__file__).parents[1] / "dist" / "sftunnel-analyzer.html"


def main() -> int:
    """Build it, and say where it is."""
    try:
        page = build(inputs())
    except CannotBeHad as error:
        sys.stderr.write(f"page: {error}\n")
        return 2
    publish(TARGET, page)
    return 0


if __name__ == "__main__":
    sys.exit(main())
