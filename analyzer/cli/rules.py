"""``sftunnel-analyzer rules ...``: what rules there are, what they mean, whether they are right, and the beginning of a new one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from analyzer.cli.exit_codes import ExitCode, table
from analyzer.cli.groups import GROUPS
from analyzer.cli.help import with_epilog
from analyzer.texts import N_, _, ngettext

if TYPE_CHECKING:
    from analyzer.judge.rule import Rule, RuleSet

_TELLING = with_epilog(lambda: table((ExitCode.CLEAR, ExitCode.USAGE, ExitCode.RULES_WRONG), clear=N_("no problems")))
_T = TypeVar("_T")
_HELP = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="rules",
    help=GROUPS["rules"].help,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings=_HELP,
    cls=_TELLING["group"],
)

_Folder = Annotated[Path | None, typer.Argument(metavar="[DIR]", help=N_("A folder of rules; without it, the built-in ones."))]
_Further = Annotated[list[Path] | None, typer.Option("--rules", help=N_("A folder with more rules. May be given more than once."))]


@app.command("list", cls=_TELLING["command"], help=N_("List the rules: id, subject, severity, title."))
def list_rules(rules: _Further = None) -> None:
    from analyzer.authoring.describe import text_of

    loaded = _load(rules or [])
    width = max((len(rule.id) for rule in loaded.rules), default=0)
    for rule in loaded.rules:
        _say(f"{rule.id:<{width}}  {rule.subject.value:<11}  {rule.severity.name.lower():<8}  {text_of(rule.title).replace('`', '')}")


@app.command(
    cls=_TELLING["command"], help=N_("Show a rule: what it means, how it decides, what it needs, what else looks like it, its sources.")
)
def show(
    rule: Annotated[str, typer.Argument(metavar="ID", help=N_("The id of a rule, as 'rules list' shows it."))], rules: _Further = None
) -> None:
    from analyzer.cli.rule_pages import page
    from analyzer.rulefiles.node import did_you_mean

    loaded = _load(rules or [])
    found = loaded.rule(rule)
    if found is None:
        hint = did_you_mean(rule, [one.id for one in loaded.rules])
        _refuse(_("there is no rule '{rule}'{hint}").format(rule=rule, hint=hint))
    for line in page(found).splitlines():
        _say(line)


@app.command(
    cls=_TELLING["command"],
    help=N_("Check rules beyond what loading checks: tests of each kind, conditions that no test covers, texts, sources."),
)
def lint(folder: _Folder = None) -> None:
    from analyzer.authoring.lint import LINTS
    from analyzer.authoring.lint import lint as find
    from analyzer.authoring.rule_tests import load_rule_tests
    from analyzer.prescribe import check_steps, load_remedies

    loaded, own = _of_folder(folder)
    _unless_wrong(lambda: check_steps(loaded.steps_named(), load_remedies(loaded.folders)))
    complaints = _unless_wrong(lambda: find(loaded, load_rule_tests(loaded), [own]))
    for complaint in complaints:
        _say(str(complaint))
    advice = {one.name: one.advice for one in LINTS}
    for name in dict.fromkeys(complaint.lint for complaint in complaints):
        _say(f"{name}: {advice[name]}")
    number = len(list(_rules_in(loaded, own)))
    checked = ngettext("{n} rule checked", "{n} rules checked", number).format(n=number)
    complained = ngettext("{n} problem", "{n} problems", len(complaints)).format(n=len(complaints))
    _say(f"{checked}, {complained}")
    raise typer.Exit(ExitCode.RULES_WRONG if complaints else ExitCode.CLEAR)


@app.command("test", cls=_TELLING["command"], help=N_("Run the tests next to the rules: they must produce exactly the expected findings."))
def run_tests(folder: _Folder = None) -> None:
    from analyzer.authoring.rule_tests import load_rule_tests, run_rule_test

    loaded, own = _of_folder(folder)
    tests = [one for one in _unless_wrong(lambda: load_rule_tests(loaded)) if one.path.parent == own]
    failed = 0
    for one in tests:
        outcome = run_rule_test(one, loaded)
        failed += not outcome.passed
        for text in outcome.absent:
            _say(_("{finding}\n  missing, in '{test}' of {rule}").format(finding=text, test=one.name, rule=one.rule))
        for text in outcome.unexpected:
            told = _("{path}: unexpected, in '{test}' of {rule}: {finding}")
            _say(told.format(path=one.path, test=one.name, rule=one.rule, finding=text))
    untested = [rule.id for rule in _rules_in(loaded, own) if rule.id not in {one.rule for one in tests}]
    for rule_id in untested:
        _say(_("{place}: this rule has no tests").format(place=f"{own / rule_id}.yaml:1"))
    _say(ngettext("{n} test, {failed} failed", "{n} tests, {failed} failed", len(tests)).format(n=len(tests), failed=failed))
    raise typer.Exit(ExitCode.RULES_WRONG if failed or untested else ExitCode.CLEAR)


@app.command(cls=_TELLING["command"], help=N_("Create a rule skeleton that loads and passes its tests, ready to edit."))
def new(
    rule: Annotated[str, typer.Argument(metavar="ID", help=N_("Lower-case words joined by '-'."))],
    folder: Annotated[
        Path | None, typer.Option("--dir", help=N_("The folder for the new rule; without it, the built-in rules of a checkout."))
    ] = None,
) -> None:
    from analyzer.authoring.scaffold import new_rule
    from analyzer.judge import builtin_rules_folder

    where = folder or builtin_rules_folder()
    if folder is None and where.parent == Path(__file__).parents[1]:
        _refuse(_("this is an installed program, not a checkout: specify the folder of your own rules with --dir"))
    if any(one.id == rule for one in _load([]).rules):
        _refuse(_("the built-in rule '{rule}' exists; choose another id").format(rule=rule))
    try:
        for path in new_rule(rule, where):
            _say(str(path))
    except OSError as error:
        _refuse(str(error))
    except ValueError as error:
        _refuse(str(error))


@app.command(cls=_TELLING["command"], help=N_("Print all rules as one Markdown document (docs/rules.md)."))
def docs(rules: _Further = None) -> None:
    from analyzer.cli.rule_pages import document

    for line in document(_load(rules or [])).splitlines():
        _say(line)


@app.command(cls=_TELLING["command"], help=N_("Write the JSON Schemas of rule files and of their tests, for editors."))
def schema(folder: Annotated[Path, typer.Argument(metavar="DIR", help=N_("The output folder."))]) -> None:
    from analyzer.authoring.scaffold import write_schemas
    from analyzer.authoring.schema import as_text
    from analyzer.join.cve_releases import SCHEMA, table_schema

    try:
        for path in write_schemas(folder):
            _say(str(path))
        tables = folder / "tables"
        if tables.is_dir():
            (tables / SCHEMA).write_text(as_text(table_schema()), encoding="utf-8")
            _say(str(tables / SCHEMA))
    except OSError as error:
        _refuse(str(error))


def _load(folders: Sequence[Path]) -> RuleSet:
    from analyzer.judge import builtin_rules_folder, load_rules

    return _unless_wrong(lambda: load_rules([builtin_rules_folder(), *folders]))


def _of_folder(folder: Path | None) -> tuple[RuleSet, Path]:
    """The built-in rules and those of a folder (which may name built-in ones as causes), and the folder that was meant.

    In the words of their files, whatever the reader speaks: what checks rules, and their tests, is about those words.
    """
    from analyzer.judge import builtin_rules_folder
    from analyzer.texts import ENGLISH, speaking

    builtin = builtin_rules_folder()
    with speaking(ENGLISH):
        if folder is None or (folder.exists() and folder.resolve() == builtin.resolve()):
            return _load([]), builtin
        return _load([folder]), folder


def _rules_in(rules: RuleSet, folder: Path) -> Iterator[Rule]:
    return (rule for rule in rules.rules if rule.path.parent == folder)


def _unless_wrong(make: Callable[[], _T]) -> _T:
    from analyzer.rulefiles.node import RuleError

    try:
        return make()
    except RuleError as error:
        _refuse(str(error))


def _say(text: str) -> None:
    """A line for the terminal: files of strangers may hold what terminals obey."""
    from analyzer.report.neutralise import neutralise

    sys.stdout.write(f"{neutralise(text, lines=True)}\n")


def _refuse(text: str) -> NoReturn:
    from analyzer.report.neutralise import neutralise

    sys.stderr.write(f"sftunnel-analyzer: {neutralise(text)}\n")
    raise typer.Exit(ExitCode.USAGE)
