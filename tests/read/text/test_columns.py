"""Two panes side by side: a screen that is told of, and not read as one terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.pasted import analyzed

LEFT = ["root@ftd-a:/home/admin# sftunnel-status-brief", "PEER:198.51.100.7", "ChannelA Connected: Yes", "Registration: Completed."]
RIGHT = ["root@ftd-b:/home/admin# sftunnel-status-brief", "PEER:198.51.100.7", "ChannelA Connected: No", "Registration: Completed."]


def _screen(bar: str) -> str:
    return "\n".join(f"{left:<60}{bar}{right}" for left, right in zip(LEFT, RIGHT, strict=True))


@pytest.mark.parametrize("bar", ["\u2502", "\u2503", "\u2551"])
def test_a_screen_of_two_panes_makes_the_run_incomplete(bar: str, tmp_path: Path) -> None:
    (damage,) = analyzed(tmp_path, {"screen": _screen(bar)}).incomplete

    assert "two panes side by side" in damage.reason
    assert damage.location.line == 1


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LEFT),
        "\n".join(f"\u2502 {left:<50} \u2502 {right:<50} \u2502" for left, right in zip(LEFT, RIGHT, strict=True)),
        "\n".join([*LEFT, f"{'a note':<30}\u2502 b"]),
    ],
    ids=["one terminal", "a table", "one bar"],
)
def test_a_terminal_and_a_table_are_no_screen_of_panes(text: str, tmp_path: Path) -> None:
    assert not [one for one in analyzed(tmp_path, {"screen": text}).incomplete if "panes" in one.reason]
