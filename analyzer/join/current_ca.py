"""The InternalCA in force of each manager: the newest of the manager's own words, a hint where there is none, a conflict where two words
cannot be put in order.

A claim was made at some moment between the beginning of its certificate and its own age. So a certificate that began after the age of
another claim is provably the newer one; two that cannot be ordered so, by the order of one terminal text, or by a run of
generate_certs.pl that made one of them, contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from analyzer.identify.appliance import Appliance
from analyzer.join import obtain
from analyzer.join.ca_claims import CaClaim, CaClaims, Word
from analyzer.model.answer import Answer, Claim, Conflicting, Known, Missing
from analyzer.model.certificate import Certificate
from analyzer.model.location import Evidence
from analyzer.texts import N_, _

LOOSE_CA = N_(
    "the file does not show where it is from: assumed to be /etc/sf/ca_root/cacert.pem of the FMC; a device's own copy looks the same"
)
NEWER_CA = N_("the evidence contains a newer InternalCA of this FMC than the one at its ca_root: assumed to be the current one since")
OTHER_NAME = N_("the name in this InternalCA ({name}) is not the UUID of the FMC: its place still makes it the CA")

RUN_BEFORE_CA, RUN_AFTER_CA = timedelta(minutes=-10), timedelta(hours=1)
"""How long after its run a new CA begins, at least and at most. Seen were 14 and 54 seconds (field notes 1, fact 8); the rest is margin."""

_SHOWS = N_("{speaker} shows one that ends on {day}")
_WARNS = N_("{speaker} warns of one that ends on {day} or before")
_LIFE = timedelta(days=3_650)
"""How long an InternalCA is made to be valid (Cisco document 222464)."""
_NEW = timedelta(days=180)
_ROUGHLY = timedelta(days=3)
"""How far the end may lie from the count of days of an alert."""

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_PLACES = 6
_SECONDS = timedelta(seconds=2)


class CurrentCa(Struct, frozen=True):
    """The answers about one manager's InternalCA. ``certificate`` is missing where a text alone tells its dates."""

    certificate: Answer[Certificate]
    begins: Answer[datetime]
    ends: Answer[datetime]


class _Group(Struct, frozen=True):
    """The claims that speak of one certificate, the best first."""

    claims: tuple[CaClaim, ...]

    @property
    def ends(self) -> datetime:
        return next((one.ends for one in self.claims if one.ends is not None and not one.rough), None) or self.claims[0].ends or _LAST

    @property
    def begins(self) -> datetime | None:
        return next((one.begins for one in self.claims if one.begins is not None), None)

    @property
    def certificate(self) -> CaClaim | None:
        return next((one for one in self.claims if one.certificate is not None), None)

    @property
    def not_before(self) -> datetime:
        """The earliest moment that the newest claim can be of."""
        stated = [one.age.at for one in self.claims if one.age.stated and one.age.at is not None]
        return max([*stated, self.begins or _FIRST])

    @property
    def not_later(self) -> datetime:
        """The latest moment that the newest claim can be of."""
        return max(one.age.at or _LAST for one in self.claims)


def current_ca(
    manager: Appliance, claims: CaClaims, runs: Sequence[datetime], replaced: Sequence[tuple[datetime, Evidence]], only: bool
) -> CurrentCa:
    """What is known of the manager's InternalCA. ``runs`` are the moments at which generate_certs.pl ran there, ``replaced`` the ends that
    its outputs name of the InternalCA before; ``only``: it is the only manager in evidence."""
    told = claims.of(manager)
    counts = [one for one in told if one.days_left is not None]
    told = [one for one in told if one.days_left is None and one.ends is not None]
    own = _grouped([one for one in told if one.word is Word.OWN])
    loose = _grouped([one for one in told if one.word is Word.LOOSE_FILE])
    copies = _grouped([one for one in told if one.word is Word.DEVICE_COPY])
    ownerless = [one for one in told if one.word is Word.NOBODY] + (claims.ownerless if only else [])
    unnamed = _grouped([one for one in ownerless if one.ends is not None and one.days_left is None])
    standing = _not_outdated(own, runs)
    alerts = [one for one in told if one.word is Word.ALERT]
    told = [one for one in told if one.word is not Word.ALERT]
    if len(standing) > 1:
        return _conflict(manager, standing, told)
    for group in standing:
        against = [one for one in alerts if _warns_of_another(one, group, claims.today)]
        if against:
            return _conflict(manager, [group, _Group(tuple(against))], told)
    by = next((place for end, place in replaced if standing and abs(end - standing[0].ends) <= _SECONDS), None)
    if by is not None and not any(one.begins is not None and one.begins > (standing[0].begins or _FIRST) for one in (*loose, *copies)):
        return _replaced(manager, standing[0], by)
    if standing:
        return _with_hints(manager, standing[0], own, [*loose, *copies], told, _strange(standing[0], own, unnamed))
    if loose:
        newest = max(loose, key=lambda group: group.begins or _FIRST)
        return _with_hints(manager, newest, loose, copies, told, _strange(newest, loose, unnamed), _(LOOSE_CA))
    return _without_a_word(manager, counts, ownerless or claims.ownerless, copies, only)


def _warns_of_another(alert: CaClaim, standing: _Group, today: datetime) -> bool:
    """The alert is not of this InternalCA, and nothing says that it was raised before this one began. One without a time beside an
    InternalCA that is new is taken for the warning that the renewal answered: then it is a remark, not a contradiction."""
    begins = standing.begins or standing.ends - _LIFE
    if alert.ends is None or standing.ends <= alert.ends + _ROUGHLY or alert.age.is_before(begins):
        return False
    return alert.age.stated or begins < today - _NEW


def _replaced(manager: Appliance, group: _Group, by: Evidence) -> CurrentCa:
    """The newest InternalCA in evidence is the one that a run of generate_certs.pl says it replaced."""
    why = _(
        "generate_certs.pl ran on {manager} and replaced the InternalCA in the evidence, which ends on {day}: the "
        "evidence does not contain the new one"
    )
    gap = Missing(
        why.format(manager=manager.label, day=f"{group.ends:%Y-%m-%d}"), _(obtain.CA_IN_FORCE), (by, *_places(group.claims))[:_PLACES]
    )
    return CurrentCa(gap, gap, gap)


def _strange(standing: _Group, known: list[_Group], unnamed: list[_Group]) -> list[_Group]:
    """Dates whose owner is not said, and which are neither those of a CA that is known nor provably those of before it: they are of another
    FMC, or of this one at another time, and nothing tells which."""
    return [
        one
        for one in unnamed
        if not any(one.claims[0].same_as(group.claims[0]) for group in (standing, *known)) and one.not_later >= (standing.begins or _FIRST)
    ]


def _grouped(claims: Sequence[CaClaim]) -> list[_Group]:
    """Of the claims of one terminal session of a text the last counts: it is in the order of time."""
    last_of_text: dict[tuple[str, int], CaClaim] = {}
    kept: list[CaClaim] = []
    for claim in claims:
        location = claim.evidence.location
        if claim.certificate is None and claim.word is Word.OWN and location.line is not None:
            before = last_of_text.get((location.source, claim.session))
            if before is None or (before.evidence.location.line or 0) < location.line:
                last_of_text[location.source, claim.session] = claim
        else:
            kept.append(claim)
    groups: list[list[CaClaim]] = []
    for claim in [*kept, *last_of_text.values()]:
        fitting = next((group for group in groups if any(claim.same_as(one) for one in group)), None)
        if fitting is None:
            groups.append([claim])
        else:
            fitting.append(claim)
    return [_Group(tuple(sorted(group, key=lambda one: (one.rough, bool(one.assumed))))) for group in groups]


def _not_outdated(groups: list[_Group], runs: Sequence[datetime]) -> list[_Group]:
    """The groups of which no other is provably newer."""
    return [one for one in groups if not any(_newer(other, one, runs) for other in groups if other is not one)]


def _newer(one: _Group, other: _Group, runs: Sequence[datetime]) -> bool:
    if one.not_before > other.not_later:
        return True
    if one.begins is None or other.not_before > one.begins:
        return False
    return any(RUN_BEFORE_CA <= one.begins - ran <= RUN_AFTER_CA and (other.begins is None or other.begins < ran) for ran in runs)


def _with_hints(
    manager: Appliance,
    standing: _Group,
    same_word: list[_Group],
    hints: list[_Group],
    told: list[CaClaim],
    strange: list[_Group],
    assumed: str = "",
) -> CurrentCa:
    """A hint that speaks of a newer certificate than the manager's own word: where that word is provably older, the hint is believed, with
    its assumption; else the two contradict each other (a restored FMC, the file of a clone)."""
    if strange:
        return _conflict(manager, [standing, *strange], told)
    known = [standing, *same_word]
    newer = [
        hint
        for hint in hints
        if not any(hint.claims[0].same_as(group.claims[0]) for group in known) and (hint.begins or _FIRST) > (standing.begins or _FIRST)
    ]
    if not newer:
        return _known(manager, standing, told, assumed)
    newest = max(newer, key=lambda hint: hint.begins or _FIRST)
    if (newest.begins or _FIRST) > standing.not_later:
        return _known(manager, newest, told, _(NEWER_CA))
    return _conflict(manager, [standing, newest], told)


def _known(manager: Appliance, group: _Group, told: list[CaClaim], assumed: str) -> CurrentCa:
    best = group.claims[0]
    assumed = assumed or best.assumed or next((merge.text for merge in manager.merged if merge.assumed), "")
    places = _places([*group.claims, *(one for one in told if any(one.same_as(mine) for mine in group.claims))])
    age = max((one.age for one in group.claims), key=lambda one: (one.stated, one.at or _FIRST))
    ends = Known(group.ends, places, assumed, best.speaker, age)
    begins: Answer[datetime] = Missing(_("only the end of validity was printed"), _(obtain.CA_IN_FORCE), places[:1])
    if group.begins is not None:
        begins = Known(group.begins, places, assumed, best.speaker, age)
    holding = group.certificate or next((one for one in told if one.certificate is not None and one.same_as(best)), None)
    if holding is None or holding.certificate is None:
        why = _("the evidence contains only the dates of the current InternalCA, not the certificate")
        return CurrentCa(Missing(why, _(obtain.CA_FILE), places[:1]), begins, ends)
    certificate = holding.certificate
    if not assumed and manager.uuid.seen and certificate.subject.common_name.lower() not in manager.uuid.seen:
        assumed = _(OTHER_NAME).format(name=certificate.subject.common_name)
    places = _places([holding, *group.claims, *told_of(told, certificate)])
    return CurrentCa(Known(certificate, places, assumed, holding.speaker, age), begins, ends)


def told_of(told: Sequence[CaClaim], certificate: Certificate) -> list[CaClaim]:
    """The claims that hold this very certificate."""
    return [one for one in told if one.certificate is not None and one.certificate.sha256 == certificate.sha256]


def _places(claims: Sequence[CaClaim]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(one.evidence for one in claims))[:_PLACES]


def _conflict(manager: Appliance, groups: Sequence[_Group], told: list[CaClaim]) -> CurrentCa:
    """Two or more that cannot all be in force. The one that ends first governs what must not be done."""
    ordered = sorted(groups, key=lambda group: (group.ends, group.claims[0].evidence))
    said = "; ".join(
        _(_WARNS if group.claims[0].word is Word.ALERT else _SHOWS).format(speaker=group.claims[0].speaker, day=f"{group.ends:%Y-%m-%d}")
        for group in ordered
    )
    restored = any(group.claims[0].word is Word.DEVICE_COPY for group in ordered)
    why = _("the evidence contradicts itself about the InternalCA of {manager}: {said}").format(manager=manager.label, said=said)
    if restored:
        why += ". " + _(
            "an FMC that was restored from an older backup looks like this: its devices have a newer InternalCA than the FMC itself"
        )
    evidence = tuple(dict.fromkeys(place for group in ordered for place in _places(group.claims)))[:_PLACES]
    settle = _(obtain.CA_IN_FORCE)

    def claims(field: str) -> tuple[Claim, ...]:
        found = []
        for group in ordered:
            first = group.claims[0]
            value = {"ends": group.ends, "begins": group.begins, "certificate": group.certificate and group.certificate.certificate}[field]
            if value is not None:
                found.append(Claim(value, first.speaker, first.age, _places(group.claims)))
        return tuple(found)

    return CurrentCa(
        Conflicting(why, settle, evidence, claims("certificate")),
        Conflicting(why, settle, evidence, claims("begins")),
        Conflicting(why, settle, evidence, claims("ends")),
    )


def _without_a_word(manager: Appliance, counts: list[CaClaim], ownerless: list[CaClaim], copies: list[_Group], only: bool) -> CurrentCa:
    """No word of the manager itself: a count of days that has run out in any case, else what there is, as a question."""
    why, seen = _("the InternalCA certificate of this FMC is not in the evidence"), ()
    evidence: tuple[Evidence, ...] = seen
    ended = [one for one in counts if one.ends is not None and (one.days_left or 0) < 0]
    if ended:
        last = max(ended, key=lambda one: one.ends or _FIRST)
        gap = Missing(why, _(obtain.CA_FILE), (last.evidence,))
        ends: Answer[datetime] = Known(last.ends or _FIRST, (last.evidence,), last.assumed, last.speaker, last.age)
        return CurrentCa(gap, gap, ends)
    dated = [one for one in ownerless if one.ends is not None and one.days_left is None]
    if copies:
        why = _("the evidence contains only a device's copy of its InternalCA, and the FMC may have been renewed since")
        evidence = _places([group.claims[0] for group in copies])[:3]
    elif counts:
        first = counts[-1]
        why = _("the one-liner printed that {days} days were left, and the time when it ran is unknown").format(days=first.days_left)
        evidence = _places(counts)
    elif dated:
        first = min(dated, key=lambda one: one.ends or _LAST)
        said = {"day": f"{first.ends:%Y-%m-%d}", "place": first.evidence.location, "manager": manager.label}
        why = _("the evidence contains an InternalCA that ends on {day} ({place}), and does not show which FMC it belongs to").format(
            **said
        )
        if only:
            why += ": " + _("the only FMC here is {manager}").format(**said)
        evidence = _places(dated)
    gap = Missing(why, _(obtain.CA_IN_FORCE), evidence)
    return CurrentCa(gap, gap, gap)
