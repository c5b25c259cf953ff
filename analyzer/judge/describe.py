"""A rule as a page: what it means, how it decides, what evidence it needs, what else looks like it, where that is known from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from analyzer.judge.plain_words import condition_lines
from analyzer.judge.rule import Rule, Verdict
from analyzer.judge.template import Slot, Template
from analyzer.model.finding import State

Obtain = Callable[[Rule, str], str]
"""How the fact at a path of a rule is obtained, "" when nobody knows."""

_STATES = {
    State.AFFECTED: "affected",
    State.AT_RISK: "at risk",
    State.CLEAR: "clear",
    State.NOT_APPLICABLE: "does not apply",
}


def describe(rule: Rule, obtain: Obtain, *, level: int = 1) -> list[str]:
    """The page of a rule as lines of Markdown, its heading at this level."""
    mark = "#" * level
    lines = [f"{mark} {rule.id}", "", f"**{text_of(rule.title)}**", ""]
    lines += [f"About each {rule.subject.value}. Severity: {rule.severity.name.lower()}.", ""]
    lines += [f"{mark}# What it means", "", *_meanings(rule)]
    lines += [f"{mark}# How it decides", "", *_decision(rule)]
    lines += [f"{mark}# What evidence it needs", "", *_needs(rule, obtain)]
    if rule.looks_like.parts:
        lines += [f"{mark}# What else looks like it", "", text_of(rule.looks_like), ""]
    if rule.causes:
        lines += [f"{mark}# What may explain it", "", f"A finding of {_list(cause.rule for cause in rule.causes)}.", ""]
    lines += [f"{mark}# Where this is known from", "", *(f"- {reference}" for reference in rule.references or ("nothing named",)), ""]
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
        yield from (f"It concerns a {rule.subject.value} only when:", "", *condition_lines(rule.applies.source, rule.subject), "")
    if len(rule.verdicts) > 1:
        yield from ("The first of these that holds is the answer.", "")
    for number, verdict in enumerate(rule.verdicts, 1):
        yield f"{number}. **{_STATES[verdict.state]}**{_grade(rule, verdict)}{_leads_to(verdict)}, when:"
        yield ""
        yield from (f"   {line}" for line in condition_lines(verdict.when.source, rule.subject))
        if verdict.needs:
            yield f"   - (this cannot be told without {_list(verdict.needs)})"
        yield ""
    if all(verdict.when.source.strip() != "true" for verdict in rule.verdicts):
        yield from ("Otherwise the answer is **clear**.", "")


def _grade(rule: Rule, verdict: Verdict) -> str:
    counts = verdict.state in (State.AFFECTED, State.AT_RISK)
    return f" ({verdict.severity.name.lower()})" if counts and verdict.severity is not rule.severity else ""


def _leads_to(verdict: Verdict) -> str:
    return f", leads to *{verdict.remedy}*" if verdict.remedy and verdict.state in (State.AFFECTED, State.AT_RISK) else ""


def _needs(rule: Rule, obtain: Obtain) -> Iterator[str]:
    own = dict.fromkeys(rule.needs)
    some = [path for path in dict.fromkeys(path for verdict in rule.verdicts for path in verdict.needs) if path not in own]
    conditions = [*(verdict.when for verdict in rule.verdicts), *([rule.applies] if rule.applies else [])]
    asked = sorted({path for condition in conditions for path in condition.guards} - own.keys() - set(some))
    for heading, paths in (
        ("Without these the answer is *unknown*:", list(own)),
        ("Some of its answers need:", some),
        ("It also looks at these, when they are there:", asked),
    ):
        if paths:
            yield from (heading, "", *(_fact(rule, path, obtain) for path in paths), "")
    if not (own or some or asked):
        yield from (f"Only what is always known of a {rule.subject.value}.", "")


def _fact(rule: Rule, path: str, obtain: Obtain) -> str:
    how = obtain(rule, path)
    return f"- `{path}`" + (f": {_safe(how)}" if how else "")


def _safe(text: str) -> str:
    """Angle brackets stand for themselves in Markdown."""
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
