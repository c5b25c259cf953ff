"""What a capture shows of the connections to the sftunnel port."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from analyzer.model.certificate import Certificate
from analyzer.model.location import Evidence


class Sender(StrEnum):
    """CLIENT opened the TCP connection, SERVER holds the sftunnel port. Either box can be either (field notes 2.4)."""

    CLIENT = "client"
    SERVER = "server"


ALERT_NAMES: Mapping[int, str] = {
    0: "close_notify",
    10: "unexpected_message",
    20: "bad_record_mac",
    21: "decryption_failed",
    22: "record_overflow",
    30: "decompression_failure",
    40: "handshake_failure",
    41: "no_certificate",
    42: "bad_certificate",
    43: "unsupported_certificate",
    44: "certificate_revoked",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    49: "access_denied",
    50: "decode_error",
    51: "decrypt_error",
    60: "export_restriction",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    90: "user_canceled",
    100: "no_renegotiation",
    109: "missing_extension",
    110: "unsupported_extension",
    112: "unrecognized_name",
    113: "bad_certificate_status_response",
    115: "unknown_psk_identity",
    116: "certificate_required",
    120: "no_application_protocol",
}
"""IANA's names of TLS alerts, by number."""


class ConnectionOutcome(StrEnum):
    """How a captured connection ended."""

    NO_ANSWER = "no-answer"  # SYN repeated or alone, nothing came back
    REFUSED = "refused"  # RST to the SYN
    NOT_TLS = "not-tls"
    CLOSED_BEFORE_HANDSHAKE = "closed-before-handshake"
    HANDSHAKE_REFUSED = "handshake-refused"  # a fatal alert, plain or (TLS 1.3) told by its shape
    COMPLETED = "completed"
    INCOMPLETE = "incomplete"  # the capture does not show the end, or lacks segments


class Software(StrEnum):
    """Whose conversation a connection to the sftunnel port is. The port alone proves nothing: other software listens on it too."""

    SFTUNNEL = "sftunnel"  # something in it or beside it says so
    PRESUMED = "presumed"  # nothing speaks for it or against it but the port
    OTHER = "other"  # what stands in clear belongs to other software


class TlsAlert(Struct, frozen=True):
    """An alert record. ``number`` is None when it is encrypted (TLS 1.3, or after the handshake in TLS 1.2)."""

    sender: Sender
    fatal: bool | None
    number: int | None
    evidence: Evidence


class Opening(StrEnum):
    """The messages that open a connection."""

    SYN = "syn"
    SYN_ACK = "syn-ack"
    CLIENT_HELLO = "client-hello"


class OpeningStep(Struct, frozen=True):
    """A message that opened a connection and stands in the capture. ``time`` is aware, UTC; None where only its packet is known."""

    message: Opening
    time: datetime | None
    evidence: Evidence


class CapturedConnection(Struct, frozen=True):
    """One TCP connection to the sftunnel port, as captured. Times are aware, UTC. ``started`` is None where packets were printed as text
    without a date. ``client_port`` is 0 where the text does not show it.

    ``tls_version`` is ``"TLSv1.2"``, ``"TLSv1.3"`` or "" when no ServerHello was seen. Chains are leaf first, as sent; empty when
    not visible, and ``certificates_hidden`` then says why ("TLS 1.3 encrypts them", "the session was resumed", "the capture
    holds only 96 bytes of each packet", ...). ``refused_by`` names who turned the handshake down; ``refusal_inferred``
    is True when that was told by the shape of encrypted records (TLS 1.3, engines note 1). ``summary`` is the evidence for the connection
    as a whole. ``software`` says whose conversation it is, ``software_why`` is the clause that says how that is known ("" while it is
    presumed). Of one that is presumed only reachability and alerts can be judged: it proves neither a tunnel nor an expired certificate.
    ``opening`` are the messages that opened it, as far as the capture holds them, in their order. ``under_way``: both ends send data on it,
    and the capture holds neither its beginning nor its end.
    """

    client: str
    client_port: int
    server: str
    server_port: int
    started: datetime | None
    outcome: ConnectionOutcome
    tls_version: str
    resumed: bool
    server_chain: tuple[Certificate, ...]
    client_chain: tuple[Certificate, ...]
    certificates_hidden: str
    alerts: tuple[TlsAlert, ...]
    refused_by: Sender | None
    refusal_inferred: bool
    reset_by: Sender | None
    summary: Evidence
    software: Software = Software.PRESUMED
    software_why: str = ""
    opening: tuple[OpeningStep, ...] = ()
    under_way: bool = False

    @property
    def internal_cas(self) -> tuple[str, ...]:
        """The common names of the InternalCAs that issued what either end shows: each is the UUID of an FMC. Without repetition."""
        issuers = (one.issuer for one in (*self.server_chain, *self.client_chain))
        return tuple(dict.fromkeys(issuer.common_name for issuer in issuers if issuer.common_name and issuer.is_of_sftunnel))


class CaptureRead(Struct, frozen=True):
    """How a capture was read. ``dissector`` is ``"tshark 4.0.17 (pyshark 0.6)"`` or ``"embedded reader"``; ``note`` says why the embedded
    one."""

    dissector: str
    note: str
    packets: int
    kept: int
    evidence: Evidence
