"""What a child does with one case: read (or take the stored facts), conclude, write the results, and say what the index shows."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from analyzer import __version__
from analyzer.gather import Gathered
from analyzer.model.answer import Known
from analyzer.model.case import Manager
from analyzer.model.ending import exit_code
from analyzer.model.finding import Finding
from analyzer.model.passage import FileSeen
from analyzer.model.plan import Situation
from analyzer.model.result import Result
from analyzer.pipeline import Options, conclude, read_case
from analyzer.read.captures import find_tshark
from analyzer.report.document import render_json
from analyzer.report.html import render_html
from analyzer.texts import _, remembering, speaking
from analyzer.triage.facts_file import pack, unpack
from analyzer.triage.keys import content_digest, facts_key, reading_key, result_key
from analyzer.triage.record import CaseRecord, CaseState, FindingLine, ManagerLine, Took
from analyzer.triage.settings import Job
from analyzer.triage.store import FACTS, REPORT, RESULT, Store, write_whole


def run_case(job: Job, peak: Callable[[], int] = lambda: 0) -> CaseRecord:
    """Run the case, write report.html, result.json and facts.bin, and give its record. ``peak`` tells the memory used so far, in bytes.

    Raises whatever reading and judging raise: the child's boundary turns that into a state.
    """
    began = time.monotonic()
    language = job.settings.language
    with speaking(language):
        options = _options(job)
        place = Store(Path(job.out)).begin(job.folder)
        if not job.rejudge:
            with remembering():
                read = read_case(job.paths, options)
            write_whole(place / FACTS, pack(read, facts_key(read.artifacts, job.settings)))
        read, key = unpack((place / FACTS).read_bytes(), language)
        result = conclude(read, options)
        record = _record(job, read, result, key)
        if result.usable:
            write_whole(place / REPORT, render_html(result).encode("utf-8", "surrogatepass"))
            write_whole(place / RESULT, render_json(result).encode())
    return replace(record, took=Took(round(time.monotonic() - began, 2), peak(), result.bytes_read))


def _options(job: Job) -> Options:
    settings = job.settings
    return Options(
        as_of=settings.as_of,
        as_of_source=settings.as_of_source,
        port=settings.port,
        rules=tuple(Path(one) for one in settings.rules),
        tshark=find_tshark() if settings.use_tshark else None,
        limits=settings.limits,
        language=settings.language,
        redact_to=(lambda _map: None) if settings.redact else None,
        partial=False,
    )


def _newest_file(read: Gathered) -> datetime | None:
    times = [fact.modified for fact in read.facts if isinstance(fact, FileSeen)]
    return max((one for one in times if one is not None), default=None) if times and None not in times else None


def _record(job: Job, read: Gathered, result: Result, key: str) -> CaseRecord:
    code = exit_code(result)
    if not result.usable:
        state = CaseState.UNREADABLE if result.incomplete else CaseState.NOTHING
        reason = result.incomplete[0].reason if result.incomplete else _("nothing in it is evidence of an sftunnel")
    else:
        state = CaseState.INCOMPLETE if result.incomplete else CaseState.DONE
        reason = result.incomplete[0].reason if result.incomplete else ""
    return CaseRecord(
        label=job.label,
        folder=job.folder,
        state=state,
        reason=reason,
        inputs=job.inputs,
        about=job.about,
        digest=content_digest(artifact.sha256 for artifact in read.artifacts),
        reading=reading_key(job.settings),
        newest_file=_newest_file(read),
        facts_key=key,
        result_key=result_key(key, job.settings, result.rules_version) if result.usable else "",
        exit_code=int(code),
        headline=result.plan.headline if result.usable else "",
        situation=_situation(result),
        severity=result.worst.name.lower() if result.worst is not None else "",
        first_step=_first_step(result),
        managers=tuple(_manager(one, result) for one in result.case.managers),
        findings=tuple(_finding(one) for one in result.findings if one.counts),
        asked=tuple(dict.fromkeys(step.title for step in result.plan.collect)),
        tool_version=__version__,
        rules_version=result.rules_version,
        as_of=job.settings.as_of,
        language=job.settings.language,
    )


_NEED = (
    *(Situation.EXPIRED_MIXED, Situation.EXPIRED_CONNECTED, Situation.EXPIRED_DOWN, Situation.EXPIRED_UNKNOWN, Situation.PARTIAL_COPY),
    *(Situation.MISSED_RENEWAL, Situation.RESTART_DUE, Situation.ANOTHER_MANAGER, Situation.LOOK_ELSEWHERE, Situation.RENEW_IN_TIME),
    *(Situation.UNKNOWN, Situation.HEALTHY, Situation.NOT_APPLICABLE),
)


def _situation(result: Result) -> str:
    found = {plan.situation for plan in (*result.plan.managers, *result.plan.devices)}
    return next((situation.value for situation in _NEED if situation in found), "")


def _first_step(result: Result) -> str:
    for plan in (*result.plan.managers, *result.plan.devices):
        if plan.steps:
            return f"{plan.label}: {plan.steps[0].title}"
    return result.plan.collect[0].title if result.plan.collect else ""


def _manager(manager: Manager, result: Result) -> ManagerLine:
    situation = next((plan.situation for plan in result.plan.managers if plan.box == manager.key), None)
    up, down, unknown = len(manager.tunnels_connected), len(manager.tunnels_down), len(manager.tunnels_unknown)
    without = any(one.rule == "release-without-hotfix" and one.counts and one.subject == manager.key for one in result.findings)
    return ManagerLine(
        label=manager.label,
        uuid=manager.uuid.value if isinstance(manager.uuid, Known) else "",
        release=manager.version.value if isinstance(manager.version, Known) else "",
        hotfix_known=not without if isinstance(manager.version, Known) else None,
        ca_ends=manager.internal_ca_not_after.value if isinstance(manager.internal_ca_not_after, Known) else None,
        situation=situation.value if situation is not None else "",
        devices=up + down + unknown,
        up=up,
        down=down,
        unknown=unknown,
    )


def _finding(finding: Finding) -> FindingLine:
    return FindingLine(finding.rule, finding.severity.name.lower(), finding.subject_label, finding.title, explained=bool(finding.caused_by))
