"""Which fields of a manager, a device or a tunnel the evidence contradicts itself about: said in one place for rules and readers."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from analyzer.model.answer import Conflicting, Known, Missing
from analyzer.model.case import Device, Manager, Tunnel
from analyzer.texts import _

One = TypeVar("One", Manager, Device, Tunnel)


def with_conflicts(one: One) -> One:
    """The same, with the names of the fields that are conflicting, and what the evidence says against itself."""
    found = {name: answer for name in one.__struct_fields__ if isinstance(answer := getattr(one, name), Conflicting)}
    if not found:
        return replace(one, contradiction=Missing(_("nothing in evidence contradicts itself about it"), ""))
    said = "; ".join(dict.fromkeys(answer.why for answer in found.values()))
    places = tuple(dict.fromkeys(place for answer in found.values() for place in answer.evidence))
    return replace(one, conflicting=tuple(found), contradiction=Known(said, places))
