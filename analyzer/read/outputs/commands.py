"""What was typed at a prompt, as simple commands: program, arguments, folder, and the file that each one reads.

``sudo``, assignments and ``cd`` before a command, pipes, ``&&`` and ``;``, loops over named files: people type all of it.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator, Sequence

from msgspec import Struct

MAX_COMMAND_CHARACTERS = 2_000
_MOST_WORDS = 400
_MOST_LOOPED = 20
_SEPARATORS = frozenset((";", "&&", "||", "|", "&", "|&", "(", ")", "{", "}", "do", "then", "else", "!", ";;"))
_PREFIXES = frozenset(("sudo", "time", "nohup", "env", "command", "exec", "nice", "ionice", "stdbuf"))
_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,40})=(.*)", re.DOTALL)
_VARIABLE = re.compile(r"\$(?:\{([A-Za-z_][A-Za-z0-9_]{0,40})\}|([A-Za-z_][A-Za-z0-9_]{0,40}))")
_SUDO_WITH_VALUE = frozenset(("-u", "-g", "-p", "-C", "-h", "-n5", "-s"))


class Command(Struct, frozen=True):
    """One simple command. ``program`` is its name without folder, ``folder`` where it ran ("" unknown), ``reads`` the file that its input
    comes from (``< FILE``, or ``cat FILE |`` before it)."""

    program: str
    arguments: tuple[str, ...]
    folder: str
    reads: str = ""

    def option(self, name: str) -> str:
        """The value behind an option, the last one where it stands twice; "" when it is not there."""
        values = [value for key, value in zip(self.arguments, self.arguments[1:], strict=False) if key == name]
        return values[-1] if values else ""

    def path(self, written: str) -> str:
        """The absolute path of a file, or the name as written when the folder is not known; "" for one that a variable or pattern hides."""
        if not written or any(sign in written for sign in "$*?{}`"):
            return ""
        if written.startswith("/") or not self.folder.startswith("/"):
            return written
        return posixpath.normpath(posixpath.join(self.folder, written))


def commands(typed: str, folder: str = "") -> list[Command]:
    """The simple commands of a line, in order. A line that is no shell text (an open quote) is taken word by word."""
    words = _words(typed[:MAX_COMMAND_CHARACTERS])[:_MOST_WORDS]
    found: list[Command] = []
    variables: dict[str, list[str]] = {}
    here = folder
    piped_from = ""
    for simple, separator in _simple(words):
        if simple[:1] == ["for"] and "in" in simple[:3]:
            variables[simple[1]] = simple[simple.index("in") + 1 :][:_MOST_LOOPED]
            continue
        plain = _unprefixed(simple, variables)
        if not plain:
            continue
        if plain[0] == "cd" and len(plain) > 1:
            here = _joined(here, plain[1])
            continue
        for expanded in _expanded(plain, variables):
            found.append(_command(expanded, here, piped_from))
            found += _inside(expanded, here, variables)
        last = found[-1]
        piped_from = ""
        if separator in ("|", "|&") and last.program in ("cat", "sudo", "zcat") and last.arguments:
            piped_from = last.arguments[-1]
    return found


def _words(typed: str) -> list[str]:
    reader = shlex.shlex(typed, posix=True, punctuation_chars=True)
    reader.whitespace_split = True
    reader.commenters = ""
    try:
        return list(reader)
    except ValueError:  # an open quote: the copy was cut
        return typed.replace('"', " ").replace("'", " ").replace(";", " ; ").replace("|", " | ").split()


def _simple(words: Sequence[str]) -> Iterator[tuple[list[str], str]]:
    """The words between separators, and the separator behind them."""
    current: list[str] = []
    for word in words:
        if word in _SEPARATORS or (word and not word.strip("();&|")):
            if current:
                yield current, word
            current = []
        else:
            current.append(word)
    if current:
        yield current, ""


def _unprefixed(words: list[str], variables: dict[str, list[str]]) -> list[str]:
    """Without assignments (which are kept) and programs that only run another one."""
    at = 0
    while at < len(words):
        word = words[at]
        assigned = _ASSIGNMENT.fullmatch(word)
        if assigned is not None:
            if not assigned[2].startswith("$"):
                variables[assigned[1]] = [assigned[2]]
            at += 1
        elif word in _PREFIXES:
            at += 1
            while at < len(words) and words[at].startswith("-"):
                at += 2 if words[at] in _SUDO_WITH_VALUE else 1
        elif word == "timeout" and at + 1 < len(words):
            at += 2
        elif word == "while":
            at += 1
        else:
            return words[at:]
    return []


def _expanded(words: list[str], variables: dict[str, list[str]]) -> Iterator[list[str]]:
    """With known variables in their place; once for each file of a loop."""
    looped = next((name for word in words for name in _names(word) if len(variables.get(name, ())) > 1), "")
    for value in variables[looped] if looped else [""]:
        yield [_VARIABLE.sub(lambda found, value=value: _value(found, variables, looped, value), word) for word in words]  # type: ignore[misc]


def _names(word: str) -> list[str]:
    return [found[1] or found[2] for found in _VARIABLE.finditer(word)]


def _value(found: re.Match[str], variables: dict[str, list[str]], looped: str, value: str) -> str:
    name = found[1] or found[2]
    if name == looped:
        return value
    known = variables.get(name, ())
    return known[0] if len(known) == 1 else found[0]


def _command(words: list[str], folder: str, piped_from: str) -> Command:
    reads, kept = piped_from, []
    skip = False
    for at, word in enumerate(words):
        if skip:
            skip = False
        elif word == "<" and at + 1 < len(words):
            reads, skip = words[at + 1], True
        elif word.endswith((">", ">>")) and at + 1 < len(words) and not word.strip("0123456789>"):
            skip = True
        else:
            kept.append(word)
    program = posixpath.basename(kept[0]) if kept else ""
    return Command(program, tuple(kept[1:]), folder, reads)


def _inside(words: list[str], folder: str, variables: dict[str, list[str]]) -> list[Command]:
    """Commands in ``"$( ... )"`` and ``bash -c '...'``, which are one word."""
    found: list[Command] = []
    for word in words[1:]:
        if " " in word and ("openssl" in word or "/dev/tcp/" in word):
            for simple, _ in _simple(_words(word.replace("$(", " ( ").replace("`", " ; "))[:_MOST_WORDS]):
                plain = _unprefixed(simple, dict(variables))
                if plain:
                    found.append(_command(plain, folder, ""))
    return found


def _joined(folder: str, written: str) -> str:
    if written.startswith("/"):
        return posixpath.normpath(written)
    if not folder.startswith("/") or any(sign in written for sign in "$*?~"):
        return ""
    return posixpath.normpath(posixpath.join(folder, written))
