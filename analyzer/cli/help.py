"""``--help`` in the language of the reader.

The texts of commands and options are written down when the program is loaded, before anybody can say in which language to read them.
They are English there, marked for the catalogues, and translated here when a command line is run.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from typer.core import TyperCommand, TyperGroup

from analyzer.cli.signals import printing
from analyzer.cli.usage_errors import in_words_of_the_reader
from analyzer.texts import LANGUAGES, N_, _, language_of, speaking

_OURS = (N_("Usage:"), N_("Options"), N_("Arguments"), N_("Commands"), N_("Show this message and exit."))
"""What the library says of its own accord."""

_LIKE_A_FILE = re.compile(r"[/\\]|\.[A-Za-z0-9]{1,5}\Z|\*")
"""An argument that is a path, a name with an ending, or a pattern."""

_EXTRA = re.compile(r"  \[(?:default: (?P<default>.*)|required)\]\Z", re.DOTALL)


def asked_language(arguments: Sequence[str]) -> str:
    """The language that a command line asks for with ``--lang``, else that of the environment. Nothing is refused here."""
    asked = ""
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        name, equals, value = argument.partition("=")
        if name == "--lang":
            asked = value if equals else "".join(arguments[place + 1 : place + 2])
    return asked if asked in LANGUAGES else language_of()


def with_epilog(epilog: Callable[[], str]) -> Mapping[str, type[Any]]:
    """The classes of a command and of a group whose help ends with this text, made when it is shown."""
    told = {"told": staticmethod(epilog)}
    return {"command": type("TellingCommand", (TranslatedCommand,), told), "group": type("TellingGroup", (TranslatedGroup,), told)}


class TranslatedCommand(TyperCommand):
    """A command whose help is translated when it is shown."""

    told: Callable[[], str] | None = None

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        self.help = _translated(self.help)
        spoken: Any = _Spoken(formatter)
        super().format_help(ctx, spoken)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write what stands at the end of the help."""
        self.epilog = self.told() if self.told else None
        super().format_epilog(ctx, formatter)


class TranslatedGroup(TyperGroup):
    """A group of commands, the same. The outermost one also decides the language: everything below it speaks it."""

    told: Callable[[], str] | None = None

    def main(self, args: Sequence[str] | None = None, *given: Any, **named: Any) -> Any:
        """Run the command line."""
        with speaking(asked_language(sys.argv[1:] if args is None else args)):
            return super().main(args, *given, **named)

    def make_context(self, *given: Any, **named: Any) -> Any:
        """Parse the command line. ``--help`` prints here."""
        with printing(), in_words_of_the_reader():
            return super().make_context(*given, **named)

    def invoke(self, ctx: Any) -> Any:
        """Run the command. Whoever reads what it prints may stop reading: that is no failure."""
        with printing(), in_words_of_the_reader():
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command. Evidence in its place is what a person gives who leaves the command away."""
        name = args[0]
        is_there = os.path.exists(name)  # noqa: PTH110 - Path.exists raises for a name that is too long
        if self.get_command(ctx, name) is None and "analyze" in self.commands and (is_there or _LIKE_A_FILE.search(name)):
            from analyzer.report.neutralise import neutralise

            told = _("'{name}' is not a command. Did you mean: sftunnel-analyzer analyze {name}")
            ctx.fail(told.format(name=neutralise(name)))
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        self.help = _translated(self.help)
        spoken: Any = _Spoken(formatter)
        super().format_help(ctx, spoken)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands: the short text of each is the beginning of its translated help."""
        for command in self.commands.values():
            command.help = _translated(command.help)
        headed: Any = _Headed(formatter.plain)
        super().format_commands(ctx, headed)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write what stands at the end of the help."""
        self.epilog = self.told() if self.told else None
        super().format_epilog(ctx, formatter)


class _Headed:
    """A help formatter that translates the words which the library puts at the head of a section."""

    def __init__(self, plain: Any) -> None:
        self.plain = plain

    def __getattr__(self, name: str) -> Any:
        return getattr(self.plain, name)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        self.plain.write_usage(prog, args, prefix or _("Usage:") + " ")

    def section(self, name: str) -> AbstractContextManager[None]:
        section: AbstractContextManager[None] = self.plain.section(_(name))
        return section


class _Spoken(_Headed):
    """The same, and the texts of options, before they are wrapped to the width of the terminal."""

    def write_dl(self, rows: Iterable[tuple[str, str]], *given: Any, **named: Any) -> None:
        self.plain.write_dl([(term, _explained(text)) for term, text in rows], *given, **named)


def _explained(text: str) -> str:
    """What an option is for, with the default or the "required" that the library put behind it."""
    extra = _EXTRA.search(text)
    if extra is None:
        return _(text)
    what = _(text[: extra.start()])
    if extra["default"] is None:
        return what + "  " + _("[required]")
    return what + "  " + _("[default: {value}]").format(value=extra["default"])


def _translated(text: str | None) -> str:
    return _(text) if text else ""
