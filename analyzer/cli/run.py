"""One ``analyze`` call from the command line: progress, the report files, the terminal verdict, the exit code."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from analyzer.cli.boundary import fail, guarded
from analyzer.cli.errors import UnknownQuestion
from analyzer.cli.exit_codes import ExitCode, comparison_code, exit_code
from analyzer.cli.outputs import cannot_write
from analyzer.cli.screen import progress, show_verdict
from analyzer.cli.signals import printing
from analyzer.cli.whole_file import write_whole
from analyzer.deadline import within
from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.result import Result
from analyzer.model.statements import Statement
from analyzer.pipeline import Options, analyze
from analyzer.read.captures import find_tshark
from analyzer.report.html import render_html
from analyzer.report.neutralise import neutralise
from analyzer.report.wording import listed, size
from analyzer.texts import ENGLISH, _, speaking

if TYPE_CHECKING:  # what a feature needs is loaded where it begins
    from analyzer.cli.explain import Question


class Format(StrEnum):
    """What is printed: the verdict for people, or the result for a machine. The report is written in any case."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


class Request(Struct, frozen=True):
    """The command line of one call."""

    paths: tuple[str, ...]
    output: Path
    json: Path | None
    as_of: datetime
    as_of_source: str
    rules: tuple[Path, ...]
    port: int
    use_tshark: bool
    explain: tuple[str, ...] = ()
    plan_dir: Path | None = None
    limits: Limits = DEFAULT_LIMITS
    language: str = ENGLISH
    redact: bool = False
    format: Format = Format.TEXT
    facts: tuple[Path, ...] = ()
    write_facts: Path | None = None
    summary: bool = False
    show: tuple[str, ...] = ()


def run(request: Request) -> ExitCode:
    """Analyze, write, print, in the language asked for."""
    written: list[Path] = []

    def stopped() -> str:
        if not written:
            return _("stopped before the end: nothing was written")
        return _("stopped before the end; written: {places}").format(places=listed(str(path) for path in written))

    with speaking(request.language):
        return guarded(lambda: _run(request, written), stopped)


def _run(request: Request, written: list[Path]) -> ExitCode:
    """The work of a run. ``written`` gets each file that is whole."""
    began = time.monotonic()
    problem = _cannot_use(request)
    if problem:
        return fail(problem, ExitCode.USAGE)
    asked = _asked(request)
    substitutes: list[tuple[str, str, str]] = []
    options = Options(
        as_of=request.as_of,
        as_of_source=request.as_of_source,
        port=request.port,
        rules=request.rules,
        tshark=find_tshark() if request.use_tshark else None,
        limits=request.limits,
        language=request.language,
        redact_to=substitutes.extend if request.redact else None,
        statements=statements_of(request.facts),
    )
    with progress(request.paths) as advance:
        result = analyze(request.paths, options, advance)
    if not result.usable:
        return _nothing_usable(result, request.paths)
    unwritten: OSError | None = None
    try:
        with within(request.limits.seconds):
            _write(request, result, options.statements, substitutes, written)
    except OSError as error:  # a full disk: the verdict took minutes, and it is printed all the same
        unwritten = error
    try:
        with printing():
            _print(result, request, asked, time.monotonic() - began)
            if request.output in written and request.format is Format.TEXT and not request.summary and not request.show:
                sys.stdout.write(f"{request.output}\n")
    except UnknownQuestion as error:
        if unwritten is None:
            return fail(_("{problem} (the report is written: {path})").format(problem=error, path=request.output), ExitCode.USAGE)
    if unwritten is not None:
        raise unwritten
    return exit_code(result)


def _asked(request: Request) -> tuple[Question, ...]:
    """The questions of ``--explain``, checked before anything is read."""
    if not request.explain:
        return ()
    from analyzer.cli.explain import questions

    return questions(request.explain, request.rules)


def _write(
    request: Request,
    result: Result,
    statements: Sequence[Statement],
    substitutes: Sequence[tuple[str, str, str]],
    written: list[Path],
) -> None:
    """Every file that was asked for. The map comes after the report: it must not lie there alone."""
    write_whole(request.output, render_html(result))
    written.append(request.output)
    if request.redact:
        from analyzer.cli.redaction_map import map_path, write_map

        write_map(map_path(request.output), substitutes)
        written.append(map_path(request.output))
    if request.json is not None:
        from analyzer.report.document import render_json

        write_whole(request.json, render_json(result))
        written.append(request.json)
    if request.write_facts is not None:
        from analyzer.report.case_file import case_file_text

        stated = () if request.redact else statements  # a redacted file names nobody
        write_whole(request.write_facts, case_file_text(result, stated))
        written.append(request.write_facts)
    if request.plan_dir is not None:
        from analyzer.cli.plan_folder import write_plan
        from analyzer.report.runbook import plan_files

        write_plan(request.plan_dir, plan_files(result))
        written.append(request.plan_dir)


def _print(result: Result, request: Request, asked: Sequence[Question], seconds: float) -> None:
    """What goes to standard output. The time taken stands here only: the same evidence gives the same report."""
    if request.format is Format.JSON:
        from analyzer.report.document import render_json

        sys.stdout.write(render_json(result))
        return
    if request.format is Format.CSV:
        from analyzer.report.table import render_csv

        sys.stdout.write(render_csv(result))
        return
    if request.summary:
        from analyzer.report.ticket import ticket_text

        sys.stdout.write(ticket_text(result))
        return
    if request.show:
        _show(result, request.show)
        return
    show_verdict(result)
    if asked:
        from analyzer.cli.explain import answers

        sys.stdout.writelines(f"{neutralise(line)}\n" for line in answers(result, asked))
    sys.stdout.write(_("Read {size} in {seconds:.1f} s.").format(size=size(result.bytes_read), seconds=seconds) + "\n")


def _show(result: Result, names: Sequence[str]) -> None:
    """The plans of these appliances, as the files of --plan-dir have them. Raises `UnknownQuestion` for a name that nobody bears."""
    from analyzer.report.runbook import plan_of

    for name in names:
        plans = plan_of(result, name)
        if not plans:
            there = listed(one.label for one in (*result.plan.managers, *result.plan.devices))
            told = _("no appliance of this case is called {name}. There are: {there}")
            raise UnknownQuestion(told.format(name=name, there=there or _("none")))
        sys.stdout.write("\n".join(plans))


def run_comparison(
    before: str,
    after: str,
    as_of: datetime,
    as_of_source: str,
    language: str = ENGLISH,
    facts: Sequence[Path] = (),
    page: Path | None = None,
) -> ExitCode:
    """Analyze both, with the same statements of a person, and print what changed, in this language. ``page`` is written too."""

    def work() -> ExitCode:
        options = Options(
            as_of=as_of,
            as_of_source=as_of_source,
            tshark=find_tshark(),
            language=language,
            partial=False,
            statements=statements_of(facts),
        )
        return _run_comparison(before, after, options, page)

    with speaking(language):
        return guarded(work, lambda: _("stopped before the end: nothing was compared"))


def statements_of(files: Sequence[Path]) -> tuple[Statement, ...]:
    """What a person states in these files. Raises `RuleError` with file and line."""
    if not files:
        return ()
    from analyzer.stated.case_file import read_case_file

    return tuple(stated for path in files for stated in read_case_file(path))


def _run_comparison(before: str, after: str, options: Options, page: Path | None) -> ExitCode:
    from analyzer.comparing import compare
    from analyzer.report.comparison import comparison_text

    if before == after == "-":
        return fail(_("Standard input can be used for only one side. Specify a file or folder for the other"), ExitCode.USAGE)
    problem = cannot_write(page, (before, after)) if page is not None else ""
    if problem:
        return fail(problem, ExitCode.USAGE)
    results: list[Result] = []
    for path in (before, after):
        result = analyze([path], options)
        if not result.usable:
            return _nothing_usable(result, (path,))
        if not (result.case.managers or result.case.devices):
            told = _("{path}: this evidence names no FMC and no device, so there is nothing to compare").format(path=path)
            return fail(told, ExitCode.NOTHING_USABLE)
        results.append(result)
    comparison = compare(*results)
    code = comparison_code(comparison)
    latest = results[-1]
    is_open = code is ExitCode.CLEAR and (latest.undecided or bool(latest.incomplete))
    if page is not None:
        from analyzer.report.comparison_page import render_comparison

        write_whole(page, render_comparison(comparison, latest))
    with printing():
        sys.stdout.write(comparison_text(comparison))
        if is_open:
            told = _("The evidence after the repair leaves open questions or was not read completely: {headline}")
            sys.stdout.write(neutralise(told.format(headline=latest.plan.headline)) + "\n")
        if page is not None:
            sys.stdout.write(f"{page}\n")
    return ExitCode.FIX_UNDECIDED if is_open else code


def _nothing_usable(result: Result, paths: tuple[str, ...]) -> ExitCode:
    from analyzer.nothing_usable import why_nothing

    lines, told = why_nothing(result, paths)
    sys.stderr.writelines(f"{line}\n" for line in lines)
    return fail(told, exit_code(result))


def _cannot_use(request: Request) -> str:
    """What of the command line cannot be done, before anything is read; "" when all can."""
    files = [request.output]
    if request.redact:
        from analyzer.cli.redaction_map import map_path

        files.append(map_path(request.output))
    files += [path for path in (request.json, request.write_facts) if path is not None]
    problem = next(filter(None, (cannot_write(path, request.paths) for path in files)), "")
    if problem:
        return problem
    if len({os.path.normcase(os.path.realpath(path)) for path in files}) < len(files):
        return _("{path} is named twice: each output file needs its own name").format(path=files[-1])
    if request.summary + bool(request.show) + bool(request.explain) + (request.format is not Format.TEXT) > 1:
        return _("--summary, --show, --explain and --format each say what is printed: give one of them")
    if request.explain and request.format is not Format.TEXT:
        return _("--explain prints sentences: use it without --format, or with --format text")
    if request.plan_dir is None:
        return ""
    from analyzer.cli.plan_folder import cannot_use

    return cannot_use(request.plan_dir)
