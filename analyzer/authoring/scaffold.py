"""``rules new``: a rule that already loads and passes its tests, to be changed into the one that is wanted.

Its sentences stand in for real ones, and lint complains of each that is left in: `PLACEHOLDERS`.
"""

from __future__ import annotations

from pathlib import Path

from analyzer.authoring.schema import RULE_SCHEMA, TESTS_SCHEMA, as_text, rule_schema, rule_tests_schema
from analyzer.judge.load import ID, TESTS_SUFFIX
from analyzer.judge.rule import REMEDIES

PLACEHOLDERS = (
    "What this rule is for, and why it is told this way",
    "what is wrong, as a heading",
    "What it means, and what will happen",
    "What else shows the same signs, and how to tell it apart",
    "say from what, or name a Cisco document",
    "One line that says what this test shows",
)
"""Words of a rule that was begun and not yet written."""

_RULE = """\
# yaml-language-server: $schema={schema}
# What this rule is for, and why it is told this way.
id: {id}
title: "{{manager.label}}: what is wrong, as a heading"
subject: manager
severity: low
needs: [manager.internal_ca_not_after]
verdicts:
  - when: manager.internal_ca_not_after < now
    state: affected
  - when: "true"
    state: clear
    explanation: The InternalCA of {{manager.label}} is valid until {{manager.internal_ca_not_after|date}}.
evidence: [manager.internal_ca_not_after]
explanation: >-
  What it means, and what will happen, for {{manager.label}}: its InternalCA ended {{manager.internal_ca_not_after|days}}.
looks_like: What else shows the same signs, and how to tell it apart.
remedy: none
references:
  - "inferred: say from what, or name a Cisco document, field notice, bug or CVE"
"""

_TESTS = """\
# yaml-language-server: $schema={schema}
rule: {id}
tests:
  - name: it is so
    kind: positive
    description: One line that says what this test shows.
    as_of: 2034-11-01
    evidence:
      manager fmc-1:
        internal_ca_not_after: 2034-10-12 @ fmc.tar.gz!/dir-archives/etc/sf/ca_root/cacert.pem:1
    findings:
      - {{subject: fmc-1, state: affected, severity: low, primary: "fmc.tar.gz!/dir-archives/etc/sf/ca_root/cacert.pem:1"}}
  - name: it is not so
    kind: negative
    description: The nearest case that must stay clear.
    as_of: 2026-11-23
    evidence:
      manager fmc-1:
        internal_ca_not_after: 2034-10-12 @ cacert.pem:1
    findings:
      - {{subject: fmc-1, state: clear, severity: low, primary: "cacert.pem:1", says: [valid until 2034-10-12]}}
  - name: it cannot be told
    kind: not-enough-evidence
    description: What is needed is not there.
    as_of: 2034-11-01
    evidence:
      manager fmc-1:
        internal_ca_not_after: {{missing: no InternalCA is in evidence, obtain: /etc/sf/ca_root/cacert.pem of the FMC}}
    findings:
      - {{subject: fmc-1, state: unknown, severity: low, primary: none, missing: [manager.internal_ca_not_after]}}
"""


def new_rule(rule_id: str, folder: Path) -> tuple[Path, ...]:
    """Write a rule and its tests, and the schemas for the editor where they are not there yet. Gives what was written.

    Raises `ValueError` for an id that cannot be, `FileExistsError` rather than write over anything, `OSError` for a folder that takes no
    files.
    """
    if not ID.fullmatch(rule_id):
        raise ValueError(f"an id is lower-case words joined by '-', not '{rule_id}'")
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        folder / f"{rule_id}.yaml": _RULE.format(id=rule_id, schema=RULE_SCHEMA),
        folder / f"{rule_id}{TESTS_SUFFIX}": _TESTS.format(id=rule_id, schema=TESTS_SCHEMA),
    }
    for path in files:
        if path.exists():
            raise FileExistsError(f"{path} is already there")
    for path, text in files.items():
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    return (*files, *(path for path in write_schemas(folder, keep=True)))


def write_schemas(folder: Path, *, keep: bool = False) -> tuple[Path, ...]:
    """Write the schemas into a folder; with ``keep``, only those that are not there. Gives what was written."""
    own = [path.stem for path in sorted((folder / "remedies").glob("*.yaml")) if path.stem not in REMEDIES]
    texts = {folder / RULE_SCHEMA: as_text(rule_schema(own)), folder / TESTS_SCHEMA: as_text(rule_tests_schema())}
    written = {path: text for path, text in texts.items() if not (keep and path.exists())}
    for path, text in written.items():
        path.write_text(text, encoding="utf-8")
    return tuple(written)
