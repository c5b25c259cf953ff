"""Texts that stand in one line of another file: strings of JSON, a string as a program prints it, pages whose lines end in tags alone.

A reader of texts tells a place by its line, and who speaks by the lines around it: so what has lines of its own becomes a member. In what
is left of JSON blanks stand for it, so that every other place stays what it was.
"""

from __future__ import annotations

import codecs
import re

from analyzer.collect.documents.part import Part
from analyzer.collect.documents.recognise import LITERAL, OPENS_MARKUP

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_KEY_BEFORE = re.compile(rb'"([A-Za-z0-9_.@ -]{1,60})"\s{0,20}:\s{0,20}\Z')
_OPENS_JSON = re.compile(rb'[\[{]\s{0,1000}["\[{]')
_LINE_FEED = b"\\n"
_FEWEST = 2
"""Line feeds of a string that is taken out: one with fewer is a sentence."""

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_SIGNS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "e": "\x1b", "0": "\0"}

# A cell ends no line: the row of a table is one.
_BREAK = re.compile(
    rb"(?:(&#(?:10|[xX]0{0,4}[aA]);)|<(?:br|hr)\b[^<>]{0,400}>|</(?:p|div|li|tr|h[1-6]|dt|dd|blockquote|pre|title)\s{0,9}>)(?!\r?\n|\s{0,100}\Z)",
    re.IGNORECASE,
)


def strings_of(data: bytes) -> tuple[list[Part], bytes] | None:
    """The texts in the strings of a file and what is left of it, None when there are none."""
    if _LINE_FEED not in data:
        return None
    begin = data.removeprefix(codecs.BOM_UTF8).lstrip()
    if _OPENS_JSON.match(begin) is not None:
        return _of_json(data)
    literal = LITERAL.match(begin)
    if literal is not None and begin.rstrip().endswith(literal[1]) and b"\n" not in begin.strip():
        inner = begin.strip()[literal.end() : -1]
        if inner.count(_LINE_FEED) >= _FEWEST:
            return [Part("text", _unescaped(inner.decode("utf-8", "replace")).encode("utf-8", "replace"), None)], b""
    return None


def _of_json(data: bytes) -> tuple[list[Part], bytes] | None:
    parts: list[Part] = []
    left: list[bytes] = []
    at = 0
    for found in _STRING.finditer(data):
        string = found[0]
        if string.count(_LINE_FEED) < _FEWEST:
            continue
        text = _unescaped(string[1:-1].decode("utf-8", "replace"))
        if text.count("\n") < _FEWEST:  # the backslashes themselves were escaped
            continue
        key = _KEY_BEFORE.search(data, max(0, found.start() - 120), found.start())
        name = key[1].decode("ascii").strip() if key is not None else ""
        parts.append(Part(f"string-{len(parts) + 1}{f'-{name}' if name else ''}", text.encode("utf-8", "replace"), None))
        left += (data[at : found.start() + 1], b" " * (len(string) - 2), b'"')
        at = found.end()
    return (parts, b"".join((*left, data[at:]))) if parts else None


def _unescaped(text: str) -> str:
    shown = _ESCAPE.sub(_sign, text)
    return shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # two escapes make one sign beyond the basic plane


def _sign(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else _SIGNS.get(escape[3], escape[3])


def relined(data: bytes) -> bytes | None:
    """A page or export with an end of line behind each tag or sign that ends one, None when its lines stand apart already."""
    if OPENS_MARKUP.match(data.removeprefix(codecs.BOM_UTF8).lstrip()) is None or not _has_long_line(data):
        return None
    return _BREAK.sub(lambda found: b"\n" if found[1] else found[0] + b"\n", data)


def _has_long_line(data: bytes) -> bool:
    """A line of the file holds more than one line of text."""
    before = -1
    for found in _BREAK.finditer(data):
        if before >= 0 and data.find(b"\n", before, found.start()) < 0:
            return True
        before = found.end()
    return False
