"""What command outputs and small files of the appliances say."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from msgspec import Struct

from analyzer.model.location import Evidence


class PeerStatus(Struct, frozen=True):
    """One peer block of ``sftunnel_status.pl`` or ``sftunnel-status-brief``. None means the output does not say.

    ``peer_name`` and ``peer_address`` name the other end. ``control`` and ``event`` are the two channels (A and B).
    ``registration`` is the text after "Registration:", without a final dot. "Completed" does not mean connected.
    ``rpc_failed`` is the RPC STATUS of document 225502. ``complete`` is False when the block is cut. Times aware, UTC.
    ``taken`` is when the output was taken, if it says (last heartbeat sent, attempt time), else None.
    ``host`` is the box that ran the command, if a shell prompt shows it. ``interface`` is the one in use. ``paths`` are those that the
    output itself names (``Key File``, ``Cert File``, ``CA Cert``, the script in "did not reply at ..."): they tell whose output it is.
    """

    peer_name: str
    peer_address: str
    peer_uuid: str
    control: bool | None
    event: bool | None
    registration: str
    connected_since: datetime | None
    attempted_at: datetime | None
    last_disconnect: datetime | None
    last_disconnect_reason: str
    heartbeat_received: datetime | None
    taken: datetime | None
    rpc_failed: bool
    sw_version: str
    sw_build: str
    interface: str
    local_addresses: tuple[str, ...]
    complete: bool
    evidence: Evidence
    host: str = ""
    command: str = ""
    paths: tuple[str, ...] = ()


class TunnelProcess(Struct, frozen=True):
    """When the sftunnel process of an appliance started ("SFTUNNEL Start Time"), or that ``pmtool`` or ``ps`` says it is (not) running.

    ``program`` is the path of its binary, "" where it is not printed: below ``/ngfw`` it is a device's.
    """

    started: datetime | None
    running: bool | None
    pid: int | None
    evidence: Evidence
    host: str = ""
    program: str = ""


class Management(StrEnum):
    """What ``show managers`` says of who manages the device."""

    MANAGER = "manager"
    LOCAL = "local"
    NONE = "none"


class ManagerEntry(Struct, frozen=True):
    """One manager in ``show managers`` (or that there is none, or a local one). ``identifier`` is the manager's UUID in newer forms.

    ``registration`` is as written, without a final dot, "" where the output does not say. ``version`` and ``build`` are the manager's.
    """

    management: Management
    host: str
    registration: str
    identifier: str
    display_name: str
    evidence: Evidence
    version: str = ""
    build: str = ""
    management_type: str = ""


class PushFailure(Struct, frozen=True):
    """One record of FAILED_PUSH: a file that generate_certs.pl could not push.

    ``device_address`` and the paths are as written; ``epoch`` is the run's Unix time from the folder name or the ``cat`` line
    before it, None when neither is in sight. ``manager_uuid`` is the peers folder in the destination path.
    ``cut`` is True for a record that ends early (terminal output cut off).
    """

    device_uuid: str
    device_name: str
    device_address: str
    source_path: str
    destination_path: str
    manager_uuid: str
    epoch: int | None
    cut: bool
    evidence: Evidence


def moment_of_epoch(seconds: int) -> datetime | None:
    """A Unix time as a moment in UTC, or None when it is none that this century could write."""
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 4_102_444_800 else None


class GenerateCertsRun(Struct, frozen=True):
    """A run of generate_certs.pl (its terminal output, or sfca_generation.log).

    ``failed`` holds (device name, path on the device, evidence) per "Failed to push" line. ``failed_push_epoch`` from the FAILED_PUSH path.
    ``old_ca_not_after`` is what it says of the CA before renewal. ``confirmed`` is False when the last question was not answered with
    yes in what was pasted. ``finished`` tells that the output reached its end.
    """

    started: datetime | None
    old_ca_not_after: datetime | None
    confirmed: bool | None
    finished: bool
    failed: tuple[tuple[str, str, Evidence], ...]
    failed_push_epoch: int | None
    evidence: Evidence
    host: str = ""


class CopyOutcome(StrEnum):
    """What copy_sftunnel_certs.py reported for one device."""

    COPIED = "copied"
    NOT_CONNECTED = "could-not-connect"
    NOT_HA_PEER = "not-an-ha-peer"
    INCOMPLETE = "incomplete"


class CertificateCopy(Struct, frozen=True):
    """The outcome of copy_sftunnel_certs.py (or the jump-server form) for one device. ``time`` is the last line's, aware, taken as UTC."""

    device_name: str
    outcome: CopyOutcome
    restarted: bool
    time: datetime | None
    evidence: Evidence


class ApplianceIdentity(Struct, frozen=True):
    """One value of a box about itself: from ims.conf, sf-version, hostname, vdb.conf, sw_version, sftunnel.conf, patch_history.

    ``key`` is the field's own name: ``APPLIANCE_UUID``, ``MODEL``, ``SWVERSION``, ``SWBUILD``, ``SF_VERSION``, ``HOSTNAME``,
    ``VDB_VERSION``, ``ADDRESS``, ``MANAGEMENT_PORT``,
    ``VDB_BUILD``, ``PEER_SW_VERSION``, ``proxy_cert``, ``proxy_cacert``, ``proxy_tls_version``, ``PATCH`` (one fact per line of
    patch_history).
    A fact of a peer folder's own ims.conf is about the peer: the join tells by the path. ``path`` is the file that a command at a prompt
    printed, "" for a file of its own (its location tells) and where no command is in sight.
    """

    key: str
    value: str
    evidence: Evidence
    path: str = ""


class PeersMapEntry(Struct, frozen=True):
    """A manager UUID that PEERS_MAP.JSON of a device holds, with the name or address beside it if there is one."""

    manager_uuid: str
    label: str
    evidence: Evidence


class IssuedSerial(Struct, frozen=True):
    """A row of ca_root/index.txt. ``status`` is V, R or E; ``expires`` aware, UTC."""

    status: str
    serial: int
    subject: str
    expires: datetime | None
    evidence: Evidence


class ListedFile(Struct, frozen=True):
    """A row of ``ls -l``: ``name`` may hold invisible characters, or ``?`` where ``ls`` replaced them. ``size`` as printed (``1.3K``,
    ``0``). ``host`` is the box whose prompt stands above, "" for none. A file of a bundle whose name has such characters is a row as well:
    its ``mode``, ``owner`` and ``group`` are "", as a bundle does not keep those of the box.
    """

    name: str
    size: str
    mode: str
    owner: str
    group: str
    folder: str
    evidence: Evidence
    host: str = ""


class AbsentFile(Struct, frozen=True):
    """A command was asked for a file that is not there ("No such file or directory"). ``path`` is absolute where the folder is known."""

    path: str
    evidence: Evidence


class FileDigest(Struct, frozen=True):
    """A row of ``md5sum`` or ``sha256sum``. ``algorithm`` is ``md5``, ``sha1``, ``sha256`` or ``sha512``, ``digest`` lower-case hex."""

    path: str
    algorithm: str
    digest: str
    evidence: Evidence


class CredentialFile(Struct, frozen=True):
    """A devices.csv: user names and passwords in clear text. Only that it was seen, and for which devices, is kept."""

    device_names: tuple[str, ...]
    evidence: Evidence


class OwnOutput(Struct, frozen=True):
    """A report, document or plan that this program wrote. What it quotes was evidence of another run, and is none of this one."""

    evidence: Evidence


class ReachabilityNote(Struct, frozen=True):
    """A line of ``netstat``/``ss`` about port 8305 (``LISTEN``, ``ESTABLISHED``): field notes 3.9."""

    state: str
    local_address: str
    peer_address: str
    evidence: Evidence
