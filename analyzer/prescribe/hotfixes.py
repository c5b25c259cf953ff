"""Which hotfix brings generate_certs.pl to a release of FMC: a table with a source per row, compared number by number."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from analyzer.rulefiles.node import Node, one_line
from analyzer.rulefiles.read import read_yaml
from analyzer.texts import _

Version = tuple[int, ...]

_VERSION = re.compile(r"v?([0-9]{1,4}(?:\.[0-9]{1,4}){1,4})(?:[- (].{0,40})?")
_NUMBERS = 5


def parse_version(text: str) -> Version | None:
    """``7.2.5``, ``v7.2.5``, ``7.2.5-208`` or ``7.2.5 (build 208)`` as five numbers; None for anything else.

    Releases go from 7.7 to 10.0 (field notes 1, fact 9), so they are compared as numbers and never as text.
    """
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        return None
    numbers = [int(number) for number in match[1].split(".")]
    return tuple(numbers + [0] * (_NUMBERS - len(numbers)))


class Hotfix(Struct, frozen=True):
    """Install this one."""

    name: str
    document: str
    source: str


class NoHotfix(Struct, frozen=True):
    """There is none for this release. ``document`` says what is listed for its train."""

    document: str
    source: str


class Contained(Struct, frozen=True):
    """The release is later than the last affected one and so contains the script: an inference, as ``assumed`` says."""

    assumed: str
    source: str


class NotListed(Struct, frozen=True):
    """No row speaks of this release."""


Remedy = Hotfix | NoHotfix | Contained | NotListed


class Train(Struct, frozen=True):
    """A row: the first numbers of its releases, the last affected release, the hotfix ("" when there is none)."""

    releases: Version
    last_affected: Version
    hotfix: str
    document: str
    source: str


class HotfixTable(Struct, frozen=True):
    """The rows, and from which release on every train contains the script."""

    trains: tuple[Train, ...]
    later_first: Version
    later_assumed: str
    later_source: str

    def spoken(self) -> HotfixTable:
        """The same in the language that is spoken now."""
        trains = tuple(replace(train, document=_(train.document)) for train in self.trains)
        return replace(self, trains=trains, later_assumed=_(self.later_assumed))

    def remedy(self, version: Version) -> Remedy:
        """What the table says of a release. Releases before 6.2 and trains without a row are `NotListed`."""
        for train in self.trains:
            if version[: len(train.releases)] != train.releases:
                continue
            if not train.hotfix:
                return NoHotfix(train.document, train.source)
            if version <= train.last_affected:
                return Hotfix(train.hotfix, train.document, train.source)
            return Contained(self.later_assumed, self.later_source)
        return Contained(self.later_assumed, self.later_source) if version >= self.later_first else NotListed()


def read_hotfixes(path: Path) -> HotfixTable:
    """The table of ``tables/hotfixes.yaml`` as it is written. Raises `RuleError`."""
    root, _data = read_yaml(path)
    top = root.fields(("trains", "later"), required=("trains", "later"))
    parts = ("first", "assumed", "source")
    later = top["later"].fields(parts, required=parts)
    trains: list[Train] = []
    for row in top["trains"].items:
        needed = ("releases", "last_affected", "document", "source")
        fields = row.fields((*needed, "hotfix"), required=needed)
        train = Train(
            releases=_numbers(fields["releases"]),
            last_affected=_version(fields["last_affected"]),
            hotfix=fields["hotfix"].text if "hotfix" in fields else "",
            document=one_line(fields["document"].text),
            source=fields["source"].text,
        )
        if train.last_affected[: len(train.releases)] != train.releases:
            raise fields["last_affected"].error("is not a release of this train")
        if any(train.releases == other.releases for other in trains):
            raise fields["releases"].error("this train is there twice")
        trains.append(train)
    return HotfixTable(tuple(trains), _version(later["first"]), one_line(later["assumed"].text), later["source"].text)


def _version(node: Node) -> Version:
    version = parse_version(node.text)
    if version is None:
        raise node.error("a release number such as 7.2.9 is needed here")
    return version


def _numbers(node: Node) -> Version:
    """The first numbers of a train's releases, not padded: ``7.2``."""
    _version(node)
    return tuple(int(number) for number in node.text.removeprefix("v").split("."))
