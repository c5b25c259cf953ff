"""The boundary of the program: whatever the work inside meets, it ends in a sentence and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable

from analyzer.cli.crash import crash_report
from analyzer.cli.errors import UnknownQuestion
from analyzer.cli.exit_codes import ExitCode
from analyzer.collect import InputNotFound
from analyzer.deadline import TimeIsUp
from analyzer.report.neutralise import neutralise
from analyzer.rulefiles.node import RuleError
from analyzer.texts import _


def guarded(work: Callable[[], ExitCode], stopped: Callable[[], str]) -> ExitCode:
    """Do the work. Only this function turns exceptions into words: of the user's input, of the disk, of Ctrl-C (``stopped`` says what
    that left), and of a failure of ours, which is told without the messages, for they may quote evidence."""
    try:
        return work()
    except (InputNotFound, RuleError, UnknownQuestion) as error:
        return fail(str(error), ExitCode.USAGE)
    except OSError as error:
        told = error.strerror or str(error)
        return fail(f"{error.filename}: {told}" if error.filename is not None else told, ExitCode.USAGE)
    except TimeIsUp as error:
        told = _(
            "the conclusions or the report took longer than {seconds:,} seconds (limit seconds): provide less evidence "
            "at once, or raise the limit"
        )
        return fail(told.format(seconds=error.seconds), ExitCode.INCOMPLETE)
    except MemoryError:
        told = _("not enough memory. Provide less evidence at once, or lower a limit: --limit facts=500000 or --limit appliances=500")
        return fail(told, ExitCode.INCOMPLETE)
    except KeyboardInterrupt:
        return fail(stopped(), ExitCode.INCOMPLETE)
    except Exception as error:  # a failure of ours is told as one
        sys.stderr.write(crash_report(error))
        return fail(_("internal error; the lines above show where. Please report them."), ExitCode.INTERNAL_ERROR)


def fail(text: str, code: ExitCode) -> ExitCode:
    """Say this on standard error, and give the code back."""
    sys.stderr.write(f"sftunnel-analyzer: {neutralise(text)}\n")
    return code
