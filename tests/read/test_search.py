"""Searching blocks of a log: the fast library and the standard one give the same answers."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.read import search

_BYTES = st.lists(st.sampled_from([b"sftunnel", b"sftunn", b"el", b"-----BEGIN ", b"-----", b"\n", b"\0", b"\xff"]), max_size=40).map(
    b"".join
)


@settings(max_examples=100, deadline=None)
@given(_BYTES, st.sampled_from([b"sftunnel", b"-----BEGIN ", b"\n"]), st.integers(0, 120), st.integers(0, 120))
def test_it_finds_and_counts_as_bytes_do(data: bytes, literal: bytes, start: int, end: int) -> None:
    start, end = min(start, len(data)), min(end, len(data))
    assert search.find(data, literal, start, end) == data.find(literal, start, end)
    assert search.count(data, literal, start, end) == data.count(literal, start, end)


def test_the_fast_library_is_installed_here() -> None:
    assert search.HAVE_STRINGZILLA
