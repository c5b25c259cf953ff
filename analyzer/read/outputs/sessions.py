"""A text parted into the turns of a terminal, each a command and its output: at whose prompt, in which unbroken session, under which
heading, and when."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from analyzer.model.passage import Shell
from analyzer.read.outputs.times import ctime, note_stamp
from analyzer.read.text import Line, Prompt

_HEADING_REACH = 3
_NEW_TERMINAL = re.compile(
    r"=~=~=~|\s{0,4}login as: |\S{0,80} login: |Last login: |Connection to \S{1,200} closed|Session (?:start|log)",
    re.IGNORECASE,
)
_MESSAGE = re.compile(
    r"\s{0,8}(?:"
    r"-{2,20} ?(?:Original|Forwarded|Urspr\u00fcng|Weitergeleitet|Messag|Mensaje|\uc6d0\ubcf8|\uc804\ub2ec|\u539f\u59cb|\u8f6c\u53d1)"
    r"|\*?(?:From|Date|Sent|Von|Datum|Gesendet|De|Envoy\u00e9|Enviado|Da|Inviato|Van|Verzonden"
    r"|\ubcf4\ub0b8 ?\uc0ac\ub78c|\ubcf4\ub0b8 ?\ub0a0\uc9dc"
    r"|\ub0a0\uc9dc|\u5dee\u51fa\u4eba|\u9001\u4fe1\u65e5\u6642|\u53d1\u4ef6\u4eba|\u53d1\u9001\u65f6\u95f4)"
    r"\*?\s?[:\uff1a]\*?.{0,200}?(?:@|(?<!\d)\d{4}(?!\d).{0,40}?\d:\d\d)"
    r"|(?:On|Am|Le|El|Il|Op)\b.{4,200}(?:wrote|schrieb|crit|escribi\u00f3|scritto|schreef)\b"
    r"|\d{4}\ub144.{4,200}\uc791\uc131"
    r")",
    re.IGNORECASE,
)
"""Where a message of a thread begins: its lines are not of the terminal above, and may well be older."""
_QUOTED = re.compile(r"\s{0,4}(?:>[ \t]?){1,9}")
_LEAVES = re.compile(r"(?:exit|logout|quit|end|en(?:able)?)\b|\^D")
_OPENS_ANOTHER = re.compile(r"(?:ssh|telnet)\s|connect (?:ftd|module|fxos|cimc|local-mgmt)|virsh console")
_OPENS_EXPERT = re.compile(r"expert\b")
_LABEL_CHARACTERS = 80
_HEADING = re.compile(r"\s{0,8}(?:#{1,6} |[=*_-]{2,20} ?)?(?P<label>[^\s=*_#:-].{0,120}?)\s{0,4}(?P<end>:|[=*_-]{2,40}|)\s{0,4}")
_MAX_HEADING_WORDS = 12
_COMMAND_LINES = 4


class Turn(Struct, frozen=True):
    """The lines ``first`` to ``last`` (indexes, both counted): a prompt with what its command printed, or text without a prompt.

    ``number``, ``session``, ``label`` and ``at`` are those of `Passage`.
    """

    first: int
    last: int
    prompt: Prompt | None = None
    command: str = ""
    shell: Shell = Shell.NONE
    label: str = ""
    session: int = 0
    number: int = 0
    at: datetime | None = None


class _Terminal:
    """What is known of the terminal that a text shows, while its outputs are read in order."""

    def __init__(self) -> None:
        self.session = 0
        self.number = 0
        self.host = ""
        self.last: Prompt | None = None
        self.label = ""
        self.at: datetime | None = None
        self._typed: set[str] = set()

    def leave(self) -> None:
        """What follows is not of the terminal above."""
        self.session += 1
        self.host, self.at, self.last = "", None, None

    def take(self, prompt: Prompt, command: str, broken: bool, answered: bool) -> None:
        """Take the next prompt. ``broken``: words of a person, or a new terminal, stand before it. ``answered``: the command printed
        something; one that did not, or was only completed by the shell, may well be typed again on the same appliance."""
        if broken or self._breaks(prompt):
            self.session += 1
            self.host, self.at = "", None
        if prompt.host:
            self.host = prompt.host
        elif not self.host and command and answered:
            if command in self._typed:
                self.number += 1
                self._typed = {command}
            else:
                self._typed.add(command)
        self.last = prompt

    def _breaks(self, prompt: Prompt) -> bool:
        """The prompt cannot be of the terminal above: nothing that was typed there leads to it."""
        last = self.last
        if last is None:
            return False
        if prompt.host and self.host and prompt.host.lower() != self.host.lower():
            return True
        if prompt.shell is Shell.NONE or last.shell is Shell.NONE:
            return prompt.shell is not last.shell and not (prompt.shell is Shell.NONE and last.shell is not Shell.NONE and not last.command)
        if _OPENS_ANOTHER.match(last.command):
            return True
        if prompt.user == last.user == "root" and _LEAVES.match(last.command) is not None:
            return True  # root was left to the user who became root, who has another prompt: this is another appliance
        if prompt.shell is Shell.CLISH and last.shell is Shell.EXPERT:
            return _LEAVES.match(last.command) is None
        return (
            last.shell is Shell.CLISH and prompt.shell is Shell.EXPERT and bool(prompt.host) and _OPENS_EXPERT.match(last.command) is None
        )


def turns(lines: Sequence[Line], prompts: Mapping[int, Prompt]) -> Iterator[Turn]:
    """The turns of a text, in order."""
    if not lines:
        return
    starts = sorted(prompts)
    last = len(lines) - 1
    terminal = _Terminal()
    marks = _message_starts(lines)
    if not starts or starts[0] > 0:
        end = starts[0] - 1 if starts else last
        yield from _without_prompt(lines, 0, end, marks, terminal)
    for at, start in enumerate(starts):
        until = starts[at + 1] if at + 1 < len(starts) else last + 1
        prompt = prompts[start]
        ends = next((mark for mark in marks[bisect_right(marks, start) :] if mark < until), until)
        following, until = until, ends
        command = _command(lines, prompts, start, until)
        heading, broken = _heading(lines, prompts, start)
        if broken:
            terminal.label = heading
        if marks[bisect_left(marks, start) : bisect_right(marks, start)]:
            terminal.leave()
        terminal.take(prompt, command, broken and terminal.last is not None, _is_answered(lines, start, until, command))
        said = _moment(lines, start, until, command)
        terminal.at = max(filter(None, (said, terminal.at)), default=None)
        yield Turn(
            start,
            until - 1,
            prompt,
            command,
            prompt.shell,
            _speaker(lines[start:until]) or terminal.label,
            terminal.session,
            terminal.number,
            terminal.at,
        )
        if until < following:
            yield from _without_prompt(lines, until, following - 1, marks, terminal)


def _without_prompt(lines: Sequence[Line], first: int, last: int, marks: Sequence[int], terminal: _Terminal) -> Iterator[Turn]:
    """Text without a prompt, parted where a message begins: none of them is of the terminal above."""
    starts = [first, *(mark for mark in marks[bisect_right(marks, first) : bisect_right(marks, last)])]
    for at, start in enumerate(starts):
        if marks[bisect_left(marks, start) : bisect_right(marks, start)]:
            terminal.leave()
        until = starts[at + 1] if at + 1 < len(starts) else last + 1
        part = lines[start:until]
        yield Turn(start, until - 1, label=_speaker(part), session=terminal.session, at=_newest_stamp(part))


def _message_starts(lines: Sequence[Line]) -> list[int]:
    """The lines at which a message of a thread begins, or that are quoted deeper or less deep than what is above."""
    found: list[int] = []
    depth: int | None = None
    for index, line in enumerate(lines):
        if not line.text.strip():
            continue
        marks = _QUOTED.match(line.taken)
        here = marks[0].count(">") if marks is not None else 0
        if (depth is not None and here != depth) or _MESSAGE.match(line.text[:400]) is not None:
            found.append(index)
        depth = here
    return found


def _is_answered(lines: Sequence[Line], start: int, until: int, command: str) -> bool:
    """The command printed something else than the words that its last word may be completed to."""
    printed = [text for line in lines[start + 1 : until] if (text := line.text.strip())]
    word = command.split()[-1] if command.split() else ""
    completed = len(printed) == 1 and bool(word) and all(one.startswith(word) for one in printed[0].split())
    return bool(printed) and not completed


def _command(lines: Sequence[Line], prompts: Mapping[int, Prompt], start: int, until: int) -> str:
    """What was typed, with the lines that it goes on in: those behind a backslash. A wrapped one was joined before."""
    command = prompts[start].command
    for index in range(start + 1, min(until, start + 1 + _COMMAND_LINES)):
        if not command.endswith("\\"):
            break
        command = command[:-1].rstrip() + " " + lines[index].text.lstrip("> ").strip()
    return command


def _heading(lines: Sequence[Line], prompts: Mapping[int, Prompt], start: int) -> tuple[str, bool]:
    """The words of a person right above a prompt, and whether there are any (or a new terminal): "On ftd-2:", "=== ftd-2 ===".

    The last line of an output is no heading: a heading has a blank line or the beginning of the text before it, and few words.
    """
    above = [index for index in range(start - 1, max(-1, start - 1 - _HEADING_REACH), -1) if lines[index].text.strip()]
    if not above or above[0] in prompts:
        return "", False
    index = above[0]
    text = lines[index].text
    if _NEW_TERMINAL.match(text):
        return "", True
    found = _HEADING.fullmatch(text) if len(text) < 160 else None
    if found is None or len(found["label"].split()) > _MAX_HEADING_WORDS or not (found["end"] or text.lstrip()[:1] in "#=*-"):
        return "", False
    alone = index == 0 or not lines[index - 1].text.strip() or index - 1 in prompts
    return (found["label"].strip(" :*=_-")[:_LABEL_CHARACTERS], True) if alone else ("", False)


_CHAT_NAME = re.compile(
    r"(?:[\])]|[AaPp]\.?[Mm]\.?|\d\d?:\d\d(?::\d\d)?)?[\s|-]{0,4}(?P<name>[A-Za-z][\w .,'()-]{1,60}?)\s{0,3}[:>]\s{0,3}$"
)


def _speaker(lines: Sequence[Line]) -> str:
    """The name that a chat put before the lines, "" where there is none, or several."""
    names = {found["name"].strip() for line in lines if line.taken and (found := _CHAT_NAME.search(line.taken)) is not None}
    return names.pop()[:_LABEL_CHARACTERS] if len(names) == 1 else ""


def _moment(lines: Sequence[Line], start: int, until: int, command: str) -> datetime | None:
    """The newest moment that an output states about itself: what ``date`` printed, or the stamp of a note before its lines."""
    moments = [_newest_stamp(lines[start:until])]
    words = command.split()
    if (words and words[0].rpartition("/")[2] == "date") or "date;" in command or command in ("show time", "show clock"):
        moments.extend(ctime(line.text) for line in lines[start + 1 : min(until, start + 4)])
    return max(filter(None, moments), default=None)


def _newest_stamp(lines: Sequence[Line]) -> datetime | None:
    return max(filter(None, (note_stamp(line.taken) for line in lines if line.taken)), default=None)
