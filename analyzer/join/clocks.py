"""What time the evidence speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from analyzer.identify.placement import place
from analyzer.identify.sorted_facts import SortedFacts
from analyzer.join import obtain
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.capture import CapturedConnection
from analyzer.model.case import Clock
from analyzer.model.certificate import Certificate, CertificateDates
from analyzer.model.location import Evidence
from analyzer.model.log import AttemptOutcome, ConnectionAttempt, LogEvent, Side
from analyzer.model.outputs import CertificateCopy, GenerateCertsRun, PeerStatus
from analyzer.model.passage import Passage
from analyzer.texts import N_, _

SLACK = timedelta(days=1)
"""A time stamp this much after "today" is still believed: zones differ."""

JITTER = timedelta(seconds=3)
"""How far the two ends of one attempt may log apart besides the skew: the handshake and the whole seconds of a log."""

MAX_PAIRED = 200
"""The newest attempts of each end that are compared."""

NOT_BOTH = N_("the clocks of two ends are compared when both logged the same attempt")
AMBIGUOUS = N_("the attempts that both ends logged match in more than one way, so their clocks cannot be compared")
NOT_LATER = N_("the dates in the evidence are not later than the day of the evaluation")
MAYBE_ZONE = N_(
    "a log names no time zone: appliances that use local time in different zones look like a clock difference of a multiple of 15 minutes"
)
_QUARTER = 15 * 60

_Stamp = tuple[datetime, str, Evidence]


def stamps(facts: SortedFacts) -> Iterator[_Stamp]:
    """Every moment that evidence states about itself, what was assumed to read it, and where it stands. Unordered."""
    for event in facts.of(LogEvent):
        if event.time is not None:
            yield event.time, event.time_assumed, event.evidence
    for status in facts.of(PeerStatus):
        for moment in (status.taken, status.heartbeat_received, status.attempted_at):
            if moment is not None:
                yield moment, "", status.evidence
    for connection in facts.of(CapturedConnection):
        if connection.started is not None:
            yield connection.started, "", connection.summary
    for run in facts.of(GenerateCertsRun):
        if run.started is not None:
            yield run.started, "", run.evidence
    for copy in facts.of(CertificateCopy):
        if copy.time is not None:
            yield copy.time, _("local time of the appliance, assumed to be UTC"), copy.evidence


class Newest(Struct, frozen=True):
    """Of a case with a hundred thousand stamps those that anything is concluded from, in the order of `stamps`. ``believed``: of each
    member the newest one that is not later than "today" and `SLACK`; ``stated``: of each member the newest one that rests on no
    assumption; ``future``: every one that is later. Of equal ones the first."""

    believed: tuple[_Stamp, ...]
    stated: tuple[_Stamp, ...]
    future: tuple[_Stamp, ...]


def newest(facts: SortedFacts, as_of: datetime) -> Newest:
    """The stamps that matter, from one pass over all for a case and a day."""
    return facts.once((Newest, as_of), lambda: _newest(facts, as_of))


def _newest(facts: SortedFacts, as_of: datetime) -> Newest:
    latest = as_of + SLACK
    believed: dict[tuple[str, str], tuple[int, _Stamp]] = {}
    stated: dict[tuple[str, str], tuple[int, _Stamp]] = {}
    future = []
    for at, stamp in enumerate(stamps(facts)):
        moment, assumed, evidence = stamp
        member = (evidence.location.artifact, evidence.location.member)
        if moment <= latest:
            known = believed.get(member)
            if known is None or moment > known[1][0]:
                believed[member] = (at, stamp)
        else:
            future.append(stamp)
        if not assumed:
            known = stated.get(member)
            if known is None or moment > known[1][0]:
                stated[member] = (at, stamp)
    return Newest(_in_order(believed), _in_order(stated), tuple(future))


def _in_order(found: dict[tuple[str, str], tuple[int, _Stamp]]) -> tuple[_Stamp, ...]:
    return tuple(stamp for _at, stamp in sorted(found.values(), key=lambda one: one[0]))


def clocks(facts: SortedFacts, as_of: datetime) -> tuple[Clock, ...]:
    """The newest time stamp of each box or loose file that has one."""
    found: dict[str, _Stamp] = {}
    for stamp in newest(facts, as_of).believed:
        source = place(stamp[2].location).root
        if source not in found or stamp[0] > found[source][0]:
            found[source] = stamp
    return tuple(Clock(source=s, newest=t, assumed=a, evidence=e) for s, (t, a, e) in sorted(found.items()))


def evidence_time(facts: SortedFacts, as_of: datetime) -> Answer[datetime]:
    """The newest believable time stamp of the whole case."""
    best = max(newest(facts, as_of).believed, key=lambda stamp: stamp[0], default=None)
    if best is None:
        return Missing(_("nothing in the evidence has its own time"), _(obtain.LOGS))
    return Known(min(best[0], as_of), (best[2],), best[1])


def of_the_future(facts: SortedFacts, as_of: datetime) -> tuple[datetime, Evidence] | None:
    """The latest moment that had been when the evidence was taken, where it lies after "today": one of the clocks is wrong. A log
    without a year is never of the future, for its year is inferred from "today"."""
    had_been = [(moment, evidence) for moment, _assumed, evidence in newest(facts, as_of).future]
    had_been += [(one.not_before, one.evidence) for one in facts.of(Certificate)]
    had_been += [(one.not_before, one.evidence) for one in facts.of(CertificateDates) if one.not_before is not None]
    had_been += [(one.at, one.evidence) for one in facts.of(Passage) if one.at is not None]  # `date` at a prompt
    return max(((moment, evidence) for moment, evidence in had_been if moment > as_of + SLACK), default=None)


def taken_later(facts: SortedFacts, as_of: datetime) -> Answer[datetime]:
    """The latest moment that the evidence states, where half of what states any, or more, is later than "today": then it is "today" that
    is wrong, and not the clock of one appliance. Moments that rest on an assumption say nothing here."""
    found: dict[str, tuple[datetime, Evidence]] = {}
    for moment, _assumed, evidence in newest(facts, as_of).stated:
        source = place(evidence.location).root
        if source not in found or moment > found[source][0]:
            found[source] = (moment, evidence)
    later = [one for one in found.values() if one[0] > as_of + SLACK]
    if not later or 2 * len(later) < len(found):
        return Missing(_(NOT_LATER), "")
    moment, evidence = max(later, key=lambda one: one[0])
    return Known(moment, (evidence,))


def skew_of(attempts: Iterable[ConnectionAttempt]) -> Answer[timedelta]:
    """How far the manager's clock is ahead of the device's, from attempts that both logged.

    One end's verify code is the other end's alert, and what was established was so on both. The shorter list is laid along the longer one;
    only where a single position makes all differences agree are the attempts taken for the same. Attempts at equal distances fit anywhere.
    """
    told = [a for a in attempts if a.ended is not None and a.outcome in (AttemptOutcome.HANDSHAKE_FAILED, AttemptOutcome.ESTABLISHED)]
    by_manager = [a for a in told if a.side is Side.MANAGER][-MAX_PAIRED:]
    by_device = [a for a in told if a.side is Side.DEVICE][-MAX_PAIRED:]
    if not by_manager or not by_device:
        return Missing(_(NOT_BOTH), _(obtain.BOTH_LOGS))
    swapped = len(by_manager) > len(by_device)
    short, long = (by_device, by_manager) if swapped else (by_manager, by_device)
    fits = [
        (position, differences)
        for position in range(len(long) - len(short) + 1)
        if (differences := _differences(short, long[position : position + len(short)])) is not None
    ]
    if len(fits) != 1:
        return Missing(_(AMBIGUOUS) if fits else _(NOT_BOTH), _(obtain.BOTH_LOGS))
    position, differences = fits[0]
    middle = sorted(differences)[len(differences) // 2]
    seconds = round((-middle if swapped else middle).total_seconds())
    aligned = abs(seconds) >= _QUARTER and min(abs(seconds) % _QUARTER, -abs(seconds) % _QUARTER) <= 2 * JITTER.total_seconds()
    places = (short[-1].decisive, long[position + len(short) - 1].decisive)
    return Known(timedelta(seconds=seconds), places, _(MAYBE_ZONE) if aligned else "")


def _differences(first: Sequence[ConnectionAttempt], second: Sequence[ConnectionAttempt]) -> list[timedelta] | None:
    """First minus second, one by one; None when a pair cannot be one attempt or the differences disagree."""
    differences: list[timedelta] = []
    for one, other in zip(first, second, strict=True):
        if not _complementary(one, other) or one.ended is None or other.ended is None:
            return None
        differences.append(one.ended - other.ended)
    return differences if max(differences) - min(differences) <= JITTER else None


def _complementary(one: ConnectionAttempt, other: ConnectionAttempt) -> bool:
    """What the two ends of one attempt would say: both succeed, or the one objects and the other gets the alert."""
    if one.outcome is not other.outcome:
        return False
    if one.outcome is AttemptOutcome.ESTABLISHED:
        return True
    return bool(one.verify_code) != bool(other.verify_code) and (one.alert is not None) != (other.alert is not None)


def largest(skews: Iterable[Answer[timedelta]]) -> Answer[timedelta]:
    """The largest skew of a case, whichever clock is ahead."""
    known = [skew for skew in skews if isinstance(skew, Known)]
    return max(known, key=lambda skew: abs(skew.value), default=Missing(_(NOT_BOTH), _(obtain.BOTH_LOGS)))


def could_flip(skew: Answer[timedelta], moments: Iterable[Answer[datetime]], when: Answer[datetime]) -> Answer[bool]:
    """Whether one of these moments lies so near ``when`` that a clock wrong by the skew could turn a verdict on it."""
    if isinstance(skew, Missing):
        return skew
    if isinstance(when, Missing):
        return when
    known = [moment for moment in moments if isinstance(moment, Known)]
    if not known:
        return Missing(_("the evidence contains no decisive date"), _(obtain.CA_IN_FORCE))
    near = [moment for moment in known if abs(moment.value - when.value) <= abs(skew.value)]
    places = tuple(place for moment in (near or known) for place in moment.evidence[:1])
    return Known(bool(near), (*skew.evidence, *places), skew.assumed)
