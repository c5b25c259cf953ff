"""``sftunnel-analyzer formats ...``: what can be read, with an example of each."""

from __future__ import annotations

from typing import Annotated

import typer

from analyzer.cli.exit_codes import ExitCode
from analyzer.cli.groups import GROUPS
from analyzer.cli.help import TranslatedCommand, TranslatedGroup
from analyzer.texts import N_, _

app = typer.Typer(
    name="formats",
    help=GROUPS["formats"].help,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    cls=TranslatedGroup,
)


@app.command("list", cls=TranslatedCommand, help=N_("List the forms of evidence: the id and a description of each."))
def list_formats() -> None:
    """One line for each."""
    from analyzer.read.formats import formats

    width = max(len(one.id) for one in formats())
    for one in formats():
        typer.echo(f"{one.id:<{width}}  {_(one.title)}")


@app.command(cls=TranslatedCommand, help=N_("Show a form of evidence: what prints it, an example, and where it was seen."))
def show(form: Annotated[str, typer.Argument(metavar="ID", help=N_("The id of a form, as 'formats list' shows it."))]) -> None:
    """All that is known of it. Ends with 2 for an id that does not exist."""
    from analyzer.read.formats import formats

    found = next((one for one in formats() if one.id == form), None)
    if found is None:
        from analyzer.cli.boundary import fail

        told = _("there is no form of evidence with the id {id}: 'sftunnel-analyzer formats list' lists them").format(id=repr(form))
        raise typer.Exit(fail(told, ExitCode.USAGE))
    typer.echo(f"{_(found.title)}\n")
    typer.echo(_("Printed by: {what}").format(what=_(found.what)))
    typer.echo(_("Source: {source}").format(source=found.source))
    typer.echo(_("Example:"))
    typer.echo()
    for line in found.example.rstrip("\n").split("\n"):
        typer.echo(f"    {line}".rstrip())
