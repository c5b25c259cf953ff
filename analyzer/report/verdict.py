"""The verdict: one sentence, one tone, the moments that it holds for, and the dates that decide it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from analyzer.model.answer import Answer, Known
from analyzer.model.case import Case, Notice, TunnelState
from analyzer.model.finding import Finding, Severity, State
from analyzer.model.plan import DoNot
from analyzer.model.result import Result
from analyzer.report.labels import SITUATIONS, STATES, Tone, worst_of
from analyzer.report.urgency import urgency_of
from analyzer.report.wording import listed
from analyzer.texts import _, ngettext

_SEVERITY_TONES = {
    Severity.CRITICAL: Tone.CRITICAL,
    Severity.HIGH: Tone.CRITICAL,
    Severity.MEDIUM: Tone.WARNING,
    Severity.LOW: Tone.WARNING,
    Severity.INFO: Tone.GOOD,
}


class Deadline(Struct, frozen=True):
    """When the InternalCA of a manager stops being valid. ``not_after`` says why when it is not known."""

    manager: str
    not_after: Answer[datetime]


class Verdict(Struct, frozen=True):
    """What stands at the head of every rendering.

    ``stake`` counts the tunnels by their state, "" when there is none. ``deadlines`` come the earliest first, those that are not known
    last. ``then`` and ``now`` count the findings by their state at the moment of the evidence and today; ``changed`` are those whose state
    is another one today.
    """

    tone: Tone
    word: str
    headline: str
    do_not: tuple[DoNot, ...]
    stake: str
    deadlines: tuple[Deadline, ...]
    then: str
    now: str
    changed: tuple[Finding, ...]
    grave: tuple[Notice, ...]
    remarks: tuple[Notice, ...]


def verdict_of(result: Result) -> Verdict:
    """The verdict of a result."""
    tone = _tone(result)
    return Verdict(
        tone=tone,
        word=urgency_of(result, tone).word,
        headline=result.plan.headline,
        do_not=result.plan.do_not,
        stake=_stake(result.case),
        deadlines=tuple(sorted((Deadline(one.label, one.internal_ca_not_after) for one in result.case.managers), key=_urgency)),
        then=_counted(finding.state_at_evidence for finding in result.findings),
        now=_counted(finding.state for finding in result.findings),
        changed=tuple(one for one in result.findings if one.counts and one.state is not one.state_at_evidence),
        grave=tuple(one for one in result.case.notices if one.grave),
        remarks=tuple(one for one in result.case.notices if not one.grave),
    )


def title_of(result: Result, verdict: Verdict) -> str:
    """The title of the page, by which a person finds it among others: who, how it stands, and for which day."""
    managers = result.case.managers
    who = managers[0].label if managers else _("no FMC")
    if len(managers) > 1:
        who = _("{fmc} and {n} more").format(fmc=who, n=len(managers) - 1)
    down = sum(isinstance(one.state, Known) and one.state.value is TunnelState.DOWN for one in result.case.tunnels)
    told = _("{word}, {down} of {all} tunnels down").format(word=verdict.word, down=down, all=len(result.case.tunnels))
    return f"{who}: {told} · {result.as_of:%Y-%m-%d}"


def _stake(case: Case) -> str:
    """``1 tunnel still up, 2 down, 1 not told``: what there is to lose, and what is lost."""
    states = [tunnel.state.value if isinstance(tunnel.state, Known) else None for tunnel in case.tunnels]
    up = sum(state in (TunnelState.CONNECTED, TunnelState.DEGRADED) for state in states)
    down, untold = states.count(TunnelState.DOWN), states.count(None)
    told = [ngettext("{n} tunnel up", "{n} tunnels up", up).format(n=f"{up:,}")] * bool(up)
    told += [ngettext("{n} tunnel down", "{n} tunnels down", down).format(n=f"{down:,}")] * bool(down)
    told += [ngettext("{n} tunnel unknown", "{n} tunnels unknown", untold).format(n=f"{untold:,}")] * bool(untold)
    return listed(told)


def _urgency(deadline: Deadline) -> tuple[bool, float]:
    if isinstance(deadline.not_after, Known):
        return (False, deadline.not_after.value.timestamp())
    return (True, 0.0)


def _tone(result: Result) -> Tone:
    """The worst of findings and situations. What was not read, or not told, is never green.

    A check that could not tell makes it so only where its answer could change what is to be done (`Result.undecided`).
    """
    if isinstance(result.case.taken_later, Known):
        return Tone.UNKNOWN  # what looks valid may have expired, and the other way round
    tones = [_SEVERITY_TONES[finding.severity] for finding in result.findings if finding.counts]
    boxes = [SITUATIONS[box.situation].tone for box in (*result.plan.managers, *result.plan.devices)]
    tones += boxes
    if result.incomplete or not result.usable or result.undecided:
        tones.append(Tone.UNKNOWN)
    if any(notice.grave for notice in result.case.notices):
        tones.append(Tone.WARNING)
    worst = worst_of(tones)
    return Tone.GOOD if worst is Tone.NEUTRAL else worst


def _counted(states: Iterable[State]) -> str:
    """``2 findings (1 affected, 1 at risk), 3 checks without an answer``; what there is none of is left out."""
    tally = Counter(states)
    found, open_ = tally[State.AFFECTED] + tally[State.AT_RISK], tally[State.UNKNOWN]
    states_ = [
        _("{n} {what}").format(n=f"{tally[one]:,}", what=STATES[one].inline) for one in (State.AFFECTED, State.AT_RISK) if tally[one]
    ]
    text = ngettext("{n} finding ({states})", "{n} findings ({states})", found)
    shown = [text.format(n=f"{found:,}", states=listed(states_))] * bool(found)
    shown += [ngettext("{n} check without an answer", "{n} checks without an answer", open_).format(n=f"{open_:,}")] * bool(open_)
    if shown:
        return listed(shown)
    clear = tally[State.CLEAR]
    return ngettext("{n} check clear", "{n} checks clear", clear).format(n=f"{clear:,}") if clear else _("nothing was checked")
