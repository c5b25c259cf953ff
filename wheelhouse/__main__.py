"""``python -m wheelhouse [FILE]``: build the offline zip for Windows into ``dist``, and its SHA-256 beside it.

FILE is the embeddable Python that `pins.json` names; without it, it is fetched from python.org.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.publish import publish
from wheelhouse.building import NAME, build, own_wheel
from wheelhouse.inputs import ROOT, CannotBeHad, embedded, wheels


def main(words: list[str]) -> int:
    """Build it, and say where it is."""
    if len(words) > 1:
        sys.stderr.write(f"wheelhouse: {len(words)} words were given: call `python -m wheelhouse [FILE]`\n")
        return 2
    try:
        python = embedded(Path(words[0]) if words else None)
        packed = build(python, wheels(), own_wheel())
    except CannotBeHad as error:
        sys.stderr.write(f"wheelhouse: {error}\n")
        return 2
    publish(ROOT / "dist" / NAME, packed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
