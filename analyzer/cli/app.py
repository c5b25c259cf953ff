"""The command line: options into one call, the result onto the terminal and into files, exceptions into exit codes."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from io import BufferedWriter, RawIOBase, TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from analyzer import __version__, backend
from analyzer.cli.exit_codes import ExitCode, table
from analyzer.cli.groups import RootGroup, add_groups
from analyzer.cli.help import TranslatedCommand, with_epilog
from analyzer.cli.moments import moment_of
from analyzer.cli.signals import hear_signals
from analyzer.cli.spoken import Language
from analyzer.texts import ENGLISH, N_, _

app = typer.Typer(
    name="sftunnel-analyzer",
    cls=RootGroup,
    help=N_("Offline evidence analyzer for the Cisco Secure Firewall sftunnel: what is wrong, on which device, and what to type."),
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich's help loads a Markdown reader and a highlighter: three times the rest of the start
    context_settings={"help_option_names": ["-h", "--help"]},
)


add_groups(app)

_TELLING = with_epilog(lambda: table(ExitCode))


def _show_version(value: bool) -> None:
    if value:
        from analyzer.cli.owners import other_owners

        typer.echo(f"sftunnel-analyzer {__version__}")
        for name in other_owners():
            text = _(
                "The distribution {name} also has a package named analyzer, and each overwrites the other. Install one of "
                "them separately, for example with pipx."
            )
            typer.echo(text.format(name=name), err=True)
        raise typer.Exit


def _choose_backend(value: str | None) -> None:
    if value:
        try:
            backend.choose(value)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error


Facts = Annotated[
    list[Path] | None,
    typer.Option(
        "--facts",
        metavar="FILE",
        help=N_(
            "Your statements about the case (see --write-facts): which appliance is which, roles, where a file is from. "
            "The report quotes them as yours."
        ),
    ),
]


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True, help=N_("Print the version."))] = False,
    lang: Language = None,
    _backend: Annotated[
        str | None, typer.Option("--backend", metavar="native|pure", hidden=True, envvar=backend.VARIABLE, callback=_choose_backend)
    ] = None,
) -> None:
    """Options that stand before any command. Which language is spoken, `TranslatedGroup` has decided by now.

    ``--backend`` is for tests and for comparing (`analyzer.backend`).
    """


@app.command(cls=_TELLING["command"], help=N_("Analyze the evidence of one case and write the report."))
def analyze(
    case: Annotated[
        list[str],
        typer.Argument(
            help=N_("Folders, bundles, archives, logs, captures, certificate files, or - for standard input. All of them are one case.")
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help=N_("Path of the HTML report."))] = Path("report.html"),
    json: Annotated[Path | None, typer.Option("--json", help=N_("Also write the result as JSON."))] = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help=N_("Evaluate as of this date or time (ISO 8601, UTC) instead of the current time.")),
    ] = None,
    rules: Annotated[list[Path] | None, typer.Option("--rules", help=N_("A folder with more rules. May be given more than once."))] = None,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help=N_("The sftunnel port to look for in captures."))] = 8305,
    plan_dir: Annotated[
        Path | None,
        typer.Option(
            "--plan-dir", metavar="DIR", help=N_("Also write the plan as text files, one for each appliance, into this new folder.")
        ),
    ] = None,
    embedded: Annotated[
        bool, typer.Option("--no-tshark", help=N_("Read captures with the embedded reader even if tshark is installed."))
    ] = False,
    explain: Annotated[
        list[str] | None,
        typer.Option("--explain", metavar="RULE[:SUBJECT]", help=N_("Print why a rule did or did not fire. May be given more than once.")),
    ] = None,
    limit: Annotated[
        list[str] | None, typer.Option("--limit", metavar="NAME=VALUE", help=N_("Change an input limit (see the command limits)."))
    ] = None,
    output_format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="text|json|csv",
            help=N_("Output on the terminal: the verdict, the result as JSON, or the devices as CSV."),
        ),
    ] = "text",
    summary: Annotated[
        bool, typer.Option("--summary", help=N_("Print the case in six lines, for a ticket or a mail, instead of the verdict."))
    ] = False,
    show: Annotated[
        list[str] | None,
        typer.Option(
            "--show",
            metavar="NAME",
            help=N_("Print the plan of one appliance, by name, address or UUID, instead of the verdict. May be given more than once."),
        ),
    ] = None,
    redact: Annotated[
        bool,
        typer.Option(
            "--redact",
            help=N_("Replace names, addresses, UUIDs, serial numbers and accounts. The map is written next to the report (mode 0600)."),
        ),
    ] = False,
    facts: Facts = None,
    write_facts: Annotated[
        Path | None,
        typer.Option(
            "--write-facts",
            metavar="FILE",
            help=N_(
                "Also write what is known about the appliances as a file with gaps for the open questions. Complete it and "
                "pass it to --facts."
            ),
        ),
    ] = None,
    lang: Language = None,
) -> None:
    """Judge as of a moment, write and print, and end with the code of the result."""
    from analyzer.cli.run import Format, Request, run
    from analyzer.model.limits import DEFAULT_LIMITS

    moment, source = moment_of(as_of)
    if output_format not in list(Format):
        told = _("Unknown format {format}: choose text, json or csv").format(format=repr(output_format))
        raise typer.BadParameter(told, param_hint="--format")
    try:
        limits = DEFAULT_LIMITS.changed(limit or ())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--limit") from None
    request = Request(
        paths=tuple(case),
        output=output,
        json=json,
        as_of=moment,
        as_of_source=source,
        rules=tuple(rules or ()),
        port=port,
        use_tshark=not embedded,
        explain=tuple(explain or ()),
        plan_dir=plan_dir,
        limits=limits,
        language=lang or ENGLISH,
        redact=redact,
        format=Format(output_format),
        facts=tuple(facts or ()),
        write_facts=write_facts,
        summary=summary,
        show=tuple(show or ()),
    )
    raise typer.Exit(run(request))


@app.command(cls=TranslatedCommand, help=N_("Compare the findings before and after a repair: fixed, still there, new, or unknown."))
def compare(
    before: Annotated[str, typer.Argument(help=N_("The evidence before the repair: a file or folder."))],
    after: Annotated[str, typer.Argument(help=N_("The evidence after it."))],
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help=N_("Evaluate both as of this date instead of the current time."))
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help=N_("Also write the comparison as an HTML page."))] = None,
    facts: Facts = None,
    lang: Language = None,
) -> None:
    """Analyze both as of the same moment, print what changed, and end with the code of the comparison."""
    from analyzer.cli.run import run_comparison

    moment, source = moment_of(as_of)
    raise typer.Exit(run_comparison(before, after, moment, source, lang or ENGLISH, tuple(facts or ()), output))


@app.command(cls=TranslatedCommand, help=N_("List all input limits. A result that hits a limit is marked incomplete and names the limit."))
def limits() -> None:
    """One line for each cap."""
    from analyzer.model.limits import Limits

    for name, value, meaning in Limits.described():
        typer.echo(f"{name:20} {value:>16,}  {_(meaning)}")


_STOPPED_EARLY = 130
"""How typer ends when Ctrl-C comes before the work has begun, whose own boundary tells of it later."""

COLLECT_EVERY = 200_000
"""Objects made between two looks of the garbage collector. Nearly all that a run makes stays until its end; 700, Python's own number,
costs a tenth of a small run."""


def main() -> None:
    """Entry point of ``sftunnel-analyzer``."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller (``>&-``): nobody listens
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - it serves to the end of the program
    if isinstance(sys.stdout, TextIOWrapper):
        if isinstance(sys.stdout.buffer, RawIOBase):  # PYTHONUNBUFFERED: what a full disk takes only in part would be lost without a word
            sys.stdout = TextIOWrapper(BufferedWriter(sys.stdout.buffer), sys.stdout.encoding, write_through=True)
        sys.stdout.reconfigure(
            errors="backslashreplace"
        )  # a terminal or pipe of another code page shows a letter that it lacks by its number
    if sys.argv[1:2] not in (["-h"], ["--help"], ["--version"]):  # what only prints needs no watcher
        hear_signals()
    gc.set_threshold(COLLECT_EVERY)
    try:
        app()
    except SystemExit as ended:
        if ended.code != _STOPPED_EARLY:
            raise
        from analyzer.cli.boundary import fail

        sys.exit(fail(_("stopped before the end: nothing was written"), ExitCode.INCOMPLETE))
    except OSError as error:  # standard output on a full disk, while a help or a list is printed
        from analyzer.cli.boundary import fail

        sys.exit(fail(f"{error.filename}: {error.strerror}", ExitCode.USAGE))
    finally:
        gc.freeze()  # the process ends: what it made goes with it, and need not be looked through once more
