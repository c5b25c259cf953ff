"""The map of a redaction, in a file of its own. It undoes the redaction, so only its owner may read it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from analyzer.report.table import csv_text

OWNER_ONLY = 0o600


def map_path(report: Path) -> Path:
    """Where the map of a report goes: beside it, ``report.html`` gives ``report.names.csv``."""
    return report.with_suffix(".names.csv")


def write_map(path: Path, entries: Iterable[tuple[str, str, str]]) -> None:
    """The map as CSV: kind, original, substitute. Made with mode 0600 from its first byte, whole or not at all. Raises OSError."""
    beside = path.with_name(f".{path.name}.part")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w", encoding="utf-8", newline="") as file:
        file.write(csv_text(("kind", "original", "substitute"), entries))
    beside.replace(path)
