"""``sftunnel-analyzer triage ...``: many cases, one page that says whom to call first."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analyzer.cli.exit_codes import ExitCode, table
from analyzer.cli.groups import GROUPS
from analyzer.cli.help import TranslatedGroup, with_epilog
from analyzer.cli.moments import moment_of
from analyzer.cli.spoken import Language
from analyzer.texts import ENGLISH, N_, _, speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyzer.triage.index import Index
    from analyzer.triage.run import Request
    from analyzer.triage.settings import Stated

_TELLING = with_epilog(lambda: table(ExitCode))
_HELP = {"help_option_names": ["-h", "--help"]}
_RUN = "run"


class TriageGroup(TranslatedGroup):
    """``triage SOURCE...`` is ``triage run SOURCE...``: whatever does not begin with a command of the group is a source or an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in where it is left out."""
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = [_RUN, *args]
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed


app = typer.Typer(
    name="triage",
    help=GROUPS["triage"].help,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings=_HELP,
    cls=TriageGroup,
)

_Folder = Annotated[Path, typer.Argument(metavar="DIR", help=N_("The folder given to --out."))]


_Sources = Annotated[
    list[str] | None,
    typer.Argument(metavar="SOURCE...", help=N_("Folders: each child folder or file is a case. Files: each file is a case.")),
]
_Out = Annotated[Path, typer.Option("--out", metavar="DIR", help=N_("Folder for the page, the database and the results."))]
_Scheduler = Annotated[
    str, typer.Option("--scheduler", metavar="ADDRESS", help=N_("A Dask scheduler, such as tcp://host:8786 (needs the extra cluster)."))
]
_Case = Annotated[
    str,
    typer.Option(
        "--case", metavar="REGEX", help=N_("Files and folders whose names contain the same match of this expression are one case.")
    ),
]
_List = Annotated[
    str | None,
    typer.Option(
        "--list",
        metavar="FILE",
        help=N_("Read the list of cases from a file (- for standard input): one path, or label<TAB>path, per line."),
    ),
]
_Shard = Annotated[str, typer.Option("--shard", metavar="I/N", help=N_("Run only part I of N. Afterwards, triage index writes the page."))]
_Retry = Annotated[bool, typer.Option("--retry-failed", help=N_("Also rerun cases that took too long or needed too much memory."))]
_Rejudge = Annotated[bool, typer.Option("--rejudge", help=N_("Evaluate again from what was read: new date, new rules. Opens no input."))]
_Facts = Annotated[
    Path | None,
    typer.Option(
        "--facts",
        metavar="DIR",
        help=N_("A folder with LABEL.yaml for a case: what you state of it, and what you accept until a day."),
    ),
]
_Redact = Annotated[
    bool,
    typer.Option(
        "--redact", help=N_("Put substitutes for all that identifies, labels too, the same in every case. The map is kept in DIR.names.")
    ),
]
_Limit = Annotated[
    list[str] | None,
    typer.Option("--limit", metavar="NAME=VALUE", help=N_("Change a limit (see the command limits), such as case_seconds=600.")),
]
_Embedded = Annotated[bool, typer.Option("--no-tshark", help=N_("Read captures with the embedded reader even if tshark is installed."))]


@app.command(_RUN, cls=_TELLING["command"], help=N_("Run the cases of each SOURCE. You may omit the word run."))
def run(
    sources: _Sources = None,
    out: _Out = Path("triage"),
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help=N_("Number of cases at a time [default: one for each processor]."))
    ] = None,
    scheduler: _Scheduler = "",
    case: _Case = "",
    listed: _List = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help=N_("Evaluate as of this date instead of today (UTC)."))
    ] = None,
    rules: Annotated[list[Path] | None, typer.Option("--rules", help=N_("A folder with more rules. May be given more than once."))] = None,
    shard: _Shard = "",
    watch: Annotated[bool, typer.Option("--watch", help=N_("Keep running: take each new case once its files stop changing."))] = False,
    retry_failed: _Retry = False,
    rejudge: _Rejudge = False,
    embedded: _Embedded = False,
    facts: _Facts = None,
    redact: _Redact = False,
    lang: Language = None,
    limit: _Limit = None,
) -> None:
    """Run, write the index, print a line per case and the lines that count."""
    from msgspec.structs import replace

    from analyzer.cli.boundary import fail, guarded
    from analyzer.model.limits import DEFAULT_LIMITS
    from analyzer.triage.names import KeyLost
    from analyzer.triage.run import Busy, ClusterError, Request
    from analyzer.triage.settings import Settings
    from analyzer.triage.sources import SourceError

    if not sources and listed is None and not rejudge:
        raise typer.BadParameter(_("specify a SOURCE, or --list, or --rejudge"))
    try:
        limits = DEFAULT_LIMITS.changed(limit or ())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--limit") from None
    moment, source = _day(as_of)
    settings = Settings(
        as_of=moment,
        as_of_source=source,
        rules=tuple(str(one.absolute()) for one in rules or ()),
        use_tshark=not embedded,
        language=lang or ENGLISH,
        limits=limits,
    )
    request = Request(
        sources=tuple(sources or ()),
        out=out,
        settings=settings,
        slots=jobs or os.cpu_count() or 1,
        scheduler=scheduler,
        expression=case,
        listed=_lines(listed),
        part=_part(shard),
        rejudge=rejudge,
        retry_failed=retry_failed,
        watch=watch,
        began=datetime.now(UTC),
        redact=redact,
    )

    def work() -> ExitCode:
        try:
            return _run(replace(request, stated=_stated(facts, settings.rules), command=_again(request, facts)))
        except (SourceError, Busy, ClusterError, KeyLost) as error:
            return fail(str(error), ExitCode.USAGE)

    with speaking(lang or ENGLISH):
        raise typer.Exit(guarded(work, lambda: _("stopped; finished cases are kept, and the next run continues from there")))


def _again(request: Request, facts: Path | None) -> tuple[str, ...]:
    """The command that runs the cases of this call again. A redacted triage does not tell where they lie."""
    words = ["sftunnel-analyzer", "triage"]
    words += ["SOURCE"] if request.redact else request.sources
    if request.listed is not None:
        words += ["--list", "FILE"]
    if request.expression:
        words += ["--case", "REGEX" if request.redact else request.expression]
    if facts is not None:
        words += ["--facts", "FOLDER" if request.redact else str(facts)]
    words += ["--out", "DIR", "--redact"] if request.redact else ["--out", str(request.out)]
    return tuple(words)


def _stated(folder: Path | None, rules: Sequence[str]) -> dict[str, Stated]:
    """What a person states, by the label of the case. Every file is read before the first case is run."""
    from analyzer.judge import builtin_rules_folder, load_rules
    from analyzer.model.statements import ApplianceStated, FileStated
    from analyzer.stated.case_file import read_stated
    from analyzer.triage.settings import Stated
    from analyzer.triage.sources import SourceError

    if folder is None:
        return {}
    if not folder.is_dir():
        raise SourceError(_("--facts: {path}: no such folder").format(path=folder))
    known = {rule.id for rule in load_rules([builtin_rules_folder(), *(Path(one) for one in rules)]).rules}
    found: dict[str, Stated] = {}
    for place in sorted(folder.glob("*.yaml")):
        statements, accepted = read_stated(place, known)
        found[place.name.removesuffix(".yaml")] = Stated(
            appliances=tuple(one for one in statements if isinstance(one, ApplianceStated)),
            files=tuple(one for one in statements if isinstance(one, FileStated)),
            accepted=accepted,
        )
    return found


def _run(request: Request) -> ExitCode:
    from analyzer.cli.signals import printing
    from analyzer.cli.triage_screen import shown
    from analyzer.report.neutralise import neutralise
    from analyzer.triage.page import PAGE
    from analyzer.triage.run import triage, worst_code
    from analyzer.triage.summary import text_of

    with shown() as events:
        index = triage(request, events)
    with printing():
        sys.stdout.writelines(f"{neutralise(line)}\n" for line in text_of(index).splitlines())
        if request.part is None:
            sys.stdout.write(f"{request.out / PAGE}\n")
        else:
            sys.stdout.write(_("When all parts are finished: sftunnel-analyzer triage index {out}").format(out=request.out) + "\n")
    return ExitCode(worst_code(index.records))


@app.command("summary", cls=_TELLING["command"], help=N_("Print the index of a triage: text, json, csv, parquet, or ics (a calendar)."))
def summary(folder: _Folder, output_format: Annotated[str, typer.Option("--format", metavar="text|json|csv|ics|parquet")] = "text") -> None:
    """Print what the page shows."""
    from analyzer.cli.boundary import fail, guarded
    from analyzer.cli.signals import printing
    from analyzer.report.neutralise import neutralise
    from analyzer.triage.run import read_index, worst_code
    from analyzer.triage.summary import NoParquet, calendar_of, csv_of, json_of, parquet_of, text_of

    forms: dict[str, Callable[[Index], str | bytes]] = {
        **{"text": text_of, "json": json_of, "csv": csv_of, "ics": calendar_of, "parquet": parquet_of}
    }
    if output_format not in forms:
        raise typer.BadParameter(
            _("{format}: choose one of {forms}").format(format=repr(output_format), forms=", ".join(forms)), param_hint="--format"
        )

    def work() -> ExitCode:
        index, language, _rules = read_index(folder)
        with speaking(language), printing():
            try:
                made = forms[output_format](index)
            except NoParquet as error:
                return fail(str(error), ExitCode.USAGE)
            if isinstance(made, bytes):
                sys.stdout.buffer.write(made)
            elif output_format == "text":
                sys.stdout.writelines(f"{neutralise(line)}\n" for line in made.splitlines())
            else:
                sys.stdout.write(made)
        return ExitCode(worst_code(index.records))

    raise typer.Exit(guarded(work, lambda: _("stopped")))


@app.command("index", cls=_TELLING["command"], help=N_("Rewrite the page and the database of a triage from its cases."))
def index(folder: _Folder) -> None:
    """Write index.html and index.sqlite."""
    from analyzer.cli.boundary import guarded
    from analyzer.triage.page import PAGE
    from analyzer.triage.run import put_index, read_index
    from analyzer.triage.store import Store

    def work() -> ExitCode:
        made, language, rules = read_index(folder)
        put_index(Store(folder), made, language, rules)
        typer.echo(str(folder / PAGE))
        return ExitCode.CLEAR

    raise typer.Exit(guarded(work, lambda: _("stopped")))


@app.command(
    "delete", cls=_TELLING["command"], help=N_("Delete a case of a triage and everything that is known about it, and rewrite the page.")
)
def delete(
    folder: _Folder, label: Annotated[str, typer.Argument(metavar="LABEL", help=N_("The label of the case, as the page shows it."))]
) -> None:
    """Remove the case, and write the index without it."""
    from analyzer.cli.boundary import fail, guarded
    from analyzer.triage.page import PAGE
    from analyzer.triage.run import forget

    def work() -> ExitCode:
        if not forget(folder, label):
            return fail(_("there is no case {label} in {folder}").format(label=repr(label), folder=folder), ExitCode.USAGE)
        typer.echo(str(folder / PAGE))
        return ExitCode.CLEAR

    raise typer.Exit(guarded(work, lambda: _("stopped")))


def _day(text: str | None) -> tuple[datetime, str]:
    """The end of a day, so that all runs of a day judge alike."""
    if text is None:
        return datetime.combine(datetime.now(UTC).date(), time(23, 59, 59), UTC), _("the clock of this computer")
    return moment_of(text)


def _lines(place: str | None) -> tuple[str, ...] | None:
    if place is None:
        return None
    if place == "-":
        return tuple(sys.stdin.read().splitlines())
    try:
        return tuple(Path(place).read_text("utf-8", "surrogateescape").splitlines())
    except OSError as error:
        raise typer.BadParameter(f"{place}: {error.strerror}", param_hint="--list") from None


def _part(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    number, slash, count = text.partition("/")
    if not (slash and number.isascii() and number.isdigit() and count.isascii() and count.isdigit() and 0 < int(number) <= int(count)):
        raise typer.BadParameter(_("{text}: write I/N, such as 3/16").format(text=repr(text)), param_hint="--shard")
    return int(number), int(count)
