"""What the page of a triage shows, computed from the records alone: whom to call first, when certificates end, what to ask for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from analyzer.model.finding import Severity
from analyzer.model.plan import Situation
from analyzer.texts import _
from analyzer.triage.record import FAILED, NOT_READ, AcceptedLine, CaseRecord, CaseState, ManagerLine

HORIZONS = (30, 90, 180, 365)
"""Days of the calendar's columns."""

_EXPIRED = (Situation.EXPIRED_CONNECTED, Situation.EXPIRED_MIXED, Situation.EXPIRED_UNKNOWN, Situation.EXPIRED_DOWN)
_URGENT = (*_EXPIRED, Situation.MISSED_RENEWAL, Situation.PARTIAL_COPY, Situation.RESTART_DUE, Situation.RENEW_IN_TIME)


class Action(Struct, frozen=True):
    """A line of "act today": a case, the FMC that it is about, and the situation of the one, or of the worst appliance of the other.

    ``days`` until the CA ends, negative since then; None where it is not known.
    """

    case: CaseRecord
    manager: ManagerLine | None
    situation: str
    days: int | None


class Ending(Struct, frozen=True):
    """An InternalCA and when it ends, and in how many cases it was seen. One FMC in several cases is one."""

    label: str
    uuid: str
    ends: datetime
    days: int
    devices: int
    cases: tuple[CaseRecord, ...]


class Month(Struct, frozen=True):
    """The InternalCAs that end in a month (``2027-01``), and how many devices are behind them."""

    name: str
    count: int
    devices: int
    endings: tuple[Ending, ...]


class Tally(Struct, frozen=True):
    """A thing, in how many cases and how often it was found, and those cases."""

    name: str
    title: str
    severity: str
    cases: int
    times: int


class Waiting(Struct, frozen=True):
    """A finding that a person accepts: the case, what he wrote, and in how many days it counts again (0 or less: it counts)."""

    case: CaseRecord
    line: AcceptedLine
    days: int


class Index(Struct, frozen=True):
    """All parts of the page, in its order. ``states`` counts every state; ``stale`` are cases judged by another version, rules, day or
    statements; ``fresh`` those that the last run saw first. ``undecided`` have no finding and are not clear. Pairs of a case and texts
    stand in ``conflicts``, ``gaps`` and ``missed`` (the devices that missed a renewal). ``unfixed`` are the FMCs for whose release no
    hotfix is known."""

    as_of: datetime
    records: tuple[CaseRecord, ...]
    states: tuple[tuple[CaseState, int], ...]
    critical: int
    not_read: tuple[CaseRecord, ...]
    undecided: tuple[CaseRecord, ...]
    actions: tuple[Action, ...]
    accepted: tuple[Waiting, ...]
    endings: tuple[Ending, ...]
    horizons: tuple[tuple[int, int, int], ...]
    expired: tuple[int, int]
    months: tuple[Month, ...]
    trains: tuple[tuple[str, tuple[int, ...]], ...]
    unfixed: tuple[tuple[CaseRecord, ManagerLine], ...]
    findings: tuple[Tally, ...]
    missed: tuple[tuple[CaseRecord, tuple[str, ...]], ...]
    conflicts: tuple[tuple[CaseRecord, tuple[str, ...]], ...]
    shared: tuple[Ending, ...]
    asked: tuple[Tally, ...]
    gaps: tuple[tuple[CaseRecord, tuple[str, ...]], ...]
    slowest: tuple[CaseRecord, ...]
    largest: tuple[CaseRecord, ...]
    hungriest: tuple[CaseRecord, ...]
    stale: tuple[str, ...]
    fresh: tuple[str, ...]

    @property
    def begun(self) -> int:
        """Cases that are not repeated elsewhere."""
        return sum(record.state is not CaseState.DUPLICATE for record in self.records)


def index_of(records: Iterable[CaseRecord], as_of: datetime, stale: Iterable[str] = (), fresh: Iterable[str] = ()) -> Index:
    """The index of these records. The same records give the same index."""
    ordered = tuple(sorted(records, key=lambda record: (record.label.lower(), record.folder)))
    counted = Counter(record.state for record in ordered)
    endings = _endings(ordered, as_of)
    return Index(
        as_of=as_of,
        records=ordered,
        states=tuple((state, counted[state]) for state in CaseState if counted[state]),
        critical=sum(record.severity == "critical" for record in ordered),
        not_read=tuple(record for record in ordered if record.state in NOT_READ),
        undecided=tuple(record for record in ordered if is_undecided(record)),
        actions=_actions(ordered, as_of),
        accepted=_accepted(ordered, as_of),
        endings=endings,
        horizons=tuple((days, *_sum(one for one in endings if 0 <= one.days <= days)) for days in HORIZONS),
        expired=_sum(one for one in endings if one.days < 0),
        months=_months(endings),
        trains=_trains(ordered, as_of),
        unfixed=tuple((record, fmc) for record in ordered for fmc in record.managers if fmc.hotfix_known is False),
        findings=_findings(ordered),
        missed=tuple((record, devices) for record in ordered if (devices := tuple(one for fmc in record.managers for one in fmc.missed))),
        conflicts=tuple((record, record.conflicts) for record in ordered if record.conflicts),
        shared=tuple(one for one in endings if len(one.cases) > 1),
        asked=_asked(ordered),
        gaps=tuple((record, record.gaps) for record in ordered if record.gaps),
        slowest=_top(ordered, lambda record: record.took.seconds),
        largest=_top(ordered, lambda record: record.size),
        hungriest=_top(ordered, lambda record: record.took.peak_bytes),
        stale=tuple(sorted(stale)),
        fresh=tuple(sorted(fresh)),
    )


def is_undecided(record: CaseRecord) -> bool:
    """There is a verdict, nothing worse than an information was found, and something is open or was not read: it is not clear."""
    return record.exit_code in (4, 5) and record.state not in NOT_READ


def days_until(moment: datetime, as_of: datetime) -> int:
    """Whole days from one moment to the other, negative where it lies before. Half a day is none, on both sides."""
    return int((moment - as_of) / timedelta(days=1))


def _actions(records: Sequence[CaseRecord], as_of: datetime) -> tuple[Action, ...]:
    found: list[tuple[tuple[float, ...], str, Action]] = []
    for record in records:
        urgent = [one for one in record.managers if one.situation in _URGENT and not one.accepted]
        for one in urgent:
            days = days_until(one.ca_ends, as_of) if one.ca_ends is not None else None
            expired = one.situation in _EXPIRED
            rank = 0 if expired and (one.up or one.unknown) else 1 if expired else 2
            found.append(((rank, days if days is not None else 0.0), record.label, Action(record, one, one.situation, days)))
        severity = Severity[record.severity.upper()] if record.severity else None
        if not urgent and severity is not None and severity >= Severity.HIGH:
            manager = record.managers[0] if len(record.managers) == 1 else None
            days = days_until(manager.ca_ends, as_of) if manager is not None and manager.ca_ends is not None else None
            found.append(((3, -severity), record.label, Action(record, manager, record.situation, days)))
    return tuple(action for _rank, _label, action in sorted(found, key=lambda one: one[:2]))


def _accepted(records: Sequence[CaseRecord], as_of: datetime) -> tuple[Waiting, ...]:
    """What counts again first, first."""
    found = [Waiting(record, line, (line.until - as_of.date()).days) for record in records for line in record.accepted]
    return tuple(sorted(found, key=lambda one: (one.days, one.case.label, one.line.rule, one.line.subject)))


def _endings(records: Sequence[CaseRecord], as_of: datetime) -> tuple[Ending, ...]:
    """Each InternalCA once: by the UUID of its FMC and its end, or by case where the UUID is not known."""
    seen: dict[tuple[str, datetime], list[tuple[CaseRecord, ManagerLine]]] = defaultdict(list)
    for record in records:
        for manager in record.managers:
            if manager.ca_ends is not None:
                who = manager.uuid or f"{record.folder}/{manager.label}"
                seen[who, manager.ca_ends].append((record, manager))
    endings = []
    for (_who, ends), pairs in seen.items():
        label, uuid = pairs[0][1].label, pairs[0][1].uuid
        devices = max(manager.devices for _record, manager in pairs)
        endings.append(Ending(label, uuid, ends, days_until(ends, as_of), devices, tuple(record for record, _manager in pairs)))
    return tuple(sorted(endings, key=lambda one: (one.ends, one.label, one.uuid)))


def _sum(endings: Iterable[Ending]) -> tuple[int, int]:
    chosen = list(endings)
    return len(chosen), sum(one.devices for one in chosen)


def _months(endings: Sequence[Ending]) -> tuple[Month, ...]:
    """The months of the next two years in which one ends."""
    counted: dict[str, list[Ending]] = defaultdict(list)
    for one in endings:
        if 0 <= one.days <= 730:
            counted[f"{one.ends:%Y-%m}"].append(one)
    return tuple(Month(name, *_sum(these), tuple(these)) for name, these in sorted(counted.items()))


AGES = ("expired", "90", "365", "later", "unknown")
"""Columns of the table of releases: when the CA ends."""


def _trains(records: Sequence[CaseRecord], as_of: datetime) -> tuple[tuple[str, tuple[int, ...]], ...]:
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records:
        for manager in record.managers:
            train = ".".join(manager.release.split(".")[:2]) if manager.release else "?"
            days = days_until(manager.ca_ends, as_of) if manager.ca_ends is not None else None
            age = "unknown" if days is None else "expired" if days < 0 else "90" if days <= 90 else "365" if days <= 365 else "later"
            table[train][age] += 1
    return tuple((train, tuple(counted[age] for age in AGES)) for train, counted in sorted(table.items()))


def _findings(records: Sequence[CaseRecord]) -> tuple[Tally, ...]:
    cases: dict[str, set[str]] = defaultdict(set)
    times: Counter[str] = Counter()
    shown: dict[str, tuple[str, str]] = {}
    for record in records:
        for finding in record.findings:
            if finding.accepted:
                continue
            cases[finding.rule].add(record.folder)
            times[finding.rule] += 1
            shown.setdefault(finding.rule, (finding.title, finding.severity))
    tallies = [Tally(rule, *shown[rule], len(cases[rule]), times[rule]) for rule in cases]
    return tuple(sorted(tallies, key=lambda one: (-one.cases, one.name)))


def _asked(records: Sequence[CaseRecord]) -> tuple[Tally, ...]:
    """What was missing most often. The name of the appliance at the end of a question is left off: the kind of question counts."""
    cases: dict[str, set[str]] = defaultdict(set)
    texts: dict[str, str] = {}
    for record in records:
        for question in record.asked:
            kind = _kind(question.title, record)
            cases[kind].add(record.folder)
            texts.setdefault(kind, _kind(question.text, record))
    return tuple(
        Tally(title, texts[title], "", len(folders), len(folders))
        for title, folders in sorted(cases.items(), key=lambda one: (-len(one[1]), one[0]))
    )


def _kind(text: str, record: CaseRecord) -> str:
    for manager in sorted(record.managers, key=lambda one: -len(one.label)):
        text = text.replace(manager.label, _("the FMC"))
    return text


def _top(records: Sequence[CaseRecord], key: Callable[[CaseRecord], float]) -> tuple[CaseRecord, ...]:
    return tuple(sorted((record for record in records if key(record)), key=lambda record: (-key(record), record.label)))[:10]


def failures(index: Index) -> tuple[CaseRecord, ...]:
    """Cases that ended in a failure."""
    return tuple(record for record in index.records if record.state in FAILED)
