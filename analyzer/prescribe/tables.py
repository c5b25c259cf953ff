"""The data that a plan is made of: the remedies and the tables beside the rules."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analyzer.prescribe.hotfixes import HotfixTable, load_hotfixes
from analyzer.prescribe.remedies import Remedies, load_remedies


@dataclass(frozen=True, slots=True)
class Tables:
    """Remedies and tables, loaded and checked."""

    remedies: Remedies
    hotfixes: HotfixTable


def load_tables(folder: Path) -> Tables:
    """Read ``remedies/`` and ``tables/`` of a rules folder. Raises `RuleError` with the file and line."""
    return Tables(load_remedies(folder / "remedies"), load_hotfixes(folder / "tables" / "hotfixes.yaml"))
