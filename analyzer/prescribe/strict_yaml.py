"""YAML data files read strictly: every complaint names the file and the line, and nothing in a file is ever executed.

The node graph of PyYAML is walked instead of plain values: only nodes know their line, and a release such as ``7.10`` must stay text.
Nothing is built from tags, and the walk goes only as deep as the fields that are asked for. The rooms share only the model, so this
reader stands beside the one for rule files in `judge`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import yaml

LARGEST_FILE = 256 << 10
"""Bytes of one data file. The largest of ours has some ten thousand."""


class DataError(Exception):
    """A remedy or table file that is not what it must be. The message is for the person who wrote it."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of a file: a text, a list or a mapping."""

    path: Path
    node: yaml.Node

    @property
    def line(self) -> int:
        """Counted from 1."""
        return int(self.node.start_mark.line) + 1

    def error(self, problem: str) -> DataError:
        """The error that names this place."""
        return DataError(self.path, self.line, problem)

    @property
    def text(self) -> str:
        """This is a text (or a number, or a yes: as written)."""
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.error("a text is needed here")
        return str(self.node.value)

    @property
    def items(self) -> Sequence[Item]:
        """This is a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error("a list is needed here")
        return [Item(self.path, node) for node in self.node.value]

    def fields(self, known: Sequence[str], required: Sequence[str] = (), what: str = "field") -> dict[str, Item]:
        """This is a mapping, with only known names in it, each once, and none of the required ones absent."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error("a mapping ('name: value' lines) is needed here")
        found: dict[str, Item] = {}
        for key_node, value_node in self.node.value:
            key = Item(self.path, key_node)
            if key.text not in known:
                raise key.error(f"unknown {what} '{key.text}'{did_you_mean(key.text, known)}")
            if key.text in found:
                raise key.error(f"'{key.text}' stands here twice")
            found[key.text] = Item(self.path, value_node)
        for name in required:
            if name not in found:
                raise self.error(f"the {what} '{name}' is missing")
        return found


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for the nearest known name, else the known ones."""
    names = sorted(known)
    near = get_close_matches(name, names, n=1, cutoff=0.6)
    return f"; did you mean '{near[0]}'?" if near else f"; known: {', '.join(names)}"


def read_yaml(path: Path) -> Item:
    """The one document of a file. Raises `DataError`, also when it cannot be read or is no YAML."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise DataError(path, 1, f"cannot be read: {error.strerror}") from error
    if len(data) > LARGEST_FILE:
        raise DataError(path, 1, f"larger than {LARGEST_FILE} bytes")
    try:
        node = yaml.compose(data.decode("utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise DataError(path, data[: error.start].count(b"\n") + 1, "not UTF-8 text") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataError(path, line, f"not YAML: {error.problem or error.context}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise DataError(path, 1, f"not YAML: {error}") from error
    if node is None:
        raise DataError(path, 1, "the file is empty")
    return Item(path, node)
