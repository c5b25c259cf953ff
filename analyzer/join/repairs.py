"""What is over: a push that failed before a connection which only the new set can have set up, a listing of before that, a registration
that was replaced.

A device whose tunnel began after the renewal, when the InternalCA before it had ended, holds the new set: with the old one it could not
have connected. Nothing of before that moment says what it holds now, so nothing is copied or emptied again because of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from analyzer.identify.appliance import Appliance
from analyzer.join import obtain
from analyzer.join.states import DerivedState
from analyzer.model.answer import Age, Answer, Known, Missing
from analyzer.model.case import IssuedBy, TunnelState
from analyzer.model.certificate import Certificate
from analyzer.model.location import Evidence
from analyzer.texts import N_, _

NEW_SET = N_(
    "the tunnel is up since {since}, after the renewal, when the InternalCA before it had expired: it must use the new certificate set"
)
LIKELY_DONE = N_(
    "the tunnel is up since {since}, after the run that could not push its files: they were probably copied "
    "since, and the date of the certificate on the device shows it"
)
OLDER_FILES = N_("the files of the device in the evidence are older than the renewal of {begins}: it is unknown which files it has now")
OUTLIVED_FILES = N_(
    "the files of the device in the evidence are older than its current connection, which must use the new "
    "certificate set: print them again"
)


class Renewed(Struct, frozen=True):
    """A renewal as far as evidence dates it. ``moment`` is the latest of the run and the beginning of the CA in force, ``old_ends`` when
    the InternalCA before it ended."""

    moment: Answer[datetime]
    old_ends: Answer[datetime]


def renewed(
    begins: Answer[datetime],
    runs: Sequence[datetime],
    old_ends: Iterable[tuple[datetime, Evidence]],
    previous: Sequence[Certificate],
) -> Renewed:
    """``old_ends`` are the ends that outputs of generate_certs.pl name; ``previous`` the other InternalCAs of the manager in evidence."""
    gap = Missing(_("the evidence contains no renewal"), _(obtain.RENEWAL))
    moment: Answer[datetime] = gap
    if isinstance(begins, Known):
        last = max([begins.value, *runs])
        moment = Known(last, begins.evidence, begins.assumed)
    elif runs and not isinstance(begins, Known):
        moment = Known(runs[-1], begins.evidence)
    ends = list(old_ends)
    if isinstance(begins, Known):
        ends += [(ca.not_after, ca.evidence) for ca in previous if ca.not_before < begins.value]
    if not ends:
        return Renewed(moment, Missing(_("the expiry date of the InternalCA before the renewal is unknown"), _(obtain.RENEWAL)))
    end, evidence = max(ends, key=lambda one: one[0])
    return Renewed(moment, Known(end, (evidence,)))


def up_since(told: DerivedState) -> Known[datetime] | None:
    """Since when a tunnel that is known to be up is up, where evidence says so."""
    if not isinstance(told.state, Known) or told.state.value is TunnelState.DOWN or not isinstance(told.since, Known):
        return None
    return told.since


def new_set_proven(told: DerivedState, renewal: Renewed) -> Answer[bool]:
    """Whether the living connection proves the new set: it began after the renewal, and the CA before had ended by then."""
    since = up_since(told)
    if since is None:
        return Missing(_("it is unknown since when the tunnel is up"), _(obtain.TUNNEL_STATE))
    if isinstance(renewal.moment, Missing):
        return renewal.moment
    if since.value <= renewal.moment.value:
        return Missing(_("the connection is older than the renewal"), "", since.evidence)
    if isinstance(renewal.old_ends, Missing):
        return renewal.old_ends
    if since.value <= renewal.old_ends.value:
        return Missing(
            _("the InternalCA before the renewal had not expired when the connection began"), _(obtain.DEVICE_CA), since.evidence
        )
    return Known(True, (*since.evidence, *renewal.moment.evidence[:1], *renewal.old_ends.evidence[:1]), _said(NEW_SET, since.value))


def _said(sentence: str, since: datetime) -> str:
    return _(sentence).format(since=f"{since.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def may_be_one(first: Appliance, second: Appliance) -> bool:
    """Nothing that is known of the two keeps them apart: they share no kind of name, or they share one of a kind."""
    pairs = ((first.uuid, second.uuid), (first.name, second.name), (first.address, second.address))
    return all(not (one.seen and other.seen) or one.seen.keys() & other.seen.keys() for one, other in pairs)


def push_failed_still(
    failed: Answer[bool], since: Known[datetime] | None, renewal: Renewed, proven: Answer[bool], pushed: datetime | None
) -> Answer[bool]:
    """What a failed push still says. ``since`` is when the living connection of the device began, to this FMC or to one that may be this
    one; ``pushed`` when the run was that failed, where it is dated."""
    if not (isinstance(failed, Known) and failed.value):
        return failed
    if isinstance(proven, Known):
        return Known(False, (*proven.evidence, *failed.evidence[:2]), proven.assumed)
    ran = pushed or (renewal.moment.value if isinstance(renewal.moment, Known) else None)
    if since is not None and ran is not None and since.value > ran:
        return Missing(_said(LIKELY_DONE, since.value), _(obtain.DEVICE_LEAF), (*since.evidence, *failed.evidence[:2]))
    return failed


def issued_still(issued: Answer[IssuedBy], files: Age, renewal: Renewed, proven: Answer[bool]) -> Answer[IssuedBy]:
    """Whether an old leaf in evidence says what the device holds now. ``files`` is the age of the device's files."""
    if not isinstance(issued, Known) or issued.value in (IssuedBy.CURRENT_CA, IssuedBy.ANOTHER_MANAGER):
        return issued
    return _outlived(issued.evidence, files, renewal, proven, obtain.DEVICE_LEAF) or issued


def current_still(same: Answer[bool], files: Age, renewal: Renewed, proven: Answer[bool]) -> Answer[bool]:
    """The same of the device's copy of the CA."""
    if not isinstance(same, Known) or same.value:
        return same
    return _outlived(same.evidence, files, renewal, proven, obtain.DEVICE_CA) or same


def _outlived(evidence: tuple[Evidence, ...], files: Age, renewal: Renewed, proven: Answer[bool], settle: str) -> Missing | None:
    if isinstance(renewal.moment, Known) and files.is_before(renewal.moment.value):
        begins = f"{renewal.moment.value.astimezone(UTC):%Y-%m-%d}"
        return Missing(_(OLDER_FILES).format(begins=begins), _(settle), evidence)
    if isinstance(proven, Known):
        return Missing(_(OUTLIVED_FILES), _(settle), (*proven.evidence[:1], *evidence))
    return None
