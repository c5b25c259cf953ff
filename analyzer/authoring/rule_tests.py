"""Tests of rules as data: ``<id>.tests.yaml`` beside each rule, run here (by pytest, and by whoever adds a folder of rules).

Each test lists a small case (`analyzer.authoring.mini_case`), the moment it is judged at, and exactly what the rule must say: a finding for
every subject of the rule's kind, with state, severity and primary place, and whatever else the test names. What is absent and what is
too much are told apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from analyzer.authoring.mini_case import build_case, parse_time
from analyzer.judge.judging import judge
from analyzer.judge.load import TESTS_SUFFIX, builtin_rules_folder
from analyzer.judge.rule import RuleSet
from analyzer.model.case import Case
from analyzer.model.finding import Finding, Severity, State
from analyzer.rulefiles.node import Node
from analyzer.rulefiles.read import read_yaml, refuse_link
from analyzer.texts import ENGLISH, speaking

KINDS = ("positive", "negative", "not-enough-evidence", "boundary")
"""What a test shows. The first three are needed of every rule."""

NEEDED_KINDS = KINDS[:3]

TEST_FILE_FIELDS = ("rule", "tests")
TEST_FIELDS = ("name", "kind", "description", "as_of", "evidence_time", "evidence", "findings")
TEST_REQUIRED = ("name", "kind", "description", "as_of", "evidence", "findings")
FINDING_REQUIRED = ("subject", "state", "severity", "primary")
FINDING_OPTIONAL = (
    "at_evidence",
    "caused_by",
    "affects",
    "date",
    "remedy",
    "missing",
    "related",
    "title",
    "says",
    "silent_on",
    "leads_to",
    "steps",
)


class ExpectedFinding(Struct, frozen=True):
    """What a finding must be.

    ``texts`` holds the fields compared as text, ``says`` what its title or explanation must hold, ``silent_on`` what they must not.
    """

    texts: Mapping[str, str]
    says: tuple[str, ...]
    silent_on: tuple[str, ...]
    line: int


class RuleTest(Struct, frozen=True):
    """One test of one rule. ``line`` is that of its description."""

    rule: str
    name: str
    kind: str
    description: str
    as_of: datetime
    case: Case
    expected: tuple[ExpectedFinding, ...]
    path: Path
    line: int


class Outcome(Struct, frozen=True):
    """How a test went: expected findings that did not come, findings that came and were not expected. Both empty: passed."""

    test: RuleTest
    absent: tuple[str, ...]
    unexpected: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Exactly the expected findings came."""
        return not self.absent and not self.unexpected


def load_rule_tests(rules: RuleSet) -> tuple[RuleTest, ...]:
    """The tests beside these rules. Raises `RuleError` for a test file that is wrong, or that has no rule."""
    tests: list[RuleTest] = []
    for folder in rules.folders:
        for path in sorted(folder.glob(f"*{TESTS_SUFFIX}")):
            if folder != builtin_rules_folder():
                refuse_link(path)
            node, _ = read_yaml(path)
            own = node.fields(TEST_FILE_FIELDS, TEST_FILE_FIELDS, "field of a test file")
            rule = own["rule"].text
            if rules.rule(rule) is None or path.name != rule + TESTS_SUFFIX:
                raise own["rule"].error(f"'{rule}' is not the rule that these tests stand beside")
            tests += [_test(rule, item) for item in own["tests"].items]
            names = [test.name for test in tests if test.rule == rule]
            if len(set(names)) < len(names):
                raise own["tests"].error("two tests have the same name")
    return tuple(tests)


def run_rule_test(test: RuleTest, rules: RuleSet) -> Outcome:
    """Judge the test's case with all rules (causes are other rules) and compare what the tested one says.

    In English, whatever is spoken otherwise: tests spell out the words of their rules.
    """
    with speaking(ENGLISH):
        findings = [finding for finding in judge(test.case, rules, test.as_of) if finding.rule == test.rule]
    left = list(findings)
    absent: list[str] = []
    for expected in test.expected:
        match = next((finding for finding in left if not _differences(expected, finding)), None)
        if match is not None:
            left.remove(match)
            continue
        near = next((finding for finding in left if finding.subject_label == expected.texts["subject"]), None)
        why = f" ({'; '.join(_differences(expected, near))})" if near is not None else ""
        absent.append(f"{test.path}:{expected.line}: {' '.join(expected.texts.values())}{why}")
    return Outcome(test, tuple(absent), tuple(_summary(finding) for finding in left))


def missing_kinds(rules: RuleSet, tests: Sequence[RuleTest]) -> list[str]:
    """Which rules lack which kind of test: ``rule: positive``."""
    present = {(test.rule, test.kind) for test in tests}
    return [f"{rule.id}: {kind}" for rule in rules.rules for kind in NEEDED_KINDS if (rule.id, kind) not in present]


def _test(rule: str, node: Node) -> RuleTest:
    own = node.fields(TEST_FIELDS, TEST_REQUIRED, "field of a test")
    if own["kind"].text not in KINDS:
        raise own["kind"].error(f"the kind is one of {', '.join(KINDS)}")
    if "\n" in own["description"].text.strip():
        raise own["description"].error("the description is one line")
    evidence_time = parse_time(own["evidence_time"]) if "evidence_time" in own else None
    return RuleTest(
        rule=rule,
        name=own["name"].text,
        kind=own["kind"].text,
        description=own["description"].text,
        as_of=parse_time(own["as_of"]),
        case=build_case(own["evidence"], evidence_time),
        expected=tuple(_expected(item) for item in own["findings"].items),
        path=node.path,
        line=own["description"].line,
    )


def _expected(node: Node) -> ExpectedFinding:
    own = node.fields((*FINDING_REQUIRED, *FINDING_OPTIONAL), FINDING_REQUIRED, "field of a finding")
    if own["state"].text not in list(State) or own["severity"].text.upper() not in Severity.__members__:
        raise node.error("state or severity is not one that findings have")
    lists = {name: tuple(item.text for item in own[name].items) for name in ("says", "silent_on") if name in own}
    texts = {name: _text(value) for name, value in own.items() if name not in lists}
    if "date" in own:
        texts["date"] = parse_time(own["date"]).isoformat()
    return ExpectedFinding(texts, lists.get("says", ()), lists.get("silent_on", ()), node.line)


def _text(node: Node) -> str:
    return node.text if isinstance(node.value, str) else ", ".join(item.text for item in node.items)


def _differences(expected: ExpectedFinding, finding: Finding) -> list[str]:
    actual = _as_texts(finding)
    words = f"{finding.title} {finding.explanation}"
    return [
        *(f"{name} is '{actual[name]}', not '{value}'" for name, value in expected.texts.items() if actual[name] != value),
        *(f"does not say '{text}'" for text in expected.says if text not in words),
        *(f"speaks of '{text}'" for text in expected.silent_on if text.lower() in words.lower()),
    ]


def _as_texts(finding: Finding) -> dict[str, str]:
    return {
        "subject": finding.subject_label,
        "state": finding.state.value,
        "severity": finding.severity.name.lower(),
        "primary": str(finding.primary.location) if finding.primary else "none",
        "at_evidence": finding.state_at_evidence.value,
        "caused_by": finding.caused_by or "none",
        "affects": ", ".join(finding.affects),
        "date": finding.date.isoformat() if finding.date else "none",
        "remedy": finding.remedy or "none",
        "missing": ", ".join(path for path, _ in finding.missing),
        "related": ", ".join(str(place.location) for place in finding.related),
        "title": finding.title,
        "leads_to": finding.leads_to.value if finding.leads_to else "none",
        "steps": ", ".join(finding.steps),
    }


def _summary(finding: Finding) -> str:
    actual = _as_texts(finding)
    return ", ".join(f"{name}: {actual[name]}" for name in (*FINDING_REQUIRED, "caused_by", "missing")) + (
        finding.error and f", error: {finding.error}"
    )
