"""The validity of the tunnels' certificates as bars on one time line, with the moments of the evidence and of today.

Positions are in thousandths of the line's width; the template draws them as SVG, and the certificates table stands behind the picture.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from analyzer.model.answer import Answer, Known
from analyzer.model.case import Case, CertificateInCase, CertificateRole, Device, IssuedBy, Manager
from analyzer.model.certificate import Certificate
from analyzer.model.result import Result
from analyzer.report.labels import Tone
from analyzer.report.pictures.lettering import fit
from analyzer.texts import _

MAX_BARS = 24
"""Certificates that are drawn: every InternalCA first, then leaves that end the soonest."""

LABEL_COLUMNS = 30
"""Columns of the name beside a bar."""

SOON_DAYS = 90
"""Days before its end from which on a certificate is drawn as ending soon (the threshold of VDB 399, field notes 6.7)."""

_ROLES = (CertificateRole.INTERNAL_CA, CertificateRole.MANAGER_LEAF, CertificateRole.DEVICE_LEAF, CertificateRole.TUNNEL_LEAF)


class Bar(Struct, frozen=True):
    """One certificate: from ``begin`` to ``end`` on the line. ``why`` says in a few words why no peer accepts it today although its own
    dates allow it, "" where they alone decide."""

    label: str
    digest: str
    begin: int
    end: int
    not_before: datetime
    not_after: datetime
    tone: Tone
    why: str = ""


class Mark(Struct, frozen=True):
    """A moment on the line."""

    at: int
    text: str


class Timeline(Struct, frozen=True):
    """The picture. ``left_out`` counts certificates without a bar."""

    bars: tuple[Bar, ...]
    years: tuple[Mark, ...]
    today: int
    evidence: int | None
    left_out: int


def timeline_of(result: Result) -> Timeline | None:
    """The time line, or None when no certificate of a tunnel is in evidence."""
    chosen = [one for one in result.case.certificates if one.role in _ROLES]
    if not chosen:
        return None
    names = _names(result.case)
    refused = refused_certificates(result.case, result.as_of)
    chosen.sort(key=lambda one: (_ROLES.index(one.role) > 0, one.certificate.not_after, one.label))
    drawn = chosen[:MAX_BARS]
    moments = [result.as_of]
    evidence = result.case.evidence_time.value if isinstance(result.case.evidence_time, Known) else None
    if evidence is not None:
        moments.append(evidence)
    for one in drawn:
        moments += [one.certificate.not_before, one.certificate.not_after]
    first, last = min(moments), max(moments)
    span = max((last - first).total_seconds(), 1.0)

    def at(moment: datetime) -> int:
        return round(1000 * (moment - first).total_seconds() / span)

    bars = tuple(
        Bar(
            fit(_name(one, names), LABEL_COLUMNS),
            one.certificate.sha256,
            at(one.certificate.not_before),
            max(at(one.certificate.not_after), at(one.certificate.not_before) + 4),
            one.certificate.not_before,
            one.certificate.not_after,
            _tone(one, refused, result.as_of),
            refused.get(one.certificate.sha256, ""),
        )
        for one in drawn
    )
    return Timeline(bars, _years(first, last, at), at(result.as_of), None if evidence is None else at(evidence), len(chosen) - len(drawn))


def _name(one: CertificateInCase, names: dict[str, str]) -> str:
    """What a person calls it. The common name of a leaf is the address of its box; who keeps it may be another one."""
    subject = one.certificate.subject
    bears = subject.common_name or subject.text
    if one.role is CertificateRole.INTERNAL_CA:
        return _("InternalCA of {owner}").format(owner=names.get(one.owner, bears))
    return names.get(bears, bears)


def _names(case: Case) -> dict[str, str]:
    """What boxes are called, by their keys and by their addresses."""
    boxes: tuple[Manager | Device, ...] = (*case.managers, *case.devices)
    return {box.address.value: box.label for box in boxes if isinstance(box.address, Known)} | {box.key: box.label for box in boxes}


def refused_certificates(case: Case, today: datetime) -> dict[str, str]:
    """Certificates that no peer accepts today whatever their own dates say, by digest: an expired or replaced CA stands behind them."""
    why: dict[str, str] = {}
    managers = {manager.key: manager for manager in case.managers}
    for manager in case.managers:
        why |= {one.sha256: _("replaced by a newer InternalCA") for one in manager.previous_cas if isinstance(manager.internal_ca, Known)}
        _note(why, manager, manager.leaf, manager.leaf_issued_by, today)
    for tunnel in case.tunnels:
        issuer = managers.get(tunnel.manager)
        if issuer is not None:
            _note(why, issuer, tunnel.device_leaf, tunnel.device_leaf_issued_by, today)
    return why


def _note(why: dict[str, str], manager: Manager, leaf: Answer[Certificate], issued: Answer[IssuedBy], today: datetime) -> None:
    """Why the leaf is worthless today, where it is. A leaf that one manager's InternalCA still stands behind is not."""
    if not isinstance(leaf, Known) or not isinstance(issued, Known):
        return
    ends = manager.internal_ca_not_after
    if issued.value is IssuedBy.CURRENT_CA:
        if isinstance(ends, Known) and ends.value < today:
            why[leaf.value.sha256] = _("its InternalCA has expired")
    elif issued.value is IssuedBy.ANOTHER_MANAGER:
        why.setdefault(leaf.value.sha256, _("issued by another FMC"))
    else:
        why.setdefault(leaf.value.sha256, _("issued by an InternalCA that is no longer in use"))


def _tone(one: CertificateInCase, refused: dict[str, str], today: datetime) -> Tone:
    if one.certificate.not_after < today or one.certificate.not_before > today:
        return Tone.CRITICAL
    if one.certificate.sha256 in refused:
        return Tone.NEUTRAL if one.role is CertificateRole.INTERNAL_CA else Tone.CRITICAL
    return Tone.WARNING if (one.certificate.not_after - today).days < SOON_DAYS else Tone.GOOD


def _years(first: datetime, last: datetime, at: Callable[[datetime], int]) -> tuple[Mark, ...]:
    """At most about ten beginnings of years within the line."""
    step = max(1, -(-(last.year - first.year) // 8))
    years = [datetime(year, 1, 1, tzinfo=UTC) for year in range(first.year + 1, last.year + 1, step)]
    return tuple(Mark(at(year), str(year.year)) for year in years)
