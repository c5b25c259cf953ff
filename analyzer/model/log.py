"""What `messages` and `comms.log` say about the sftunnel."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from analyzer.model.location import Evidence


class LogKind(StrEnum):
    """What one log line means. The catalogue is field notes 2.2 (Cisco document 222464 and others)."""

    INITIATING = "initiating"  # an outbound attempt starts
    WAITING = "waiting"  # TCP connect pending
    TCP_CONNECTED = "tcp-connected"
    CERTIFICATE_ERROR = "certificate-error"  # "-Error with certificate at depth: N"
    ISSUER = "issuer"
    SUBJECT = "subject"
    VERIFY_ERROR = "verify-error"  # "err 10:certificate has expired"
    SSL_ERROR = "ssl-error"  # an OpenSSL error string, perhaps with an alert
    HANDSHAKE_FAILED = "handshake-failed"
    VERIFICATION_STATUS = "verification-status"
    VERIFY_CALLBACK = "verify-callback"
    CONNECTION_FAILED = "connection-failed"  # establishConnectionUtil / establishSSLConnection
    CONNECTION_REFUSED = "connection-refused"  # TCP was refused
    CONNECTION_TIMED_OUT = "connection-timed-out"  # nothing answered on TCP
    ACCEPTED = "accepted"  # TCP from a peer
    ESTABLISHED = "established"
    HMAC_TIMEOUT = "hmac-timeout"
    HEARTBEAT_LOST = "heartbeat-lost"
    PEER_SHUTDOWN = "peer-shutdown"
    POST_HANDSHAKE_REFUSED = "post-handshake-refused"  # TLS 1.3: refused after the handshake (field notes 12)
    SERVICES_FAILED = "services-failed"  # what follows such a refusal
    RECONNECT_NEEDED = "reconnect-needed"
    PEER_ERROR = "peer-error"  # a line at [ERROR] that names a peer, in words that no row of the catalogue has
    FILE_TRANSFER = "file-transfer"  # the tunnel carries traffic
    PROCESS_ENDED = "process-ended"  # another process says that sftunnel exited, crashed or was killed
    OWN_ADDRESS = "own-address"  # names an address or an interface of the appliance itself
    NOTED = "noted"  # a known wording that proves no more than that the peer it names is known
    OTHER = "other"  # a line of sftunnel that the catalogue does not know


class LogEvent(Struct, frozen=True):
    """One line of sftunnel in a log. Fields that the line does not have are "" or None.

    ``time`` is aware, UTC: `messages` is written in UTC (field notes 12), and another zone counts where it is written. ``time_assumed``
    says what was assumed or stated: the year, the zone; ``no_zone``: the line states none.
    ``time_text`` is as written. ``peer`` is an address or a UUID named in the line,
    or the name of the peer where the wording has one.
    ``alert`` is the TLS alert number received from the other side. ``name`` is a DN in slash form (ISSUER, SUBJECT), perhaps cut
    at the margin (``cut``). ``reason`` is the OpenSSL reason code of an error string (``0x86`` is 134).
    """

    kind: LogKind
    time: datetime | None
    time_text: str
    time_assumed: str
    host: str
    pid: int | None
    tid: int | None
    level: str
    message: str
    evidence: Evidence
    peer: str = ""
    verify_code: int | None = None
    verify_text: str = ""
    depth: int | None = None
    alert: int | None = None
    reason: int | None = None
    name: str = ""
    cut: bool = False
    no_zone: bool = False


class Silence(Struct, frozen=True):
    """A stretch in which a log says nothing of sftunnel: from one line (``evidence``) to the next. Times are aware, UTC."""

    begins: datetime
    ends: datetime
    evidence: Evidence


class Coverage(Struct, frozen=True):
    """Which period the lines of sftunnel in one file cover, of one host (""  where the lines name none). Times are aware, UTC.

    ``lines`` counts them. ``silences`` are the gaps that begin in this file, those to the next rotated file included.
    """

    source: str
    host: str
    first: datetime
    last: datetime
    lines: int
    silences: tuple[Silence, ...] = ()


class AttemptOutcome(StrEnum):
    """How a connection attempt ended."""

    ESTABLISHED = "established"
    HANDSHAKE_FAILED = "handshake-failed"
    TCP_FAILED = "tcp-failed"  # asked for TCP, never connected, gave up
    LOST = "lost"  # the log says in its own words that the peer was lost or failed
    UNKNOWN = "unknown"


class Side(StrEnum):
    """Which end wrote the log: told by the lines themselves or by the bundle, UNKNOWN when neither tells."""

    MANAGER = "manager"
    DEVICE = "device"
    UNKNOWN = "unknown"


class ConnectionAttempt(Struct, frozen=True):
    """The lines of one connection attempt, or of the loss of one peer (same host, pid and thread, close in time).

    ``verify_code`` is this side's own OpenSSL verdict on the peer's chain; ``alert`` is what the other side objected to.
    ``failing_subject`` and ``failing_issuer`` name the certificate the verdict is about; equal when it is a root.
    ``events`` is never empty; the decisive line (the verdict, else the alert, else the failure) is ``decisive``.
    """

    source: str
    host: str
    side: Side
    outcome: AttemptOutcome
    started: datetime | None
    ended: datetime | None
    peer: str
    verify_code: int | None
    verify_text: str
    alert: int | None
    failing_subject: str
    failing_issuer: str
    decisive: Evidence
    events: tuple[LogEvent, ...]

    @property
    def blames_root(self) -> bool:
        """The verdict is about a self-issued certificate: the CA itself, not a leaf."""
        return bool(self.failing_subject) and self.failing_subject == self.failing_issuer
