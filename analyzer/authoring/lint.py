"""What is wrong with a rule that loads: each kind of complaint has a name, what it asks for, and what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from analyzer.authoring.mutation import survivors
from analyzer.authoring.rule_tests import NEEDED_KINDS, RuleTest
from analyzer.authoring.scaffold import PLACEHOLDERS
from analyzer.judge.load import TESTS_SUFFIX
from analyzer.judge.rule import REMEDIES, Rule, RuleSet
from analyzer.model.finding import Severity, State
from analyzer.rulefiles.node import Node
from analyzer.rulefiles.read import read_yaml

_SOURCE = re.compile(
    r"Cisco (?:documents?|field notices?|bugs?|advisor|security advisor|release notes|(?:[\w-]+ ){0,3}guide|command reference)"
    r"|\bCDO guide\b|\bCSC[a-z]{2}\d{5}\b|\bFN\d{5}\b|\bCVE-\d{4}-\d{4,}\b|\bRFC \d+\b|\bOpenSSL\b|https://|\binferred\b|\bassumed\b",
    re.IGNORECASE,
)


Found = tuple[int, str] | tuple[int, str, Path]


class Complaint(Struct, frozen=True):
    """Something to put right: where, by which lint, and what about it."""

    path: Path
    line: int
    lint: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text} [{self.lint}]"


class Work(Struct, frozen=True):
    """A rule to look over, its file, and everything around it."""

    rule: Rule
    node: Node
    data: bytes
    rules: RuleSet
    tests: Sequence[RuleTest]

    def at(self, *names: str) -> int:
        """The line of the first of these fields that the file has, else that of the file's first field."""
        lines = self.node.key_lines
        return next((lines[name] for name in names if name in lines), self.node.line)


class Lint(Struct, frozen=True):
    """A kind of complaint. ``find`` yields a line and a text for each, and the file where it isn't that of the rule.

    ``advice`` says what to do and why.
    """

    name: str
    asks: str
    advice: str
    find: Callable[[Work], Iterator[Found]]


def lint(rules: RuleSet, tests: Sequence[RuleTest], only: Sequence[Path] = ()) -> tuple[Complaint, ...]:
    """Every complaint about these rules, by file and line. With ``only``, about the rules of these folders."""
    found: list[Complaint] = []
    for rule in rules.rules:
        if only and rule.path.parent not in only:
            continue
        node, data = read_yaml(rule.path)
        work = Work(rule, node, data, rules, [test for test in tests if test.rule == rule.id])
        for one in LINTS:
            for line, text, *path in one.find(work):
                found.append(Complaint(path[0] if path else rule.path, line, one.name, text))
    return tuple(sorted(found, key=lambda complaint: (str(complaint.path), complaint.line, complaint.lint)))


def _kinds(work: Work) -> Iterator[tuple[int, str]]:
    present = {test.kind for test in work.tests}
    beside = f"{work.rule.id}{TESTS_SUFFIX}"
    for kind in NEEDED_KINDS:
        if kind not in present:
            yield work.node.line, f"{beside} beside it has no test of kind '{kind}'"


def _turned_round(work: Work) -> Iterator[tuple[int, str]]:
    if not work.tests:
        return
    verdicts = _nodes(work, "verdicts")
    for survivor in survivors(work.rule, work.rules, work.tests):
        kind, _, name = survivor.place.partition(" ")
        line = verdicts[int(name) - 1].line if kind == "verdict" and verdicts else work.at("caused_by" if kind == "cause" else kind, "when")
        yield line, f"'{survivor.condition.source}' ({survivor.place}) can be turned round and every test still passes"


def _unreachable(work: Work) -> Iterator[tuple[int, str]]:
    certain = False
    for verdict, node in zip(work.rule.verdicts, _nodes(work, "verdicts"), strict=False):
        if certain:
            yield node.line, "this verdict is never reached: one before it always holds"
        certain = certain or (verdict.when.source.strip() == "true" and not verdict.needs)


def _open_end(work: Work) -> Iterator[tuple[int, str]]:
    verdicts = work.rule.verdicts
    if "verdicts" in work.node.mapping and verdicts[-1].when.source.strip() != "true":
        yield (
            work.at("verdicts"),
            "the last verdict is not 'when: \"true\"': what holds when no condition does is left to the default, clear",
        )


def _title(work: Work) -> Iterator[tuple[int, str]]:
    for node, field in _texts(work, "title"):
        if field.rstrip().endswith((".", "!")):
            yield node, "a title is a heading: it ends without a period"


def _sentences(work: Work) -> Iterator[tuple[int, str]]:
    for name in ("explanation", "looks_like"):
        for node, field in _texts(work, name):
            if not field.rstrip().endswith((".", "?", ")")):
                yield node, f"'{name}' is shown as sentences: it ends with a period"


def _placeholders(work: Work) -> Iterator[Found]:
    for number, line in enumerate(work.data.decode().splitlines(), 1):
        for words in PLACEHOLDERS:
            if words in line:
                yield number, f"'{words}' is what 'rules new' wrote, and not yet a text of this rule"
    for test in work.tests:
        if any(words in test.description for words in PLACEHOLDERS):
            yield test.line, f"the description of the test '{test.name}' is what 'rules new' wrote, and says nothing of it", test.path


def _references(work: Work) -> Iterator[tuple[int, str]]:
    if not work.rule.references:
        yield work.at("references"), "no reference says where this is known from"


def _public(work: Work) -> Iterator[tuple[int, str]]:
    for node, reference in zip(_nodes(work, "references"), work.rule.references, strict=False):
        if not _SOURCE.search(reference):
            yield node.line, f"'{reference}' names no source that a reader can look up"


def _alike(work: Work) -> Iterator[tuple[int, str]]:
    if not work.rule.looks_like.parts:
        yield work.at("looks_like", "explanation"), "nothing says what else looks like this"


def _something_to_do(work: Work) -> Iterator[tuple[int, str]]:
    grave = [one for one in work.rule.verdicts if one.state is State.AFFECTED and one.severity >= Severity.HIGH and not one.remedy]
    if grave:
        yield work.at("remedy"), "a finding of severity high or critical leads to nothing that one could do"


def _a_step_of_its_own(work: Work) -> Iterator[tuple[int, str]]:
    for verdict in work.rule.verdicts:
        if verdict.state in (State.AFFECTED, State.AT_RISK) and verdict.remedy and verdict.remedy not in REMEDIES and not verdict.steps:
            yield work.at("steps", "remedy"), f"the remedy '{verdict.remedy}' is of this folder, and no step of it is named"


def _leads_somewhere(work: Work) -> Iterator[tuple[int, str]]:
    for verdict in work.rule.verdicts:
        grave = verdict.state is State.AFFECTED and verdict.severity >= Severity.HIGH
        if grave and verdict.remedy and verdict.leads_to is None and not verdict.steps:
            yield work.at("leads_to", "remedy"), "a finding of severity high or critical neither leads to a situation nor names a step"


def _nodes(work: Work, name: str) -> Sequence[Node]:
    node = work.node.mapping.get(name)
    return node.items if node is not None else ()


def _texts(work: Work, name: str) -> Iterator[tuple[int, str]]:
    """A text of the rule and of each of its verdicts, with its line."""
    everywhere: list[Mapping[str, Node]] = [work.node.mapping, *(node.mapping for node in _nodes(work, "verdicts"))]
    for mapping in everywhere:
        if name in mapping and mapping[name].text.strip():
            yield mapping[name].line, mapping[name].text


LINTS: tuple[Lint, ...] = (
    Lint(
        "missing-test-kind",
        "a positive, a negative and a not-enough-evidence test",
        "Add the test: a rule is shown to fire, to keep still, and to say that it cannot tell.",
        _kinds,
    ),
    Lint(
        "untested-condition",
        "every condition is held in place by a test",
        "Add a test that fails when the condition is turned round: a case just on each side of it.",
        _turned_round,
    ),
    Lint("unreachable-verdict", "every verdict can be given", "Delete it, or move the one that always holds to the end.", _unreachable),
    Lint(
        "open-end",
        "the last verdict always holds",
        "End with 'when: \"true\"' and say in words what it means that nothing else held.",
        _open_end,
    ),
    Lint(
        "placeholder",
        "no text of a rule that was only begun is left in",
        "Write what this rule is about in place of the words that 'rules new' put there.",
        _placeholders,
    ),
    Lint("title-period", "titles end without a period", "Take the period off.", _title),
    Lint("sentence-end", "explanations and look-alikes are sentences", "End the text with a period.", _sentences),
    Lint(
        "no-references",
        "a rule names its source",
        "Name the Cisco document, field notice, bug or CVE; else write 'inferred' and from what.",
        _references,
    ),
    Lint(
        "unclear-reference",
        "a source can be looked up",
        "Name a Cisco document, field notice (FN...), bug (CSC...), CVE, RFC or address; else write 'inferred' or 'assumed'.",
        _public,
    ),
    Lint(
        "no-look-alike",
        "a rule says what else looks like it",
        "Fill 'looks_like': what the reader should rule out before typing anything.",
        _alike,
    ),
    Lint(
        "nothing-to-do",
        "a grave finding leads somewhere",
        "Name a remedy; 'look-elsewhere' or 'collect-evidence' when there is nothing to repair.",
        _something_to_do,
    ),
    Lint(
        "no-step",
        "a remedy of the folder is in the plan",
        "Name the steps under 'steps': only those that a rule names are printed.",
        _a_step_of_its_own,
    ),
    Lint(
        "leads-nowhere",
        "a grave finding changes the plan",
        "Say which situation it leads to ('leads_to'), or name the steps that look at it ('steps').",
        _leads_somewhere,
    ),
)
"""All lints, in the order of their weight."""
