"""The folder of a prompt that does not show it whole: the one that an earlier ``cd`` of the same terminal went to."""

from __future__ import annotations

import posixpath
import re

from msgspec.structs import replace

from analyzer.model.passage import Shell
from analyzer.read.text import Prompt

_CD = re.compile(r"cd[ \t]{1,4}(?:--[ \t]{1,4})?[\"']?(/[^\s;&|\"'$*?]{0,1000}|[^\s;&|\"'$*?~/-][^\s;&|\"'$*?~]{0,1000})[\"']?[ \t]*")
_ANOTHER_SHELL = re.compile(r"(?:sudo[ \t]{1,4})?(?:ssh|telnet|su|bash|sh|expert|exit|logout|connect|chroot|docker|virsh)\b|\^D|sudo -[is]")

_REFUSED = re.compile(r"\bcd: .{1,1000}: (?:No such file|Not a directory|Permission denied)", re.IGNORECASE)


class Moves:
    """Follows the folder from prompt to prompt. One that shows another host, or a folder of another name, was not moved to by these."""

    def __init__(self) -> None:
        self._host = ""
        self._folder = ""

    def take(self, prompt: Prompt) -> Prompt:
        """The prompt, with the folder that is known. The command that is typed at it moves on."""
        if prompt.shell is not Shell.EXPERT:
            self._folder = ""
            return prompt
        if prompt.host.lower() != self._host:
            self._host, self._folder = prompt.host.lower(), ""
        if prompt.folder:
            self._folder = prompt.folder if prompt.folder.startswith("/") else ""
        elif prompt.tail and posixpath.basename(self._folder) != prompt.tail:
            self._folder = ""
        elif self._folder:
            prompt = replace(prompt, folder=self._folder)
        self._move(prompt.command)
        return prompt

    def refused(self, line: str) -> bool:
        """The line says that a ``cd`` failed: then it moved nowhere, and where it was is not kept."""
        if "cd:" not in line[:200] or _REFUSED.search(line[:1_500]) is None:
            return False
        self._folder = ""
        return True

    def _move(self, command: str) -> None:
        moved = _CD.fullmatch(command)
        if moved is not None and (moved[1].startswith("/") or self._folder):
            self._folder = posixpath.normpath(posixpath.join(self._folder or "/", moved[1]))
        elif moved is not None or command == "cd" or command.startswith("cd ") or _ANOTHER_SHELL.match(command) is not None:
            self._folder = ""
