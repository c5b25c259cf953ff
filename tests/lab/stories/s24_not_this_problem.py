"""Devices for which none of this was made."""

from __future__ import annotations

from dataclasses import replace

from tests.lab.bundle import command_output, pack
from tests.lab.cast import COLLECTED, LIMA, OSLO, QUITO, REGISTERED, Appliance
from tests.lab.fmc_tree import ims_conf
from tests.lab.ftd_tree import show_tech
from tests.lab.outputs import show_managers
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, RENEW, RESTART, Expected, Story
from tests.lab.tree import Tree

CLOUD = Appliance("acme.app.us.cdo.cisco.com", "acme.app.us.cdo.cisco.com", "4d2b9f0e-6a51-4c3e-9b7a-2f1d8e5c7a90", "7.6.4", "1", "")
"""The cloud-delivered FMC: a host name in Cisco's domain, an identifier that is a random UUID (a public onboarding walkthrough)."""


def small(device: Appliance, managers: str) -> Tree:
    """The little of a bundle that matters here."""
    tree = Tree()
    tree.add("etc/sf/ims.conf", ims_conf(device), REGISTERED)
    tree.add("etc/hostname", device.host + "\n", REGISTERED)
    tree.add(command_output("/usr/local/sf/bin/sfcli.pl show managers"), managers, COLLECTED)
    tree.add("show_tech_output.txt", show_tech(device), COLLECTED)
    return tree


def tell(stage: Stage) -> Story:
    """Managed from the cloud, managed locally, not managed."""
    newer = replace(LIMA, version="7.6.4", build="50")
    trees = {
        newer: small(newer, show_managers([CLOUD], newer=True)),
        OSLO: small(OSLO, "Managed locally.\n"),
        QUITO: small(QUITO, "No managers configured.\n"),
    }
    expected = Expected("info").manager(CLOUD, "not-applicable", address=None)
    expected.device(newer, "unknown", "unknown", address=None)
    for device in (OSLO, QUITO):
        expected.device(device, "unknown", "not-applicable", address=None).finding("device-not-managed-by-fmc", device.uuid, AFFECTED)
    for device in trees:
        expected.commands_for(device, must_not=[RESTART, "certs_pushed", RENEW])
    expected.finding("cloud-delivered-fmc", CLOUD.uuid, AFFECTED).commands_for(CLOUD, must_not=[RENEW])
    expected.never("internal-ca-expired", "internal-ca-expiring", "handshake-failed", "handshake-failed-expired")
    return Story(
        "24-not-this-problem",
        """Somebody read of the InternalCA and sent the bundles of three devices to be safe. ftd-lima is managed by the cloud-delivered
        FMC, ftd-oslo is managed locally, ftd-quito is not managed at all.""",
        """none of these three has a tunnel to an FMC of the customer's own: the commands of this program do not apply, and none is
        printed. Who renews the CA of the cloud-delivered FMC is Cisco's matter.""",
        expected,
        {f"{device.host}-troubleshoot.tar.gz": pack(tree, COLLECTED) for device, tree in trees.items()},
    )
