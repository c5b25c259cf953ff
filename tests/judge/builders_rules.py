"""Rule files for tests: a small one that works, changed where a test wants it."""

from __future__ import annotations

import textwrap
from pathlib import Path

from analyzer.judge import RuleSet, load_rules

WORKING = """\
id: {id}
title: A title
subject: manager
severity: high
needs: [manager.internal_ca_not_after]
when: manager.internal_ca_not_after < now
evidence: [manager.internal_ca_not_after]
explanation: "{{manager.label}} expired."
remedy: none
"""


def write_rule(folder: Path, rule_id: str = "a-rule", text: str = WORKING, **lines: str) -> Path:
    """A rule file. Each of ``lines`` replaces (or adds) the line of that field; an empty one drops it."""
    kept = [line for line in text.format(id=rule_id).splitlines() if line.partition(":")[0] not in lines]
    kept += [f"{field}: {value}" for field, value in lines.items() if value]
    path = folder / f"{rule_id}.yaml"
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return path


def rules_of(folder: Path, *texts: str) -> RuleSet:
    """Rules from whole texts (dedented), each named by its id."""
    for text in texts:
        text = textwrap.dedent(text)
        rule_id = text.split("id: ", 1)[1].splitlines()[0].strip()
        (folder / f"{rule_id}.yaml").write_text(text, encoding="utf-8")
    return load_rules([folder])
