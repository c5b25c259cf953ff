"""Text out of pages and strings: HTML and XML tags and entities, and the escapes of JSON and of programs.

A parser of documents would forget on which line something stood, and what people paste is seldom a whole document: tags that are known are
taken away where they stand.
"""

from __future__ import annotations

import re

from analyzer.read.patterns import later
from analyzer.read.text.records import is_anchored

_LINE_TAGS = (
    "address|article|aside|blockquote|body|br|center|dd|div|dl|dt|figure|footer|form|h[1-6]|head|header|hr|html|legend|li|main|nav|ol|option|p|pre|"
    "section|table|tbody|textarea|tfoot|thead|title|tr|ul"
)
_OTHER_TAGS = (
    "a|abbr|b|big|bdi|button|caption|cite|code|col|colgroup|del|em|font|i|img|input|ins|kbd|label|link|mark|meta|o:p|q|s|samp|small|span|strike|"
    "strong|sub|sup|td|th|time|tt|u|var|wbr"
)
_TAG = later(rf"<(/?)({_LINE_TAGS}|{_OTHER_TAGS})(?=[\s/>])[^<>]{{0,4000}}>", re.IGNORECASE)
_LINE_TAG = later(_LINE_TAGS, re.IGNORECASE)
_ANY_TAG = later(r"</?[A-Za-z_][\w:.-]{0,60}(?:\s[^<>]{0,4000})?/?>|<\?[^<>]{0,400}\?>|<!DOCTYPE[^<>]{0,400}>")
_CDATA = later(r"<!\[CDATA\[|\]\]>")
_ENTITY = later(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,9});")
_HIDDEN_BEGIN = later(r"<(script|style)\b[^<>]{0,4000}>|<!--", re.IGNORECASE)
_HIDDEN_END = {
    "script": re.compile(r"</script\s{0,9}>", re.IGNORECASE),
    "style": re.compile(r"</style\s{0,9}>", re.IGNORECASE),
    "": re.compile("-->"),
}

_ESCAPED_BREAK = later(r"(?:\\{1,4}r)?\\{1,4}n|\\{1,4}r")
_ESCAPE = later(r"\\{1,4}(?:u(?P<u>[0-9A-Fa-f]{4})|x(?P<x>[0-9A-Fa-f]{2})|(?P<t>t)|(?P<sign>[\"'/\\]))")
_OPEN_STRING = later(r"\s{0,40}[bruf]{0,2}(?P<quote>'|\"|`)")
_DATA = later(r"\s{0,40}(?:\{|(?:\[\s{0,40}(?:[\[{]|$|(?=[bruf]{0,2}['\"])))|[bruf]{0,2}['\"`])")
"""A bracket alone is none: a prompt and a stamp begin with one as well."""
_UNESCAPED_QUOTE = later(r"(?<!\\)\"")
_FEWEST_BREAKS = 2
_ITEM = later(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'")
_FEWEST_ITEMS = 3


def is_markup(text: str) -> bool:
    """Tags or entities stand in the text."""
    return ("<" in text and (_TAG.search(text) is not None or _CDATA.search(text) is not None)) or (
        "&" in text and _ENTITY.search(text) is not None
    )


class Markup:
    """Goes through the lines of one text in order, for what is hidden (scripts, styles, remarks) may span several."""

    def __init__(self, text: str) -> None:
        self._is_xml = text[:400].lstrip().startswith("<?xml") or "<![CDATA[" in text
        self._hidden: str | None = None

    def lines(self, text: str) -> list[str]:
        """The lines that one line shows."""
        if self._hidden is not None or "<" in text:
            text = self._visible(text)
            if "<" in text:
                text = _TAG.sub(_in_place_of_tag, text)
                if self._is_xml:
                    text = _CDATA.sub("\n", _ANY_TAG.sub("\n", text))
        if "&" in text:
            escaped = "&lt;" in text
            text = _unescaped(text)
            if escaped and "<" in text:  # a page that was escaped as a whole
                text = _unescaped(_TAG.sub(_in_place_of_tag, text))
        return text.split("\n")

    def _visible(self, text: str) -> str:
        kept: list[str] = []
        at = 0
        while at < len(text):
            if self._hidden is not None:
                end = _HIDDEN_END[self._hidden].search(text, at)
                if end is None:
                    break
                self._hidden, at = None, end.end()
            else:
                begin = _HIDDEN_BEGIN.search(text, at)
                if begin is None:
                    kept.append(text[at:])
                    break
                kept.append(text[at : begin.start()])
                self._hidden, at = (begin[1] or "").lower(), begin.end()
        return "".join(kept)


def _in_place_of_tag(tag: re.Match[str]) -> str:
    if _LINE_TAG.fullmatch(tag[2]) is not None:
        return "\n"
    return " " if tag[2].lower() in ("td", "th") and not tag[1] else ""


def _unescaped(text: str) -> str:
    """Entities as their signs; twice where they were escaped twice."""
    import html  # its table of names is large, and most runs meet no page

    for _ in range(2):
        shown = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
        if shown == text:
            break
        text = shown
    return text.replace("\r\n", "\n").replace("\r", "\n")


def unescaped(text: str) -> str:
    """The escapes of one line of a string as their signs."""
    return _ESCAPE.sub(_escape, text) if "\\" in text else text


def list_lines(text: str) -> list[str] | None:
    """The strings of a line that is one list of them, as JSON and Python print it; None for another."""
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")) or text[1:2] not in ("'", '"'):
        return None
    items = [double or single for double, single in _ITEM.findall(text)]
    return [unescaped(item) for item in items] if len(items) >= _FEWEST_ITEMS else None


def unescaped_lines(text: str) -> list[str] | None:
    """The lines of a line that holds a string with escaped line ends, as JSON, Python and logs of programs print one; None for another.

    A command may print ``\\n`` too: what is neither data nor opens to lines of evidence stays as it is.
    """
    if "\\" not in text or len(_ESCAPED_BREAK.findall(text)) < _FEWEST_BREAKS:
        return None
    if _DATA.match(text) is None and not any(is_anchored(piece) for piece in _ESCAPED_BREAK.split(text)[1:]):
        return None
    opened = _OPEN_STRING.match(text)
    if opened is not None and opened["quote"] != '"':
        text = text[opened.end() :].rstrip().removesuffix(opened["quote"])
    elif '"' in text:
        text = _UNESCAPED_QUOTE.sub("\n", text)
    lines = _ESCAPED_BREAK.sub("\n", text).split("\n")
    return [_ESCAPE.sub(_escape, line) if "\\" in line else line for line in lines if line.strip(" ,:{}[]")]


def _escape(found: re.Match[str]) -> str:
    if found["t"]:
        return "\t"
    code = found["u"] or found["x"]
    if not code:
        return found["sign"]
    sign = chr(int(code, 16))
    return sign if sign.isprintable() or sign in "\x1b\x08" else " "
