"""What the commands print about tunnels: sftunnel_status.pl, sftunnel-status-brief, show managers, pmtool status, openssl -dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from tests.lab.assumed import assumed
from tests.lab.cast import Appliance
from tests.lab.certificates import Credential
from tests.lab.site import DEGRADED, DOWN, Site, Tunnel

STATUS = "/usr/local/sf/bin/sftunnel_status.pl"
CIPHER = "ECDHE-RSA-AES256-GCM-SHA384"


def c_time(moment: datetime) -> str:
    """``Mon Jun 15 09:21:57 2020 UTC``: the form of the cdFMC guide, day padded with a blank as ctime does."""
    return f"{moment:%a %b} {moment.day:2d} {moment:%H:%M:%S %Y} UTC"


def openssl_time(moment: datetime) -> str:
    """``Oct  7 12:16:56 2024 GMT``, as OpenSSL prints dates."""
    moment = moment.astimezone(UTC)
    return f"{moment:%b} {moment.day:2d} {moment:%H:%M:%S %Y} GMT"


def openssl_dates(certificate: Credential) -> str:
    """``openssl x509 -dates -noout``."""
    return f"notBefore={openssl_time(certificate.not_before)}\nnotAfter={openssl_time(certificate.not_after)}\n"


def status_on_fmc(site: Site, taken: datetime, only: Appliance | None = None) -> str:
    """``sftunnel_status.pl`` on the FMC: one block per device. ``only``: with that device's UUID as argument."""
    files = {
        "key_file": "/etc/sf/keys/sftunnel-key.pem",
        "cert_file": "/etc/sf/keys/sftunnel-cert.pem",
        "ca_file": "/etc/sf/ca_root/cacert.pem",
    }
    started = min([taken - timedelta(days=140), *(t.since - timedelta(days=1) for t in site.tunnels)])
    head = f"Check peer {only.uuid} at {STATUS} line 39.\n" if only else ""
    blocks = [_block(t, t.device, site.fmc, taken, files) for t in site.tunnels if only in (None, t.device)]
    started = site.started.get(site.fmc.uuid, started)
    return head + _header(started, (("eth0", site.fmc.address), *site.interfaces)) + "".join(blocks)


def status_on_ftd(device: Appliance, sites: list[Site], taken: datetime) -> str:
    """``sftunnel_status.pl`` on the FTD: one block per manager."""
    blocks = []
    for site in sites:
        folder = f"/var/sf/peers/{site.fmc.uuid}"
        files = {"key_file": f"{folder}/sftunnel-key.pem", "cert_file": f"{folder}/sftunnel-cert.pem", "ca_file": f"{folder}/cacert.pem"}
        blocks.append(_block(site.tunnel(device), site.fmc, device, taken, files))
    started = sites[0].started.get(device.uuid, taken - timedelta(days=140))
    return _header(started, (("eth0", device.address),)) + "".join(blocks)


def _header(started: datetime, interfaces: tuple[tuple[str, str], ...]) -> str:
    rows = "\n".join("\t" + assumed("status.interface", name=name, address=address) for name, address in interfaces)
    return assumed("status.header", started=c_time(started), count=len(interfaces), interfaces=rows)


def _block(tunnel: Tunnel, peer: Appliance, own: Appliance, taken: datetime, files: dict[str, str]) -> str:
    common = {**files, "name": peer.name, "address": peer.address, "version": peer.version, "build": peer.build}
    if tunnel.state == DOWN:
        down = assumed("status.peer-down", **common, attempted=c_time(taken - timedelta(seconds=19)), disconnected=c_time(tunnel.since))
        return down + rpc_failed(peer)
    event = tunnel.state != DEGRADED
    lines = [_channel("A", "CONTROL", peer, own)] + ([_channel("B", "EVENT", peer, own)] if event else [])
    return assumed(
        "status.peer-up",
        **common,
        cipher=CIPHER,
        a="Yes",
        b="Yes" if event else "No",
        since=c_time(tunnel.since),
        channels="\n".join("\t" + line for line in lines),
        messages=17,
        heartbeat_sent=c_time(taken - timedelta(seconds=40)),
        heartbeat_received=c_time(taken - timedelta(seconds=32)),
    ) + (
        assumed("status.rpc", address=peer.address, uuid=peer.uuid, name=peer.name, since=c_time(tunnel.since))
        if tunnel.answers_rpc
        else rpc_failed(peer)
    )


def rpc_failed(peer: Appliance) -> str:
    """The RPC poll of a peer that does not answer (document 225502, where ``UUID`` stands for the peer's)."""
    return (
        f"peer {peer.uuid} did not reply at {STATUS} line 309.\n"
        f"Retry rpc status poll at {STATUS} line 315.\n"
        f"**RPC STATUS****{peer.address}*************\nRPC status :Failed\n\n"
    )


def _channel(letter: str, kind: str, peer: Appliance, own: Appliance) -> str:
    return f"Peer channel Channel-{letter} is valid type ({kind}), using 'eth0', connected to '{peer.address}' via '{own.address}'"


def status_brief(tunnel: Tunnel, fmc: Appliance, taken: datetime) -> str:
    """``sftunnel-status-brief`` on the FTD, both forms as in the cdFMC guide (field notes 3.6)."""
    head = f"> sftunnel-status-brief\nPEER:{fmc.address}\n"
    if tunnel.state == DOWN:
        return (
            f"{head}Registration: Completed.\n"
            f"Connection to peer '{fmc.address}' Attempted at {c_time(taken - timedelta(seconds=19))}\n"
            f"Last disconnect time : {c_time(tunnel.since)}\n"
            "Last disconnect reason : Both control and event channel connections with peer went down\n"
        )
    kinds = [("A", "CONTROL")] + ([("B", "EVENT")] if tunnel.state != DEGRADED else [])
    return (
        head
        + "".join(_channel(letter, kind, fmc, tunnel.device) + "\n" for letter, kind in kinds)
        + "Registration: Completed.\n"
        + f"IPv4 Connection to peer '{fmc.address}' Start Time: {c_time(tunnel.since)}\n"
        + f"Heartbeat Send Time: {c_time(taken - timedelta(seconds=40))}\n"
        + f"Heartbeat Received Time: {c_time(taken - timedelta(seconds=32))}\n"
    )


def show_network(box: Appliance) -> str:
    """``show network`` on the FTD (field notes 12)."""
    return assumed("show.network", name=box.name, address=box.address)


def show_managers(fmcs: list[Appliance], *, newer: bool = False, registration: str = "Completed") -> str:
    """``show managers`` on the FTD: the older form is documented (field notes 3.7), the newer one assumed."""
    if newer:
        return "\n".join(
            assumed("managers.newer", address=f.address, name=f.name, version=f.version, build=f.build, uuid=f.uuid) for f in fmcs
        )
    return "\n".join(
        f"Type                      : Manager\nHost                      : {f.address}\nRegistration              : {registration}\n"
        for f in fmcs
    )


def listing(host: str, folder: str, rows: Iterable[tuple[str, str, datetime]], odd: Mapping[str, tuple[str, str]] | None = None) -> str:
    """``ls -hal`` of a folder, typed at a prompt, in the form of the one in document 222464: name, size, time of each row.

    ``odd`` gives mode and owner of the names whose are not ``-rw-r--r--`` and ``root``.
    """
    text = f"root@{host}:{folder}# ls -hal\ntotal 68K\n"
    text += "drwxr-xr-x 4 root root 4.0K Nov 20 13:20 .\ndrwxr-xr-x 4 root root 4.0K Mar  1  2018 ..\n"
    for name, size, when in rows:
        mode, owner = (odd or {}).get(name, ("-rw-r--r--", "root"))
        text += f"{mode} 1 {owner} root {size:>4} {when:%b} {when.day:2d} {when:%H:%M} {name}\n"
    return text + f"root@{host}:{folder}# \n"


def pmtool_status(pid: int | None) -> str:
    """``pmtool status``: some processes of a public post, and sftunnel. ``pid`` None: sftunnel does not run."""
    return (
        "SFDataCorrelator (normal) - Running 6703\nCommand: /usr/local/sf/bin/SFDataCorrelator --nodaemon\n"
        "PID File: /var/sf/run/SFDataCorrelator.pid\nEnable File: /etc/sf/SFDataCorrelator.run\n\n"
        + (assumed("pmtool.sftunnel", pid=pid) if pid is not None else assumed("pmtool.sftunnel-stopped"))
        + "\nadi (normal) - User Disabled\nCommand: /usr/local/sf/bin/adi\nPID File: /var/sf/run/adi.pid\n"
    )
