"""``--explain RULE[:SUBJECT]``: questions about rules, checked before the evidence is read, answered after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from analyzer.judge import builtin_rules_folder, load_rules
from analyzer.judge.explain import explained, names
from analyzer.judge.rule import Rule
from analyzer.model.finding import SubjectKind
from analyzer.model.result import Result
from analyzer.rulefiles.node import did_you_mean
from analyzer.texts import N_, _

_NO_SUBJECT = {
    SubjectKind.MANAGER: N_("--explain: this case has no manager '{subject}'{hint}"),
    SubjectKind.DEVICE: N_("--explain: this case has no device '{subject}'{hint}"),
    SubjectKind.TUNNEL: N_("--explain: this case has no tunnel '{subject}'{hint}"),
    SubjectKind.CERTIFICATE: N_("--explain: this case has no certificate '{subject}'{hint}"),
}


class UnknownQuestion(Exception):
    """There is no such rule, or the case has no such subject."""


class Question(Struct, frozen=True):
    """A rule, and the subject that it is asked about: "" for all of its kind."""

    rule: Rule
    subject: str


def questions(asked: Sequence[str], folders: Sequence[Path]) -> tuple[Question, ...]:
    """What was asked for. Raises `UnknownQuestion` for a rule that is not there, `RuleError` for a rule file that is wrong."""
    if not asked:
        return ()
    rules = load_rules([builtin_rules_folder(), *folders])
    found: list[Question] = []
    for text in asked:
        rule_id, _colon, subject = text.partition(":")
        rule = rules.rule(rule_id)
        if rule is None:
            hint = did_you_mean(rule_id, [one.id for one in rules.rules])
            raise UnknownQuestion(_("--explain: there is no rule '{rule}'{hint}").format(rule=rule_id, hint=hint))
        found.append(Question(rule, subject))
    return tuple(found)


def answers(result: Result, asked: Sequence[Question]) -> Iterator[str]:
    """The lines that answer, each question after an empty line. Raises `UnknownQuestion` for a subject that the case does not have."""
    for question in asked:
        lines = explained(result.case, question.rule, question.subject, result.as_of)
        if lines is None:
            hint = did_you_mean(question.subject, names(result.case, question.rule))
            told = _(_NO_SUBJECT[question.rule.subject])
            raise UnknownQuestion(told.format(subject=question.subject, hint=hint))
        yield from ("", *lines)
    if asked:
        yield ""
