"""What evidence says of a manager's InternalCA: who says it, how old that is, and whose word decides.

The manager's own word is the file at its ca_root, what a command at its own prompt says of that file, and what it sent in a captured
handshake. Where it is only assumed that a certificate and the rest of an FMC belong together, the certificate is nobody's word. A loose
file, a copy on a device, a date whose owner is not said and an alert are hints: they can raise a question, never answer against the
manager's own word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from msgspec import Struct

from analyzer.identify.appliance import Appliance
from analyzer.identify.placement import place
from analyzer.identify.scene import Scene
from analyzer.join.ages import Ages
from analyzer.join.holdings import Holdings
from analyzer.join.statements import is_file
from analyzer.model.answer import Age
from analyzer.model.case import CertificateRole
from analyzer.model.certificate import Certificate, CertificateDates
from analyzer.model.identity import MergeKind
from analyzer.model.location import Evidence
from analyzer.model.observed import HealthHint, HintKind
from analyzer.model.outputs import ApplianceIdentity
from analyzer.model.statements import FileStated
from analyzer.texts import N_, _

CA_PLACE = "/etc/sf/ca_root/cacert.pem"
"""Where an FMC keeps its InternalCA (Cisco document 222464)."""

BARE_PATH = N_("the command named cacert.pem without its folder: assumed to be {place} of the FMC, as Cisco document 222464 says to run it")
DAYS_LEFT = N_("calculated from the number of days that the one-liner printed, assumed to be run at {moment}")
DAYS_AT_MOST = N_("the one-liner printed the days that are left and not when it ran: it ended on this day or before")
SENT_CA = N_("as the FMC sent it in the captured handshake")

_WARNED_BEFORE = 90
"""Days before the end from which on an FMC warns (Cisco document 222464)."""

_ROUGHLY = timedelta(days=2)
"""How far a date that was counted in days may lie beside the date itself."""


class Word(IntEnum):
    """Whose word a claim is: the lower, the more it counts."""

    OWN = 0
    LOOSE_FILE = 1
    DEVICE_COPY = 2
    NOBODY = 3
    ALERT = 4


class CaClaim(Struct, frozen=True):
    """An InternalCA, and who says that it is the manager's. ``ends`` is None for a count of days that nothing dates.

    ``rough``: ``ends`` was counted in days. ``certificate`` is None where a text tells the dates only. ``session`` is the unbroken
    terminal session that a text tells it in: within one, lines are in the order of time.
    """

    ends: datetime | None
    begins: datetime | None
    certificate: Certificate | None
    word: Word
    speaker: str
    age: Age
    evidence: Evidence
    assumed: str = ""
    rough: bool = False
    days_left: int | None = None
    session: int = 0

    def same_as(self, other: CaClaim) -> bool:
        """The two speak of one certificate, as far as what they say goes."""
        if self.ends is None or other.ends is None:
            return False
        if self.certificate is not None and other.certificate is not None:
            return self.certificate.sha256 == other.certificate.sha256
        if self.rough or other.rough:
            return abs(self.ends - other.ends) <= _ROUGHLY
        return self.ends == other.ends and (self.begins is None or other.begins is None or self.begins == other.begins)


def own_path(path: str) -> bool:
    """The file is named with the folder where the InternalCA of an FMC lies."""
    return path == CA_PLACE


def bare_path(path: str) -> bool:
    """The file is named without any folder, and none is known."""
    return path == "cacert.pem"


class CaClaims:
    """The claims about each manager's InternalCA. ``ownerless`` are those whose manager nothing names."""

    def __init__(self, scene: Scene, holdings: Holdings, ages: Ages) -> None:
        self._scene = scene
        self._holdings = holdings
        self._ages = ages
        self.today = ages.today.at or datetime.max.replace(tzinfo=UTC)
        self._dated: dict[int, list[CaClaim]] = defaultdict(list)
        self.ownerless: list[CaClaim] = []
        self._stated: dict[str, list[FileStated]] = defaultdict(list)
        for file in scene.facts.of(FileStated):
            if file.internal_ca:
                self._stated[file.of.lower()].append(file)
        self._named_roots = {
            place(fact.evidence.location).root for fact in scene.facts.of(ApplianceIdentity) if fact.key in ("APPLIANCE_UUID", "HOSTNAME")
        }
        for dates in scene.facts.of(CertificateDates):
            self._place(dates)
        for hint in scene.facts.of(HealthHint):
            if hint.kind in (HintKind.CA_EXPIRED, HintKind.CA_EXPIRES):
                self._place_alert(hint)

    def of(self, manager: Appliance) -> list[CaClaim]:
        """Every claim about this manager's InternalCA, those of certificates first, in the order read."""
        return [*self._certificates(manager), *self._sent(manager), *self._dated[id(manager)]]

    # -- certificates ----------------------------------------------------------------------------------------

    def _certificates(self, manager: Appliance) -> Iterator[CaClaim]:
        stated = [file for name in manager.name.seen for file in self._stated.get(name.lower(), ())]
        ours = self._holdings.cas_for(manager)
        for held in self._holdings.held if stated else ():
            if held.role is CertificateRole.INTERNAL_CA and any(is_file(one, held.certificate.evidence) for one in stated):
                age = self._ages.of_place(held.certificate.evidence.location)
                yield self._of_certificate(held.certificate, Word.OWN, _("a person"), age)
                ours = [one for one in ours if one is not held]
        doubtful = any(merge.assumed for merge in manager.merged)
        joined = {merge.value.lower() for merge in manager.merged if not merge.assumed and merge.kind is not MergeKind.CA}
        for held in ours:
            certificate, location = held.certificate, held.certificate.evidence.location
            if (
                doubtful
                and certificate.subject.common_name.lower() not in joined
                and (held.placement.loose or held.placement.root not in self._named_roots)
            ):
                yield self._of_certificate(certificate, Word.NOBODY, location.source, self._ages.of_place(location))
            elif held.owner is manager and held.placement.path == CA_PLACE:
                yield self._of_certificate(certificate, Word.OWN, manager.label, self._ages.of_place(location))
            elif held.placement.loose and (held.owner is None or held.owner.manager):
                yield self._of_certificate(certificate, Word.LOOSE_FILE, location.source, self._ages.of_place(location))
            elif held.owner is not None and not held.owner.manager:
                yield self._of_certificate(certificate, Word.DEVICE_COPY, held.owner.label, self._ages.of_place(location))

    def _sent(self, manager: Appliance) -> Iterator[CaClaim]:
        for certificate, moment in self._holdings.sent_by(manager):
            claim = self._of_certificate(certificate, Word.OWN, manager.label, Age(moment, stated=moment is not None))
            yield CaClaim(claim.ends, claim.begins, certificate, claim.word, claim.speaker, claim.age, claim.evidence, assumed=_(SENT_CA))

    @staticmethod
    def _of_certificate(certificate: Certificate, word: Word, speaker: str, age: Age) -> CaClaim:
        return CaClaim(certificate.not_after, certificate.not_before, certificate, word, speaker, age, certificate.evidence)

    # -- dates that a text tells -----------------------------------------------------------------------------

    def _place(self, dates: CertificateDates) -> None:
        speaker = whose_ca(self._scene, dates)
        if speaker is None:
            return
        owner, word = speaker
        claim = self._of_dates(dates, word, owner.label if owner is not None else dates.evidence.location.source)
        if owner is None:
            self.ownerless.append(claim)
        else:
            self._dated[id(owner)].append(claim)

    def _place_alert(self, hint: HealthHint) -> None:
        """What an alert says of the InternalCA of the FMC that raised it, or that it names; of the only FMC, where it names none."""
        named = [one for name in (hint.reporter, hint.appliance) if (one := self._scene.managers.find(name=name)) is not None]
        managers = named or (self._scene.managers.all if not (hint.reporter or hint.appliance) else [])
        age = self._ages.of(hint.evidence, hint.at)
        days = 0 if hint.kind is HintKind.CA_EXPIRED else _WARNED_BEFORE if hint.days_left is None else hint.days_left
        ends = _days_later(age.at or self.today, days)
        if len(managers) == 1 and ends is not None:
            speaker = hint.reporter or _("an alert")
            claim = CaClaim(ends, None, None, Word.ALERT, speaker, age, hint.evidence, rough=True)
            self._dated[id(managers[0])].append(claim)

    def _of_dates(self, dates: CertificateDates, word: Word, speaker: str) -> CaClaim:
        age = self._ages.of(dates.evidence)
        assumed = _(BARE_PATH).format(place=CA_PLACE) if bare_path(dates.path) else ""
        ends, rough = dates.not_after, False
        if ends is None and dates.days_left is not None:
            ran = age if age.stated else self._ages.stamp_beside(dates.evidence)
            if ran.at is None or not ran.stated:
                bound = age if age.at is not None or dates.days_left >= 0 else self._ages.today  # it had ended whenever that was printed
                ends = _days_later(bound.at, dates.days_left)
                return CaClaim(ends, None, None, word, speaker, age, dates.evidence, _(DAYS_AT_MOST), True, dates.days_left)
            age, rough = ran, True
            ends, assumed = _days_later(ran.at, dates.days_left), _(DAYS_LEFT).format(moment=f"{ran.at:%Y-%m-%d %H:%M} UTC")
        session = self._ages.session(dates.evidence)
        return CaClaim(ends, dates.not_before, None, word, speaker, age, dates.evidence, assumed, rough, session=session)


def _days_later(moment: datetime | None, days: int) -> datetime | None:
    if moment is None:
        return None
    try:
        return moment + timedelta(days=days)
    except OverflowError:  # days that lead out of the calendar say nothing
        return None


def whose_ca(scene: Scene, dates: CertificateDates) -> tuple[Appliance | None, Word] | None:
    """The manager whose InternalCA a text speaks of, and whose word that is; no manager where the text does not tell whose. None: the text
    speaks of another certificate.

    Names in the certificate tell first, then the folder: a file of this name in any other folder is another certificate. At the prompt of
    another host a name without a folder says nothing of an FMC.
    """
    if dates.of_other_software or "/var/sf/peers/" in dates.path or not (dates.not_after or dates.days_left is not None):
        return None
    counted = dates.days_left is not None and not dates.path  # the one-liner, whose command was not copied
    at_its_place = own_path(dates.path) or counted or (bare_path(dates.path) and not _named_in_part(scene, dates))
    named = _named_ca(scene, dates)
    own = scene.speaker(dates)
    if own is not None and own.manager and at_its_place and scene.assumed(dates):
        return own, Word.NOBODY
    if own is not None and own.manager and at_its_place:
        return own, Word.OWN
    if own is not None and not own.manager:
        return (named, Word.DEVICE_COPY) if named is not None else None
    if named is not None:
        return named, Word.LOOSE_FILE
    if own is None and not dates.host and at_its_place:
        return None, Word.NOBODY
    return None


def _named_in_part(scene: Scene, dates: CertificateDates) -> bool:
    """The names that the text gives are not those of an InternalCA."""
    return bool(dates.subject or dates.issuer) and not dates.of_internal_ca


def _named_ca(scene: Scene, dates: CertificateDates) -> Appliance | None:
    if not dates.of_internal_ca:
        return None
    common_name = next((part[3:] for part in dates.subject.split("/") if part.startswith("CN=")), "")
    return scene.managers.find(uuid=common_name) if common_name else None
