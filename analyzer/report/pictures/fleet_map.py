"""The map of managers and devices: a line per tunnel that shows its state, and who signed the certificate at its end.

The state is told by the line (solid, dash and dot, broken, dotted) and by a sign on it. A fleet of more than `MAX_DEVICES` devices is drawn
by groups with counts: a line per device would be a tangle that nobody can read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from analyzer.model.answer import Known
from analyzer.model.case import Case, IssuedBy, Manager, Tunnel, TunnelState
from analyzer.report.labels import SIGNS, TUNNEL_STATES, Tone
from analyzer.report.pictures.lettering import fit
from analyzer.texts import _, ngettext

MAX_DEVICES = 24
"""Devices that are drawn one by one. More than these, and they are grouped."""

MAX_MANAGERS = 8
"""Managers that are drawn; more are in the table only."""

NAMED = 3
"""Devices of a group that are named."""

WIDTH, BOX, RIGHT = 960, 250, 590
"""Units of the drawing: the width of a manager's box, and where the devices' boxes begin."""
ROW, GAP, TOP = 26, 14, 8
"""Height of a line of a box, the space between two boxes, and above the first."""


class Line(StrEnum):
    """How a tunnel is drawn."""

    UP = "up"
    ONE_CHANNEL = "one-channel"
    DOWN = "down"
    UNTOLD = "untold"


_LINES = {TunnelState.CONNECTED: Line.UP, TunnelState.DEGRADED: Line.ONE_CHANNEL, TunnelState.DOWN: Line.DOWN}
_TONES = {Line.UP: Tone.GOOD, Line.ONE_CHANNEL: Tone.WARNING, Line.DOWN: Tone.CRITICAL, Line.UNTOLD: Tone.UNKNOWN}
_ORDER = (Line.DOWN, Line.ONE_CHANNEL, Line.UNTOLD, Line.UP)
"""The worst first."""


def line_of(tunnel: Tunnel) -> Line:
    """The line of a tunnel."""
    return _LINES[tunnel.state.value] if isinstance(tunnel.state, Known) else Line.UNTOLD


def line_words(line: Line) -> str:
    """What a line means, in words."""
    state = next((state for state, drawn in _LINES.items() if drawn is line), None)
    return TUNNEL_STATES[state].text if state is not None else _("Tunnel state unknown")


def line_tone(line: Line) -> Tone:
    """The tone of a line."""
    return _TONES[line]


def signer_words(tunnel: Tunnel, manager: str) -> str:
    """A sign, and who signed the certificate that the device holds, in a few words."""
    if not isinstance(tunnel.device_leaf_issued_by, Known):
        return f"{SIGNS[Tone.UNKNOWN]} " + _("issuer unknown")
    match tunnel.device_leaf_issued_by.value:
        case IssuedBy.CURRENT_CA:
            return f"{SIGNS[Tone.GOOD]} " + _("signed by the CA of {manager}").format(manager=manager)
        case IssuedBy.PREVIOUS_CA:
            words = _("signed by a previous CA of {manager}").format(manager=manager)
        case IssuedBy.SAME_NAME_OTHER_KEY:
            words = _("signed by an unknown key of that name")
        case IssuedBy.ANOTHER_MANAGER:
            words = _("signed by another FMC's CA")
    return f"{SIGNS[Tone.CRITICAL]} {words}"


class Link(Struct, frozen=True):
    """A tunnel, or a group of them: a line from a manager to a row of a box on the right."""

    line: Line
    x1: float
    y1: float
    x2: float
    y2: float
    sign_x: float
    sign_y: float

    @property
    def tone(self) -> Tone:
        """Its colour, which only repeats the shape."""
        return _TONES[self.line]

    @property
    def sign(self) -> str:
        """The sign on it."""
        return SIGNS[self.tone]


class Box(Struct, frozen=True):
    """A box: its first line is a name, or the count of a group; the others say more of it."""

    key: str
    x: float
    y: float
    width: float
    height: float
    title: str
    rows: tuple[str, ...]


class Row(Struct, frozen=True):
    """A line of the table behind the picture."""

    manager: str
    device: str
    line: Line
    words: str
    signer: str


class FleetMap(Struct, frozen=True):
    """The picture. ``grouped``: a box on the right is a group. ``left_out`` counts managers that are not drawn."""

    width: int
    height: float
    managers: tuple[Box, ...]
    devices: tuple[Box, ...]
    links: tuple[Link, ...]
    lines: tuple[Line, ...]
    rows: tuple[Row, ...]
    grouped: bool
    left_out: int


class _Right(Struct, frozen=True):
    """A box on the right before it has a place: a line of it per tunnel (or per group)."""

    key: str
    title: str
    rows: tuple[str, ...]
    ends: tuple[tuple[str, Line], ...]


def fleet_map(case: Case) -> FleetMap | None:
    """The map of a case, or None when no tunnel is known."""
    if not case.tunnels:
        return None
    names = {one.key: one.label for one in case.managers} | {one.key: one.label for one in case.devices}
    told = {one.key: one for one in case.managers}
    keys = list(dict.fromkeys((*told, *(tunnel.manager for tunnel in case.tunnels))))
    keys = [key for key in keys if any(tunnel.manager == key for tunnel in case.tunnels)]
    drawn = keys[:MAX_MANAGERS]
    tunnels = [tunnel for tunnel in case.tunnels if tunnel.manager in drawn]
    grouped = len({tunnel.device for tunnel in tunnels}) > MAX_DEVICES
    right = list(_groups(tunnels, names) if grouped else _devices(tunnels, names))
    devices, below = _stacked(right)
    managers = _managers(drawn, names, told, below)
    by_key = {box.key: box for box in managers}
    links = tuple(_links(right, devices, by_key))
    used = {link.line for link in links}
    return FleetMap(
        width=WIDTH,
        height=max(below, *(box.y + box.height for box in managers)) + TOP,
        managers=managers,
        devices=devices,
        links=links,
        lines=tuple(line for line in Line if line in used),
        rows=tuple(_group_rows(right, names) if grouped else _rows(tunnels, names)),
        grouped=grouped,
        left_out=len(keys) - len(drawn),
    )


def _devices(tunnels: list[Tunnel], names: Mapping[str, str]) -> Iterator[_Right]:
    """A box per device, those with the worst tunnel first, with a line per tunnel that says who signed its certificate."""
    of: defaultdict[str, list[Tunnel]] = defaultdict(list)
    for tunnel in tunnels:
        of[tunnel.device].append(tunnel)
    for key, mine in sorted(of.items(), key=lambda one: min(_ORDER.index(line_of(tunnel)) for tunnel in one[1])):
        rows = tuple(signer_words(tunnel, names.get(tunnel.manager, tunnel.manager)) for tunnel in mine)
        yield _Right(key, names.get(key, key), rows, tuple((tunnel.manager, line_of(tunnel)) for tunnel in mine))


def _groups(tunnels: list[Tunnel], names: Mapping[str, str]) -> Iterator[_Right]:
    """A box per manager and state: how many devices, the first few by name."""
    of: defaultdict[tuple[str, Line], list[Tunnel]] = defaultdict(list)
    for tunnel in tunnels:
        of[tunnel.manager, line_of(tunnel)].append(tunnel)
    places = {key: at for at, key in enumerate(dict.fromkeys(tunnel.manager for tunnel in tunnels))}
    for (manager, line), mine in sorted(of.items(), key=lambda one: (places[one[0][0]], _ORDER.index(one[0][1]))):
        some = ", ".join(names.get(tunnel.device, tunnel.device) for tunnel in mine[:NAMED])
        if len(mine) > NAMED:
            some = _("{names} and {n} more").format(names=some, n=f"{len(mine) - NAMED:,}")
        count = ngettext("{n} device", "{n} devices", len(mine)).format(n=f"{len(mine):,}")
        signers = Counter(signer_words(tunnel, names.get(manager, manager)) for tunnel in mine)
        signed = ", ".join(f"{number:,} {words}" for words, number in signers.most_common())
        yield _Right(f"{manager} {line}", f"{line_words(line)}: {count}", (some, signed), ((manager, line),))


def _stacked(right: list[_Right]) -> tuple[tuple[Box, ...], float]:
    boxes: list[Box] = []
    y = float(TOP)
    for one in right:
        height = 10.0 + ROW * (1 + len(one.rows))
        boxes.append(Box(one.key, RIGHT, y, WIDTH - RIGHT - 4, height, fit(one.title, 40), tuple(fit(row, 50) for row in one.rows)))
        y += height + GAP
    return tuple(boxes), y - GAP


def _managers(keys: list[str], names: Mapping[str, str], told: Mapping[str, Manager], below: float) -> tuple[Box, ...]:
    """The managers' boxes, spread evenly beside the devices."""
    height = 10.0 + ROW * 2
    need = len(keys) * (height + GAP) - GAP
    room = max(below - TOP, need)
    space = (room - need) / (len(keys) + 1)
    boxes: list[Box] = []
    y = TOP + space
    for key in keys:
        manager = told.get(key)
        ends = manager.internal_ca_not_after if manager is not None else None
        text = (
            _("InternalCA until {date}").format(date=f"{ends.value:%Y-%m-%d}")
            if isinstance(ends, Known)
            else _("expiry date of its CA unknown")
        )
        boxes.append(Box(key, 4, round(y, 1), BOX, height, fit(names.get(key, key), 26), (fit(text, 34),)))
        y += height + GAP + space
    return tuple(boxes)


def _links(right: list[_Right], boxes: tuple[Box, ...], managers: Mapping[str, Box]) -> Iterator[Link]:
    """A line per end. Those of one manager leave its box one below the other, in the order of their other ends."""
    leaving: defaultdict[str, int] = defaultdict(int)
    total: defaultdict[str, int] = defaultdict(int)
    for one in right:
        for manager, _line in one.ends:
            total[manager] += 1
    for one, box in zip(right, boxes, strict=True):
        for at, (manager, line) in enumerate(one.ends):
            from_box = managers[manager]
            leaving[manager] += 1
            y1 = from_box.y + from_box.height * leaving[manager] / (total[manager] + 1)
            y2 = box.y + 5 + ROW * (at + 1.5)
            x1, x2 = from_box.x + from_box.width, box.x
            # The sign stands near the device, where lines of one manager are furthest apart.
            yield Link(line, x1, round(y1, 1), x2, round(y2, 1), round(x2 - 40, 1), round(y2 - (y2 - y1) * 40 / (x2 - x1), 1))


def _rows(tunnels: list[Tunnel], names: Mapping[str, str]) -> Iterator[Row]:
    for tunnel in sorted(tunnels, key=lambda one: _ORDER.index(line_of(one))):
        manager, line = names.get(tunnel.manager, tunnel.manager), line_of(tunnel)
        yield Row(manager, names.get(tunnel.device, tunnel.device), line, line_words(line), signer_words(tunnel, manager))


def _group_rows(right: list[_Right], names: Mapping[str, str]) -> Iterator[Row]:
    for one in right:
        manager, line = one.ends[0]
        yield Row(names.get(manager, manager), f"{one.title} ({one.rows[0]})", line, line_words(line), one.rows[1])
