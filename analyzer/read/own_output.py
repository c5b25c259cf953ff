"""What this program wrote itself and is found among the evidence, as where it runs twice in one folder: it is told by its beginning.

Such a file quotes log lines and certificates, which would be taken for those of further boxes. It is left out whole, and that is said.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8

MAP_FIELDS = ("kind", "original", "substitute")
"""The columns of the map of a redaction."""

_MAP_HEADS = tuple(",".join(MAP_FIELDS).encode() + end for end in (b"\n", b"\r\n"))
_GENERATOR = b'<meta name="generator" content="sftunnel-analyzer '
_FIELDS = (b'"schema_version":', b'"tool_version":', b'"rules_version":', b'"as_of_source":')
_COMMENTS = re.compile(rb"(?:(?:#[^\n]*)?\r?\n)+")
_WRAPPED = re.compile(rb"\s+(?:#\s+)?")
_MADE_BY = re.compile(rb"sftunnel-analyzer [0-9.]{1,20}, \S{1,20} [0-9a-f]{16}")


def looks_like_our_own(head: bytes) -> bool:
    """Whether a file with this beginning (4 KiB are enough) is a report, a JSON document, the map of a redaction or a page of a plan."""
    begin = head[:200].removeprefix(BOM_UTF8).lstrip().lower()
    if begin.startswith(b"<!doctype html"):
        return _GENERATOR in head
    if begin.startswith(b"{"):
        return all(field in head for field in _FIELDS)
    if begin.startswith(_MAP_HEADS):
        return True
    if begin.startswith(b"# "):
        comments = _COMMENTS.match(head)
        return comments is not None and _MADE_BY.search(_WRAPPED.sub(b" ", comments[0])) is not None
    return False
