"""One fleet, five troubles, and no certificate in any of them."""

from __future__ import annotations

import errno
from datetime import timedelta

from tests.lab.bundle import pack
from tests.lab.cast import BERLIN, COLLECTED, DAKAR, FMC_1, LIMA, OSLO, QUITO, SEOUL, VALID_SINCE
from tests.lab.fmc_tree import fmc_tree
from tests.lab.ftd_tree import ftd_tree
from tests.lab.outputs import status_brief
from tests.lab.pki import InternalCA
from tests.lab.scenes import ROTATED, Day
from tests.lab.site import DEGRADED as ONE_CHANNEL
from tests.lab.site import Site
from tests.lab.stage import Stage
from tests.lab.story import AFFECTED, AT_RISK, CONNECTED, DEGRADED, DOWN, RENEW, RESTART, Expected, Story

OTHER_INTERFACE = ("eth1", "198.51.100.135")


def tell(stage: Stage) -> Story:
    """A process that stopped, one channel, no RPC, a route out of the wrong interface, a registration that never ended."""
    site = Site(FMC_1, InternalCA(FMC_1.uuid, VALID_SINCE), vdb=410, stopped=(SEOUL,), interfaces=(OTHER_INTERFACE,))
    site.register(BERLIN, SEOUL, LIMA, QUITO, DAKAR)
    site.cut(SEOUL, COLLECTED - timedelta(hours=3, minutes=5))
    site.tunnel(LIMA).state = ONE_CHANNEL
    site.tunnel(QUITO).answers_rpc = False
    site.cut(DAKAR, COLLECTED - timedelta(hours=5, minutes=40))
    day = Day(site, minutes=12)
    for device in (BERLIN, LIMA, QUITO):
        day.healthy(device)
    day.log(SEOUL).went_down(site.tunnel(SEOUL).since, 51980, FMC_1.address)
    day.unreached(DAKAR, errno.ETIMEDOUT)
    fmc = fmc_tree(site, COLLECTED, day.log(FMC_1), rotated_before=ROTATED)
    bundles = {device: ftd_tree(device, [site], COLLECTED, day.log(device), rotated_before=ROTATED) for device in (SEOUL, DAKAR)}
    site.register(OSLO)  # begun after the FMC's bundle was made
    site.tunnel(OSLO).registration = "Pending"
    bundles[OSLO] = ftd_tree(OSLO, [site], COLLECTED, day.log(OSLO), rotated_before=ROTATED)
    expected = (
        Expected("high")
        .manager(FMC_1, "healthy")
        .device(BERLIN, CONNECTED, "healthy")
        .device(SEOUL, DOWN, "look-elsewhere")
        .device(LIMA, DEGRADED, "look-elsewhere")
        .device(QUITO, CONNECTED, "look-elsewhere")
        .device(DAKAR, DOWN, "look-elsewhere")
        .device(OSLO, "unknown", "not-registered", address=None)
        .finding("sftunnel-not-running-on-device", SEOUL.uuid, AFFECTED)
        .finding("tunnel-degraded", LIMA.uuid, AFFECTED)
        .finding("rpc-failing", QUITO.uuid, AFFECTED)
        .finding("fmc-may-dial-by-wrong-interface", DAKAR.uuid, AT_RISK)
        .finding("registration-pending", OSLO.uuid, AFFECTED)
        .never("internal-ca-expired", "internal-ca-expiring", "leaf-not-issued-by-current-ca", "handshake-failed-expired")
        .commands_for(FMC_1, must_not=[RENEW])
    )
    for device in (BERLIN, LIMA, QUITO):
        expected.commands_for(device, must_not=[RESTART])
    for device in (SEOUL, DAKAR, OSLO):
        expected.commands_for(device, must_not=["certs_pushed"])
    return Story(
        "17-five-other-troubles",
        """fmc-1.example has a CA until 2034 and two management interfaces. ftd-seoul: its sftunnel process is disabled. ftd-lima: the
        event channel is down, the control channel is up. ftd-quito: the tunnel is up, and "RPC status :Failed" while deployments
        stop at 8 percent. ftd-dakar: its SYN is not answered. ftd-oslo: `show managers` says Pending since yesterday.""",
        """five devices, five reasons, none of them a certificate: start the process, check the event path, at the MTU of the path,
        at the interface that the FMC takes (CSCwc69263), at the registration key. Nothing is renewed or copied.""",
        expected,
        {
            "fmc-1-troubleshoot.tar.gz": pack(fmc, COLLECTED),
            **{f"{device.host}-troubleshoot.tar.gz": pack(tree, COLLECTED) for device, tree in bundles.items()},
            "ftd-lima/sftunnel-status-brief.txt": status_brief(site.tunnel(LIMA), FMC_1, COLLECTED).encode(),
        },
    )
