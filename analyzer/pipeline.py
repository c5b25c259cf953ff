"""The whole story: paths -> collect -> read -> join -> judge -> prescribe -> Result. Read this first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from analyzer import __version__
from analyzer.collect import Limits, collect
from analyzer.collector import collector_at_rest
from analyzer.join.build import build_case
from analyzer.join.cve_releases import load_cve_releases
from analyzer.judge import builtin_rules_folder, judge, load_rules
from analyzer.judge.surroundings import surroundings_of
from analyzer.model.case import Notice
from analyzer.model.facts import Fact
from analyzer.model.location import Location
from analyzer.model.member import Artifact, Damage, DamageKind, Member
from analyzer.model.result import Result
from analyzer.prescribe import load_tables, prescribe
from analyzer.read.context import SFTUNNEL_PORT, ReadContext
from analyzer.read.members import read_member
from analyzer.redact import Redaction, withheld
from analyzer.texts import ENGLISH, N_, _, speaking

RedactionMap = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Options:
    """What one call asks for. ``as_of`` is "today", aware UTC; ``as_of_source`` says where it came from, for the report.
    With ``redact_to`` everything identifying is replaced before anything is concluded, and the map (kind, original, substitute) goes there.
    ``language`` is what the sentences of the result are written in (`analyzer.texts.LANGUAGES`).
    """

    as_of: datetime
    as_of_source: str
    port: int = SFTUNNEL_PORT
    rules: tuple[Path, ...] = ()
    tshark: Path | None = None
    limits: Limits = field(default_factory=Limits)
    language: str = ENGLISH
    redact_to: Callable[[RedactionMap], None] | None = None


STOPPED = N_("Reading was stopped here by hand (Ctrl-C): the rest of this file, and everything after it, was not read.")


def analyze(paths: Sequence[Path | str], options: Options, progress: Callable[[int], None] = lambda _: None) -> Result:
    """Analyze everything given as one case. ``progress`` is told how many bytes of the inputs were just consumed.

    Raises what `collect` raises for an input that is not there, and what `load_rules` raises for a rule file that is wrong.
    """
    with speaking(options.language):
        return _analyze(paths, options, progress)


def _analyze(paths: Sequence[Path | str], options: Options, progress: Callable[[int], None]) -> Result:
    builtin = builtin_rules_folder()
    rules = load_rules([builtin, *options.rules])
    tables = load_tables(builtin)
    cve_releases = load_cve_releases(builtin / "tables" / "sftunnel-cves.yaml")
    context = ReadContext(as_of=options.as_of, port=options.port, tshark=options.tshark)
    facts: list[Fact] = []
    artifacts: list[Artifact] = []
    incomplete: list[Damage] = []
    members = 0
    place = Location(str(next(iter(paths), "")))
    with collector_at_rest() as tidy:
        try:
            with closing(collect(paths, options.limits, progress)) as items:
                for item in items:
                    if isinstance(item, Member):
                        members += 1
                        place = item.location
                        for fact in read_member(item, context):
                            (incomplete if isinstance(fact, Damage) else facts).append(fact)  # type: ignore[arg-type]
                        tidy(members)
                    elif isinstance(item, Damage):
                        incomplete.append(item)
                    elif isinstance(item, Artifact):
                        artifacts.append(item)
        except KeyboardInterrupt:
            incomplete.append(Damage(place, DamageKind.ERROR, _(STOPPED)))
    if options.redact_to is not None:
        redaction = Redaction([*facts, *incomplete, *artifacts])
        facts, incomplete, artifacts = redaction.applied(facts), redaction.applied(incomplete), redaction.applied(artifacts)
        options.redact_to(redaction.entries())
    case = build_case(facts, options.as_of, cve_releases)
    findings = judge(case, rules, options.as_of)
    result = Result(
        tool_version=__version__,
        rules_version=rules.version,
        as_of=options.as_of,
        as_of_source=options.as_of_source,
        language=options.language,
        artifacts=tuple(artifacts),
        members=members,
        bytes_read=sum(artifact.size for artifact in artifacts),
        facts=len(facts),
        case=case,
        findings=findings,
        plan=prescribe(case, findings, options.as_of, tables),
        incomplete=tuple(incomplete),
        surroundings=surroundings_of(findings),
    )
    return result if options.redact_to is None else _announced(withheld(result))


REDACTED = N_(
    "Redacted: names, addresses, UUIDs, serial numbers and accounts are replaced by substitutes. Do not type the commands of this report: "
    "the one to work with is made without --redact."
)


def _announced(result: Result) -> Result:
    """A redacted result says at the top that it is one."""
    notice = Notice(text=_(REDACTED), grave=True, evidence=())
    return replace(result, case=replace(result.case, notices=(notice, *result.case.notices)))
