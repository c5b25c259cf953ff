"""The groups of commands, each in a module of its own that is loaded when one of its commands is called: reading all of their options
takes as long as the rest of a start."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.main import get_group_from_info
from typer.models import TyperInfo

from analyzer.cli.help import TranslatedGroup
from analyzer.texts import N_


class Group(NamedTuple):
    """What is known of a group before it is loaded. ``module`` holds its ``app``."""

    module: str
    help: str


GROUPS = {
    "rules": Group("analyzer.cli.rules", N_("List, explain, check, test and create rules.")),
    "formats": Group("analyzer.cli.formats", N_("List and show the supported forms of evidence.")),
    "triage": Group(
        "analyzer.cli.triage", N_("Analyze many cases and write one page: whom to call first, what expires when, what could not be read.")
    ),
}


class RootGroup(TranslatedGroup):
    """The outermost group: a group of commands below it is loaded when it is named."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command."""
        group = GROUPS.get(args[0])
        if group is not None:
            info = TyperInfo(import_module(group.module).app)
            self.commands[args[0]] = get_group_from_info(
                info, pretty_exceptions_short=False, rich_markup_mode=self.rich_markup_mode, suggest_commands=True
            )
        return super().resolve_command(ctx, args)


def add_groups(app: typer.Typer) -> None:
    """Add all groups by name and help."""
    for name, group in GROUPS.items():
        app.add_typer(typer.Typer(name=name, help=group.help, cls=TranslatedGroup))
