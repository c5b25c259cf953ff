"""Which FMC releases the 2026 sftunnel CVE lists as affected: a table with a source per row, compared number by number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from analyzer import cache
from analyzer.join import obtain
from analyzer.join.releases import release_number
from analyzer.model.answer import Answer, Known, Missing
from analyzer.rulefiles.node import Node, one_line
from analyzer.rulefiles.read import parse_yaml, read_bytes
from analyzer.texts import _

TOP_FIELDS = ("releases", "assumed")
ROW_FIELDS = ("first", "last", "document", "source")
SCHEMA = "sftunnel-cves.schema.json"


class ReleaseRange(Struct, frozen=True):
    """A row: the first and the last affected release of a train as numbers (`release_number`), both included."""

    first: int
    last: int
    document: str
    source: str


class CveReleases(Struct, frozen=True):
    """The rows, and what reading them as the releases of this CVE assumes, in the language that was spoken while it was loaded."""

    ranges: tuple[ReleaseRange, ...]
    assumed: str

    def row_of(self, number: int) -> ReleaseRange | None:
        """The row that a release lies in; None for one that is not listed."""
        return next((row for row in self.ranges if row.first <= number <= row.last), None)


def listed(version_number: Answer[int], table: CveReleases | None) -> Answer[bool]:
    """Whether a manager's release is one of the table."""
    if isinstance(version_number, Missing):
        return Missing(version_number.why, version_number.obtain or _(obtain.BOX_VERSION), version_number.evidence)
    if table is None:
        return Missing(_("the table of the releases that the CVE lists was not provided"), "rules/tables/sftunnel-cves.yaml")
    return Known(table.row_of(version_number.value) is not None, version_number.evidence, version_number.assumed or table.assumed)


def load_cve_releases(path: Path) -> CveReleases:
    """The table of ``tables/sftunnel-cves.yaml``. Read once, and kept (`analyzer.cache`). Raises `RuleError` with the file and line."""
    data = read_bytes(path)
    makers = (Path(__file__), Path(__file__).with_name("releases.py"))
    table = cache.kept_or_made(path, cache.digest_of([(path, data)], makers), CveReleases, lambda: _read(path, data))
    return replace(table, assumed=_(table.assumed))


def _read(path: Path, data: bytes) -> CveReleases:
    root = parse_yaml(path, data)
    top = root.fields(TOP_FIELDS, required=TOP_FIELDS)
    ranges: list[ReleaseRange] = []
    for node in top["releases"].items:
        row = node.fields(ROW_FIELDS, required=ROW_FIELDS)
        one = ReleaseRange(_release(row["first"]), _release(row["last"]), row["document"].text, row["source"].text)
        if one.last < one.first:
            raise row["last"].error("the last affected release comes before the first")
        if any(one.first <= other.last and other.first <= one.last for other in ranges):
            raise row["first"].error("these releases are in a row before this one")
        ranges.append(one)
    return CveReleases(tuple(ranges), one_line(top["assumed"].text))


def table_schema() -> dict[str, Any]:
    """The JSON Schema of the table, for editors."""
    text = {"type": "string", "minLength": 1}
    release = {"type": "string", "pattern": r"^[0-9]{1,2}(\.[0-9]{1,2}){1,3}$", "description": "In quotes: 7.10 as a number would be 7.1."}
    row = {
        "type": "object",
        "additionalProperties": False,
        "required": list(ROW_FIELDS),
        "properties": {name: release if name in ("first", "last") else text for name in ROW_FIELDS},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Releases that a CVE lists as affected",
        "type": "object",
        "additionalProperties": False,
        "required": list(TOP_FIELDS),
        "properties": {"releases": {"type": "array", "items": row}, "assumed": text},
    }


def _release(node: Node) -> int:
    number = release_number(node.text)
    if number is None:
        raise node.error("a release number such as 7.2.9 is needed here")
    return number
