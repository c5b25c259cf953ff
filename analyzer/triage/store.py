"""The folder of a triage: ``cases/<folder>/`` with report.html, result.json, facts.bin and case.json. Each file is whole or not there.

``case.json`` is written last: without it a case was not finished, and is run again. Files are for their owner alone (0600).
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from analyzer.triage.record import SCHEMA_VERSION, CaseRecord

CASES = "cases"
REPORT, RESULT, FACTS, RECORD = "report.html", "result.json", "facts.bin", "case.json"
RUN = "run.json"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


def folder_of(label: str) -> str:
    """The folder name of a case: its label where that is a plain name, else a readable part of it and a digest. Never two labels alike
    on a file system that does not tell upper from lower case."""
    if _PLAIN.fullmatch(label) and label == label.lower() and not label.endswith("."):
        return label
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", label).strip("-").lower()[:48] or "case"
    return f"{readable}.{hashlib.sha256(label.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"


def tidy(folder: Path) -> None:
    """Remove what a run that was killed left half-written in this folder."""
    for part in folder.glob(".*.part"):
        part.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the place, then move there: a reader, and a run that goes on after this one was killed, sees all of it or nothing."""
    handle, beside = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(beside).replace(path)
    finally:
        Path(beside).unlink(missing_ok=True)


class LastRun(Struct, frozen=True, kw_only=True):
    """What ``run.json`` says of the last run that looked for cases. ``began`` is aware, UTC. ``first``: there was none before it.
    ``as_of`` is the day that it judged by. ``command`` is how it was called, in a redacted triage without its sources."""

    schema_version: int = SCHEMA_VERSION
    began: datetime | None = None
    first: bool = True
    redacted: bool = False
    as_of: datetime | None = None
    command: tuple[str, ...] = ()


class Store:
    """The folder that ``--out`` names."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.cases = out / CASES

    def place(self, folder: str) -> Path:
        """Where the files of a case are."""
        return self.cases / folder

    def begin(self, folder: str) -> Path:
        """Make the place of a case, without what an earlier run that was killed left half-written."""
        place = self.place(folder)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        tidy(place)
        return place

    def finish(self, record: CaseRecord) -> None:
        """Write the record: from now on the case counts as run. Results that are not those of this record go first."""
        place = self.begin(record.folder)
        if not record.result_key:
            for name in (REPORT, RESULT):
                (place / name).unlink(missing_ok=True)
        write_whole(place / RECORD, msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")

    def record(self, folder: str) -> CaseRecord | None:
        """What is known of a case, None where it was not finished or another version wrote it."""
        try:
            record = msgspec.json.decode((self.place(folder) / RECORD).read_bytes(), type=CaseRecord)
        except (OSError, msgspec.MsgspecError):
            return None
        return record if record.schema_version == SCHEMA_VERSION else None

    def records(self) -> Iterator[CaseRecord]:
        """Every finished case, by folder."""
        if self.cases.is_dir():
            for place in sorted(self.cases.iterdir()):
                record = self.record(place.name) if place.is_dir() else None
                if record is not None:
                    yield record

    def last_run(self) -> LastRun | None:
        """The last run, None where there was none of this version."""
        try:
            run = msgspec.json.decode((self.out / RUN).read_bytes(), type=LastRun)
        except (OSError, msgspec.MsgspecError):
            return None
        return run if run.schema_version == SCHEMA_VERSION else None

    def begin_run(self, run: LastRun) -> None:
        """From now on this is the last run."""
        write_whole(self.out / RUN, msgspec.json.encode(run) + b"\n")

    def delete(self, folder: str) -> bool:
        """Remove all that is known of a case. False where nothing is."""
        place = self.place(folder)
        if not place.is_dir():
            return False
        shutil.rmtree(place)
        return True
