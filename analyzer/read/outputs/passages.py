"""Who speaks where in a text: one passage per prompt, or one for the whole text where it has none."""

from __future__ import annotations

from collections.abc import Iterator

from analyzer.model.passage import Passage, Shell
from analyzer.read.outputs.page import Page


def passages(page: Page) -> Iterator[Passage]:
    """The passages of a text, in order. A prompt of another host ends a session; a prompt without a host goes on with the one above."""
    if not page.lines:
        return
    starts = sorted(page.prompts)
    last = len(page.lines) - 1
    if not starts or starts[0] > 0:
        yield Passage(page.evidence(0, starts[0] - 1 if starts else last, ""))
    session, output, host_above = 0, 0, ""
    typed: set[str] = set()
    for at, start in enumerate(starts):
        until = starts[at + 1] if at + 1 < len(starts) else last + 1
        prompt = page.prompts[start]
        command = page.typed(start, until)
        if prompt.host and host_above and prompt.host != host_above:
            session += 1
        if prompt.host:
            host_above = prompt.host
        elif not host_above and command:
            output += command in typed
            typed = {command} if command in typed else typed | {command}
        yield Passage(
            page.evidence(start, until - 1),
            host=prompt.host,
            user=prompt.user,
            folder=prompt.folder,
            command=command,
            shell=Shell.EXPERT if prompt.host else Shell.CLISH,
            session=session,
            output=output,
        )
