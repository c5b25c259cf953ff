"""What is wrong is concluded by rules. Of the case the plan reads names and values for commands, and the named facts that protect."""

from __future__ import annotations

import ast
from pathlib import Path

from analyzer.model.case import Device, Manager, Tunnel

ROOM = Path(__file__).parents[2] / "analyzer" / "prescribe"
FIELDS = {name for kind in (Manager, Device, Tunnel) for name in kind.__struct_fields__}
WHO = {"key", "label", "name", "uuid", "address", "version", "manager", "device"}
"""Who is meant, and what a command or a sentence says of it."""

FACTS = {
    "state": "whether a tunnel is up: restarts, lists and do-nots",
    "role": "the order of a pair",
    "role_signs": "whether it is only assumed which end is the FMC: nothing is changed before that is known",
    "ha_peer": "the order of a pair",
    "hotfix": "how generate_certs.pl comes to the release",
    "process_running": "whether a process may be started",
    "internal_ca": "the lines of the here-document",
    "internal_ca_not_after": "the date in a sentence; whether a secondary may be a row",
    "clock_skew": "how far the clocks are apart, in the sentence of a step",
    "conflicting": "what the evidence contradicts itself about, which is said first",
    "renewal": "whether a renewal was made, whose files are there to be copied",
    "push_list_run": "whether the number of a FAILED_PUSH is of the newest run",
    "push_failures": "where the number of a FAILED_PUSH stands",
}
"""The facts that may be read, and what for. A fact that says what is wrong is no such fact: a rule reads it."""


def test_prescribe_reads_who_is_meant_and_the_facts_that_protect() -> None:
    read = {
        node.attr: path.name
        for path in ROOM.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in FIELDS
    }

    assert read.keys() - WHO - FACTS.keys() == set(), read
    assert FACTS.keys() <= read.keys()
