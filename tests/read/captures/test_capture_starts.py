"""tshark is not started for every capture of a large folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.model.capture import CapturedConnection, CaptureRead
from analyzer.model.location import Location
from analyzer.read.captures import find_tshark, read
from analyzer.read.captures.reader import EMBEDDED
from analyzer.read.context import ReadContext, Starts
from tests.read.captures import packets as p
from tests.read.captures.scenarios import conversation

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)


def handshake() -> bytes:
    return p.pcap(p.Dialogue().open().say(conversation("good-12").said).finish().packets)


def facts(context: ReadContext) -> tuple[list[CapturedConnection], str]:
    found = list(read([handshake()], Location("a.pcap"), context))
    (said,) = [fact.dissector for fact in found if isinstance(fact, CaptureRead)]
    return [fact for fact in found if isinstance(fact, CapturedConnection)], said


@pytest.mark.needs_tshark
def test_when_the_starts_are_used_up_the_embedded_reader_finds_the_same(tmp_path: Path) -> None:
    tshark = find_tshark()
    if tshark is None:
        pytest.skip("tshark is not installed")
    context = ReadContext(AS_OF, tshark=tshark, temp_dir=tmp_path, starts=Starts(1))
    first, by_tshark = facts(context)
    second, by_us = facts(context)
    assert by_tshark.startswith("tshark")
    assert by_us == EMBEDDED
    assert first == second
