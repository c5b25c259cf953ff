"""The text of office documents that are zip archives: Word, Excel and PowerPoint (OOXML), and OpenDocument.

Their XML is never given to a parser that knows document types: no entity is defined by the document, so none can grow. `python-docx` and
`openpyxl` build the whole document in memory; this goes through its tags once.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol

from analyzer.collect.items import Item, Packed, Trouble
from analyzer.collect.stream import Stream, drain
from analyzer.model.limits import Limits
from analyzer.model.member import DamageKind
from analyzer.texts import _

if TYPE_CHECKING:
    from zipfile import ZipInfo

_TAG = re.compile(r"<(/?)([\w.:-]{1,80})([^<>]*)>")
_KEPT_PREFIXES = ("text:", "table:", "mc:", "a:")
_ATTRIBUTE = re.compile(r"""([\w.:-]{1,80})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)')""")
_NUMBER = re.compile(r"(\d{1,9})\.xml$")
_MAX_BLANKS = 400

CONTENT_TYPES = "[Content_Types].xml"
SHARED = "xl/sharedStrings.xml"

_WORD = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")
_SHEET = re.compile(r"xl/worksheets/[\w-]{1,60}\.xml")
_SLIDE = re.compile(r"ppt/slides/slide\d{1,9}\.xml|ppt/notesSlides/notesSlide\d{1,9}\.xml")
_ATTACHED = re.compile(r"(?:word|xl|ppt)/(?:media|embeddings)/[^/]{1,255}|(?:Pictures|Object [^/]{1,60})/[^/]{1,255}")


class Holder(Protocol):
    """What is to be known of the document itself."""

    @property
    def stem(self) -> str: ...
    @property
    def modified(self) -> datetime | None: ...


def is_office(names: Sequence[str]) -> bool:
    """Whether an archive with these members is an office document."""
    found = set(names)
    if CONTENT_TYPES in found:
        return any(name.startswith(("word/", "xl/", "ppt/")) for name in names)
    return "mimetype" in found and "content.xml" in found


def texts_of(names: Iterable[str]) -> list[str]:
    """The members whose text is the document's, in the order in which it is read."""
    names = list(names)
    sheets = sorted((name for name in names if _SHEET.fullmatch(name)), key=_order)
    slides = sorted((name for name in names if _SLIDE.fullmatch(name)), key=_order)
    return [*(name for name in _WORD if name in names), *sheets, *slides, *(name for name in ("content.xml",) if name in names)]


def is_attached(name: str) -> bool:
    """A picture or file that the document holds."""
    return _ATTACHED.fullmatch(name) is not None


def office_items(
    items: Callable[[list[ZipInfo]], Iterator[Item]], directory: Sequence[ZipInfo], limits: Limits, of: Holder
) -> Iterator[Item]:
    """The texts of a document as members. ``items`` unpacks those of the archive that are named to it; their name and time are the
    document's own (in the archive their time is 1980, or none)."""
    by_name = {info.filename: info for info in directory}
    shared: list[str] = []
    for name in [*((SHARED,) if SHARED in by_name else ()), *texts_of(by_name)]:
        for item in items([by_name[name]]):
            if not isinstance(item, Packed):
                yield item
                continue
            xml = item.stream.take(limits.document_bytes + 1)
            if len(xml) > limits.document_bytes:
                reason = _("This part of an office document is larger than {cap:,} bytes and was not read (limit document_bytes).")
                yield Trouble(name, DamageKind.LIMIT, reason.format(cap=limits.document_bytes))
            elif name == SHARED:
                drain(item.stream)
                shared = shared_strings(xml.decode("utf-8", "replace"))
            else:
                drain(item.stream)
                text = rendered(name, xml.decode("utf-8", "replace"), shared).encode("utf-8", "replace")
                if text.strip():
                    blocks = iter((text,))
                    yield Packed(name, len(text), of.modified, Stream(partial(next, blocks, b"")), of.stem)


def _order(name: str) -> tuple[str, int]:
    found = _NUMBER.search(name)
    return name[: found.start()] if found else name, int(found[1]) if found else 0


def rendered(name: str, xml: str, shared: Sequence[str] = ()) -> str:
    """The text of one member, a paragraph or row a line. ``shared`` are the strings that cells name by their number."""
    if name.startswith("word/"):
        return "".join(_word(xml))
    if name.startswith("xl/"):
        return "\n".join(_rows(xml, shared)) + "\n"
    if name.startswith("ppt/"):
        return "".join(_slide(xml))
    return "".join(_open_document(xml))


def shared_strings(xml: str) -> list[str]:
    """The strings of a workbook, by their number."""
    strings: list[str] = []
    current: list[str] | None = None
    inside = phonetic = False
    for end, tag, _rest, text in _tokens(xml):
        if tag == "si":
            if end and current is not None:
                strings.append("".join(current))
            current = None if end else []
        elif tag == "rPh":
            phonetic = not end
        elif tag == "t":
            inside = not end
        elif text and inside and current is not None and not phonetic:
            current.append(text)
    return strings


def _tokens(xml: str) -> Iterator[tuple[bool, str, str, str]]:
    """Each tag as (is an end, name, attributes), each text with its entities read. A tag that is empty comes as its begin and its end.

    What opens and never ends (a remark, a section) ends the text: nothing is looked through twice.
    """
    at = 0
    while at < len(xml):
        start = xml.find("<", at)
        text = xml[at : start if start >= 0 else len(xml)]
        if text:
            yield False, "", "", html.unescape(text) if "&" in text else text
        if start < 0:
            return
        tag = _TAG.match(xml, start)
        if tag is not None:
            name = tag[2] if tag[2].startswith(_KEPT_PREFIXES) else tag[2].rpartition(":")[2]
            yield bool(tag[1]), name, tag[3], ""
            if tag[3].endswith("/") and not tag[1]:
                yield True, name, "", ""
            at = tag.end()
            continue
        for opening, closing in (("<![CDATA[", "]]>"), ("<!--", "-->"), ("<?", "?>")):
            if xml.startswith(opening, start):
                end = xml.find(closing, start + len(opening))
                if end < 0:
                    return
                if closing == "]]>":
                    yield False, "", "", xml[start + len(opening) : end]
                at = end + len(closing)
                break
        else:
            at = start + 1


def _word(xml: str) -> Iterator[str]:
    inside, doubled = False, 0
    for end, tag, rest, text in _tokens(xml):
        if tag == "mc:Fallback":  # what an older program shows in place of the choice before it: the same text again
            doubled += -1 if end else 1
        elif doubled > 0:
            continue
        elif tag == "t":
            inside = not end
        elif (tag == "p" and end) or (tag in ("br", "cr") and not end):
            yield "\n"
        elif tag == "tab" and not end and "w:pos" not in rest:  # one with a place defines a stop
            yield "\t"
        elif tag == "noBreakHyphen" and not end:
            yield "-"
        elif text and inside:
            yield text.replace("\r", "").replace("\n", " ")


def _slide(xml: str) -> Iterator[str]:
    inside = False
    for end, tag, _rest, text in _tokens(xml):
        if tag == "a:t":
            inside = not end
        elif (tag == "a:p" and end) or (tag == "a:br" and not end):
            yield "\n"
        elif text and inside:
            yield text


def _open_document(xml: str) -> Iterator[str]:
    depth = 0
    for end, tag, rest, text in _tokens(xml):
        if tag in ("text:p", "text:h"):
            depth += -1 if end else 1
            if end:
                yield "\n"
        elif end or not tag:
            if text and depth > 0:
                yield re.sub(r"\s+", " ", text)
        elif tag == "text:line-break":
            yield "\n"
        elif tag == "text:tab":
            yield "\t"
        elif tag == "text:s":
            count = _attributes(rest).get("text:c", "1")
            yield " " * (min(int(count), _MAX_BLANKS) if count.isdigit() and len(count) < 9 else 1)


def _rows(xml: str, shared: Sequence[str]) -> Iterator[str]:
    row: list[str] = []
    kind, value, inside = "", [""], False
    for end, tag, rest, text in _tokens(xml):
        if tag == "row":
            if end and row:
                yield ("\n" if any("\n" in cell for cell in row) else "\t").join(row)
            row = []
        elif tag == "c":
            if end:
                shown = "".join(value)
                if kind == "s":
                    number = int(shown) if shown.isdigit() and len(shown) < 10 else -1
                    shown = shared[number] if 0 <= number < len(shared) else ""
                if shown:
                    row.append(shown)
            else:
                kind, value = _attributes(rest).get("t", ""), []
        elif tag in ("v", "t"):
            inside = not end
        elif text and inside:
            value.append(text)


def _attributes(rest: str) -> dict[str, str]:
    return {name: first or second for name, first, second in _ATTRIBUTE.findall(rest[:4000])}
