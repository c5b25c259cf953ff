"""A rule as loaded: everything compiled and checked, nothing left to go wrong but the evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from analyzer.judge.condition import Condition
from analyzer.judge.template import Template
from analyzer.model.finding import Severity, State, SubjectKind
from analyzer.model.plan import Situation

REMEDIES = ("renew-internal-ca", "copy-certificates", "re-register", "look-elsewhere", "collect-evidence", "none")
"""What a rule may name as its remedy, beside those of its own folder. `none`: there is nothing to type."""

VERDICT_STATES = (State.AFFECTED, State.AT_RISK, State.CLEAR, State.NOT_APPLICABLE)
"""States that a rule may give. UNKNOWN comes of what is missing and ERROR of what went wrong, never of a rule's own saying."""


class Verdict(Struct, frozen=True, kw_only=True):
    """One possible answer of a rule. The first whose condition holds is given.

    ``needs`` are paths that only this verdict cannot be told without; ``evidence`` paths whose first known one is the primary evidence.
    ``leads_to`` and ``steps`` become those of the finding.
    """

    when: Condition
    state: State
    severity: Severity
    title: Template
    explanation: Template
    needs: tuple[str, ...]
    evidence: tuple[str, ...]
    remedy: str
    leads_to: Situation | None = None
    steps: tuple[str, ...] = ()


class Cause(Struct, frozen=True):
    """Another rule whose finding on the same subject, or on the tunnel's manager or device, explains this one when ``when`` holds."""

    rule: str
    when: Condition


class Rule(Struct, frozen=True, kw_only=True):
    """One rule. ``applies_needs`` are those of ``needs`` without which ``applies`` cannot be told. ``tree`` is what its conditions see.

    ``confirmed``: whoever wrote it has looked at the risk of the steps that it orders."""

    id: str
    title: Template
    subject: SubjectKind
    severity: Severity
    applies: Condition | None
    applies_needs: tuple[str, ...]
    needs: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    date: str
    evidence: tuple[str, ...]
    affects: str
    causes: tuple[Cause, ...]
    looks_like: Template
    references: tuple[str, ...]
    tree: Mapping[str, Any]
    path: Path
    confirmed: bool = False


class RuleSet(Struct, frozen=True):
    """All rules of a call, by id. ``digest`` is the SHA-256 of their files in hex, ``version`` its beginning: the same files, the same
    version."""

    rules: tuple[Rule, ...]
    version: str
    folders: Sequence[Path] = ()
    digest: str = ""

    def rule(self, rule_id: str) -> Rule | None:
        """The rule of this id."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def steps_named(self) -> Iterator[tuple[Path, str, bool]]:
        """The steps that the rules name: the file of the rule, the id of the step, and whether the rule may order one that is not safe."""
        for rule in self.rules:
            may = rule.confirmed or (bool(self.folders) and rule.path.parent == self.folders[0])
            yield from ((rule.path, step, may) for step in dict.fromkeys(step for verdict in rule.verdicts for step in verdict.steps))

    def in_order_of_folders(self) -> tuple[Rule, ...]:
        """The rules by folder (the built-in ones first), then by id."""
        places = {folder: number for number, folder in enumerate(self.folders)}
        return tuple(sorted(self.rules, key=lambda rule: (places.get(rule.path.parent, len(places)), rule.id)))
