"""The state of a tunnel: the newest word of a status output, a log or a capture.

An output that does not say when it was taken is as old as its file at most: it never outweighs a newer word, and where no time puts the two
in order, a contradiction is said. Outputs of two appliances that disagree within minutes contradict each other too. Living is the reading
that governs what must not be done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from analyzer.join import obtain
from analyzer.join.failures import FAILED
from analyzer.model.answer import UNDATED, Age, Answer, Claim, Conflicting, Known, Missing
from analyzer.model.capture import CapturedConnection, ConnectionOutcome, Software
from analyzer.model.case import Tunnel, TunnelState
from analyzer.model.location import Evidence
from analyzer.model.log import AttemptOutcome, ConnectionAttempt
from analyzer.model.outputs import PeerStatus
from analyzer.texts import N_, _

FROM_LOG = N_("derived from the newest attempt in the log: no sftunnel_status.pl from that moment was provided")
FROM_CAPTURE = N_("derived from the newest connection in the capture: no sftunnel_status.pl from that moment was provided")
NO_TIME = N_("the output does not show when it was taken")

_PLACES = 5
_NEVER, _ALWAYS = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_CONNECTION_STATE = {
    ConnectionOutcome.COMPLETED: TunnelState.CONNECTED,
    ConnectionOutcome.NO_ANSWER: TunnelState.DOWN,
    ConnectionOutcome.REFUSED: TunnelState.DOWN,
    ConnectionOutcome.HANDSHAKE_REFUSED: TunnelState.DOWN,
}


WITHIN = timedelta(minutes=10)
"""Two ends see a tunnel end or begin at different moments: what they say this far apart is of one moment."""


class Sighting(Struct, frozen=True):
    """A state at a moment. ``strong`` ones are status outputs, whose whole purpose it is to tell. ``speaker`` is whose output it is.

    ``captured``: packets show it. ``silent_since``: the channels are said to be up, and this is the last heartbeat that was received, long
    before the output was taken.
    """

    state: TunnelState
    age: Age
    since: datetime | None
    evidence: Evidence
    strong: bool
    assumed: str
    speaker: str = ""
    silent_since: datetime | None = None
    session: int = 0
    captured: bool = False

    @property
    def time(self) -> datetime | None:
        """The moment that it states, None for one that states none."""
        return self.age.at if self.age.stated else None

    @property
    def alive(self) -> bool:
        return self.state is not TunnelState.DOWN

    @property
    def not_before(self) -> datetime:
        """The earliest moment that it can be of: a state is seen after it began."""
        return max(self.time or _NEVER, self.since or _NEVER)

    @property
    def not_later(self) -> datetime:
        """The latest moment that it can be of."""
        return self.age.at or _ALWAYS


class Witnesses(Struct, frozen=True):
    """Who states a status output, how old one is that states no time, and in which unbroken session of its text it stands."""

    speaker: Callable[[PeerStatus], str] = lambda _status: ""
    age: Callable[[Evidence], Age] = lambda _evidence: UNDATED
    session: Callable[[Evidence], int] = lambda _evidence: 0


def of_status(status: PeerStatus) -> TunnelState | None:
    """The state that a peer block tells. A registration that is completed tells nothing of it."""
    channels = (status.control, status.event)
    if channels == (None, None):
        return None
    if all(channel is not False for channel in channels):
        return TunnelState.CONNECTED if status.complete or None not in channels else None
    return TunnelState.DEGRADED if any(channels) else TunnelState.DOWN


def _sightings(
    statuses: Iterable[PeerStatus],
    attempts: Iterable[ConnectionAttempt],
    connections: Iterable[CapturedConnection],
    witnesses: Witnesses,
) -> Iterator[Sighting]:
    for status in statuses:
        state = of_status(status)
        if state is not None:
            since = status.last_disconnect if state is TunnelState.DOWN else status.connected_since
            taken = status.taken or status.heartbeat_received or status.attempted_at
            beside = witnesses.age(status.evidence)
            age = Age(taken, stated=True) if taken else beside
            silent_since = None
            if state is not TunnelState.DOWN and status.heartbeat_received is not None:
                moments = [moment for moment in (taken, beside.at if beside.stated else None) if moment is not None]
                if max(moments) - status.heartbeat_received > WITHIN:
                    age, silent_since = Age(max(moments), stated=True), status.heartbeat_received
            assumed = "" if age.stated else _(NO_TIME)
            speaker = witnesses.speaker(status)
            session = witnesses.session(status.evidence)
            yield Sighting(state, age, since, status.evidence, True, assumed, speaker, silent_since, session)
    for attempt in attempts:
        age = Age(attempt.ended, stated=attempt.ended is not None)
        if attempt.outcome is AttemptOutcome.ESTABLISHED:
            yield Sighting(TunnelState.CONNECTED, age, attempt.ended, attempt.decisive, strong=False, assumed=_(FROM_LOG))
        elif attempt.outcome in FAILED:
            yield Sighting(TunnelState.DOWN, age, None, attempt.decisive, strong=False, assumed=_(FROM_LOG))
    for connection in connections:
        seen = _CONNECTION_STATE.get(connection.outcome)
        # A handshake that is only presumed to be sftunnel's proves no tunnel. Silence and refusal are what they are, whoever asks.
        if seen is not None and not (seen is TunnelState.CONNECTED and connection.software is not Software.SFTUNNEL):
            age = Age(connection.started, stated=connection.started is not None)
            yield Sighting(seen, age, None, connection.summary, strong=False, assumed=_(FROM_CAPTURE), captured=True)


class DerivedState(Struct, frozen=True):
    """The answers about one tunnel's state, and when it was last known to work."""

    state: Answer[TunnelState]
    since: Answer[datetime]
    seen_at: Answer[datetime]
    last_success: datetime | None


_NO_WITNESSES = Witnesses()


class Report(Struct, frozen=True):
    """An alert says at this moment (aware, UTC) that the device is not connected. It is no status: it can only contradict an older one."""

    at: datetime
    speaker: str
    evidence: Evidence


def derive_state(
    statuses: Iterable[PeerStatus],
    attempts: Iterable[ConnectionAttempt],
    connections: Iterable[CapturedConnection],
    witnesses: Witnesses = _NO_WITNESSES,
    reports: Iterable[Report] = (),
) -> DerivedState:
    """The newest state, or the claims that contradict each other about it."""
    sightings = list(_sightings(statuses, attempts, connections, witnesses))
    successes = [s.time for s in sightings if s.time is not None and s.alive]
    last_success = max(successes, default=None)
    if not sightings:
        gap = Missing(_("no status output, log or capture shows the state of this tunnel"), _(obtain.TUNNEL_STATE))
        return DerivedState(gap, gap, gap, None)
    timed = [s for s in sightings if s.time is not None]
    best, against = _newest(sightings, timed)
    if against is not None:
        return _contradiction(best, against, last_success)
    silent = next((s for s in (best, *timed) if s.silent_since is not None and _of_one_moment(s, best)), None)
    if silent is not None and best.alive:
        return _silent(silent, last_success)
    during = _failed_while_up(best, timed)
    if during is not None:
        return _contradiction(best, during, last_success)
    later = max((one for one in reports if one.at > best.not_later), key=lambda one: one.at, default=None) if best.alive else None
    if later is not None:
        said = Sighting(TunnelState.DOWN, Age(later.at, stated=True), None, later.evidence, strong=False, assumed="", speaker=later.speaker)
        return _contradiction(best, said, last_success)
    if not best.strong:
        # A status output that says the same, with nothing else said in between, is the better witness.
        same = [s for s in _run_of(timed, best) if s.strong]
        best = replace(same[-1], age=best.age) if same else best
    agreeing = tuple(s.evidence for s in reversed(sightings) if s.state is best.state and s.evidence != best.evidence)
    state = Known(best.state, (best.evidence, *agreeing[:5]), best.assumed, best.speaker, best.age)
    since: Answer[datetime] = Missing(_("the evidence does not show since when"), _(obtain.TUNNEL_STATE))
    if best.since is not None:
        since = Known(best.since, (best.evidence,), "", best.speaker, best.age)
    elif best.state is TunnelState.DOWN:
        run = _run_of(timed, best)
        if run and run[0].time is not None:
            since = Known(
                run[0].time, (run[0].evidence,), _("the first failure in the evidence after the last success: it may have begun earlier")
            )
    seen_at: Answer[datetime] = Known(best.time, (best.evidence,)) if best.time else Missing(_(NO_TIME), _(obtain.TUNNEL_STATE))
    return DerivedState(state, since, seen_at, last_success)


def _newest(sightings: Sequence[Sighting], timed: Sequence[Sighting]) -> tuple[Sighting, Sighting | None]:
    """The sighting that decides, and the one that contradicts it, if any does."""
    newest = max(timed, key=lambda s: (s.time or _NEVER, s.strong), default=None)
    timeless = _last_of_each_text(s for s in sightings if s.strong and s.time is None)
    latest_start = max((s.not_before for s in (*timeless, *timed) if s.strong), default=_NEVER)
    standing = [s for s in timeless if s.not_later >= max(latest_start, newest.time if newest and newest.time else _NEVER)]
    if not standing:
        if newest is None:
            # Nothing has a time, and every output is older than another one began: the one that began last.
            return max(timeless or sightings, key=lambda s: s.not_before), None
        return newest, _disagrees_within_minutes(newest, timed)
    best = max(standing, key=lambda s: s.not_before)
    other = next((s for s in standing if s.alive is not best.alive and s.not_later >= best.not_before), None)
    if other is None and newest is not None and newest.alive is not best.alive and newest.not_before >= best.not_before:
        # An attempt that failed may lie before an output that says connected; one that succeeded is kept against one that says down.
        other = newest if newest.strong or newest.alive else None
    return best, other


def _failed_while_up(best: Sighting, timed: Sequence[Sighting]) -> Sighting | None:
    """An attempt to connect that failed, seen on the wire at a time through which the output says that the tunnel was up: a tunnel that is
    up needs no attempt. A log says so of each of the channels, which come and go by themselves; a capture shows all that was sent."""
    if not best.alive or not best.strong or best.since is None or best.time is None:
        return None
    failed = [s for s in timed if s.captured and not s.alive and s.time is not None and best.since + WITHIN < s.time < best.time]
    return max(failed, key=lambda s: s.time or _NEVER, default=None)


def _last_of_each_text(sightings: Iterable[Sighting]) -> list[Sighting]:
    """A terminal session is in the order of time: of what one appliance says in it again and again, the last counts."""
    last: dict[tuple[str, str, int], Sighting] = {}
    for sighting in sightings:
        location = sighting.evidence.location
        key = (location.source, sighting.speaker, sighting.session)
        if key not in last or (last[key].evidence.location.line or 0) <= (location.line or 0):
            last[key] = sighting
    return list(last.values())


def _disagrees_within_minutes(newest: Sighting, timed: Sequence[Sighting]) -> Sighting | None:
    """The output of another speaker of nearly the same moment that says the contrary. One that tells of a change since is no contrary."""
    strong = max((s for s in timed if s.strong), key=lambda s: s.time or _NEVER, default=None)
    if strong is None or strong.time is None or newest.time is None or newest.time - strong.time > WITHIN:
        return None
    for other in timed:
        if not other.strong or other.time is None or other.alive is strong.alive or other.speaker == strong.speaker:
            continue
        changed = strong.since is not None and strong.since > other.time
        if strong.time - other.time <= WITHIN and not changed and newest.alive is not other.alive:
            return other
    return None


def _contradiction(one: Sighting, other: Sighting, last_success: datetime | None) -> DerivedState:
    """Living first."""
    ordered = sorted((one, other), key=lambda s: not s.alive)
    said = ", ".join(
        (_("{speaker} says connected") if s.alive else _("{speaker} says down")).format(speaker=s.speaker or s.evidence.location.source)
        for s in ordered
    )
    why = _("the evidence contradicts itself about this tunnel: {said}").format(said=said)
    places = tuple(s.evidence for s in ordered)
    claims = tuple(Claim(s.state, s.speaker or s.evidence.location.source, s.age, (s.evidence,)) for s in ordered)
    gap = Missing(why, _(obtain.BOTH_STATES), places)
    return DerivedState(Conflicting(why, _(obtain.BOTH_STATES), places, claims), gap, gap, last_success)


def _of_one_moment(one: Sighting, best: Sighting) -> bool:
    """It is the one that decides, or another speaker's of the same minutes."""
    if one is best or one.time is None or best.time is None:
        return one is best
    return one.speaker != best.speaker and best.time - one.time <= WITHIN


def _silent(one: Sighting, last_success: datetime | None) -> DerivedState:
    """Channels that are said to be up, over which nothing arrives: no proof that the tunnel lives, and none that it is down."""
    why = _("the channels are reported as up, but no heartbeat was received since {moment}").format(
        moment=f"{one.silent_since:%Y-%m-%d %H:%M} UTC"
    )
    places = (one.evidence,)
    speaker = one.speaker or one.evidence.location.source
    claims = tuple(Claim(state, speaker, one.age, places) for state in (one.state, TunnelState.DOWN))
    gap = Missing(why, _(obtain.TUNNEL_STATE), places)
    return DerivedState(Conflicting(why, _(obtain.TUNNEL_STATE), places, claims), gap, gap, last_success)


def any_down(tunnels: Sequence[Tunnel]) -> Answer[bool]:
    """Whether one of a manager's tunnels is down. False only where the state of each is known, and there is one."""
    known = [(tunnel.state.value, tunnel.state.evidence) for tunnel in tunnels if isinstance(tunnel.state, Known)]
    down = [evidence for state, evidence in known if state is TunnelState.DOWN]
    if down:
        return Known(True, tuple(evidence[0] for evidence in down[:_PLACES] if evidence))
    if not tunnels or len(known) < len(tunnels):
        why = _("the evidence does not show the state of every tunnel") if tunnels else _("the evidence contains no tunnel of this FMC")
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


def known_registration(statuses: Sequence[PeerStatus]) -> PeerStatus | None:
    """The output whose registration counts: one that is not completed, unless a newer output says that it is since."""
    telling = [status for status in statuses if status.registration]
    completed = [status for status in telling if "completed" in status.registration.lower()]
    for status in telling:
        if status not in completed and not any(_is_newer(one, status) for one in completed):
            return status
    return next(iter(completed), None)


def _is_newer(one: PeerStatus, other: PeerStatus) -> bool:
    return one.taken is not None and other.taken is not None and one.taken > other.taken


def rpc_failed(statuses: Sequence[PeerStatus], told: DerivedState) -> Answer[bool]:
    """The RPC STATUS of document 225502, of the tunnel as it is now: what an output said while the tunnel was down, or before the present
    connection began, tells nothing once it is up again. An output that names no RPC STATUS says nothing of it."""
    if isinstance(told.state, Conflicting):
        return Missing(told.state.why, told.state.obtain, told.state.evidence)
    failed = [status.evidence for status in statuses if status.rpc_failed and not _of_an_earlier_connection(status, told)]
    if failed:
        return Known(True, tuple(failed[:3]))
    return Missing(_("the evidence contains no RPC status"), _(obtain.TUNNEL_STATE))


def _of_an_earlier_connection(status: PeerStatus, told: DerivedState) -> bool:
    if not isinstance(told.state, Known) or told.state.value is TunnelState.DOWN:
        return False
    if of_status(status) is TunnelState.DOWN:
        return True
    return isinstance(told.since, Known) and status.taken is not None and status.taken < told.since.value
