"""What a child does with one case: read (or take the stored facts), conclude, write the results, and say what the index shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from msgspec.structs import replace

from analyzer.collect.inputs import Streamed
from analyzer.gather import Gathered
from analyzer.model.answer import Known
from analyzer.model.case import Device, Manager, Notice, Tunnel
from analyzer.model.ending import exit_code
from analyzer.model.finding import Finding
from analyzer.model.member import DamageKind
from analyzer.model.passage import FileSeen
from analyzer.model.plan import Situation, Step
from analyzer.model.result import Result
from analyzer.model.statements import Accepted, ApplianceStated, FileStated, Statement
from analyzer.pipeline import Knowledge, Options, RedactionMap, conclude, load_knowledge, read_case, redacted, with_statements
from analyzer.prescribe.shell import render
from analyzer.read.captures import find_tshark
from analyzer.report.document import render_json
from analyzer.report.html import render_html
from analyzer.report.labels import PLACES
from analyzer.texts import _, remembering, speaking
from analyzer.triage.acceptance import Acceptance, acceptance
from analyzer.triage.facts_file import pack, unpack
from analyzer.triage.keys import content_digest, facts_key, reading_key, result_key
from analyzer.triage.names import Names
from analyzer.triage.record import AcceptedLine, CaseRecord, CaseState, FindingLine, ManagerLine, Question, Took
from analyzer.triage.remote import is_address, streamed
from analyzer.triage.settings import Job, Stated
from analyzer.triage.sources import about_of
from analyzer.triage.store import FACTS, REPORT, RESULT, Store, write_whole


def run_case(job: Job, peak: Callable[[], int] = lambda: 0) -> CaseRecord:
    """Run the case, write report.html, result.json and facts.bin, and give its record. ``peak`` tells the memory used so far, in bytes.

    Raises whatever reading and judging raise: the child's boundary turns that into a state.
    """
    began = time.monotonic()
    language = job.settings.language
    names = Names(Path(job.settings.names)) if job.settings.names else None
    secret = names.secret if names is not None else b""
    replaced: list[tuple[str, str, str]] = []
    with speaking(language):
        options = _options(job, replaced.extend if names is not None else None, secret)
        place = Store(Path(job.out)).begin(job.case.folder)
        if not job.rejudge:
            with remembering():
                read = read_case(tuple(_inputs(job.case.paths)), options, leave_out=map(about_of, job.case.paths))
            write_whole(place / FACTS, pack(read, facts_key(read.artifacts, job.settings), secret))
        read, key = unpack((place / FACTS).read_bytes(), language, secret)
        stated, accepted = _stated(job.stated, names, replaced)
        result = conclude(with_statements(read, stated), options, _knowledge(options.rules))
        found = acceptance(result, accepted)
        result = _noticed(result, found.lines)
        record = _record(job, read, result, found, key)
        if names is not None and not job.rejudge:
            names.keep(job.case.folder, tuple(replaced))
        if result.usable:
            write_whole(place / REPORT, render_html(result).encode("utf-8", "surrogatepass"))
            write_whole(place / RESULT, render_json(result).encode())
    return replace(record, took=Took(round(time.monotonic() - began, 2), peak(), result.bytes_read))


@lru_cache(maxsize=2)
def _knowledge(rules: tuple[Path, ...]) -> Knowledge:
    """Loaded once for all cases of a child: it is a fifth of what a small case takes."""
    return load_knowledge(rules)


def _inputs(paths: Sequence[str]) -> Iterator[str | Streamed]:
    for path in paths:
        yield from streamed(path) if is_address(path) else (path,)


def _options(job: Job, keep: Callable[[RedactionMap], None] | None, secret: bytes) -> Options:
    settings = job.settings
    return Options(
        as_of=settings.as_of,
        as_of_source=settings.as_of_source,
        port=settings.port,
        rules=tuple(Path(one) for one in settings.rules),
        tshark=find_tshark() if settings.use_tshark else None,
        limits=settings.limits,
        language=settings.language,
        redact_to=keep,
        redaction_secret=secret,
        partial=False,
    )


def _stated(stated: Stated, names: Names | None, replaced: list[tuple[str, str, str]]) -> tuple[list[Statement], list[Accepted]]:
    """What a person states and accepts, under substitutes in a redacted triage."""
    if names is None:
        return list(stated.statements), list(stated.accepted)
    things: list[Statement | Accepted] = [*stated.statements, *(_withheld(one, names) for one in stated.accepted)]
    changed = redacted(Gathered(things, [], [], 0), replaced.extend, names.secret).facts  # type: ignore[arg-type]
    return [one for one in changed if isinstance(one, ApplianceStated | FileStated)], [one for one in changed if isinstance(one, Accepted)]


def _withheld(one: Accepted, names: Names) -> Accepted:
    """Without what a person wrote in free text."""
    place = replace(one.evidence, text=one.finding)
    return replace(one, owner=names.of("owner", one.owner), reason=_("(withheld)"), evidence=place)


def _noticed(result: Result, lines: Sequence[AcceptedLine]) -> Result:
    """The result with a remark for each finding that is accepted now."""
    told = _("Accepted until {day} by {owner}, and not counted by triage before: {rule}{subject}. {reason}")
    notices = tuple(
        Notice(
            text=told.format(
                day=one.until, owner=one.owner, rule=one.rule, subject=f" ({one.subject})" if one.subject else "", reason=one.reason
            ),
            grave=False,
            evidence=(),
        )
        for one in lines
        if one.found and one.holds
    )
    return replace(result, case=replace(result.case, notices=(*result.case.notices, *notices))) if notices else result


_ALWAYS = datetime.fromtimestamp(0, UTC)
"""Where there is no fact, none was read in the light of a day."""


def _newest_file(read: Gathered) -> datetime | None:
    if not read.facts:
        return _ALWAYS
    times = [fact.modified for fact in read.facts if isinstance(fact, FileSeen)]
    return max((one for one in times if one is not None), default=None) if times and None not in times else None


def _record(job: Job, read: Gathered, result: Result, found: Acceptance, key: str) -> CaseRecord:
    if not result.usable:
        state = CaseState.UNREADABLE if result.incomplete else CaseState.NOTHING
        reason = result.incomplete[0].reason if result.incomplete else _("it contains no evidence of an sftunnel")
    else:
        state = CaseState.INCOMPLETE if result.incomplete else CaseState.DONE
        reason = result.incomplete[0].reason if result.incomplete else ""
    counted = found.counted
    return job.record(
        state,
        reason,
        digest=content_digest(artifact.sha256 for artifact in read.artifacts),
        reading="" if any(damage.kind is DamageKind.ERROR for damage in read.incomplete) else reading_key(job.settings),
        newest_file=_newest_file(read),
        facts_key=key,
        result_key=result_key(key, job.settings, result.rules_version, job.stated) if result.usable else "",
        exit_code=int(exit_code(counted)),
        headline=result.plan.headline if result.usable else "",
        situation=_situation(result),
        severity=counted.worst.name.lower() if counted.worst is not None else "",
        first_step=_first_step(result),
        managers=tuple(_manager(one, result, found) for one in result.case.managers),
        findings=tuple(_finding(one, accepted=one.key in found.keys) for one in result.findings if one.counts),
        accepted=found.lines,
        asked=tuple({step.title: Question(step.title, _text_of(step)) for step in result.plan.collect}.values()),
        conflicts=tuple(_conflicts(result)),
        gaps=tuple(_gaps(result)),
        rules_version=result.rules_version,
    )


_FEW = 5
"""Of conflicts and gaps, how many of a case the index names."""


def _text_of(step: Step) -> str:
    """What to send to whoever can bring it: where, what to type, why."""
    lines = [f"{step.box_label}: {PLACES[step.place].how}" if step.box_label else PLACES[step.place].how]
    lines += [render(command) for command in step.commands]
    lines += [one.obtain for one in step.refused if one.obtain]
    return "\n".join((*lines, step.why)) if step.why else "\n".join(lines)


def _conflicts(result: Result) -> Iterator[str]:
    """Where the evidence contradicts itself, in sentences."""
    appliances: tuple[Manager | Device | Tunnel, ...] = (*result.case.managers, *result.case.devices, *result.case.tunnels)
    told = [answer.value for one in appliances if one.conflicting and isinstance(answer := one.contradiction, Known)]
    yield from dict.fromkeys(told[:_FEW])


def _gaps(result: Result) -> Iterator[str]:
    """What was not read, not understood, or not covered, in sentences."""
    for damage in result.incomplete[:_FEW]:
        yield f"{damage.location}: {damage.reason}"
    for words in result.case.not_understood[:_FEW]:
        yield _("not understood, {n} lines: {words}").format(n=words.count, words=words.words)
    silences = [(one, silence) for one in result.case.coverage for silence in one.silences]
    for one, silence in silences[:_FEW]:
        yield _("{source} has no sftunnel lines from {begins} to {ends}").format(
            source=one.source, begins=f"{silence.begins:%Y-%m-%d %H:%M}", ends=f"{silence.ends:%Y-%m-%d %H:%M}"
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


def _manager(manager: Manager, result: Result, found: Acceptance) -> ManagerLine:
    situation = next((plan.situation for plan in result.plan.managers if plan.box == manager.key), None)
    up, down, unknown = len(manager.tunnels_connected), len(manager.tunnels_down), len(manager.tunnels_unknown)
    without = any(one.rule == "release-without-hotfix" and one.counts and one.subject == manager.key for one in result.findings)
    tunnels = [tunnel for tunnel in result.case.tunnels if tunnel.manager == manager.key]
    subjects = {manager.key, *(tunnel.key for tunnel in tunnels), *(tunnel.device for tunnel in tunnels)}
    devices = {tunnel.device for tunnel in tunnels}
    missed = [plan.label for plan in result.plan.devices if plan.situation is Situation.MISSED_RENEWAL and plan.box in devices]
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
        missed=tuple(missed),
        accepted=found.covers([one for one in result.findings if one.subject in subjects]),
    )


def _finding(finding: Finding, *, accepted: bool) -> FindingLine:
    explained = bool(finding.caused_by)
    return FindingLine(finding.rule, finding.severity.name.lower(), finding.subject_label, finding.title, explained, accepted)
