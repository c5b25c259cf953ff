"""Where a fact says who is who: the fields that hold names, and what identifies somebody in free text whatever line it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from analyzer.model.capture import CapturedConnection, CaptureRead
from analyzer.model.certificate import (
    Certificate,
    CertificateDates,
    ChainVerdict,
    DistinguishedName,
    EndCheck,
    Extension,
    KeyDigest,
    PrivateKey,
    RevocationList,
    UnreadableCertificate,
)
from analyzer.model.log import LogEvent
from analyzer.model.member import Damage
from analyzer.model.observed import ApplianceRecord, DeniedConnection, DoneByHand, HealthHint, PeerSerial, PortProbe
from analyzer.model.outputs import (
    AbsentFile,
    ApplianceIdentity,
    CertificateCopy,
    CredentialFile,
    FileDigest,
    GenerateCertsRun,
    IssuedSerial,
    ListedFile,
    ManagerEntry,
    PeersMapEntry,
    PeerStatus,
    PushFailure,
    ReachabilityNote,
    TunnelProcess,
)
from analyzer.model.passage import NamedInText, NotUnderstood, Passage
from analyzer.model.statements import Accepted, ApplianceStated, FileStated


class Identifier(StrEnum):
    """What kind of thing a value identifies; also the stem of its substitute."""

    HOST = "host"
    DOMAIN = "domain"
    ADDRESS = "address"
    UUID = "uuid"
    SERIAL = "serial"
    ACCOUNT = "account"
    ORGANISATION = "organisation"
    MAC = "mac"
    INPUT = "input"


NAMES: dict[type, tuple[str, ...]] = {
    Accepted: ("subject",),
    ApplianceRecord: ("name", "address", "uuid"),
    ApplianceStated: ("name", "same_as"),
    CapturedConnection: ("client", "server"),
    CertificateCopy: ("device_name",),
    CertificateDates: ("host", "presented_by"),
    ChainVerdict: ("presented_by",),
    CredentialFile: ("device_names",),
    DeniedConnection: ("source", "destination", "firewall"),
    DoneByHand: ("target",),
    FileStated: ("of",),
    GenerateCertsRun: ("host",),
    HealthHint: ("appliance", "reporter"),
    ListedFile: ("host",),
    LogEvent: ("host", "peer"),
    ManagerEntry: ("host", "identifier", "display_name"),
    NotUnderstood: ("host",),
    NamedInText: ("value",),
    Passage: ("host", "label"),
    PeerSerial: ("peer",),
    PeersMapEntry: ("manager_uuid", "label"),
    PeerStatus: ("peer_name", "peer_address", "peer_uuid", "host", "local_addresses"),
    PortProbe: ("target",),
    PushFailure: ("device_uuid", "device_name", "device_address", "manager_uuid"),
    ReachabilityNote: ("local_address", "peer_address"),
    TunnelProcess: ("host",),
}
"""Fields whose whole value is the name, address or UUID of an appliance. All other texts stand in `NAMELESS` or `DISTINGUISHED`."""

DISTINGUISHED: dict[type, tuple[str, ...]] = {
    CertificateDates: ("subject", "issuer"),
    ChainVerdict: ("subject",),
    DistinguishedName: ("text", "common_name", "organization", "organizational_unit"),
    IssuedSerial: ("subject",),
    LogEvent: ("name",),
    RevocationList: ("issuer",),
}
"""Fields that hold a distinguished name, in the form of OpenSSL: its parts identify."""

NAMELESS: dict[type, tuple[str, ...]] = {
    AbsentFile: ("path",),
    ApplianceIdentity: ("key", "value", "path"),  # of the host name see `named_by`
    ApplianceRecord: ("version", "build", "model", "registration", "role"),
    ApplianceStated: ("role", "time_zone"),
    CapturedConnection: ("tls_version", "certificates_hidden", "software_why"),
    CaptureRead: ("dissector", "note"),
    Certificate: ("signature_algorithm", "key_type", "key_sha256", "sha256", "curve", "unread", "path"),
    CertificateDates: ("path", "sha256"),
    ChainVerdict: ("text", "leaf_path", "ca_path"),
    Damage: ("reason",),
    DeniedConnection: ("message", "rule"),
    DistinguishedName: ("title",),
    EndCheck: ("path",),
    Extension: ("name", "text"),  # of alternative names see `named_by`
    FileDigest: ("path", "algorithm", "digest"),
    FileStated: ("file",),
    GenerateCertsRun: ("failed",),  # see `named_by`
    IssuedSerial: ("status",),
    KeyDigest: ("path", "form", "digest"),
    ListedFile: ("name", "size", "mode", "owner", "group", "folder"),  # of the accounts see `named_by`
    LogEvent: ("time_text", "time_assumed", "level", "message", "verify_text"),
    ManagerEntry: ("registration", "version", "build", "management_type"),
    NotUnderstood: ("words",),
    Passage: ("user", "folder", "command"),  # of the account see `named_by`
    PeerSerial: ("service",),
    PeerStatus: ("registration", "last_disconnect_reason", "sw_version", "sw_build", "interface", "command", "paths"),
    PortProbe: ("tool",),
    PrivateKey: ("key_sha256", "reason"),
    PushFailure: ("source_path", "destination_path"),
    ReachabilityNote: ("state",),
    RevocationList: ("path",),
    TunnelProcess: ("program",),
    UnreadableCertificate: ("reason",),
}
"""Fields in which an identifier may stand in other text, where it is found by its look (`named_in`) or because it is known from elsewhere;
or that hold words of the appliance alone. The test of the redaction fails for a field of a fact that stands in none of the three tables.
"""

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

_ATTRIBUTE = re.compile(r"/([A-Za-z][A-Za-z0-9.]{0,60}|\d[\d.]{2,60})=([^/]{1,400}(?:/(?![A-Za-z0-9.]{1,60}=)[^/]{0,400})*)(?=/)")
_OF_NOBODY = ("C", "COUNTRYNAME", "TITLE")

UUID = re.compile(r"(?<![0-9a-fA-F-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F-])")
CUT_UUID = re.compile(r"(?<![0-9a-fA-F-])[0-9a-fA-F]{8}-[0-9a-fA-F-]{0,26}$")
IPV4 = re.compile(r"(?<![0-9A-Za-uw-z.])(?<![0-9A-Za-z]v)(?:\d{1,3}\.){3}\d{1,3}(?![0-9A-Za-z]|\.\d)")
IPV6 = re.compile(r"(?<![0-9A-Za-z:.])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![0-9A-Za-z:])")
_PROMPT = re.compile(r"(?<![\w.-])([A-Za-z_][\w.-]{0,63})@([A-Za-z0-9][\w.-]{0,253})")
_HOME = re.compile(r"(?<![\w.-])(?:home|Users)[/\\]([^/\\\s:]{1,64})")
_ACCOUNT = re.compile(r"(?i)(?<![\w])(?:user(?:name)?|login|account)(?:[ _]name)?['\"]?\s{0,3}[:=]\s{0,3}['\"]?([A-Za-z_][\w.-]{0,63})")
_SERIAL = re.compile(
    r"(?i)(?<![\w])(?:chassis[ _-]?)?serial(?:[ _-]?(?:number|num|no|id))?\.?['\"]?\s{0,3}[:=]\s{0,3}['\"]?([A-Za-z0-9-]{5,32})"
)
_LOGIN = re.compile(
    r"(?:Invalid user|(?:Failed|Accepted) (?:password|publickey|none|keyboard-interactive\S{0,8}|certificate) for(?: invalid user)?"
    r"|session (?:opened|closed) for user|authentication failure; .{0,80}? user=) ?([A-Za-z_][\w.-]{0,63})"
    r"|sudo:\s{1,8}([A-Za-z_][\w.-]{0,63}) : TTY="
)
_SERIAL_SHORT = re.compile(r"(?<![A-Za-z0-9])(?:S/N|SN|serial)\s{0,2}[:#=]?\s{1,3}([A-Za-z0-9]{8,20})(?![A-Za-z0-9])")
MAC = re.compile(
    r"(?<![0-9A-Fa-f:.-])(?:[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}"
    r"|[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2})(?![0-9A-Fa-f:.-])"
)
_CISCO_SERIAL = re.compile(r"(?<![A-Za-z0-9])[A-Z]{3}\d{4}[0-9A-Z]{4}(?![A-Za-z0-9])")
"""Three letters of the site, year and week, four characters: the form that Cisco prints on a chassis."""


def named_by(fact: Any) -> Iterator[tuple[Identifier, str]]:
    """What a fact's fields name. Addresses and UUIDs are told by their look, so a field may hold any of the three."""
    for field in NAMES.get(type(fact), ()):
        value = getattr(fact, field)
        for one in value if isinstance(value, tuple) else (value,):
            yield Identifier.HOST, one
    if not isinstance(fact, DistinguishedName):
        for field in DISTINGUISHED.get(type(fact), ()):
            yield from _parts(getattr(fact, field))
    match fact:
        case Certificate():
            for name in (fact.subject, fact.issuer):
                yield from _parts(name.text)
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
        case Passage():
            yield Identifier.ACCOUNT, fact.user.rstrip("#$>")


def _parts(name: str) -> Iterator[tuple[Identifier, str]]:
    """The parts of a distinguished name that identify: of every attribute but the country, whatever the certificate calls it."""
    for attribute, value in _ATTRIBUTE.findall(f"{name}/"):
        if attribute.upper() not in _OF_NOBODY and len(value) > 2:
            yield Identifier.HOST if attribute.upper() == "CN" else Identifier.ORGANISATION, value


def named_in(text: str) -> Iterator[tuple[Identifier, str]]:
    """What identifies somebody in a line of evidence or a path. Addresses and UUIDs are found when the text is rewritten."""
    if "@" in text:
        for account, host in _PROMPT.findall(text):
            yield Identifier.ACCOUNT, account
            yield Identifier.HOST, host.rstrip(".")
    for names in _LOGIN.findall(text):
        yield Identifier.ACCOUNT, "".join(names)
    for pattern in (_HOME, _ACCOUNT):
        for account in pattern.findall(text):
            yield Identifier.ACCOUNT, account
    for mac in MAC.findall(text):
        yield Identifier.MAC, mac
    for pattern in (_SERIAL, _CISCO_SERIAL, _SERIAL_SHORT):
        for serial in pattern.findall(text):
            if any(one.isdigit() for one in serial):
                yield Identifier.SERIAL, serial
