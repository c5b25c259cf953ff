"""A text as the recognisers of this package see it: secrets blanked, prompts found once, cheap literal checks."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from analyzer.model.location import Evidence
from analyzer.read.outputs.credential_rows import LOOKS_LIKE, CredentialRow, credential_rows, is_devices_csv
from analyzer.read.outputs.prompts import Prompt, find_prompt
from analyzer.read.secrets import Withheld
from analyzer.read.text import Line, Text

LINE_CHARACTERS = 2_000
"""Characters of a line that a recogniser looks at: no output that is read here is wider."""

_PEM_BODY = re.compile(r"[A-Za-z0-9+/=\s]*|[A-Za-z-]{2,30}: .{0,200}")
_BASE64_LINE = re.compile(r"\s*[A-Za-z0-9+/=]{60,}\s*")


class Page:
    """One whole text. ``lines`` has PEM and credential lines blanked."""

    def __init__(self, text: Text, port: int) -> None:
        self.text = text
        self.port = port
        self.name = text.name.lower()
        self.path = f"/{(text.location.member or text.location.artifact)}".lower()

    def has(self, *literals: str) -> bool:
        """Any of the literals (lower case) stands somewhere in the text."""
        return self.text.has(*map(str.encode, literals))

    @cached_property
    def lowered(self) -> str:
        """All of the text, its ASCII letters in lower case, for checks that need a pattern."""
        return self.text.lowered.decode("utf-8", "replace")

    @cached_property
    def credentials(self) -> tuple[CredentialRow, ...]:
        """Rows that may hold a password."""
        if is_devices_csv(self.name) or self.has("passw") or LOOKS_LIKE.search(self.lowered) is not None:
            return tuple(credential_rows(self.text.lines, self.name))
        return ()

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines, with everything blanked that no evidence of this package may quote."""
        hidden = {row.index for row in self.credentials} | self._pem_lines()
        withheld = Withheld()
        return tuple(
            Line(line.number, line.offset, "", line.cut) if index in hidden else withheld.line(line)
            for index, line in enumerate(self.text.lines)
        )

    @cached_property
    def prompts(self) -> dict[int, Prompt]:
        """The prompts by line index, in order."""
        found = {}
        if self.has("@", ">"):
            for index, line in enumerate(self.lines):
                prompt = find_prompt(line.text)
                if prompt is not None:
                    found[index] = prompt
        return found

    @cached_property
    def _prompt_lines(self) -> tuple[int, ...]:
        return tuple(self.prompts)

    def prompt_index(self, index: int) -> int | None:
        """The line of the nearest prompt at or above a line, or None."""
        at = bisect_right(self._prompt_lines, index)
        return self._prompt_lines[at - 1] if at else None

    def prompt(self, index: int) -> Prompt | None:
        """The nearest prompt at or above a line."""
        at = self.prompt_index(index)
        return None if at is None else self.prompts[at]

    def host(self, index: int) -> str:
        """The box whose prompt is the nearest above, "" when none is or it does not name one."""
        prompt = self.prompt(index)
        return prompt.host if prompt is not None else ""

    def typed(self, at: int, until: int, limit: int = 4) -> str:
        """The command typed at a prompt, with the lines below it that it was wrapped into, at most ``limit`` and none from ``until`` on."""
        parts = [self.prompts[at].command]
        for index in range(at + 1, min(until, at + 1 + limit)):
            text = self.lines[index].text
            if not text.strip() or index in self.prompts:
                break
            parts.append(text)
        return "".join(parts)[:LINE_CHARACTERS]

    def evidence(self, index: int, last: int | None = None, text: str | None = None) -> Evidence:
        """The evidence for a line or a run of lines (by index), quoting ``text`` or the first line."""
        return self.text.evidence(
            self.lines[index], None if last is None else self.lines[last], text, near=(index, index if last is None else last)
        )

    def _pem_lines(self) -> set[int]:
        hidden: set[int] = set()
        inside = False
        for index, line in enumerate(self.text.lines):
            text = line.text
            if "-----" in text and ("-----BEGIN " in text or "-----END " in text):
                inside = "-----BEGIN " in text
                hidden.add(index)
            elif inside:
                inside = _PEM_BODY.fullmatch(text) is not None
                if inside:
                    hidden.add(index)
            if len(text) >= 60 and _BASE64_LINE.fullmatch(text):
                hidden.add(index)
        return hidden
