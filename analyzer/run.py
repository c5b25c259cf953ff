"""One ``analyze`` call from the command line: progress, the report files, the terminal verdict, the exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from analyzer.collect import InputNotFound
from analyzer.crash import crash_report
from analyzer.exit_codes import ExitCode, comparison_code, exit_code
from analyzer.explaining import Question, UnknownQuestion, answers, questions
from analyzer.leaving import printing
from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.result import Result
from analyzer.on_screen import progress, show_verdict
from analyzer.pipeline import Options, analyze
from analyzer.plan_folder import cannot_use, write_plan
from analyzer.read.captures import find_tshark
from analyzer.redaction_map import map_path, write_map
from analyzer.report.document import render_json
from analyzer.report.html import render_html
from analyzer.report.neutralise import neutralise
from analyzer.report.table import render_csv
from analyzer.report.wording import listed, size
from analyzer.rule_files import RuleError
from analyzer.texts import ENGLISH, _, ngettext, speaking

_NAMED = 5


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


def run(request: Request) -> ExitCode:
    """Analyze, write, print, in the language asked for."""
    with speaking(request.language):
        return _run(request)


def _run(request: Request) -> ExitCode:
    """Only this function turns exceptions into words."""
    began = time.monotonic()
    for path in filter(None, (request.output, request.json)):
        problem = _cannot_write(path)
        if problem:
            return _fail(problem, ExitCode.USAGE)
    if request.explain and request.format is not Format.TEXT:
        return _fail(_("--explain prints sentences: use it without --format, or with --format text"), ExitCode.USAGE)
    try:
        asked = questions(request.explain, request.rules)
    except (UnknownQuestion, RuleError) as error:
        return _fail(str(error), ExitCode.USAGE)
    problem = cannot_use(request.plan_dir) if request.plan_dir is not None else ""
    if problem:
        return _fail(problem, ExitCode.USAGE)
    options = Options(
        as_of=request.as_of,
        as_of_source=request.as_of_source,
        port=request.port,
        rules=request.rules,
        tshark=find_tshark() if request.use_tshark else None,
        limits=request.limits,
        language=request.language,
        redact_to=(lambda entries: write_map(map_path(request.output), entries)) if request.redact else None,
    )
    try:
        with progress(request.paths) as advance:
            result = analyze(request.paths, options, advance)
        if not result.usable:
            return _nothing_usable(result, request.paths)
        _write(request.output, render_html(result))
        if request.json is not None:
            _write(request.json, render_json(result))
        if request.plan_dir is not None:
            from analyzer.report.runbook import plan_files

            write_plan(request.plan_dir, plan_files(result))
    except (InputNotFound, RuleError) as error:
        return _fail(str(error), ExitCode.USAGE)
    except OSError as error:
        return _fail(f"{error.filename or request.output}: {error.strerror or error}", ExitCode.USAGE)
    except KeyboardInterrupt:
        return _fail(_("stopped before the end: nothing was written"), ExitCode.INCOMPLETE)
    except Exception as error:  # the boundary of the program: a failure of ours is told as one
        sys.stderr.write(crash_report(error))
        return _fail(_("the program itself failed; the lines above say where. Please report them."), ExitCode.INTERNAL_ERROR)
    try:
        with printing():
            _print(result, request, asked, time.monotonic() - began)
    except UnknownQuestion as error:
        return _fail(_("{problem} (the report is written: {path})").format(problem=error, path=request.output), ExitCode.USAGE)
    return exit_code(result, undecided=bool(result.plan.collect))


def _print(result: Result, request: Request, asked: Sequence[Question], seconds: float) -> None:
    """What goes to standard output. The time taken stands here only: the same evidence gives the same report."""
    if request.format is not Format.TEXT:
        sys.stdout.write(render_json(result) if request.format is Format.JSON else render_csv(result))
        return
    show_verdict(result)
    sys.stdout.writelines(f"{neutralise(line)}\n" for line in answers(result, asked))
    sys.stdout.write(_("Read {size}, in {seconds:.1f} s altogether.").format(size=size(result.bytes_read), seconds=seconds) + "\n")
    sys.stdout.write(f"{request.output}\n")


def run_comparison(before: str, after: str, as_of: datetime, as_of_source: str, language: str = ENGLISH) -> ExitCode:
    """Analyze both, print what changed, in this language."""
    with speaking(language):
        return _run_comparison(
            before, after, Options(as_of=as_of, as_of_source=as_of_source, tshark=find_tshark(), language=language, partial=False)
        )


def _run_comparison(before: str, after: str, options: Options) -> ExitCode:
    from analyzer.compare import compare
    from analyzer.report.comparison import comparison_text

    results: list[Result] = []
    try:
        for path in (before, after):
            result = analyze([path], options)
            if not result.usable:
                return _nothing_usable(result, (path,))
            results.append(result)
        comparison = compare(*results)
    except InputNotFound as error:
        return _fail(str(error), ExitCode.USAGE)
    except OSError as error:
        return _fail(f"{error.filename or path}: {error.strerror or error}", ExitCode.USAGE)
    except KeyboardInterrupt:
        return _fail(_("stopped before the end: nothing was compared"), ExitCode.INCOMPLETE)
    except Exception as error:  # the boundary of the program: a failure of ours is told as one
        sys.stderr.write(crash_report(error))
        return _fail(_("the program itself failed; the lines above say where. Please report them."), ExitCode.INTERNAL_ERROR)
    with printing():
        sys.stdout.write(comparison_text(comparison))
    return comparison_code(comparison)


def _fail(text: str, code: ExitCode) -> ExitCode:
    sys.stderr.write(f"sftunnel-analyzer: {neutralise(text)}\n")
    return code


def _nothing_usable(result: Result, paths: tuple[str, ...]) -> ExitCode:
    for damage in result.incomplete:
        told = _("could not read {place}: {why}").format(place=damage.location, why=damage.reason)
        sys.stderr.write(f"{neutralise(told)}\n")
    given = listed(paths[:_NAMED])
    if len(paths) > _NAMED:
        given = _("{places} and {number} more").format(places=given, number=len(paths) - _NAMED)
    files = ngettext("{n} file", "{n} files", result.members).format(n=result.members) if result.members else _("no file")
    told = _(
        "{given}: {files} read, and nothing in it is evidence of an sftunnel. Give a troubleshoot bundle, messages or comms.log, "
        "a capture of TCP 8305, or certificate files. No report was written."
    )
    return _fail(told.format(given=given, files=files), exit_code(result, undecided=False))


def _cannot_write(path: Path) -> str:
    if path.is_dir():
        return _("{path} is a folder: name a file to write to").format(path=path)
    if not path.absolute().parent.is_dir():
        return _("{folder} does not exist: make that folder first").format(folder=path.absolute().parent)
    return ""


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a report that is half written must not be mistaken for one."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
