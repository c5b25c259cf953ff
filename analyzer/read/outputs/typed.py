"""The commands whose output a line is: those typed at the prompt above it, or standing on a line of their own where there is no prompt."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from analyzer.read.outputs.commands import Command, commands
from analyzer.read.outputs.page import Page

_ABOVE = 40
"""Lines above an output within which a command without a prompt is looked for."""

_BARE = re.compile(
    r"[ \t]{0,8}(?:\$ |# )?((?:sudo |cd /|openssl |CERT_PATH=|telnet |nc |curl |md5sum |sha256sum |ls |cat |for \w)\S?.{0,1500})"
)
_PASSWORD = re.compile(r"(?:\[sudo\] )?[Pp]assword(?: for [^:]{1,60})?:")


class Output(Struct, frozen=True):
    """What stands between a prompt and the next: lines ``first`` to ``end`` (not included), the prompt's line left out.

    ``at`` is the prompt's line, None above the first one. ``commands`` is what was typed, [] above the first prompt.
    """

    at: int | None
    first: int
    end: int
    commands: tuple[Command, ...]

    def ran(self, *programs: str) -> Iterator[Command]:
        """The commands of these programs."""
        return (command for command in self.commands if command.program in programs)


def outputs(page: Page) -> Iterator[Output]:
    """Every output of a text, in order."""
    starts = sorted(page.prompts)
    if not starts or starts[0] > 0:
        yield Output(None, 0, starts[0] if starts else len(page.lines), ())
    for place, at in enumerate(starts):
        end = starts[place + 1] if place + 1 < len(starts) else len(page.lines)
        yield Output(at, at + 1, end, tuple(typed_at(page, at)))


def typed_at(page: Page, at: int) -> list[Command]:
    """The commands typed at a prompt."""
    prompt = page.prompts[at]
    return commands(_PASSWORD.split(prompt.command, maxsplit=1)[0], prompt.folder if prompt.folder.startswith("/") else "")


def typed_above(page: Page, first: int, floor: int = 0) -> list[Command]:
    """The commands on the nearest line above that begins as one does, in a text without prompts. A ``cd`` further above counts."""
    for above in range(first - 1, max(floor - 1, first - 1 - _ABOVE), -1):
        bare = _BARE.match(page.lines[above].text)
        if bare is None or (bare[1].startswith("cd /") and "&" not in bare[1] and ";" not in bare[1]):
            continue
        before = [page.lines[at].text.strip() for at in range(max(floor, above - 10), above)]
        moved = [line for line in before if line.startswith("cd /")]
        return commands(" ; ".join([*moved[-1:], bare[1]]))
    return []
