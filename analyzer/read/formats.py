"""What the program can read, as a list for people (``formats.yaml``): whose examples are read in the tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from msgspec import Struct

_FILE = Path(__file__).with_name("formats.yaml")
_FIELDS = {"id", "title", "what", "gives", "source", "example", "file"}


class Format(Struct, frozen=True):
    """One form of evidence. ``gives`` names the types of its facts, ``file`` the name that its example must have, "" for any."""

    id: str
    title: str
    what: str
    gives: tuple[str, ...]
    source: str
    example: str
    file: str = ""


@cache
def formats() -> tuple[Format, ...]:
    """Every form, in the order of the file. Raises `ValueError` that names the row for one that is wrong."""
    rows: Any = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    found = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or set(row) - _FIELDS or not _FIELDS - {"file"} <= set(row):
            raise ValueError(f"formats.yaml, row {number}: a row has {', '.join(sorted(_FIELDS))}, and nothing else")
        texts = {key: " ".join(str(row[key]).split()) for key in ("id", "title", "what", "source")}
        found.append(Format(**texts, gives=tuple(row["gives"]), example=str(row["example"]), file=str(row.get("file", ""))))
    return tuple(found)
