"""The map of a redaction, in a file of its own. It undoes the redaction, so only its owner may read it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from analyzer.cli.whole_file import write_whole
from analyzer.read.own_output import MAP_FIELDS
from analyzer.report.table import csv_text


def map_path(report: Path) -> Path:
    """Where the map of a report goes: beside it, ``report.html`` gives ``report.names.csv``."""
    return report.with_suffix(".names.csv")


def write_map(path: Path, entries: Iterable[tuple[str, str, str]]) -> None:
    """The map as CSV: kind, original, substitute. Readable by its owner only, whole or not at all. Raises OSError."""
    write_whole(path, csv_text(MAP_FIELDS, entries))
