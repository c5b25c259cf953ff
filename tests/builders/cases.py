"""Cases for tests, built of what a test wants to say: everything that it does not say is missing.

::

    here = at("fmc.tar.gz", "var/log/messages", line=7)
    fmc = manager("fmc-1", internal_ca_not_after=known(utc("2024-10-14"), here))
    ftd = device("ftd-1", address=known("192.0.2.11", here))
    a_case = case(managers=[fmc], devices=[ftd], tunnels=[tunnel(fmc, ftd, state=known(TunnelState.DOWN, here))])

Fields that are no answer (labels, lists, flags) have the empty value of their type.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from analyzer.model.answer import Known, Missing
from analyzer.model.case import (
    Case,
    CertificateInCase,
    CertificateRole,
    Device,
    Failure,
    FailureReason,
    Manager,
    Tunnel,
)
from analyzer.model.certificate import Certificate, DistinguishedName
from analyzer.model.location import Evidence, Location

T = TypeVar("T")

MANAGER_UUID = "cdb123c8-4347-11ef-aca1-f3aa241412a1"
"""The UUID of the lab manager in Cisco document 222464."""


def utc(text: str) -> datetime:
    """``2024-10-14`` or ``2024-10-14T12:00:00``, in UTC."""
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


def at(artifact: str = "evidence.txt", member: str = "", *, line: int | None = 1, packet: int | None = None, text: str = "") -> Evidence:
    """Evidence: a line (the first, unless told) or a packet of an input."""
    return Evidence(Location(artifact, member, line=None if packet is not None else line, packet=packet), text or f"as in {artifact}")


def known(value: T, *evidence: Evidence, assumed: str = "") -> Known[T]:
    """A value with its evidence, the best first; `at()` when none is given."""
    return Known(value, evidence or (at(),), assumed)


def missing(why: str = "nothing in evidence says it", obtain: str = "the file that says it", *evidence: Evidence) -> Missing:
    """The reason why there is no value."""
    return Missing(why, obtain, evidence)


def name(common_name: str, *, title: str = "", organization: str = "Cisco Systems, Inc") -> DistinguishedName:
    """A distinguished name in the form that OpenSSL logs."""
    text = (f"/title={title}" if title else "") + f"/OU=Intrusion Management System/CN={common_name}/O={organization}"
    return DistinguishedName(
        der=text.encode(),
        text=text,
        title=title,
        common_name=common_name,
        organization=organization,
        organizational_unit="Intrusion Management System",
    )


def internal_ca_name(uuid: str = MANAGER_UUID) -> DistinguishedName:
    """The name of the InternalCA of the manager with this UUID (field notes 1, fact 2)."""
    return name(uuid, title="InternalCA")


def certificate(
    subject: DistinguishedName | str = "192.0.2.11",
    issuer: DistinguishedName | None = None,
    *,
    not_before: datetime | str = "2024-10-14",
    not_after: datetime | str = "2034-10-12",
    serial: int = 15,
    version: int = 3,
    key: str = "key of the leaf",
    evidence: Evidence | None = None,
) -> Certificate:
    """A certificate as read (not a real one: for rules and plans only its fields matter). ``key`` names its key: same name, same key."""
    subject = name(subject) if isinstance(subject, str) else subject
    issuer = internal_ca_name() if issuer is None else issuer
    begins = utc(not_before) if isinstance(not_before, str) else not_before
    ends = utc(not_after) if isinstance(not_after, str) else not_after
    der = repr((subject.text, issuer.text, serial, begins, ends, key)).encode()
    return Certificate(
        subject=subject,
        issuer=issuer,
        serial=serial,
        version=version,
        not_before=begins,
        not_after=ends,
        signature_algorithm="sha256WithRSAEncryption",
        key_type="RSA",
        key_bits=2048,
        key_sha256=hashlib.sha256(key.encode()).hexdigest(),
        sha256=hashlib.sha256(der).hexdigest(),
        is_ca=None,
        der=der,
        evidence=evidence or at("cert.pem"),
    )


def internal_ca(uuid: str = MANAGER_UUID, *, key: str = "key of the CA", evidence: Evidence | None = None, **given: Any) -> Certificate:
    """An InternalCA certificate: version 1, serial 0, self-issued."""
    return certificate(
        internal_ca_name(uuid), internal_ca_name(uuid), serial=0, version=1, key=key, evidence=evidence or at("cacert.pem"), **given
    )


def failure(reason: FailureReason = FailureReason.EXPIRED, **given: Any) -> Failure:
    """A failure of a tunnel, seen in a device's log unless told otherwise."""
    values: dict[str, Any] = {
        "reason": reason,
        "source": "log",
        "seen_by": "device",
        "verify_code": None,
        "alert": None,
        "failing_subject": "",
        "blames_root": False,
        "time": None,
        "text": f"the handshake failed ({reason.value})",
    }
    return Failure(**(values | _of(Failure, given)))


def manager(label: str = "fmc-1", *, key: str = "", **given: Any) -> Manager:
    """A manager. Answers that are not given are missing; its key is ``manager:<label>`` unless given."""
    return _build(Manager, {"key": key or f"manager:{label}", "label": label, "bundle_given": False, "ha_peer": ""} | given)


def device(label: str = "ftd-1", *, key: str = "", **given: Any) -> Device:
    """A device. Answers that are not given are missing; its key is ``device:<label>`` unless given."""
    return _build(Device, {"key": key or f"device:{label}", "label": label, "bundle_given": False} | given)


def tunnel(
    of: Manager | str = "manager:fmc-1", to: Device | str = "device:ftd-1", *, key: str = "", label: str = "", **given: Any
) -> Tunnel:
    """The tunnel between a manager and a device (the things, or their keys)."""
    manager_key, device_key = (one if isinstance(one, str) else one.key for one in (of, to))
    ends = [one.removeprefix("manager:").removeprefix("device:") if isinstance(one, str) else one.label for one in (of, to)]
    base = {
        "key": key or f"tunnel:{ends[0]}:{ends[1]}",
        "label": label or f"{ends[0]} - {ends[1]}",
        "manager": manager_key,
        "device": device_key,
    }
    return _build(Tunnel, base | given)


def certificate_in_case(
    a_certificate: Certificate, role: CertificateRole = CertificateRole.OTHER, *, key: str = "", label: str = "", owner: str = ""
) -> CertificateInCase:
    """A certificate of the case, seen where it says."""
    return CertificateInCase(
        key=key or f"certificate:{a_certificate.sha256[:16]}",
        label=label or a_certificate.subject.common_name,
        role=role,
        owner=owner,
        certificate=a_certificate,
        seen=(a_certificate.evidence,),
    )


def case(
    *,
    managers: Iterable[Manager] = (),
    devices: Iterable[Device] = (),
    tunnels: Iterable[Tunnel] = (),
    certificates: Iterable[CertificateInCase] = (),
    evidence_time: Known[datetime] | Missing | None = None,
    skew: Known[timedelta] | Missing | None = None,
) -> Case:
    """A case of these things. The time of the evidence is missing unless given."""
    return Case(
        managers=tuple(managers),
        devices=tuple(devices),
        tunnels=tuple(tunnels),
        certificates=tuple(certificates),
        private_keys=(),
        captures=(),
        clocks=(),
        evidence_time=evidence_time or missing("no time stamp in evidence", "a log or a bundle"),
        skew=skew or missing("no event that both ends logged", "the logs of both ends"),
        notices=(),
    )


def _build(kind: type[T], given: dict[str, Any]) -> T:
    """Fill in what is not given: tuples empty, answers missing with the field's name in the reason."""
    values = _of(kind, given)
    for name, hint in kind.__annotations__.items():
        if name in values:
            continue
        if hint.startswith("Answer["):
            values[name] = Missing(f"nothing in evidence says {name}", f"the source of {name}")
        elif hint.startswith("tuple["):
            values[name] = ()
    return kind(**values)


def _of(kind: type, given: dict[str, Any]) -> dict[str, Any]:
    """The given values, wrapped as known where a bare value was given for an answer; a misspelt one is refused."""
    types = kind.__annotations__
    unknown = sorted(set(given) - set(types))
    if unknown:
        raise TypeError(f"{kind.__name__} has no {', '.join(unknown)}")
    return {
        field: known(value) if types[field].startswith("Answer[") and not isinstance(value, Known | Missing) else value
        for field, value in given.items()
    }
