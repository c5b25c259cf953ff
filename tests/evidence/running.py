"""One case: its input is copied to an empty folder, the command line runs there in this process, and the outcome is judged."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from contextlib import chdir
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from analyzer.cli.app import app
from tests.evidence.document import Document, Gone
from tests.evidence.expectations import KEYS, WITHOUT_RESULT, Judge, Run
from tests.evidence.variants import VARIANTS, Variant

CASES = Path(__file__).resolve().parent / "cases"
TODAY = ["--as-of", "2026-11-23"]


@dataclass
class Verdict:
    """How one case ended. ``unmet`` are the expectations that are not met, the first one first."""

    name: str
    kind: str
    danger: bool
    why: str
    variant: str = ""
    unmet: list[str] = field(default_factory=list)
    code: int | None = None
    said: str = ""
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Every expectation is met."""
        return not self.unmet

    @property
    def unread(self) -> bool:
        """Nothing was concluded: wrong, but not dangerous."""
        return self.code in WITHOUT_RESULT


def load(folder: Path) -> dict[str, Any]:
    """``expect.json`` of a case. A key that is not known is a slip of whoever wrote it: ValueError."""
    expect: dict[str, Any] = json.loads((folder / "expect.json").read_text("utf-8"))
    odd = set(expect) - KEYS
    if odd or not {"why", "kind"} <= set(expect):
        raise ValueError(f"{folder.name}/expect.json: {'unknown: ' + ', '.join(sorted(odd)) if odd else 'why and kind are needed'}")
    return expect


def folders(pattern: str = "") -> list[Path]:
    """The cases whose names match, in order."""
    return sorted(path for path in CASES.iterdir() if (path / "expect.json").is_file() and re.search(pattern, path.name))


def set_times(folder: Path, times: dict[str, str]) -> None:
    """Give files the times that the case states. Of several patterns that fit, the last counts."""
    for path in sorted(folder.rglob("*")):
        fits = [when for pattern, when in times.items() if path.is_file() and path.relative_to(folder).match(pattern)]
        if fits:
            moment = datetime.fromisoformat(fits[-1]).timestamp()
            os.utime(path, (moment, moment))


def run_program(source: Path, expect: dict[str, Any], variant: Variant | None = None) -> tuple[Run, dict[str, Any]] | None:
    """One run in a folder of its own, as a user types it, and the expectations to hold it against. None: the variant does not apply."""
    with tempfile.TemporaryDirectory(prefix="evidence-") as place:
        shutil.copytree(source, Path(place) / "in")
        if variant is not None:
            changed = variant(Path(place) / "in", expect)
            if changed is None:
                return None
            expect = changed
        set_times(Path(place) / "in", expect.get("times", {}))
        args = expect.get("args", TODAY)
        command = ["analyze", "in/", "--lang", "en", "-o", "r.html", "--json", "r.json", *args]
        if expect.get("compare"):
            command = ["compare", "in/before", "in/after", "--lang", "en", *args]
        with chdir(place):
            ended = CliRunner().invoke(app, command, env={"NO_COLOR": "1", "LANG": "C.UTF-8", "FORCE_COLOR": None, "TTY_COMPATIBLE": None})
        run = Run(ended.exit_code, ended.stdout, ended.stderr)
        written = Path(place) / "r.json"
        if written.exists():
            try:
                run.document = json.loads(written.read_text("utf-8"))
            except ValueError as error:
                run.broken = f"r.json is not JSON: {error}"
        return run, expect


def judge(folder: Path, variant: str = "") -> Verdict | None:
    """Run one case, or a variant of it, and say how it ended. None: the variant does not apply."""
    expect = load(folder)
    verdict = Verdict(folder.name, expect["kind"], bool(expect.get("danger")), expect["why"], variant)
    begun = time.monotonic()
    ran = run_program(folder / "in", expect, VARIANTS[variant] if variant else None)
    if ran is None:
        return None
    run, expect = ran
    verdict.seconds = time.monotonic() - begun
    verdict.code, verdict.said = run.code, run.out + run.err
    try:
        verdict.unmet.extend(Judge(expect, run, Document(run.document)).unmet())
    except Gone as gone:
        verdict.unmet.append(f"cannot be judged, a field is gone: {gone}")
    return verdict
