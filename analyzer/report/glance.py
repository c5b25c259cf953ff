"""The plan at a glance: managers first, then devices, those with the very same steps as one entry."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from analyzer.report.boxes import BoxView, Fleet
from analyzer.report.steps import StepView


@dataclass(frozen=True, slots=True)
class Entry:
    """Boxes in one situation that need the same steps, and those steps as the first of them has them."""

    boxes: tuple[BoxView, ...]
    steps: tuple[StepView, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """Entries in the order to work in; ``quiet`` need nothing; for ``open_`` there is no step yet."""

    entries: tuple[Entry, ...]
    quiet: tuple[BoxView, ...]
    open_: tuple[BoxView, ...]


def glance_of(fleet: Fleet) -> Glance:
    """The plan at a glance. Managers are never put together: each is done completely before the next (field notes 6.4)."""
    busy = [box for box in fleet.managers if box.steps or box.manual]
    entries = [Entry((box,), box.steps or box.manual) for box in busy]
    for _, group in groupby((box for box in fleet.devices if box.steps or box.manual), key=_same):
        boxes = tuple(group)
        entries.append(Entry(boxes, boxes[0].steps or boxes[0].manual))
    idle = [box for box in (*fleet.managers, *fleet.devices) if not (box.steps or box.manual)]
    return Glance(
        tuple(entries),
        tuple(box for box in idle if box.needs_nothing),
        tuple(box for box in idle if not box.needs_nothing),
    )


def _same(box: BoxView) -> tuple[object, ...]:
    """Neighbours in the plan with the same answer here share an entry."""
    return (box.plan.situation, tuple((one.step.id, one.step.title, one.step.place, one.step.risk) for one in box.steps or box.manual))
