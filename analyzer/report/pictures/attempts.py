"""Connection attempts of a tunnel over time: one lane per witness, one bar per stretch of time, and the moments that explain them.

The logs of both ends and a capture tell of the same attempt each in its own way, so each witness has its own lane and nothing is counted
twice. Failed parts of a bar are striped, established ones filled, those whose end was not seen hollow.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from analyzer.model.answer import Answer, Known
from analyzer.model.capture import ConnectionOutcome
from analyzer.model.case import Device, Manager, Tunnel, TunnelState
from analyzer.model.log import AttemptOutcome, Side
from analyzer.report.pictures.moments import Axis, Label, axis_of
from analyzer.texts import N_, _

WIDTH, LEFT, RIGHT = 960, 170, 24
"""Units of the drawing; the lanes' names stand left of ``LEFT``."""
TOP, LETTERS, LANE, BAR, FOOT = 6, 30, 64, 44, 46
"""Heights: what stands above the first lane, the letters of moments there, a lane, its highest bar, the labels below."""
ENOUGH = 2
"""Attempts with a time, from which on there is something to draw."""


class Kind(StrEnum):
    """How an attempt ended, as it is drawn."""

    FAILED = "failed"
    ESTABLISHED = "established"
    UNTOLD = "untold"


_LOG = {
    AttemptOutcome.ESTABLISHED: Kind.ESTABLISHED,
    AttemptOutcome.HANDSHAKE_FAILED: Kind.FAILED,
    AttemptOutcome.TCP_FAILED: Kind.FAILED,
    AttemptOutcome.LOST: Kind.FAILED,
    AttemptOutcome.UNKNOWN: Kind.UNTOLD,
}
_CAPTURE = {ConnectionOutcome.COMPLETED: Kind.ESTABLISHED, ConnectionOutcome.INCOMPLETE: Kind.UNTOLD}
_WITNESSES = {
    Side.MANAGER: N_("log of the FMC"),
    Side.DEVICE: N_("log of the device"),
    Side.UNKNOWN: N_("log, end unknown"),
    None: N_("capture"),
}


class Part(Struct, frozen=True):
    """A part of a bar: attempts of one kind, ``number`` of them."""

    kind: Kind
    number: int
    y: float
    height: float


class Bar(Struct, frozen=True):
    """What a witness saw in one stretch of time."""

    x: float
    width: float
    begins: datetime
    ends: datetime
    parts: tuple[Part, ...]

    def number(self, kind: Kind) -> int:
        """How many attempts of a kind."""
        return sum(part.number for part in self.parts if part.kind is kind)

    @property
    def numbers(self) -> tuple[int, ...]:
        """How many of each kind, in the order of `Kind`: a row of the table behind the picture."""
        return tuple(self.number(kind) for kind in Kind)


class Lane(Struct, frozen=True):
    """A witness: its name, the baseline of its bars, and its totals."""

    name: str
    baseline: float
    failed: int
    established: int
    untold: int
    bars: tuple[Bar, ...]


class Happening(Struct, frozen=True):
    """A moment that explains: a letter on the picture, its words and time below it.

    ``x`` is None and ``letter`` "" when it lies outside; ``before`` then tells on which side.
    """

    letter: str
    words: str
    moment: datetime
    x: float | None
    before: bool


class AttemptsPicture(Struct, frozen=True):
    """The picture. ``untimed`` counts attempts whose time is not in evidence: they are not drawn. ``highest`` is the number of the
    longest bar."""

    width: int
    height: int
    left: int
    right: int
    top: int
    axis_y: float
    labels: tuple[Label, ...]
    lanes: tuple[Lane, ...]
    happenings: tuple[Happening, ...]
    kinds: tuple[Kind, ...]
    untimed: int
    highest: int


def attempts_picture(tunnel: Tunnel, manager: Manager | None, device: Device | None) -> AttemptsPicture | None:
    """The picture of a tunnel, or None when fewer than `ENOUGH` of its attempts have a time."""
    seen: defaultdict[Side | None, list[tuple[datetime, Kind]]] = defaultdict(list)
    untimed = 0
    for attempt in tunnel.attempts:
        if attempt.started is None:
            untimed += 1
        else:
            seen[attempt.side].append((attempt.started, _LOG[attempt.outcome]))
    for connection in tunnel.connections:
        if connection.started is None:
            untimed += 1
        else:
            seen[None].append((connection.started, _CAPTURE.get(connection.outcome, Kind.FAILED)))
    times = [moment for entries in seen.values() for moment, kind in entries]
    if len(times) < ENOUGH:
        return None
    told = sorted(_happenings(tunnel, manager, device), key=lambda one: (one[1], one[0]))
    axis = axis_of([*times, *_near([moment for words, moment in told], min(times), max(times))])
    if axis is None:
        return None
    counts = {witness: _per_column(entries, axis) for witness, entries in seen.items()}
    highest = max(sum(column.values()) for columns in counts.values() for column in columns.values())
    unit = (WIDTH - LEFT - RIGHT) / axis.columns
    happenings = tuple(_placed(told, axis, unit))
    top = TOP + (LETTERS if any(one.x is not None for one in happenings) else 0)
    order = [witness for witness in _WITNESSES if witness in counts]
    lanes = tuple(
        _lane(_(_WITNESSES[witness]), top + LANE * (place + 1) - 8, counts[witness], axis, unit, highest)
        for place, witness in enumerate(order)
    )
    axis_y = top + LANE * len(lanes)
    return AttemptsPicture(
        width=WIDTH,
        height=axis_y + FOOT,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=LETTERS - 4,
        axis_y=axis_y,
        labels=tuple(Label(round(LEFT + label.at * unit, 1), label.clock, label.date) for label in axis.labels()),
        lanes=lanes,
        happenings=happenings,
        kinds=tuple(kind for kind in Kind if any(bar.number(kind) for lane in lanes for bar in lane.bars)),
        untimed=untimed,
        highest=highest,
    )


def _per_column(entries: Iterable[tuple[datetime, Kind]], axis: Axis) -> dict[int, Counter[Kind]]:
    columns: defaultdict[int, Counter[Kind]] = defaultdict(Counter)
    for moment, kind in entries:
        columns[axis.column(moment)][kind] += 1
    return columns


def _lane(name: str, baseline: float, columns: dict[int, Counter[Kind]], axis: Axis, unit: float, highest: int) -> Lane:
    bars: list[Bar] = []
    for column in sorted(columns):
        y, parts = baseline, []
        for kind in Kind:
            number = columns[column][kind]
            if number:
                height = round(max(4.0, BAR * number / highest), 1)
                y = round(y - height, 1)
                parts.append(Part(kind, number, y, height))
        x, width = round(LEFT + column * unit + unit * 0.1, 1), round(max(unit * 0.8, 3.0), 1)
        bars.append(Bar(x, width, axis.starts(column), axis.starts(column + 1), tuple(parts)))
    total: Counter[Kind] = Counter()
    for tally in columns.values():
        total.update(tally)
    return Lane(name, baseline, total[Kind.FAILED], total[Kind.ESTABLISHED], total[Kind.UNTOLD], tuple(bars))


def _near(moments: Iterable[datetime], first: datetime, last: datetime) -> list[datetime]:
    """The moments that lie no further outside than the attempts are apart: the picture is stretched to show these."""
    span = last - first
    return [moment for moment in moments if first - moment <= span and moment - last <= span]  # no sum: the calendar ends in the year 9999


def _placed(told: list[tuple[str, datetime]], axis: Axis, unit: float) -> Iterator[Happening]:
    letters = iter("ABCDEFGHI")
    for words, moment in told:
        place = axis.place(moment)
        inside = 0 <= place <= axis.columns
        yield Happening(next(letters) if inside else "", words, moment, round(LEFT + place * unit, 1) if inside else None, place < 0)


def _happenings(tunnel: Tunnel, manager: Manager | None, device: Device | None) -> Iterator[tuple[str, datetime]]:
    """What explains attempts, with its moment: at most nine."""
    state = tunnel.state.value if isinstance(tunnel.state, Known) else None
    if state is TunnelState.DOWN:
        yield from _told(_("the tunnel went down"), tunnel.since)
    elif state is not None:
        yield from _told(_("the tunnel came up"), tunnel.since)
    if isinstance(tunnel.device_leaf, Known):
        yield _("the device's certificate expires"), tunnel.device_leaf.value.not_after
    if manager is not None:
        yield from _told(_("the InternalCA expires"), manager.internal_ca_not_after)
        yield from _told(_("the current InternalCA starts"), manager.internal_ca_not_before)
        if isinstance(manager.renewal, Known) and manager.renewal.value.started is not None:
            yield _("generate_certs.pl ran"), manager.renewal.value.started
        yield from _told(_("sftunnel started on the FMC"), manager.process_started)
    if device is not None:
        yield from _told(_("sftunnel started on the device"), device.process_started)


def _told(words: str, answer: Answer[datetime]) -> Iterator[tuple[str, datetime]]:
    if isinstance(answer, Known):
        yield words, answer.value
