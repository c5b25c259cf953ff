"""The whole story: paths -> collect -> read -> join -> judge -> prescribe -> Result. Read this first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from analyzer import __version__
from analyzer.collect.chunked import as_stream
from analyzer.collect.inputs import Streamed
from analyzer.deadline import within
from analyzer.gather import Gathered, gather
from analyzer.join.build import build_case
from analyzer.join.cve_releases import CveReleases, load_cve_releases
from analyzer.join.hotfixes import HotfixTable, load_hotfixes
from analyzer.judge import builtin_rules_folder, judge, load_rules
from analyzer.judge.rule import RuleSet
from analyzer.judge.surroundings import surroundings_of
from analyzer.model.case import Notice
from analyzer.model.facts import NO_EVIDENCE
from analyzer.model.limits import DEFAULT_LIMITS, Limits
from analyzer.model.result import Result
from analyzer.model.statements import Statement
from analyzer.prescribe import check_steps, load_remedies, prescribe
from analyzer.prescribe.remedies import Remedies
from analyzer.read.context import SFTUNNEL_PORT, ReadContext
from analyzer.texts import ENGLISH, N_, _, speaking

RedactionMap = tuple[tuple[str, str, str], ...]


class Options(Struct, frozen=True):
    """What one call asks for. ``as_of`` is "today", aware UTC; ``as_of_source`` says where it came from, for the report.
    With ``redact_to`` everything identifying is replaced before anything is concluded, and the map (kind, original, substitute) goes there.
    With ``redaction_secret`` (`analyzer.redact.SECRET_BYTES`) the substitutes of every run with it are the same.
    ``partial``: Ctrl-C while reading gives a result of what was read so far; without it there is none.
    ``statements`` are what a person states about the case (``--facts``).
    ``language`` is what the sentences of the result are written in (`analyzer.texts.LANGUAGES`).
    """

    as_of: datetime
    as_of_source: str
    port: int = SFTUNNEL_PORT
    rules: tuple[Path, ...] = ()
    tshark: Path | None = None
    limits: Limits = DEFAULT_LIMITS
    language: str = ENGLISH
    redact_to: Callable[[RedactionMap], None] | None = None
    redaction_secret: bytes = b""
    partial: bool = True
    statements: tuple[Statement, ...] = ()


def analyze(paths: Sequence[Path | str | Streamed], options: Options, progress: Callable[[int], None] = lambda _: None) -> Result:
    """Analyze everything given as one case. ``progress`` is called with the bytes of the inputs that were just consumed.

    Raises what `collect` raises for an input that is not there, what `load_rules` raises for a rule file that is wrong, and `TimeIsUp`
    where the conclusions take longer than the limit ``seconds``.
    """
    with speaking(options.language):
        return _analyze(paths, options, progress)


def analyze_stream(
    name: str,
    chunks: Iterable[bytes],
    options: Options,
    progress: Callable[[int], None] = lambda _: None,
    *,
    modified: datetime | None = None,
    size: int | None = None,
) -> Result:
    """Analyze bytes that arrive in pieces as the file ``name``: an upload, a pipe, a file of a browser. The same bytes in pieces of any
    size give the result that the file gives to `analyze`. An empty piece is passed over.

    ``chunks`` is asked for the next piece when it is needed, and no piece is held longer than it is read. ``modified`` is the time of the
    file (aware, UTC) and ``size`` its bytes, None where they are not known beforehand. A zip or 7-Zip archive has its directory at its
    end: up to the limit ``spool_bytes`` it is held in memory. A larger zip is read forward, and a larger 7-Zip archive is reported as not
    read.

    Raises what `analyze` raises. An OSError of ``chunks`` is reported in the result as damage of the file.
    """
    return analyze([Streamed(name, modified, partial(as_stream, chunks), depth=0, size=size)], options, progress)


def _analyze(paths: Sequence[Path | str | Streamed], options: Options, progress: Callable[[int], None]) -> Result:
    knowledge = load_knowledge(options.rules)  # first: a rule file that is wrong is said before minutes of reading
    read = read_case(paths, options, progress)
    with within(options.limits.seconds):
        return conclude(read, options, knowledge)


class Knowledge(Struct, frozen=True):
    """What is known beforehand: the rules, their remedies, and the tables, each compiled and checked."""

    rules: RuleSet
    remedies: Remedies
    cve_releases: CveReleases
    hotfixes: HotfixTable


def load_knowledge(folders: Sequence[Path]) -> Knowledge:
    """The built-in knowledge, and that of these folders of rules. Raises `RuleError` for a file that is wrong."""
    builtin = builtin_rules_folder()
    rules, remedies = load_rules([builtin, *folders]), load_remedies([builtin, *folders])
    check_steps(rules.steps_named(), remedies)
    tables = builtin / "tables"
    return Knowledge(rules, remedies, load_cve_releases(tables / "sftunnel-cves.yaml"), load_hotfixes(tables / "hotfixes.yaml"))


def read_case(
    paths: Sequence[Path | str | Streamed],
    options: Options,
    progress: Callable[[int], None] = lambda _: None,
    leave_out: Iterable[str] = (),
) -> Gathered:
    """The first half: all that the inputs say and a person states, redacted where that is asked for. ``leave_out`` as in
    `collect`. Raises what `collect` raises."""
    return prepared(gather_case(paths, options, progress, leave_out), options)


def gather_case(
    paths: Sequence[Path | str | Streamed],
    options: Options,
    progress: Callable[[int], None] = lambda _: None,
    leave_out: Iterable[str] = (),
) -> Gathered:
    """All that the inputs say, and nothing that a person states. Kept, it is judged again with other statements (`prepared`), and nothing
    is read twice. Raises what `collect` raises."""
    context = ReadContext(as_of=options.as_of, port=options.port, tshark=options.tshark, limits=options.limits)
    return gather(paths, context, progress, partial=options.partial, leave_out=leave_out)


def prepared(read: Gathered, options: Options) -> Gathered:
    """What was read, as it is concluded from: with what a person states, and redacted where that is asked for. ``read`` stays as it is."""
    stated = with_statements(read, options.statements)
    return stated if options.redact_to is None else redacted(stated, options.redact_to, options.redaction_secret)


def with_statements(read: Gathered, statements: Sequence[Statement]) -> Gathered:
    """What was read, and before it what a person states."""
    return Gathered([*statements, *read.facts], read.artifacts, read.incomplete, read.members) if statements else read


def conclude(read: Gathered, options: Options, knowledge: Knowledge | None = None) -> Result:
    """The second half: what follows from what was read. The same facts and options give the same result.

    Raises what `load_knowledge` raises, where that is not given.
    """
    known = knowledge or load_knowledge(options.rules)
    builtin = builtin_rules_folder()
    case = build_case(read.facts, options.as_of, known.cve_releases, known.hotfixes, options.limits.signatures)
    findings = judge(case, known.rules, options.as_of)
    result = Result(
        tool_version=__version__,
        rules_version=known.rules.version,
        foreign_rules=tuple(rule.id for rule in known.rules.rules if rule.path.parent != builtin),
        as_of=options.as_of,
        as_of_source=options.as_of_source,
        language=options.language,
        artifacts=tuple(read.artifacts),
        members=read.members,
        bytes_read=sum(artifact.size for artifact in read.artifacts),
        facts=sum(not isinstance(fact, NO_EVIDENCE) for fact in read.facts),
        case=case,
        findings=findings,
        plan=prescribe(case, findings, options.as_of, known.remedies),
        incomplete=tuple(read.incomplete),
        surroundings=surroundings_of(findings),
    )
    return result if options.redact_to is None else _announced(result)


def redacted(read: Gathered, keep_map: Callable[[RedactionMap], None], secret: bytes = b"") -> Gathered:
    """What was read, with substitutes. The map goes to ``keep_map``."""
    from analyzer.redact import Redaction

    redaction = Redaction([*read.facts, *read.incomplete, *read.artifacts], secret)
    replaced = Gathered(redaction.applied(read.facts), redaction.applied(read.artifacts), redaction.applied(read.incomplete), read.members)
    keep_map(redaction.entries())
    return replaced


REDACTED = N_(
    "Redacted: substitutes replace names, addresses, UUIDs, serial numbers and accounts. Do not type the "
    "commands of this report: create a report without --redact to work with. Names in free text are not "
    "recognized as such: read the report before you share it."
)


def _announced(result: Result) -> Result:
    """A redacted result is without the bytes of certificates, and says at the top that it is one."""
    from analyzer.redact import withheld

    result = withheld(result)
    notice = Notice(text=_(REDACTED), grave=True, evidence=())
    return replace(result, case=replace(result.case, notices=(notice, *result.case.notices)))
