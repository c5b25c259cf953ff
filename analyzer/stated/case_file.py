"""``--facts case.yaml``: what a person states about a case, read from a file that a person named as one and never from evidence.

appliances:
  - name: fmc-1
    kind: fmc
    same_as: [198.51.100.7, firepower]
    role: primary
    time_zone: +09:00
files:
  - file: from-a-colleague/cacert.pem
    internal_ca_of: fmc-1
  - file: terminal-2.txt
    written_on: ftd-seoul
accepted:
  - finding: internal-ca-expired
    subject: fmc-1
    until: 2027-01-31
    reason: The change window is on 30 January.
    owner: kim

Triage alone leaves out what is accepted: ``analyze`` answers for one case, and shows all of it.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from analyzer.model.location import Evidence, Location
from analyzer.model.statements import Accepted, ApplianceStated, FileStated, Statement
from analyzer.model.time_zones import time_zone
from analyzer.rulefiles.node import Node, did_you_mean
from analyzer.rulefiles.read import parse_yaml, read_bytes, within_limit

SCHEMA = "case.schema.json"
KINDS = ("fmc", "ftd")
ROLES = ("primary", "secondary", "standalone")
TOP_FIELDS = ("appliances", "files", "accepted")
APPLIANCE_FIELDS = ("name", "kind", "same_as", "role", "time_zone")
FILE_FIELDS = ("file", "internal_ca_of", "written_on")
ACCEPTED_FIELDS = ("finding", "subject", "until", "reason", "owner")

_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,253}")
_MOST = 10_000


def read_case_file(path: Path) -> tuple[Statement, ...]:
    """The statements of a file, in its order. Raises `RuleError` with file and line for one that is not what it must be."""
    return read_stated(path)[0]


def read_stated(path: Path, rules: Collection[str] | None = None) -> tuple[tuple[Statement, ...], tuple[Accepted, ...]]:
    """The statements of a file, and the findings that it accepts, each in its order. ``rules`` are the ids that a finding may have, None
    for any. Raises as `read_case_file`."""
    return parse_stated(path, read_bytes(path), rules)


def parse_stated(path: Path, data: bytes, rules: Collection[str] | None = None) -> tuple[tuple[Statement, ...], tuple[Accepted, ...]]:
    """What these bytes of the file ``path`` state and accept, as `read_stated`. The file itself is not touched."""
    top = parse_yaml(path, within_limit(path, data)).fields(TOP_FIELDS)
    appliances = [_appliance(node) for node in _items(top.get("appliances"))]
    by_name: dict[str, ApplianceStated] = {}
    for stated, node in zip(appliances, _items(top.get("appliances")), strict=True):
        if stated.name.lower() in by_name:
            raise node.error("an appliance of this name is stated above: one entry for each appliance")
        by_name[stated.name.lower()] = stated
    seen: dict[str, str] = {}
    for stated, node in zip(appliances, _items(top.get("appliances")), strict=True):
        for word in stated.same_as:
            other = seen.setdefault(word.lower(), stated.name)
            if other != stated.name:
                raise node.error("one of its names or addresses is stated of another appliance above")
    files = [_file(node, by_name) for node in _items(top.get("files"))]
    return (*appliances, *files), tuple(_accepted(node, rules) for node in _items(top.get("accepted")))


def _accepted(node: Node, rules: Collection[str] | None) -> Accepted:
    fields = node.fields(ACCEPTED_FIELDS, required=("finding", "until", "reason", "owner"))
    finding, reason, owner = (_name(fields[name]) for name in ("finding", "reason", "owner"))
    if rules is not None and finding not in rules:
        raise fields["finding"].error(f"there is no rule of this id{did_you_mean(finding, rules)}")
    subject = _name(fields["subject"]) if "subject" in fields and fields["subject"].value != "" else ""
    try:
        until = date.fromisoformat(fields["until"].text.strip())
    except ValueError:
        raise fields["until"].error("a day is needed here, as 2027-01-31") from None
    return Accepted(finding, subject, until, reason, owner, _quoted(node, f"{finding} {subject} until {until}: {reason} ({owner})"))


def _items(node: Node | None) -> Sequence[Node]:
    if node is None or node.value == "":
        return ()
    if len(node.items) > _MOST:
        raise node.error(f"more than {_MOST} entries")
    return node.items


def _appliance(node: Node) -> ApplianceStated:
    fields = node.fields(APPLIANCE_FIELDS, required=("name", "kind"))
    same = tuple(_name(one) for one in _items(fields.get("same_as")))
    role = _choice(fields["role"], ROLES) if "role" in fields and fields["role"].value != "" else ""
    kind = _choice(fields["kind"], KINDS)
    if role and kind != "fmc":
        raise fields["role"].error("only an FMC has a role here: an FTD pair is two appliances")
    name = _name(fields["name"])
    zone = _zone(fields["time_zone"]) if "time_zone" in fields and fields["time_zone"].value != "" else ""
    said = (name, kind, *same, *([role] if role else []), *([f"time zone {zone}"] if zone else []))
    return ApplianceStated(name, kind == "fmc", same, role, _quoted(node, ", ".join(said)), zone)


def _zone(node: Node) -> str:
    text = node.text.strip()
    if time_zone(text) is None:
        raise node.error("a time zone is needed here: an offset as +09:00, or a name of the IANA database as Asia/Seoul")
    return text


def _file(node: Node, known: dict[str, ApplianceStated]) -> FileStated:
    fields = node.fields(FILE_FIELDS, required=("file",))
    said = [name for name in ("internal_ca_of", "written_on") if name in fields and fields[name].value != ""]
    if len(said) != 1:
        raise node.error("say one of the two: internal_ca_of, or written_on")
    of = fields[said[0]]
    stated = known.get(_name(of).lower())
    if stated is None:
        raise of.error("no appliance of this name is stated above, under 'appliances'")
    internal_ca = said[0] == "internal_ca_of"
    if internal_ca and not stated.manager:
        raise of.error("an InternalCA is an FMC's: this appliance is stated to be an FTD")
    path = _name(fields["file"]).replace("\\", "/")
    return FileStated(path, stated.name, internal_ca, _quoted(node, f"{path}: {said[0]} {stated.name}"))


def _name(node: Node) -> str:
    text = node.text.strip()
    if not _NAME.fullmatch(text):
        raise node.error("a name, an address, a UUID or a path is needed here, on one line")
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text


def _choice(node: Node, known: Sequence[str]) -> str:
    text = node.text.strip().lower()
    if text not in known:
        raise node.error(f"one of {', '.join(known)} is needed here")
    return text


def _quoted(node: Node, text: str) -> Evidence:
    return Evidence(Location(node.path.as_posix(), line=node.line), text[:500])


def case_schema() -> dict[str, Any]:
    """The JSON Schema of such a file, for editors."""
    text = {"type": "string", "minLength": 1, "maxLength": 253}

    def entry(properties: dict[str, Any], required: Sequence[str]) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}

    appliance = entry(
        {
            "name": {**text, "description": "What the report shall call it."},
            "kind": {"enum": list(KINDS)},
            "same_as": {
                "type": ["array", "null"],
                "items": text,
                "description": "Names, addresses and UUIDs that are all of this appliance.",
            },
            "time_zone": {
                "type": ["string", "null"],
                "minLength": 1,
                "maxLength": 64,
                "examples": ["UTC", "+09:00", "Asia/Seoul"],
                "description": "That of its log lines that state none: an offset from UTC, or a name of the IANA time zone database.",
            },
            "role": {"enum": [*ROLES, None], "description": "Of an FMC in a high-availability pair, as System > Integration shows it."},
        },
        ("name", "kind"),
    )
    file = entry(
        {
            "file": {**text, "description": "The path of the file as it is given, or the end of it."},
            "internal_ca_of": {**text, "description": "The FMC whose /etc/sf/ca_root/cacert.pem this is."},
            "written_on": {**text, "description": "The appliance on which this output was written."},
        },
        ("file",),
    )
    accepted = entry(
        {
            "finding": {**text, "description": "The id of a rule (sftunnel-analyzer rules list)."},
            "subject": {**text, "description": "The appliance, by name, UUID or address. Without it, every one of the case."},
            "until": {"type": "string", "format": "date", "description": "From this day (UTC) on the finding counts again."},
            "reason": text,
            "owner": {**text, "description": "Who answers for it."},
        },
        ("finding", "until", "reason", "owner"),
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What a person states about a case",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "appliances": {"type": ["array", "null"], "items": appliance},
            "files": {"type": ["array", "null"], "items": file},
            "accepted": {
                "type": ["array", "null"],
                "items": accepted,
                "description": "Findings that triage does not count before a day.",
            },
        },
    }


def schema_text() -> str:
    """The schema as it is written into a file."""
    return json.dumps(case_schema(), indent=2) + "\n"
