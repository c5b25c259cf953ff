"""A case from a short listing of what is known, for the tests of rules.

::

    manager fmc-1:
      internal_ca_not_after: 2034-10-12T10:12:50Z @ fmc.tar.gz!/etc/sf/ca_root/cacert.pem:1
      tunnels_down: [ftd-1]
    tunnel fmc-1 ftd-1:
      state: down @ brief.txt:2
      failure: {at: messages:7, reason: expired}
      push_failed: {missing: the list is cut, obtain: the whole FAILED_PUSH}

Names are the fields of `analyzer.model.case`; what is not listed is missing (an answer) or empty. ``value @ place`` says where a value was
read; a thing with fields, and a value that needs more, is a mapping with ``at``. A certificate without dates is valid at any
time. A span of time is ``90s`` or ``-90s``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from analyzer.model.answer import Known, Missing
from analyzer.model.case import Case, CertificateInCase, Device, Manager, Tunnel
from analyzer.model.certificate import Certificate, DistinguishedName
from analyzer.model.location import NESTED, Evidence, Location
from analyzer.rulefiles.node import Node, did_you_mean

ANSWER_FIELDS = ("value", "at", "assumed", "missing", "obtain")
_EVER = datetime(9999, 12, 31, tzinfo=UTC)
_NEVER = datetime(1950, 1, 1, tzinfo=UTC)
_SPAN = re.compile(r"-?\d{1,9}s")
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


def build_case(listing: Node, evidence_time: datetime | None) -> Case:
    """The case that a listing describes. Raises `RuleError` for names and values that cannot be."""
    managers: dict[str, Manager] = {}
    devices: dict[str, Device] = {}
    tunnels: list[Tunnel] = []
    certificates: list[CertificateInCase] = []
    for heading, node in listing.mapping.items():
        kind, *names = heading.split()
        match kind, names:
            case "manager", [name]:
                managers[name] = _thing(Manager, node, _nowhere(name), key=f"manager:{name}", label=name)
            case "device", [name]:
                devices[name] = _thing(Device, node, _nowhere(name), key=f"device:{name}", label=name)
            case "tunnel", [manager, device]:
                ends = {"manager": f"manager:{manager}", "device": f"device:{device}"}
                label = f"{manager} {device}"
                tunnels.append(_thing(Tunnel, node, _nowhere(label), key=f"tunnel:{manager}:{device}", label=label, **ends))
            case "certificate", [name]:
                certificates.append(_certificate(node, name))
            case _:
                raise node.error(f"'{heading}' is no manager NAME, device NAME, tunnel MANAGER DEVICE or certificate NAME")
    for tunnel in tunnels:
        for name, key in zip(tunnel.label.split(), (tunnel.manager, tunnel.device), strict=True):
            if key.startswith("manager:") and name not in managers:
                managers[name] = _thing(Manager, None, _nowhere(name), key=key, label=name)
            elif key.startswith("device:") and name not in devices:
                devices[name] = _thing(Device, None, _nowhere(name), key=key, label=name)
    return Case(
        managers=tuple(managers.values()),
        devices=tuple(devices.values()),
        tunnels=tuple(tunnels),
        certificates=tuple(certificates),
        private_keys=(),
        captures=(),
        clocks=(),
        evidence_time=Missing("the listing has no evidence_time", "evidence_time") if evidence_time is None else Known(evidence_time, ()),
        skew=Missing("the listing has no skew", ""),
        notices=(),
    )


def parse_time(node: Node, text: str | None = None) -> datetime:
    """A moment in UTC: ``2034-10-12`` or ``2034-10-12T10:12:50Z``."""
    written = node.text if text is None else text
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise node.error(f"'{written}' is no time such as 2034-10-12T10:12:50Z") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def parse_place(text: str) -> Evidence:
    """The evidence at ``artifact``, ``artifact:line``, ``artifact!/member:line`` or ``artifact packet 12``, as a `Location` prints."""
    line = packet = None
    source, _, number = text.rpartition(":")
    if source and number.isdecimal():
        line = int(number)
    else:
        source, _, number = text.rpartition(" packet ")
        if source and number.isdecimal():
            packet = int(number)
        else:
            source = text
    artifact, _, member = source.partition(NESTED)
    return Evidence(Location(artifact, member, line=line, packet=packet), f"what stands at {text}")


def _nowhere(name: str) -> Evidence:
    return Evidence(Location(f"unnamed evidence of {name}"), "")


@cache
def _hints(kind: type[Struct]) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {name: hints[name] for name in kind.__struct_fields__}


def _thing(kind: type[Struct], node: Node | None, place: Evidence, **fixed: str) -> Any:
    """A class of the model, from a mapping of its fields."""
    hints = _hints(kind)
    given = node.mapping if node is not None and node.value != "" else {}
    if "at" in given:
        place = parse_place(given["at"].text)
    for name in given:
        if name != "at" and (name not in hints or name in fixed):
            raise given[name].error(f"a {kind.__name__} has no '{name}' here{did_you_mean(name, set(hints) - set(fixed))}")
    values = {name: fixed[name] if name in fixed else _field(name, hint, given.get(name), place) for name, hint in hints.items()}
    return kind(**values)


def _certificate(node: Node, name: str) -> CertificateInCase:
    """A certificate of the case: role and owner beside the fields of the certificate itself."""
    own = {"role": node.mapping.get("role"), "owner": node.mapping.get("owner")}
    inner = Node(node.path, node.line, {key: value for key, value in node.mapping.items() if key not in own}, node.key_lines)
    certificate: Certificate = _thing(Certificate, inner, _nowhere(name))
    hints = _hints(CertificateInCase)
    return CertificateInCase(
        key=f"certificate:{name}",
        label=name,
        role=_field("role", hints["role"], own["role"], certificate.evidence),
        owner=_field("owner", hints["owner"], own["owner"], certificate.evidence),
        certificate=certificate,
        seen=(certificate.evidence,),
    )


def _field(name: str, hint: Any, node: Node | None, place: Evidence) -> Any:
    """One field, from what is given or the empty value of its type."""
    arguments = get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        (real,) = (one for one in arguments if one not in (Missing, NoneType))
        if Missing in arguments:
            return _answer(name, get_args(real)[0], node, place)
        return None if node is None else _field(name, real, node, place)
    if hint is Evidence:
        return place
    if node is None:
        return _empty(name, hint)
    if get_origin(hint) is tuple:
        kinds = arguments[:1] * len(node.items) if Ellipsis in arguments else arguments
        return tuple(_field(name, kind, item, place) for kind, item in zip(kinds, node.items, strict=False))
    if hint is DistinguishedName and isinstance(node.value, str):
        return DistinguishedName(der=node.text.encode(), text=node.text)
    return _thing(hint, node, place) if isinstance(hint, type) and issubclass(hint, Struct) else _scalar(hint, node, node.text)


def _answer(name: str, kind: Any, node: Node | None, place: Evidence) -> Known[Any] | Missing:
    if node is None:
        return Missing(f"the listing does not say {name}", name)
    if isinstance(node.value, str):
        text, mark, where = node.text.rpartition(" @ ")
        return Known(_scalar(kind, node, text if mark else where), (parse_place(where) if mark else place,))
    if isinstance(node.value, Mapping) and "missing" in node.value:
        own = node.fields(ANSWER_FIELDS, ("missing", "obtain"))
        return Missing(own["missing"].text, own["obtain"].text, (parse_place(own["at"].text),) if "at" in own else ())
    if isinstance(node.value, Mapping):
        place = parse_place(node.value["at"].text) if "at" in node.value else place
        if "value" in node.value:
            own = node.fields(ANSWER_FIELDS, ("value",))
            return Known(_scalar(kind, node, own["value"].text), (place,), own["assumed"].text if "assumed" in own else "")
    return Known(_field(name, kind, node, place), (place,))


def _scalar(kind: Any, node: Node, text: str) -> Any:
    if kind is datetime:
        return parse_time(node, text)
    if kind is bool:
        if text not in _TRUTH:
            raise node.error(f"'{text}' is neither true nor false")
        return _TRUTH[text]
    if kind is bytes:
        return text.encode()
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        values = [item.value for item in kind]
        if text not in values:
            raise node.error(f"'{text}' is no {kind.__name__}{did_you_mean(text, values)}")
        return kind(text)
    if kind is timedelta:
        if not _SPAN.fullmatch(text):
            raise node.error(f"'{text}' is no span of seconds such as 90s or -90s")
        return timedelta(seconds=int(text.removesuffix("s")))
    if kind is int:
        try:
            return int(text)
        except ValueError as error:
            raise node.error(f"'{text}' is no number") from error
    if kind is not str:
        raise node.error("this has fields: write a mapping")
    return text


def _empty(name: str, hint: Any) -> Any:
    if get_origin(hint) is tuple:
        return ()
    if hint is datetime:
        return _NEVER if name == "not_before" else _EVER
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return next(iter(hint))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _thing(hint, None, _nowhere(name))
    return {str: "", int: 0, bool: False, bytes: b"", timedelta: timedelta()}[hint]
