"""What of a label can stand in the name of a file."""

from __future__ import annotations

import re

LONGEST_NAME = 40
"""Characters of a label that go into a file name."""


def plain_name(label: str) -> str:
    """What of a label can stand in a file name anywhere; never empty, and never with a dot or dash at its ends."""
    return re.sub(r"[^A-Za-z0-9._]+", "-", label[: LONGEST_NAME * 4])[:LONGEST_NAME].strip("-.") or "unnamed"
