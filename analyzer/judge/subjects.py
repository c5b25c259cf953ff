"""The subjects of a case as rules see them: the value and the evidence at a path, and what a condition is evaluated over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from analyzer.judge.vocabulary import ELEMENT, CaseInBrief, Tree, join, steps
from analyzer.model.answer import Answer, Known, Missing
from analyzer.model.case import Case, CertificateInCase
from analyzer.model.finding import SubjectKind
from analyzer.model.location import Evidence
from analyzer.texts import N_, _

MAX_EVIDENCE_OF_LIST = 20
"""Places kept of a list of facts: enough to walk to, few enough to read."""

_ABSENT = {
    "manager": (N_("the FMC of this tunnel is not in the evidence"), N_("evidence of that FMC")),
    "device": (N_("the device of this tunnel is not in the evidence"), N_("evidence of that device")),
}
"""Only a tunnel has roots that the case may lack (`subjects`): why, and what would settle it."""

_EVIDENCE_FIELDS = ("evidence", "decisive", "summary", "seen")


class Subject(Struct, frozen=True):
    """One thing that rules judge. ``roots`` holds what it sees; None where the case lacks it.

    ``neighbours`` are the keys of what may explain its findings: itself, and the manager and device it belongs to.
    """

    kind: SubjectKind
    key: str
    label: str
    roots: Mapping[str, Any]
    neighbours: tuple[str, ...]
    resolved: dict[str, Answer[Any]] = {}
    """What `resolve` found so far: rules ask for the same paths again and again."""


def subjects(case: Case, kind: SubjectKind) -> Iterator[Subject]:
    """The subjects of a kind, in the order of the case."""
    brief = CaseInBrief(
        managers=len(case.managers),
        devices=len(case.devices),
        tunnels=len(case.tunnels),
        captures=len(case.captures),
        evidence_time=case.evidence_time,
        skew=case.skew,
    )
    match kind:
        case SubjectKind.MANAGER:
            for manager in case.managers:
                yield Subject(kind, manager.key, manager.label, {"manager": manager, "case": brief}, (manager.key,))
        case SubjectKind.DEVICE:
            for device in case.devices:
                yield Subject(kind, device.key, device.label, {"device": device, "case": brief}, (device.key,))
        case SubjectKind.TUNNEL:
            managers = {one.key: one for one in case.managers}
            devices = {one.key: one for one in case.devices}
            for tunnel in case.tunnels:
                seen = {"tunnel": tunnel, "manager": managers.get(tunnel.manager), "device": devices.get(tunnel.device), "case": brief}
                yield Subject(kind, tunnel.key, tunnel.label, seen, (tunnel.key, tunnel.manager, tunnel.device))
        case SubjectKind.CERTIFICATE:
            for certificate in case.certificates:
                near = tuple(key for key in (certificate.key, certificate.owner) if key)
                yield Subject(kind, certificate.key, certificate.label, {"certificate": certificate, "case": brief}, near)


def resolve(subject: Subject, path: str, now: datetime) -> Answer[Any]:
    """What stands at a path, with its evidence: the nearest on the way to it.

    What is below something missing is missing for the same reason.
    """
    if path == "now":
        return Known(now, ())
    found = subject.resolved.get(path)
    if found is None:
        found = subject.resolved[path] = _resolve(subject, path)
    return found


def _resolve(subject: Subject, path: str) -> Answer[Any]:
    root, *names = steps(path)
    value = subject.roots[root]
    if value is None:
        why, obtain = _ABSENT[root]
        return Missing(_(why), _(obtain))
    evidence, assumed = evidence_of(value), ""
    walked = [root]
    for name in names:
        walked.append(name)
        value = _field(value, name)
        if isinstance(value, Missing):
            return value
        if isinstance(value, Known):
            evidence = value.evidence or evidence
            assumed = value.assumed or assumed
            value = value.value
        else:
            evidence = evidence_of(value) or evidence
        if value is None:
            return Missing(
                _("the evidence does not show {path}").format(path=join(walked)),
                _("evidence that shows {path}").format(path=join(walked)),
                evidence,
            )
    return Known(value, evidence, assumed)


def evidence_of(value: Any) -> tuple[Evidence, ...]:
    """The evidence that a thing of the model, or a list of them, carries itself."""
    if isinstance(value, tuple):
        return tuple(place for item in value[:MAX_EVIDENCE_OF_LIST] for place in evidence_of(item))
    for name in _EVIDENCE_FIELDS:
        found = getattr(value, name, None)
        if isinstance(found, Evidence):
            return (found,)
        if isinstance(found, tuple) and found and isinstance(found[0], Evidence):
            return found
    return ()


def activation(subject: Subject, tree: Tree, now: datetime) -> dict[str, Any]:
    """What the conditions of a rule are evaluated over: only the paths that they name, and of those only what is known."""
    shown: dict[str, Any] = {"now": now}
    for root, branch in tree.items():
        if root != "now":
            value = subject.roots[root]
            shown[root] = {} if value is None else _show(value, branch)
    return shown


def _show(value: Any, tree: Tree) -> Any:
    """A value in the terms of CEL: text, numbers, flags, times, lists and mappings."""
    if isinstance(value, tuple):
        below = tree.get(ELEMENT, {})
        return [_show(item, below) for item in value]
    if not tree:
        return _plain(value)
    shown: dict[str, Any] = {}
    for name, branch in tree.items():
        inner = _field(value, name)
        if isinstance(inner, Known):
            inner = inner.value
        if inner is not None and not isinstance(inner, Missing):
            shown[name] = _show(inner, branch)
    return shown


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return str(value)
    # A thing that a condition only asks for with has(), or counts in a list, needs no content.
    return value if isinstance(value, bool | int | datetime) or hasattr(value, "total_seconds") else {}


def _field(value: Any, name: str) -> Any:
    if isinstance(value, CertificateInCase) and not hasattr(value, name):
        return getattr(value.certificate, name)
    return getattr(value, name)
