"""Which fields of a manager, a device or a tunnel the evidence contradicts itself about: said in one place for rules and readers."""

from __future__ import annotations

from typing import TypeVar

from msgspec.structs import replace

from analyzer.model.answer import Conflicting, Known, Missing
from analyzer.model.case import Device, Manager, Tunnel
from analyzer.texts import _

One = TypeVar("One", Manager, Device, Tunnel)


_STATED = frozenset(
    (
        *("uuid", "name", "address", "role", "version", "build", "vdb", "model"),
        *("internal_ca", "internal_ca_not_before", "internal_ca_not_after", "state", "registration"),
    )
)
"""Fields that evidence itself states. What is concluded from one of them is not known while that one contradicts itself."""


def with_conflicts(one: One) -> One:
    """The same, with the names of the fields that are conflicting, and what the evidence says against itself. A conclusion from them is
    plainly missing."""
    found = {name: answer for name in one.__struct_fields__ if isinstance(answer := getattr(one, name), Conflicting)}
    if not found:
        return replace(one, contradiction=Missing(_("the evidence does not contradict itself about it"), ""))
    derived = {name: Missing(answer.why, answer.obtain, answer.evidence) for name, answer in found.items() if name not in _STATED}
    stated = {name: answer for name, answer in found.items() if name in _STATED}
    if not stated:
        return replace(one, contradiction=Missing(_("the evidence does not contradict itself about it"), ""), **derived)
    said = "; ".join(dict.fromkeys(answer.why for answer in stated.values()))
    places = tuple(dict.fromkeys(place for answer in stated.values() for place in answer.evidence))
    return replace(one, conflicting=tuple(stated), contradiction=Known(said, places), **derived)
