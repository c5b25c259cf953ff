"""The plan at a glance: managers first, then devices, neighbours with the very same steps as one entry."""

from __future__ import annotations

from itertools import groupby

from msgspec import Struct

from analyzer.report.boxes import BoxView, Fleet
from analyzer.report.steps import StepView
from analyzer.texts import N_, _

EACH = N_("each device")
"""Stands for the device's own name in a step that several devices share."""


class Item(Struct, frozen=True):
    """A step in an entry: its title (of one device, or of all of them) and the step as the first box has it."""

    title: str
    view: StepView


class Entry(Struct, frozen=True):
    """Boxes in one situation that need the same steps, and those steps."""

    boxes: tuple[BoxView, ...]
    items: tuple[Item, ...]


class Glance(Struct, frozen=True):
    """Entries in the order to work in; ``quiet`` need nothing; for ``open_`` there is no step yet."""

    entries: tuple[Entry, ...]
    quiet: tuple[BoxView, ...]
    open_: tuple[BoxView, ...]


def glance_of(fleet: Fleet) -> Glance:
    """The plan at a glance. Managers are never put together: each is done completely before the next (field notes 6.4)."""
    entries = [_entry((box,)) for box in fleet.managers if _views(box)]
    entries += [_entry(tuple(group)) for _, group in groupby((box for box in fleet.devices if _views(box)), key=_same)]
    idle = [box for box in (*fleet.managers, *fleet.devices) if not _views(box)]
    return Glance(
        tuple(entries),
        tuple(box for box in idle if box.needs_nothing),
        tuple(box for box in idle if not box.needs_nothing),
    )


def _views(box: BoxView) -> tuple[StepView, ...]:
    """The steps of the way to go, or of the manual way where there is no other."""
    return box.steps or box.manual


def _entry(boxes: tuple[BoxView, ...]) -> Entry:
    first = boxes[0]
    shared = len(boxes) > 1
    return Entry(boxes, tuple(Item(_title(first, view) if shared else view.step.title, view) for view in _views(first)))


def _title(box: BoxView, view: StepView) -> str:
    """The title without the device's own name."""
    title = view.step.title
    if not box.plan.label:
        return title
    shared = title.replace(box.plan.label, _(EACH))
    # Only words of ours begin with a capital letter: the title may as well begin with the name of the manager.
    return shared[:1].upper() + shared[1:] if title.startswith(box.plan.label) else shared


def _same(box: BoxView) -> tuple[object, ...]:
    """Neighbours in the plan with the same answer here share an entry."""
    steps = tuple((view.step.id, _title(box, view), view.step.place, view.step.risk, bool(view.step.refused)) for view in _views(box))
    return (box.plan.situation, steps)
