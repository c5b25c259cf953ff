"""Connection attempts: the lines of one thread that belong together.

Either box may dial (field notes 2.4): the side is told by the words, which the documents show on one side only, and whoever knows whose
file it is
knows better.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from analyzer.model.log import AttemptOutcome, ConnectionAttempt, LogEvent, LogKind, Side

K = LogKind

GAP = timedelta(seconds=120)
"""Silence of a thread after which the next line begins another attempt (attempts repeat about every 44 seconds; TCP waits longer)."""

_ALONE = {K.FILE_TRANSFER, K.OTHER, K.HMAC_TIMEOUT, K.PEER_SHUTDOWN}
_FAILED_HANDSHAKE = {K.CERTIFICATE_ERROR, K.VERIFY_ERROR, K.SSL_ERROR, K.HANDSHAKE_FAILED}
_ON_MANAGER = {K.VERIFY_CALLBACK, K.CONNECTION_FAILED}
_ON_DEVICE = {K.INITIATING, K.WAITING, K.TCP_CONNECTED, K.HANDSHAKE_FAILED}
_AFTER_THE_END = {K.CONNECTION_FAILED, K.VERIFICATION_STATUS, K.HANDSHAKE_FAILED}
_BEFORE_THE_END = {K.VERIFY_CALLBACK, K.INITIATING, K.WAITING, K.TCP_CONNECTED, K.CERTIFICATE_ERROR, K.ESTABLISHED}
_NEVER = datetime.min.replace(tzinfo=UTC)


def attempts(events: Sequence[LogEvent], origin: Callable[[LogEvent], str]) -> tuple[ConnectionAttempt, ...]:
    """The attempts in these events, oldest first. ``origin`` names the box whose log an event is from: rotated files of one box are one
    log."""
    threads: dict[tuple[str, str, int | None, int | None], list[LogEvent]] = defaultdict(list)
    for event in events:
        if event.kind not in _ALONE:
            threads[origin(event), event.host, event.pid, event.tid].append(event)
    found: list[ConnectionAttempt] = []
    for (source, *_), lines in threads.items():
        if all(line.time is not None for line in lines):
            lines.sort(key=lambda line: line.time or _NEVER)
        groups = _split(lines)
        for index, group in enumerate(groups):
            found.append(_attempt(source, group, followed=index + 1 < len(groups)))
    return tuple(sorted(found, key=lambda a: (a.started or _NEVER, a.decisive.location)))


def _split(lines: list[LogEvent]) -> list[list[LogEvent]]:
    groups: list[list[LogEvent]] = []
    for line in lines:
        if not groups or _begins(line, groups[-1]):
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def _begins(line: LogEvent, group: list[LogEvent]) -> bool:
    last = group[-1]
    if line.time is not None and last.time is not None and line.time - last.time > GAP:
        return True
    if last.kind is K.ESTABLISHED:
        return True
    if line.kind is K.INITIATING:
        return any(other.kind is not K.INITIATING for other in group) or (line.time, line.peer) != (last.time, last.peer)
    return last.kind in _AFTER_THE_END and line.kind in _BEFORE_THE_END


def _attempt(source: str, group: list[LogEvent], *, followed: bool) -> ConnectionAttempt:
    kinds = {line.kind for line in group}
    verdict = next((line for line in group if line.verify_code not in (None, 0)), None)
    alert = next((line for line in group if line.alert is not None), None)
    subject = next((line for line in group if line.kind is K.SUBJECT), None)
    issuer = next((line for line in group if line.kind is K.ISSUER), None)
    decisive = verdict or alert or _first(group, K.SSL_ERROR, K.HANDSHAKE_FAILED, K.ESTABLISHED, K.CONNECTION_FAILED) or group[-1]
    times = [line.time for line in group if line.time is not None]
    return ConnectionAttempt(
        source=source,
        host=group[0].host,
        side=_side(kinds),
        outcome=_outcome(kinds, followed=followed),
        started=min(times, default=None),
        ended=max(times, default=None),
        peer=next((line.peer for line in group if line.peer), ""),
        verify_code=verdict.verify_code if verdict else None,
        verify_text=verdict.verify_text if verdict else "",
        alert=alert.alert if alert else None,
        failing_subject=subject.name if subject else "",
        failing_issuer=issuer.name if issuer else "",
        decisive=decisive.evidence,
        events=tuple(group),
    )


def _first(group: list[LogEvent], *kinds: LogKind) -> LogEvent | None:
    return next((line for kind in kinds for line in group if line.kind is kind), None)


def _side(kinds: set[LogKind]) -> Side:
    on_manager, on_device = bool(kinds & _ON_MANAGER), bool(kinds & _ON_DEVICE)
    if on_manager == on_device:
        return Side.DEVICE if on_device and K.HANDSHAKE_FAILED in kinds else Side.UNKNOWN
    return Side.MANAGER if on_manager else Side.DEVICE


def _outcome(kinds: set[LogKind], *, followed: bool) -> AttemptOutcome:
    if K.ESTABLISHED in kinds:
        return AttemptOutcome.ESTABLISHED
    if kinds & _FAILED_HANDSHAKE:
        return AttemptOutcome.HANDSHAKE_FAILED
    if K.CONNECTION_FAILED in kinds:
        return AttemptOutcome.TCP_FAILED if K.WAITING in kinds and K.TCP_CONNECTED not in kinds else AttemptOutcome.HANDSHAKE_FAILED
    if kinds <= {K.INITIATING, K.WAITING} and followed:
        return AttemptOutcome.TCP_FAILED
    return AttemptOutcome.UNKNOWN
