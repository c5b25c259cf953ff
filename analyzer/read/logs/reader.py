"""From the lines of a text member to the events of sftunnel."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.log import LogEvent
from analyzer.read.context import ReadContext
from analyzer.read.logs.catalogue import meaning
from analyzer.read.logs.grammar import Header, parse
from analyzer.read.logs.years import with_years
from analyzer.read.text import Line, Text

_WORTH_PARSING = ("sftunnel", "HMAC verification reached timeout", "ShutDownPeer")
LOCAL = "the box's local time was taken as UTC"


def read(text: Text, context: ReadContext) -> Iterator[LogEvent]:
    """The events of a text member, in its order. Times without a year get one from the member's own time, never after ``context.as_of``."""
    kept: list[tuple[Line, Header]] = []
    for line in text.lines:
        if any(word in line.text for word in _WORTH_PARSING):
            header = parse(line.text)
            if header is not None:
                kept.append((line, header))
    newest = min(text.modified or context.as_of, context.as_of)
    source = "the file's own time" if text.modified is not None and text.modified <= context.as_of else "the day that the verdict is for"
    years = with_years([header.classic for _, header in kept], newest)
    for (line, header), dated in zip(kept, years, strict=True):
        moment = header.time or dated
        assumed = ""
        if header.classic is not None and dated is not None:
            assumed = f"the year {dated.year} was told by {source}; {LOCAL}"
        elif moment is not None and not header.zone_stated:
            assumed = LOCAL
        told = meaning(header.message)
        yield LogEvent(
            kind=told.kind,
            time=moment,
            time_text=header.time_text,
            time_assumed=assumed,
            host=header.host,
            pid=header.pid,
            tid=header.tid,
            level=header.level,
            message=header.message[:500],
            evidence=text.evidence(line),
            peer=told.peer,
            verify_code=told.verify_code,
            verify_text=told.verify_text,
            depth=told.depth,
            alert=told.alert,
            reason=told.reason,
            name=told.name,
            cut=told.cut or line.cut,
        )
