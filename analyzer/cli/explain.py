"""``--explain RULE[:SUBJECT]``: questions about rules, checked before the evidence is read, answered after."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from analyzer.cli.errors import UnknownQuestion
from analyzer.judge import builtin_rules_folder, load_rules
from analyzer.judge.explain import explained, names
from analyzer.judge.rule import Rule
from analyzer.model.answer import Known
from analyzer.model.case import Device, Manager
from analyzer.model.finding import SubjectKind
from analyzer.model.location import Evidence
from analyzer.model.result import Result
from analyzer.rulefiles.node import did_you_mean
from analyzer.texts import N_, _, ngettext

_NO_SUBJECT = {
    SubjectKind.MANAGER: N_("--explain: this case has no FMC '{subject}'{hint}"),
    SubjectKind.DEVICE: N_("--explain: this case has no device '{subject}'{hint}"),
    SubjectKind.TUNNEL: N_("--explain: this case has no tunnel '{subject}'{hint}"),
    SubjectKind.CERTIFICATE: N_("--explain: this case has no certificate '{subject}'{hint}"),
}


UNREAD = "unread"
"""The question that is about no rule: which lines speak of trouble and were not understood."""


IDENTITY = "identity"
"""The question that is about no rule: why the mentions of an appliance are taken for one, and what was given to none."""


COVERAGE = "coverage"
"""The question that is about no rule: which period each log covers, and where it is silent."""


class Question(Struct, frozen=True):
    """A rule, and the subject that it is asked about: "" for all of its kind. Without a rule it is the question ``about``:
    `UNREAD`, `IDENTITY` or `COVERAGE`."""

    rule: Rule | None
    subject: str
    about: str = UNREAD


def questions(asked: Sequence[str], folders: Sequence[Path]) -> tuple[Question, ...]:
    """What was asked for. Raises `UnknownQuestion` for a rule that is not there, `RuleError` for a rule file that is wrong."""
    if not asked:
        return ()
    rules = load_rules([builtin_rules_folder(), *folders])
    found: list[Question] = []
    for text in asked:
        rule_id, _colon, subject = text.partition(":")
        if rule_id in _ANSWERS:
            found.append(Question(None, subject, rule_id))
            continue
        rule = rules.rule(rule_id)
        if rule is None:
            hint = did_you_mean(rule_id, [*_ANSWERS, *(one.id for one in rules.rules)])
            raise UnknownQuestion(_("--explain: there is no rule '{rule}'{hint}").format(rule=rule_id, hint=hint))
        found.append(Question(rule, subject))
    return tuple(found)


def answers(result: Result, asked: Sequence[Question]) -> Iterator[str]:
    """The lines that answer, each question after an empty line. Raises `UnknownQuestion` for a subject that the case does not have."""
    for question in asked:
        if question.rule is None:
            yield from ("", *_ANSWERS[question.about](result, question.subject))
            continue
        lines = explained(result.case, question.rule, question.subject, result.as_of)
        if lines is None:
            hint = did_you_mean(question.subject, names(result.case, question.rule))
            told = _(_NO_SUBJECT[question.rule.subject])
            raise UnknownQuestion(told.format(subject=question.subject, hint=hint))
        yield from ("", *lines)
    if asked:
        yield ""


def _covered(result: Result, host: str) -> Iterator[str]:
    """The period that each log covers, of one host when one is asked for, and the gaps in it."""
    found = [one for one in result.case.coverage if not host or one.host == host]
    if not found:
        yield _("The evidence contains no log with lines of sftunnel.")
    for one in found:
        lines = ngettext("{n} line", "{n} lines", one.lines).format(n=f"{one.lines:,}")
        name = ", ".join(part for part in (one.source, one.host) if part)
        yield f"{name}: {one.first:%Y-%m-%d %H:%M:%S} - {one.last:%Y-%m-%d %H:%M:%S} UTC, {lines}"
        for gap in one.silences:
            yield "    " + _("nothing from {begins} to {ends} UTC").format(
                begins=f"{gap.begins:%Y-%m-%d %H:%M:%S}", ends=f"{gap.ends:%Y-%m-%d %H:%M:%S}"
            )


def _unread(result: Result, host: str) -> Iterator[str]:
    """Every wording that was not understood, of one host when one is asked for."""
    found = [one for one in result.case.not_understood if not host or one.host == host]
    if not found:
        yield _("Every line about trouble in a tunnel was understood.")
    for one in found:
        when = "" if one.first is None or one.last is None else f"{one.first:%Y-%m-%d %H:%M:%S} - {one.last:%Y-%m-%d %H:%M:%S} UTC"
        lines = ngettext("{n} line", "{n} lines", one.count).format(n=f"{one.count:,}")
        yield f"{one.evidence.location}: {', '.join(part for part in (one.host, lines, when) if part)}"
        yield f"    {one.evidence.text}"


def _identity(result: Result, name: str) -> Iterator[str]:
    """Each appliance (one, when it is asked for by name, address or UUID) with the reasons of its merges, and what was given to none."""
    appliances: list[Manager | Device] = [*result.case.managers, *result.case.devices]
    chosen = [one for one in appliances if not name or name.lower() in _called(one)]
    if name and not chosen:
        hint = did_you_mean(name, [one.label for one in appliances])
        raise UnknownQuestion(_("--explain: this case has no appliance '{name}'{hint}").format(name=name, hint=hint))
    for one in chosen:
        kind = _("FMC") if isinstance(one, Manager) else _("device")
        yield _("{label} is one {kind}:").format(label=one.label, kind=kind)
        for sign in one.role_signs:
            role = _("FMC") if sign.role == "manager" else _("device")
            yield f"  {role}: {sign.text} ({sign.weight})" + _places(sign.evidence)
        for merge in one.merged:
            yield f"  = {merge.text}" + _places(merge.evidence)
        if not one.merged:
            yield "  " + _("no records were joined")
    if not name:
        for left in result.case.unassigned:
            yield f"- {left.text}" + _places(left.evidence)


def _called(one: Manager | Device) -> set[str]:
    values = [answer.value for answer in (one.name, one.address, one.uuid) if isinstance(answer, Known)]
    return {text.lower() for text in (one.key, one.label, *values)}


def _places(evidence: Sequence[Evidence]) -> str:
    return ": " + ", ".join(str(one.location) for one in evidence[:5]) if evidence else ""


_ANSWERS: dict[str, Callable[[Result, str], Iterator[str]]] = {UNREAD: _unread, IDENTITY: _identity, COVERAGE: _covered}
