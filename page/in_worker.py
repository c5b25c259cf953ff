"""What the worker of the page asks of the program: one case in, its report, document and plan out. Runs in the browser's Python only."""

from __future__ import annotations

import gc
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from analyzer.model.result import Result
from analyzer.pipeline import Options, analyze
from analyzer.report.document import render_json
from analyzer.report.html import render_html
from analyzer.report.neutralise import neutralise
from analyzer.report.runbook import plan_files
from analyzer.rulefiles.node import RuleError
from analyzer.texts import _, ngettext, speaking

CASE = Path("/case")
_NAMED = 20


def run(options: str, progress: Callable[[int], None]) -> dict[str, Any]:
    """Analyze what is mounted at `CASE`. Never raises for what the files hold; ``problem`` says what there is instead of a report."""
    asked = json.loads(options)
    with speaking(asked["language"]):
        try:
            return _run(asked, progress)
        except RuleError as error:
            return {"problem": str(error)}
        finally:
            gc.collect()


def _run(asked: dict[str, Any], progress: Callable[[int], None]) -> dict[str, Any]:
    moment, source = _moment(asked.get("as_of") or "")
    substitutes: list[tuple[str, str, str]] = []
    result = analyze(
        _given(),
        Options(
            as_of=moment,
            as_of_source=source,
            language=asked["language"],
            redact_to=substitutes.extend if asked.get("redact") else None,
        ),
        progress,
    )
    if not result.usable:
        return {"problem": "\n".join(map(neutralise, _nothing_usable(result))), "json": render_json(result)}
    answer: dict[str, Any] = {"html": render_html(result), "json": render_json(result), "headline": neutralise(result.plan.headline)}
    if asked.get("redact"):  # as on the command line: the commands of a redacted plan are not to be typed
        rows = [{"kind": kind, "original": original, "substitute": substitute} for kind, original, substitute in substitutes]
        answer["map"] = json.dumps(rows, ensure_ascii=False, indent=1)
    else:
        answer["plan"] = _packed(result)
    return answer


def _given() -> list[str]:
    """Each file and folder that was given, under the name that it was given by."""
    os.chdir(CASE)
    return sorted(os.listdir("."))  # noqa: PTH208 - names as they stand in the folder that we are in


def _moment(text: str) -> tuple[datetime, str]:
    """The end of a day, or now."""
    if text:
        return datetime.combine(date.fromisoformat(text), time(23, 59, 59), UTC), "--as-of"
    return datetime.now(UTC).replace(microsecond=0), _("the clock of this computer")


def _nothing_usable(result: Result) -> Iterator[str]:
    for damage in result.incomplete[:_NAMED]:
        yield _("could not read {place}: {why}").format(place=damage.location, why=damage.reason)
    for notice in result.case.notices:
        yield notice.text
    if not result.members and result.incomplete:
        yield _("Nothing of the input could be read, for the reasons above. No report was written.")
        return
    files = ngettext("{n} file", "{n} files", result.members).format(n=result.members) if result.members else _("no file")
    told = _(
        "{given}: {files} read, and nothing in it is evidence of an sftunnel. Give a troubleshoot bundle, messages or comms.log, "
        "a capture of TCP 8305, or certificate files. No report was written."
    )
    yield told.format(given=", ".join(artifact.path for artifact in result.artifacts[:5]), files=files)


def _packed(result: Result) -> bytes:
    """The plan, one file for each box, in a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in plan_files(result):
            archive.writestr(str(file.path), file.text)
    return packed.getvalue()
