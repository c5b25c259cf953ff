"""A rule as a page: what it means, how it decides, what evidence it needs, what else looks like it, where that is known from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from analyzer.authoring.plain_words import condition_lines
from analyzer.judge.rule import Rule, Verdict
from analyzer.judge.template import Slot, Template
from analyzer.model.finding import Severity, State, SubjectKind
from analyzer.texts import N_, _

Obtain = Callable[[Rule, str], str]
"""How the fact at a path of a rule is obtained, "" when nobody knows."""

_STATES = {
    State.AFFECTED: N_("affected"),
    State.AT_RISK: N_("at risk"),
    State.CLEAR: N_("clear"),
    State.NOT_APPLICABLE: N_("does not apply"),
}
_SEVERITIES = {
    Severity.CRITICAL: N_("critical"),
    Severity.HIGH: N_("high"),
    Severity.MEDIUM: N_("medium"),
    Severity.LOW: N_("low"),
    Severity.INFO: N_("info"),
}
_ABOUT = {
    SubjectKind.MANAGER: N_("For each FMC. Severity: {severity}."),
    SubjectKind.DEVICE: N_("For each device. Severity: {severity}."),
    SubjectKind.TUNNEL: N_("For each tunnel. Severity: {severity}."),
    SubjectKind.CERTIFICATE: N_("For each certificate. Severity: {severity}."),
}
_CONCERNS = {
    SubjectKind.MANAGER: N_("It applies to an FMC only when:"),
    SubjectKind.DEVICE: N_("It applies to a device only when:"),
    SubjectKind.TUNNEL: N_("It applies to a tunnel only when:"),
    SubjectKind.CERTIFICATE: N_("It applies to a certificate only when:"),
}
_ALWAYS = {
    SubjectKind.MANAGER: N_("Only what is always known about an FMC."),
    SubjectKind.DEVICE: N_("Only what is always known about a device."),
    SubjectKind.TUNNEL: N_("Only what is always known about a tunnel."),
    SubjectKind.CERTIFICATE: N_("Only what is always known about a certificate."),
}


def describe(rule: Rule, obtain: Obtain, *, level: int = 1) -> list[str]:
    """The page of a rule as lines of Markdown, its heading at this level."""
    mark = "#" * level
    lines = [f"{mark} {rule.id}", "", f"**{text_of(rule.title)}**", ""]
    lines += [_(_ABOUT[rule.subject]).format(severity=_(_SEVERITIES[rule.severity])), ""]
    lines += [f"{mark}# " + _("What it means"), "", *_meanings(rule)]
    lines += [f"{mark}# " + _("How it decides"), "", *_decision(rule)]
    lines += [f"{mark}# " + _("What evidence it needs"), "", *_needs(rule, obtain)]
    if rule.looks_like.parts:
        lines += [f"{mark}# " + _("What else looks like it"), "", text_of(rule.looks_like), ""]
    if rule.causes:
        lines += [
            f"{mark}# " + _("What may cause it"),
            "",
            _("A finding of {rules}.").format(rules=_list(cause.rule for cause in rule.causes)),
            "",
        ]
    lines += [
        f"{mark}# " + _("Sources"),
        "",
        *(f"- {reference}" for reference in rule.references or (_("no source"),)),
        "",
    ]
    return lines


def text_of(template: Template) -> str:
    """A text with the names of its values: ``the InternalCA of `manager.label` ``."""
    return "".join(f"`{part.path}`" if isinstance(part, Slot) else part for part in template.parts)


def _meanings(rule: Rule) -> Iterator[str]:
    """What is said for each trouble, each text once."""
    seen: set[str] = set()
    for verdict in rule.verdicts:
        text = text_of(verdict.explanation)
        if verdict.state in (State.AFFECTED, State.AT_RISK) and text not in seen:
            seen.add(text)
            yield from (text, "")


def _decision(rule: Rule) -> Iterator[str]:
    if rule.applies is not None:
        yield from (_(_CONCERNS[rule.subject]), "", *condition_lines(rule.applies.source, rule.subject), "")
    if len(rule.verdicts) > 1:
        yield from (_("The first of these conditions that is true gives the answer."), "")
    for number, verdict in enumerate(rule.verdicts, 1):
        yield f"{number}. {_heading(rule, verdict)}"
        yield ""
        yield from (f"   {line}" for line in condition_lines(verdict.when.source, rule.subject))
        if verdict.needs:
            yield "   - " + _("(unknown without {facts})").format(facts=_list(verdict.needs))
        yield ""
    if all(verdict.when.source.strip() != "true" for verdict in rule.verdicts):
        yield from (_("Otherwise the answer is **clear**."), "")


def _heading(rule: Rule, verdict: Verdict) -> str:
    """An answer, its severity where that is not the rule's, and the remedy that it leads to."""
    counts = verdict.state in (State.AFFECTED, State.AT_RISK)
    answer = f"**{_(_STATES[verdict.state])}**"
    if counts and verdict.severity is not rule.severity:
        answer = _("{answer} ({severity})").format(answer=answer, severity=_(_SEVERITIES[verdict.severity]))
    if verdict.remedy and counts:
        return _("{answer}, leads to *{remedy}*, when:").format(answer=answer, remedy=verdict.remedy)
    return _("{answer}, when:").format(answer=answer)


def _needs(rule: Rule, obtain: Obtain) -> Iterator[str]:
    own = dict.fromkeys(rule.needs)
    some = [path for path in dict.fromkeys(path for verdict in rule.verdicts for path in verdict.needs) if path not in own]
    conditions = [*(verdict.when for verdict in rule.verdicts), *([rule.applies] if rule.applies else [])]
    asked = sorted({path for condition in conditions for path in condition.guards} - own.keys() - set(some))
    for heading, paths in (
        (_("Without these the answer is *unknown*:"), list(own)),
        (_("Some answers need:"), some),
        (_("If available, it also uses:"), asked),
    ):
        if paths:
            yield from (heading, "", *(_fact(rule, path, obtain) for path in paths), "")
    if not (own or some or asked):
        yield from (_(_ALWAYS[rule.subject]), "")


def _fact(rule: Rule, path: str, obtain: Obtain) -> str:
    how = obtain(rule, path)
    return f"- `{path}`" + (f": {_safe(how)}" if how else "")


def _safe(text: str) -> str:
    """Angle brackets stand for themselves in Markdown."""
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
