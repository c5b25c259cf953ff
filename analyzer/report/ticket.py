"""The case in six lines for somebody who has no report: what, since when, what it costs, who, what is planned, and what is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from analyzer.model.answer import Known
from analyzer.model.case import TunnelState
from analyzer.model.result import Result
from analyzer.report.appliances import Fleet, fleet_of
from analyzer.report.front import meanwhile_of, standing_words
from analyzer.report.neutralise import neutralise
from analyzer.report.unknowns import gaps_of
from analyzer.report.verdict import verdict_of
from analyzer.report.wording import listed, moment
from analyzer.report.work import Work, work_of
from analyzer.texts import _, ngettext, speaking

NAMED = 10
"""Devices of one state that are named; more are counted."""

STEPS = 6
"""Titles of steps that stand in the plan; the rest is counted."""

ASKED = 3
"""Things that are asked for."""


def ticket_text(result: Result) -> str:
    """The lines in the language of the result, each neutralised, ending with a line feed."""
    with speaking(result.language):
        fleet = fleet_of(result)
        lines = tuple(ticket_lines(result, fleet, work_of(fleet)))
    return "".join(f"{neutralise(line)}\n" for line in lines)


def ticket_lines(result: Result, fleet: Fleet, work: Work) -> Iterator[str]:
    """The six lines, in the language that is spoken."""
    verdict = verdict_of(result)
    yield _("What: {word}. {headline}").format(word=verdict.word, headline=" ".join((verdict.headline, *result.plan.also)))
    yield _("Since: {when}").format(when=_since(result) or _("no beginning is known from the files"))
    yield _("Impact: {impact}").format(impact=meanwhile_of(fleet) or _("no device is known to be down"))
    yield _("Devices: {devices}").format(devices=_devices(fleet) or _("none in the files"))
    yield _("Plan: {plan}").format(plan=_plan(work) or _("nothing to do"))
    yield _("Needed from you: {needed}").format(needed=_needed(result) or _("nothing more"))


def _since(result: Result) -> str:
    """When the trouble began: the ends of expired InternalCAs, and the first tunnel that is still down."""
    told = [
        _("the InternalCA of {fmc} expired on {moment}").format(fmc=one.label, moment=moment(one.internal_ca_not_after.value))
        for one in result.case.managers
        if isinstance(one.internal_ca_not_after, Known) and one.internal_ca_not_after.value < result.as_of
    ]
    drops = [
        one.since.value
        for one in result.case.tunnels
        if isinstance(one.state, Known) and one.state.value is TunnelState.DOWN and isinstance(one.since, Known)
    ]
    if drops:
        told.append(_("the first tunnel that is down dropped on {moment}").format(moment=moment(min(drops))))
    return listed(told)


def _devices(fleet: Fleet) -> str:
    told = [
        _("{n} {state} ({names})").format(n=f"{len(labels):,}", state=words, names=_some(labels)) for words, labels in standing_words(fleet)
    ]
    return "; ".join(told)


def _plan(work: Work) -> str:
    titles = [entry.view.step.title for part in work.parts if not part.shared for entry in part.entries if entry.same is None]
    titles += [
        ngettext("the steps of {n} device", "the steps of {n} devices", len(part.members)).format(n=len(part.members))
        for part in work.parts
        if part.shared
    ]
    return _numbered(titles)


def _numbered(titles: list[str]) -> str:
    told = [f"({number}) {title}" for number, title in enumerate(titles[:STEPS], start=1)]
    if len(titles) > STEPS:
        left = len(titles) - STEPS
        told.append(ngettext("and {n} more", "and {n} more", left).format(n=left))
    return "; ".join(told)


def _needed(result: Result) -> str:
    steps = [step.title for step in result.plan.collect]
    gaps = [f"{gap.what}: {gap.obtain}" for gap in gaps_of(result)]
    return "; ".join(dict.fromkeys((steps or gaps)[:ASKED]))


def _some(labels: Iterable[str]) -> str:
    names = list(labels)
    if len(names) <= NAMED:
        return listed(names)
    return _("{names} and {n} more").format(names=listed(names[:NAMED]), n=len(names) - NAMED)
