"""Texts that the lab assumes, from ``assumed.yaml``: the only door to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Assumption:
    """One assumed text: what of it is ``known``, how sure we are (``tag``), and why it is assumed."""

    name: str
    known: str
    text: str
    tag: str
    source: str
    why: str


@lru_cache(maxsize=1)
def assumptions() -> dict[str, Assumption]:
    """All of them, by name."""
    data = yaml.safe_load(Path(__file__).with_name("assumed.yaml").read_text(encoding="utf-8"))
    return {name: Assumption(name=name, **entry) for name, entry in data.items()}


def assumed(name: str, /, **values: object) -> str:
    """The assumed text of that name with its values filled in; an unknown name or a missing value is an error."""
    return assumptions()[name].text.format(**values)
