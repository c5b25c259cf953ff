"""The number that a result ends with. What each means to a person stands in `analyzer.cli.exit_codes`."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the help shows a table of these and must not load the house for it
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
