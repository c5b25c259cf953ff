"""A text too large to be kept whole: the lines that matter, at their places, whatever the blocks that they come in."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.limits import DEFAULT_LIMITS
from analyzer.model.location import Location
from analyzer.read.text import Line, Text, read_text
from analyzer.read.text import picker as room
from tests.collect.builders_archives import noise

FILLER = b"Nov 23 10:00:00 fmc-1 SF-IMS[1]: [2] Pruner:Prune [DEBUG] nothing to do\n"
LARGE = FILLER * (DEFAULT_LIMITS.text_bytes // len(FILLER) + 1)


def scan(data: bytes, chunk: int = 1 << 18) -> Text:
    chunks = [data[at : at + chunk] for at in range(0, len(data), chunk)]
    return read_text(chunks, Location("messages"), "messages", None)


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[a:b] for a, b in itertools.pairwise(edges)]


def by_lines(data: bytes) -> list[Line]:
    """The same, line by line: slow, and plain to see right."""
    out: list[Line] = []
    offset = 0
    inside = False
    for number, raw in enumerate(data.removesuffix(b"\n").split(b"\n") if data else [], start=1):
        if inside or b"sftunnel" in raw or b"-----BEGIN " in raw:
            out.append(Line(number, offset, raw.decode("latin-1").rstrip("\r")))
            inside = b"-----BEGIN " in raw or (inside and b"-----END " not in raw)
        offset += len(raw) + 1
    return out


def test_of_a_large_log_only_the_lines_of_sftunnel_are_kept_with_number_and_offset() -> None:
    text = scan(LARGE + b"a line of sftunnel\r\n" + FILLER)
    assert [(line.number, line.offset, line.text) for line in text.lines] == [
        (LARGE.count(b"\n") + 1, len(LARGE), "a line of sftunnel"),
    ]
    assert not text.whole


def test_a_certificate_in_a_large_text_is_kept_whole() -> None:
    text = scan(LARGE + b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\nbehind\n")
    assert [line.text for line in text.lines] == ["-----BEGIN CERTIFICATE-----", "MIIB", "-----END CERTIFICATE-----"]


def test_the_last_line_needs_no_line_end() -> None:
    assert [line.text for line in scan(LARGE + b"sftunnel at the end").lines] == ["sftunnel at the end"]


def test_a_line_that_never_ends_keeps_its_head_and_the_next_line_its_place() -> None:
    endless = b"sftunnel " + bytes(6 << 20)
    text = scan(LARGE + endless + b"\nsftunnel again\n")
    head, after = text.lines
    assert (len(head.text), head.cut) == (DEFAULT_LIMITS.line_bytes, True)
    assert (after.number, after.offset, after.text, after.cut) == (head.number + 1, len(LARGE) + len(endless) + 1, "sftunnel again", False)


def test_a_large_text_in_utf16_is_read() -> None:
    text = scan(b"\xff\xfe" + (LARGE.decode() + "sftunnel caf\u00e9\r\n").encode("utf-16-le"))
    assert [line.text for line in text.lines] == ["sftunnel caf\u00e9"]


def test_bytes_that_are_no_text_give_no_lines() -> None:
    assert scan(noise(DEFAULT_LIMITS.text_bytes + 1)).lines == ()


_PARTS = st.sampled_from([b"sftunnel", b"-----BEGIN ", b"-----END ", b"\n", b"\n", b"x", b"\r\n", b"sftun", b"nel", b"-----"])


@settings(max_examples=150)
@given(st.lists(_PARTS, max_size=60), st.lists(st.integers(0, 500), max_size=8))
def test_the_size_of_the_blocks_changes_nothing(parts: list[bytes], cuts: list[int]) -> None:
    data = b"".join(parts)
    assert list(room.Picker(DEFAULT_LIMITS.line_bytes).lines(pieces(data, cuts))) == by_lines(data)
