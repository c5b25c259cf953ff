"""How the program ends. The table in the README is this one."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.model.ending import ExitCode, comparison_code, exit_code
from analyzer.texts import N_, _

__all__ = ["MEANING", "ExitCode", "comparison_code", "exit_code", "table"]

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
