"""What both ends say of one refused handshake, side by side: the matrix of field notes 5.3.

A verify code is the objection of the box that logs it, an alert that of the other end, so both sides' words come down to one objector and
one reason. That alone leaves A and C, and G and H, alike; the certificates of the two boxes tell them apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from analyzer.join import obtain
from analyzer.join.failures import Seen
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import Failure, FailureReason, IssuedBy
from analyzer.model.location import Evidence
from analyzer.texts import N_, _

ONLY_CASE_F = N_(
    "in the laboratory matrix, only the certificate set of another FMC gives these codes; a damaged trust file may look the same"
)


class BothAppliances(Struct, frozen=True):
    """What is known of the certificates of both boxes: when the manager's CA is valid, and what the device holds of it."""

    ca_begins: Answer[datetime]
    ca_ends: Answer[datetime]
    device_ca_is_current: Answer[bool]
    device_leaf_issued_by: Answer[IssuedBy]


class Witness(Struct, frozen=True):
    """A failure and who saw it: the log of one box, or a capture, which shows what went to and fro (``manager``, ``device``)."""

    seen: Seen
    sides: frozenset[str]


def handshake_case(failure: Answer[Failure], witnesses: Iterable[Witness], holdings: BothAppliances) -> Answer[str]:
    """The row of the matrix, or two rows joined by ``-or-`` when both ends have spoken and still no certificate decides.

    Missing when only one end is in evidence, and for failures that the matrix does not hold.
    """
    if isinstance(failure, Missing):
        return failure
    newest = failure.value
    if newest.reason not in (FailureReason.EXPIRED, FailureReason.SIGNATURE, FailureReason.UNTRUSTED):
        return Missing(_("the matrix of handshakes has no row for '{reason}'").format(reason=newest.reason.value), "", failure.evidence[:1])
    if not newest.seen_by:
        return Missing(_("the evidence does not show which end rejected the handshake"), _(obtain.BOTH_LOGS), failure.evidence[:1])
    agreeing = [w for w in witnesses if (w.seen.failure.reason, w.seen.failure.seen_by) == (newest.reason, newest.seen_by)]
    sides = frozenset().union(*(w.sides for w in agreeing))
    by_side = {side: w.seen.evidence[0] for w in agreeing for side in sorted(w.sides)}
    spoken = tuple(dict.fromkeys((*failure.evidence[:2], *(by_side[side] for side in sorted(by_side)))))
    question = _Question(newest, spoken, {"manager", "device"} <= sides, holdings)
    match newest.reason:
        case FailureReason.EXPIRED:
            return question.expired()
        case FailureReason.SIGNATURE:
            return question.signature()
        case _:
            return question.untrusted()


class _Question(Struct, frozen=True):
    """One objection, the places where it stands, and whether both ends have told of it."""

    failure: Failure
    spoken: tuple[Evidence, ...]
    both: bool
    holdings: BothAppliances

    def expired(self) -> Answer[str]:
        begins, ends, when = self.holdings.ca_begins, self.holdings.ca_ends, self.failure.time
        if isinstance(ends, Known) and when is not None:
            if ends.value < when:
                return self._row("A", ends)
            if self.failure.seen_by == "device" and isinstance(begins, Known) and begins.value <= when:
                return self._row("C", ends)
        return self._either("A-or-C", _("whether the FMC's CA had expired at that moment"), _(obtain.CA_IN_FORCE))

    def signature(self) -> Answer[str]:
        holds_new = self.holdings.device_ca_is_current
        if self.failure.seen_by == "manager":
            if isinstance(holds_new, Known) and holds_new.value:
                return self._row("D", holds_new)
            # With the manager as the client, it is also what a device with the whole old set gets.
            return self._either("", _("whether the device has the FMC's current CA"), _(obtain.DEVICE_CA))
        issued = self.holdings.device_leaf_issued_by
        if isinstance(holds_new, Known) and not holds_new.value:
            return self._row("G", holds_new)
        if isinstance(holds_new, Known) and isinstance(issued, Known) and issued.value is IssuedBy.CURRENT_CA:
            return self._row("H", holds_new, issued)
        return self._either("G-or-H", _("which certificate set the device has"), _(obtain.DEVICE_CA))

    def untrusted(self) -> Answer[str]:
        issued = self.holdings.device_leaf_issued_by
        if isinstance(issued, Known):
            if issued.value is IssuedBy.ANOTHER_MANAGER:
                return self._row("F", issued)
            return Missing(_("the device's certificate is from this FMC: the matrix of handshakes has no such row"), "", self.spoken[:1])
        if self.both:
            return Known("F", self.spoken, _(ONLY_CASE_F))
        return Missing(_("the issuer of the device's certificate is unknown"), _(obtain.DEVICE_LEAF), self.spoken[:1])

    def _row(self, name: str, *deciding: Known[datetime] | Known[bool] | Known[IssuedBy]) -> Answer[str]:
        places = tuple(place for one in deciding for place in one.evidence[:2])
        return Known(name, (*self.spoken, *places), next((one.assumed for one in deciding if one.assumed), ""))

    def _either(self, rows: str, open_question: str, settles: str) -> Answer[str]:
        if self.both and rows:
            return Known(rows, self.spoken)
        why = (
            _("{question} is unknown") if rows or self.both else _("{question} is unknown, and the other end's log is not in the evidence")
        )
        return Missing(why.format(question=open_question), settles, self.spoken[:1])
