"""What the report calls things: every enumeration of the model in words for people, with the tone that it is shown in.

A tone is a colour and a sign and stands beside the words, never in place of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from analyzer.model.capture import ConnectionOutcome
from analyzer.model.case import CertificateRole, IssuedBy, TunnelState
from analyzer.model.finding import Severity, State, SubjectKind
from analyzer.model.log import AttemptOutcome, Side
from analyzer.model.member import DamageKind
from analyzer.model.plan import ArgumentKind, Place, Risk, Situation


class Tone(StrEnum):
    """How a thing stands, from worst to best; UNKNOWN ranks above GOOD: silence is never clear."""

    CRITICAL = "critical"
    WARNING = "warning"
    UNKNOWN = "unknown"
    NEUTRAL = "neutral"
    GOOD = "good"


SIGNS = {Tone.CRITICAL: "✖", Tone.WARNING: "▲", Tone.UNKNOWN: "?", Tone.NEUTRAL: "•", Tone.GOOD: "✓"}
"""Seen in black and white as well."""


def worst_of(tones: list[Tone]) -> Tone:
    """The worst of the tones; GOOD when there is none."""
    order = list(Tone)
    return min(tones, key=order.index, default=Tone.GOOD)


@dataclass(frozen=True, slots=True)
class Label:
    """Words for one value, and its tone."""

    text: str
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True)
class PlaceLabel:
    """Where a command is typed, and how a person gets there."""

    text: str
    how: str


SITUATIONS = {
    Situation.HEALTHY: Label("Healthy", Tone.GOOD),
    Situation.RENEW_IN_TIME: Label("Renew in time", Tone.WARNING),
    Situation.EXPIRED_CONNECTED: Label("Expired, still connected", Tone.CRITICAL),
    Situation.EXPIRED_DOWN: Label("Expired, tunnel down", Tone.CRITICAL),
    Situation.EXPIRED_MIXED: Label("Expired, some tunnels down", Tone.CRITICAL),
    Situation.EXPIRED_UNKNOWN: Label("Expired, tunnel state not in evidence", Tone.CRITICAL),
    Situation.MISSED_RENEWAL: Label("Missed the renewal", Tone.CRITICAL),
    Situation.PARTIAL_COPY: Label("Certificates copied only in part", Tone.CRITICAL),
    Situation.ANOTHER_MANAGER: Label("Belongs to another manager", Tone.CRITICAL),
    Situation.LOOK_ELSEWHERE: Label("Down, certificates are fine", Tone.WARNING),
    Situation.NOT_APPLICABLE: Label("Not concerned", Tone.NEUTRAL),
    Situation.UNKNOWN: Label("Could not tell", Tone.UNKNOWN),
}

TUNNEL_STATES = {
    TunnelState.CONNECTED: Label("Connected", Tone.GOOD),
    TunnelState.DEGRADED: Label("One channel down", Tone.WARNING),
    TunnelState.DOWN: Label("Down", Tone.CRITICAL),
}

PLACES = {
    Place.FMC_EXPERT: PlaceLabel("FMC expert mode, as root", "on the FMC command line: expert, then sudo su"),
    Place.FTD_CLISH: PlaceLabel("FTD command line", "at the > prompt of the FTD, before expert"),
    Place.FTD_EXPERT: PlaceLabel("FTD expert mode, as root", "on the FTD command line: expert, then sudo su"),
    Place.WORKSTATION: PlaceLabel("Workstation", "in a terminal of your own computer or a jump server"),
    Place.FMC_WEB: PlaceLabel("FMC web interface", "in a browser, as an administrator"),
}

RISKS = {
    Risk.SAFE: Label("Safe", Tone.GOOD),
    Risk.DISRUPTIVE: Label("Disruptive", Tone.WARNING),
    Risk.IRREVERSIBLE: Label("Cannot be undone", Tone.CRITICAL),
}

STATES = {
    State.AFFECTED: Label("Affected", Tone.CRITICAL),
    State.AT_RISK: Label("At risk", Tone.WARNING),
    State.CLEAR: Label("Clear", Tone.GOOD),
    State.UNKNOWN: Label("Could not tell", Tone.UNKNOWN),
    State.NOT_APPLICABLE: Label("Not applicable", Tone.NEUTRAL),
    State.ERROR: Label("The rule failed", Tone.UNKNOWN),
}

SEVERITIES = {
    Severity.CRITICAL: Label("Critical", Tone.CRITICAL),
    Severity.HIGH: Label("High", Tone.CRITICAL),
    Severity.MEDIUM: Label("Medium", Tone.WARNING),
    Severity.LOW: Label("Low", Tone.WARNING),
    Severity.INFO: Label("Information", Tone.NEUTRAL),
}

ISSUERS = {
    IssuedBy.CURRENT_CA: Label("signed by the CA in force", Tone.GOOD),
    IssuedBy.PREVIOUS_CA: Label("signed by a previous CA of this manager", Tone.CRITICAL),
    IssuedBy.SAME_NAME_OTHER_KEY: Label("signed by a CA of the same name whose key is not in evidence", Tone.CRITICAL),
    IssuedBy.ANOTHER_MANAGER: Label("signed by the CA of another manager", Tone.CRITICAL),
}

ROLES = {
    CertificateRole.INTERNAL_CA: "InternalCA",
    CertificateRole.MANAGER_LEAF: "Manager certificate",
    CertificateRole.DEVICE_LEAF: "Device certificate",
    CertificateRole.TUNNEL_LEAF: "Tunnel certificate, box not known",
    CertificateRole.LIGHT_REGISTRATION: "Light registration (not the tunnel's)",
    CertificateRole.OTHER: "Other (not the tunnel's)",
}

ATTEMPTS = {
    AttemptOutcome.ESTABLISHED: Label("Established", Tone.GOOD),
    AttemptOutcome.HANDSHAKE_FAILED: Label("Handshake failed", Tone.CRITICAL),
    AttemptOutcome.TCP_FAILED: Label("Not reached", Tone.CRITICAL),
    AttemptOutcome.UNKNOWN: Label("End not seen", Tone.UNKNOWN),
}

SIDES = {Side.MANAGER: "manager", Side.DEVICE: "device", Side.UNKNOWN: "not told"}

CONNECTIONS = {
    ConnectionOutcome.NO_ANSWER: Label("No answer to SYN", Tone.CRITICAL),
    ConnectionOutcome.REFUSED: Label("Refused (RST to SYN)", Tone.CRITICAL),
    ConnectionOutcome.NOT_TLS: Label("Not TLS", Tone.WARNING),
    ConnectionOutcome.CLOSED_BEFORE_HANDSHAKE: Label("Closed before the handshake", Tone.CRITICAL),
    ConnectionOutcome.HANDSHAKE_REFUSED: Label("Handshake refused", Tone.CRITICAL),
    ConnectionOutcome.COMPLETED: Label("Completed", Tone.GOOD),
    ConnectionOutcome.INCOMPLETE: Label("Not seen to its end", Tone.UNKNOWN),
}

ARGUMENTS = {
    ArgumentKind.UUID: "UUID",
    ArgumentKind.ADDRESS: "Address",
    ArgumentKind.PATH: "Path",
    ArgumentKind.NAME: "Name",
    ArgumentKind.EPOCH: "Unix time",
    ArgumentKind.DATE: "Date",
}

DAMAGES = {
    DamageKind.DAMAGED: "Damaged",
    DamageKind.LIMIT: "Limit reached",
    DamageKind.UNSUPPORTED: "Not supported",
    DamageKind.ENCRYPTED: "Encrypted",
    DamageKind.ERROR: "Could not be read",
}

SUBJECTS = {
    SubjectKind.MANAGER: "Manager",
    SubjectKind.DEVICE: "Device",
    SubjectKind.TUNNEL: "Tunnel",
    SubjectKind.CERTIFICATE: "Certificate",
}

MISSING_THINGS: Mapping[str, str] = {
    "manager.internal_ca": "the InternalCA in force",
    "manager.internal_ca_not_after": "the end of the InternalCA",
    "manager.internal_ca_not_before": "the start of the InternalCA",
    "tunnel.state": "the state of the tunnel",
    "tunnel.failure": "why the tunnel fails",
    "tunnel.device_leaf": "the device's certificate",
    "tunnel.device_leaf_issued_by": "who signed the device's certificate",
    "tunnel.device_ca": "the device's copy of the CA",
    "tunnel.device_ca_is_current": "whether the device holds the CA in force",
    "tunnel.leaf_matches_key": "whether the device's key belongs to its certificate",
    "tunnel.push_failed": "whether the newest renewal reached the device",
    "tunnel.certificates_copied": "whether the files were copied afterwards",
    "manager.version_number": "the manager's release",
}
"""What a missing value is called, for the names that rules use most."""
