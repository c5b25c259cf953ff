"""Why a rule said what it said of a subject: each needed fact with its place, each part of each condition with its value, in order.

Plain text, which holds texts from evidence as they are: whoever prints it neutralises them, line by line.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from analyzer.judge.condition import Condition, compile_condition
from analyzer.judge.cost import STEPS_OF_A_RULE, Purse
from analyzer.judge.errors import ExpressionError
from analyzer.judge.judging import Decision, Sight, absences, decide
from analyzer.judge.parts import Part, parts_of
from analyzer.judge.rule import Rule, Verdict
from analyzer.judge.subjects import Subject, resolve, subjects
from analyzer.judge.template import plain
from analyzer.judge.vocabulary import ELEMENT
from analyzer.model.answer import Missing
from analyzer.model.case import Case
from analyzer.model.finding import State

MAX_SUBJECTS = 50
"""Subjects explained for one rule; a single one can be asked for by name."""

_SHOWN = 160
"""Characters of one value."""

_HOLDS = "holds"

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
        return [f"{rule.id}: this case holds no {rule.subject.value}, so the rule had nothing to judge."]
    lines: list[str] = []
    for number, one in enumerate(chosen[:MAX_SUBJECTS]):
        lines += ["", *_explain(rule, one, as_of)] if number else _explain(rule, one, as_of)
    if len(chosen) > MAX_SUBJECTS:
        lines += ["", f"And {len(chosen) - MAX_SUBJECTS} more; ask for one by name: {rule.id}:{chosen[MAX_SUBJECTS].label}"]
    return lines


def names(case: Case, rule: Rule) -> list[str]:
    """The labels that a subject of this rule may be asked for by."""
    return [one.label for one in subjects(case, rule.subject)]


def _names(case: Case, subject: Subject) -> set[str]:
    managers = {one.label for one in case.managers if one.key in subject.neighbours}
    devices = {one.label for one in case.devices if one.key in subject.neighbours}
    return {subject.label, *subject.neighbours, *managers, *devices}


def _explain(rule: Rule, subject: Subject, as_of: datetime) -> list[str]:
    purse = Purse(STEPS_OF_A_RULE)
    lines = [f"{rule.id} on {subject.kind.value} {subject.label}, judged as of {plain(as_of)}"]
    try:
        decision = decide(rule, subject, as_of, purse)
        sight = Sight(subject, rule, as_of, purse)
        return [*lines, *_before(rule, subject, as_of, sight), *_verdicts(rule, subject, as_of, sight, decision), *_answer(rule, decision)]
    except ExpressionError as error:
        return [*lines, f"  answer: {State.ERROR.value}: {error}"]


def _before(rule: Rule, subject: Subject, now: datetime, sight: Sight) -> Iterator[str]:
    """What stands before the verdicts: the facts needed, and whether the rule concerns this subject."""
    if rule.needs:
        yield "  needs"
        for path in rule.needs:
            yield f"    {_value(subject, path, now)}"
    if rule.applies is not None:
        yield "  concerns this subject when"
        if any(path in rule.applies_needs for path, _ in absences(rule.needs, subject, now)):
            yield "    cannot be told: what it needs is missing"
        else:
            yield from _condition(rule.applies, rule, subject, now, sight, "    ")


def _verdicts(rule: Rule, subject: Subject, now: datetime, sight: Sight, decision: Decision) -> Iterator[str]:
    for number, verdict in enumerate(rule.verdicts, 1):
        heading = f"  {number}. {verdict.state.value}"
        if decision.state is State.NOT_APPLICABLE and decision.verdict is None:
            yield f"{heading}: not asked, the rule does not concern this subject"
            continue
        if absences(rule.needs, subject, now):
            yield f"{heading}: not asked, what the rule needs is missing"
            continue
        lacking = absences(verdict.needs, subject, now)
        outcome = _outcome(verdict, bool(lacking), sight)
        barred = outcome == _HOLDS and decision.verdict is None
        yield f"{heading}: {f'{outcome}, but a verdict before it could not be told' if barred else outcome}"
        for path in verdict.needs:
            yield f"    needs {_value(subject, path, now)}"
        if not lacking:
            yield from _condition(verdict.when, rule, subject, now, sight, "    ")
        if decision.verdict is verdict or barred:
            rest = len(rule.verdicts) - number
            if rest:
                yield f"  {rest} further {'verdict' if rest == 1 else 'verdicts'} not asked: the first that holds decides"
            return


def _outcome(verdict: Verdict, lacking: bool, sight: Sight) -> str:
    if lacking:
        return "cannot be told, what it needs is missing; no later 'clear' can be given"
    return _HOLDS if sight.shows(verdict.when) else "does not hold"


def _condition(condition: Condition, rule: Rule, subject: Subject, now: datetime, sight: Sight, indent: str) -> Iterator[str]:
    named: set[str] = set()
    yield from _part(parts_of(condition.source), rule, subject, now, sight, indent, named)


def _part(part: Part, rule: Rule, subject: Subject, now: datetime, sight: Sight, indent: str, named: set[str]) -> Iterator[str]:
    condition = compile_condition(part.source, rule.subject)
    yield f"{indent}[{_truth(condition, subject, now, sight)}] {part.joined + ':' if part.joined else part.source}"
    for inner in part.parts:
        yield from _part(inner, rule, subject, now, sight, f"{indent}  ", named)
    if not part.parts:
        for path in sorted({path.split(ELEMENT)[0] for path in condition.paths | condition.guards} - named):
            named.add(path)
            yield f"{indent}        {_value(subject, path, now)}"


def _truth(condition: Condition, subject: Subject, now: datetime, sight: Sight) -> str:
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
        settle = f" To settle it: {answer.obtain}." if answer.obtain else ""
        return f"{path} is not in evidence: {answer.why}.{settle}"
    places = [str(place.location) for place in answer.evidence[:_PLACES]]
    more = len(answer.evidence) - len(places)
    where = f"  (at {', '.join(places)}{f' and {more} more' if more > 0 else ''})" if places else ""
    assumed = f"  (assumed: {answer.assumed.rstrip('.')})" if answer.assumed else ""
    return f"{path} = {_shown(answer.value)}{where}{assumed}"


def _shown(value: Any) -> str:
    """A value in few words; a thing with fields is only said to be there."""
    if isinstance(value, tuple) and any(hasattr(item, "__dataclass_fields__") for item in value):
        return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
    if hasattr(value, "__dataclass_fields__"):
        return "(in evidence)"
    text = plain(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _answer(rule: Rule, decision: Decision) -> Iterator[str]:
    yield f"  answer: {decision.state.value}"
    if decision.state is State.CLEAR and decision.verdict is None:
        yield "    no verdict holds, and nothing was missing"
    for path, missing in decision.missing:
        yield f"    for want of {path}: {missing.why}"
    if decision.verdict is not None and decision.verdict.remedy and decision.state in (State.AFFECTED, State.AT_RISK):
        yield f"    remedy: {decision.verdict.remedy}"
    if decision.state is State.AFFECTED and rule.causes:
        yield f"    may be explained by: {', '.join(cause.rule for cause in rule.causes)}"
