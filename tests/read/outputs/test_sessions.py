"""Where the terminal of a text breaks: the messages of a thread."""

from __future__ import annotations

import pytest

from analyzer.read.outputs.sessions import turns
from analyzer.read.text import Line
from analyzer.read.text.prompts import find_prompt

PROMPT = "root@fmc-9:/# date"


def sessions_of(*texts: str) -> list[int]:
    """The session of each prompt. A quote mark before a text is taken off, as a reader of texts does."""
    lines = [
        Line(at, at * 100, text.lstrip("> "), taken=text[: len(text) - len(text.lstrip("> "))]) for at, text in enumerate(texts, start=1)
    ]
    prompts = {at: found for at, line in enumerate(lines) if (found := find_prompt(line.text)) is not None}
    return [turn.session for turn in turns(lines, prompts) if turn.prompt is not None]


@pytest.mark.parametrize(
    "between",
    [
        "On Sun, Nov 22, 2026 at 17:02 Sam <sam@example.net> wrote:",
        "Am 22.11.2026 um 17:02 schrieb Sam:",
        "-----Original Message-----",
        "From: Sam <sam@example.net>",
        "Sent: Sunday, November 22, 2026 5:02 PM",
        "Von: Ben  Gesendet: Sonntag 22. November 2026 17:02",
        "보낸 날짜: 2026년 11월 22일 17:02",
    ],
)
def test_a_message_of_a_thread_ends_the_terminal_above(between: str) -> None:
    first, second = sessions_of(PROMPT, "text", between, PROMPT)

    assert first != second


def test_a_change_of_quote_depth_ends_the_terminal_above() -> None:
    assert len(set(sessions_of(PROMPT, "text", "> " + PROMPT, "> text", ">> " + PROMPT))) == 3


@pytest.mark.parametrize("between", ["text", "", "From: here", "On the FMC"])
def test_an_output_does_not_end_its_terminal(between: str) -> None:
    first, second = sessions_of(PROMPT, "text", between, PROMPT)

    assert first == second


@pytest.mark.parametrize(
    ("left", "following", "is_same"),
    [
        ("root@firepower:/# exit", "root@firepower:/var/log# date", False),
        ("[root@firepower admin]# logout", "[root@firepower log]# date", False),
        ("root@fmc-9:/# exit", "admin@fmc-9:~$ date", True),
        ("admin@fmc-9:~$ date", "root@fmc-9:/# date", True),
    ],
)
def test_root_that_was_left_is_followed_by_another_appliance_where_root_types_on(left: str, following: str, is_same: bool) -> None:
    first, second = sessions_of(left, following)

    assert (first == second) is is_same
