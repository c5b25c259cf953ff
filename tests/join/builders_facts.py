"""Facts for tests of the join, built of what a test wants to say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from analyzer.model.capture import CapturedConnection, ConnectionOutcome, Sender, Software, TlsAlert
from analyzer.model.location import Evidence, Location
from analyzer.model.log import AttemptOutcome, ConnectionAttempt, LogEvent, LogKind, Side
from analyzer.model.outputs import ApplianceIdentity, PeersMapEntry, PeerStatus, PushFailure
from tests.builders.cases import utc

FMC_UUID = "cdb123c8-4347-11ef-aca1-f3aa241412a1"
OTHER_FMC_UUID = "0f0f0f0f-4347-11ef-aca1-f3aa241412a1"
FTD_UUID = "c8d5d5c6-87c9-11ef-a993-b9831565bc4e"
FTD2_UUID = "6bf1143a-8a2e-11ef-92d8-fd927e807d77"


def here(artifact: str, member: str = "", line: int = 1, text: str = "") -> Evidence:
    """Evidence at a line."""
    return Evidence(Location(artifact, member, line=line), text)


def identity(key: str, value: str, evidence: Evidence) -> ApplianceIdentity:
    """A value of a box about itself."""
    return ApplianceIdentity(key, value, evidence)


def peers_map(bundle: str, uuid: str) -> PeersMapEntry:
    """An entry of PEERS_MAP.JSON in a device's bundle."""
    return PeersMapEntry(uuid, "", here(bundle, "dir-archives/var-sf-peers/PEERS_MAP.JSON", text=uuid))


def box(bundle: str, uuid: str, name: str, model: str) -> list[ApplianceIdentity]:
    """What ims.conf and hostname of a bundle say."""
    conf = "dir-archives/etc/sf/ims.conf"
    return [
        identity("APPLIANCE_UUID", uuid, here(bundle, conf, 1, f"APPLIANCE_UUID={uuid}")),
        identity("MODEL", model, here(bundle, conf, 2, f"MODEL={model}")),
        identity("HOSTNAME", name, here(bundle, "dir-archives/etc/hostname", 1, name)),
    ]


def fmc_box(bundle: str = "fmc.tar.gz", uuid: str = FMC_UUID, name: str = "fmc-1.example") -> list[ApplianceIdentity]:
    """The bundle of a manager."""
    return box(bundle, uuid, name, "Cisco Firepower Management Center for VMware")


def ftd_box(bundle: str = "ftd.tar.gz", uuid: str = FTD_UUID, name: str = "ftd-1") -> list[ApplianceIdentity]:
    """The bundle of a device."""
    return box(bundle, uuid, name, "Cisco Firepower 1120 Threat Defense")


def push_failure(
    uuid: str = FTD_UUID, name: str = "ftd-1", address: str = "192.0.2.11", epoch: int | None = 1728915794, cut: bool = False
) -> PushFailure:
    """A record of FAILED_PUSH."""
    return PushFailure(
        device_uuid=uuid,
        device_name=name,
        device_address=address,
        source_path="/etc/sf/ca_root/cacert.pem",
        destination_path=f"/var/sf/peers/{FMC_UUID}/cacert.pem",
        manager_uuid=FMC_UUID,
        epoch=epoch,
        cut=cut,
        evidence=here("FAILED_PUSH", text=f"{uuid} {name} {address}"),
    )


def peer_status(evidence: Evidence | None = None, **fields: Any) -> PeerStatus:
    """A peer block of sftunnel_status.pl that says only what is given."""
    default: dict[str, Any] = {
        "peer_name": "",
        "peer_address": "",
        "peer_uuid": "",
        "control": None,
        "event": None,
        "registration": "",
        "connected_since": None,
        "attempted_at": None,
        "last_disconnect": None,
        "last_disconnect_reason": "",
        "heartbeat_received": None,
        "taken": None,
        "rpc_failed": False,
        "sw_version": "",
        "sw_build": "",
        "interface": "",
        "local_addresses": (),
        "complete": True,
        "evidence": evidence or here("status.txt"),
    }
    return PeerStatus(**{**default, **fields})


def attempt(outcome: AttemptOutcome, when: datetime | None = None, side: Side = Side.DEVICE, **fields: Any) -> ConnectionAttempt:
    """A logged attempt with one line."""
    evidence = here("messages", line=7)
    event = LogEvent(LogKind.OTHER, when, "", "", "", None, None, "INFO", "", evidence)
    default: dict[str, Any] = {
        "source": "messages",
        "host": "ftd-1",
        "side": side,
        "outcome": outcome,
        "started": when,
        "ended": when,
        "peer": "",
        "verify_code": None,
        "verify_text": "",
        "alert": None,
        "failing_subject": "",
        "failing_issuer": "",
        "decisive": evidence,
        "events": (event,),
    }
    return ConnectionAttempt(**{**default, **fields})


def connection(
    outcome: ConnectionOutcome, client: str = "192.0.2.11", server: str = "198.51.100.7", when: str = "2026-11-01", **fields: Any
) -> CapturedConnection:
    """A captured connection to 8305."""
    default: dict[str, Any] = {
        "tls_version": "",
        "resumed": False,
        "server_chain": (),
        "client_chain": (),
        "certificates_hidden": "",
        "alerts": (),
        "refused_by": None,
        "refusal_inferred": False,
        "reset_by": None,
        "summary": Evidence(Location("trace.pcap", packet=1), "SYN"),
        "software": Software.SFTUNNEL,
    }
    return CapturedConnection(
        client=client, client_port=40000, server=server, server_port=8305, started=utc(when), outcome=outcome, **{**default, **fields}
    )


def alert(sender: Sender, number: int | None) -> TlsAlert:
    """A fatal alert."""
    return TlsAlert(sender, True, number, Evidence(Location("trace.pcap", packet=9), f"alert {number}"))
