"""The files of an FTD: one peer folder per manager, with the listing of document 222464 (field notes 4.2)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from tests.lab.assumed import assumed
from tests.lab.bundle import command_output
from tests.lab.cast import REGISTERED, Appliance
from tests.lab.fmc_tree import add_log, ims_conf, peer_json
from tests.lab.logs import Log
from tests.lab.outputs import STATUS, pmtool_status, show_managers, status_on_ftd
from tests.lab.pki import LightRegistration
from tests.lab.site import Site
from tests.lab.tree import Tree

BACKUP = ".backup"


def ftd_tree(
    device: Appliance,
    sites: list[Site],
    taken: datetime,
    log: Log | None = None,
    *,
    rotated_before: datetime | None = None,
    newer: bool = False,
) -> Tree:
    """The FTD's files at ``taken``. ``newer``: the newer form of show managers."""
    tree = Tree()
    for site in sites:
        _peer_folder(tree, device, site)
    peers = {site.fmc.uuid: {"name": assumed("peers-map.entry", name=site.fmc.name), "ip": site.fmc.address} for site in sites}
    tree.add("var/sf/peers/PEERS_MAP.JSON", json.dumps(peers, indent=2) + "\n", REGISTERED)
    tree.add("etc/sf/ims.conf", ims_conf(device), REGISTERED)
    tree.add("etc/hostname", device.host + "\n", REGISTERED)
    engine = f"var/sf/detection_engines/{device.uuid}/intrusion/preprocessors/normalization/inline_result_thresholds.conf"
    tree.add(engine, "# no thresholds\n", REGISTERED)  # a path of more than 100 characters: a GNU long name
    add_log(tree, log, rotated_before)
    managers = [site.fmc for site in sites]
    registration = sites[0].tunnel(device).registration
    shown = show_managers(managers, newer=newer, registration=registration)
    stopped = any(device in site.stopped for site in sites)
    tree.add(command_output("/usr/local/sf/bin/sfcli.pl show managers"), shown, taken)
    tree.add(command_output("/usr/local/sf/bin/pmtool status"), pmtool_status(None if stopped else 50792), taken)
    if registration == "Completed" and not stopped:
        tree.add(command_output(STATUS), status_on_ftd(device, sites, taken), taken)
    tree.add("show_tech_output.txt", show_tech(device), taken)
    return tree


def _peer_folder(tree: Tree, device: Appliance, site: Site) -> None:
    folder, tunnel = f"var/sf/peers/{site.fmc.uuid}", site.tunnel(device)
    registered = REGISTERED + timedelta(minutes=5)
    light = LightRegistration.for_device("light registration", REGISTERED - timedelta(days=30))
    tree.add(f"{folder}/LIGHT_REGISTRATION", b"", registered)
    tree.add(f"{folder}/LIGHT_UNREGISTRATION", b"", registered)
    tree.add(f"{folder}/LL-caCert.pem", light.ca.pem, registered)
    tree.add(f"{folder}/LL-cert.pem", light.leaf.pem, registered)
    tree.add(f"{folder}/LL-key.pem", light.leaf.key_pem, registered)
    if tunnel.registration == "Completed":
        tree.add(f"{folder}/cacert.pem", tunnel.trust.pem, tunnel.written)
        tree.add(f"{folder}/sftunnel-cert.pem", tunnel.leaf.pem, tunnel.written)
        tree.add(f"{folder}/sftunnel-key.pem", tunnel.leaf.key_pem, tunnel.written)
    tree.add(f"{folder}/ims.conf", ims_conf(site.fmc), registered)
    tree.add(f"{folder}/peer_flags.json", assumed("peer.peer-flags-json"), registered)
    tree.add(f"{folder}/sfiproxy.conf.json", assumed("peer.sfiproxy-json", uuid=site.fmc.uuid), registered)
    tree.add(f"{folder}/sftunnel-heartbeat", b"1", registered)
    tree.add(f"{folder}/sftunnel.json", peer_json(site.fmc), registered)
    tree.add(f"{folder}/sw_version", site.fmc.version, registered)


def show_tech(device: Appliance) -> str:
    """``show_tech_output.txt``: the mark of an FTD bundle; sections are split by ``---- show <cmd> ----``."""
    return (
        "---- show version ----\n\n"
        f"Model                     : {device.model} (75) Version {device.version} (Build {device.build})\n"
        f"UUID                      : {device.uuid}\n"
        f"Hostname                  : {device.host}\n\n"
        "---- show running-config ----\n\n: Saved\nNGFW Version 7.2.5\n"
    )
