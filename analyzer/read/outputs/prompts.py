"""Shell prompts in pasted terminal text: which box, which folder, which command.

``root@fmcv72:/Volume/home/admin# cat x`` and ``admin@BSNS-1120-1:~$`` name the box; the CLISH prompt ``> show managers`` does not,
and text below it must not be given to the box of an older prompt.
"""

from __future__ import annotations

import posixpath
import re

from msgspec import Struct

_LONGEST = 4_000
_SHELL = re.compile(
    r"[ \t]{0,40}(?:> ?){0,3}"
    r"(?P<user>[A-Za-z_][A-Za-z0-9_.-]{0,31})@(?P<host>[A-Za-z0-9_.-]{1,253}):(?P<folder>[/~][^\s#$]{0,1023})[#$]"
    r"(?:[ \t](?P<command>.*))?$"
)
_CLISH = re.compile(r"[ \t]{0,40}>(?:[ \t]{1,3}(?P<command>[a-z][^|>]*))?$")
_CURSOR = " \t\u2588"
"""What may stand after the last character: blanks and the terminal's cursor."""


class Prompt(Struct, frozen=True):
    """A prompt and what was typed at it ("" when nothing was). ``host`` and ``folder`` are "" for CLISH, ``folder`` may be ``~``."""

    user: str
    host: str
    folder: str
    command: str

    def path(self, written: str) -> str:
        """The absolute path of a file named in the command, or the name as written when the folder is not known."""
        if written.startswith("/") or not self.folder.startswith("/"):
            return written
        return posixpath.normpath(posixpath.join(self.folder, written))


def find_prompt(line: str) -> Prompt | None:
    """The prompt that a line begins with, or None."""
    if "@" not in line and ">" not in line:
        return None
    line = line[:_LONGEST].rstrip(_CURSOR)
    shell = _SHELL.match(line)
    if shell is not None:
        return Prompt(shell["user"], shell["host"], shell["folder"], (shell["command"] or "").strip())
    clish = _CLISH.match(line)
    if clish is not None:
        return Prompt("", "", "", (clish["command"] or "").strip())
    return None
