"""The one place where a command becomes text, and where a value from evidence is judged fit to stand in one.

Printed commands end up in a root shell, so a value must look like what it is said to be; quoting comes after that, never
instead of it. The text is printable ASCII without trailing blanks: Cisco document 222464 shows in its own listings what
invisible pasted characters do (field notes 9).
"""

from __future__ import annotations

import ipaddress
import re
import shlex
import string
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from analyzer.model.answer import Answer, Missing
from analyzer.model.plan import Argument, ArgumentKind, Command, Refused, Word
from analyzer.texts import N_, _

END_OF_FILE = "EOF"
"""The word that closes a here-document."""

LONGEST_VALUE = 400
"""Characters of a value that may stand in a command."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_EPOCH = re.compile(r"[1-9][0-9]{8,10}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PATH_CHARACTERS = frozenset(string.ascii_letters + string.digits + "/._+-")
_NAME_CHARACTERS = frozenset(string.ascii_letters + string.digits + " ._-")
_ALPHANUMERIC = frozenset(string.ascii_letters + string.digits)


class UnsafeCommand(ValueError):
    """A command that must not be printed: a value that does not look like its kind, or a character that a shell would not show."""


def _is_address(value: str) -> bool:
    """IPv4 or IPv6 without a zone: Python accepts any text at all after ``%``."""
    if "%" in value:
        return False
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _is_path(value: str) -> bool:
    """Absolute, of plain characters; no step up, and no part that a program could take for an option."""
    parts = value.split("/")
    return (
        value.startswith("/")
        and value.strip("/") != ""
        and set(value) <= _PATH_CHARACTERS
        and not any(part == ".." or part.startswith("-") for part in parts)
    )


def _is_name(value: str) -> bool:
    """A device name that is safe in a command and in a CSV cell: begins and ends with a letter or digit, so never with ``=+-@``."""
    return bool(value) and len(value) <= 128 and value[0] in _ALPHANUMERIC and value[-1] in _ALPHANUMERIC and set(value) <= _NAME_CHARACTERS


def _is_date(value: str) -> bool:
    if _DATE.fullmatch(value) is None:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


_LOOKS: Mapping[ArgumentKind, tuple[str, Callable[[str], bool]]] = {
    ArgumentKind.UUID: (N_("a UUID"), lambda value: _UUID.fullmatch(value) is not None),
    ArgumentKind.ADDRESS: (N_("an IP address"), _is_address),
    ArgumentKind.PATH: (N_("an absolute path of letters, digits and . _ + -"), _is_path),
    ArgumentKind.NAME: (N_("a device name of letters, digits, blanks and . _ -"), _is_name),
    ArgumentKind.EPOCH: (N_("a Unix time in seconds"), lambda value: _EPOCH.fullmatch(value) is not None),
    ArgumentKind.DATE: (N_("a date such as 2026-11-23"), _is_date),
    ArgumentKind.CERTIFICATE: (N_("a certificate"), lambda _value: False),  # stands in a here-document, never in a word
}


MAX_PLACES = 5
"""Places that an argument keeps of those that name its value: each is enough to walk back to, and every command carries them."""


def looks_like(kind: ArgumentKind, value: str) -> bool:
    """The value looks like what it must be: plain ASCII, not too long, and of the kind's own form."""
    return value.isascii() and len(value) <= LONGEST_VALUE and _LOOKS[kind][1](value)


def argument(kind: ArgumentKind, answer: Answer[Any], what: str = "") -> Argument | Refused:
    """The answer as an argument of a command, or why it cannot be one. ``what`` names the value for a person ("the UUID of ftd-1").

    Evidence whose text holds the value comes first, else as it was. The refused value itself is not repeated in the sentence:
    it stays behind, in the evidence.
    """
    looks = _(_LOOKS[kind][0])
    what = what or looks
    if isinstance(answer, Missing):
        return Refused(what, answer.why, answer.obtain, answer.evidence)
    value = str(answer.value)
    if looks_like(kind, value):
        return Argument(kind, value, tuple(sorted(answer.evidence, key=lambda place: value not in place.text)[:MAX_PLACES]))
    if kind is ArgumentKind.NAME and looks_like(kind, "".join("x" if not sign.isascii() and sign.isalnum() else sign for sign in value)):
        return Refused(
            what,
            _("the name has letters that are not ASCII, and no document shows whether the copy scripts can read them"),
            _("copy the files by hand, with the steps in the plan of the device"),
            answer.evidence,
        )
    return Refused(
        what,
        _("the value in the evidence does not look like {looks}, so it must not be part of a command").format(looks=looks),
        _("read the value on the appliance itself and compare it with the evidence named here"),
        answer.evidence,
    )


def render_word(word: Word) -> str:
    """One word, quoted as a POSIX shell needs it. Raises `UnsafeCommand`."""
    text = ""
    for part in word.parts:
        if isinstance(part, Argument):
            if not looks_like(part.kind, part.value):
                raise UnsafeCommand(f"a value that is not {_LOOKS[part.kind][0]}: {part.value!a}")
            text += part.value
        else:
            text += part
    if not text or not _is_plain(text):
        raise UnsafeCommand(f"a word that cannot be printed: {text!a}")
    return shlex.quote(text)


def render(command: Command) -> str:
    """The command as it is typed: one line, or several when it has a here-document. Answers to its prompts are not part of it:
    a person reads the question first. Raises `UnsafeCommand`.
    """
    line = " ".join(render_word(word) for word in command.words)
    if command.output_to is not None:
        line = f"{line} > {render_word(command.output_to)}".lstrip()
    if not line:
        raise UnsafeCommand("a command without words and without a file to empty")
    if not command.here_document:
        return line
    for text in command.here_document:
        if text == END_OF_FILE or not _is_plain(text) or "PRIVATE KEY" in text:
            raise UnsafeCommand(f"a line that has no place in a here-document: {text[:40]!a}")
    return "\n".join((f"{line} << '{END_OF_FILE}'", *command.here_document, END_OF_FILE))


def _is_plain(text: str) -> bool:
    """Printable ASCII, and nothing invisible at its end."""
    return text.isascii() and text.isprintable() and not text.endswith(" ")
