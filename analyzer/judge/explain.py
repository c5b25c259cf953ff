"""Why a rule said what it said of a subject: each needed fact with its place, each part of each condition with its value, in order.

Plain text, which holds texts from evidence as they are: whoever prints it neutralises them, line by line.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct

from analyzer.judge.condition import Condition, compile_condition
from analyzer.judge.cost import STEPS_OF_A_RULE, Budget
from analyzer.judge.errors import ExpressionError
from analyzer.judge.judging import Decision, absences, decide
from analyzer.judge.parts import Part, parts_of
from analyzer.judge.rule import Rule
from analyzer.judge.seen_facts import SeenFacts, SeenFactsByRule
from analyzer.judge.subjects import Subject, resolve, subjects
from analyzer.judge.template import plain
from analyzer.judge.vocabulary import ELEMENT
from analyzer.model.answer import Missing
from analyzer.model.case import Case
from analyzer.model.finding import State, SubjectKind
from analyzer.texts import N_, _, ngettext

MAX_SUBJECTS = 50
"""Subjects explained for one rule; a single one can be asked for by name."""

_SHOWN = 160
"""Characters of one value."""

_ANSWER, _PART = "  ", "    "

_NOTHING = {
    SubjectKind.MANAGER: N_("{rule}: this case has no FMC, so the rule had nothing to check."),
    SubjectKind.DEVICE: N_("{rule}: this case has no device, so the rule had nothing to check."),
    SubjectKind.TUNNEL: N_("{rule}: this case has no tunnel, so the rule had nothing to check."),
    SubjectKind.CERTIFICATE: N_("{rule}: this case has no certificate, so the rule had nothing to check."),
}
_JUDGED = {
    SubjectKind.MANAGER: N_("{rule} on FMC {subject}, evaluated as of {moment}"),
    SubjectKind.DEVICE: N_("{rule} on device {subject}, evaluated as of {moment}"),
    SubjectKind.TUNNEL: N_("{rule} on tunnel {subject}, evaluated as of {moment}"),
    SubjectKind.CERTIFICATE: N_("{rule} on certificate {subject}, evaluated as of {moment}"),
}

_PLACES = 3
"""Places named of one value."""


def explained(case: Case, rule: Rule, subject: str, as_of: datetime) -> list[str] | None:
    """The lines that tell how a rule came to its answers.

    ``subject`` is a key or a label of the case, also of the manager or device that a tunnel belongs to; "" stands for every subject.
    None when there is no such subject.
    """
    everyone = list(subjects(case, rule.subject))
    chosen = [one for one in everyone if not subject or subject in _names(case, one)]
    if subject and not chosen:
        return None
    if not chosen:
        return [_(_NOTHING[rule.subject]).format(rule=rule.id)]
    lines: list[str] = []
    for number, one in enumerate(chosen[:MAX_SUBJECTS]):
        lines += ["", *_explain(rule, one, as_of)] if number else _explain(rule, one, as_of)
    if len(chosen) > MAX_SUBJECTS:
        told = _("And {number} more; ask for one by name: {rule}:{subject}")
        lines += ["", told.format(number=len(chosen) - MAX_SUBJECTS, rule=rule.id, subject=chosen[MAX_SUBJECTS].label)]
    return lines


def names(case: Case, rule: Rule) -> list[str]:
    """The labels that a subject of this rule may be asked for by."""
    return [one.label for one in subjects(case, rule.subject)]


def _names(case: Case, subject: Subject) -> set[str]:
    managers = {one.label for one in case.managers if one.key in subject.neighbours}
    devices = {one.label for one in case.devices if one.key in subject.neighbours}
    return {subject.label, *subject.neighbours, *managers, *devices}


def _explain(rule: Rule, subject: Subject, as_of: datetime) -> list[str]:
    seen_facts = SeenFactsByRule(rule, Budget(STEPS_OF_A_RULE))
    lines = [_(_JUDGED[subject.kind]).format(rule=rule.id, subject=subject.label, moment=plain(as_of))]
    try:
        decision = decide(rule, subject, as_of, seen_facts)
        sight = seen_facts.of(subject, as_of)
        return [*lines, *_before(rule, subject, as_of, sight), *_verdicts(rule, subject, as_of, sight, decision), *_answer(rule, decision)]
    except ExpressionError as error:
        return [*lines, _ANSWER + _("answer: {state}: {why}").format(state=State.ERROR.value, why=error)]


def _before(rule: Rule, subject: Subject, now: datetime, sight: SeenFacts) -> Iterator[str]:
    """What stands before the verdicts: the facts needed, and whether the rule concerns this subject."""
    if rule.needs:
        yield _ANSWER + _("needs")
        for path in rule.needs:
            yield f"    {_value(subject, path, now)}"
    if rule.applies is not None:
        yield _ANSWER + _("applies to this subject when")
        if any(path in rule.applies_needs for path, _missing in absences(rule.needs, subject, now)):
            yield _PART + _("unknown: what it needs is missing")
        else:
            yield from _condition(rule.applies, rule, subject, now, sight, "    ")


def _verdicts(rule: Rule, subject: Subject, now: datetime, sight: SeenFacts, decision: Decision) -> Iterator[str]:
    for number, verdict in enumerate(rule.verdicts, 1):
        heading = f"  {number}. {verdict.state.value}: {{outcome}}"
        if decision.state is State.NOT_APPLICABLE and decision.verdict is None:
            yield heading.format(outcome=_("not evaluated, the rule does not apply to this subject"))
            continue
        if absences(rule.needs, subject, now):
            yield heading.format(outcome=_("not evaluated, what the rule needs is missing"))
            continue
        lacking = absences(verdict.needs, subject, now)
        holds = not lacking and sight.shows(verdict.when)
        barred = holds and decision.verdict is None
        yield heading.format(outcome=_outcome(bool(lacking), holds, barred))
        for path in verdict.needs:
            yield _PART + _("needs {fact}").format(fact=_value(subject, path, now))
        if not lacking:
            yield from _condition(verdict.when, rule, subject, now, sight, "    ")
        if decision.verdict is verdict or barred:
            rest = len(rule.verdicts) - number
            if rest:
                told = ngettext(
                    "{n} further verdict not evaluated: the first that is true decides",
                    "{n} further verdicts not evaluated: the first that is true decides",
                    rest,
                )
                yield _ANSWER + told.format(n=rest)
            return


def _outcome(lacking: bool, holds: bool, barred: bool) -> str:
    if lacking:
        return _("unknown, because what it needs is missing; no later 'clear' can be given")
    if barred:
        return _("true, but a verdict before it is unknown")
    return _("true") if holds else _("false")


def _condition(condition: Condition, rule: Rule, subject: Subject, now: datetime, sight: SeenFacts, indent: str) -> Iterator[str]:
    named: set[str] = set()
    yield from _part(parts_of(condition.source), rule, subject, now, sight, indent, named)


def _part(part: Part, rule: Rule, subject: Subject, now: datetime, sight: SeenFacts, indent: str, named: set[str]) -> Iterator[str]:
    condition = compile_condition(part.source, rule.subject)
    yield f"{indent}[{_truth(condition, subject, now, sight)}] {_(part.joined) + ':' if part.joined else part.source}"
    for inner in part.parts:
        yield from _part(inner, rule, subject, now, sight, f"{indent}  ", named)
    if not part.parts:
        for path in sorted({path.split(ELEMENT)[0] for path in condition.paths | condition.guards} - named):
            named.add(path)
            yield f"{indent}        {_value(subject, path, now)}"


def _truth(condition: Condition, subject: Subject, now: datetime, sight: SeenFacts) -> str:
    """``true``, ``false``; ``-`` where a part alone cannot be told, because what it looks at is missing."""
    try:
        return "true" if sight.shows(condition) else "false"
    except ExpressionError:
        if any(isinstance(resolve(subject, path.split(ELEMENT)[0], now), Missing) for path in condition.paths):
            return "-"
        raise


def _value(subject: Subject, path: str, now: datetime) -> str:
    answer = resolve(subject, path, now)
    if isinstance(answer, Missing):
        told = _("{path} is unknown: {why}. To resolve this: {obtain}.") if answer.obtain else _("{path} is unknown: {why}.")
        return told.format(path=path, why=answer.why, obtain=answer.obtain)
    places = ", ".join(str(place.location) for place in answer.evidence[:_PLACES])
    more = len(answer.evidence) - _PLACES
    found = (
        _("(at {places} and {number} more)").format(places=places, number=more) if more > 0 else _("(at {places})").format(places=places)
    )
    where = f"  {found}" if places else ""
    assumed = "  " + _("(assumed: {assumption})").format(assumption=answer.assumed.rstrip(".")) if answer.assumed else ""
    return f"{path} = {_shown(answer.value)}{where}{assumed}"


def _shown(value: Any) -> str:
    """A value in few words; a thing with fields is only said to be there."""
    if isinstance(value, tuple) and any(isinstance(item, Struct) for item in value):
        return ngettext("{n} entry", "{n} entries", len(value)).format(n=len(value))
    if isinstance(value, Struct):
        return _("(in the evidence)")
    text = plain(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _answer(rule: Rule, decision: Decision) -> Iterator[str]:
    yield _ANSWER + _("answer: {state}").format(state=decision.state.value)
    if decision.state is State.CLEAR and decision.verdict is None:
        yield _PART + _("no verdict is true, and nothing was missing")
    for path, missing in decision.missing:
        yield _PART + _("because {path} is missing: {why}").format(path=path, why=missing.why)
    if decision.verdict is not None and decision.verdict.remedy and decision.state in (State.AFFECTED, State.AT_RISK):
        yield _PART + _("remedy: {remedy}").format(remedy=decision.verdict.remedy)
    if decision.state is State.AFFECTED and rule.causes:
        yield _PART + _("may be caused by: {rules}").format(rules=", ".join(cause.rule for cause in rule.causes))
