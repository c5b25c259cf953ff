"""What the report calls things: every enumeration of the model in words for people, with the tone that it is shown in.

The tables hold English, marked for the catalogues; it is translated where it is shown, never when this module is loaded.
A tone is a colour and a sign and stands beside the words, never in place of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from analyzer.model.capture import ConnectionOutcome, Sender
from analyzer.model.case import CertificateRole, IssuedBy, TunnelState
from analyzer.model.finding import Severity, State, SubjectKind
from analyzer.model.log import AttemptOutcome, Side
from analyzer.model.member import DamageKind
from analyzer.model.plan import ArgumentKind, Place, Risk, Situation
from analyzer.texts import N_, _


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


class Label(Struct, frozen=True):
    """Words for one value (``english`` is the message id), and its tone."""

    english: str
    tone: Tone = Tone.NEUTRAL

    @property
    def text(self) -> str:
        """The words in the language that is spoken."""
        return _(self.english)

    @property
    def inline(self) -> str:
        """The same within a sentence."""
        return self.text.lower()


class PlaceLabel(Struct, frozen=True):
    """Where a command is typed, and how a person gets there: message ids, and in the language that is spoken."""

    english: str
    english_how: str

    @property
    def text(self) -> str:
        """The name of the place."""
        return _(self.english)

    @property
    def how(self) -> str:
        """How to get there."""
        return _(self.english_how)


WORK_TO_FINISH = Label(N_("Certificate valid, work to finish"), Tone.WARNING)
"""A healthy FMC on which steps are left, such as copies to devices that missed its renewal."""

SITUATIONS = {
    Situation.HEALTHY: Label(N_("Healthy"), Tone.GOOD),
    Situation.RENEW_IN_TIME: Label(N_("Expires soon"), Tone.WARNING),
    Situation.EXPIRED_CONNECTED: Label(N_("Expired, still connected"), Tone.CRITICAL),
    Situation.EXPIRED_DOWN: Label(N_("Expired, tunnel down"), Tone.CRITICAL),
    Situation.EXPIRED_MIXED: Label(N_("Expired, some tunnels down"), Tone.CRITICAL),
    Situation.EXPIRED_UNKNOWN: Label(N_("Expired, tunnel state unknown"), Tone.CRITICAL),
    Situation.MISSED_RENEWAL: Label(N_("Missed the renewal"), Tone.CRITICAL),
    Situation.PARTIAL_COPY: Label(N_("Incomplete or incorrect copy"), Tone.CRITICAL),
    Situation.RESTART_DUE: Label(N_("New certificates, not restarted yet"), Tone.WARNING),
    Situation.ANOTHER_MANAGER: Label(N_("Belongs to another FMC"), Tone.CRITICAL),
    Situation.NOT_REGISTERED: Label(N_("Not registered"), Tone.WARNING),
    Situation.LOOK_ELSEWHERE: Label(N_("Other cause than an expired CA"), Tone.WARNING),
    Situation.NOT_APPLICABLE: Label(N_("Not affected"), Tone.NEUTRAL),
    Situation.UNKNOWN: Label(N_("Unknown"), Tone.UNKNOWN),
}

EACH_FOR_ITSELF = (Situation.LOOK_ELSEWHERE, Situation.PARTIAL_COPY, Situation.NOT_REGISTERED)
"""Situations in which every box has a reason of its own, which the label does not tell."""

TUNNEL_STATES = {
    TunnelState.CONNECTED: Label(N_("Connected"), Tone.GOOD),
    TunnelState.DEGRADED: Label(N_("One channel down"), Tone.WARNING),
    TunnelState.DOWN: Label(N_("Down"), Tone.CRITICAL),
}

PLACES = {
    Place.FMC_EXPERT: PlaceLabel(N_("FMC expert mode, as root"), N_("on the FMC command line: expert, then sudo su")),
    Place.FTD_CLISH: PlaceLabel(N_("FTD command line"), N_("at the > prompt of the FTD, before expert")),
    Place.FTD_EXPERT: PlaceLabel(N_("FTD expert mode, as root"), N_("on the FTD command line: expert, then sudo su")),
    Place.WORKSTATION: PlaceLabel(N_("Workstation"), N_("in a terminal on your own computer or a jump server")),
    Place.FMC_WEB: PlaceLabel(N_("FMC web interface"), N_("in a browser, as an administrator")),
}

RISKS = {
    Risk.SAFE: Label(N_("Safe"), Tone.GOOD),
    Risk.DISRUPTIVE: Label(N_("Disruptive"), Tone.WARNING),
    Risk.IRREVERSIBLE: Label(N_("Cannot be undone"), Tone.CRITICAL),
}

RISK_MEANINGS = {
    Risk.SAFE: N_("only reads, or changes nothing important"),
    Risk.DISRUPTIVE: N_("changes files or processes, or closes a connection"),
    Risk.IRREVERSIBLE: N_("no command takes it back"),
}
"""The legend of the risks."""

STATES = {
    State.AFFECTED: Label(N_("Affected"), Tone.CRITICAL),
    State.AT_RISK: Label(N_("At risk"), Tone.WARNING),
    State.CLEAR: Label(N_("Clear"), Tone.GOOD),
    State.UNKNOWN: Label(N_("Unknown"), Tone.UNKNOWN),
    State.NOT_APPLICABLE: Label(N_("Not applicable"), Tone.NEUTRAL),
    State.ERROR: Label(N_("The rule failed"), Tone.UNKNOWN),
}

SEVERITIES = {
    Severity.CRITICAL: Label(N_("Critical"), Tone.CRITICAL),
    Severity.HIGH: Label(N_("High"), Tone.CRITICAL),
    Severity.MEDIUM: Label(N_("Medium"), Tone.WARNING),
    Severity.LOW: Label(N_("Low"), Tone.WARNING),
    Severity.INFO: Label(N_("Information"), Tone.NEUTRAL),
}

ISSUERS = {
    IssuedBy.CURRENT_CA: Label(N_("signed by the current CA"), Tone.GOOD),
    IssuedBy.PREVIOUS_CA: Label(N_("signed by a previous CA of this FMC"), Tone.CRITICAL),
    IssuedBy.SAME_NAME_OTHER_KEY: Label(N_("signed by a CA of the same name whose key is not in the evidence"), Tone.CRITICAL),
    IssuedBy.ANOTHER_MANAGER: Label(N_("signed by the CA of another FMC"), Tone.CRITICAL),
}

ROLES = {
    CertificateRole.INTERNAL_CA: N_("InternalCA"),
    CertificateRole.MANAGER_LEAF: N_("FMC certificate"),
    CertificateRole.DEVICE_LEAF: N_("Device certificate"),
    CertificateRole.TUNNEL_LEAF: N_("Tunnel certificate, appliance unknown"),
    CertificateRole.LIGHT_REGISTRATION: N_("Light registration (not used by the tunnel)"),
    CertificateRole.OTHER: N_("Other (not used by the tunnel)"),
}

ATTEMPTS = {
    AttemptOutcome.ESTABLISHED: Label(N_("Established"), Tone.GOOD),
    AttemptOutcome.HANDSHAKE_FAILED: Label(N_("Handshake failed"), Tone.CRITICAL),
    AttemptOutcome.TCP_FAILED: Label(N_("Not reached"), Tone.CRITICAL),
    AttemptOutcome.LOST: Label(N_("Lost"), Tone.CRITICAL),
    AttemptOutcome.UNKNOWN: Label(N_("Outcome unknown"), Tone.UNKNOWN),
}

SIDES = {Side.MANAGER: N_("FMC"), Side.DEVICE: N_("device"), Side.UNKNOWN: N_("unknown")}

SENDERS = {Sender.CLIENT: N_("client"), Sender.SERVER: N_("server")}

VALUE_MISSING = Label(N_("a value is missing"), Tone.UNKNOWN)
"""Of a step whose commands lack a value."""

MANAGED_BY: Mapping[str, str] = {"manager": N_("FMC"), "local": N_("local"), "none": N_("none")}
MANAGER_ROLES: Mapping[str, str] = {"standalone": N_("standalone"), "primary": N_("primary"), "secondary": N_("secondary")}
"""Of a manager in a high availability pair, or alone."""

CONNECTIONS = {
    ConnectionOutcome.NO_ANSWER: Label(N_("No answer to SYN"), Tone.CRITICAL),
    ConnectionOutcome.REFUSED: Label(N_("Refused (RST to SYN)"), Tone.CRITICAL),
    ConnectionOutcome.NOT_TLS: Label(N_("Not TLS"), Tone.WARNING),
    ConnectionOutcome.CLOSED_BEFORE_HANDSHAKE: Label(N_("Closed before the handshake"), Tone.CRITICAL),
    ConnectionOutcome.HANDSHAKE_REFUSED: Label(N_("Handshake rejected"), Tone.CRITICAL),
    ConnectionOutcome.COMPLETED: Label(N_("Completed"), Tone.GOOD),
    ConnectionOutcome.INCOMPLETE: Label(N_("Outcome unknown"), Tone.UNKNOWN),
}

ARGUMENTS = {
    ArgumentKind.UUID: N_("UUID"),
    ArgumentKind.ADDRESS: N_("Address"),
    ArgumentKind.PATH: N_("Path"),
    ArgumentKind.NAME: N_("Name"),
    ArgumentKind.EPOCH: N_("Unix time"),
    ArgumentKind.DATE: N_("Date"),
    ArgumentKind.CERTIFICATE: N_("Certificate"),
}

DAMAGES = {
    DamageKind.DAMAGED: N_("Damaged"),
    DamageKind.LIMIT: N_("Limit reached"),
    DamageKind.UNSUPPORTED: N_("Not supported"),
    DamageKind.ENCRYPTED: N_("Encrypted"),
    DamageKind.ERROR: N_("Unreadable"),
}

SUBJECTS = {
    SubjectKind.MANAGER: N_("FMC"),
    SubjectKind.DEVICE: N_("Device"),
    SubjectKind.TUNNEL: N_("Tunnel"),
    SubjectKind.CERTIFICATE: N_("Certificate"),
}

MISSING_THINGS: Mapping[str, str] = {
    "manager.internal_ca": N_("the current InternalCA"),
    "manager.internal_ca_not_after": N_("the expiry date of the InternalCA"),
    "manager.internal_ca_not_before": N_("the start date of the InternalCA"),
    "tunnel.state": N_("the state of the tunnel"),
    "tunnel.failure": N_("why the tunnel fails"),
    "tunnel.device_leaf": N_("the device's certificate"),
    "tunnel.device_leaf_issued_by": N_("the issuer of the device's certificate"),
    "tunnel.device_ca": N_("the device's copy of the CA"),
    "tunnel.device_ca_is_current": N_("whether the device has the current CA"),
    "tunnel.leaf_matches_key": N_("whether the device's key belongs to its certificate"),
    "tunnel.push_failed": N_("whether the newest renewal reached the device"),
    "tunnel.certificates_copied": N_("whether the files were copied afterwards"),
    "manager.version_number": N_("the FMC's release"),
    "manager.release_affected_by_sftunnel_cves": N_("whether the CVE lists the FMC's release"),
    "manager.any_tunnel_down": N_("whether a tunnel of the FMC is down"),
    "manager.devices_listed": N_("whether the FMC's own list of its devices is in the evidence"),
    "manager.leaf_printed_end": N_("the end of the FMC's certificate"),
    "tunnel.device_leaf_printed_end": N_("the end of the device's certificate"),
    "tunnel.device_ca_printed_end": N_("the end of the device's copy of the CA"),
    "manager.leaf": N_("the FMC's certificate"),
    "manager.leaf_issued_by": N_("the issuer of the FMC's certificate"),
    "manager.hotfix": N_("the hotfix of the FMC"),
    "manager.is_cloud": N_("whether the FMC is a cloud-delivered FMC"),
    "manager.management_interfaces": N_("the management interfaces of the FMC"),
    "manager.process_running": N_("whether sftunnel is running on the FMC"),
    "manager.push_list_run": N_("whether the list of failed pushes is from the newest renewal"),
    "manager.vdb": N_("the version of the FMC's VDB"),
    "device.managed_by": N_("how the device is managed"),
    "device.process_running": N_("whether sftunnel is running on the device"),
    "tunnel.clock_skew": N_("the clock difference between the two ends"),
    "tunnel.leaf_of_other_device": N_("whether the device has the certificate of another device"),
    "tunnel.registration": N_("the registration state"),
    "tunnel.rpc_failed": N_("whether remote calls through the tunnel fail"),
    "tunnel.set_verify_code": N_("the result of openssl verify for the device's certificate set"),
}
"""What a missing value is called, for the names that rules use most."""


def managed_by(who: str) -> str:
    """The words for who manages a device, as show managers has it; anything else stays as it is."""
    return _(MANAGED_BY[who]) if who in MANAGED_BY else who


def manager_role(role: str) -> str:
    """The words for the role of a manager; a role that nobody foresaw stays as it is."""
    return _(MANAGER_ROLES[role]) if role in MANAGER_ROLES else role
