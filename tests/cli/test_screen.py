"""Where the verdict is coloured: on a terminal, and where the user tells rich that a stream is one."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from analyzer.cli.screen import _size, progress, show_verdict
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
    assert shown(monkeypatch, encoding="ascii") == render_terminal(expired_mixed(), "ascii")


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


def test_a_pipe_of_a_korean_code_page_gets_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the signs are missing in it; the letters are not."""
    text = render_terminal(replace(expired_mixed(), language="ko"), "cp949")

    assert text.encode("cp949").decode("cp949") == text
    assert "즉시" in text
    assert "\\u" not in text


def test_an_encoding_that_python_does_not_know_is_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    assert render_terminal(expired_mixed(), "no-such-encoding") == render_terminal(expired_mixed(), "ascii")


def test_what_cannot_be_looked_at_does_not_end_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder without the right to enter it, on a terminal: the bar only guesses how much there is to read."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/locked").write_text("locked")
    (tmp_path / "open").write_text("12345")
    real = Path.lstat

    def lstat(path: Path) -> os.stat_result:
        if path.name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "lstat", lstat)

    assert _size(tmp_path) == 5
