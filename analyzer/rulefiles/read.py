"""Reads the files of a rules folder. YAML itself is loaded only where a file has to be parsed."""

from __future__ import annotations

from pathlib import Path

from analyzer.rulefiles.node import Node, RuleError

MAX_FILE_BYTES = 256 << 10
"""Bytes of one rule or test file. The largest of ours has a few thousand."""


def read_bytes(path: Path) -> bytes:
    """The bytes of one file. Raises `RuleError` for one that cannot be read or is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise RuleError(path, 1, f"cannot be read: {error.strerror}") from error
    if len(data) > MAX_FILE_BYTES:
        raise RuleError(path, 1, f"larger than {MAX_FILE_BYTES} bytes")
    return data


def read_yaml(path: Path) -> tuple[Node, bytes]:
    """One file as a node, and its bytes. Raises `RuleError` for anything that is not plain YAML within the limits."""
    data = read_bytes(path)
    return parse_yaml(path, data), data


def parse_yaml(path: Path, data: bytes) -> Node:
    """These bytes of the file as a node. Raises `RuleError` as `read_yaml` does."""
    from analyzer.rulefiles.yaml import parse  # most runs find what was made of the files kept (`analyzer.cache`), and need no YAML

    return parse(path, data)
