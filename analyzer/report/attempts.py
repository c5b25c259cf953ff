"""Connection attempts of a tunnel as a reader wants them: a night of the same failure is one row with its number, first and last."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from msgspec import Struct

from analyzer.model.case import Tunnel
from analyzer.model.log import AttemptOutcome, ConnectionAttempt
from analyzer.report.labels import ATTEMPTS
from analyzer.report.wording import listed
from analyzer.texts import _

RUN_ROWS = 12
"""Runs of a tunnel that are listed, the newest; the rest is counted."""


class Run(Struct, frozen=True):
    """Attempts in a row that went the same way; ``first`` is the oldest."""

    number: int
    first: ConnectionAttempt
    last: ConnectionAttempt


class Attempts(Struct, frozen=True):
    """The attempts of a tunnel: how many ended how, the newest runs (newest first), and how many attempts those leave out."""

    total: int
    summary: str
    runs: tuple[Run, ...]
    left_out: int


def attempts_of(tunnel: Tunnel) -> Attempts:
    """The attempts of a tunnel. Those without a time come before all others."""
    ordered = sorted(tunnel.attempts, key=_when)
    runs = [Run(len(group), group[0], group[-1]) for group in (tuple(found) for _, found in groupby(ordered, key=_way))]
    shown = tuple(reversed(runs[-RUN_ROWS:]))
    tally = Counter(one.outcome for one in ordered)
    told = [(f"{tally[outcome]:,}", ATTEMPTS[outcome].inline) for outcome in AttemptOutcome if tally[outcome]]
    summary = listed(_("{n} {what}").format(n=number, what=what) for number, what in told)
    return Attempts(len(ordered), summary, shown, len(ordered) - sum(run.number for run in shown))


def _when(attempt: ConnectionAttempt) -> tuple[bool, float]:
    return (attempt.started is not None, attempt.started.timestamp() if attempt.started is not None else 0.0)


def _way(attempt: ConnectionAttempt) -> tuple[object, ...]:
    return (
        attempt.side,
        attempt.host,
        attempt.peer,
        attempt.outcome,
        attempt.verify_code,
        attempt.alert,
        attempt.failing_subject,
        attempt.blames_root,
    )
