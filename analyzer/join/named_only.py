"""Appliances that a person names and of which no output is in evidence: whatever the sentence says, their tunnels may be down.

No list of words is complete, and a sentence in a language that no reader knows says nothing to this program. A name that looks like those
of the devices in evidence, or an address that nobody in evidence has, is enough to ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from analyzer.identify.addresses import identifying, is_address
from analyzer.identify.names import normal, short
from analyzer.identify.scene import Scene
from analyzer.model.case import Notice
from analyzer.model.location import Evidence
from analyzer.model.passage import NamedInText
from analyzer.texts import _, ngettext

_SHOWN = 5
_DIGITS = re.compile(r"\d+")
_A_RELEASE = re.compile(r"(?:6|7)\.\d{1,2}\.\d{1,2}\.\d{1,3}|10\.\d\.\d\.\d|\d{1,3}(?:\.0){3}|0\..*|255\..*")
"""Releases of FMC and FTD look like addresses, and masks of networks are none."""


def named_only(scene: Scene) -> Iterator[Notice]:
    """The notice, when there is such a name. It keeps the evidence from being taken for an all-clear."""
    appliances = [*scene.managers.all, *scene.devices.all]
    names = {form for one in appliances for name in one.name.seen for form in (normal(name), short(name))}
    addresses = {address for one in appliances for address in one.address.seen}
    shapes = {_shape(name) for one in appliances for name in one.name.seen if _DIGITS.search(name)}
    found: dict[str, Evidence] = {}
    for named in scene.facts.of(NamedInText):
        value = named.value.rstrip(".-_")
        if is_address(value):
            strange = bool(identifying(value)) and value not in addresses and _A_RELEASE.fullmatch(value) is None and bool(appliances)
        else:
            strange = _shape(value) in shapes and not {normal(value), short(value)} & names
        if strange:
            found.setdefault(value, named.evidence)
    if found:
        text = ngettext(
            ("A text names {names}, and the evidence contains no output of it: the text was not understood, and the tunnel may be down."),
            (
                "A text names {names}, and the evidence contains no output of them: the text was not understood, and the "
                "tunnels may be down."
            ),
            len(found),
        ).format(names=_listed(found))
        yield Notice(text=text, grave=False, evidence=tuple(found.values())[:_SHOWN], doubts=True)


def _shape(name: str) -> str:
    """A name without its domain and its numbers: those of one site differ in them."""
    return _DIGITS.sub("#", short(name))


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    more = len(shown) - _SHOWN
    listed = ", ".join(shown[:_SHOWN])
    return listed if more <= 0 else _("{names} and {n} more").format(names=listed, n=more)
