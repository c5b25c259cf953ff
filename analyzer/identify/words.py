"""Whose word counts: who may state what of an appliance, and in which order.

An appliance may speak of itself, an FMC of its devices, a device of its FMC, and nobody of a third. A text that does not say who speaks
counts only where none of those speaks. What was met in a log or on the wire is the address that the other end sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from analyzer.identify.groups import Group, Node, Role, Said, Word

RANKS: dict[tuple[str, Role | None], tuple[Word, ...]] = {
    # The FMC pushes and copies to the address that it has, and the copy scripts print the name that it has.
    ("addresses", Role.DEVICE): (Word.FMC, Word.OWN, Word.SEEN, Word.ANONYMOUS),
    ("names", Role.DEVICE): (Word.FMC, Word.OWN, Word.ANONYMOUS),
    ("uuids", Role.DEVICE): (Word.OWN, Word.FMC, Word.ANONYMOUS),
    ("versions", Role.DEVICE): (Word.OWN, Word.FMC, Word.ANONYMOUS),
    ("addresses", Role.MANAGER): (Word.OWN, Word.DEVICE, Word.SEEN, Word.ANONYMOUS),
    ("names", Role.MANAGER): (Word.OWN, Word.DEVICE, Word.ANONYMOUS),
    ("uuids", Role.MANAGER): (Word.OWN, Word.DEVICE, Word.ANONYMOUS),
    ("versions", Role.MANAGER): (Word.OWN, Word.DEVICE, Word.ANONYMOUS),
}
"""By property and role, the words that count, the weightiest first."""

_UNKNOWN_ROLE = (Word.OWN, Word.FMC, Word.DEVICE, Word.SEEN, Word.ANONYMOUS)


def word_of(said: Said, group: Group, of: Callable[[Node], Group]) -> Word | None:
    """Whose word it is, None for somebody who may not speak of this appliance."""
    if said.own:
        return Word.OWN if said.speaker is not None and said.speaker.anchored else Word.ANONYMOUS
    if said.speaker is None:
        return Word.SEEN if said.seen else Word.ANONYMOUS
    speaker, role = of(said.speaker).role, group.role
    if speaker is Role.DEVICE and role is Role.DEVICE:
        return None
    if said.seen:
        return Word.SEEN
    if speaker is None or not said.speaker.anchored:
        return Word.ANONYMOUS
    return Word.FMC if speaker is Role.MANAGER and role is not Role.MANAGER else Word.DEVICE


def admitted(group: Group, which: str, of: Callable[[Node], Group]) -> Iterator[tuple[Node, Said]]:
    """What counts of a property: all that is said by those who may say it; of a text that does not say who speaks only where no other
    word is there. Names are no values of commands: what such a text calls an appliance counts last, but it counts."""
    anonymous: list[tuple[Node, Said]] = []
    counted = False
    for node in group.nodes:
        for said in (node.names if which == "names" else node.addresses).values():
            if said.hint:
                continue
            word = word_of(said, group, of)
            if word is None:
                continue
            if word is Word.ANONYMOUS:
                anonymous.append((node, said))
                continue
            counted = counted or word is not Word.SEEN
            yield node, said
    if not counted or which == "names":
        yield from anonymous


def ranked(group: Group, which: str, of: Callable[[Node], Group]) -> list[tuple[Word, Node, Said]]:
    """What counts of a property, the weightiest word first, then by place."""
    order = RANKS.get((which, group.role), _UNKNOWN_ROLE)
    found = []
    for node, said in admitted(group, which, of):
        word = word_of(said, group, of)
        if word is not None and word in order:
            found.append((word, node, said))
    found.sort(key=lambda one: (order.index(one[0]), one[2].evidence.order()))
    return found
