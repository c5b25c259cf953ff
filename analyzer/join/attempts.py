"""Connection attempts: the lines of one thread of one box that belong together.

Either box may dial (field notes 2.4, "Direction"). The side is told by wordings that the documents show on one side only, and a caller who
knows whose file it is knows better.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from analyzer.model.log import AttemptOutcome, ConnectionAttempt, LogEvent, LogKind, Side

K = LogKind

GAP = timedelta(seconds=30)
"""Silence of a thread that ends an attempt (a public log shows attempts about every 44 seconds, field notes 2.2)."""

TCP_GAP = timedelta(seconds=180)
"""The same while the TCP connection is pending: the system tries for about two minutes."""

GAP_LINES = 20
"""Lines between two lines without a time that are no longer one attempt."""

MAX_EVENTS = 500
"""Lines of one attempt that are kept."""

_PENDING = {K.INITIATING, K.WAITING}
_HANDSHAKE = {
    K.CERTIFICATE_ERROR,
    K.ISSUER,
    K.SUBJECT,
    K.VERIFY_ERROR,
    K.SSL_ERROR,
    K.HANDSHAKE_FAILED,
    K.VERIFY_CALLBACK,
    K.VERIFICATION_STATUS,
}
_TLS_FAILED = {K.CERTIFICATE_ERROR, K.VERIFY_ERROR, K.SSL_ERROR, K.HANDSHAKE_FAILED, K.POST_HANDSHAKE_REFUSED}
_TCP_REFUSED = {K.CONNECTION_REFUSED, K.CONNECTION_TIMED_OUT}
_TCP_FAILED = {K.CONNECTION_FAILED, *_TCP_REFUSED}
_LOST = {K.HMAC_TIMEOUT, K.HEARTBEAT_LOST, K.PEER_SHUTDOWN, K.SERVICES_FAILED, K.RECONNECT_NEEDED, K.PEER_ERROR}
"""The log says in its own words that a peer was lost, or failed: not at [INFO], where the same words may tell of a planned end."""
_ENDS = {K.HANDSHAKE_FAILED, K.POST_HANDSHAKE_REFUSED, K.ESTABLISHED, *_TCP_FAILED}
_MAKES_AN_ATTEMPT = _PENDING | _HANDSHAKE | _ENDS | {K.TCP_CONNECTED, K.ACCEPTED} | _LOST
_AFTER_THE_END = {K.HANDSHAKE_FAILED, K.VERIFICATION_STATUS, *_TCP_FAILED, *_LOST}
"""What still follows the line that ends an attempt; anything else of an attempt begins the next."""

_ON_DEVICE = {K.INITIATING, K.WAITING, K.TCP_CONNECTED, K.HANDSHAKE_FAILED}
_MANAGER_WORDS = ("establishSSLConnection", "establishConnectionUtil")
_KNOWN_ROOT = "/title=Intern"
"""A cut name must reach this far before issuer and subject may be said to be the same (a leaf has another title)."""

_ROTATION = re.compile(r"\.(\d{1,4})(?:\.(?:gz|bz2|xz|zst))?$")
_NEVER = datetime.min.replace(tzinfo=UTC)

_DECISIVE = (
    K.CERTIFICATE_ERROR,
    K.HANDSHAKE_FAILED,
    K.CONNECTION_REFUSED,
    K.CONNECTION_TIMED_OUT,
    K.CONNECTION_FAILED,
    K.SSL_ERROR,
    K.PEER_SHUTDOWN,
    K.HEARTBEAT_LOST,
    K.RECONNECT_NEEDED,
    K.PEER_ERROR,
    K.HMAC_TIMEOUT,
    K.SERVICES_FAILED,
)
"""Where no verdict, alert or reason decides: the kinds of lines, the most telling first."""

Origin = Callable[[LogEvent], str]
SideOf = Callable[[LogEvent], Side]


def attempts(events: Sequence[LogEvent], origin: Origin, side_of: SideOf | None = None) -> tuple[ConnectionAttempt, ...]:
    """The attempts in these events, oldest first; those without a time come first.

    ``origin`` names the box whose log an event is from: rotated files of one box are one log, and become the attempt's ``source``.
    ``side_of`` says whose log it is where that is known (UNKNOWN: tell by the wording). The same lines given twice (a bundle, and a
    log taken out of it) are one attempt.
    """
    threads: dict[tuple[str, str, int | None, int | None], dict[str, list[LogEvent]]] = defaultdict(lambda: defaultdict(list))
    for event in events:
        thread = threads[origin(event), event.host, event.pid, event.tid]
        thread[event.evidence.location.source].append(event)
    found: list[ConnectionAttempt] = []
    seen: dict[tuple[object, ...], str] = {}
    for (source, *_), files in sorted(threads.items(), key=lambda one: (one[0][0], one[0][1], one[0][2] or 0, one[0][3] or 0)):
        groups = [group for group in _groups(_in_order(files)) if any(line.kind in _MAKES_AN_ATTEMPT and _counts(line) for line in group)]
        for at, group in enumerate(groups):
            lines = tuple(group[:MAX_EVENTS])
            if _given_before(lines, seen):
                continue
            side = side_of(lines[0]) if side_of is not None else Side.UNKNOWN
            gave_up = at + 1 < len(groups) and groups[at + 1][0].kind is K.INITIATING
            found.append(_attempt(source, lines, _side(lines) if side is Side.UNKNOWN else side, gave_up))
    return tuple(sorted(found, key=lambda attempt: (attempt.started or _NEVER, attempt.decisive.location)))


def _given_before(lines: Sequence[LogEvent], seen: dict[tuple[object, ...], str]) -> bool:
    """Another file held these very lines. One file may well repeat itself within a second."""
    first = lines[0]
    if first.pid is None or first.time is None:
        return False
    file = first.evidence.location.source
    words = (first.host, first.pid, first.tid, tuple((line.time, line.message) for line in lines))
    return seen.setdefault(words, file) != file


def _in_order(files: dict[str, list[LogEvent]]) -> Iterable[LogEvent]:
    """The lines of one thread, oldest first, its files (``messages.1``, ``messages``) joined in time.

    Within a file the order of the lines is kept even where the clock was set back: a line is filed under the newest time so far.
    What two files both hold (``messages`` and ``comms.log``, a log and its copy) counts once.
    """
    if len(files) == 1:
        return next(iter(files.values()))
    keyed: list[tuple[datetime, int, str, int, LogEvent]] = []
    told: Counter[tuple[datetime | None, str]] = Counter()
    for source, lines in files.items():
        here: Counter[tuple[datetime | None, str]] = Counter()
        rotation = _ROTATION.search(source)
        age = -int(rotation[1]) if rotation is not None else 0
        reached = next((line.time for line in lines if line.time is not None), _NEVER)
        for at, line in enumerate(lines):
            reached = max(reached, line.time or reached)
            words = (line.time, line.message)
            here[words] += 1
            if line.time is None or here[words] > told[words]:
                keyed.append((reached, age, source, at, line))
        told |= here
    keyed.sort(key=lambda item: item[:4])
    return [item[4] for item in keyed]


class _Growing(Struct):
    """The attempt that is being read: its lines, the last of them that is about connecting, and whether it has ended."""

    lines: list[LogEvent]
    last: LogEvent
    ended: bool = False
    tcp: bool = False

    def add(self, line: LogEvent) -> None:
        self.lines.append(line)
        if line.kind in _MAKES_AN_ATTEMPT and _counts(line):
            self.last = line
            self.ended = self.ended or line.kind in _ENDS
            self.tcp = self.tcp or line.kind not in _PENDING


def _groups(lines: Iterable[LogEvent]) -> Iterator[list[LogEvent]]:
    """The lines of one thread, parted into attempts (and into lines that belong to none)."""
    current: _Growing | None = None
    for line in lines:
        if current is not None and _begins_anew(line, current):
            yield current.lines
            current = None
        if current is None:
            if line.kind not in _MAKES_AN_ATTEMPT or not _counts(line):
                continue
            current = _Growing([], line)
        current.add(line)
    if current is not None:
        yield current.lines


def _begins_anew(line: LogEvent, current: _Growing) -> bool:
    """The line cannot belong to the attempt so far."""
    if _far(line, current):
        return True
    if line.kind is K.INITIATING:
        # Control and event channel may be dialled in one breath: two such lines before anything else are one attempt.
        return current.tcp or (line.time, line.peer) != (current.last.time, current.last.peer)
    if line.kind is K.ESTABLISHED:
        return current.ended
    return current.ended and (current.last.kind is K.ESTABLISHED or line.kind not in _AFTER_THE_END)


def _far(line: LogEvent, current: _Growing) -> bool:
    last = current.last
    if line.time is not None and last.time is not None:
        return abs(line.time - last.time) > (GAP if current.tcp else TCP_GAP)
    here, there = line.evidence.location, last.evidence.location
    return here.source != there.source or (here.line or 0) - (there.line or 0) > GAP_LINES


def _attempt(source: str, lines: tuple[LogEvent, ...], side: Side, gave_up: bool) -> ConnectionAttempt:
    kinds = {line.kind for line in lines if _counts(line)}
    verdict = _verdict(lines)
    alert = next((line for line in lines if line.alert is not None), None)
    outcome = _outcome(lines, kinds, gave_up)
    times = [line.time for line in lines if line.time is not None]
    decisive = _first(lines, K.ESTABLISHED) if outcome is AttemptOutcome.ESTABLISHED else verdict or alert
    if decisive is None:
        told = next((line for line in lines if line.reason is not None), None)
        decisive = told or _first(lines, *_DECISIVE) or lines[0]
    subject, issuer = _blamed(lines, verdict)
    return ConnectionAttempt(
        source=source,
        host=lines[0].host,
        side=side,
        outcome=outcome,
        started=min(times, default=None),
        ended=max(times, default=None),
        peer=next((line.peer for line in lines if line.peer and line.kind in _MAKES_AN_ATTEMPT), ""),
        verify_code=verdict.verify_code if verdict is not None else None,
        verify_text=verdict.verify_text if verdict is not None else "",
        alert=alert.alert if alert is not None else None,
        failing_subject=subject,
        failing_issuer=issuer,
        decisive=decisive.evidence,
        events=lines,
    )


def _verdict(lines: Sequence[LogEvent]) -> LogEvent | None:
    """The line with the first verify code: OpenSSL begins at the root, and what it says further down follows from that."""
    coded = [line for line in lines if line.verify_code is not None and line.verify_code > 0]
    return next((line for line in coded if line.kind is K.VERIFY_ERROR), coded[0] if coded else None)


def _blamed(lines: Sequence[LogEvent], verdict: LogEvent | None) -> tuple[str, str]:
    """Subject and issuer of the certificate that the verdict is about: the lines between "-Error with certificate" and the code.

    Names that are cut at the margin are made equal when one begins with the other and both reach into the title of an InternalCA;
    cut earlier than that, nobody is named.
    """
    subject: LogEvent | None = None
    issuer: LogEvent | None = None
    for line in lines:
        if line.kind is K.CERTIFICATE_ERROR:
            subject = issuer = None
        elif line.kind is K.SUBJECT:
            subject = line
        elif line.kind is K.ISSUER:
            issuer = line
        elif line.kind is K.VERIFY_ERROR and (verdict is None or line is verdict):
            break
    names = [line.name if line is not None else "" for line in (subject, issuer)]
    if (subject is not None and subject.cut) or (issuer is not None and issuer.cut):
        shorter, longer = sorted(names, key=len)
        if not longer.startswith(shorter):
            return names[0], names[1]
        return (shorter, shorter) if shorter.startswith(_KNOWN_ROOT) else ("", "")
    return names[0], names[1]


def _outcome(lines: Sequence[LogEvent], kinds: set[LogKind], gave_up: bool) -> AttemptOutcome:
    if K.ESTABLISHED in kinds:
        return AttemptOutcome.ESTABLISHED
    failed_status = any(line.kind is K.VERIFICATION_STATUS and line.message.startswith(_MANAGER_WORDS) for line in lines)
    if kinds & _TLS_FAILED or (failed_status and K.CONNECTION_FAILED in kinds):
        return AttemptOutcome.HANDSHAKE_FAILED
    if kinds & _TCP_REFUSED and not kinds & _HANDSHAKE:
        return AttemptOutcome.TCP_FAILED
    if kinds & _TCP_FAILED:
        # "Unable to connect" without a word of TCP or TLS before it: nobody answered.
        return AttemptOutcome.HANDSHAKE_FAILED if kinds & (_HANDSHAKE | {K.TCP_CONNECTED}) else AttemptOutcome.TCP_FAILED
    if any(line.verify_code for line in lines):
        return AttemptOutcome.HANDSHAKE_FAILED
    if kinds & _LOST:
        return AttemptOutcome.LOST
    connecting = kinds & _MAKES_AN_ATTEMPT
    return AttemptOutcome.TCP_FAILED if gave_up and connecting <= _PENDING else AttemptOutcome.UNKNOWN


def _counts(line: LogEvent) -> bool:
    return line.kind not in _LOST or line.level not in ("INFO", "DEBUG")


def _side(lines: Sequence[LogEvent]) -> Side:
    """By the wordings that the documents show on one side only; UNKNOWN when there are both, or neither."""
    manager = any(line.message.startswith(_MANAGER_WORDS) for line in lines)
    device = any(line.kind in _ON_DEVICE for line in lines)
    if manager != device:
        return Side.MANAGER if manager else Side.DEVICE
    # The callback is shown on the FMC; by itself it is the only sign.
    return Side.MANAGER if not manager and any(line.kind is K.VERIFY_CALLBACK for line in lines) else Side.UNKNOWN


def _first(lines: Sequence[LogEvent], *kinds: LogKind) -> LogEvent | None:
    return next((line for kind in kinds for line in lines if line.kind is kind), None)
