"""The data that a plan is made of: the remedies and the tables beside the rules."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from analyzer import cache
from analyzer.prescribe.hotfixes import HotfixTable, read_hotfixes
from analyzer.prescribe.remedies import Remedies, read_remedies, remedy_files
from analyzer.rulefiles.read import read_bytes


class Tables(Struct, frozen=True):
    """Remedies and tables, loaded and checked."""

    remedies: Remedies
    hotfixes: HotfixTable


def load_tables(folder: Path) -> Tables:
    """``remedies/`` and ``tables/`` of a rules folder, in the language that is spoken. Raises `RuleError` with the file and line.

    They are read and checked once, and kept (`analyzer.cache`).
    """
    remedies, hotfixes = folder / "remedies", folder / "tables" / "hotfixes.yaml"
    sources = [(path, read_bytes(path)) for path in (*remedy_files(remedies), hotfixes)]
    room = Path(__file__).parent
    makers = (path for one in (room, room.with_name("model"), room.with_name("rulefiles")) for path in sorted(one.glob("*.py")))
    made_of = cache.digest_of(sources, makers)
    tables = cache.kept_or_made(
        folder / "tables.checked", made_of, Tables, lambda: Tables(read_remedies(remedies), read_hotfixes(hotfixes))
    )
    return Tables(tables.remedies.spoken(), tables.hotfixes.spoken())
