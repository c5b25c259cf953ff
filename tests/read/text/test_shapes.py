"""Whatever was done to a transcript, its lines come back, at their places."""

from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.model.location import Location
from analyzer.read.outputs.page import Page
from analyzer.read.text import Text, read_text
from tests.read.text.transcripts import SHAPES, TRANSCRIPTS


def text_of(data: bytes, name: str = "paste.txt") -> Text:
    return read_text([data], Location(name), name, None)


def told(lines: list[str]) -> list[str]:
    """The lines that say something, without what a shape may add or lose at their ends."""
    return [line.strip() for line in lines if line.strip()]


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=TRANSCRIPTS)
def test_the_lines_come_back(shape: str, lines: list[str]) -> None:
    text = text_of(SHAPES[shape](lines).encode())

    found = told([line.text for line in text.lines])
    missing = [line for line in told(lines) if line not in found]
    assert missing == []


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=TRANSCRIPTS)
def test_each_line_knows_where_it_stands(shape: str, lines: list[str]) -> None:
    data = SHAPES[shape](lines).encode()
    text = text_of(data)

    raw = data.replace(b"\r", b"\n").split(b"\n") if shape == "CR alone" else data.split(b"\n")
    starts = [0, *accumulate(len(one) + 1 for one in raw)]
    for line in text.lines:
        assert line.offset == starts[line.number - 1]
        assert line.number <= line.end <= len(raw)
    places = [(line.number, line.offset + line.behind) for line in text.lines]
    assert places == sorted(places)
    last = next(line for line in text.lines if line.text.strip().endswith("SSL Verification status: certificate has expired"))
    assert b"certificate has" in raw[last.end - 1].replace(b"\xc2\xa0", b" ") or last.end > last.number


@pytest.mark.parametrize("outer", ["quoted", "cat -n", "stamps in brackets", "indented", "CRLF"])
@pytest.mark.parametrize("inner", ["quoted", "cat -n", "stamps and bars", "a chat"])
@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=TRANSCRIPTS)
def test_one_thing_done_after_another(outer: str, inner: str, lines: list[str]) -> None:
    once = SHAPES[inner](lines).removesuffix("\n").split("\n")
    text = text_of(SHAPES[outer](once).encode())

    found = told([line.text for line in text.lines])
    assert [line for line in told(lines) if line not in found] == []


@settings(max_examples=20, deadline=None)
@given(lines=TRANSCRIPTS, form=st.sampled_from(["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"]))
def test_any_encoding_is_read(lines: list[str], form: str) -> None:
    text = text_of("\n".join(lines).encode(form))

    assert told([line.text for line in text.lines]) == told(lines)


@pytest.mark.parametrize("shape", [name for name in SHAPES if name not in ("CR alone",)])
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=TRANSCRIPTS)
def test_the_commands_and_their_appliances_are_known(shape: str, lines: list[str]) -> None:
    page = Page(text_of(SHAPES[shape](lines).encode()), 8305)
    manager = lines[0].partition("@")[2].partition(":")[0]
    device = lines[5].partition("@")[2].partition(":")[0]

    hosts = [passage.host for passage in page.passages if passage.command]
    assert hosts == [manager, device]
    log = next(index for index, line in enumerate(page.lines) if "err 10" in line.text)
    passage = page.passage(log)
    assert passage is not None
    assert (passage.host, passage.command) == (device, "grep sftunnel messages | tail")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=300).map(str.encode))
def test_any_bytes_become_lines_in_order(data: bytes) -> None:
    lines = text_of(b"root@fmc-1:~# sftunnel " + data).lines

    assert [line.number for line in lines] == sorted(line.number for line in lines)
    assert all("\n" not in line.text for line in lines)
