"""The text of a command. `analyzer.prescribe.shell` is the one quoting function; the report only shows what it gives."""

from __future__ import annotations

import shlex

from analyzer.model.plan import Argument, Command, Word


def command_text(command: Command) -> str:
    """The command as it is typed, perhaps of several lines (a here-document)."""
    text = " ".join(_word(word) for word in command.words)
    if command.here_document:
        text += " <<'EOF'"
    if command.output_to is not None:
        text = f"{text} > {_word(command.output_to)}".lstrip()
    if command.here_document:
        text = "\n".join([text, *command.here_document, "EOF"])
    return text


def _word(word: Word) -> str:
    return shlex.quote("".join(part.value if isinstance(part, Argument) else part for part in word.parts))
