"""Which hotfix brings generate_certs.pl to a release of FMC: a table with a source per row, compared number by number."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from analyzer import cache
from analyzer.join import obtain
from analyzer.join.releases import Release, release_of
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import Hotfix, HotfixKind
from analyzer.model.outputs import ApplianceIdentity
from analyzer.rulefiles.node import Node, one_line
from analyzer.rulefiles.read import parse_yaml, read_bytes
from analyzer.texts import _


class Train(Struct, frozen=True):
    """A row: the first numbers of its releases, the last affected release, the hotfix ("" when there is none)."""

    releases: Release
    last_affected: Release
    hotfix: str
    document: str
    source: str


class HotfixTable(Struct, frozen=True):
    """The rows, and from which release on every train contains the script."""

    trains: tuple[Train, ...]
    later_first: Release
    later_assumed: str
    later_source: str

    def spoken(self) -> HotfixTable:
        """The same in the language that is spoken now."""
        trains = tuple(replace(train, document=_(train.document)) for train in self.trains)
        return replace(self, trains=trains, later_assumed=_(self.later_assumed))

    def of_release(self, release: Release) -> Hotfix:
        """What the table says of a release. Trains without a row are `HotfixKind.NOT_LISTED`."""
        for train in self.trains:
            if release[: len(train.releases)] != train.releases:
                continue
            if not train.hotfix:
                return Hotfix(HotfixKind.NONE, document=train.document)
            if release <= train.last_affected:
                return Hotfix(HotfixKind.INSTALL, train.hotfix, train.document)
            return Hotfix(HotfixKind.CONTAINED)
        return Hotfix(HotfixKind.CONTAINED if release >= self.later_first else HotfixKind.NOT_LISTED)


def hotfix_of(
    version: Answer[str], has_script: Answer[bool], patches: Iterable[ApplianceIdentity], table: HotfixTable | None
) -> Answer[Hotfix]:
    """How generate_certs.pl comes to a manager. ``patches`` are the lines of its own patch_history (whose content is inferred).

    A hotfix counts as installed only under the full name and number that the table has for this very release: the letters repeat in
    every train.
    """
    if isinstance(has_script, Known) and has_script.value:
        return Known(Hotfix(HotfixKind.INSTALLED), has_script.evidence, has_script.assumed)
    if isinstance(version, Missing):
        return version if version.obtain else replace(version, obtain=_(obtain.BOX_VERSION))
    release = release_of(version.value)
    if release is None:
        return Missing(_("the value in the evidence is not a release number"), _(obtain.BOX_VERSION), version.evidence)
    if table is None:
        return Missing(_("the table of the hotfixes was not provided"), "rules/tables/hotfixes.yaml")
    found = table.of_release(release)
    if found.kind is HotfixKind.INSTALL:
        there = next((patch for patch in patches if _parts(found.name) <= _parts(patch.value)), None)
        if there is not None:
            return Known(Hotfix(HotfixKind.INSTALLED, found.name, found.document), (there.evidence,), version.assumed)
    absent = isinstance(has_script, Known) and not has_script.value
    if found.kind is HotfixKind.CONTAINED and absent:
        return Known(Hotfix(HotfixKind.NOT_LISTED), (*version.evidence, *has_script.evidence), version.assumed)
    return Known(found, version.evidence, table.later_assumed if found.kind is HotfixKind.CONTAINED else version.assumed)


def _parts(name: str) -> frozenset[str]:
    """The letter and the number of a hotfix: ``Hotfix FZ - 7.2.9.99-4`` and ``..._Hotfix_FZ-7.2.9.99-4.sh.REL.tar`` have the same."""
    match = re.search(r"hotfix[ _-]{0,3}([a-z]{1,3})[ _-]{1,3}([0-9]{1,3}(?:\.[0-9]{1,4}){1,4}-[0-9]{1,4})(?![0-9])", name, re.IGNORECASE)
    return frozenset({match[1].upper(), match[2]}) if match else frozenset()


def load_hotfixes(path: Path) -> HotfixTable:
    """The table of ``tables/hotfixes.yaml`` in the language that is spoken. Read once, and kept (`analyzer.cache`). Raises `RuleError`."""
    data = read_bytes(path)
    makers = (Path(__file__), Path(__file__).with_name("releases.py"))
    return cache.kept_or_made(path, cache.digest_of([(path, data)], makers), HotfixTable, lambda: _read(path, data)).spoken()


def _read(path: Path, data: bytes) -> HotfixTable:
    top = parse_yaml(path, data).fields(("trains", "later"), required=("trains", "later"))
    parts = ("first", "assumed", "source")
    later = top["later"].fields(parts, required=parts)
    trains: list[Train] = []
    for row in top["trains"].items:
        needed = ("releases", "last_affected", "document", "source")
        fields = row.fields((*needed, "hotfix"), required=needed)
        train = Train(
            releases=_numbers(fields["releases"]),
            last_affected=_release(fields["last_affected"]),
            hotfix=fields["hotfix"].text if "hotfix" in fields else "",
            document=one_line(fields["document"].text),
            source=fields["source"].text,
        )
        if train.hotfix and not _parts(train.hotfix):
            raise fields["hotfix"].error("a hotfix has a letter and a number: 'Hotfix FZ - 7.2.9.99-4'")
        if train.last_affected[: len(train.releases)] != train.releases:
            raise fields["last_affected"].error("is not a release of this train")
        if any(train.releases == other.releases for other in trains):
            raise fields["releases"].error("this train is there twice")
        trains.append(train)
    return HotfixTable(tuple(trains), _release(later["first"]), one_line(later["assumed"].text), later["source"].text)


def _release(node: Node) -> Release:
    release = release_of(node.text)
    if release is None:
        raise node.error("a release number such as 7.2.9 is needed here")
    return release


def _numbers(node: Node) -> Release:
    """The first numbers of a train's releases, not padded: ``7.2``."""
    _release(node)
    return tuple(int(number) for number in node.text.removeprefix("v").split("."))
