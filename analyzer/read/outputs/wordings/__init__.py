"""Wordings as data: sentences of alerts, tests and firewalls, each with what it means and where it was seen.

A wording is written as people read it. ``{name}`` stands for a value (`_VALUES`), ``...`` for at most sixty characters of anything, a blank
for any blanks; case does not count. A first real output corrects the YAML file, not Python.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from msgspec import Struct

from analyzer.backend import yaml_loader

_VALUES = {
    "appliance": r"[A-Za-z0-9](?:[A-Za-z0-9_.:-]{0,251}[A-Za-z0-9])?",
    "host": r"[A-Za-z0-9_.:-]{1,253}",
    "port": r"\d{1,5}",
    "days": r"\d{1,5}",
    "source": r"[A-Za-z0-9_.:-]{1,253}",
    "source_port": r"\d{1,5}",
    "destination": r"[A-Za-z0-9_.:-]{1,253}",
    "interface": r"[^\s:/(]{1,64}",
    "rule": r"[^\s\"',]{1,128}",
    "word": r"\S{1,64}",
}
_TOKEN = re.compile(r"\{([a-z_]{1,20})\}|\.\.\.|[ ]+|[^{. ]+|.")
_FIELDS = {"says", "means", "source", "id", "whole"}


class Wording(Struct, frozen=True):
    """One wording. ``means`` is the value of the kind's own enumeration, ``source`` a document or ``recalled``, ``id`` a message number.

    ``whole``: it is all that its line holds, as in a row copied from a page of the manager; so few words say nothing inside a sentence.
    """

    says: str
    means: str
    source: str
    id: str = ""
    whole: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """What finds it in a line: search, do not match."""
        return compiled(self.says, self.whole)


@cache
def compiled(says: str, whole: bool = False) -> re.Pattern[str]:
    """The pattern of a wording. Raises `ValueError` for a value that is not known."""
    parts, used = [], set()
    for token in _TOKEN.finditer(says):
        if token[1]:
            if token[1] not in _VALUES:
                raise ValueError(f"the wording {says!r} names the unknown value {token[1]!r}: choose one of {', '.join(sorted(_VALUES))}")
            again = token[1] in used or token[1] in ("word", "interface")
            parts.append(f"(?:{_VALUES[token[1]]})" if again else f"(?P<{token[1]}>{_VALUES[token[1]]})")
            used.add(token[1])
        elif token[0] == "...":
            parts.append(".{0,60}?")
        elif not token[0].strip():
            parts.append(r"\s{1,40}" if whole else r"\s{1,8}")
        else:
            parts.append(re.escape(token[0]))
    if whole:
        return re.compile(rf"^\s{{0,40}}{''.join(parts)}\.?\s{{0,40}}$", re.IGNORECASE)
    start = r"(?<![A-Za-z0-9_.:-])" if says.startswith("{") else ""  # a value begins where a word does: else each letter is tried
    return re.compile(start + "".join(parts), re.IGNORECASE)


@cache
def wordings(name: str) -> tuple[Wording, ...]:
    """The rows of ``NAME.yaml`` beside this module, in order. Raises `ValueError` that names the row for one that is wrong."""
    rows: Any = yaml.load(files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8"), Loader=yaml_loader())  # noqa: S506 - both are safe
    found = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or not {"says", "means", "source"} <= set(row) <= _FIELDS:
            raise ValueError(f"{name}.yaml, row {number}: a row has says, means and source, and nothing else but id and whole")
        found.append(Wording(str(row["says"]), str(row["means"]), str(row["source"]), str(row.get("id", "")), bool(row.get("whole"))))
    return tuple(found)


@cache
def literals(name: str) -> tuple[str, ...]:
    """The longest plain part of each wording, in lower case: what a text holds that may hold the wording."""
    return tuple(max(re.split(r"\{[a-z_]+\}|\.\.\.| ", row.says), key=len).lower() for row in wordings(name))


@cache
def words_of_each(name: str) -> tuple[frozenset[str], ...]:
    """The words of four letters and more of each wording, in lower case: a text that lacks one of them does not hold the wording."""
    plain = (re.sub(r"\{[a-z_]+\}", " ", row.says).lower() for row in wordings(name))
    return tuple(dict.fromkeys(frozenset(re.findall(r"[a-z]{4,}", said)) for said in plain))


def may_hold(name: str, has: Callable[[str], bool]) -> bool:
    """Whether a text may hold one of the wordings: ``has`` says which words stand in it. One word alone (connection, certificate) stands in
    most of the large outputs of a bundle, and a look at each of their lines costs more than all else that is done with them."""
    there = {word: has(word) for word in frozenset[str]().union(*words_of_each(name))}
    return any(all(there[word] for word in words) for words in words_of_each(name))
