"""Where a fact says who is who: the fields that hold names, and what identifies somebody in free text whatever line it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from analyzer.model.capture import CapturedConnection
from analyzer.model.certificate import Certificate, CertificateDates
from analyzer.model.log import LogEvent
from analyzer.model.outputs import (
    ApplianceIdentity,
    CertificateCopy,
    CredentialFile,
    GenerateCertsRun,
    ListedFile,
    ManagerEntry,
    PeersMapEntry,
    PeerStatus,
    PushFailure,
    ReachabilityNote,
    TunnelProcess,
)
from analyzer.model.passage import Passage


class Identifier(StrEnum):
    """What kind of thing a value identifies; also the stem of its substitute."""

    HOST = "host"
    DOMAIN = "domain"
    ADDRESS = "address"
    UUID = "uuid"
    SERIAL = "serial"
    ACCOUNT = "account"
    ORGANISATION = "organisation"


NAMES: dict[type, tuple[str, ...]] = {
    CapturedConnection: ("client", "server"),
    CertificateCopy: ("device_name",),
    CertificateDates: ("host",),
    CredentialFile: ("device_names",),
    GenerateCertsRun: ("host",),
    LogEvent: ("host", "peer"),
    ManagerEntry: ("host", "identifier", "display_name"),
    Passage: ("host", "label"),
    PeersMapEntry: ("manager_uuid", "label"),
    PeerStatus: ("peer_name", "peer_address", "peer_uuid", "host", "local_addresses"),
    PushFailure: ("device_uuid", "device_name", "device_address", "manager_uuid"),
    ReachabilityNote: ("local_address", "peer_address"),
    TunnelProcess: ("host",),
}
"""Fields whose whole value is the name, address or UUID of a box. Facts not listed have none, but for those of `named_by`."""

COMMON = frozenset(
    (
        *(
            "localhost",
            "firepower",
            "fmc",
            "ftd",
            "cisco",
            "sftunnel",
            "internalca",
            "manager",
            "device",
            "none",
            "unknown",
            "any",
            "default",
        ),
        *("ll-ca", "light registration", "intrusion management system", "firewall management center", "sourcefire", "sourcefire, inc."),
        *("talos", "keymaster ca", "keymaster ca 2", "cisco systems", "cisco systems, inc", "cisco systems, inc."),
    )
)
"""Words that every appliance or document has: they identify nobody, and are left as they are."""

SYSTEM_ACCOUNTS = frozenset(
    (
        *("root", "admin", "www", "wheel", "detection", "external", "sfrule", "sfremediation", "sfsnort", "sf", "enable_15"),
        *("mysql", "nobody", "daemon", "bin", "sys", "user", "users"),
    )
)
"""Accounts that come with the appliance."""

UUID = re.compile(r"(?<![0-9a-fA-F-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F-])")
CUT_UUID = re.compile(r"(?<![0-9a-fA-F-])[0-9a-fA-F]{8}-[0-9a-fA-F-]{0,26}$")
IPV4 = re.compile(r"(?<![0-9A-Za-z.])(?:\d{1,3}\.){3}\d{1,3}(?![0-9A-Za-z]|\.\d)")
IPV6 = re.compile(r"(?<![0-9A-Za-z:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![0-9A-Za-z:])")
_PROMPT = re.compile(r"(?<![\w.-])([A-Za-z_][\w.-]{0,63})@([A-Za-z0-9][\w.-]{0,253})")
_HOME = re.compile(r"(?<![\w.-])(?:home|Users)[/\\]([^/\\\s:]{1,64})")
_ACCOUNT = re.compile(r"(?i)(?<![\w])(?:user(?:name)?|login|account)(?:[ _]name)?['\"]?\s{0,3}[:=]\s{0,3}['\"]?([A-Za-z_][\w.-]{0,63})")
_SERIAL = re.compile(
    r"(?i)(?<![\w])(?:chassis[ _-]?)?serial(?:[ _-]?(?:number|num|no|id))?\.?['\"]?\s{0,3}[:=]\s{0,3}['\"]?([A-Za-z0-9-]{5,32})"
)
_CISCO_SERIAL = re.compile(r"(?<![A-Za-z0-9])[A-Z]{3}\d{4}[0-9A-Z]{4}(?![A-Za-z0-9])")
"""Three letters of the site, year and week, four characters: the form that Cisco prints on a chassis."""


def named_by(fact: Any) -> Iterator[tuple[Identifier, str]]:
    """What a fact's fields name. Addresses and UUIDs are told by their look, so a field may hold any of the three."""
    for field in NAMES.get(type(fact), ()):
        value = getattr(fact, field)
        for one in value if isinstance(value, tuple) else (value,):
            yield Identifier.HOST, one
    match fact:
        case Certificate():
            for name in (fact.subject, fact.issuer):
                yield Identifier.HOST, name.common_name
                yield Identifier.ORGANISATION, name.organization
                yield Identifier.ORGANISATION, name.organizational_unit
            for extension in fact.extensions:
                if extension.name.endswith("Alternative Name"):
                    for name_of_it in extension.text.split(", "):
                        yield Identifier.HOST, name_of_it.partition(":")[2]
        case ApplianceIdentity(key="HOSTNAME"):
            yield Identifier.HOST, fact.value
        case GenerateCertsRun():
            for device, _, _ in fact.failed:
                yield Identifier.HOST, device
        case ListedFile():
            for account in (fact.owner, fact.group):
                if not account.isdigit():
                    yield Identifier.ACCOUNT, account


def named_in(text: str) -> Iterator[tuple[Identifier, str]]:
    """What identifies somebody in a line of evidence or a path. Addresses and UUIDs are found when the text is rewritten."""
    if "@" in text:
        for account, host in _PROMPT.findall(text):
            yield Identifier.ACCOUNT, account
            yield Identifier.HOST, host.rstrip(".")
    for pattern in (_HOME, _ACCOUNT):
        for account in pattern.findall(text):
            yield Identifier.ACCOUNT, account
    for pattern in (_SERIAL, _CISCO_SERIAL):
        for serial in pattern.findall(text):
            if any(one.isdigit() for one in serial):
                yield Identifier.SERIAL, serial
