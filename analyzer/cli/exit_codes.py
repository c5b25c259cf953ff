"""How the program ends. The table in the README is this one."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING

from analyzer.texts import N_, _

if TYPE_CHECKING:  # the help shows this table and must not load the house for it
    from analyzer.model.comparison import Comparison
    from analyzer.model.result import Result


class ExitCode(IntEnum):
    """Findings end with 10 + their highest severity, so that a shell can compare. INCOMPLETE is only for a result without findings:
    something could not be read, so nothing found does not mean clear."""

    CLEAR = 0
    INTERNAL_ERROR = 1
    USAGE = 2
    NOTHING_USABLE = 3
    INCOMPLETE = 4
    UNDECIDED = 5
    RULES_WRONG = 6
    NOT_FIXED = 7
    FIX_UNDECIDED = 8
    FOUND_INFO = 10
    FOUND_LOW = 11
    FOUND_MEDIUM = 12
    FOUND_HIGH = 13
    FOUND_CRITICAL = 14


MEANING: dict[ExitCode, str] = {
    ExitCode.CLEAR: N_(
        "every decisive question was answered for every appliance in evidence, by evidence that is young enough and contradicts itself "
        "nowhere, and nothing is wrong; compare: all that a repair is for is fixed"
    ),
    ExitCode.INTERNAL_ERROR: N_("the program itself failed"),
    ExitCode.USAGE: N_("the command line, a rule file or an input path is wrong"),
    ExitCode.NOTHING_USABLE: N_("nothing in what was given is evidence of an sftunnel"),
    ExitCode.INCOMPLETE: N_("nothing was found, but something could not be read: not clear"),
    ExitCode.UNDECIDED: N_("nothing was found, but the evidence leaves questions open: not clear"),
    ExitCode.RULES_WRONG: N_("rules lint has a complaint, or a test of rules test failed"),
    ExitCode.NOT_FIXED: N_("compare: a finding that a repair is for is still there, or there is a new one"),
    ExitCode.FIX_UNDECIDED: N_("compare: no finding that a repair is for is still there and none is new, but of some it cannot be told"),
    ExitCode.FOUND_INFO: N_("findings, the highest of severity info"),
    ExitCode.FOUND_LOW: N_("findings, the highest of severity low"),
    ExitCode.FOUND_MEDIUM: N_("findings, the highest of severity medium"),
    ExitCode.FOUND_HIGH: N_("findings, the highest of severity high"),
    ExitCode.FOUND_CRITICAL: N_("findings, the highest of severity critical"),
}


def table(codes: Iterable[ExitCode], clear: str = "") -> str:
    """The end of a command's help: how it ends, in the language that is spoken. ``clear`` is what 0 means where that is less."""
    meaning = MEANING | ({ExitCode.CLEAR: clear} if clear else {})
    return "\n\n".join((_("Exit codes:"), *(f"{code.value}  {_(meaning[code])}" for code in codes)))


def exit_code(result: Result) -> ExitCode:
    """The code for a result. A finding of severity info does not hide that something was not read or not told."""
    from analyzer.model.finding import Severity

    if not result.usable:
        return ExitCode.INCOMPLETE if result.incomplete else ExitCode.NOTHING_USABLE
    if result.worst is not None and (result.worst > Severity.INFO or not (result.incomplete or result.undecided)):
        return ExitCode(ExitCode.FOUND_INFO + result.worst)
    if result.incomplete:
        return ExitCode.INCOMPLETE
    return ExitCode.UNDECIDED if result.undecided else ExitCode.CLEAR


def comparison_code(comparison: Comparison) -> ExitCode:
    """The code for ``compare``: it asks for the findings that a repair is for (`is_for_repair`), not for what is only worth knowing."""
    from analyzer.model.comparison import Change

    if comparison.count(Change.STILL_THERE) or comparison.count(Change.NEW):
        return ExitCode.NOT_FIXED
    return ExitCode.FIX_UNDECIDED if comparison.count(Change.CANNOT_TELL) else ExitCode.CLEAR
