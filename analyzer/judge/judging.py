"""Every rule on every subject of its kind: states, evidence, causes, order. Rules hold the logic, this room everything around it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from analyzer.judge.cost import STEPS_OF_ALL_RULES, Budget
from analyzer.judge.errors import ExpressionError
from analyzer.judge.rule import Rule, RuleSet, Verdict
from analyzer.judge.seen_facts import SeenFactsByRule
from analyzer.judge.subjects import Subject, resolve, subjects
from analyzer.judge.template import plain
from analyzer.model.answer import Known, Missing
from analyzer.model.case import Case
from analyzer.model.finding import Finding, State, SubjectKind
from analyzer.model.location import Evidence
from analyzer.texts import N_, _

MAX_RELATED = 20
"""Related places of one finding."""

_NOT_CONCERNED = {
    SubjectKind.MANAGER: N_("Not applicable to this FMC."),
    SubjectKind.DEVICE: N_("Not applicable to this device."),
    SubjectKind.TUNNEL: N_("Not applicable to this tunnel."),
    SubjectKind.CERTIFICATE: N_("Not applicable to this certificate."),
}

_log = logging.getLogger(__name__)


def judge(case: Case, rules: RuleSet, as_of: datetime) -> tuple[Finding, ...]:
    """What every rule says of every subject of its kind.

    ``as_of`` is "today" (aware, UTC) and gives the state; the time of the evidence gives the other state, the same one when that time is
    not known. Ordered by severity (the highest first), rule and subject.
    """
    then = case.evidence_time.value if isinstance(case.evidence_time, Known) else as_of
    budget = Budget(STEPS_OF_ALL_RULES)
    judged: list[_Judged] = []
    by_kind = {kind: tuple(subjects(case, kind)) for kind in SubjectKind}
    for rule in rules.in_order_of_folders():
        judged_by = by_kind[rule.subject]
        seen_facts = SeenFactsByRule(rule, budget.of_rule(len(judged_by)))
        judged += [_judge_one(rule, subject, as_of, then, seen_facts) for subject in judged_by]
    affected = {one.finding.key for one in judged if one.finding.state is State.AFFECTED}
    findings = (_explained(one, affected) for one in judged)
    return tuple(sorted(findings, key=lambda finding: (-finding.severity, finding.rule, finding.subject)))


class _Judged(Struct, frozen=True):
    """A finding, and the keys of findings that would explain it, the best first."""

    finding: Finding
    possible_causes: tuple[str, ...]


class Decision(Struct, frozen=True):
    """A state, and the verdict that gave it (None: what is missing, or no condition held)."""

    state: State
    verdict: Verdict | None = None
    missing: tuple[tuple[str, Missing], ...] = ()


def _explained(judged: _Judged, affected: AbstractSet[str]) -> Finding:
    """The finding, with the first of its possible causes that is there."""
    cause = next((key for key in judged.possible_causes if key in affected), "")
    return replace(judged.finding, caused_by=cause) if cause else judged.finding


def _judge_one(rule: Rule, subject: Subject, as_of: datetime, then: datetime, seen_facts: SeenFactsByRule) -> _Judged:
    """The one place where a rule may fail without ending the run: what it raises becomes its finding."""
    try:
        decision = decide(rule, subject, as_of, seen_facts)
        same = then == as_of or "now" not in rule.tree
        at_evidence = decision.state if same else decide(rule, subject, then, seen_facts).state
        finding = _finding(rule, subject, decision, at_evidence, as_of)
        return _Judged(finding, _possible_causes(rule, subject, finding, as_of, seen_facts))
    except ExpressionError as error:
        return _Judged(_failed(rule, subject, str(error)), ())
    except Exception as error:
        _log.exception("rule %s on %s", rule.id, subject.key)
        return _Judged(_failed(rule, subject, str(error) or type(error).__name__), ())


def decide(rule: Rule, subject: Subject, now: datetime, seen_facts: SeenFactsByRule) -> Decision:
    """The first verdict whose condition holds. One that could not be told stands in the way of a later "clear", not of a later trouble.

    Raises `ExpressionError` for a condition that fails, or that takes more steps than the budget of the seen_facts holds.
    """
    absent = absences(rule.needs, subject, now)
    if absent and (rule.applies is None or any(path in rule.applies_needs for path, _ in absent)):
        return Decision(State.UNKNOWN, missing=absent)
    sight = seen_facts.of(subject, now)
    if rule.applies is not None and not sight.shows(rule.applies):
        return Decision(State.NOT_APPLICABLE)
    if absent:
        return Decision(State.UNKNOWN, missing=absent)
    untold: dict[str, Missing] = {}
    for verdict in rule.verdicts:
        lacking = absences(verdict.needs, subject, now)
        if lacking:
            untold.update(lacking)
            continue
        if sight.shows(verdict.when):
            if untold and verdict.state not in (State.AFFECTED, State.AT_RISK):
                break
            return Decision(verdict.state, verdict)
    if untold:
        return Decision(State.UNKNOWN, missing=tuple(untold.items()))
    return Decision(State.CLEAR)


def absences(needs: Sequence[str], subject: Subject, now: datetime) -> tuple[tuple[str, Missing], ...]:
    """Those of the needed paths that are not in evidence, each with why."""
    answers = ((path, resolve(subject, path, now)) for path in needs)
    return tuple((path, answer) for path, answer in answers if isinstance(answer, Missing))


def _finding(rule: Rule, subject: Subject, decision: Decision, at_evidence: State, now: datetime) -> Finding:
    verdict = decision.verdict
    places = _places(verdict.evidence if verdict else rule.evidence, subject, now)
    speaks = decision.state not in (State.UNKNOWN, State.NOT_APPLICABLE)
    if speaks and not places:
        return _failed(rule, subject, f"no evidence stands behind '{decision.state.value}': none of its evidence paths leads to a place")
    primary = places[0] if speaks else None
    blocking = [place for _, missing in decision.missing for place in missing.evidence]  # only where the state is unknown
    related = places[1:] if speaks else _each_once([*blocking, *places])
    counts = decision.state in (State.AFFECTED, State.AT_RISK)
    return Finding(
        rule=rule.id,
        subject_kind=subject.kind,
        subject=subject.key,
        subject_label=subject.label,
        state=decision.state,
        state_at_evidence=at_evidence,
        severity=verdict.severity if verdict and counts else rule.severity,
        title=(verdict.title if verdict else rule.title).fill(subject, now),
        explanation=_explanation(rule, subject, decision, now),
        primary=primary,
        related=tuple(related[:MAX_RELATED]),
        missing=decision.missing,
        date=_date(rule, subject, now),
        remedy=(verdict.remedy if verdict and counts else ""),
        affects=_labels(rule, subject, now) if counts else (),
        caused_by="",
        references=rule.references,
        leads_to=(verdict.leads_to if verdict and counts else None),
        steps=(verdict.steps if verdict and counts else ()),
    )


def _explanation(rule: Rule, subject: Subject, decision: Decision, now: datetime) -> str:
    verdict = decision.verdict
    match decision.state:
        case State.UNKNOWN:
            reasons = dict.fromkeys((missing.why, missing.obtain) for _, missing in decision.missing)
            return " ".join(_untold(why, obtain) for why, obtain in reasons)
        case State.NOT_APPLICABLE if verdict is None:
            return _(_NOT_CONCERNED[subject.kind])
    text = verdict.explanation.fill(subject, now) if verdict else _("Checked: no problem of this kind.")
    if decision.state in (State.AFFECTED, State.AT_RISK):
        likeness = rule.looks_like.fill(subject, now)
        text += " " + _("It could also be: {likeness}").format(likeness=likeness) if likeness else ""
    assumed = dict.fromkeys(
        answer.assumed
        for path in (*rule.needs, *(verdict.needs if verdict else ()))
        if isinstance(answer := resolve(subject, path, now), Known) and answer.assumed
    )
    rests = _("This is based on an assumption: {assumption}.")
    return " ".join([text, *(rests.format(assumption=assumption.rstrip(".")) for assumption in assumed)])


def _untold(why: str, obtain: str) -> str:
    told = _("Cannot tell, because {why}.").format(why=why)
    settle = _("To resolve this: {obtain}.").format(obtain=obtain)
    return f"{told} {settle}" if obtain else told


def _places(paths: Iterable[str], subject: Subject, now: datetime) -> list[Evidence]:
    """The evidence of these paths, in their order, each place once."""
    answers = (resolve(subject, path, now) for path in paths)
    return _each_once([place for answer in answers if isinstance(answer, Known) for place in answer.evidence])


def _each_once(places: list[Evidence]) -> list[Evidence]:
    return list(dict.fromkeys(places)) if len(places) > 1 else places


def _date(rule: Rule, subject: Subject, now: datetime) -> datetime | None:
    answer = resolve(subject, rule.date, now) if rule.date else None
    return answer.value if isinstance(answer, Known) else None


def _labels(rule: Rule, subject: Subject, now: datetime) -> tuple[str, ...]:
    answer = resolve(subject, rule.affects, now) if rule.affects else None
    if not isinstance(answer, Known):
        return ()
    return (answer.value,) if isinstance(answer.value, str) else tuple(map(plain, answer.value))


def _possible_causes(rule: Rule, subject: Subject, finding: Finding, now: datetime, seen_facts: SeenFactsByRule) -> tuple[str, ...]:
    if not finding.counts or not rule.causes:
        return ()
    sight = seen_facts.of(subject, now)
    return tuple(f"{cause.rule}:{key}" for cause in rule.causes if sight.shows(cause.when) for key in subject.neighbours)


def _failed(rule: Rule, subject: Subject, error: str) -> Finding:
    return Finding(
        rule=rule.id,
        subject_kind=subject.kind,
        subject=subject.key,
        subject_label=subject.label,
        state=State.ERROR,
        state_at_evidence=State.ERROR,
        severity=rule.severity,
        title=_("The rule {rule} failed").format(rule=rule.id),
        explanation=_("This rule could not be evaluated. The fault is in the rule, not in the evidence: {error}").format(error=error),
        primary=None,
        related=(),
        missing=(),
        date=None,
        remedy="",
        affects=(),
        caused_by="",
        references=rule.references,
        error=error,
    )
