"""Packs a tree as a troubleshoot bundle in the documented layout (field notes 5.1), the same bytes each time."""

from __future__ import annotations

import gzip
import io
import tarfile
from datetime import datetime

from tests.lab.tree import Tree

_DASHED = ("var/log", "var/sf/peers", "var/sf/beaker3", "var/tmp/certs")
"""Folders that are flattened with dashes (``dir-archives/var-log``); the others stay nested (``dir-archives/etc/sf``)."""


def member_name(path: str) -> str:
    """Where a file of the box lies in the bundle.

    >>> member_name("var/log/sf/sfca_generation.log"), member_name("etc/sf/ims.conf")
    ('dir-archives/var-log/sf/sfca_generation.log', 'dir-archives/etc/sf/ims.conf')
    """
    if path.startswith("command-outputs/") or "/" not in path:
        return path
    for folder in _DASHED:
        if path.startswith(folder + "/"):
            return "dir-archives/" + folder.replace("/", "-") + path[len(folder) :]
    return "dir-archives/" + path


def command_output(command: str) -> str:
    """The member of a command's output: slashes become dashes, ``.output`` is added (inferred from three names, field notes 5.1)."""
    return "command-outputs/" + command.lstrip("/").replace("/", "-") + ".output"


def pack(tree: Tree, made: datetime, prefix: str = "") -> bytes:
    """The bundle as ``.tar.gz``: GNU tar (long names as ``L`` entries), members by name, root:root, mode 644, gzip time ``made``."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for entry in sorted(tree, key=lambda e: member_name(e.path)):
            info = tarfile.TarInfo(prefix + member_name(entry.path))
            info.size, info.mtime, info.mode = len(entry.data), int(entry.mtime.timestamp()), 0o644
            info.uname = info.gname = "root"
            tar.addfile(info, io.BytesIO(entry.data))
    return gzipped(packed.getvalue(), made)


def gzipped(data: bytes, made: datetime) -> bytes:
    """gzip with a stated time and no file name."""
    return gzip.compress(data, compresslevel=9, mtime=int(made.timestamp()))
