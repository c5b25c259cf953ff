"""The order of work: every step of every appliance in one numbered list, in which devices that need the very same steps share one part.

What differs between the devices of a part is their name, address and UUID. A text of a part is cut at these values, and devices share a
part only if the cut pieces of every text are equal: so a piece put together again with the values of a device is, by construction, the
text that the plan has for this device, letter for letter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from analyzer.model.answer import Known
from analyzer.model.location import Evidence
from analyzer.model.plan import ArgumentKind, GeneratedFile, Place, Risk, Step
from analyzer.report.appliances import ApplianceView, Fleet
from analyzer.report.steps import Block, StepView, Value, step_views


class Slot(StrEnum):
    """A value that is a device's own."""

    UUID = "uuid"
    NAME = "name"
    ADDRESS = "address"


Pieces = tuple[str | Slot, ...]
"""A text cut at the values of a device."""


class Member(Struct, frozen=True):
    """An appliance of a part: its own values, and every value of its commands with the evidence that it was read from."""

    box: ApplianceView
    own: dict[Slot, str]
    values: tuple[Value, ...]


class Entry(Struct, frozen=True):
    """A step of a part, as its first appliance has it, with its number in the whole order. ``key`` names it within its part.

    ``undo`` is the entry of the same part that is undone in the same way, None for the first of them. ``files`` are typed or listed there.
    ``same`` is an earlier entry that is this very step, safe and at the same appliance: a look that several appliances need is taken once.
    """

    key: str
    view: StepView
    undo: Entry | None
    files: tuple[GeneratedFile, ...]
    same: Entry | None = None


class Part(Struct, frozen=True):
    """One FMC or device, or several devices with the very same steps. ``entries`` are the way to go, ``manual`` the one behind it.

    ``cautions`` are cut like every other text of the part. ``files`` are those that no step names. ``summary`` is the situation in a
    sentence, None where it is another one for each device.
    """

    anchor: str
    members: tuple[Member, ...]
    entries: tuple[Entry, ...]
    manual: tuple[Entry, ...]
    cautions: tuple[str, ...]
    files: tuple[GeneratedFile, ...]
    summary: str | None = None

    @property
    def first(self) -> ApplianceView:
        """The appliance whose texts the part is written with."""
        return self.members[0].box

    @property
    def shared(self) -> bool:
        """Several devices share it."""
        return len(self.members) > 1

    def cut(self, text: str) -> Pieces:
        """A text of the first appliance, cut at its values; whole where the part is of one appliance alone."""
        return cut(text, self.members[0].own) if self.shared else (text,)


class Work(Struct, frozen=True):
    """Everything that is to be done. ``quiet`` need nothing; for ``open_`` there is no step yet. ``total`` counts the steps of the way to
    go, each once for each appliance. ``part_of`` is the part of an appliance, by key. ``by_id`` holds the steps of parts of
    one appliance, by appliance and id."""

    parts: tuple[Part, ...]
    quiet: tuple[ApplianceView, ...]
    open_: tuple[ApplianceView, ...]
    total: int
    part_of: dict[str, Part]
    by_id: dict[tuple[str, str], Entry] = {}

    def doing(self, step: Step) -> Entry | None:
        """The entry that does this step, which has no commands of its own; None where it is done by itself."""
        return self.by_id.get((step.box, step.done_by)) if step.done_by else None

    @property
    def first(self) -> Entry | None:
        """What comes first of all, None when there is nothing to do."""
        return next((entry for part in self.parts for entry in (*part.entries, *part.manual)), None)


def work_of(fleet: Fleet) -> Work:
    """The work of a fleet: managers one by one, each completely before the next (field notes 6.4), then the devices by urgency."""
    groups: dict[object, list[Member]] = {}
    for box in (*fleet.managers, *fleet.devices):
        if box.steps or box.manual:
            member = _member(box)
            groups.setdefault(_shape(member) if box.kind == "device" else box.anchor, []).append(member)
    numbers = _Numbers()
    seen: dict[Step, Entry] = {}
    parts = [_part(tuple(members), numbers, seen) for members in groups.values()]
    idle = [box for box in (*fleet.managers, *fleet.devices) if not (box.steps or box.manual)]
    return Work(
        parts=tuple(parts),
        quiet=tuple(box for box in idle if box.needs_nothing),
        open_=tuple(box for box in idle if not box.needs_nothing),
        total=sum(len(part.members) * len(part.entries) for part in parts),
        part_of={member.box.plan.box: part for part in parts for member in part.members},
        by_id={(entry.view.step.box, entry.view.step.id): entry for part in parts if not part.shared for entry in part.entries},
    )


def cut(text: str, own: dict[Slot, str]) -> Pieces:
    """The text between the values, and a slot for each of them. Of two values that begin at one place the longer one counts."""
    slots = {value: slot for slot, value in own.items() if value}
    if not slots:
        return (text,)
    places = {value: at for value in sorted(slots, key=len, reverse=True) if (at := text.find(value)) >= 0}
    pieces: list[str | Slot] = []
    behind = 0
    while places:
        value = min(places, key=places.__getitem__)  # of those at one place the first, which is the longest
        at = places[value]
        if at > behind:
            pieces.append(text[behind:at])
        pieces.append(slots[value])
        behind = at + len(value)
        for one in [one for one, place in places.items() if place < behind]:
            places[one] = text.find(one, behind)
            if places[one] < 0:
                del places[one]
    return (*pieces, text[behind:]) if behind < len(text) else tuple(pieces)


def filled(pieces: Pieces, own: dict[Slot, str]) -> str:
    """The text of the device that has these values."""
    return "".join(own[piece] if isinstance(piece, Slot) else piece for piece in pieces)


def work_digest(work: Work, artifacts: Iterable[str]) -> str:
    """What the marks of done steps are kept under: told by the evidence and by every command, and by no sentence or language."""
    told = [*sorted(artifacts)]
    for part in work.parts:
        for member in part.members:
            told.append(member.box.anchor)
            told += [f"{view.step.id} {block.text}" for view in (*member.box.steps, *member.box.manual) for block in view.blocks]
    return hashlib.sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _member(box: ApplianceView) -> Member:
    thing = box.thing
    own = {Slot.NAME: box.plan.label}
    if thing is not None:
        own |= {Slot.UUID: thing.uuid.value} if isinstance(thing.uuid, Known) else {}
        own |= {Slot.ADDRESS: thing.address.value} if isinstance(thing.address, Known) else {}
    return Member(box, own, tuple(_values((*box.steps, *box.manual))))


def _values(views: Iterable[StepView]) -> Iterator[Value]:
    found: dict[tuple[ArgumentKind, str], dict[Evidence, None]] = {}
    for view in views:
        for value in view.values:
            found.setdefault((value.kind, value.value), {}).update(dict.fromkeys(value.evidence))
    for (kind, text), evidence in found.items():
        yield Value(kind, text, tuple(evidence))


def _shape(member: Member) -> object:
    """What must be equal for two devices to share a part: all that is printed of it, cut at the values of each."""
    box, own = member.box, member.own

    def block(one: Block) -> object:
        return (cut(one.text, own), one.answers, cut(one.expect, own), cut(one.then, own))

    def step(view: StepView) -> object:
        one: Step = view.step
        texts = (one.title, one.box_label, one.why, one.precondition, one.check, one.if_check_fails, view.undo_text, one.undo_note)
        return (
            one.id,
            one.place,
            one.risk,
            one.assumed,
            one.sources,
            one.alternative,
            one.origin,
            one.done_by,
            one.refused,
            *(cut(text, own) for text in texts),
            tuple(block(each) for each in view.blocks),
            tuple((value.kind, cut(value.value, own)) for value in view.values),
        )

    return (
        box.plan.situation,
        tuple((one.action, cut(one.text, own)) for one in box.plan.do_not),
        tuple(step(view) for view in (*box.steps, *box.manual)),
        box.plan.files,
        tuple(sorted(own)),
    )


class _Numbers:
    """Hands out the numbers of the whole order."""

    def __init__(self) -> None:
        self.way = self.manual = 0
        self._places: set[Place] = set()

    def told(self, place: Place) -> bool:
        """How to get to this place is told by now; it is told once in the whole order."""
        told = place in self._places
        self._places.add(place)
        return told

    def next(self, manual: bool) -> str:
        if manual:
            self.manual += 1
            return f"M{self.manual}"
        self.way += 1
        return str(self.way)


def _act(step: Step) -> Step:
    """What is done in a step, whatever the reason."""
    return replace(step, why="", sources=(), assumed="")


def _part(members: tuple[Member, ...], numbers: _Numbers, seen: dict[Step, Entry]) -> Part:
    first = members[0].box
    shared = len(members) > 1
    anchor = "part-" + hashlib.sha256(first.anchor.encode()).hexdigest()[:12] if shared else first.anchor
    left = list(first.plan.files)

    def entries(views: tuple[StepView, ...], manual: bool) -> tuple[Entry, ...]:
        made: list[Entry] = []
        undone: dict[tuple[str, str], Entry] = {}
        for place, view in enumerate(views, start=1):
            key = f"{'m' if manual else ''}{place}"
            number = numbers.next(manual)
            files = tuple(file for file in left if any(file.name in block.text for block in view.blocks))
            for file in files:
                left.remove(file)
            same = (view.undo_text, view.step.undo_note)
            entry = Entry(
                key=key,
                view=replace(view, number=number, anchor=f"{anchor}-step-{key}", place_known=numbers.told(view.step.place)),
                undo=undone.get(same) if view.undo_text else None,
                files=files,
                same=None if shared or files else seen.get(_act(view.step)),
            )
            undone.setdefault(same, entry)
            if not shared and view.step.risk is Risk.SAFE and view.step.commands and not view.step.undo_commands:
                seen.setdefault(_act(view.step), entry)
            made.append(entry)
        return tuple(made)

    way, manual = entries(first.steps, False), entries(first.manual, True)
    summaries = {cut(one.box.plan.summary, one.own) for one in members} if shared else {()}
    summary = first.plan.summary if len(summaries) == 1 else None
    return Part(anchor, members, way, manual, tuple(one.text for one in first.plan.do_not), tuple(left), summary)


def collecting(steps: tuple[Step, ...]) -> Part:
    """What is to be collected next, which is work on no appliance of the plan alone: C1, C2, ..."""
    views = step_views(steps, "collect", "C")
    return Part("collect", (), tuple(Entry(view.number, view, None, ()) for view in views), (), (), ())
