"""A text as the recognisers of this package see it: lines as their program wrote them, secrets blanked, commands parted from outputs.

What a recogniser can rely on:

- ``lines``: prefixes, markup and escape codes are gone, wrapped lines are joined (`analyzer.read.text`). Each knows its place in the file;
  ``evidence(index, last)`` makes the `Evidence` of one line or a run of them.
- ``prompts``: by line index, the prompt and the command typed at it. A command that stands in a line of its own, without a prompt, is one
  too (its ``shell`` is NONE). ``typed(at, until)`` gives the command joined with the lines that it was wrapped into.
- ``passages`` and ``passage(index)``: whose output a line is, with host, label, command, session, output number and moment.
- what ``sudo`` says between a command and its output is an empty line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from msgspec.structs import replace

from analyzer.model.location import Evidence
from analyzer.model.passage import Passage
from analyzer.read.outputs.credential_records import WORDS, credential_records
from analyzer.read.outputs.credential_rows import CredentialRow, credential_rows, is_devices_csv, may_have_rows
from analyzer.read.outputs.moves import Moves
from analyzer.read.outputs.sessions import Turn, turns
from analyzer.read.patterns import OWN_FILE
from analyzer.read.secrets import Withheld
from analyzer.read.text import Line, Prompt, Text
from analyzer.read.text.prompts import bare_command, find_prompt
from analyzer.read.text.records import is_anchored

LINE_CHARACTERS = 2_000
"""Characters of a line that a recogniser looks at: no output that is read here is wider."""

_PEM_BODY = re.compile(r"[A-Za-z0-9+/=\s]*|[A-Za-z-]{2,30}: .{0,200}")
_BASE64_LINE = re.compile(r"\s*[A-Za-z0-9+/=]{60,}\s*")
_SUDO = re.compile(
    r"\s{0,8}(?:(?:\[sudo\] )?[Pp]assword(?: for \S{1,64})?:\s*"
    r"|We trust you have received the usual lecture from the local System"
    r"|Administrator\. It usually boils down to these three things:"
    r"|#[123]\) (?:Respect the privacy|Think before you type|With great power).*"
    r"|For security reasons, the password you type will not be visible\.|Sorry, try again\.)\s*"
)
_LOGS = re.compile(r"var[/-]log[/-]")
_CD = re.compile(r"\s{0,8}cd\s{1,8}[\"']?(/[^\s\"';]{0,400})[\"']?\s*$")
_AFTER_CD = 12
"""Lines behind a ``cd`` in a line of its own to which its folder belongs."""

_AFTER_COMMAND = 14
"""Lines behind a command within which sudo asks."""


class Page:
    """One whole text. ``lines`` has PEM and credential lines blanked."""

    def __init__(self, text: Text, port: int) -> None:
        self.text = text
        self.port = port
        self.name = text.name.lower()
        self.path = f"/{(text.location.member or text.location.artifact)}".lower()

    @cached_property
    def is_pasted(self) -> bool:
        """Somebody may have pasted, mailed or saved it: it lies in no appliance's own tree and in no bundle that one packed."""
        location = self.text.location
        return OWN_FILE.search(location.member or location.artifact) is None

    @cached_property
    def is_kept_log(self) -> bool:
        """A log that an appliance keeps, in its tree or in a bundle that it packed."""
        return not self.is_pasted and _LOGS.search(self.path) is not None

    def has(self, *literals: str) -> bool:
        """Any of the literals (lower case) stands somewhere in the text."""
        return self.text.has(*_encoded(literals))

    @cached_property
    def lowered(self) -> str:
        """All of the text, its ASCII letters in lower case, for checks that need a pattern."""
        return self.text.lowered.decode("utf-8", "replace")

    @cached_property
    def credentials(self) -> tuple[CredentialRow, ...]:
        """Rows and records that may hold a password."""
        rows: list[CredentialRow] = []
        if is_devices_csv(self.name) or may_have_rows(self.has, lambda: self.lowered, self.text.lowered):
            rows += credential_rows(self.text.lines, self.name)
        if self.is_pasted and self.has(*WORDS):
            rows += credential_records(self.text.lines)
        return tuple(rows)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines, with everything blanked that no evidence of this package may quote, and what sudo says."""
        hidden = {row.index for row in self.credentials} | self._pem_lines()
        withheld = Withheld()
        lines = [replace(line, text="", taken="") if index in hidden else withheld.line(line) for index, line in enumerate(self.text.lines)]
        if self.has("password", "system\nadministrator"):
            lines = _without_sudo(lines)
        return tuple(lines)

    @cached_property
    def prompts(self) -> dict[int, Prompt]:
        """The prompts by line index, in order, and the commands that stand in a line of their own."""
        return _prompts(self.lines)

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
        """The appliance whose prompt is the nearest above, "" when none is or it does not name one."""
        prompt = self.prompt(index)
        return prompt.host if prompt is not None else ""

    def typed(self, at: int, until: int, limit: int = 4) -> str:
        """The command typed at a prompt, with the lines below it that it was wrapped into, at most ``limit`` and none from ``until`` on."""
        parts = [self.prompts[at].command]
        for index in range(at + 1, min(until, at + 1 + limit)):
            text = self.lines[index].text
            if not text.strip() or index in self.prompts:
                break
            if parts[-1].endswith("\\"):
                parts[-1] = parts[-1][:-1]
            parts.append(text)
        return "".join(parts)[:LINE_CHARACTERS]

    def evidence(self, index: int, last: int | None = None, text: str | None = None) -> Evidence:
        """The evidence for a line or a run of lines (by index), quoting ``text`` or the first line."""
        return self.text.evidence(
            self.lines[index], None if last is None else self.lines[last], text, near=(index, index if last is None else last)
        )

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """The text parted into commands with their outputs, in order. The first may have no command."""
        return tuple(turns(self.lines, self.prompts))

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Who speaks where: one passage per output."""
        return tuple(
            Passage(
                self.text.evidence(self.lines[one.first], self.lines[one.last], None if one.prompt is not None else ""),
                host="" if one.prompt is None else one.prompt.host,
                user="" if one.prompt is None else one.prompt.user,
                folder="" if one.prompt is None else one.prompt.folder,
                command=one.command,
                shell=one.shell,
                label=one.label,
                session=one.session,
                output=one.number,
                at=one.at,
            )
            for one in self.turns
        )

    def spoken(self) -> Iterator[Passage]:
        """The passages by places of the file: where the lines of several people were parted, one for each unbroken run of lines."""
        for turn, passage in zip(self.turns, self.passages, strict=True):
            first = turn.first
            for index in range(turn.first, turn.last + 1):
                if index < turn.last and 0 <= self.lines[index + 1].number - self.lines[index].end <= 1:
                    continue
                text = None if first == turn.first and turn.prompt is not None else ""
                yield replace(passage, evidence=self.text.evidence(self.lines[first], self.lines[index], text))
                first = index + 1

    def passage(self, index: int) -> Passage | None:
        """The passage that a line is in."""
        at = bisect_right(self._turn_starts, index)
        return self.passages[at - 1] if at else None

    @cached_property
    def _turn_starts(self) -> tuple[int, ...]:
        return tuple(one.first for one in self.turns)

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


@lru_cache(maxsize=512)
def _encoded(literals: tuple[str, ...]) -> tuple[bytes, ...]:
    """The same literals are asked for in every text."""
    return tuple(map(str.encode, literals))


def _prompts(lines: Sequence[Line]) -> dict[int, Prompt]:
    """Prompts and commands that stand alone. What a command was wrapped into is no command of its own; what stands below an empty prompt
    was typed at it."""
    found: dict[int, Prompt] = {}
    folder, moved = "", -_AFTER_CD
    last: Prompt | None = None
    wrapping = False
    moves = Moves()
    for index, line in enumerate(lines):
        prompt = find_prompt(line.text)
        if prompt is not None:
            found[index] = last = moves.take(prompt)
            wrapping = bool(prompt.command)
            continue
        if not line.text.strip() or moves.refused(line.text):
            wrapping = False
        elif wrapping:
            wrapping = not is_anchored(line.text)
        elif (prompt := bare_command(line.text)) is not None:
            if last is not None and not last.command and index - 1 in found:
                prompt = replace(last, command=prompt.command)
            elif index - moved < _AFTER_CD:
                prompt = replace(prompt, folder=folder)
            found[index] = last = prompt
            wrapping = False
        elif (cd := _CD.match(line.text)) is not None:
            folder, moved = cd[1], index
    return found


def _without_sudo(lines: list[Line]) -> list[Line]:
    """The same lines, those that sudo wrote behind a command emptied: they part nothing and belong to no output."""
    out = list(lines)
    command = -_AFTER_COMMAND
    for index, line in enumerate(lines):
        if "sudo" in line.text or find_prompt(line.text) is not None:
            command = index
        elif index - command < _AFTER_COMMAND and _SUDO.fullmatch(line.text) is not None:
            out[index] = replace(line, text="")
    return out
