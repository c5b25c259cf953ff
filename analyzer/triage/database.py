"""``index.sqlite``: the index as tables, for SQL and Datasette. Only the coordinator writes it, and always anew from the records.

Tables: ``cases`` (one row a case), ``operations`` (what it cost), ``managers``, ``findings`` and ``questions`` (rows of a case, by
``folder``), ``accepted`` (what a person accepts), ``meta``. Times are ISO 8601, UTC. ``user_version`` is the version of this schema.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from analyzer.triage.index import Index
from analyzer.triage.record import SCHEMA_VERSION, CaseRecord, ManagerLine

DATABASE = "index.sqlite"
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE cases (
  folder TEXT PRIMARY KEY, label TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, duplicate_of TEXT NOT NULL,
  sr TEXT NOT NULL, customer TEXT NOT NULL, owner TEXT NOT NULL, exit_code INTEGER, severity TEXT NOT NULL, headline TEXT NOT NULL,
  first_step TEXT NOT NULL, input_bytes INTEGER NOT NULL, files INTEGER NOT NULL, digest TEXT NOT NULL, facts_key TEXT NOT NULL,
  result_key TEXT NOT NULL, tool_version TEXT NOT NULL, rules_version TEXT NOT NULL, as_of TEXT, language TEXT NOT NULL,
  first_seen TEXT, fresh INTEGER NOT NULL, stale INTEGER NOT NULL
);
CREATE TABLE operations (
  folder TEXT PRIMARY KEY, seconds REAL NOT NULL, peak_bytes INTEGER NOT NULL, bytes_read INTEGER NOT NULL, failures INTEGER NOT NULL
);
CREATE TABLE managers (
  folder TEXT NOT NULL, label TEXT NOT NULL, uuid TEXT NOT NULL, release TEXT NOT NULL, ca_ends TEXT, situation TEXT NOT NULL,
  devices INTEGER NOT NULL, up INTEGER NOT NULL, down INTEGER NOT NULL, unknown INTEGER NOT NULL,
  missed INTEGER NOT NULL, hotfix_known INTEGER, accepted INTEGER NOT NULL
);
CREATE TABLE findings (
  folder TEXT NOT NULL, rule TEXT NOT NULL, severity TEXT NOT NULL, subject TEXT NOT NULL, title TEXT NOT NULL, explained INTEGER NOT NULL,
  accepted INTEGER NOT NULL
);
CREATE TABLE accepted (
  folder TEXT NOT NULL, rule TEXT NOT NULL, subject TEXT NOT NULL, until TEXT NOT NULL, reason TEXT NOT NULL, owner TEXT NOT NULL,
  found INTEGER NOT NULL, holds INTEGER NOT NULL
);
CREATE TABLE questions (folder TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX managers_of ON managers (folder);
CREATE INDEX findings_of ON findings (folder);
CREATE INDEX managers_by_end ON managers (ca_ends);
"""


def write_database(index: Index, out: Path) -> Path:
    """Write the database beside the page, whole or not at all. Raises OSError and sqlite3.Error."""
    place, beside = out / DATABASE, out / f".{DATABASE}.part"
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    database = sqlite3.connect(beside)
    try:
        with database:
            database.executescript(_SCHEMA)
            database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            _insert(database, "meta", [("as_of", index.as_of.isoformat()), ("schema_version", str(SCHEMA_VERSION))])
            for table, rows in _rows(index).items():
                _insert(database, table, rows)
    finally:
        database.close()
    beside.replace(place)
    return place


Row = tuple[str | int | float | None, ...]


def _insert(database: sqlite3.Connection, table: str, rows: list[Row] | list[tuple[str, str]]) -> None:
    if rows:
        places = ", ".join("?" * len(rows[0]))
        database.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - the name is one of ours


def _rows(index: Index) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {"cases": [], "operations": [], "managers": [], "findings": [], "accepted": [], "questions": []}
    fresh, stale = set(index.fresh), set(index.stale)
    for one in index.records:
        rows["cases"].append((*_case(one), int(one.folder in fresh), int(one.folder in stale)))
        took = one.took
        rows["operations"].append((one.folder, took.seconds, took.peak_bytes, took.bytes_read, one.failures))
        rows["managers"] += [_manager(one.folder, fmc) for fmc in one.managers]
        rows["findings"] += [
            (one.folder, of.rule, of.severity, of.subject, of.title, int(of.explained), int(of.accepted)) for of in one.findings
        ]
        rows["questions"] += [(one.folder, of.title, of.text) for of in one.asked]
        for of in one.accepted:
            rows["accepted"].append(
                (one.folder, of.rule, of.subject, of.until.isoformat(), of.reason, of.owner, int(of.found), int(of.holds))
            )
    return rows


def _case(one: CaseRecord) -> Row:
    return (
        *(one.folder, one.label, one.state.value, one.reason, one.duplicate_of),
        *(one.about.sr, one.about.customer, one.about.owner, one.exit_code, one.severity, one.headline),
        *(one.first_step, one.size, len(one.inputs), one.digest, one.facts_key, one.result_key),
        *(one.tool_version, one.rules_version, one.as_of.isoformat() if one.as_of else None, one.language),
        one.first_seen.isoformat() if one.first_seen else None,
    )


def _manager(folder: str, fmc: ManagerLine) -> Row:
    ends = fmc.ca_ends.isoformat() if fmc.ca_ends else None
    hotfix = None if fmc.hotfix_known is None else int(fmc.hotfix_known)
    return (
        *(folder, fmc.label, fmc.uuid, fmc.release, ends, fmc.situation, fmc.devices, fmc.up, fmc.down, fmc.unknown),
        *(len(fmc.missed), hotfix, int(fmc.accepted)),
    )
