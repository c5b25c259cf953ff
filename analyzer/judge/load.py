"""Rule files into rules. Whatever is wrong with a file stops the run here, with file and line.

The built-in rules are read and checked once, and kept as long as neither they nor what checks them changes (`analyzer.cache`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from analyzer import cache
from analyzer.judge.condition import Condition, compile_condition
from analyzer.judge.coverage import check_covered
from analyzer.judge.engine import engine_file
from analyzer.judge.errors import ExpressionError
from analyzer.judge.rule import REMEDIES, VERDICT_STATES, Cause, Rule, RuleSet, Verdict
from analyzer.judge.template import Template, compile_template
from analyzer.judge.vocabulary import ELEMENT, Kind, as_tree, look_up
from analyzer.model.finding import Severity, State, SubjectKind
from analyzer.model.plan import Situation
from analyzer.rulefiles.node import Node, RuleError, did_you_mean
from analyzer.rulefiles.read import parse_yaml, read_bytes, read_yaml, refuse_link

TESTS_SUFFIX = ".tests.yaml"
MAX_RULES = 1_000
MAX_ITEMS = 100
"""Entries of one list of a rule: verdicts, needs, evidence, causes, references. The longest of ours has a dozen."""

RULE_FIELDS = (
    "id",
    "title",
    "subject",
    "severity",
    "applies",
    "needs",
    "when",
    "verdicts",
    "date",
    "evidence",
    "affects",
    "caused_by",
    "explanation",
    "looks_like",
    "remedy",
    "leads_to",
    "steps",
    "confirmed",
    "references",
)
REQUIRED_FIELDS = ("id", "title", "subject", "severity", "evidence", "explanation", "remedy")
VERDICT_FIELDS = ("when", "state", "severity", "title", "explanation", "needs", "evidence", "remedy", "leads_to", "steps")
VERDICT_REQUIRED = ("when", "state")
LEADS_TO = ("none", *(one.value for one in Situation if one is not Situation.HEALTHY))
"""Situations that a verdict may lead to. `none`: it informs, and decides nothing."""

CAUSE_FIELDS = ("rule", "when")
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){0,12}")
SEVERITIES = {severity.name.lower(): severity for severity in Severity}
_T = TypeVar("_T")


def builtin_rules_folder() -> Path:
    """The rules that come with the program: ``rules/`` beside the package in a checkout, ``builtin_rules/`` inside it when installed."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "builtin_rules"
    return installed if installed.is_dir() else package.parent / "rules"


def rule_files(folder: Path) -> list[Path]:
    """The rule files right in a folder (not below it: remedies and tables are there), without their tests, by name.

    Raises `RuleError` where it isn't a folder or holds no rule file: a misspelt name must not look like rules that find nothing.
    """
    if not folder.exists():
        raise RuleError(folder, 0, "there is no such folder of rules")
    if not folder.is_dir():
        raise RuleError(folder, 0, f"is a file: give the folder of rules that it is in ({folder.absolute().parent})")
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml") and not path.name.endswith(TESTS_SUFFIX))
    except OSError as error:
        raise RuleError(folder, 0, f"cannot be read: {error.strerror}") from error
    if folder != builtin_rules_folder():
        for path in paths:
            refuse_link(path)
    found = [path for path in paths if path.is_file()]
    if not found:
        raise RuleError(folder, 0, "holds no rule file (name.yaml)")
    return found


def load_rules(folders: Sequence[Path]) -> RuleSet:
    """Every rule of these folders. Raises `RuleError` at the first thing that is wrong."""
    rules: dict[str, Rule] = {}
    digest = hashlib.sha256()
    for folder in folders:
        for rule in _builtin(folder, digest) if folder == builtin_rules_folder() else _written(folder, digest):
            if rule.id in rules:
                raise _at(rule, "id").error(f"a rule '{rule.id}' is already in {rules[rule.id].path}")
            if len(rules) >= MAX_RULES:
                raise RuleError(rule.path, 1, f"more than {MAX_RULES} rules")
            rules[rule.id] = rule
    _check_causes(rules)
    whole = digest.hexdigest()
    return RuleSet(tuple(_spoken(rules[rule_id]) for rule_id in sorted(rules)), whole[:16], tuple(folders), whole)


def _written(folder: Path, digest: hashlib._Hash) -> Iterator[Rule]:
    """The rules of a folder, each read when it is asked for. Their bytes go into the digest. They may name the remedies of their folder."""
    remedies = (*REMEDIES, *(path.stem for path in sorted((folder / "remedies").glob("*.yaml"))))
    for path in rule_files(folder):
        data = read_bytes(path)
        _count(digest, path, data)
        yield _rule(parse_yaml(path, data), remedies)


def _builtin(folder: Path, digest: hashlib._Hash) -> tuple[Rule, ...]:
    """The rules that come with the program. Their files are small and few, and always looked at: what is kept is of these very bytes."""
    read = [(path, read_bytes(path)) for path in rule_files(folder)]
    for path, data in read:
        _count(digest, path, data)
    made_of = cache.digest_of(read, _checkers())
    return cache.kept_or_made(folder / "rules.checked", made_of, tuple[Rule, ...], lambda: tuple(_rule(parse_yaml(*one)) for one in read))


def _count(digest: hashlib._Hash, path: Path, data: bytes) -> None:
    digest.update(f"{path.name}\0{len(data)}\0".encode() + data)


def _checkers() -> Iterator[Path]:
    """What decides whether a rule is right and what it becomes: this room, the model whose fields rules name, the reading of files, and the
    expression engine.
    """
    room = Path(__file__).parent
    for folder in (room, room.with_name("model"), room.with_name("rulefiles")):
        yield from sorted(folder.glob("*.py"))
    yield engine_file()


def _spoken(rule: Rule) -> Rule:
    """The rule with its texts in the language that is spoken now. Raises `RuleError` for a translation that is no text of a rule."""
    try:
        return replace(
            rule,
            title=rule.title.spoken(rule.subject),
            looks_like=rule.looks_like.spoken(rule.subject),
            verdicts=tuple(
                replace(verdict, title=verdict.title.spoken(rule.subject), explanation=verdict.explanation.spoken(rule.subject))
                for verdict in rule.verdicts
            ),
        )
    except ExpressionError as error:
        raise RuleError(rule.path, 1, f"the translation of a text: {error}") from error


def _rule(node: Node, remedies: Collection[str] = REMEDIES) -> Rule:
    fields = node.fields(RULE_FIELDS, REQUIRED_FIELDS, "field of a rule")
    rule_id = fields["id"].text
    if not ID.fullmatch(rule_id):
        raise fields["id"].error(f"an id is lower-case words joined by '-', not '{rule_id}'")
    if rule_id != node.path.stem:
        raise fields["id"].error(f"the id must be the name of the file: '{node.path.stem}', not '{rule_id}'")
    subject = SubjectKind(_one_of(fields["subject"], [kind.value for kind in SubjectKind], "subject"))
    severity = SEVERITIES[_one_of(fields["severity"], SEVERITIES, "severity")]
    title = _template(fields["title"], subject)
    needs = _paths(fields.get("needs"), subject)
    applies = _condition(fields["applies"], subject) if "applies" in fields else None
    evidence = _paths(fields["evidence"], subject)
    if not evidence:
        raise fields["evidence"].error("a rule needs at least one path of evidence")
    defaults = _Defaults(
        subject=subject,
        severity=severity,
        title=title,
        explanation=_template(fields["explanation"], subject),
        needs=needs,
        evidence=evidence,
        remedy=_remedy(fields["remedy"], remedies),
        leads_to=_situation(fields.get("leads_to")),
        steps=_steps(fields.get("steps")),
    )
    verdicts = _verdicts(node, fields, defaults, remedies)
    causes = tuple(_cause(item, subject, needs) for item in _items(fields["caused_by"])) if "caused_by" in fields else ()
    if applies is not None:
        _checked(fields["applies"], lambda: check_covered(applies, subject, needs))
    conditions = [verdict.when for verdict in verdicts] + [cause.when for cause in causes] + ([applies] if applies else [])
    return Rule(
        id=rule_id,
        title=title,
        subject=subject,
        severity=severity,
        applies=applies,
        applies_needs=tuple(need for need in needs if applies is not None and _touches(need, applies.paths)),
        needs=needs,
        verdicts=verdicts,
        date=_path(fields["date"], subject, Kind.TIME) if "date" in fields else "",
        evidence=evidence,
        affects=_path(fields["affects"], subject, Kind.LIST, Kind.TEXT) if "affects" in fields else "",
        causes=causes,
        looks_like=_template(fields["looks_like"], subject) if "looks_like" in fields else Template("", ()),
        references=tuple(item.text for item in _items(fields["references"])) if "references" in fields else (),
        tree=as_tree(path for condition in conditions for path in condition.paths | condition.guards),
        path=node.path,
        confirmed="confirmed" in fields and _one_of(fields["confirmed"], ("true", "false"), "answer") == "true",
    )


class _Defaults(Struct, frozen=True, kw_only=True):
    """What a verdict takes from its rule unless it says otherwise."""

    subject: SubjectKind
    severity: Severity
    title: Template
    explanation: Template
    needs: tuple[str, ...]
    evidence: tuple[str, ...]
    remedy: str
    leads_to: Situation | None
    steps: tuple[str, ...]


def _verdicts(node: Node, fields: Mapping[str, Node], defaults: _Defaults, remedies: Collection[str]) -> tuple[Verdict, ...]:
    """The verdicts of a rule, or the one that `when` is short for."""
    if ("when" in fields) == ("verdicts" in fields):
        raise node.error("a rule has either 'when' (one condition) or 'verdicts' (a list)")
    if "when" in fields:
        when = _condition(fields["when"], defaults.subject)
        _checked(fields["when"], lambda: check_covered(when, defaults.subject, defaults.needs))
        return (_verdict({}, when, State.AFFECTED, defaults, remedies),)
    verdicts = []
    for item in _items(fields["verdicts"]):
        own = item.fields(VERDICT_FIELDS, VERDICT_REQUIRED, "field of a verdict")
        when = _condition(own["when"], defaults.subject)
        state = State(_one_of(own["state"], [state.value for state in VERDICT_STATES], "state"))
        verdict = _verdict(own, when, state, defaults, remedies)
        _checked(own["when"], lambda v=verdict: check_covered(v.when, defaults.subject, defaults.needs + v.needs))  # type: ignore[misc]
        verdicts.append(verdict)
    if not verdicts:
        raise fields["verdicts"].error("a rule needs at least one verdict")
    return tuple(verdicts)


def _verdict(own: Mapping[str, Node], when: Condition, state: State, defaults: _Defaults, remedies: Collection[str]) -> Verdict:
    return Verdict(
        when=when,
        state=state,
        severity=SEVERITIES[_one_of(own["severity"], SEVERITIES, "severity")] if "severity" in own else defaults.severity,
        title=_template(own["title"], defaults.subject) if "title" in own else defaults.title,
        explanation=_template(own["explanation"], defaults.subject) if "explanation" in own else defaults.explanation,
        needs=_paths(own.get("needs"), defaults.subject),
        evidence=_paths(own["evidence"], defaults.subject) if "evidence" in own else defaults.evidence,
        remedy=_remedy(own["remedy"], remedies) if "remedy" in own else defaults.remedy,
        leads_to=_situation(own["leads_to"]) if "leads_to" in own else defaults.leads_to,
        steps=_steps(own["steps"]) if "steps" in own else defaults.steps,
    )


def _cause(item: Node, subject: SubjectKind, needs: tuple[str, ...]) -> Cause:
    """A cause: the id of a rule, or that id and when it explains this one."""
    if isinstance(item.value, str):
        return Cause(item.text, compile_condition("true", subject))
    own = item.fields(CAUSE_FIELDS, CAUSE_FIELDS, "field of a cause")
    when = _condition(own["when"], subject)
    _checked(own["when"], lambda: check_covered(when, subject, needs))
    return Cause(own["rule"].text, when)


def _check_causes(rules: Mapping[str, Rule]) -> None:
    """Every cause is a rule, and no rule explains itself, not even by way of others."""
    for rule in rules.values():
        for cause in rule.causes:
            if cause.rule not in rules:
                raise _at(rule, "caused_by").error(f"there is no rule '{cause.rule}'{did_you_mean(cause.rule, rules)}")
    done: set[str] = set()
    for start in rules:
        trail: list[str] = []
        stack = [(start, False)]
        while stack:
            rule_id, leaving = stack.pop()
            if leaving:
                trail.pop()
                done.add(rule_id)
            elif rule_id in trail:
                raise _at(rules[start], "caused_by").error(f"rules explain each other in a circle: {' -> '.join([*trail, rule_id])}")
            elif rule_id not in done:
                trail.append(rule_id)
                stack.append((rule_id, True))
                stack += [(cause.rule, False) for cause in rules[rule_id].causes]


def _touches(need: str, paths: Iterable[str]) -> bool:
    return any(path == need or path.startswith(f"{need}.") or need.startswith(f"{path}.") for path in paths)


def _at(rule: Rule, name: str) -> Node:
    """The field of a rule that something is wrong with only beside other rules."""
    node, _data = read_yaml(rule.path)
    return node.mapping.get(name, node)


def _checked(node: Node, make: Callable[[], _T]) -> _T:
    """What `make` gives; what it objects to, with file and line."""
    try:
        return make()
    except ExpressionError as error:
        raise node.error(str(error)) from error


def _condition(node: Node, subject: SubjectKind) -> Condition:
    return _checked(node, lambda: compile_condition(node.text, subject))


def _template(node: Node, subject: SubjectKind) -> Template:
    return _checked(node, lambda: compile_template(node.text, subject))


def _paths(node: Node | None, subject: SubjectKind) -> tuple[str, ...]:
    return tuple(_path(item, subject) for item in _items(node)) if node is not None else ()


def _items(node: Node) -> Sequence[Node]:
    if len(node.items) > MAX_ITEMS:
        raise node.error(f"more than {MAX_ITEMS} entries in one list")
    return node.items


def _path(node: Node, subject: SubjectKind, *kinds: Kind) -> str:
    if ELEMENT in node.text:
        raise node.error(f"'{node.text}' names an element of a list; name the list: '{node.text.split(ELEMENT)[0]}'")
    word = _checked(node, lambda: look_up(subject, node.text))
    if kinds and word.kind not in kinds:
        raise node.error(f"'{node.text}' is a {word.kind.value}; a {' or '.join(kind.value for kind in kinds)} is needed")
    return node.text


def _one_of(node: Node, known: Iterable[str], what: str) -> str:
    names = list(known)
    if node.text not in names:
        raise node.error(f"unknown {what} '{node.text}'{did_you_mean(node.text, names)}")
    return node.text


def _remedy(node: Node, remedies: Collection[str]) -> str:
    remedy = _one_of(node, remedies, "remedy")
    return "" if remedy == "none" else remedy


def _situation(node: Node | None) -> Situation | None:
    named = _one_of(node, LEADS_TO, "situation") if node is not None else "none"
    return None if named == "none" else Situation(named)


def _steps(node: Node | None) -> tuple[str, ...]:
    """Ids of steps. Whether the remedies have them is seen where those are loaded (`analyzer.prescribe.tables`)."""
    return tuple(item.text for item in _items(node)) if node is not None else ()
