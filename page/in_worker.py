"""What the worker of the page asks of the program: one case in, its report, document and plan out. Runs in the browser's Python.

Statements of a person come as a file that the person chose, or from the form, which is a draft (`analyzer.report.case_file`).
"""

from __future__ import annotations

import gc
import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from analyzer.deadline import within
from analyzer.gather import Gathered
from analyzer.model.result import Result
from analyzer.model.statements import Accepted, Statement
from analyzer.nothing_usable import why_nothing
from analyzer.pipeline import Options, conclude, gather_case, load_knowledge, prepared
from analyzer.report.case_file import Draft, case_lines, case_text, draft_of
from analyzer.report.document import render_json
from analyzer.report.html import render_html
from analyzer.report.neutralise import neutralise
from analyzer.report.runbook import plan_files
from analyzer.rulefiles.node import RuleError
from analyzer.stated.case_file import parse_stated
from analyzer.texts import _, speaking

CASE = Path("/case")
STATED = "case.yaml"
"""What statements of the form go by; saved, they are a file of this name."""


class Asked(Struct, frozen=True):
    """What one run is asked for. ``case`` changes with what was given: the same number, the same files. ``again``: judge what was read
    of them before, where it was read in this language and as of this day. ``stated`` is the name of the file of statements, "" for none,
    and ``statements`` its bytes (base64 in JSON).
    """

    case: int
    language: str
    as_of: str = ""
    redact: bool = False
    again: bool = False
    stated: str = ""
    statements: bytes = b""


class _Read(Struct, frozen=True):
    """What was read, how (`_key`), and as of when."""

    key: tuple[int, str, str]
    gathered: Gathered
    moment: datetime


def _key(asked: Asked, moment: datetime) -> tuple[int, str, str]:
    """What reading depends on: the files, the language of the sentences in facts, and the day. A page that stays open over midnight reads
    anew: what it kept was read as of yesterday."""
    return asked.case, asked.language, moment.date().isoformat()


class Session:
    """One page that is open. It keeps what the last run read, in memory, so that statements are judged without reading again."""

    def __init__(self, place: Path = CASE) -> None:
        self._place = place
        self._kept: _Read | None = None

    def run(self, options: str, progress: Callable[[int], None]) -> dict[str, Any]:
        """Analyze what is mounted, with the statements of this file. Never raises for what files hold; ``problem`` says what there is
        instead of a report."""
        asked = msgspec.json.decode(options, type=Asked)
        with speaking(asked.language):
            try:
                return self._run(asked, progress)
            except RuleError as error:
                return {"problem": neutralise(str(error))}
            finally:
                gc.collect()

    def written(self, draft: str, language: str) -> dict[str, Any]:
        """The file of statements that a form makes: ``text``; or why it makes none, as ``problem``, and the ``field`` that it is about."""
        with speaking(language):
            lines = list(case_lines(msgspec.json.decode(draft, type=Draft)))
            text = "".join(f"{line.text}\n" for line in lines)
            try:
                parse_stated(Path(STATED), text.encode())
            except RuleError as error:
                field = lines[error.line - 1].field if 0 < error.line <= len(lines) else ""
                return {"problem": error.problem, "field": field}
            return {"text": text}

    def _run(self, asked: Asked, progress: Callable[[int], None]) -> dict[str, Any]:
        statements: tuple[Statement, ...] = ()
        accepted: tuple[Accepted, ...] = ()
        if asked.stated:
            statements, accepted = parse_stated(Path(asked.stated), asked.statements)
        substitutes: list[tuple[str, str, str]] = []
        knowledge = load_knowledge(())
        moment, source = _moment(asked.as_of)
        kept = self._kept if asked.again and self._kept is not None and self._kept.key == _key(asked, moment) else None
        options = Options(
            as_of=kept.moment if kept else moment,
            as_of_source=source,
            language=asked.language,
            redact_to=substitutes.extend if asked.redact else None,
            statements=statements,
        )
        if kept is None:
            self._kept = None  # before the next is read: memory holds one of them
            kept = self._kept = _Read(_key(asked, moment), gather_case(self._given(), options, progress), options.as_of)
        with within(options.limits.seconds):
            result = conclude(prepared(kept.gathered, options), options, knowledge)
        if not result.usable:
            lines, told = why_nothing(result, os.listdir("."))  # noqa: PTH208 - as in `_given`
            return {"problem": "\n".join([*lines, neutralise(told)]), "json": render_json(result)}
        answer: dict[str, Any] = {"html": render_html(result), "json": render_json(result), "headline": neutralise(result.plan.headline)}
        if asked.redact:  # as on the command line: the commands of a redacted plan are not to be typed
            rows = [{"kind": kind, "original": original, "substitute": substitute} for kind, original, substitute in substitutes]
            answer["map"] = json.dumps(rows, ensure_ascii=False, indent=1)
        else:
            draft = draft_of(result, statements, accepted)
            answer |= {"plan": _packed(result), "draft": _shown(draft), "facts": case_text(draft)}
        return answer

    def _given(self) -> list[str]:
        """Each file and folder that was given, under the name that it was given by."""
        os.chdir(self._place)
        return sorted(os.listdir("."))  # noqa: PTH208 - names as they stand in the folder that we are in


def _shown(draft: Draft) -> str:
    """The draft as JSON, each appliance with the ``label`` that it is shown by. What is shown is made harmless; what is a field stays what
    it is, to be stated as it is."""
    told = msgspec.to_builtins(draft)
    told["questions"] = [neutralise(question) for question in draft.questions]
    for entry in told["appliances"]:
        entry["contradictions"] = [neutralise(why) for why in entry["contradictions"]]
        entry |= {"label": neutralise(entry["name"]), "asks_role": neutralise(entry["asks_role"])}
    return json.dumps(told)


def _moment(text: str) -> tuple[datetime, str]:
    """The end of a day, or now."""
    if text:
        return datetime.combine(date.fromisoformat(text), time(23, 59, 59), UTC), "--as-of"
    return datetime.now(UTC).replace(microsecond=0), _("the clock of this computer")


def _packed(result: Result) -> bytes:
    """The plan, one file for each appliance, in a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in plan_files(result):
            archive.writestr(str(file.path), file.text)
    return packed.getvalue()
