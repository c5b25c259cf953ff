"""Texts as a person gives them, analyzed as one case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze

TODAY = datetime(2026, 11, 23, 23, 59, 59, tzinfo=UTC)


def analyzed(folder: Path, files: Mapping[str, str]) -> Result:
    """The result for these texts, each a file ``NAME.txt``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return analyze([folder], Options(as_of=TODAY, as_of_source="--as-of"))
