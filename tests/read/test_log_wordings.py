"""What a line proves: life and failure only by listed words, or an [ERROR] that names a peer; all else that the peer is known."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.join.attempts import attempts
from analyzer.model.location import Location
from analyzer.model.log import AttemptOutcome, ConnectionAttempt, LogEvent, LogKind
from analyzer.read import logs
from analyzer.read.context import ReadContext
from analyzer.read.logs.catalogue import catalogue, rows
from analyzer.read.text import read_text

K = LogKind
PEER = "192.0.2.88"
UUID = "c8d5d5c6-87c9-11ef-a993-b9831565bc4e"


def read(*messages: tuple[str, str]) -> list[LogEvent]:
    lines = [f"Sep 20 04:10:{at:02} fmc-9 SF-IMS[1]: [2] sftunneld:sf_x [{level}] {words}" for at, (level, words) in enumerate(messages)]
    text = read_text(["\n".join(lines).encode()], Location("messages"), "messages", None)
    return list(logs.read(text, ReadContext(as_of=datetime(2026, 11, 23, tzinfo=UTC))))


def attempt(*messages: tuple[str, str]) -> list[ConnectionAttempt]:
    return list(attempts(read(*messages), lambda event: event.evidence.location.source))


def test_every_row_has_a_source() -> None:
    assert [row.begins for row in rows() if not row.source] == []


@pytest.mark.parametrize(
    ("level", "words", "kind", "peer"),
    [
        ("INFO", f"Successfully connected using SSL to: '{PEER}'", K.ESTABLISHED, PEER),
        ("INFO", f"Accepted IPv4 connection from {PEER}:41772/tcp", K.ACCEPTED, PEER),
        ("ERROR", f"Connect to {PEER} failed on port 8305 socket 6 (Connection refused)", K.CONNECTION_REFUSED, PEER),
        ("ERROR", f"Connect to {PEER} failed on port 8305 socket 6 (Connection timed out)", K.CONNECTION_TIMED_OUT, PEER),
        ("ERROR", f"Connect to {PEER} failed on port 8305 socket 6 (No route to host)", K.CONNECTION_TIMED_OUT, PEER),
        ("INFO", f"Connect to {PEER} on port 8305 - br1", K.NOTED, PEER),
        ("INFO", f"No IPv4 connection to {PEER}", K.CONNECTION_FAILED, PEER),
        ("INFO", f"Start connection to : {PEER} (wait 0 seconds is up)", K.NOTED, PEER),
        ("INFO", f"Peer {PEER} needs a single connection", K.NOTED, PEER),
        ("WARN", f"Peer {PEER} needs re-connect", K.RECONNECT_NEEDED, PEER),
        ("WARN", "Peer ftd-oslo needs re-connect", K.RECONNECT_NEEDED, "ftd-oslo"),
        ("INFO", f"Started listening on port 8305 IPv4({PEER}) management0", K.OWN_ADDRESS, ""),
        ("INFO", "Interface eth0 is configured for events on this Device", K.OWN_ADDRESS, ""),
        ("INFO", "Set 24353 as the control connection", K.NOTED, ""),
        ("INFO", f"Saved SW VERSION from peer {PEER} (7.2.5)", K.FILE_TRANSFER, ""),
        ("WARN", f"No heartbeat from peer {PEER} for 300 seconds", K.HEARTBEAT_LOST, PEER),
        ("ERROR", f"could not do the thing with peer {PEER}", K.PEER_ERROR, PEER),
        ("ERROR", f"no luck with device {UUID}, will retry", K.PEER_ERROR, UUID),
        ("WARN", f"could not do the thing with peer {PEER}", K.OTHER, PEER),
        ("INFO", f"all is well with peer {PEER}", K.OTHER, PEER),
        ("ERROR", f"cannot bind {PEER}", K.OTHER, ""),
        ("ERROR", "something else", K.OTHER, ""),
    ],
)
def test_what_a_line_says(level: str, words: str, kind: LogKind, peer: str) -> None:
    [event] = read((level, words))

    assert (event.kind, event.peer) == (kind, peer)


@pytest.mark.parametrize(
    ("messages", "outcome"),
    [
        ([("ERROR", f"Connect to {PEER} failed on port 8305 socket 6 (Connection refused)")], AttemptOutcome.TCP_FAILED),
        (
            [("INFO", f"Successfully connected using SSL to: '{PEER}'"), ("INFO", "Set 7 as the control connection")],
            AttemptOutcome.ESTABLISHED,
        ),
        ([("ERROR", f"ShutDownPeer {PEER}")], AttemptOutcome.LOST),
        ([("WARN", f"No heartbeat from peer {PEER} for 300 seconds"), ("ERROR", "HMAC verification reached timeout")], AttemptOutcome.LOST),
        ([("ERROR", f"Unable to load channel of peer {PEER}, will retry")], AttemptOutcome.LOST),
    ],
)
def test_what_lines_amount_to(messages: list[tuple[str, str]], outcome: AttemptOutcome) -> None:
    found = attempt(*messages)

    assert [(one.outcome, one.peer) for one in found] == [(outcome, PEER)]


@pytest.mark.parametrize("words", [f"ShutDownPeer {PEER}", f"all is well with peer {PEER}", f"Start connection to : {PEER}"])
def test_at_info_nothing_is_lost(words: str) -> None:
    assert attempt(("INFO", words)) == []


def test_the_refusal_after_the_handshake_is_one_event_of_the_peer_that_its_last_line_names() -> None:
    [one] = attempt(
        ("INFO", f"Accepted IPv4 connection from {PEER}:41772/tcp"),
        ("ERROR", "Unable to set Post Handshake Auth SSL context: SSL_verify_client_post_handshake:extension not received"),
        ("ERROR", "Failed to reload credentials"),
        ("ERROR", "Failed to add services"),
        ("WARN", f"Peer {PEER} needs re-connect"),
    )

    assert (one.outcome, one.peer) == (AttemptOutcome.HANDSHAKE_FAILED, PEER)
    assert [event.reason for event in one.events if event.reason] == [279]
    assert "Post Handshake" in one.decisive.text


@settings(max_examples=60, deadline=None)
@given(
    words=st.text(alphabet=st.characters(codec="ascii", categories=("L", "Zs")), min_size=5, max_size=60),
    level=st.sampled_from(["INFO", "WARN", "ERROR", "DEBUG"]),
)
def test_words_that_nobody_listed_prove_neither_life_nor_failure(words: str, level: str) -> None:
    message = f"zq {words}"
    for event in read((level, message)):
        assert event.kind is K.OTHER
    assert attempt((level, message)) == []


def test_a_catalogue_that_is_wrong_names_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    from pathlib import Path

    from analyzer.read.logs import catalogue as module

    file = Path(str(tmp_path)) / "wordings.yaml"
    file.write_text("rows: [{begins: x, kind: no-such-kind, source: y}]\nanywhere: []\nharmless: []\nharmless_text: []\n")
    monkeypatch.setattr(module, "_FILE", file)
    catalogue.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"wordings\.yaml.*no-such-kind"):
            catalogue()
    finally:
        monkeypatch.undo()
        catalogue.cache_clear()
