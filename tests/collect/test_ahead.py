"""Unpacking in a second thread."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from analyzer.collect.ahead import Ahead
from analyzer.texts import language, speaking


def test_the_thread_speaks_the_language_of_whoever_started_it() -> None:
    def blocks() -> Iterator[bytes]:
        yield language().encode()

    with speaking("ko"):
        ahead = Ahead(blocks())

    assert ahead.pull() == b"ko"
    ahead.close()


def test_what_the_generator_raises_comes_out_where_its_blocks_do() -> None:
    def blocks() -> Iterator[bytes]:
        yield b"whole"
        raise ValueError("cut")

    ahead = Ahead(blocks())

    assert ahead.pull() == b"whole"
    with pytest.raises(ValueError, match="cut"):
        ahead.pull()
    ahead.close()
