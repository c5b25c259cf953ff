"""Where the verdict is coloured: on a terminal, and where the user tells rich that a stream is one."""

from __future__ import annotations

import io
import sys

import pytest

from analyzer.cli.screen import progress, show_verdict
from analyzer.report.terminal import render_terminal
from tests.report.builders_report import expired_mixed


def shown(monkeypatch: pytest.MonkeyPatch, *, terminal: bool = False, encoding: str = "utf-8", **environment: str) -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    monkeypatch.setattr(stream, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr(sys, "stdout", stream)
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    show_verdict(expired_mixed())
    stream.flush()
    return raw.getvalue().decode(encoding)


def test_a_pipe_gets_the_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch) == render_terminal(expired_mixed())


def test_a_pipe_of_another_code_page_gets_ascii_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, encoding="ascii") == render_terminal(expired_mixed(), ascii_only=True)


def test_a_terminal_gets_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[1;31m" in shown(monkeypatch, terminal=True)


@pytest.mark.parametrize(("name", "value"), [("FORCE_COLOR", "1"), ("TTY_COMPATIBLE", "1")])
def test_a_pipe_that_shows_colour_gets_it_when_the_user_says_so(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    assert "\x1b[1;31m" in shown(monkeypatch, **{name: value})


def test_a_user_who_says_that_a_stream_is_no_terminal_gets_the_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, TTY_COMPATIBLE="0") == render_terminal(expired_mixed())


def test_bytes_are_counted_without_a_terminal_too(capsys: pytest.CaptureFixture[str]) -> None:
    with progress(("samples",)) as advance:
        advance(5)

    assert capsys.readouterr() == ("", "")
