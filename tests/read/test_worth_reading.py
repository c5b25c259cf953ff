"""Texts that hold nothing for any reader: known by a few literals, never cut into lines; and nothing is lost by that."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.model.location import Location
from analyzer.read import certificates, logs, outputs
from analyzer.read.context import ReadContext
from analyzer.read.logs import reader
from analyzer.read.logs.catalogue import catalogue, rows
from analyzer.read.text import Text, read_text

CONTEXT = ReadContext(as_of=datetime(2026, 11, 23, tzinfo=UTC))


def text_of(data: bytes, name: str = "top.output") -> Text:
    return read_text([data], Location(name), name, None)


def test_a_text_that_holds_nothing_is_never_cut_into_lines() -> None:
    text = text_of(b"load average: 0.10\nall quiet\n" * 50)
    assert [*certificates.read_pem(text, CONTEXT), *logs.read(text, CONTEXT), *outputs.read(text, CONTEXT)] == []
    assert "lines" not in vars(text)


def test_a_literal_is_found_in_any_case_and_encoding() -> None:
    assert text_of(b"-----BEGIN X-----").has(b"-----begin ")
    assert text_of("\ufeffSFTUNNEL caf\u00e9".encode("utf-16")).has(b"sftunnel")
    assert text_of(b"caf\xe9 SFtunnel").has(b"quiet", b"sftunnel")
    assert not text_of(b"sf tunnel").has(b"sftunnel")


_WORDS = st.sampled_from(
    [*(row.begins for row in rows()), "SF-IMS[1]: [2] sftunneld:sf_ssl [INFO] ", "sftunnel", "\n", "\n", " x", "caf\u00e9"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_WORDS, max_size=12))
def test_every_line_that_becomes_an_event_holds_a_literal(words: list[str]) -> None:
    text = text_of("".join(words).encode(), "messages")
    if list(reader._lines(text)):
        assert text.has(*catalogue().literals)


BLOCK = b"-----BEGIN CERTIFICATE-----\n" + b"MIIB" * 16 + b"\nMII=\n-----END CERTIFICATE-----\n"


def test_a_certificate_file_is_known_by_its_name_and_by_holding_nothing_but_pem() -> None:
    assert certificates.holds_nothing_else(text_of(BLOCK * 3, "cacert.pem"))
    assert certificates.holds_nothing_else(text_of(BLOCK.replace(b"\n", b"\r\n").strip(), "sftunnel-cert.PEM"))
    assert not certificates.holds_nothing_else(text_of(BLOCK, "FAILED_PUSH"))
    assert not certificates.holds_nothing_else(text_of(b"", "cacert.pem"))
    assert not certificates.holds_nothing_else(text_of(BLOCK + b"sftunnel (system,gui) - Running 1\n", "cacert.pem"))
    assert not certificates.holds_nothing_else(text_of(b"Bag Attributes\n" + BLOCK, "cacert.pem"))
    assert not certificates.holds_nothing_else(text_of(BLOCK.replace(b"MII=", b"MII= a"), "cacert.pem"))
    assert not certificates.holds_nothing_else(text_of(BLOCK[:-30], "cacert.pem"))


_PEM_PIECES = st.sampled_from(
    [
        BLOCK,
        b"-----BEGIN X-----\n",
        b"sftunnel\n",
        b"MIIB\n",
        b"/var/sf/peers/\n",
        b"-----END X-----\n",
        b"\n",
        b" ",
        b"registrationhostmanager\n",
    ]
)


@given(st.lists(_PEM_PIECES, max_size=8).map(b"".join), st.sampled_from(["cacert.pem", "key.key", "peers_map.json.crt", "devices.cer"]))
@settings(max_examples=200, deadline=None)
def test_no_other_reader_finds_anything_in_a_file_that_holds_nothing_else(data: bytes, name: str) -> None:
    text = text_of(data, name)
    if certificates.holds_nothing_else(text):
        assert [*logs.read(text, CONTEXT), *outputs.read(text, CONTEXT)] == []
