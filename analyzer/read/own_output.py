"""What this program wrote itself and is found among the evidence, as where it runs twice in one folder: it is told by its beginning.

Such a file quotes log lines and certificates, which would be taken for those of further boxes. It is left out whole, and that is said.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from enum import Enum

from analyzer.read.patterns import later

MAP_FIELDS = ("kind", "original", "substitute")
"""The columns of the map of a redaction."""

_MAP_HEADS = tuple(",".join(MAP_FIELDS).encode() + end for end in (b"\n", b"\r\n"))
_GENERATOR = b'<meta name="generator" content="sftunnel-analyzer '
_FIELDS = (b'"schema_version":', b'"tool_version":', b'"rules_version":', b'"as_of_source":')
_COMMENTS = later(rb"(?:(?:#[^\n]*)?\r?\n)+")
_WRAPPED = later(rb"\s+(?:#\s+)?")
_MADE_BY = later(rb"sftunnel-analyzer [0-9.]{1,20}, \S{1,20} [0-9a-f]{16}")


_LOOKED_AT = 4096
"""Bytes of a line that are looked at."""

_JSON_LINE = later(rb"[ \t{}\r]|$")
_FOREIGN_IN_A_PAGE = later(
    rb"(?!#).{0,300}?(?:SF-IMS\[\d|sftunneld?:\w{0,40} ?\[[A-Z])|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d |[\w.-]{1,64}@[^\s#$]{1,200}[#$] \S"
    rb"|\s{0,8}\*\*(?:RUN|RPC) STATUS\*\*"
)
"""A line of a log, a prompt with a command, or the head of an output, in a page of a plan: it shows none but behind "#"."""


def looks_like_our_own(head: bytes) -> bool:
    """Whether a file with this beginning (4 KiB are enough) is a report, a JSON document, the map of a redaction or a page of a plan."""
    return _kind_of(head) is not None


def holds_other_lines(head: bytes, chunks: Iterable[bytes]) -> bool:
    """Whether a file that begins as one of ours goes on as something else: then evidence stands in it that somebody put, or hid, there.

    ``chunks`` are all of its bytes, from the beginning.
    """
    kind = _kind_of(head)
    if kind is _Kind.REPORT:
        return any(line.strip() for line in _behind(b"</html>", _lines(chunks)))
    if kind is _Kind.DOCUMENT:
        return any(_JSON_LINE.match(line) is None for line in _lines(chunks))
    if kind is _Kind.MAP:
        return any(line.strip() and line.count(b",") < len(MAP_FIELDS) - 1 for line in _lines(chunks))
    return any(_FOREIGN_IN_A_PAGE.match(line) is not None for line in _lines(chunks))


class _Kind(Enum):
    REPORT = 0
    DOCUMENT = 1
    MAP = 2
    PAGE = 3


def _kind_of(head: bytes) -> _Kind | None:
    begin = head[:200].removeprefix(BOM_UTF8).lstrip().lower()
    if begin.startswith(b"<!doctype html"):
        return _Kind.REPORT if _GENERATOR in head else None
    if begin.startswith(b"{"):
        return _Kind.DOCUMENT if all(field in head for field in _FIELDS) else None
    if begin.startswith(_MAP_HEADS):
        return _Kind.MAP
    if begin.startswith(b"# "):
        comments = _COMMENTS.match(head)
        return _Kind.PAGE if comments is not None and _MADE_BY.search(_WRAPPED.sub(b" ", comments[0])) is not None else None
    return None


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines, each cut to what is looked at."""
    rest = b""
    for chunk in chunks:
        *lines, last = chunk.split(b"\n")
        for line in lines:
            yield (rest + line[:_LOOKED_AT])[:_LOOKED_AT]
            rest = b""
        rest = (rest + last[:_LOOKED_AT])[:_LOOKED_AT]
    yield rest


def _behind(end: bytes, lines: Iterable[bytes]) -> Iterator[bytes]:
    """What stands behind the first line with this end."""
    found = False
    for line in lines:
        if found:
            yield line
        elif end in line:
            found = True
            yield line.partition(end)[2]
