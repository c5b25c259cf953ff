"""What is wrong with a command line, in the language of the reader.

typer writes these sentences in English, without a catalogue. They are known here by their form, and said anew; one that is not known stays.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import typer

from analyzer.texts import N_, _

USAGE_ERROR: Any = typer.BadParameter.__base__
"""The class of all errors of a command line. typer does not export it."""

_FORMS: tuple[tuple[str, str], ...] = (
    (r"Missing argument '(?P<name>.*)'\.", N_("Missing argument '{name}'.")),
    (r"Missing option '(?P<name>.*)'\.", N_("Missing option '{name}'.")),
    (r"Missing command\.", N_("Missing command.")),
    (r"No such option: (?P<name>\S+)", N_("No such option: {name}")),
    (
        r"No such option: (?P<name>\S+)(?: Did you mean (?P<near>.+)\?| \(Possible options: (?P<others>.+)\))",
        N_("No such option: {name} (Possible options: {near})"),
    ),
    (r"No such command '(?P<name>.*?)'\.", N_("No such command '{name}'.")),
    (r"No such command '(?P<name>.*?)'\. Did you mean (?P<near>.+)\?", N_("No such command '{name}'. Did you mean {near}?")),
    (r"Invalid value for '?(?P<name>[^:']+)'?: (?P<why>.+)", N_("Invalid value for {name}: {why}")),
    (r"Invalid value: (?P<why>.+)", N_("Invalid value: {why}")),
    (r"(?P<value>'.*') is not a valid int(?:eger)?(?: range)?\.", N_("{value} is not a whole number.")),
    (r"(?P<value>\S+) is not in the range (?P<range>.+)\.", N_("{value} is not in the range {range}.")),
    (r"Option '(?P<name>.*)' requires (?:an|\d+) arguments?\.", N_("Option '{name}' requires an argument.")),
    (r"Option '(?P<name>.*)' does not take a value\.", N_("Option '{name}' does not take a value.")),
    (r"Got unexpected extra argument(?:s|\(s\))? \((?P<extra>.*)\)\.?", N_("Got unexpected extra arguments ({extra})")),
)
"""How the library says it, and the sentence of ours. ``others`` and ``near`` are two ways to name what may have been meant."""


@contextmanager
def in_words_of_the_reader() -> Iterator[None]:
    """Within it, an error of the command line is shown in the language that is spoken then."""
    try:
        yield
    except USAGE_ERROR as error:
        if type(error).__name__ != "NoArgsIsHelpError":  # that one is the help itself
            said = message(error.format_message())
            error.show = partial(_show, error, said)
        raise


def message(text: str) -> str:
    """The library's sentence in the language of the reader."""
    for form, sentence in _FORMS:
        found = re.fullmatch(form, text, re.DOTALL)
        if found is not None:
            parts = {name: part for name, part in found.groupdict().items() if part is not None}
            if "others" in parts:
                parts["near"] = parts["others"]
            if "why" in parts:
                parts["why"] = message(parts["why"])
            return _(sentence).format(**parts)
    return text


def _show(error: Any, said: str, file: Any = None) -> None:
    file = file or sys.stderr
    if error.ctx is not None:
        usage = error.ctx.get_usage().removeprefix("Usage:")
        command, options = error.ctx.command_path, error.ctx.help_option_names
        file.write(_("Usage:") + usage + "\n" + _("Try '{command} {option}' for help.").format(command=command, option=options[0]) + "\n\n")
    file.write(_("Error: {message}").format(message=said) + "\n")
