"""YAML data files read strictly: every complaint names the file and the line, and nothing in a file is ever executed.

The node graph of PyYAML is walked instead of plain dicts, because only nodes know their line, and because a version such as
``7.10`` must stay text.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import yaml

LARGEST_FILE = 1 << 20
"""Bytes of one data file."""


class DataError(ValueError):
    """A remedy or table file that is not what it must be: ``<file>:<line>: <reason>``."""


@dataclass(frozen=True, slots=True)
class Item:
    """A node of a file: text, a list or a mapping."""

    node: yaml.Node
    path: Path

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    def error(self, reason: str) -> DataError:
        return DataError(f"{self.path}:{self.line}: {reason}")

    def text(self) -> str:
        """The text of a scalar, as written. Quoted or not, a number stays text; folded line ends are gone."""
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.error("text is expected here")
        return str(self.node.value).strip()

    def items(self) -> tuple[Item, ...]:
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error("a list is expected here")
        return tuple(Item(node, self.path) for node in self.node.value)

    def fields(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Item]:
        """The fields of a mapping. A missing, unknown or repeated one is an error at its own line."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error("fields are expected here")
        found: dict[str, Item] = {}
        for key_node, value_node in self.node.value:
            key = Item(key_node, self.path)
            name = key.text()
            if name not in required and name not in optional:
                raise key.error(f"unknown field {name!r}; known here: {', '.join([*required, *optional])}")
            if name in found:
                raise key.error(f"the field {name!r} is there twice")
            found[name] = Item(value_node, self.path)
        absent = [name for name in required if name not in found]
        if absent:
            raise self.error(f"the field {absent[0]!r} is missing")
        return found


def read(path: Path) -> Item:
    """The one document of a file. Raises `DataError`, also when it cannot be read or is no YAML."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise DataError(f"{path}:1: larger than {LARGEST_FILE} bytes")
        node = yaml.compose(data.decode("utf-8"), Loader=yaml.SafeLoader)
    except OSError as error:
        raise DataError(f"{path}:1: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}:1: not UTF-8 at byte {error.start}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DataError(f"{path}:{mark.line + 1 if mark else 1}: not YAML: {getattr(error, 'problem', None) or 'unreadable'}") from error
    if node is None:
        raise DataError(f"{path}:1: the file is empty")
    return Item(node, path)
