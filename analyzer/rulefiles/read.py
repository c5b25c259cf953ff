"""Reads the files of a rules folder. YAML itself is loaded only where a file has to be parsed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from analyzer.rulefiles.node import Node, RuleError

MAX_FILE_BYTES = 256 << 10
"""Bytes of one rule or test file. The largest of ours has a few thousand."""


def read_bytes(path: Path) -> bytes:
    """The bytes of one file. Raises `RuleError` for one that cannot be read, is not a regular file, or is too large."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise RuleError(path, 0, "is not a regular file")
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise RuleError(path, 1, f"cannot be read: {error.strerror}") from error
    return within_limit(path, data)


def within_limit(path: Path, data: bytes) -> bytes:
    """The bytes. Raises `RuleError` where they are more than one file may have."""
    if len(data) > MAX_FILE_BYTES:
        raise RuleError(path, 1, f"larger than {MAX_FILE_BYTES} bytes")
    return data


def refuse_link(path: Path) -> None:
    """Raises `RuleError` for a link in a folder of somebody's rules: a message must not quote the file that it leads to. Those of the
    program itself may be links: some installers make them.
    """
    if path.is_symlink():
        raise RuleError(path, 0, "is a link, which is not followed: put the file itself here")


def read_yaml(path: Path) -> tuple[Node, bytes]:
    """One file as a node, and its bytes. Raises `RuleError` for anything that is not plain YAML within the limits."""
    data = read_bytes(path)
    return parse_yaml(path, data), data


def parse_yaml(path: Path, data: bytes) -> Node:
    """These bytes of the file as a node. Raises `RuleError` as `read_yaml` does."""
    from analyzer.rulefiles.yaml import parse  # most runs find what was made of the files kept (`analyzer.cache`), and need no YAML

    return parse(path, data)
