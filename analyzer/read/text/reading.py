"""From the bytes of a member to a `Text`.

A member up to ``text_bytes`` (`Limits`) is kept whole, so that pasted mixtures (a log below a status output below a certificate) are
all read.
Of a larger one only the lines that name sftunnel, and PEM blocks, are kept: a log of gigabytes costs what its few sftunnel lines
cost.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import datetime

from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.location import Location
from analyzer.read.text.encodings import as_utf8, whole_as_utf8
from analyzer.read.text.line import Line
from analyzer.read.text.picker import Picker, first_cut
from analyzer.read.text.text import Text


def read_text(chunks: Iterable[bytes], location: Location, name: str, modified: datetime | None, limits: Limits = DEFAULT_LIMITS) -> Text:
    """Read a text member to its end and keep the lines that matter."""
    kept: list[bytes] = []
    size = 0
    stream = iter(chunks)
    for chunk in stream:
        kept.append(chunk)
        size += len(chunk)
        if size > limits.text_bytes:
            break
    else:
        data = whole_as_utf8(b"".join(kept))
        return Text(location, name, modified, data, whole=True, cut=first_cut(data, limits.line_bytes), line_bytes=limits.line_bytes)
    picked: list[Line] = []
    overflow = False
    picker = Picker(limits.line_bytes)
    for line in picker.lines(as_utf8(itertools.chain((b"".join(kept),), stream))):
        if len(picked) >= limits.lines:
            overflow = True
            break
        picked.append(line)
    if overflow:
        for _ in stream:
            pass
    return Text(location, name, modified, tuple(picked), whole=False, overflow=overflow, cut=picker.cut)
