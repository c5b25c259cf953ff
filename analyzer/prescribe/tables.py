"""The data that a plan is made of: the remedies and the tables beside the rules."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from analyzer.prescribe.hotfixes import HotfixTable, load_hotfixes
from analyzer.prescribe.remedies import Remedies, load_remedies


class Tables(Struct, frozen=True):
    """Remedies and tables, loaded and checked."""

    remedies: Remedies
    hotfixes: HotfixTable


def load_tables(folder: Path) -> Tables:
    """Read ``remedies/`` and ``tables/`` of a rules folder. Raises `RuleError` with the file and line."""
    return Tables(load_remedies(folder / "remedies"), load_hotfixes(folder / "tables" / "hotfixes.yaml"))
