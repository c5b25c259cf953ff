"""Everything that was given, read once, within the caps of the run: paths -> collect -> read."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from msgspec import Struct, field

from analyzer.collect import collect
from analyzer.collect.inputs import Streamed
from analyzer.model.capture import CapturedConnection
from analyzer.model.facts import Fact
from analyzer.model.limits import Limits
from analyzer.model.location import Location
from analyzer.model.log import LogEvent
from analyzer.model.member import Artifact, Damage, DamageKind, Member
from analyzer.model.observed import ApplianceRecord, DeniedConnection, PeerSerial, PortProbe
from analyzer.model.outputs import CertificateCopy, ManagerEntry, PeersMapEntry, PeerStatus, PushFailure
from analyzer.model.passage import Passage
from analyzer.read.context import ReadContext
from analyzer.read.members import read_member
from analyzer.read.own_output import looks_like_our_own
from analyzer.texts import N_, _

NAMING: dict[type, tuple[str, ...]] = {
    ApplianceRecord: ("name", "address", "uuid"),
    CapturedConnection: ("client", "server"),
    CertificateCopy: ("device_name",),
    DeniedConnection: ("source", "destination"),
    LogEvent: ("host", "peer"),
    ManagerEntry: ("host", "identifier"),
    Passage: ("host", "label"),
    PeerSerial: ("peer",),
    PeersMapEntry: ("manager_uuid", "label"),
    PeerStatus: ("peer_name", "peer_address", "peer_uuid"),
    PortProbe: ("target",),
    PushFailure: ("device_uuid", "device_name", "device_address"),
}
"""The fields of facts that name an appliance."""

STOPPED = N_("Reading was stopped here (Ctrl-C, or a signal to end): the rest of this file, and everything after it, was not read.")


class Gathered(Struct):
    """What came out of the inputs. ``incomplete`` says what did not, ``members`` counts the files that were handed to a reader."""

    facts: list[Fact] = field(default_factory=list)
    artifacts: list[Artifact] = field(default_factory=list)
    incomplete: list[Damage] = field(default_factory=list)
    members: int = 0


def gather(
    paths: Sequence[Path | str | Streamed],
    context: ReadContext,
    progress: Callable[[int], None],
    *,
    partial: bool = True,
    leave_out: Iterable[str] = (),
) -> Gathered:
    """Read every input. Ctrl-C ends the reading, not the run: what was read before it is given, and the place where it stopped.
    Without ``partial`` it ends the run: `KeyboardInterrupt` goes on. ``leave_out`` as in `collect`.

    Raises what `collect` raises for an input that is not there.
    """
    gathered = Gathered()
    first = next(iter(paths), "")
    place = Location(first.name if isinstance(first, Streamed) else str(first))
    room = _Room(context.limits)
    with collector_at_rest() as tidy:
        try:
            with closing(collect(paths, context.limits, progress, closed=looks_like_our_own, leave_out=leave_out)) as items:
                for item in items:
                    if isinstance(item, Damage):
                        gathered.incomplete.append(item)
                    elif isinstance(item, Artifact):
                        gathered.artifacts.append(item)
                    elif isinstance(item, Member) and room.is_open(item):
                        place = item.location
                        gathered.members += 1
                        _read(item, context, gathered, room)
                        if room.full:
                            break
                        tidy(gathered.members)
        except KeyboardInterrupt:
            if not partial:
                raise
            gathered.incomplete.append(Damage(place, DamageKind.ERROR, _(STOPPED)))
    return gathered


def _read(member: Member, context: ReadContext, gathered: Gathered, room: _Room) -> None:
    with closing(read_member(member, context)) as facts:
        for fact in facts:
            if isinstance(fact, Damage):
                gathered.incomplete.append(fact)
                continue
            damage = room.refuses(member)
            if damage is not None:
                gathered.incomplete.append(damage)
                return
            if room.knows(fact):
                gathered.facts.append(fact)
            elif (damage := room.too_many(member)) is not None:
                gathered.incomplete.append(damage)


class _Room:
    """How many facts may still be kept: of the input that is being read, and of the run. ``full``: none of the run."""

    def __init__(self, limits: Limits) -> None:
        self.full = False
        self._limits = limits
        self._facts = 0
        self._of_input = 0
        self._input = ""
        self._closed = False
        self._named: defaultdict[tuple[type, str], set[str]] = defaultdict(set)
        self._too_many_told = False

    def is_open(self, member: Member) -> bool:
        """Whether this member may be read. What follows in an input that gave too much is passed over."""
        if member.location.artifact != self._input:
            self._input, self._of_input, self._closed = member.location.artifact, 0, False
        return not self._closed

    def knows(self, fact: Fact) -> bool:
        """Whether the fact may be kept: it names no appliance that would be one too many. A few KB can name a million of them, and each
        gets its findings, its plan and its part of the report.
        """
        for name in NAMING.get(type(fact), ()):
            known = self._named[type(fact), name]
            value = getattr(fact, name)
            if value and value not in known:
                if len(known) >= self._limits.appliances:
                    return False
                known.add(value)
        return True

    def too_many(self, member: Member) -> Damage | None:
        """What to say of facts that name too many appliances, once for a run."""
        if self._too_many_told:
            return None
        self._too_many_told = True
        reason = _(
            "The evidence names more than {count:,} appliances of one kind (limit appliances): statements about further ones were left out."
        )
        return Damage(member.location, DamageKind.LIMIT, reason.format(count=self._limits.appliances))

    def refuses(self, member: Member) -> Damage | None:
        """Count one more fact. What to say when there is no room for it."""
        self._facts += 1
        self._of_input += 1
        if self._facts > self._limits.facts:
            self.full = True
            reason = _("More than {count:,} facts were found (limit facts): the rest of this file, and everything after it, was not read.")
            return Damage(member.location, DamageKind.LIMIT, reason.format(count=self._limits.facts))
        if self._of_input > self._limits.input_facts:
            self._closed = True
            reason = _("More than {count:,} facts were found in this input (limit input_facts): the rest of it was not read.")
            return Damage(member.location, DamageKind.LIMIT, reason.format(count=self._limits.input_facts))
        return None


_TIDY_EVERY = 256
"""Members between two looks at what was made since the last one."""


def _tidy(members: int) -> None:
    if members % _TIDY_EVERY == 0:
        gc.collect(0)


@contextmanager
def collector_at_rest() -> Iterator[Callable[[int], None]]:
    """Reading makes facts by the hundred thousand that all stay: a collector that walks them again and again takes half the time.

    It rests meanwhile; what is yielded is called with the number of members, and now and then looks at the newest objects once.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield _tidy
    finally:
        if was_enabled:
            gc.enable()
