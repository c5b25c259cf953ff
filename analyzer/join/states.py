"""The state of a tunnel: the newest word of a status output, a log or a capture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from analyzer.join import obtain
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.capture import CapturedConnection, ConnectionOutcome, Software
from analyzer.model.case import Tunnel, TunnelState
from analyzer.model.location import Evidence
from analyzer.model.log import AttemptOutcome, ConnectionAttempt
from analyzer.model.outputs import PeerStatus
from analyzer.texts import N_, _

FROM_LOG = N_("told by the newest attempt in the log: no sftunnel_status.pl of that moment was given")
FROM_CAPTURE = N_("told by the newest connection in the capture: no sftunnel_status.pl of that moment was given")
NO_TIME = N_("the output does not say when it was taken")

_PLACES = 5
_NEVER = datetime.min.replace(tzinfo=UTC)
_FAILED = (AttemptOutcome.HANDSHAKE_FAILED, AttemptOutcome.TCP_FAILED)
_CONNECTION_STATE = {
    ConnectionOutcome.COMPLETED: TunnelState.CONNECTED,
    ConnectionOutcome.NO_ANSWER: TunnelState.DOWN,
    ConnectionOutcome.REFUSED: TunnelState.DOWN,
    ConnectionOutcome.HANDSHAKE_REFUSED: TunnelState.DOWN,
}


class Sighting(Struct, frozen=True):
    """A state at a moment. ``strong`` ones are status outputs, whose whole purpose it is to tell."""

    state: TunnelState
    time: datetime | None
    since: datetime | None
    evidence: Evidence
    strong: bool
    assumed: str


def of_status(status: PeerStatus) -> TunnelState | None:
    """The state that a peer block tells. A registration that is completed tells nothing of it."""
    channels = (status.control, status.event)
    if channels == (None, None):
        return None
    if all(channel is not False for channel in channels):
        return TunnelState.CONNECTED if status.complete or None not in channels else None
    return TunnelState.DEGRADED if any(channels) else TunnelState.DOWN


def _sightings(
    statuses: Iterable[PeerStatus], attempts: Iterable[ConnectionAttempt], connections: Iterable[CapturedConnection]
) -> Iterator[Sighting]:
    for status in statuses:
        state = of_status(status)
        if state is not None:
            since = status.last_disconnect if state is TunnelState.DOWN else status.connected_since
            taken = status.taken or status.heartbeat_received or status.attempted_at
            yield Sighting(state, taken, since, status.evidence, strong=True, assumed="" if taken else _(NO_TIME))
    for attempt in attempts:
        if attempt.outcome is AttemptOutcome.ESTABLISHED:
            yield Sighting(TunnelState.CONNECTED, attempt.ended, attempt.ended, attempt.decisive, strong=False, assumed=_(FROM_LOG))
        elif attempt.outcome in _FAILED:
            yield Sighting(TunnelState.DOWN, attempt.ended, None, attempt.decisive, strong=False, assumed=_(FROM_LOG))
    for connection in connections:
        seen = _CONNECTION_STATE.get(connection.outcome)
        # A handshake that is only presumed to be sftunnel's proves no tunnel. Silence and refusal are what they are, whoever asks.
        if seen is not None and not (seen is TunnelState.CONNECTED and connection.software is not Software.SFTUNNEL):
            yield Sighting(seen, connection.started, None, connection.summary, strong=False, assumed=_(FROM_CAPTURE))


class Told(Struct, frozen=True):
    """The answers about one tunnel's state, and when it was last known to work."""

    state: Answer[TunnelState]
    since: Answer[datetime]
    seen_at: Answer[datetime]
    last_success: datetime | None


def tell(statuses: Iterable[PeerStatus], attempts: Iterable[ConnectionAttempt], connections: Iterable[CapturedConnection]) -> Told:
    """The newest state. A status output without a time wins over logs and captures, whose attempts may be older."""
    sightings = list(_sightings(statuses, attempts, connections))
    successes = [s.time for s in sightings if s.time is not None and s.state is not TunnelState.DOWN]
    last_success = max(successes, default=None)
    if not sightings:
        gap = Missing(_("no status output, log or capture tells the state of this tunnel"), _(obtain.TUNNEL_STATE))
        return Told(gap, gap, gap, None)
    timeless = [s for s in sightings if s.strong and s.time is None]
    timed = [s for s in sightings if s.time is not None]
    if timeless:
        best = timeless[-1]
    elif timed:
        best = max(timed, key=lambda s: (s.time, s.strong))
    else:
        best = sightings[-1]
    if not best.strong:
        # A status output that says the same, with nothing else said in between, is the better witness.
        same = [s for s in _run_of(timed, best) if s.strong]
        best = replace(same[-1], time=best.time) if same else best
    agreeing = tuple(s.evidence for s in reversed(sightings) if s.state is best.state and s.evidence != best.evidence)
    state = Known(best.state, (best.evidence, *agreeing[:5]), best.assumed)
    since: Answer[datetime] = Missing(_("the evidence does not say since when"), _(obtain.TUNNEL_STATE))
    if best.since is not None:
        since = Known(best.since, (best.evidence,))
    elif best.state is TunnelState.DOWN:
        run = _run_of(timed, best)
        if run and run[0].time is not None:
            since = Known(
                run[0].time, (run[0].evidence,), _("the first failure in evidence after the last success: it may have begun earlier")
            )
    seen_at: Answer[datetime] = Known(best.time, (best.evidence,)) if best.time else Missing(_(NO_TIME), _(obtain.TUNNEL_STATE))
    return Told(state, since, seen_at, last_success)


def any_down(tunnels: Sequence[Tunnel]) -> Answer[bool]:
    """Whether one of a manager's tunnels is down. False only where the state of each is known, and there is one."""
    known = [(tunnel.state.value, tunnel.state.evidence) for tunnel in tunnels if isinstance(tunnel.state, Known)]
    down = [evidence for state, evidence in known if state is TunnelState.DOWN]
    if down:
        return Known(True, tuple(evidence[0] for evidence in down[:_PLACES] if evidence))
    if not tunnels or len(known) < len(tunnels):
        why = _("the state of not every tunnel is in evidence") if tunnels else _("no tunnel of this manager is in evidence")
        return Missing(why, _(obtain.TUNNEL_STATE))
    return Known(False, tuple(evidence[0] for _, evidence in known[:_PLACES] if evidence))


def _run_of(timed: list[Sighting], best: Sighting) -> list[Sighting]:
    """The sightings at the end of the time line that all say what the best one says, oldest first."""
    run: list[Sighting] = []
    for sighting in sorted(timed, key=lambda s: (s.time or _NEVER, s.strong), reverse=True):
        if sighting.state is not best.state:
            break
        run.append(sighting)
    return run[::-1]


def rpc_failed(statuses: Sequence[PeerStatus], told: Told) -> Answer[bool]:
    """The RPC STATUS of document 225502, of the tunnel as it is now: what an output said while the tunnel was down, or before the present
    connection began, tells nothing once it is up again. An output that names no RPC STATUS says nothing of it."""
    failed = [status.evidence for status in statuses if status.rpc_failed and not _of_an_earlier_connection(status, told)]
    if failed:
        return Known(True, tuple(failed[:3]))
    return Missing(_("no RPC status is in evidence"), _(obtain.TUNNEL_STATE))


def _of_an_earlier_connection(status: PeerStatus, told: Told) -> bool:
    if not isinstance(told.state, Known) or told.state.value is TunnelState.DOWN:
        return False
    if of_status(status) is TunnelState.DOWN:
        return True
    return isinstance(told.since, Known) and status.taken is not None and status.taken < told.since.value
