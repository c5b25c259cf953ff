"""The files of an FMC, where they are documented to be (field notes 4.2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.lab.assumed import assumed
from tests.lab.bundle import command_output, gzipped
from tests.lab.cast import REGISTERED, Appliance
from tests.lab.logs import Log
from tests.lab.outputs import STATUS, pmtool_status, status_on_fmc
from tests.lab.pki import web_interface
from tests.lab.renewal import failed_push, generation_log
from tests.lab.site import Site
from tests.lab.tree import Tree

SFTUNNEL_CONF = """\
proxyssl {{
  proxy_cert /etc/sf/keys/sftunnel-cert.pem;
  proxy_key /etc/sf/keys/sftunnel-key.pem;
  proxy_cacert /etc/sf/ca_root/cacert.pem;
  proxy_crl /etc/sf/ca_root/crl.pem;
  proxy_cipher 1;
  proxy_tls_version {version};
}};
"""
"""Document 222464, OCR corrected."""


def ims_conf(box: Appliance) -> str:
    """``/etc/sf/ims.conf``: KEY=VALUE, of which public scripts read these."""
    return f"SWVERSION={box.version}\nSWBUILD={box.build}\nMODEL={box.model}\nAPPLIANCE_UUID={box.uuid}\n"


def sf_version(box: Appliance) -> str:
    """``/etc/sf/sf-version``: parts split at ``/``, the second is the FMC version, the third the platform's."""
    return f"{box.model} / v{box.version} (build {box.build}) / v7.2.0 (build 82)\n"


def fmc_tree(
    site: Site,
    taken: datetime,
    log: Log | None = None,
    *,
    rotated_before: datetime | None = None,
    tls: str = "TLSv1.2",
    status: bool = True,
    ha_peer: Appliance | None = None,
) -> Tree:
    """The FMC's files at ``taken``. Log lines before ``rotated_before`` go into ``messages.1.gz``.

    ``status``: the output of sftunnel_status.pl is among the command outputs. ``ha_peer``: the other FMC, which has a peer folder too.
    """
    fmc, ca, tree = site.fmc, site.ca, Tree()
    installed = REGISTERED - timedelta(days=30)
    made = max(ca.not_before, installed)
    tree.add("etc/sf/ca_root/cacert.pem", ca.root.pem, made)
    tree.add("etc/sf/ca_root/crl.pem", ca.crl_pem(), made)
    tree.add("etc/sf/ca_root/index.txt", ca.index_txt(), made)
    tree.add("etc/sf/keys/sftunnel-cert.pem", site.leaf.pem, site.leaf.not_before)
    tree.add("etc/sf/keys/sftunnel-key.pem", site.leaf.key_pem, site.leaf.not_before)
    tree.add(
        "etc/ssl/server.crt",
        web_interface(fmc.name, datetime(2024, 5, 2, 8, 0, tzinfo=taken.tzinfo), 3650).pem,
        taken - timedelta(days=900),
    )
    tree.add("etc/sf/sftunnel.conf", SFTUNNEL_CONF.format(version=tls), installed)
    tree.add("etc/sf/ims.conf", ims_conf(fmc), installed)
    tree.add("etc/sf/sf-version", sf_version(fmc), installed)
    tree.add("etc/sf/.versiondb/vdb.conf", f"CURRENT_VERSION={site.vdb}\nCURRENT_BUILD=1\n", taken - timedelta(days=60))
    tree.add("etc/hostname", fmc.name + "\n", installed)
    patches = [
        assumed("patch-history.hotfix", day=f"{r.started - timedelta(hours=2):%Y-%m-%d}", name=site.hotfix) + "\n" for r in site.renewals
    ]
    tree.add("etc/sf/patch_history", "".join(patches), taken - timedelta(days=1))
    for tunnel in site.tunnels:
        folder = f"var/sf/peers/{tunnel.device.uuid}"
        tree.add(f"{folder}/certs_pushed/sftunnel-cert.pem", tunnel.pushed.pem, tunnel.pushed.not_before)
        tree.add(f"{folder}/certs_pushed/sftunnel-key.pem", tunnel.pushed.key_pem, tunnel.pushed.not_before)
        tree.add(f"{folder}/ims.conf", ims_conf(tunnel.device), REGISTERED)
        tree.add(f"{folder}/sw_version", tunnel.device.version + "\n", REGISTERED)
        tree.add(f"{folder}/sftunnel.json", peer_json(tunnel.device), REGISTERED)
    for renewal in site.renewals:
        if renewal.failed:
            tree.add(f"var/tmp/certs/{renewal.epoch}/FAILED_PUSH", failed_push(site, renewal), renewal.started + timedelta(minutes=1))
        tree.add("var/log/sf/sfca_generation.log", generation_log(site, renewal), renewal.started + timedelta(minutes=1))
    add_log(tree, log, rotated_before)
    if ha_peer:
        tree.add(f"var/sf/peers/{ha_peer.uuid}/ims.conf", ims_conf(ha_peer), installed)
        tree.add(f"var/sf/peers/{ha_peer.uuid}/sw_version", ha_peer.version, installed)
    if status and fmc not in site.stopped:
        tree.add(command_output(STATUS), status_on_fmc(site, taken), taken)
    tree.add(command_output("/usr/local/sf/bin/pmtool status"), pmtool_status(None if fmc in site.stopped else 1504), taken)
    return tree


def peer_json(peer: Appliance) -> str:
    """A peer folder's ``sftunnel.json``: it is listed in document 222464, its contents are assumed."""
    return assumed("peer.sftunnel-json", uuid=peer.uuid, name=peer.name, address=peer.address, registered=int(REGISTERED.timestamp()))


def add_log(tree: Tree, log: Log | None, rotated_before: datetime | None) -> None:
    """``var/log/messages`` (``comms.log`` for dated lines), and what is older in ``<name>.1.gz``."""
    if log is None:
        return
    name = "comms.log" if log.dated else "messages"
    tree.add(f"var/log/{name}", log.text(start=rotated_before), log.last())
    if rotated_before is not None and (older := log.text(end=rotated_before)):
        tree.add(f"var/log/{name}.1.gz", gzipped(older, rotated_before), rotated_before)
