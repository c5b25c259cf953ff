"""tshark is not started for every capture of a large folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from analyzer.model.capture import CapturedConnection, CaptureRead, ConnectionOutcome
from analyzer.model.limits import Limits
from analyzer.model.location import Location
from analyzer.read.captures import read
from analyzer.read.captures.dissection import EMBEDDED
from analyzer.read.context import ReadContext, Starts
from tests.read.captures import packets as p
from tests.read.captures.dissector import TSHARK, needs_pyshark, needs_tshark
from tests.read.captures.scenarios import CAPTURE, captured, conversation, wifi

AS_OF = datetime(2026, 11, 23, tzinfo=UTC)


def handshake() -> bytes:
    return p.pcap(p.Dialogue().open().say(conversation("good-12").said).finish().packets)


def facts(context: ReadContext) -> tuple[list[CapturedConnection], str]:
    found = list(read([handshake()], Location("a.pcap"), context))
    (said,) = [fact.dissector for fact in found if isinstance(fact, CaptureRead)]
    return [fact for fact in found if isinstance(fact, CapturedConnection)], said


@needs_pyshark
@needs_tshark
def test_when_the_starts_are_used_up_the_embedded_reader_finds_the_same(tmp_path: Path) -> None:
    context = ReadContext(AS_OF, tshark=TSHARK, temp_dir=tmp_path, limits=Limits(tshark_starts=1))
    first, by_tshark = facts(context)
    second, by_us = facts(context)
    assert by_tshark.startswith("tshark")
    assert by_us == EMBEDDED
    assert first == second


@needs_pyshark
@needs_tshark
def test_without_starts_left_tshark_is_still_asked_for_what_only_it_knows(tmp_path: Path) -> None:
    packets = [*captured("good-12", frame=wifi, link=105), *captured("good-12", client_port=2)]

    found = list(read([p.section(packets)], CAPTURE, ReadContext(AS_OF, tshark=TSHARK, temp_dir=tmp_path, starts=Starts(chosen=8))))

    (said,) = [fact for fact in found if isinstance(fact, CaptureRead)]
    assert (said.dissector.split()[0], said.note) == (
        "tshark",
        "tshark is started for 8 captures of a run (limit tshark_starts), and for those with packets that only it knows: "
        "the embedded reader read the other connections",
    )
    assert [(fact.client_port, fact.outcome) for fact in found if isinstance(fact, CapturedConnection)] == [
        (40001, ConnectionOutcome.COMPLETED),
        (2, ConnectionOutcome.COMPLETED),
    ]


def test_a_capture_without_data_of_the_port_uses_no_start_up(tmp_path: Path) -> None:
    context = ReadContext(AS_OF, tshark=tmp_path / "no-such-program", temp_dir=tmp_path)
    for packets in ([], p.Dialogue().open().finish().packets, captured("good-12", server_port=443)):
        list(read([p.pcap(packets)], CAPTURE, context))

    assert context.starts == Starts()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_captures_costs_no_more_starts_than_there_are(tmp_path: Path) -> None:
    context = ReadContext(AS_OF, tshark=tmp_path / "no-such-program", temp_dir=tmp_path, limits=Limits(tshark_starts=2))

    notes = [fact.note for _ in range(6) for fact in read([handshake()], CAPTURE, context) if isinstance(fact, CaptureRead)]

    assert [note.startswith("tshark is started for 2 captures") for note in notes] == [False] * 2 + [True] * 4


def test_data_that_is_not_kept_for_a_limit_starts_nothing(tmp_path: Path) -> None:
    not_closed = p.pcap(p.Dialogue().open().say(conversation("good-12").said).packets)

    context = ReadContext(AS_OF, tshark=tmp_path / "no-such-program", temp_dir=tmp_path, limits=Limits(buffered_bytes=1))

    found = read([not_closed], CAPTURE, context)

    assert [fact.note for fact in found if isinstance(fact, CaptureRead)] == [
        "no connection carries TLS for tshark to read: the embedded reader took its place"
    ]


@needs_pyshark
def test_another_tshark_than_the_one_that_was_found_is_not_started(tmp_path: Path) -> None:
    """pyshark would look for one in its own places."""
    found = read([handshake()], CAPTURE, ReadContext(AS_OF, tshark=tmp_path / "no-such-program", temp_dir=tmp_path))

    assert [fact.note for fact in found if isinstance(fact, CaptureRead)] == [
        "tshark could not be started (No such file or directory): the embedded reader took its place"
    ]
