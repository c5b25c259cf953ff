"""What listings and damaged files say of a device's set for one manager (field notes 4.2 and 9)."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from msgspec import Struct, field

from analyzer.identify.appliance import Appliance
from analyzer.identify.placement import UUID, place
from analyzer.identify.scene import Scene
from analyzer.join.ages import Ages
from analyzer.model.answer import Age, Known
from analyzer.model.certificate import PrivateKey, UnreadableCertificate
from analyzer.model.location import Evidence
from analyzer.model.outputs import ListedFile

SET = ("cacert.pem", "sftunnel-cert.pem", "sftunnel-key.pem")
"""The files of one device for one manager."""

_NOT_SHOWN = {"Cc", "Cf", "Co", "Cn", "Zl", "Zp"}
_MAX_ROWS = 100


def has_hidden_characters(name: str) -> bool:
    """A name with characters that do not show: control and format characters, odd blanks, or the ``?`` that ``ls`` writes for them."""
    if name != name.strip() or "?" in name:
        return True
    return any(unicodedata.category(sign) in _NOT_SHOWN or (unicodedata.category(sign) == "Zs" and sign != " ") for sign in name)


class DeviceFiles(Struct):
    """The rows of the device's folder for one manager. The lists hold those that stand out.

    Of one file the newest row counts: the last in a terminal text, and among several texts the one that shows the file as written last.
    """

    listed: list[ListedFile] = field(default_factory=list)
    empty: list[ListedFile] = field(default_factory=list)
    odd_owners: list[ListedFile] = field(default_factory=list)
    odd_names: list[ListedFile] = field(default_factory=list)
    damaged: list[UnreadableCertificate] = field(default_factory=list)
    damaged_keys: list[PrivateKey] = field(default_factory=list)
    _newest: dict[str, ListedFile] = field(default_factory=dict)

    def add(self, row: ListedFile) -> None:
        """Keep a row where it is the newest of its file. Folders, and files beyond the first hundred that stand out, are left out."""
        if has_hidden_characters(row.name):
            if len(self.odd_names) < _MAX_ROWS:
                self.odd_names.append(row)
        elif row.name in SET:
            kept = self._newest.get(row.name)
            if kept is None or _newer(row, kept):
                self._newest[row.name] = row

    def standing(self, since: Known[datetime] | None, ages: Ages) -> DeviceFiles:
        """What stands of them, with the lists filled. ``since`` is when the living connection began, None where none is known to live: a
        connection cannot be set up with an empty or damaged file, so one that was emptied or seen before it is filled again since."""

        def over(evidence: Evidence, written: datetime | None = None) -> bool:
            if since is None:
                return False
            return written < since.value if written is not None else ages.of_place(evidence.location).is_before(since.value)

        def emptied(row: ListedFile) -> datetime | None:
            return written_at(row, ages.of_place(row.evidence.location))

        rows = [self._newest[name] for name in sorted(self._newest)]
        return DeviceFiles(
            listed=rows,
            empty=[row for row in rows if row.size == "0" and not over(row.evidence, emptied(row))],
            odd_owners=[row for row in rows if row.owner not in ("root", "0") or row.mode[1:2] != "r"],
            odd_names=self.odd_names,
            damaged=[one for one in self.damaged if not over(one.evidence)],
            damaged_keys=[one for one in self.damaged_keys if not over(one.evidence)],
        )


_WRITTEN = re.compile(
    r"\s(?:(?P<month>[A-Z][a-z]{2})\s{1,3}(?P<day>\d{1,2})\s{1,3}(?:(?P<clock>\d{2}:\d{2})|(?P<year>\d{4}))"
    r"|(?P<iso>\d{4}-\d\d-\d\d[ ]\d\d:\d\d))"
)
_MONTHS = {name: at for at, name in enumerate(("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1)}


def _column(row: ListedFile) -> tuple[int, int, int, str] | None:
    """The time that ``ls`` printed for the file, as something to compare: a row with a clock is of the last half year, so it is newer than
    one with a year."""
    found = _WRITTEN.search(row.evidence.text)
    if found is None:
        return None
    if found["iso"]:
        year, month, rest = found["iso"].split("-", 2)
        return int(year), int(month), int(rest[:2]), rest[3:]
    month = _MONTHS.get(found["month"], 0)
    return int(found["year"] or 9999), month, int(found["day"]), found["clock"] or ""


def _newer(row: ListedFile, kept: ListedFile) -> bool:
    """The row is the newer one of the same file."""
    here, there = row.evidence.location, kept.evidence.location
    if here.source == there.source:
        return (here.line or 0) >= (there.line or 0)
    mine, theirs = _column(row), _column(kept)
    if mine is not None and theirs is not None and mine != theirs:
        return mine > theirs
    # Nothing puts the two in order: the one that shows an empty file is kept, for it asks for a look.
    return row.size == "0"


def written_at(row: ListedFile, age: Age) -> datetime | None:
    """When the file was written, by the column of ``ls``, taken as UTC; None where it is not told. ``age`` bounds the year that is not
    printed."""
    column = _column(row)
    if column is None or not column[1] or (column[0] == 9999 and age.at is None):
        return None
    hour, _colon, minute = (column[3] or "00:00").partition(":")
    year = column[0]
    try:
        if year != 9999:
            return datetime(year, column[1], column[2], int(hour), int(minute[:2]), tzinfo=UTC)
        latest = age.at or datetime.max.replace(tzinfo=UTC)
        moment = datetime(latest.year, column[1], column[2], int(hour), int(minute[:2]), tzinfo=UTC)
        return moment if moment <= latest + timedelta(days=1) else moment.replace(year=latest.year - 1)
    except ValueError:  # 29 February of another year: the column says nothing that can be compared
        return None


def device_files(scene: Scene) -> dict[tuple[int, int], DeviceFiles]:
    """By the identity of manager and device. A listing that names nobody belongs to the appliance of its text."""
    found: dict[tuple[int, int], DeviceFiles] = defaultdict(DeviceFiles)
    for row in scene.facts.of(ListedFile):
        pair = _pair(scene, scene.speaker(row), row.folder)
        if pair is not None:
            found[pair].add(row)
    damaged: list[UnreadableCertificate | PrivateKey] = [*scene.facts.of(UnreadableCertificate)]
    damaged += [key for key in scene.facts.of(PrivateKey) if key.damaged]
    for broken in damaged:
        path = place(broken.evidence.location).path
        if path.rsplit("/", 1)[-1] not in SET:
            continue
        pair = _pair(scene, scene.owner(broken.evidence.location), path.rpartition("/")[0])
        if pair is None or len(found[pair].damaged) + len(found[pair].damaged_keys) >= _MAX_ROWS:
            continue
        if isinstance(broken, PrivateKey):
            found[pair].damaged_keys.append(broken)
        else:
            found[pair].damaged.append(broken)
    return dict(found)


def _pair(scene: Scene, device: Appliance | None, folder: str) -> tuple[int, int] | None:
    """The manager and the device whose folder ``/var/sf/peers/<UUID of the manager>`` this is."""
    _, inside, rest = folder.partition("/var/sf/peers/")
    uuid = UUID.match(rest) if inside else None
    manager = scene.managers.find(uuid=uuid.group()) if uuid is not None else None
    if manager is None or device is None or device.manager:
        return None
    return (id(manager), id(device))
