"""What is printed of appliances that would be called the same, so that a reader never takes one for the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from analyzer.identify.appliance import Appliance
from analyzer.model.location import Evidence

_Made = tuple[Appliance, Evidence]
_TELLING: tuple[Callable[[_Made], str], ...] = (
    lambda one: one[0].address.best(),
    lambda one: one[0].uuid.first(),
    lambda one: one[1].location.source,
)
"""What can tell two apart, the most telling to a person first."""


def distinguish_labels(made: Iterable[_Made]) -> None:
    """Give each appliance that would be called as another one what it alone has: its address, its UUID, or the file that names it.

    ``made`` holds each appliance with the first place that mentions it.
    """
    labels: dict[str, list[_Made]] = {}
    for one in made:
        labels.setdefault(one[0].label, []).append(one)
    for same in labels.values():
        if len(same) > 1:
            for (appliance, _place), apart in zip(same, _apart(same), strict=True):
                appliance.apart = apart


def _apart(same: Sequence[_Made]) -> list[str]:
    """The first value that each has, and no two share; else all that there is, and a number."""
    for value in _TELLING:
        found = [value(one) for one in same]
        if all(found) and len(set(found)) == len(found):
            return found
    return [", ".join(filter(None, (*(value(one) for value in _TELLING), f"#{number}"))) for number, one in enumerate(same, 1)]
