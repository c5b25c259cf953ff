"""Two results of one case, before and after a repair: what of the first is fixed, still there, new, or cannot be told.

Not everything that a report says is for a repair of the tunnels: that the VDB is too old for an alert, or that a living connection has
not met the new certificates yet, stays after a perfect one. Such findings are told apart, and do not decide whether all is fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import Case, Device, Manager, Tunnel
from analyzer.model.certificate import Certificate
from analyzer.model.comparison import CertificateChange, Change, Compared, Comparison
from analyzer.model.finding import Finding, State
from analyzer.model.result import Result
from analyzer.texts import _


def compare(before: Result, after: Result) -> Comparison:
    """Compare two results. Boxes are the same by UUID; where one side does not know it, by an address or name that only one box has."""
    same = _same_appliances(before.case, after.case)
    later = {finding.key: finding for finding in after.findings}
    seen: set[str] = set()
    compared: list[Compared] = []
    for finding in before.findings:
        key = f"{finding.rule}:{_translated(finding.subject, before.case, same)}"
        if finding.counts:
            seen.add(key)
            compared.append(_compared(finding, later.get(key)))
    compared += [Compared(Change.NEW, None, finding) for finding in after.findings if finding.counts and finding.key not in seen]
    order = list(Change)
    compared.sort(key=lambda one: (not one.for_repair, order.index(one.change)))
    return Comparison(tuple(compared), tuple(_certificates(before.case, after.case, same)))


def _compared(before: Finding, after: Finding | None) -> Compared:
    if after is None:
        return Compared(Change.CANNOT_TELL, before, None, _("its subject is not in the later evidence"))
    if after.counts:
        return Compared(Change.STILL_THERE, before, after)
    if after.state is State.CLEAR:
        return Compared(Change.FIXED, before, after)
    missing = "; ".join(dict.fromkeys(one.why for _, one in after.missing))
    return Compared(Change.CANNOT_TELL, before, after, missing or _("the rule does not apply to the later evidence"))


def _same_appliances(before: Case, after: Case) -> Mapping[str, str]:
    """The key that a box of the first case has in the second."""
    return _paired(before.managers, after.managers) | _paired(before.devices, after.devices)


def _paired(before: Iterable[Manager | Device], after: Iterable[Manager | Device]) -> dict[str, str]:
    first, second = {one.key: one for one in before}, {one.key: one for one in after}
    pairs = {key: key for key in first.keys() & second.keys()}
    for field in ("uuid", "address", "name"):
        here = _by(field, (one for key, one in first.items() if key not in pairs))
        there = _by(field, (one for key, one in second.items() if key not in pairs.values()))
        for value in here.keys() & there.keys():
            mine, theirs = here[value], there[value]
            if len(mine) == len(theirs) == 1 and not _known_apart(mine[0], theirs[0]):
                pairs[mine[0].key] = theirs[0].key
    return pairs


def _by(field: str, boxes: Iterable[Manager | Device]) -> dict[str, list[Manager | Device]]:
    found: dict[str, list[Manager | Device]] = {}
    for box in boxes:
        answer: Answer[str] = getattr(box, field)
        if isinstance(answer, Known) and answer.value:
            found.setdefault(answer.value.lower(), []).append(box)
    return found


def _known_apart(one: Manager | Device, other: Manager | Device) -> bool:
    return isinstance(one.uuid, Known) and isinstance(other.uuid, Known) and one.uuid.value != other.uuid.value


def _translated(subject: str, before: Case, same: Mapping[str, str]) -> str:
    """The key of a subject of the first case in the second; as it was when there is none."""
    for tunnel in before.tunnels:
        if tunnel.key == subject:
            return f"tunnel:{same.get(tunnel.manager, tunnel.manager)}>{same.get(tunnel.device, tunnel.device)}"
    return same.get(subject, subject)


def _certificates(before: Case, after: Case, same: Mapping[str, str]) -> Iterable[CertificateChange]:
    later: dict[tuple[str, str], Tunnel] = {(one.manager, one.device): one for one in after.tunnels}
    for tunnel in before.tunnels:
        now = later.get((same.get(tunnel.manager, tunnel.manager), same.get(tunnel.device, tunnel.device)))
        gone: Answer[Certificate] = Missing(_("this tunnel is not in the later evidence"), _("on the FMC: sftunnel_status.pl"))
        held = now.device_leaf if now is not None else gone
        if isinstance(tunnel.device_leaf, Known) or isinstance(held, Known):
            yield CertificateChange(tunnel.label, tunnel.device_leaf, held)
