"""How the program ends. The table in the README is this one."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.model.ending import ExitCode, comparison_code, exit_code
from analyzer.texts import N_, _

__all__ = ["MEANING", "ExitCode", "comparison_code", "exit_code", "table"]

MEANING: dict[ExitCode, str] = {
    ExitCode.CLEAR: N_(
        "no problems found: for every appliance in the evidence, every decisive question has an answer from evidence "
        "that is recent enough and does not contradict itself; compare: everything that the repair targeted is fixed"
    ),
    ExitCode.INTERNAL_ERROR: N_("internal error"),
    ExitCode.USAGE: N_("the command line, a rule file or an input path is wrong"),
    ExitCode.NOTHING_USABLE: N_("the input contains no evidence of an sftunnel"),
    ExitCode.INCOMPLETE: N_("no problems found, but some input could not be read: not clear"),
    ExitCode.UNDECIDED: N_("no problems found, but the evidence leaves open questions: not clear"),
    ExitCode.RULES_WRONG: N_("rules lint found a problem, or a test of rules test failed"),
    ExitCode.NOT_FIXED: N_("compare: a targeted finding remains, or there is a new one"),
    ExitCode.FIX_UNDECIDED: N_("compare: no targeted finding remains and none is new, but some could not be verified"),
    ExitCode.FOUND_INFO: N_("findings, the highest severity is info"),
    ExitCode.FOUND_LOW: N_("findings, the highest severity is low"),
    ExitCode.FOUND_MEDIUM: N_("findings, the highest severity is medium"),
    ExitCode.FOUND_HIGH: N_("findings, the highest severity is high"),
    ExitCode.FOUND_CRITICAL: N_("findings, the highest severity is critical"),
}


def table(codes: Iterable[ExitCode], clear: str = "") -> str:
    """The end of a command's help: how it ends, in the language that is spoken. ``clear`` is what 0 means where that is less."""
    meaning = MEANING | ({ExitCode.CLEAR: clear} if clear else {})
    return "\n\n".join((_("Exit codes:"), *(f"{code.value}  {_(meaning[code])}" for code in codes)))
