"""What people tested or did by hand, what firewalls in the path say, and what an FMC's own pages, alerts and tables say of a tunnel.

None of it is a status of the tunnel itself. Each type says how much it proves.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from analyzer.model.location import Evidence


class Reached(StrEnum):
    """How a connection that somebody tried by hand ended."""

    CONNECTED = "connected"  # TCP is up: proves the path and a listener at that moment, nothing of certificates
    REFUSED = "refused"  # the host answers, nothing accepts the port
    TIMED_OUT = "timed-out"  # no answer: a filter or a route
    UNREACHABLE = "unreachable"  # no route to the host
    UNRESOLVED = "unresolved"  # the name has no address


class PortProbe(Struct, frozen=True):
    """A test of the sftunnel port by hand (``telnet``, ``nc``, ``curl``, ``/dev/tcp``, ``openssl s_client``).

    ``target`` is the address or name as typed, which may be masked. ``port`` is None where only the name was looked up.
    """

    target: str
    port: int | None
    outcome: Reached
    tool: str
    evidence: Evidence


class DeniedConnection(Struct, frozen=True):
    """A connection to the sftunnel port that a firewall in the path says it denied.

    ``firewall`` is the host of the log line, "" when it names none; it is no device of the case. ``message`` is the id of the syslog
    message (``106023``), ``rule`` the access list or rule that it names. ``time`` is aware, UTC, or None when the line states no year.
    """

    source: str
    destination: str
    destination_port: int
    firewall: str
    message: str
    rule: str
    time: datetime | None
    evidence: Evidence


class HandAction(StrEnum):
    """What somebody did on an appliance."""

    RESTARTED_SFTUNNEL = "restarted-sftunnel"  # pmtool restartbyid sftunnel
    RESTARTED_CHANNEL = "restarted-channel"  # manage_procs.pl, 3
    STOPPED_SFTUNNEL = "stopped-sftunnel"  # pmtool disablebyid sftunnel
    REBOOTED = "rebooted"
    MANAGER_ADDED = "manager-added"  # configure manager add
    MANAGER_DELETED = "manager-deleted"  # configure manager delete
    MANAGER_EDITED = "manager-edited"  # configure manager edit
    FILES_REMOVED = "files-removed"  # rm or mv of a file or folder that a tunnel needs
    BACKUP_RESTORED = "backup-restored"  # restore of a backup


CLOSES_TUNNELS = frozenset((HandAction.RESTARTED_SFTUNNEL, HandAction.RESTARTED_CHANNEL, HandAction.STOPPED_SFTUNNEL, HandAction.REBOOTED))
"""Actions that close every tunnel of the appliance, which may come up again."""

ENDS_TUNNELS = CLOSES_TUNNELS | {HandAction.BACKUP_RESTORED, HandAction.MANAGER_DELETED}
"""Those, and the actions after which a tunnel is another one, or none."""


class DoneByHand(Struct, frozen=True):
    """Something that was done at a prompt and bears on the tunnel. ``target`` is what it was done to, "" when the command names nothing.

    Proves that the command was typed there; ``confirmed`` tells that its output says it happened. Where it stands in a plan or a guide
    without a prompt, there is no such fact.
    """

    action: HandAction
    target: str
    confirmed: bool
    evidence: Evidence


class HintKind(StrEnum):
    """What an alert, a task or a page says."""

    NO_HEARTBEAT = "no-heartbeat"  # an appliance is not sending heartbeats: its tunnel may be down
    NOT_CONNECTED = "not-connected"  # the management connection of an appliance is lost
    REGISTRATION_FAILED = "registration-failed"  # no connection with the device at registration
    CA_EXPIRES = "ca-expires"  # the InternalCA will end
    CA_EXPIRED = "ca-expired"  # the InternalCA has ended
    RECONNECTED = "reconnected"  # the connection is back, or the alert was cleared


class HealthHint(Struct, frozen=True):
    """A sentence of an alert, a task, a mail or a syslog message about a tunnel or the InternalCA.

    Weaker than a status output: its wording differs by release, and it says what was so when it was raised. It keeps an all-clear away
    and proves no cause. ``appliance`` is whom the sentence names ("" for none), ``reporter`` who raised it (a host name of a mail or a
    syslog header), ``days_left`` the days until the CA ends. ``at`` is aware, UTC, or None.
    """

    kind: HintKind
    appliance: str
    reporter: str
    days_left: int | None
    at: datetime | None
    evidence: Evidence


class RecordSource(StrEnum):
    """Where a record of an appliance stands."""

    API = "api"  # a device record of the FMC's REST API
    DEVICE_LIST = "device-list"  # an export of the device list
    PEERS_TABLE = "peers-table"  # EM_peers
    TUNNEL_JSON = "tunnel-json"  # sftunnel.json or peer_flags.json of a peer folder


class ApplianceRecord(Struct, frozen=True):
    """One appliance as another one's records list it, usually the FMC's. "" and None mean that the record does not say.

    ``connected`` is what the record says of its connection: a hint like `HealthHint`, not the tunnel's status. ``registration`` and
    ``role`` are kept as written. ``manager`` tells that the record is of a manager (True) or of a device (False).
    """

    source: RecordSource
    name: str
    address: str
    uuid: str
    version: str
    build: str
    model: str
    connected: bool | None
    registration: str
    role: str
    manager: bool | None
    evidence: Evidence


class PeerSerial(Struct, frozen=True):
    """A row of the table ``ssl_peer``: the serial number of a certificate that the FMC issued. ``peer`` is what the row says of whose it
    is, "" for nothing."""

    serial: int
    service: str
    peer: str
    evidence: Evidence
